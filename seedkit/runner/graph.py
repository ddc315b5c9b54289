"""Reads the tables of a database as a graph, and what of a project fills them; loads and runs nothing."""

from __future__ import annotations

from collections import defaultdict

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.fixtures import DEFAULT_LIMITS, FixtureLimits
from seedkit.core.graphs.tables import TableGraph, table_graph
from seedkit.core.planning.load_plan import Project
from seedkit.files.paths import shown_path
from seedkit.files.trusted_project import TrustedProject
from seedkit.postgres.catalog.tables import read_catalog, read_tables
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explained
from seedkit.runner.project import read_project


class GraphRequest(Struct, frozen=True, kw_only=True):
    """What is drawn: all tables, or those named and what is within so many foreign keys of them."""

    project: TrustedProject
    tables: tuple[str, ...] = ()
    distance: int = 1
    limits: FixtureLimits = DEFAULT_LIMITS


def graph(connection: Connection, request: GraphRequest) -> TableGraph:
    """Give the tables with their levels, their foreign keys and what fills them.

    Raises CatalogError for a table that isn't there, SeedkitError where fixtures or seeders can't be read.
    """
    with explained("reading the tables"):
        catalog = read_catalog(connection)
        meant = [catalog.table(name).oid for name in request.tables]
        tables = read_tables(connection, [relation.oid for relation in catalog.relations if relation.kind in "rp"])
        project = read_project(connection, catalog, request.project, request.limits)
    whole = _with_fillers(table_graph(tables), project)
    return whole.around([whole.numbers[oid] for oid in meant], request.distance) if meant else whole


def _with_fillers(graph: TableGraph, project: Project) -> TableGraph:
    fixtures: defaultdict[int, list[str]] = defaultdict(list)
    seeders: defaultdict[int, list[str]] = defaultdict(list)
    for oid, fixture in project.fixtures:
        fixtures[graph.numbers[oid]].append(str(shown_path(fixture.origin.path)))
    for seeder in project.seeders:
        for name in seeder.tables:
            if (found := project.find_table(name)) is not None:
                seeders[graph.numbers[found]].append(seeder.name)
    filled = (
        replace(table, fixtures=tuple(fixtures[table.number]), seeders=tuple(seeders[table.number]))
        for table in graph.tables
    )
    return replace(graph, tables=tuple(filled))
