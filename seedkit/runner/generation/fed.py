"""Which columns sequences feed, and how their values are those of rows."""

from __future__ import annotations

from collections.abc import Sequence

from seedkit.core.generation.planning.numbering import Numbering, numbering_of
from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.postgres.connection import Connection
from seedkit.postgres.generation.definitions import read_definitions

Fed = dict[int, dict[str, Numbering]]
"""By the OID of a table: its columns that sequences feed, and how."""

Sharing = dict[int, dict[str, list[tuple[int, str]]]]
"""By the OID of a table and its column: tables, by OID, and columns of theirs that the same sequence feeds."""


def fed_columns(connection: Connection, sequences: Sequence[FeedingSequence]) -> tuple[Fed, Sharing]:
    """Say which columns sequences feed, and how, and for each of them which others have the same sequence."""
    definitions = read_definitions(connection, [sequence.oid for sequence in sequences])
    fed: Fed = {}
    sharing: Sharing = {}
    for sequence in sequences:
        for column in sequence.columns:
            if how := numbering_of(column, definitions.get(sequence.oid)):
                fed.setdefault(column.table_oid, {}).setdefault(column.name, how)
            others = [(other.table_oid, other.name) for other in sequence.columns if other is not column]
            if others:
                sharing.setdefault(column.table_oid, {})[column.name] = others
    return fed, sharing
