"""Reads a project, what its fixtures and seeders offer, against the catalog of a database. Loads and runs nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from seedkit.core.catalog import Catalog, Table
from seedkit.core.fixture_language.join_rows import Join, join_fixture, joins_of
from seedkit.core.fixture_language.references import reference_column
from seedkit.core.fixtures import FixtureLimits, FixtureTable
from seedkit.core.planning.load_plan import Project
from seedkit.core.reports.runs import SkippedStep
from seedkit.errors import UsageError, lines
from seedkit.files.fixture_files import find_fixture_files, read_fixture
from seedkit.files.ignored_files import find_ignored_files
from seedkit.files.paths import shown_path
from seedkit.files.seeder_modules import find_seeders
from seedkit.files.trusted_project import TrustedProject
from seedkit.postgres.catalog.tables import read_tables_and_joins
from seedkit.postgres.connection import Connection

_IGNORED = "ignored: fixtures are .yml and .yaml files"


def read_project(connection: Connection, catalog: Catalog, trusted: TrustedProject, limits: FixtureLimits) -> Project:
    """Find the seeders and fixtures of a project, and read the tables that they name; raises SeedkitError."""
    trusted.refuse_below(trusted.fixtures)
    found_seeders = find_seeders(trusted.seeders, trusted)
    unread = [_skipped(path, _IGNORED) for path in find_ignored_files(trusted.fixtures)]
    found = list(_fixtures(catalog, trusted.fixtures, limits, unread))
    if not found_seeders and not found:
        raise UsageError(
            f"there is nothing to seed: no fixtures in {trusted.fixtures} and no seeders in {trusted.seeders}",
            detail=lines(f"{step.name} ({step.reason})" for step in unread) if unread else None,
            hint="Write a fixture such as fixtures/users.yml, with rows like `- {id: 1, name: Ada}`.",
        )

    def find_table(name: str) -> int | None:
        relation = catalog.find(name, kinds="rp")
        return relation.oid if relation else None

    named = {oid for seeder in found_seeders for name in seeder.tables if (oid := find_table(name))}
    filled = {oid for oid, _ in found}
    tables, join_tables = read_tables_and_joins(connection, filled | named, filled)
    names = {relation.oid: relation.name.name for relation in catalog.relations}
    joins = {
        oid: {names[join.other_table]: join for join in joins_of(oid, list(join_tables.values()))}
        for oid in dict(found)
    }
    return Project(
        tables={**join_tables, **tables},
        fixtures=[pair for oid, fixture in found for pair in _with_joins(tables[oid], fixture, joins[oid])],
        seeders=found_seeders,
        find_table=find_table,
        unread=unread,
    )


def _fixtures(
    catalog: Catalog, folder: Path, limits: FixtureLimits, unread: list[SkippedStep]
) -> Iterator[tuple[int, FixtureTable]]:
    """Give the project's fixtures with their tables, and add to `unread` the files that hold no rows at all."""
    for path in find_fixture_files(folder):
        fixtures = read_fixture(path, lambda name: catalog.find(name, kinds="rp") is not None, limits)
        for fixture in fixtures:
            yield catalog.table(fixture.table, origin=fixture.origin).oid, fixture
        if not fixtures:
            unread.append(_skipped(path, "holds no rows"))


def _skipped(path: Path, reason: str) -> SkippedStep:
    return SkippedStep(name=str(shown_path(path)), reason=reason)


def _with_joins(table: Table, fixture: FixtureTable, joins: Mapping[str, Join]) -> list[tuple[int, FixtureTable]]:
    """Give a fixture, and beside it the rows of join tables that its rows hold under the name of the joined table."""
    held = {name: join for name, join in joins.items() if _holds(fixture, table, name)}
    return [
        (table.oid, replace(fixture, joins=frozenset(held))),
        *((join.table.oid, join_fixture(fixture, name, join, table.key_column)) for name, join in held.items()),
    ]


def _holds(fixture: FixtureTable, table: Table, name: str) -> bool:
    """Whether a key of the fixture's rows is the name of a joined table, and no column."""
    if any(column.name == name for column in table.columns) or reference_column(table, name) == f"{name}_id":
        return False
    return fixture.may_name(name) and any(name in row.values for row in fixture.rows())
