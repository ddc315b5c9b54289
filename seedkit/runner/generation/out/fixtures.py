"""Generated rows as fixtures: a file a table, with all keys, so that a seed of them is what the run would have been."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.file_names import typed_name
from seedkit.core.generation.columns.blocks import NULL
from seedkit.core.generation.rows.by_column import joined
from seedkit.core.writing.dump_plan import TableDump
from seedkit.core.writing.dump_rows import fixture_text
from seedkit.core.writing.sent_spellings import sent_column_spelling
from seedkit.files.dump_targets import FolderTarget
from seedkit.files.paths import shown_path
from seedkit.postgres.catalog.tables import read_catalog
from seedkit.postgres.connection import Connection
from seedkit.runner.generation.out.gathered import Gathered, GatheredTable
from seedkit.runner.generation.out.places import Due


class FixtureFolder:
    """A folder that gets a file for each table; none of them may be there."""

    def __init__(self, folder: Path) -> None:
        self._target = FolderTarget(folder, force=False, free="Name another folder, or move the file away.")
        self._folder = folder
        self._names: dict[int, str] = {}

    @property
    def place(self) -> str:
        """The folder, as a person expects it."""
        return str(shown_path(self._folder))

    def expect(self, connection: Connection, tables: Sequence[Table]) -> None:
        """Refuse files that are there, make the folder, and find out what fixtures call the tables."""
        catalog, meant = read_catalog(connection), {table.oid for table in tables}
        self._names = {rel.oid: typed_name(catalog, rel) for rel in catalog.relations if rel.oid in meant}
        self._target.expect([self._names[table.oid] for table in tables], ())

    def write(self, gathered: Gathered, due: Due, made_by: str) -> None:  # noqa: ARG002 - a seed repairs them
        """Write all files, or none."""
        with self._target as target:
            for found in gathered.filled():
                name = self._names[found.table.oid]
                unsaid = _never_said(found, _texts(gathered, found)) if found.left else frozenset[int]()
                dump = _as_dumped(found, name, unsaid)
                rows = _texts(gathered, found)
                rows = (_without(text, unsaid) for text in rows) if unsaid else rows
                pieces = fixture_text(dump, rows, under_name=target.is_shared(name), spelling=sent_column_spelling)
                target.write(name, pieces)


def _texts(gathered: Gathered, found: GatheredTable) -> Iterator[str]:
    return (piece.decode(errors="surrogateescape") for piece in gathered.pieces(found))


def _never_said(found: GatheredTable, texts: Iterable[str]) -> frozenset[int]:
    """Find the places of columns that are left to triggers in all rows: a further seed would make them NULL again."""
    places = {place for place, name in enumerate(found.columns) if name in found.left}
    for line in (line for text in texts for line in text.removesuffix("\n").split("\n")):
        fields = line.split("\t")
        places = {place for place in places if fields[place] == NULL}
    return frozenset(places)


def _without(text: str, places: frozenset[int]) -> str:
    lines = (line.split("\t") for line in text.removesuffix("\n").split("\n"))
    return joined([field for place, field in enumerate(line) if place not in places] for line in lines)


def _as_dumped(found: GatheredTable, name: str, unsaid: frozenset[int]) -> TableDump:
    said = (column for place, column in enumerate(found.columns) if place not in unsaid)
    return TableDump(table=found.table, name=name, columns=tuple(map(found.table.column, said)), order=(), named=True)
