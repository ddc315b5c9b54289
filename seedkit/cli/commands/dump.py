"""`seedkit dump`: rows as fixtures."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from seedkit.cli.opening import opened_at
from seedkit.cli.options import Debug, Quiet, Url
from seedkit.cli.terminal import Terminal


def dump(
    tables: Annotated[list[str], typer.Argument(metavar="TABLE", help="The tables.")],
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
    force: Annotated[bool, typer.Option("--force", help="Overwrite files that are there.")] = False,
    url: Url = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write rows as fixtures, all of one moment; seeded into empty tables they are the same rows again."""
    with Terminal(quiet=quiet, debug=debug) as terminal, _quiet_on_a_closed_pipe():
        from seedkit.files.dump_targets import FolderTarget, StreamTarget
        from seedkit.runner.dump import DumpRequest
        from seedkit.runner.dump import dump as dump_rows

        request = DumpRequest(
            tables=tuple(tables),
            condition=where,
            with_references=with_references,
            with_row_security=with_row_security,
        )
        target = StreamTarget(sys.stdout.buffer) if output == "-" else FolderTarget(Path(output), force=force)
        with opened_at(url, read_only=True) as connection:
            dumped = dump_rows(connection, request, target)
        for table in dumped:
            terminal.note(f"{table.name}: {table.rows} {'row' if table.rows == 1 else 'rows'} to {table.place}")


@contextmanager
def _quiet_on_a_closed_pipe() -> Iterator[None]:
    """End with exit code 1 and no message where who read our output has read enough, such as `head`."""
    try:
        yield
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left is flushed at the end
        raise typer.Exit(1) from None
