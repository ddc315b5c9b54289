"""From Django's fixture files to ours: rows that `seedkit seed` makes of them, as `loaddata` would.

The files are read twice, as a row can be referred to before it comes; kept in memory are the natural keys that are
referred to, and the label of each row that has one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from msgspec import Struct

from seedkit.core.fixture_language.file_names import file_stems
from seedkit.core.importing.django_models import Models
from seedkit.core.importing.django_rows import DjangoRows, ImportedRow
from seedkit.core.importing.given_names import GivenNames
from seedkit.core.importing.known_rows import KnownRows
from seedkit.core.importing.natural_keys import NaturalKeys
from seedkit.core.importing.report import ImportedFile, ImportReport, Kind, RowsFile, named_files
from seedkit.core.importing.row_texts import options_text
from seedkit.core.names import listed
from seedkit.core.reports.mistakes import Kind as Mistaken
from seedkit.core.reports.mistakes import refuse_together
from seedkit.errors import CatalogError, FixtureError, SeedkitError, blamed_on
from seedkit.files.dump_targets import FolderTarget
from seedkit.files.importing.django_files import ForeignObject, django_files, django_objects
from seedkit.files.importing.row_spools import RowSpools
from seedkit.files.paths import shown_path
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explained
from seedkit.runner.imported_tables import CatalogTables

_MOST_MISTAKES = 1000
_log = logging.getLogger("seedkit")


class DjangoImport(Struct, frozen=True, kw_only=True):
    """What to import, and where to: files or folders of them, and what a person says of models and their tables."""

    paths: tuple[Path, ...]
    given: GivenNames
    folder: Path
    force: bool = False
    dry_run: bool = False


def import_django(connection: Connection | None, request: DjangoImport) -> ImportReport:
    """Write fixtures of Django's; without a connection by Django's own names.

    Raises FixtureError and CatalogError for what can't be read or has no table, UsageError for files that are there.
    """
    files = django_files(request.paths)
    with explained("reading the tables' columns"):
        tables = None if connection is None else CatalogTables(connection)
        models = Models(request.given, tables)
        known = None if tables is None else KnownRows(_natural_keys(models, tables), tables)
        rows = DjangoRows(models, known)
        _look_at_all(files, rows)
        rows.notes.clear()  # they come again with the rows
        with RowSpools() as spools:
            for row in chain(_rows(files, rows), _sought_rows(rows, known, models)):
                spools.add(row.file, row.text)
            written = tuple(_written(spools, request))
            notes = (*_notes(rows, spools.counts), *_notes_on_places(files, request.folder))
    return ImportReport(files=written, notes=notes, dry_run=request.dry_run)


def _natural_keys(models: Models, tables: CatalogTables) -> NaturalKeys:
    given = {}
    for model, columns in models.given.keys.items():
        table = models.model(model).table
        if table is not None:
            given[table.name.name] = columns
    return NaturalKeys(given, tables.table)


def _look_at_all(files: Sequence[Path], rows: DjangoRows) -> None:
    """Look at all objects; raises the first mistake, with the others."""
    errors: list[SeedkitError] = []
    for path in files:
        _log.info("reading %s", shown_path(path))
        with _noted(errors):
            for each in django_objects(path):
                with _noted(errors), blamed_on(each.origin):
                    rows.look_at(each.values)
                if len(errors) >= _MOST_MISTAKES:
                    break
    refuse_together([(error, Mistaken.TABLE) for error in errors])


@contextmanager
def _noted(errors: list[SeedkitError]) -> Iterator[None]:
    """Note what is wrong, and go on."""
    try:
        yield
    except (FixtureError, CatalogError) as error:
        errors.append(error)


def _rows(files: Iterable[Path], rows: DjangoRows) -> Iterator[ImportedRow]:
    for path in files:
        for each in django_objects(path):
            yield from _of_one(each, rows)


def _of_one(found: ForeignObject, rows: DjangoRows) -> Iterator[ImportedRow]:
    with blamed_on(found.origin):
        yield from rows.rows(found.values)


def _sought_rows(rows: DjangoRows, known: KnownRows | None, models: Models) -> Iterator[ImportedRow]:
    for row in known.missing() if known else ():
        yield rows.sought(row, models.typed(row.table))


def _written(spools: RowSpools, request: DjangoImport) -> Iterator[ImportedFile]:
    names = named_files(spools.counts)
    if request.dry_run:
        stems = file_stems(names.values())
        for file, name in names.items():
            path = str(shown_path(request.folder / f"{stems[name]}.yml"))
            yield ImportedFile(table=file.table, rows=spools.counts[file], path=path)
        return
    with FolderTarget(request.folder, force=request.force) as target:
        target.expect(list(names.values()), [])
        for file, name in names.items():
            head = options_text(_options(file, name, target), above_list=file.kind in (Kind.KEPT, Kind.JOINING))
            path = target.write(name, spools.pieces(file, head))
            yield ImportedFile(table=file.table, rows=spools.counts[file], path=path)


def _options(file: RowsFile, name: str, target: FolderTarget) -> dict[str, str | Sequence[str]]:
    options: dict[str, str | Sequence[str]] = {}
    if name != file.table or target.is_shared(name):
        options["table"] = file.table
    if file.key:
        options["key"] = file.key
    if file.kind is Kind.SOUGHT:
        options["on_conflict"] = "skip"
    if file.kind is Kind.MADE:
        options["ids"] = "from-labels"
    return options


def _notes_on_places(files: Iterable[Path], folder: Path) -> Iterator[str]:
    for path in files:
        if path.suffix in (".yml", ".yaml") and path.resolve().is_relative_to(folder.resolve()):
            yield f"{shown_path(path)}: move it out of {shown_path(folder)}, as a seed stops where it meets it"


def _notes(rows: DjangoRows, files: Iterable[RowsFile]) -> Iterator[str]:
    for note, count in rows.notes.items():
        yield f"{note} ({count:,} times)" if count > 1 else note
    for file in files:
        if file.kind is Kind.SOUGHT:
            yield f"{file.table}: rows that are referred to and stand in no file are found by {listed(file.key)}"
        if file.kind is Kind.MADE:
            yield f"{file.table}: rows without pk, and without a unique key, take their ids from labels"
