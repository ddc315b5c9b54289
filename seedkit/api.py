"""The functions of the public API: they find the connection, and leave the work to the use cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import seedkit.reports.text  # noqa: F401 - what str(report) gives
from seedkit.config import Settings, load_settings, required_database
from seedkit.context import running_seed
from seedkit.core.planning.load_plan import LoadPlan, Selection
from seedkit.core.reports.limits import by_danger
from seedkit.core.reports.runs import RepairReport, SeedReport, SequenceReport
from seedkit.core.sequences.ids import IdRange, given_range
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.errors import SequenceError
from seedkit.orm.table_names import TableLike, as_name, numbered_name, numbered_names
from seedkit.postgres.borrowing import borrowed
from seedkit.postgres.connection import Connection, in_transaction
from seedkit.postgres.lending import lent
from seedkit.postgres.session import Session
from seedkit.runner.database import opened
from seedkit.runner.repair import RepairRequest, Target, repair

if TYPE_CHECKING:
    from seedkit.runner.seed import SeedRequest  # where sequences alone are looked at, four megabytes are not loaded


def fix_sequence(
    table_name: TableLike,
    id_column: str | None = None,
    sequence_name: str | None = None,
    *,
    id_range: tuple[int, int] | None = None,
    force: bool = False,
    connection: object = None,
) -> SequenceReport:
    """Move the sequence of a table past its highest id, if it is behind, and return what was found and done.

    Without `id_column` every sequence-fed column of the table is repaired, and the first one's report returned.
    `sequence_name` names a sequence that need not be linked to the table. It is refused but by `force` where the column
    draws from another or computes with its values, or where the gap is out of all proportion to the table's rows.
    Names are read as psql reads them, and found in whatever case if that is unambiguous; in place of the table's do a
    class that SQLAlchemy or SQLModel maps, a Table, and a model of Django. `id_range` tells the lowest and the highest
    id that are the sequence's own, where each machine has a range: ids past it are told, not counted.

    `connection` is one of psycopg 3, psycopg2 or pg8000, a SQLAlchemy Session or Connection on any driver, or a Django
    connection; it is used inside its open transaction, never committed, and left as found; a Session is flushed first.
    Without it, a running seeder's connection is used, else one to the configured database is opened, and each repair
    committed; so it is on the connection that a SQLAlchemy Engine gives. What is awaited goes to `seedkit.aio`.
    PostgreSQL does not undo `setval` and `nextval` on ROLLBACK, so a repair stays in any case; in a dry run a seeder's
    call only judges.

    Raises CatalogError if the table, column or sequence does not exist; SequenceError if no sequence feeds the column,
    or if it could not be judged or moved; UsageError for `force` without a sequence; ConfigurationError or
    ConnectionFailedError without a usable database.
    """
    target = Target(table=numbered_name(table_name, connection), column=id_column, sequence=sequence_name, force=force)
    options = RepairOptions(id_range=_own(id_range))
    report = _repair(RepairRequest(targets=(target,), options=options), connection)
    for sequence in report.sequences:
        if not sequence.right and not report.dry_run:
            named = f"sequence {sequence.sequence} of " if sequence.sequence else ""
            raise SequenceError(
                f"{named}{sequence.table}.{sequence.column}: {sequence.status}",
                detail=sequence.reason,
                hint=sequence.hint,
            )
    return report.sequences[0]


def fix_sequences(
    tables: Sequence[TableLike] | None = None,
    *,
    schema: str | Sequence[str] | None = None,
    margin: int = 0,
    id_range: tuple[int, int] | None = None,
    wait: bool = False,
    lock_timeout: str | None = "5s",
    dry_run: bool = False,
    connection: object = None,
) -> RepairReport:
    """Repair the sequences of some tables, by default of all (of a schema, or several), and report; see `fix_sequence`.

    `margin` values are left free beyond each highest id, for a cut-over. `id_range` is as in `fix_sequence`. With
    `wait` each table is locked until its writers have committed. `lock_timeout`, in PostgreSQL's spelling, bounds its
    waits for locks, those in vain all together, where seedkit opens the transaction. A sequence that can't be judged or
    moved does not stop the others: the report's `right` is then False. A dry run only judges. Raises CatalogError for a
    table that does not exist, SequenceError for one that no sequence feeds.
    """
    options = RepairOptions(margin=margin, lock_timeout=lock_timeout, wait=wait, id_range=_own(id_range))
    targets, schemas = _targets(tables, connection), _schemas(schema)
    return _repair(RepairRequest(targets=targets, schemas=schemas, options=options, dry_run=dry_run), connection)


def check_sequences(
    tables: Sequence[TableLike] | None = None,
    *,
    schema: str | Sequence[str] | None = None,
    id_range: tuple[int, int] | None = None,
    connection: object = None,
) -> RepairReport:
    """Judge the sequences of some tables, by default of all, and write nothing; raises as `fix_sequences` does.

    But a SQLAlchemy Session that is lent sends what it holds back first: what it is about to insert is judged, too.
    The report begins with what is most dangerous: behind, exhausted or not judged, then nearest to its limit. What
    `[tool.seedkit.check]` ignores is ignored by the command alone.
    """
    options, targets = RepairOptions(id_range=_own(id_range)), _targets(tables, connection)
    request = RepairRequest(targets=targets, schemas=_schemas(schema), options=options, dry_run=True)
    report = _repair(request, connection)
    return replace(report, sequences=by_danger(report.sequences), of_check=True)


def seed(  # noqa: PLR0913 - the options of the command, all of them by keyword
    names: Sequence[TableLike] = (),
    *,
    connection: object = None,
    url: str | None = None,
    directory: Path | None = None,
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
    for each lock, or what `lock_timeout` says in a transaction that is lent. Without `sql` no fixture may use `!sql`;
    `require_migrated` refuses a database that lacks a migration of Alembic's, by UnmigratedDatabaseError.
    """
    settings = load_settings(url=url, environment=environment, directory=directory, require_migrated=require_migrated)
    request = replace(
        seed_request(settings, Selection(names=tuple(map(as_name, names)), environment=settings.environment), sql=sql),
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
    with _connection(settings) as usable:
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
    )


def _targets(tables: Sequence[TableLike] | None, connection: object) -> tuple[Target, ...] | None:
    return None if tables is None else tuple(Target(table=name) for name in numbered_names(tables, connection))


def _schemas(schema: str | Sequence[str] | None) -> tuple[str, ...] | None:
    return None if schema is None else (schema,) if isinstance(schema, str) else tuple(schema)


def _own(id_range: tuple[int, int] | None) -> IdRange | None:
    return None if id_range is None else given_range(*id_range)


def _repair(request: RepairRequest, connection: object) -> RepairReport:
    if connection is not None:
        return lent(connection, lambda usable: _repaired(request, usable))
    with _connection() as usable:
        return _repaired(request, usable)


def _repaired(request: RepairRequest, usable: Session) -> RepairReport:
    run = running if (running := running_seed()) is not None and running.connection is usable else None
    begins = not in_transaction(usable)
    report = repair(usable, replace(request, dry_run=True) if run and run.dry_run else request)
    if begins and in_transaction(usable):
        usable.rollback()  # without autocommit our reading began a transaction; a repair is not undone by this
    if run:
        run.repairs += report.sequences
    return report


@contextmanager
def _connection(settings: Settings | None = None) -> Iterator[Connection]:
    """Give the running seeder's connection, or one of our own to the configured database."""
    if (run := running_seed()) is not None:
        run.sessions.flush()
        with borrowed(run.connection) as connection:
            yield connection
    else:
        with opened(required_database(settings or load_settings())) as connection:
            yield connection
