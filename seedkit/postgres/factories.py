"""Which rows a connection gives: tuples while we are at work, and what their code has asked for while others are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import psycopg
from psycopg.rows import tuple_row

from seedkit.postgres.connection import Connection


class OurFactories:
    """Has a connection give tuples, by cursors that know `%s`, and then what its owner has it give.

    It is entered where others' code ends and ours begins; `theirs` is for rows that are made by their code meanwhile.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def __enter__(self) -> OurFactories:
        """Have it give tuples."""
        connection = self.connection
        self._row, self._cursor = connection.row_factory, connection.cursor_factory
        connection.row_factory = tuple_row
        if issubclass(self._cursor, psycopg.RawCursor):  # it knows no %s
            connection.cursor_factory = psycopg.Cursor
        return self

    def __exit__(self, *_: object) -> None:
        """Have it give what its owner wants."""
        self.connection.row_factory, self.connection.cursor_factory = self._row, self._cursor

    def theirs(self, rows: Iterable[object]) -> Iterable[object]:
        """Have rows be made as their author has set up the connection; those of a list are there already."""
        return rows if isinstance(rows, (list, tuple)) or not isinstance(rows, Iterable) else _Theirs(self, rows)


class _Theirs:
    """Rows that are drawn one by one from others' code."""

    def __init__(self, ours: OurFactories, rows: Iterable[object]) -> None:
        self._ours = ours
        self._rows = rows

    def __iter__(self) -> Iterator[object]:
        ours, draw = self._ours, None
        connection = ours.connection
        while True:
            ours.__exit__()
            usual = None if issubclass(connection.cursor_factory, psycopg.RawCursor) else connection.cursor_factory
            try:
                draw = draw or iter(self._rows).__next__
                row = draw()
                while connection.row_factory is tuple_row and connection.cursor_factory is usual:
                    yield row  # most have nothing changed, and a change for each row costs a tenth of a load
                    row = draw()
            except StopIteration:
                return
            finally:
                ours.__enter__()
            yield row


@contextmanager
def kept_factories(connection: Connection) -> Iterator[None]:
    """Give the connection the factories back that a seeder may have changed."""
    row_factory, cursor_factory = connection.row_factory, connection.cursor_factory
    try:
        yield
    finally:
        connection.row_factory, connection.cursor_factory = row_factory, cursor_factory
