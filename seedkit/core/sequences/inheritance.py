"""Whose rows decide where tables inherit from each other: those of tables that draw from the same sequence, or none.

A SELECT from a parent gives the rows of its children too. A child that draws from a sequence of its own has ids which
say nothing about the parent's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.names import TableName
from seedkit.core.sequences.feeding import FedColumn, FeedingSequence


class InheritingTable(Struct, frozen=True, kw_only=True):
    """A table, and one of those that it inherits from (by OID)."""

    parent: int
    oid: int
    table: TableName


_Children: TypeAlias = Mapping[int, Sequence[InheritingTable]]
_Draws: TypeAlias = Mapping[tuple[int, str], set[int]]


def with_own_tables(
    sequences: Sequence[FeedingSequence], inheriting: Iterable[InheritingTable], drawing: Iterable[FeedingSequence]
) -> tuple[FeedingSequence, ...]:
    """Say for each fed column whose rows count, where that are not all which a SELECT would give.

    `drawing` are the sequences that feed the inheriting tables.
    """
    children: dict[int, list[InheritingTable]] = defaultdict(list)
    for table in inheriting:
        children[table.parent].append(table)
    draws: dict[tuple[int, str], set[int]] = defaultdict(set)
    for sequence in drawing:
        for column in sequence.columns:
            draws[column.table_oid, column.name].add(sequence.oid)
    return tuple(
        replace(sequence, columns=tuple(_counted(column, sequence.oid, children, draws) for column in sequence.columns))
        for sequence in sequences
    )


def _counted(column: FedColumn, sequence: int, children: _Children, draws: _Draws) -> FedColumn:
    """Walk down from a table, past none that draws from another sequence alone."""
    counted: dict[int, TableName] = {column.table_oid: column.table}
    apart = False
    waiting = [column.table_oid]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            own = draws.get((child.oid, column.name), set())
            if own and sequence not in own:
                apart = True
            elif child.oid not in counted:
                counted[child.oid] = child.table
                waiting.append(child.oid)
    return replace(column, own_tables=tuple(counted.values())) if apart else column
