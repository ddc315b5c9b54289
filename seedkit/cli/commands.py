"""The commands on a database. What they need is imported when they run, so that `--help` is quick."""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, redirect_stdout
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seedkit.cli.file_commands import files
from seedkit.cli.options import Confirm, Debug, DryRun, Json, LockTimeout, Quiet, Url
from seedkit.cli.protection_commands import confirmed, protect, unprotect
from seedkit.cli.server_commands import server
from seedkit.cli.streams import hide_passwords
from seedkit.cli.terminal import Terminal
from seedkit.errors import UsageError

if TYPE_CHECKING:
    from seedkit.config import Settings
    from seedkit.postgres.connection import Connection
    from seedkit.runner.repair import RepairRequest
    from seedkit.runner.seed import SeedRequest

_TIME_FORMATS = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M:%S"]

app = typer.Typer(
    name="seedkit",
    help="Fill a PostgreSQL database from fixtures and seeders, and leave every sequence right.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done; 1 failed, or something found; 2 could not start; 130 interrupted.",
)
app.add_typer(server, name="db")
app.command()(protect)
app.command()(unprotect)
app.add_typer(files)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"seedkit {version('pg-seedkit')}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Fill a PostgreSQL database from fixtures and seeders, and leave every sequence right."""


@app.command()
def seed(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME", help="Seeders or tables; they bring what they depend on.")
    ] = None,
    excluded: Annotated[
        list[str] | None, typer.Option("--except", metavar="NAME", help="Leave out a seeder or table.")
    ] = None,
    environment: Annotated[
        str | None, typer.Option("--env", metavar="NAME", help="Also run what is marked for this environment.")
    ] = None,
    list_only: Annotated[bool, typer.Option("--list", help="Show the order, and run nothing.")] = False,
    random_seed: Annotated[int, typer.Option(help="Fake values depend on this number.")] = 0,
    now: Annotated[
        datetime | None, typer.Option(metavar="TIME", formats=_TIME_FORMATS, help="The run's moment, in UTC.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Seed a production database all the same.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Empty the planned tables first.")] = False,
    confirm: Confirm = None,
    bulk_fk: Annotated[
        bool,
        typer.Option(
            "--bulk-fk",
            help="Check the foreign keys of empty tables once, at the end; faster, but it blocks readers of both "
            "tables of each key until the commit. PostgreSQL 18.4 and later.",
        ),
    ] = False,
    wait: Annotated[
        bool, typer.Option("--wait", help="First lock the planned tables until their writers have committed.")
    ] = False,
    lock_timeout: LockTimeout = "5s",
    dry_run: DryRun = False,
    url: Url = None,
    json: Json = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Load the fixtures, run the seeders and fix the sequences of every table touched: all or nothing."""
    with Terminal(json=json, quiet=quiet, debug=debug) as terminal:
        from seedkit.api import seed_request
        from seedkit.config import load_settings
        from seedkit.core.planning.load_plan import Selection

        settings = load_settings(url=url, environment=environment)
        selection = Selection(
            names=tuple(names or ()), excluded=tuple(excluded or ()), environment=settings.environment
        )
        request = replace(
            seed_request(settings, selection),
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
        (_list if list_only else _seed)(terminal, settings, request)


def _seed(terminal: Terminal, settings: Settings, request: SeedRequest) -> None:
    from seedkit.reports import text as report_text
    from seedkit.runner.seed import seed

    with _opened(settings) as connection, redirect_stdout(sys.stderr):  # a seeder's print is no part of the report
        report = seed(connection, confirmed(terminal, connection, settings, request))
    terminal.show(report_text.seed_json(report) if terminal.json else report_text.seed_text(report))
    terminal.exit_unless(report.right)


def _list(terminal: Terminal, settings: Settings, request: SeedRequest) -> None:
    from seedkit.reports import text as report_text
    from seedkit.runner.seed import planned

    with _opened(settings) as connection:
        plan = planned(connection, request)
    terminal.show(report_text.plan_json(plan) if terminal.json else report_text.plan_text(plan))


def _opened(settings: Settings, *, read_only: bool = False) -> AbstractContextManager[Connection]:
    from seedkit.config import required_database
    from seedkit.runner.database import opened

    hide_passwords(settings)
    return opened(required_database(settings), read_only=read_only)


def _opened_at(url: str | None, *, read_only: bool) -> AbstractContextManager[Connection]:
    from seedkit.config import load_settings

    return _opened(load_settings(url=url), read_only=read_only)


@app.command("fix-sequence")
def fix_sequence(
    context: typer.Context,
    table: Annotated[str | None, typer.Argument(help="The table.")] = None,
    column: Annotated[str | None, typer.Argument(help="Its column; default: all that a sequence feeds.")] = None,
    sequence: Annotated[str | None, typer.Argument(help="The sequence, where nothing links it to the column.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every sequence of the database.")] = False,
    schema: Annotated[str | None, typer.Option(metavar="NAME", help="With --all: only tables of this schema.")] = None,
    margin: Annotated[
        int, typer.Option(metavar="N", min=0, help="Leave N values free beyond the highest id, for a cut-over.")
    ] = 0,
    wait: Annotated[
        bool, typer.Option("--wait", help="Lock each table until its writers have committed: no row is missed.")
    ] = False,
    lock_timeout: LockTimeout = "5s",
    sql: Annotated[bool, typer.Option("--sql", help="Print what would be run, for psql; execute nothing.")] = False,
    dry_run: DryRun = False,
    url: Url = None,
    json: Json = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Move a sequence past the highest id of its column, if it is behind; never backwards."""
    if table is None and not everything:
        typer.echo(context.get_help(), err=True)
        raise typer.Exit(2)
    with Terminal(json=json, quiet=quiet, debug=debug) as terminal:
        from seedkit.core.sequences.repair_options import RepairOptions
        from seedkit.runner.repair import RepairRequest, Target

        _refuse_both(table=table, everything=everything, schema=schema)
        if sql and (json or wait):
            raise UsageError("--sql prints a script, without --json or --wait", hint="Leave out one of them.")
        request = RepairRequest(
            targets=None if table is None else (Target(table=table, column=column, sequence=sequence),),
            schema=schema,
            dry_run=dry_run,
            options=RepairOptions(margin=margin, lock_timeout=lock_timeout, wait=wait),
        )
        if sql:
            _print_script(terminal, url, request)
        else:
            _repair(terminal, url, request)


def _refuse_both(*, table: str | None, everything: bool, schema: str | None) -> None:
    if table is not None and everything:
        raise UsageError("--all takes no table", hint="Leave out one of them.")
    if schema is not None and not everything:
        raise UsageError("--schema goes with --all", hint="Name a table of a schema as SCHEMA.TABLE.")


@app.command()
def check(
    tables: Annotated[
        list[str] | None, typer.Argument(metavar="TABLE", help="The tables; default: all of the database.")
    ] = None,
    schema: Annotated[str | None, typer.Option(metavar="NAME", help="Only tables of this schema.")] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the report as a page.")] = None,
    lock_timeout: LockTimeout = "5s",
    url: Url = None,
    json: Json = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Judge every sequence and its headroom, write nothing; exit 1 if one is behind: a gate for CI and cut-overs."""
    with Terminal(json=json, quiet=quiet, debug=debug) as terminal:
        from seedkit.core.sequences.repair_options import RepairOptions
        from seedkit.runner.repair import RepairRequest, Target

        request = RepairRequest(
            targets=tuple(Target(table=table) for table in tables) if tables else None,
            schema=schema,
            dry_run=True,
            options=RepairOptions(lock_timeout=lock_timeout),
        )
        _check(terminal, url, request, html)


def _check(terminal: Terminal, url: str | None, request: RepairRequest, html: Path | None) -> None:
    from seedkit.cli.pages import ensure_writable, write_page
    from seedkit.reports import text as report_text
    from seedkit.reports.html import check_html
    from seedkit.runner.repair import check

    if html is not None:
        ensure_writable(html)
    with _opened_at(url, read_only=True) as connection:
        report = check(connection, request)
    terminal.show(report_text.repair_json(report) if terminal.json else report_text.check_text(report))
    if html is not None:
        write_page(html, check_html(report, datetime.now(UTC)))
        terminal.note(f"wrote {html}")
    terminal.exit_unless(report.right)


def _repair(terminal: Terminal, url: str | None, request: RepairRequest) -> None:
    from seedkit.reports import text as report_text
    from seedkit.runner.repair import repair

    with _opened_at(url, read_only=request.dry_run) as connection:
        report = repair(connection, request)
    terminal.show(report_text.repair_json(report) if terminal.json else report_text.repair_text(report))
    terminal.exit_unless(report.repairable if request.dry_run else report.right)


def _print_script(terminal: Terminal, url: str | None, request: RepairRequest) -> None:
    from seedkit.reports import text as report_text
    from seedkit.runner.repair import repair_script

    with _opened_at(url, read_only=True) as connection:
        report, script = repair_script(connection, request)
    terminal.note(report_text.repair_text(report))
    terminal.show(script or "-- no sequence is behind")
