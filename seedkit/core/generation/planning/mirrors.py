"""What triggers copy into another table has to hold there: it lends its NOT NULLs and CHECKs to where that is from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from seedkit.core.catalog import Table
from seedkit.core.generation.expressions.substitution import substituted
from seedkit.core.generation.expressions.tree import Column, IsNotNull
from seedkit.core.generation.schema import Check, TableRules
from seedkit.core.names import TableName

_NAME = r'(?:"[^"]+"|\w+)'
_INSERT = re.compile(
    rf"\binsert\s+into\s+({_NAME}(?:\s*\.\s*{_NAME})?)\s*\(([^()]*)\)\s*values\s*\(([^()]*)\)", re.IGNORECASE
)
_RECORD = re.compile(rf"\bselect\s+\*\s+into\s+(\w+)\s+from\s+({_NAME}(?:\s*\.\s*{_NAME})?)", re.IGNORECASE)
_INTO = re.compile(rf"\binsert\s+into\s+({_NAME}(?:\s*\.\s*{_NAME})?)", re.IGNORECASE)
_FIELD = re.compile(r'(\w+)\s*\.\s*("[^"]+"|\w+)')


def written_by(rules: TableRules) -> Iterator[TableName]:
    """Name the tables that triggers on a table write rows into."""
    for trigger in rules.triggers:
        for text in _INTO.findall(trigger.source or ""):
            yield _table(text, rules.table.name.schema)


def lent(
    rules: TableRules, tables: Mapping[TableName, Table], known: Mapping[TableName, TableRules]
) -> Iterator[tuple[TableName, Check]]:
    """Give what tables lend that triggers on this one copy into, with the table it is lent to: mostly this one."""
    schema = rules.table.name.schema
    for trigger in rules.triggers:
        records = {"new": rules.table.name}
        records |= {name.lower(): _table(text, schema) for name, text in _RECORD.findall(trigger.source or "")}
        for text, columns, values in _INSERT.findall(trigger.source or ""):
            target = _table(text, schema)
            names = [_name(column) for column in columns.split(",")]
            parts = [_FIELD.fullmatch(value.strip()) for value in values.split(",")]
            if target not in tables or len(names) != len(parts):
                continue
            for name, part in zip(names, parts, strict=True):
                source = records.get(part[1].lower()) if part else None
                if part and source in tables and source is not None and source != target:
                    for check in _held(name, _name(part[2]), tables[source], tables[target], known.get(target)):
                        yield source, check


def _held(name: str, source: str, lender: Table, target: Table, rules: TableRules | None) -> Iterator[Check]:
    """Say what a column asks for, of the column that it is copied from."""
    columns = {column.name: column for column in target.columns}
    if name not in columns or all(column.name != source for column in lender.columns):
        return
    if columns[name].not_null:  # a default does not help where NULL is given
        yield Check(f"not null of {target.name}.{name}", IsNotNull(Column(source)), "")
    for check in rules.checks_of(name) if rules is not None else ():
        expression = substituted(check.expression, {name: Column(source)})
        yield Check(f"{check.name} of {target.name}", expression, check.definition)


def _table(text: str, schema: str) -> TableName:
    names = [_name(part) for part in re.findall(_NAME, text)]
    return TableName(names[0] if len(names) > 1 else schema, names[-1])


def _name(text: str) -> str:
    text = text.strip()
    return text[1:-1] if text.startswith('"') else text.lower()
