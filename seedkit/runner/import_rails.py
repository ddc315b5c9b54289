"""From Rails' fixtures to ours. Most say the same here as they stand: they are copied, with what must change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.file_names import file_stems
from seedkit.core.importing.rails_tables import leaves_out_key, table_candidates, words_for_numbers
from seedkit.core.importing.report import ImportedFile, ImportReport
from seedkit.core.importing.text_edits import edited
from seedkit.core.names import in_quotes
from seedkit.core.reports.mistakes import Kind, refuse_together
from seedkit.errors import CatalogError, Origin, SeedkitError, UsageError
from seedkit.files.dump_targets import FolderTarget
from seedkit.files.importing.rails_edits import Enums, option_edits
from seedkit.files.importing.rails_files import RailsFile, rails_files, read_rails_file
from seedkit.files.paths import shown_path
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explained
from seedkit.runner.imported_tables import CatalogTables


class RailsImport(Struct, frozen=True, kw_only=True):
    """What to import, and where to; `tables` are those of other names by set name, as `admin/users`.

    `enums` are the numbers of names, by set name and column.
    `ids_from_labels` says that the project's settings make ids from labels in all files.
    """

    source: Path
    tables: Mapping[str, str]
    folder: Path
    enums: Mapping[str, Enums] = field(default_factory=dict)
    ids_from_labels: bool = False
    force: bool = False
    dry_run: bool = False


class _Copy(Struct, frozen=True, kw_only=True):
    """A file on its way: `table` as a fixture names it, `known` what the database says of it."""

    file: RailsFile
    table: str
    known: Table | None


def import_rails(connection: Connection | None, request: RailsImport) -> ImportReport:
    """Write fixtures of Rails'; without a connection by Rails' own names.

    Raises FixtureError and CatalogError for what can't be read or has no table, UsageError for files that are there.
    """
    if request.folder.resolve().is_relative_to(request.source.resolve()):
        raise UsageError(
            f"the fixtures of Rails and ours can not share the folder {shown_path(request.source)}",
            hint="Name another folder with --output.",
        )
    errors: list[SeedkitError] = []
    with explained("reading the tables' columns"):
        tables = None if connection is None else CatalogTables(connection)
        paths = rails_files(request.source)
        found = [read_rails_file(request.source, path, request.enums, errors) for path in paths]
        copies = [copy for file in found if file and (copy := _copy(file, request, tables, errors))]
    refuse_together([(error, Kind.FILE) for error in errors])
    with FolderTarget(request.folder, force=request.force) as target:
        written = tuple(_written(copies, request, target))
    empty = [path for path, file in zip(paths, found, strict=True) if file is None]
    return ImportReport(files=written, notes=tuple(_notes(copies, empty)), dry_run=request.dry_run)


def _copy(
    file: RailsFile, request: RailsImport, tables: CatalogTables | None, errors: list[SeedkitError]
) -> _Copy | None:
    given = request.tables.get(file.set_name.lower())
    candidates = [given] if given else table_candidates(file.set_name, file.options.get("model_class"))
    if tables is None:
        return _Copy(file=file, table=candidates[0], known=None)
    for name in candidates:
        if (table := tables.find(name)) is not None:
            return _Copy(file=file, table=tables.typed(table), known=table)
    errors.append(
        CatalogError(
            f"there is no table {in_quotes(candidates[0])}",
            origin=Origin(path=shown_path(file.path)),
            hint=f"Where it has another name: --table {file.set_name}=NAME.",
        )
    )
    return None


def _written(copies: Sequence[_Copy], request: RailsImport, target: FolderTarget) -> Iterator[ImportedFile]:
    names = list(_names(copies))
    stems = file_stems(names)
    if not request.dry_run:
        target.expect(names, [])
    for copy, name in zip(copies, names, strict=True):
        table = None if stems[name] == copy.table else copy.table
        options = dict(_options(copy, table, request))
        text = edited(copy.file.text, option_edits(copy.file.events, options))
        path = str(shown_path(request.folder / f"{stems[name]}.yml"))
        yield ImportedFile(
            table=copy.table,
            rows=len(copy.file.rows) - len(copy.file.only_merged),
            path=path if request.dry_run else target.write(name, [text]),
            source=str(shown_path(copy.file.path)),
            changes=tuple(_changes(copy.file, options)),
        )


def _names(copies: Sequence[_Copy]) -> Iterator[str]:
    """Name each file after its table, or after its set where another one has rows of the table, or is called so."""
    sets = {copy.file.set_name for copy in copies}
    tables = Counter(copy.table for copy in copies)
    for copy in copies:
        is_anothers = copy.table in sets and copy.table != copy.file.set_name
        yield copy.file.set_name if tables[copy.table] > 1 or is_anothers else copy.table


def _options(copy: _Copy, table: str | None, request: RailsImport) -> Iterator[tuple[str, str]]:
    if table is not None:
        yield "table", table
    if not request.ids_from_labels and leaves_out_key(copy.file.rows, copy.known):
        yield "ids", "from-labels"
    if copy.file.bare_defaults:
        yield "ignore", "DEFAULTS"


def _changes(file: RailsFile, options: Mapping[str, str]) -> Iterator[str]:
    yield from (f"{name}: {value}" for name, value in options.items())
    if file.replaced:
        yield f"Ruby ({file.replaced})"
    yield from (f"{what} ({count})" for what, count in Counter(file.changes).items())


def _notes(copies: Iterable[_Copy], empty: Iterable[Path]) -> Iterator[str]:
    for copy in copies:
        path = shown_path(copy.file.path)
        for label in copy.file.only_merged:
            yield (
                f"{path}: {label} is a row in Rails, and none here, as it is in capitals and others merge its anchor: "
                f"name the row otherwise, or add one that merges it"
            )
        for column, row in words_for_numbers(copy.file.rows, copy.known).items() if copy.known else ():
            option = f"--enum {copy.file.set_name}.{column}=NAME,NAME"
            yield f'{path}:{row.line}: "{column}" is a column of numbers; an enum? {option}'
    yield from (f"{shown_path(path)} holds no rows" for path in empty)
