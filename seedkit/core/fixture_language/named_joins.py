"""Join tables that no foreign key makes one: their two columns are called after tables, as Rails makes them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.join_rows import Join
from seedkit.core.fixture_language.references import stem_of, table_names
from seedkit.core.names import quote_identifier
from seedkit.core.relations import Relation

Find: TypeAlias = Callable[[str], "Relation | None"]
"""Finds a table by a name as it is typed."""


def joins_by_name(joined: Table, tables: Sequence[Table], find: Find) -> list[Join]:
    """List the joins of a table among tables without a foreign key, whose two columns are called after tables (Rails).

    Where several join the same two, the one that is called after both is meant, else none.
    """
    found: dict[int, list[Join]] = {}
    for table in tables:
        if table.foreign_keys or len(table.columns) != 2:
            continue
        called = [(column.name, _called(column.name, table, find)) for column in table.columns]
        for (own, own_table), (other, other_table) in (called, called[::-1]):
            if own_table and other_table and own_table.oid == joined.oid:
                names = (str(own_table.name), str(other_table.name))
                join = Join(table=table, own_column=own, other_column=other, other_table=other_table.oid, names=names)
                found.setdefault(other_table.oid, []).append(join)
    return [plain for joins in found.values() if (plain := _plain(joins))]


def _called(column: str, near: Table, find: Find) -> Relation | None:
    schema = quote_identifier(near.name.schema)
    names = (name for names in table_names(stem_of(column) or "") for name in names if name)
    found = (find(f"{schema}.{quote_identifier(name)}") for name in names)
    return next((table for table in found if table), None)


def _plain(joins: list[Join]) -> Join | None:
    if len(joins) == 1:
        return joins[0]
    called = [join for join in joins if join.names and _is_called_after(join.table, join.names)]
    return called[0] if len(called) == 1 else None


def _is_called_after(table: Table, names: tuple[str, str]) -> bool:
    return table.name.name in ("_".join(names), "_".join(names[::-1]))
