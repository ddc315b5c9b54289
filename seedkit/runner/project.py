"""Reads a project, what its fixtures and seeders offer, against the catalog of a database. Loads and runs nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from itertools import groupby, islice
from pathlib import Path
from typing import TypeAlias

from msgspec.structs import replace

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.djangos_rows import import_command, is_djangos, refusal
from seedkit.core.fixture_language.headers import refuse_unmeant_header
from seedkit.core.fixture_language.join_rows import Join, join_fixture, joins_of
from seedkit.core.fixture_language.references import reference_column
from seedkit.core.fixture_language.row_defaults import refuse_unmeant_defaults, with_defaults
from seedkit.core.fixtures import FixtureLimits, FixtureTable
from seedkit.core.names import did_you_mean
from seedkit.core.planning.load_plan import Project
from seedkit.core.planning.seeders import Seeder
from seedkit.core.relations import Catalog, Relation
from seedkit.core.reports.mistakes import Kind, Mistake, refuse_together
from seedkit.core.reports.runs import SkippedStep
from seedkit.errors import CatalogError, FixtureError, NothingToSeedError, Origin, SeedkitError, UsageError, lines
from seedkit.files.fixture_files import find_fixture_files, read_fixture
from seedkit.files.ignored_files import Aside, files_aside
from seedkit.files.paths import shown_path, unpacked_name
from seedkit.files.seeder_modules import find_seeders
from seedkit.files.trusted_project import TrustedProject
from seedkit.orm.table_names import as_name
from seedkit.postgres.catalog.tables import read_tables_and_joins
from seedkit.postgres.connection import Connection

Further: TypeAlias = Callable[[Project, Collection[Path]], Iterable[Mistake]]
"""Tells what else is wrong with a project of whose files some, whose paths are given, can't be used."""


def read_project(
    connection: Connection,
    catalog: Catalog,
    trusted: TrustedProject,
    limits: FixtureLimits,
    further: Further = lambda _project, _broken: (),
) -> Project:
    """Find the seeders and fixtures of a project, and read the tables that they name.

    Raises SeedkitError; where files can't be used that tells of all of them, and what else is wrong.
    """
    trusted.refuse_below(trusted.fixtures)
    found_seeders = [_with_names(seeder) for seeder in find_seeders(trusted.seeders, trusted)]
    paths = find_fixture_files(trusted.fixtures)
    aside = files_aside(paths, partial(_names_table, catalog))
    unread = [_skipped(path, _reason(path, why, catalog)) for path, why in aside.items() if why is not Aside.ATTACHED]
    broken = _BrokenFiles()
    found = list(_fixtures(catalog, [path for path in paths if path not in aside], limits, unread, broken))

    def find_table(name: str) -> int | None:
        relation = catalog.find(name, kinds="rp")
        return relation.oid if relation else None

    named = {oid for seeder in found_seeders for name in seeder.tables if (oid := find_table(name))}
    filled = {oid for oid, _ in found}
    tables, join_tables = read_tables_and_joins(connection, filled | named, filled)
    names = {relation.oid: relation.name.name for relation in catalog.relations}
    joins = {
        oid: {names[join.other_table]: join for join in joins_between(tables[oid], list(join_tables.values()), catalog)}
        for oid in dict(found)
    }
    project = Project(
        tables={**join_tables, **tables},
        fixtures=list(_completed(found, tables, joins, broken)),
        seeders=found_seeders,
        find_table=find_table,
        table_names=[str(relation.name) for relation in catalog.relations if relation.kind in "rp"],
        unread=unread,
    )
    broken.refuse(lambda paths: further(project, paths))
    return project


def read_filled_project(
    connection: Connection,
    catalog: Catalog,
    trusted: TrustedProject,
    limits: FixtureLimits,
    further: Further = lambda _project, _broken: (),
) -> Project:
    """Read a project as `read_project` does; raises NothingToSeedError where it has neither fixtures nor seeders."""
    project = read_project(connection, catalog, trusted, limits, further)
    if not project.seeders and not project.fixtures:
        raise NothingToSeedError(
            f"there is nothing to seed: no fixtures in {trusted.fixtures} and no seeders in {trusted.seeders}",
            detail=lines(f"{step.name} ({step.reason})" for step in project.unread) if project.unread else None,
            hint="Write a fixture such as fixtures/users.yml, with rows like `- {id: 1, name: Ada}`.",
        )
    return project


def joins_between(joined: Table, tables: list[Table], catalog: Catalog) -> list[Join]:
    """List the joins of a table, those that foreign keys make last: they win over those that names tell."""
    if not tables:
        return []
    from seedkit.core.fixture_language.named_joins import joins_by_name

    def find(name: str) -> Relation | None:
        with suppress(CatalogError):  # it fits several, so it is plain for none
            return catalog.find(name, kinds="rp")
        return None

    return [*joins_by_name(joined, tables, find), *joins_of(joined, tables)]


class _BrokenFiles:
    """The files that can't be used, by their paths, with what is wrong in them."""

    def __init__(self) -> None:
        self.paths: set[Path] = set()
        self._errors: list[tuple[SeedkitError, Kind]] = []

    @contextmanager
    def noted(self, path: Path, kind: Kind) -> Iterator[None]:
        """Note what is wrong with a file, and go on."""
        try:
            yield
        except (FixtureError, CatalogError) as error:
            error.origin = error.origin or Origin(path=shown_path(path))
            self.paths.add(path)
            self._errors.append((error, kind))

    def refuse(self, further: Callable[[Collection[Path]], Iterable[Mistake]]) -> None:
        """Raise the first error, with all others."""
        if self._errors:
            refuse_together(self._errors, further(self.paths))


def _fixtures(
    catalog: Catalog, paths: Iterable[Path], limits: FixtureLimits, unread: list[SkippedStep], broken: _BrokenFiles
) -> Iterator[tuple[int, FixtureTable]]:
    """Give the project's fixtures with their tables, and add to `unread` the files that hold no rows at all."""
    for path in paths:
        with broken.noted(path, Kind.FILE):
            fixtures = read_fixture(path, lambda name: catalog.find(name, kinds="rp") is not None, limits)
            for fixture in fixtures:
                with broken.noted(path, Kind.TABLE):
                    yield _table_of(catalog, fixture), fixture
            if not fixtures:
                unread.append(_skipped(path, "holds no rows"))


def _with_names(seeder: Seeder) -> Seeder:
    """Have tables that were given by their mapped classes or models named."""
    try:
        tables, depends_on = (tuple(map(as_name, given)) for given in (seeder.tables, seeder.depends_on))
    except UsageError as error:
        error.origin = seeder.origin
        raise
    return replace(seeder, tables=tables, depends_on=depends_on)


def _table_of(catalog: Catalog, fixture: FixtureTable) -> int:
    """Find the table of a fixture; where there is none, the file may be one of Django's."""
    try:
        return catalog.table(fixture.table, origin=fixture.origin).oid
    except CatalogError:
        for row in islice(fixture.rows(), 1):
            if is_djangos(row.values):
                raise refusal(Origin(path=fixture.origin.path, line=row.line)) from None
        raise


def _names_table(catalog: Catalog, name: str) -> bool:
    """Whether a name means a table, or several."""
    try:
        return catalog.find(name, kinds="rp") is not None
    except CatalogError:
        return True


def _reason(path: Path, why: Aside, catalog: Catalog) -> str:
    """Say why a file among the fixtures is not read."""
    if why is Aside.DJANGOS:
        return f"a fixture of Django: {import_command(shown_path(path))}"
    name = unpacked_name(path).stem
    near = did_you_mean(name, (relation.typed for relation in catalog.relations if relation.kind in "rp"))
    return f'ignored: there is no table "{name}"' + (f"; {near[0].lower()}{near[1:]}" if near else "")


def _skipped(path: Path, reason: str) -> SkippedStep:
    return SkippedStep(name=str(shown_path(path)), reason=reason)


def _completed(
    found: Sequence[tuple[int, FixtureTable]],
    tables: Mapping[int, Table],
    joins: Mapping[int, Mapping[str, Join]],
    broken: _BrokenFiles,
) -> Iterator[tuple[int, FixtureTable]]:
    """Give the fixtures with their defaults, and with the rows of join tables that they hold."""
    for path, together in groupby(found, key=lambda pair: pair[1].origin.path):
        pairs = list(together)
        with broken.noted(path, Kind.COLUMN):
            for oid, fixture in pairs:
                refuse_unmeant_header(fixture, tables[oid], joins[oid])
            refuse_unmeant_defaults(pairs[0][1], [(tables[oid], joins[oid]) for oid in dict(pairs)])
            complete = [(oid, with_defaults(fixture, tables[oid], joins[oid])) for oid, fixture in pairs]
            for oid, fixture in complete:
                yield from _with_joins(tables[oid], fixture, joins[oid])


def _with_joins(table: Table, fixture: FixtureTable, joins: Mapping[str, Join]) -> list[tuple[int, FixtureTable]]:
    """Give a fixture, and beside it the rows of join tables that its rows hold under the name of the joined table."""
    held = {name: join for name, join in joins.items() if _holds(fixture, table, name)}
    return [
        (table.oid, replace(fixture, joins=frozenset(held)) if held else fixture),
        *((join.table.oid, join_fixture(fixture, name, join, table.key_column)) for name, join in held.items()),
    ]


def _holds(fixture: FixtureTable, table: Table, name: str) -> bool:
    """Whether a key of the fixture's rows is the name of a joined table, and no column."""
    if any(column.name == name for column in table.columns) or reference_column(table, name) == f"{name}_id":
        return False
    return fixture.may_name(name) and any(name in row.values for row in fixture.rows())
