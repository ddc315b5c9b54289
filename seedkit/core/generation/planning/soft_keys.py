"""What refers to a table without saying so: `organization_id` beside a table organizations, and triggers that write.

A soft key never fails: it is none where its table has no rows, and none where it would bound a key's rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from seedkit.core.catalog import Column, Table
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.planning.numbers import WHOLE
from seedkit.core.generation.schema import TableRules
from seedkit.core.names import TableName

_COLUMN = re.compile(r"(?P<name>\w+?)_?(?:[iI][dD]|uuid)")
_INSERTED = re.compile(r'\binsert\s+into\s+((?:"[^"]+"|\w+)(?:\s*\.\s*(?:"[^"]+"|\w+))?)', re.IGNORECASE)


def soft_keys(rules: TableRules, tables: Mapping[TableName, Table], counted: Iterable[str]) -> Iterator[ForeignKey]:
    """Give the keys that columns are by their names."""
    hard = {name for key in rules.table.foreign_keys for name in key.columns}
    found = {}
    for column in rules.sent_columns:
        if column.name in hard or column.name in counted or rules.checks_of(column.name):
            continue
        parent = _parent(column, rules.table, tables)
        if parent is not None and parent.key_column is not None:
            found[column.name] = parent
    bounding = hard | found.keys()
    for rule in rules.uniques:
        if set(rule.plain_columns or ()) <= bounding:
            found = {name: parent for name, parent in found.items() if name not in (rule.plain_columns or ())}
    for name, parent in found.items():
        referenced = (parent.key_column or "",)
        yield ForeignKey(
            name=f"soft {name}", columns=(name,), references=parent.oid, referenced_columns=referenced, soft=True
        )


def _parent(column: Column, table: Table, tables: Mapping[TableName, Table]) -> Table | None:
    """Find the table that a column's name means, by all of it or by its last words."""
    found = _COLUMN.fullmatch(column.name)
    words = found["name"].rstrip("_").split("_") if found else []
    for begin in range(len(words)):
        for name in plurals("_".join(words[begin:]).lower()):
            parent = tables.get(TableName(table.name.schema, name))
            if parent is not None and _fits(column, parent):
                return parent
    return None


def _fits(column: Column, parent: Table) -> bool:
    key = parent.key_column
    if key is None:
        return False
    kind = parent.column(key).base_type
    return kind == column.base_type or (kind in WHOLE and column.base_type in WHOLE)


def plurals(word: str) -> Sequence[str]:
    """Say how tables of something may be called.

    >>> plurals("category"), plurals("user")
    (('category', 'categorys', 'categoryes', 'categories'), ('user', 'users', 'useres'))
    """
    forms = (word, word + "s", word + "es")
    return (*forms, word[:-1] + "ies") if word.endswith("y") else forms


def written_by(rules: TableRules) -> Iterator[TableName]:
    """Name the tables that triggers on a table write rows into."""
    for trigger in rules.triggers:
        for found in _INSERTED.finditer(trigger.source or ""):
            parts = [part.strip() for part in re.findall(r'"[^"]+"|\w+', found[1])]
            names = [part[1:-1] if part.startswith('"') else part.lower() for part in parts]
            yield TableName(names[0] if len(names) > 1 else rules.table.name.schema, names[-1])
