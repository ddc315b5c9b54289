"""Generated rows as a script for psql, on a stream."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from seedkit.core.catalog import Table
from seedkit.core.reports.generation import STANDARD_OUTPUT
from seedkit.files.read_pipe import Writable
from seedkit.postgres.connection import Connection
from seedkit.postgres.generation import script
from seedkit.runner.generation.out.gathered import Gathered, GatheredTable
from seedkit.runner.generation.out.places import Due


class Script:
    """A stream that gets all rows, once it is known which these are."""

    def __init__(self, stream: Writable) -> None:
        self._stream = stream

    @property
    def place(self) -> str:
        """The stream."""
        return STANDARD_OUTPUT

    def expect(self, connection: Connection, tables: Sequence[Table]) -> None:
        """Nothing can be in the way."""

    def write(self, gathered: Gathered, due: Due, made_by: str) -> None:
        """Write the script, which loads all rows, or none."""
        self._write(script.opening(made_by))
        for group in _groups(gathered.filled()):
            for reading in (reading for found in group for reading in due.get(found.table.oid, ())):
                self._write(script.moved(reading))
            for text in _rows(gathered, group):
                self._write(text)
        self._write(script.CLOSING)
        self._stream.flush()

    def _write(self, text: str | bytes) -> None:
        self._stream.write(text.encode(errors="surrogateescape") if isinstance(text, str) else text)


def _groups(tables: Iterable[GatheredTable]) -> list[list[GatheredTable]]:
    """Put tables together whose rows go in at once."""
    groups: dict[tuple[int, ...], list[GatheredTable]] = {}
    for found in tables:
        groups.setdefault(found.together or (found.table.oid,), []).append(found)
    return list(groups.values())


def _rows(gathered: Gathered, group: Sequence[GatheredTable]) -> Iterator[str | bytes]:
    for place, found in enumerate(group):
        begin = script.staged(place, found.table, found.columns) if found.together else None
        yield begin or script.copied(found.table, found.columns)
        yield from gathered.pieces(found)
        yield script.END_OF_ROWS
    if group[0].together:
        yield script.inserted([(found.table, found.columns) for found in group])
