"""Looks labelled rows up in a database that has been seeded: what a row has in a column, by default its key."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from seedkit.context.run import SeedRun
from seedkit.core.planning.load_plan import LoadPlan
from seedkit.core.read_secrets import Secrets
from seedkit.postgres.borrowing import borrowed
from seedkit.postgres.catalog.tables import read_catalog
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explained
from seedkit.runner.fixture_loads import FixtureLoads
from seedkit.runner.project import read_filled_project
from seedkit.runner.seed import SeedRequest, setting_of


def row_lookup(connection: Connection, request: SeedRequest) -> Callable[[str], object]:
    """Give what answers `users.ada` and `users.ada.email`; the files are read once, and keys are looked up once.

    It writes nothing, and draws no key: a row must be there. It raises as `SeedContext.ref` does.
    """
    with borrowed(connection) as usable, explained("reading the project"):
        catalog = read_catalog(usable)
        run = SeedRun(
            connection=connection,
            catalog=catalog,
            tables={},
            random_seed=request.random_seed,
            now=request.now or datetime.now(UTC),
        )
        project = read_filled_project(usable, catalog, request.project, request.limits)
        run.tables = dict(project.tables)
        setting = setting_of(run, request, Secrets())
        FixtureLoads(run, project, LoadPlan(groups=()), request.selection.environment, setting)

    def look_up(text: str) -> object:
        with borrowed(connection), explained(f"looking {text} up"):
            return run.stored(text)

    return look_up
