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
    """Say which columns sequences feed, and how, and for each which have the same sequence, itself among them."""
    definitions = read_definitions(connection, [sequence.oid for sequence in sequences])
    fed: Fed = {}
    sharing: Sharing = {}
    for sequence in sequences:
        alike = [(column.table_oid, column.name) for column in sequence.columns]
        for column in sequence.columns:
            if how := numbering_of(column, definitions.get(sequence.oid)):
                fed.setdefault(column.table_oid, {}).setdefault(column.name, how)
            if len(alike) > 1:
                sharing.setdefault(column.table_oid, {})[column.name] = alike
    return fed, sharing
