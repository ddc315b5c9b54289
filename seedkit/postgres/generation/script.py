"""Rows as a script for psql: COPY with its lines, sequences moved before the rows that have their numbers.

All is one transaction, and ends where psql meets an error; a sequence that is ahead there is left where it is.
"""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.names import Columns
from seedkit.core.sequences.reading import SequenceReading
from seedkit.postgres.identifiers import copy_statement, names, own_rows, table_identifier
from seedkit.postgres.transactions.seeding import SETTINGS
from seedkit.postgres.unencoded import text_of
from seedkit.printable import on_one_line

END_OF_ROWS = "\\.\n"
CLOSING = "commit;\n"


def opening(made_by: str) -> str:
    """Begin the transaction, in which values are read as a seed reads them."""
    settings = (
        sql.SQL("set local {} = {}").format(sql.Identifier(name.lower()), sql.Literal(value))
        for name, value in SETTINGS.items()
    )
    return f"-- {on_one_line(made_by)}\n\\set ON_ERROR_STOP on\nbegin;\n" + "".join(map(_line, settings))


def moved(reading: SequenceReading) -> str:
    """Move a sequence that is behind, wherever it stands by then."""
    name = reading.sequence.name
    statement = sql.SQL(
        "select pg_catalog.setval({text}, {target}) from {sequence}"
        " where last_value {behind} {target} or (last_value = {target} and not is_called)"
    )
    return _line(
        statement.format(
            text=sql.Literal(name.qualified),
            target=sql.Literal(reading.judgement.target),
            sequence=sql.Identifier(name.schema, name.name),
            behind=sql.SQL("<" if reading.sequence.ascending else ">"),
        )
    )


def copied(table: Table, columns: Columns) -> str:
    """Begin the rows of a table."""
    return _line(copy_statement(table_identifier(table), columns))


def staged(place: int, table: Table, columns: Columns) -> str:
    """Begin rows of one of several tables that go in together, or where rules and policies look at each."""
    stage, listed = _stage(place), names(columns)
    made = sql.SQL("create temporary table {} on commit drop as select {} from {} with no data")
    return _line(made.format(stage, listed, own_rows(table))) + _line(
        sql.SQL("copy {} ({}) from stdin").format(stage, listed)
    )


def inserted(tables: Sequence[tuple[Table, Columns]]) -> str:
    """Insert what was staged by one statement, at whose end each row may refer to each."""
    *others, last = (_insert(place, table, columns) for place, (table, columns) in enumerate(tables))
    steps = [sql.SQL("{} as ({})").format(sql.Identifier(f"step_{place}"), other) for place, other in enumerate(others)]
    beside = sql.SQL("with {} ").format(sql.SQL(", ").join(steps)) if steps else sql.SQL("")
    dropped = sql.SQL("drop table {}").format(sql.SQL(", ").join(map(_stage, range(len(tables)))))
    return _line(beside + last) + _line(dropped)


def _insert(place: int, table: Table, columns: Columns) -> sql.Composed:
    return sql.SQL("insert into {} ({listed}) overriding system value select {listed} from {}").format(
        table_identifier(table), _stage(place), listed=names(columns)
    )


def _stage(place: int) -> sql.Identifier:
    return sql.Identifier("pg_temp", f"seedkit_{place}")


def _line(statement: sql.Composable) -> str:
    return f"{text_of(statement)};\n"
