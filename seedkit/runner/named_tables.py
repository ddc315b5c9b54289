"""Tables that are named for a repair where another one is meant: a view's base, the parent that a key comes from."""

from __future__ import annotations

from seedkit.core.catalog import Column, Table
from seedkit.core.names import TableName
from seedkit.core.relations import Catalog, Relation
from seedkit.core.sequences.feeding import Feeding
from seedkit.core.sequences.parent_keys import KeyOrigin, parent_of_key
from seedkit.errors import CatalogError
from seedkit.postgres.catalog.tables import read_base_tables, read_tables
from seedkit.postgres.sequences.feeding import read_feeding
from seedkit.postgres.session import Session


def named_table(connection: Session, catalog: Catalog, text: str) -> Relation:
    """Find the table that is meant; raises CatalogError where there is none, for a view with its base tables."""
    try:
        return catalog.table(text)
    except CatalogError as error:
        view = catalog.find(text, kinds="vm") if catalog.find(text, kinds="rp") is None else None
        if view is not None:
            error.hint = _base_tables(read_base_tables(connection, view.oid))
        raise


def _base_tables(tables: list[TableName]) -> str | None:
    if not tables:
        return None
    which = "that table" if len(tables) == 1 else "the table that is meant"
    return f"Its rows are those of {', '.join(map(str, tables))}: name {which}."


def origin_of_key(connection: Session, table: Table, column: Column | None) -> KeyOrigin | None:
    """Follow a key that is its parent's key, and that one's, up to the column that its values come from."""
    parent = parent_of_key(table, column)
    found: tuple[Table, Column] | None = None
    seen = {table.oid}
    while parent is not None and parent[0] not in seen:
        seen.add(parent[0])
        above = read_tables(connection, [parent[0]])[parent[0]]
        found = above, above.column(parent[1])
        parent = parent_of_key(*found)
    if found is None:
        return None
    above, key = found
    return KeyOrigin(
        table=above.name, column=key.name, sequences=_feeding(above, key, read_feeding(connection, [above.oid]))
    )


def _feeding(table: Table, column: Column, feeding: Feeding) -> tuple[str, ...]:
    return tuple(
        str(sequence.name)
        for sequence in feeding.sequences
        if any((fed.table_oid, fed.name) == (table.oid, column.name) for fed in sequence.columns)
    )
