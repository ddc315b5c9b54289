"""`seedkit fix-sequence`: sequences past the highest ids."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Annotated

import typer

from seedkit.cli import completion
from seedkit.cli.colours import When
from seedkit.cli.opening import opened_at
from seedkit.cli.options import (
    Color,
    Debug,
    DryRun,
    IdRangeOption,
    Json,
    LockTimeout,
    Quiet,
    Schemas,
    StatementTimeout,
    Url,
    Verbose,
)
from seedkit.cli.terminal import Terminal
from seedkit.errors import UsageError

if TYPE_CHECKING:
    from seedkit.core.reports.runs import RepairReport
    from seedkit.postgres.connection import Connection
    from seedkit.runner.repair import RepairRequest


_Column = Annotated[
    str | None,
    typer.Argument(help="Its column; default: all that a sequence feeds.", autocompletion=completion.columns),
]
_Sequence = Annotated[
    str | None,
    typer.Argument(help="The sequence, where nothing links it to the column.", autocompletion=completion.sequences),
]


def fix_sequence(
    table: Annotated[str | None, typer.Argument(help="The table.", autocompletion=completion.tables)] = None,
    column: _Column = None,
    sequence: _Sequence = None,
    everything: Annotated[bool, typer.Option("--all", help="Every sequence of the database.")] = False,
    schemas: Schemas = None,
    margin: Annotated[
        int, typer.Option(metavar="N", min=0, help="Leave N values free beyond the highest id, for a cut-over.")
    ] = 0,
    id_range: IdRangeOption = None,
    wait: Annotated[
        bool, typer.Option("--wait", help="Lock each table until its writers have committed: no row is missed.")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Move the SEQUENCE that is named, whatever speaks against it.")
    ] = False,
    lock_timeout: LockTimeout = "5s",
    statement_timeout: StatementTimeout = None,
    sql: Annotated[bool, typer.Option("--sql", help="Print what would be run, for psql; execute nothing.")] = False,
    dry_run: DryRun = False,
    url: Url = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    color: Color = When.AUTO,
    debug: Debug = False,
) -> None:
    """Move a sequence past the highest id, if it is behind. Never backwards."""
    with Terminal(json=json, quiet=quiet, verbose=verbose, color=color, debug=debug) as terminal:
        from seedkit.core.sequences.ids import typed_range
        from seedkit.core.sequences.repair_options import RepairOptions
        from seedkit.runner.repair import RepairRequest, Target

        _refuse_unclear(table=table, everything=everything, schemas=schemas, force=force)
        if sql and (json or wait):
            raise UsageError("--sql prints a script, without --json or --wait", hint="Leave out one of them.")
        request = RepairRequest(
            targets=None if table is None else (Target(table=table, column=column, sequence=sequence, force=force),),
            schemas=tuple(schemas) if schemas else None,
            dry_run=dry_run,
            options=RepairOptions(margin=margin, lock_timeout=lock_timeout, wait=wait, id_range=typed_range(id_range)),
        )
        read_only = sql or dry_run
        database = opened_at(url, read_only=read_only, statement_timeout=statement_timeout)
        (_print_script if sql else _repair)(terminal, database, request)


def _refuse_unclear(*, table: str | None, everything: bool, schemas: list[str] | None, force: bool) -> None:
    if table is None and not everything:
        whole = f"schema {', '.join(schemas)}" if schemas else "the database"
        hint = "`seedkit fix-sequence users` is of one table, `seedkit check` only looks."
        raise UsageError(f"name a table, or --all for all of {whole}", hint=hint)
    if everything and force:
        raise UsageError("--force goes with a SEQUENCE", hint="Leave it out with --all.")
    if table is not None and everything:
        raise UsageError("--all takes no table", hint="Leave out one of them.")
    if schemas and not everything:
        raise UsageError("--schema goes with --all", hint="Name a table of a schema as SCHEMA.TABLE.")


def _repair(terminal: Terminal, database: AbstractContextManager[Connection], request: RepairRequest) -> None:
    from seedkit.reports.json import repair_json
    from seedkit.reports.text import repair_text
    from seedkit.runner.repair import repair

    with database as connection:
        report = repair(connection, request)
    terminal.has_written = not request.dry_run
    terminal.show(repair_json(report) if terminal.json else repair_text(report))
    terminal.exit_unless(report.repairable if request.dry_run else report.right)


def _print_script(terminal: Terminal, database: AbstractContextManager[Connection], request: RepairRequest) -> None:
    from seedkit.reports.text import repair_text
    from seedkit.runner.repair import repair_script

    with database as connection:
        report, script = repair_script(connection, request)
    terminal.note(*repair_text(report).split("\n"))
    terminal.show_as_it_is("\n".join(_script_lines(report, script)))
    terminal.exit_unless(report.repairable)


def _script_lines(report: RepairReport, script: str) -> Iterator[str]:
    """Name above the script what it leaves as it is: a script that says nothing would look like all is well."""
    from seedkit.core.reports.sequences import counted
    from seedkit.printable import on_one_line

    left = [found for found in report.sequences if not found.repairable]
    if left:
        yield f"-- left as {'it is' if len(left) == 1 else 'they are'}: {counted(len(left), 'sequence')}"
        for found in left:
            why = found.reason or found.status.value
            yield on_one_line(f"--   {found.table}.{found.column} {found.shown_sequence}: {why}")
    if script or not left:
        yield script or "-- no sequence is behind"
