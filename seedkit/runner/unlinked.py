"""Sequences that nothing links to a column, which bear the name of a key that a run gave numbers to.

Hibernate draws ids from `customer_seq` itself, without a default that tells of it. None is moved on a guess, but named.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from seedkit.core.catalog import Column, Table
from seedkit.core.names import TableName
from seedkit.core.sequences.repair_options import BY_VISIBLE_ROWS
from seedkit.core.sequences.unlinked import UnlinkedSequence
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.search_path import asked_safely
from seedkit.postgres.sequences.feeding import asked_sequence, read_feeding
from seedkit.postgres.sequences.repair import check_sequences
from seedkit.postgres.sequences.unlinked import ask_for_unlinked, named_after_columns

_IDS = frozenset(("smallint", "integer", "bigint"))


def left_behind(
    connection: Connection, tables: Iterable[Table], filled: Collection[TableName]
) -> tuple[UnlinkedSequence, ...]:
    """Name the sequences that bear the name of a key of tables that were filled, and would give it ids that are taken.

    Where every key has a default nothing is asked.
    """
    keys = {
        (table.oid, column.name): column for table in tables if table.name in filled for column in _unfed_key(table)
    }
    if not keys:
        return ()
    with explained("reading the catalog"), asked_safely(connection, lambda: ask_for_unlinked(connection)) as asked:
        named = named_after_columns(connection, asked.fetchall())
        meant = [each for each in named if (each.table_oid, each.found.column) in keys]
        unlinked = {each.name for each in read_feeding(connection).unlinked} if meant else ()
        found: list[UnlinkedSequence] = []
        for each in meant:
            column = keys[each.table_oid, each.found.column or ""]
            if each.found.name in unlinked and _is_behind(connection, each.oid, each.table_oid, column):
                found.append(each.found)
    return tuple(found)


def _unfed_key(table: Table) -> Iterator[Column]:
    """Give the key of a table, where it is one of whole numbers that the database does not number."""
    if table.key_column is not None:
        column = table.column(table.key_column)
        if column.base_type in _IDS and not (column.has_default or column.identity):
            yield column


def _is_behind(connection: Connection, sequence: int, table: int, column: Column) -> bool:
    feeding = asked_sequence(connection, sequence, table, column.number)
    return not all(report.right for report in check_sequences(connection, [feeding], BY_VISIBLE_ROWS))
