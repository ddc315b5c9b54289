"""`seed`, and what the command and integrations need of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

import seedkit.reports.text  # noqa: F401 - what str(report) gives
from seedkit.api.connections import refuse_other_than, settings_for, usable_connection
from seedkit.config import Settings
from seedkit.core.planning.load_plan import LoadPlan, Selection
from seedkit.core.reports.runs import SeedReport
from seedkit.orm.table_names import TableLike, names_of
from seedkit.postgres.borrowing import borrowed
from seedkit.postgres.connection import Connection

if TYPE_CHECKING:
    from seedkit.runner.seed import SeedRequest  # where sequences alone are looked at, four megabytes are not loaded


def seed(  # noqa: PLR0913 - the options of the command, all of them by keyword
    names: Sequence[TableLike] = (),
    *,
    connection: object = None,
    url: str | None = None,
    directory: str | Path | None = None,
    environment: str | None = None,
    random_seed: int = 0,
    now: datetime | None = None,
    dry_run: bool = False,
    force: bool = False,
    fresh: str | None = None,
    bulk_foreign_keys: bool = False,
    wait: bool = False,
    sql: bool = True,
    require_migrated: bool = False,
) -> SeedReport:
    """Load the fixtures and run the seeders of the project in `directory` (default: the current one).

    `names` picks seeders or tables, these also by their mapped classes or models, with what they depend on. All happens
    in one transaction: committed on a connection that seedkit opens or a SQLAlchemy Engine gives, left open on one that
    is given, which is psycopg's. Raises SeedkitError with the place of what was wrong, and then not one row of the run
    is left; ProtectedDatabaseError on a production database without `force`. Django's is committed in autocommit mode.
    `fresh` is the database's name, and has the planned tables emptied first, in the same transaction.
    `bulk_foreign_keys` checks the foreign keys of empty tables at the end (PostgreSQL 18.4); it blocks their readers.
    With `wait` the planned tables are locked before the first write, once their writers have committed: five seconds
    for their locks, or what `lock_timeout` says in a transaction that is lent. Without `sql` no fixture may use `!sql`;
    `require_migrated` refuses a database that lacks a migration of Alembic's, by UnmigratedDatabaseError.
    """
    refuse_other_than(datetime, now=now)
    settings = settings_for(
        connection, url=url, environment=environment, directory=directory, require_migrated=require_migrated
    )
    request = replace(
        seed_request(settings, Selection(names=names_of("names", names), environment=settings.environment), sql=sql),
        random_seed=random_seed,
        now=now,
        dry_run=dry_run,
        force=force,
        fresh=fresh is not None,
        confirmation=fresh,
        bulk_foreign_keys=bulk_foreign_keys,
        wait=wait,
    )
    if connection is not None:
        return seed_on(connection, request, settings)
    with usable_connection(settings) as usable:
        return _seeded(usable, request, settings)


def _seeded(connection: Connection, request: SeedRequest, settings: Settings | None) -> SeedReport:
    from seedkit.runner import seed as seeding

    refuse_unmigrated(connection, settings)
    return seeding.seed(connection, request)


def refuse_unmigrated(connection: Connection, settings: Settings | None) -> None:
    """Raise UnmigratedDatabaseError where the settings ask for all migrations and the database lacks one."""
    if settings is not None and settings.require_migrated:
        from seedkit.runner import migrated

        migrated.refuse_unmigrated(connection, settings.trusted, settings.alembic_file)


def seed_on(given: object, request: SeedRequest, settings: Settings | None = None) -> SeedReport:
    """Seed on a connection that is lent; on one of Django's inside `transaction.atomic`."""
    from seedkit.orm.django_transactions import known_to_django

    with borrowed(given) as connection, known_to_django(given, roll_back=request.dry_run) as begun:
        return _seeded(connection, replace(request, begun=begun), settings)


def plan_on(given: object, request: SeedRequest) -> LoadPlan:
    """Say what a run on a connection that is lent would do, in its order."""
    from seedkit.runner.seed import planned

    with borrowed(given) as connection:
        return planned(connection, request)


def seed_request(settings: Settings, selection: Selection, *, sql: bool = True) -> SeedRequest:
    """Build the request for a seed of a project from its settings; `sql` does not allow what they forbid."""
    from seedkit.runner.seed import SeedRequest

    return SeedRequest(
        project=settings.trusted,
        selection=selection,
        variables=settings.variables,
        named_environments=settings.named_environments,
        protected_hosts=settings.protected_hosts,
        limits=replace(settings.limits, sql=sql and settings.limits.sql),
        refinements=settings.refinements,
        generator=settings.generator,
    )
