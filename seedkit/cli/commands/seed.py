"""`seedkit seed`: fixtures and seeders, and every sequence right."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from seedkit.cli import completion
from seedkit.cli.colours import When
from seedkit.cli.confirmation import confirmed, with_more_rows
from seedkit.cli.opening import opened
from seedkit.cli.options import (
    TIME_FORMATS,
    Color,
    Confirm,
    Debug,
    DryRun,
    Html,
    Json,
    Quiet,
    StatementTimeout,
    Url,
    Verbose,
    time_with_unit,
    valid_timeout,
)
from seedkit.cli.terminal import Terminal
from seedkit.errors import TooManyRowsError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from seedkit.config import Settings
    from seedkit.core.reports.runs import SeedReport
    from seedkit.core.reports.times import StepTime
    from seedkit.postgres.connection import Connection
    from seedkit.runner.seed import SeedRequest

_Names = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NAME", help="Seeders or tables; they bring what they depend on.", autocompletion=completion.seeds
    ),
]
_Excluded = Annotated[list[str] | None, typer.Option("--except", metavar="NAME", help="Leave out a seeder or table.")]
_Environment = Annotated[
    str | None, typer.Option("--env", metavar="NAME", help="Also run what is marked for this environment.")
]
_ListOnly = Annotated[bool, typer.Option("--list", help="Show the order, and run nothing.")]
_RandomSeed = Annotated[int, typer.Option(help="Fake values depend on this number.")]
_Now = Annotated[datetime | None, typer.Option(metavar="TIME", formats=TIME_FORMATS, help="The run's moment, in UTC.")]
_Force = Annotated[bool, typer.Option("--force", help="Seed a production database all the same.")]
_Fresh = Annotated[bool, typer.Option("--fresh", help="Empty the planned tables first.")]
_BulkForeignKeys = Annotated[
    bool,
    typer.Option(
        "--bulk-fk",
        help="Check the foreign keys of empty tables once, at the end; faster, but it blocks readers of both "
        "tables of each key until the commit. PostgreSQL 18.4 and later.",
    ),
]
_Wait = Annotated[
    bool, typer.Option("--wait", help="First lock the planned tables until their writers have committed.")
]
_LockTimeout = Annotated[
    str,
    typer.Option(
        metavar="TIME",
        callback=valid_timeout,
        help="How long --wait waits for its locks: 5s, 300ms; a bare number is milliseconds, 0 for ever. A run that "
        "only writes waits as the server's lock_timeout says: for ever, mostly.",
    ),
]
_WaitForDatabase = Annotated[
    str | None,
    typer.Option(
        metavar="TIME", callback=time_with_unit, help="Wait this long for a server that is coming up: 30s, 5min."
    ),
]
_RequireMigrated = Annotated[
    bool, typer.Option("--require-migrated", help="Refuse a database that lacks one of Alembic's migrations.")
]
_NoSql = Annotated[bool, typer.Option("--no-sql", help="Refuse fixtures with !sql.")]


def seed(
    names: _Names = None,
    excluded: _Excluded = None,
    environment: _Environment = None,
    list_only: _ListOnly = False,
    random_seed: _RandomSeed = 0,
    now: _Now = None,
    force: _Force = False,
    fresh: _Fresh = False,
    confirm: Confirm = None,
    bulk_fk: _BulkForeignKeys = False,
    wait: _Wait = False,
    no_sql: _NoSql = False,
    require_migrated: _RequireMigrated = False,
    wait_for_database: _WaitForDatabase = None,
    lock_timeout: _LockTimeout = "5s",
    statement_timeout: StatementTimeout = None,
    dry_run: DryRun = False,
    url: Url = None,
    json: Json = False,
    html: Html = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
    color: Color = When.AUTO,
    debug: Debug = False,
) -> None:
    """Load fixtures, run seeders, fix the sequences touched. All or nothing."""
    with Terminal(json=json, quiet=quiet, verbose=verbose, color=color, debug=debug) as terminal:
        from msgspec.structs import replace

        from seedkit.config import filled, load_settings

        settings = load_settings(url=url, environment=filled("--env", environment), require_migrated=require_migrated)
        request = replace(
            _request(settings, names, excluded, sql=not no_sql),
            random_seed=random_seed,
            now=now.replace(tzinfo=UTC) if now else None,
            dry_run=dry_run,
            force=force,
            fresh=fresh,
            confirmation=confirm,
            bulk_foreign_keys=bulk_fk,
            wait=wait,
            lock_timeout=lock_timeout,
        )
        database = opened(settings, read_only=list_only, statement_timeout=statement_timeout, wait=wait_for_database)
        if list_only:
            _list(terminal, database, request, html)
        else:
            _seed(terminal, database, settings, request, html)


def _request(settings: Settings, names: list[str] | None, excluded: list[str] | None, *, sql: bool) -> SeedRequest:
    """Ask for what the project says, and was selected."""
    from seedkit.api.seeding import seed_request
    from seedkit.core.planning.load_plan import Selection

    selected, left_out = tuple(names or ()), tuple(excluded or ())
    selection = Selection(names=selected, excluded=left_out, environment=settings.environment)
    return seed_request(settings, selection, sql=sql)


def _seed(
    terminal: Terminal,
    database: AbstractContextManager[Connection],
    settings: Settings,
    request: SeedRequest,
    html: Path | None,
) -> None:
    from seedkit.api.seeding import refuse_unmigrated
    from seedkit.cli.run_page import RunPage
    from seedkit.reports.json import seed_json
    from seedkit.reports.text import seed_text

    page = RunPage(html, "seedkit seed", terminal)
    with page.of_errors(), database as connection, terminal.aside():
        refuse_unmigrated(connection, settings)
        report = _seeded(terminal, connection, confirmed(terminal, connection, settings, request))
    terminal.has_written = not request.dry_run
    terminal.show(seed_json(report) if terminal.json else seed_text(report))
    page.write(partial(_page, report))
    terminal.exit_unless(report.right)


def _page(report: SeedReport, times: Sequence[StepTime], now: datetime) -> str:
    from seedkit.reports.pages.run import seed_html

    return seed_html(report, times, now)


def _seeded(terminal: Terminal, connection: Connection, request: SeedRequest) -> SeedReport:
    """Seed, and once more where a template stands for more rows than is usual and somebody says that it is meant."""
    from seedkit.runner.seed import seed

    try:
        return seed(connection, request)
    except TooManyRowsError as error:  # nothing was kept
        return _seeded(terminal, connection, with_more_rows(terminal, request, error))


def _list(
    terminal: Terminal, database: AbstractContextManager[Connection], request: SeedRequest, html: Path | None
) -> None:
    if html is not None:
        raise UsageError("--list does nothing that a page could show", hint="Leave --html out.")
    from seedkit.reports.json import plan_json
    from seedkit.reports.text import plan_text
    from seedkit.runner.seed import planned

    with database as connection:
        plan = planned(connection, request)
    terminal.show(plan_json(plan) if terminal.json else plan_text(plan))
