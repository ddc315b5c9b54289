"""`seedkit dump`: rows as fixtures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seedkit.cli import completion
from seedkit.cli.colours import When
from seedkit.cli.opening import opened_at
from seedkit.cli.options import (
    Color,
    Debug,
    LockTimeout,
    Overwrite,
    Quiet,
    ReaderTimeout,
    StatementTimeout,
    Url,
    Verbose,
)
from seedkit.cli.rows_out import StandardOutput, quiet_on_a_closed_pipe
from seedkit.cli.terminal import Terminal
from seedkit.core.time_spans import seconds

if TYPE_CHECKING:
    from seedkit.files.dump_targets import DumpTarget


def dump(
    tables: Annotated[list[str], typer.Argument(metavar="TABLE", help="The tables.", autocompletion=completion.tables)],
    where: Annotated[
        str | None, typer.Option(metavar="SQL", help="Only rows of the one table for which this is true.")
    ] = None,
    with_references: Annotated[
        bool, typer.Option("--with-references", help="Also the rows of other tables that these rows refer to.")
    ] = False,
    with_row_security: Annotated[
        bool,
        typer.Option("--with-row-security", help="Under row-level security, dump the rows that this role may see."),
    ] = False,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FOLDER", help="A file for each table; - is standard output.")
    ] = "-",
    force: Overwrite = False,
    lock_timeout: LockTimeout = "5s",
    statement_timeout: StatementTimeout = None,
    reader_timeout: ReaderTimeout = "5min",
    url: Url = None,
    quiet: Quiet = False,
    verbose: Verbose = False,
    color: Color = When.AUTO,
    debug: Debug = False,
) -> None:
    """Write rows as fixtures, all of one moment. Seeded into empty tables they are the same rows again."""
    with Terminal(quiet=quiet, verbose=verbose, color=color, debug=debug) as terminal, quiet_on_a_closed_pipe():
        from seedkit.runner.dump import DumpRequest
        from seedkit.runner.dump import dump as dump_rows

        request = DumpRequest(
            tables=tuple(tables),
            condition=where,
            with_references=with_references,
            with_row_security=with_row_security,
            lock_timeout=lock_timeout,
        )
        if output == "-":
            terminal.give_way()
        target = _target(output, force=force, reader_timeout=reader_timeout)
        with opened_at(url, read_only=True, statement_timeout=statement_timeout) as connection:
            dumped = dump_rows(connection, request, target)
        for table in dumped:
            terminal.note(f"{table.name}: {table.rows} {'row' if table.rows == 1 else 'rows'} to {table.place}")


def _target(output: str, *, force: bool, reader_timeout: str) -> DumpTarget:
    from seedkit.files.dump_targets import FolderTarget, StreamTarget
    from seedkit.files.read_pipe import bounded_by_reading

    if output != "-":
        return FolderTarget(Path(output), force=force)
    return StreamTarget(StandardOutput(bounded_by_reading(sys.stdout.buffer, seconds(reader_timeout))))
