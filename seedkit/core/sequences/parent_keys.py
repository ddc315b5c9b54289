"""Keys that are the parent's key: a child of an ORM's inheritance over several tables has no sequence of its own."""

from __future__ import annotations

from msgspec import Struct

from seedkit.core.catalog import Column, Table
from seedkit.core.names import TableName, column_of, quote_identifier


class KeyOrigin(Struct, frozen=True, kw_only=True):
    """The column that a child's key takes its values from, and the sequences (by name) that feed that one."""

    table: TableName
    column: str
    sequences: tuple[str, ...]

    def __str__(self) -> str:
        drawn = f"which draws from {', '.join(self.sequences)}" if self.sequences else "which no sequence feeds"
        return f"{column_of(self.table, self.column)}, {drawn}"

    @property
    def command(self) -> str:
        """What repairs the sequence."""
        return f"seedkit fix-sequence {self.table} {quote_identifier(self.column)}"


def parent_of_key(table: Table, column: Column | None = None) -> tuple[int, str] | None:
    """Find the table (OID) and the column that a key without a default refers to as a whole; None for any other key."""
    key, name = table.primary_key, column.name if column else table.key_column
    if key is None or name is None or name not in key.columns:
        return None
    if table.column(name).has_default or table.column(name).identity:
        return None
    for foreign_key in table.foreign_keys:
        if set(foreign_key.columns) == set(key.columns) and foreign_key.references != table.oid:
            place = foreign_key.columns.index(name)
            return foreign_key.references, foreign_key.referenced_columns[place]
    return None
