"""Reads which tables inherit from others; partitions are another matter, whose sequence is the root's."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg.rows import dict_row

from seedkit.core.names import TableName
from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.core.sequences.inheritance import InheritingTable
from seedkit.postgres.queries import query
from seedkit.postgres.session import Session


def read_inheriting(connection: Session, sequences: Sequence[FeedingSequence]) -> list[InheritingTable]:
    """Read what inherits from fed tables, at any depth; asks nothing where none may have heirs."""
    parents = {column.table_oid for sequence in sequences for column in sequence.columns if column.inherited}
    if not parents:
        return []
    asked = connection.cursor(row_factory=dict_row).execute(query("inheriting_tables"), {"tables": list(parents)})
    return [
        InheritingTable(parent=row["parent"], oid=row["oid"], table=TableName(row["schema"], row["name"]))
        for row in asked.fetchall()
    ]
