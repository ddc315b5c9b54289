"""Foreign keys that name no row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import psycopg
from psycopg import sql

from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.names import TableName, in_quotes
from seedkit.postgres.catalog.tables import read_tables
from seedkit.postgres.connection import Connection
from seedkit.postgres.identifiers import operator, own_rows
from seedkit.postgres.loading.mistakes.doubts import Doubts
from seedkit.postgres.loading.mistakes.mistake import Mistake, key_text, of_table, rows_where
from seedkit.postgres.queries import query


def missing_parents(connection: Connection, doubts: Sequence[Doubts], error: psycopg.Error) -> Iterator[Mistake]:
    """Find rows whose foreign key names a row that is neither in the table nor among the rows of the load."""
    for found in of_table(doubts, error):
        key = next((key for key in found.table.foreign_keys if key.name == error.diag.constraint_name), None)
        if key is not None and not key.only_in:  # which rows go to these partitions, nobody has said
            near = [other for other in doubts if key.leads_to(other.table.lineage)]
            yield from orphans(connection, found, key, near, error.diag.message_detail or "")


def orphans(
    connection: Connection, doubts: Doubts, key: ForeignKey, near: Sequence[Doubts], detail: str = ""
) -> Iterator[Mistake]:
    """Find rows whose foreign key names a row that is neither in the table nor among those that are `near`."""
    stored = _stored_parent(connection, doubts, key)
    parents = [stored.rows, *(other.typed(key.referenced_columns) for other in near)]
    pairs = zip(key.columns, key.referenced_columns, key.equalities, strict=True)
    same = sql.SQL(" and ").join(
        sql.SQL("parent.{} {} row.{}").format(sql.Identifier(theirs), operator(equality), sql.Identifier(own))
        for own, theirs, equality in pairs
    )
    conditions = [sql.SQL("row.{} is not null").format(sql.Identifier(name)) for name in key.columns]
    conditions.append(sql.SQL("not {}").format(doubts.keeps(*key.columns)))
    conditions += [
        sql.SQL("not exists (select 1 from ({}) as parent where {})").format(parent, same) for parent in parents
    ]
    rows = sql.SQL("({}) as row").format(doubts.typed(doubts.with_keys(key.columns)))
    ending = detail.rpartition(") ")[2] or f"is not present in table {in_quotes(stored.name)}."
    for place, texts in rows_where(connection, doubts, rows, sql.SQL(" and ").join(conditions), key.columns):
        yield Mistake(origin=place, text=f"{key_text(key.columns, texts)} {ending}")


class _StoredParent(NamedTuple):
    name: TableName
    rows: sql.Composed


def _stored_parent(connection: Connection, doubts: Doubts, key: ForeignKey) -> _StoredParent:
    """Select the rows that a foreign key may refer to: partitions' rows are the table's, inheriting tables' are not."""
    if doubts.table.citus is not None:
        return _copied_parent(connection, doubts, key)
    schema, name, kind = connection.execute(query("table_name"), {"table": key.references}).fetchone() or ("", "", "r")
    rows = sql.SQL("select * from {}" if kind == "p" else "select * from only {}")
    return _StoredParent(TableName(schema, name), rows.format(sql.Identifier(schema, name)))


def _copied_parent(connection: Connection, doubts: Doubts, key: ForeignKey) -> _StoredParent:
    """Bring the rows that ours refer to where they can be compared; what such a table refers to is Citus' too."""
    from seedkit.postgres.loading.citus.copies import Asked, copy_of

    [parent] = read_tables(connection, [key.references]).values()
    pairs = zip(key.columns, key.referenced_columns, strict=True)
    wanted = sql.SQL("(select {} from ({}) as row)").format(
        sql.SQL(", ").join(
            sql.SQL("row.{} as {}").format(sql.Identifier(own), sql.Identifier(theirs)) for own, theirs in pairs
        ),
        doubts.typed(key.columns),
    )
    copied = copy_of(connection, parent, [Asked(key.referenced_columns, wanted)])
    return _StoredParent(parent.name, sql.SQL("select * from {}").format(own_rows(copied)))
