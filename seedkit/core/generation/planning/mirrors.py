"""What triggers copy into another table has to hold there: it lends its NOT NULLs and CHECKs to where that is from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from seedkit.core.catalog import Column, Table
from seedkit.core.generation.expressions.parser import parsed_check
from seedkit.core.generation.expressions.substitution import substituted
from seedkit.core.generation.expressions.tree import Column as ColumnNode
from seedkit.core.generation.expressions.tree import IsNotNull
from seedkit.core.generation.expressions.type_names import modifiers
from seedkit.core.generation.planning.types.numbers import WHOLE
from seedkit.core.generation.schema import Check, TableRules
from seedkit.core.names import TableName, column_of, quote_identifier

_NAME = r'(?:"[^"]+"|\w+)'
_LIST = r"((?:[^()]|\((?:[^()]|\([^()]*\))*\))*)"
_INSERT = re.compile(
    rf"\binsert\s+into\s+({_NAME}(?:\s*\.\s*{_NAME})?)\s*(?:\(([^()]*)\))?\s*"
    rf"(?:values\s*\({_LIST}\)|select\s+(.*?)\s*(?=;|\bfrom\b|\bwhere\b|\bon\s+conflict\b|$))",
    re.IGNORECASE | re.DOTALL,
)
_RECORD = re.compile(rf"\bselect\s+\*\s+into\s+(\w+)\s+from\s+({_NAME}(?:\s*\.\s*{_NAME})?)", re.IGNORECASE)
_INTO = re.compile(rf"\binsert\s+into\s+({_NAME}(?:\s*\.\s*{_NAME})?)", re.IGNORECASE)
_BITS = {"smallint": 16, "integer": 32}
_FIELD = re.compile(r'(\w+)\s*\.\s*("[^"]+"|\w+)')
_TESTED = re.compile(rf"\b\w+\s*\.\s*({_NAME})\s+is\s+not\s+null\b", re.IGNORECASE)
_WHOLE = re.compile(r"\(?\s*(\w+)\s*\)?\s*\.\s*\*")


def written_by(rules: TableRules) -> Iterator[TableName]:
    """Name the tables that triggers on a table write rows into."""
    for trigger in rules.triggers:
        for text in _INTO.findall(trigger.source or ""):
            yield _table(text, rules.table.name.schema)


class Copy(NamedTuple):
    """A column of a table that a trigger copies into one of another table, `tested` for NULL before."""

    source: TableName
    column: str
    target: TableName
    into: str
    tested: bool = False


def lent(
    rules: TableRules, tables: Mapping[TableName, Table], known: Mapping[TableName, TableRules]
) -> Iterator[tuple[TableName, Check]]:
    """Give what tables lend that triggers on this one copy into, with the table it is lent to: mostly this one."""
    for copy in copies_of(rules, tables):
        source, target = tables[copy.source], tables[copy.target]
        for check in _held(copy, source, target, known.get(copy.target)):
            yield copy.source, check


def copies_of(rules: TableRules, tables: Mapping[TableName, Table]) -> Iterator[Copy]:
    """Say what triggers on a table copy into others, of its own rows or of those that these refer to."""
    schema = rules.table.name.schema
    for trigger in rules.triggers:
        records = {"new": rules.table.name}
        records |= {name.lower(): _table(text, schema) for name, text in _RECORD.findall(trigger.source or "")}
        tested = {_name(name) for name in _TESTED.findall(trigger.source or "")}
        for text, columns, values, selected in _INSERT.findall(trigger.source or ""):
            target = _table(text, schema)
            if target in tables:
                known = {name: tables[source] for name, source in records.items() if source in tables}
                for copy in _copied(known, tables[target], columns, list(_parts(values or selected))):
                    yield copy._replace(tested=copy.column in tested)


def _copied(records: Mapping[str, Table], target: Table, columns: str, values: Sequence[str]) -> Iterator[Copy]:
    """Pair the columns that an INSERT names, or all, with the fields of records among its values."""
    names = [_name(name) for name in columns.split(",")] if columns else [column.name for column in target.columns]
    fields = [field for value in values for field in _fields(records, value)]
    if columns and len(names) != len(fields):
        return
    for name, field in zip(names, fields, strict=False):
        if field is not None and field[0] != target.name:
            yield Copy(*field, target.name, name)


def _fields(records: Mapping[str, Table], value: str) -> Iterator[tuple[TableName, str] | None]:
    """Give the field of a record that a value is, all of them for `new.*`, None for what is something else."""
    field, whole = _FIELD.fullmatch(value), _WHOLE.fullmatch(value)
    source = records.get((field or whole or {1: ""})[1].lower())
    if source is not None and whole is not None:
        yield from ((source.name, column.name) for column in source.columns)
    else:
        yield None if source is None or field is None else (source.name, _name(field[2]))


def _parts(text: str) -> Iterator[str]:
    """Cut a list where a comma stands outside of parentheses.

    >>> list(_parts("new.id, coalesce(new.size, 0), now()"))
    ['new.id', 'coalesce(new.size, 0)', 'now()']
    """
    depth, part = 0, ""
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            yield part.strip()
            part = ""
        else:
            part += letter
    yield part.strip()


def _held(copy: Copy, lender: Table, target: Table, rules: TableRules | None) -> Iterator[Check]:
    """Say what a column asks for, of the column that it is copied from."""
    name, source = copy.into, copy.column
    columns = {column.name: column for column in target.columns}
    if name not in columns or all(column.name != source for column in lender.columns):
        return
    place = column_of(target.name, name)
    if columns[name].not_null and not copy.tested:  # a default does not help where NULL is given
        yield Check(f"not null of {place}", IsNotNull(ColumnNode(source)), "")
    if (room := _room(columns[name], lender.column(source))) is not None:
        yield Check(f"{columns[name].type_name} of {place}", parsed_check(f"CHECK ({room})"), room)
    for check in rules.checks_of(name) if rules is not None else ():
        expression = substituted(check.expression, {name: ColumnNode(source)})
        yield Check(f"{check.name} of {target.name}", expression, check.definition)


def _room(column: Column, source: Column) -> str | None:
    """Say what a column has room for, of one that it is copied from; None for all that this can be."""
    quoted, limits = quote_identifier(source.name), modifiers(column.type_name)
    if column.type_name == source.type_name:
        return None
    if column.type_name.startswith("character") and limits:
        return f"char_length({quoted}) <= {limits[0]}"
    if column.base_type in _BITS and source.base_type in WHOLE:
        most = 2 ** (_BITS[column.base_type] - 1)
        return f"{quoted} >= {-most} and {quoted} < {most}"
    return None


def _table(text: str, schema: str) -> TableName:
    names = [_name(part) for part in re.findall(_NAME, text)]
    return TableName(names[0] if len(names) > 1 else schema, names[-1])


def _name(text: str) -> str:
    text = text.strip()
    return text[1:-1] if text.startswith('"') else text.lower()
