"""Reads sequences that nothing links to a column, and which columns bear their names."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from msgspec import Struct
from psycopg.rows import dict_row

from seedkit.core.names import SequenceName, TableName
from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.core.sequences.unlinked import UnlinkedSequence, columns_named_by
from seedkit.postgres.queries import query
from seedkit.postgres.session import Answer, Session


def ask_for_unlinked(connection: Session) -> Answer:
    """Ask, in a pipeline that others may share, for the sequences that the catalog links to nothing."""
    return connection.cursor(row_factory=dict_row).execute(query("unlinked_sequences"))


def unlinked_sequences(
    connection: Session,
    rows: Sequence[Mapping[str, Any]],
    drawn: Collection[int | None],
    linked: Sequence[FeedingSequence],
) -> list[UnlinkedSequence]:
    """Leave out those (OIDs) that something draws from, and name the columns that the others may feed."""
    names = [SequenceName(row["schema"], row["name"]) for row in rows if row["oid"] not in drawn]
    nearest = _nearest(connection, names) if names else {}
    fed = {(column.table_oid, column.name) for sequence in linked for column in sequence.columns}
    found = []
    for place, name in enumerate(names):
        row = nearest.get(place)
        if row is None or (row["table_oid"], row["column_name"]) in fed:
            found.append(UnlinkedSequence(name=name))
        else:
            table = TableName(row["table_schema"], row["table_name"])
            found.append(UnlinkedSequence(name=name, table=table, column=row["column_name"]))
    return found


class Named(Struct, frozen=True):
    """A sequence (OID) that may be unlinked, with the column whose name it bears, in a table (OID)."""

    oid: int
    table_oid: int
    found: UnlinkedSequence


def named_after_columns(connection: Session, rows: Sequence[Mapping[str, Any]]) -> list[Named]:
    """List of the sequences that the catalog links to nothing those that bear the name of a column."""
    nearest = _nearest(connection, [SequenceName(row["schema"], row["name"]) for row in rows]) if rows else {}
    return [
        Named(
            rows[place]["oid"],
            row["table_oid"],
            UnlinkedSequence(
                name=SequenceName(rows[place]["schema"], rows[place]["name"]),
                table=TableName(row["table_schema"], row["table_name"]),
                column=row["column_name"],
            ),
        )
        for place, row in sorted(nearest.items())
    ]


def _nearest(connection: Session, names: Sequence[SequenceName]) -> dict[int, dict[str, Any]]:
    """Find the likeliest column for each name, by its place."""
    asked = [(place, name.schema, *meant) for place, name in enumerate(names) for meant in columns_named_by(name.name)]
    places, schemas, tables, columns = zip(*asked, strict=True) if asked else ((), (), (), ())
    parameters = {"places": list(places), "schemas": list(schemas), "tables": list(tables), "columns": list(columns)}
    rows = connection.cursor(row_factory=dict_row).execute(query("columns_by_name"), parameters).fetchall()
    order = {(place, table, column): rank for rank, (place, _, table, column) in enumerate(asked)}
    found: dict[int, dict[str, Any]] = {}
    for row in sorted(rows, key=lambda row: _rank(row, order)):
        found.setdefault(row["place"], row)
    return found


def _rank(row: Mapping[str, Any], order: Mapping[tuple[int, str, str | None], int]) -> int:
    place, table, column = row["place"], row["table_name"], row["column_name"]
    ranks = (order.get((place, table, name)) for name in (column, None))
    return min(rank for rank in ranks if rank is not None)
