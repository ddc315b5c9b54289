"""The commands that write files: `dump`, `new` and `init`."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from seedkit.cli.options import Debug, Quiet, Url
from seedkit.cli.terminal import Terminal

files = typer.Typer(rich_markup_mode=None)
new = typer.Typer(help="Write a first fixture or seeder, to be filled in.", no_args_is_help=True, rich_markup_mode=None)
files.add_typer(new, name="new")


@files.command()
def dump(
    tables: Annotated[list[str], typer.Argument(metavar="TABLE", help="The tables.")],
    where: Annotated[
        str | None, typer.Option(metavar="SQL", help="Only rows of the one table for which this is true.")
    ] = None,
    with_references: Annotated[
        bool, typer.Option("--with-references", help="Also the rows of other tables that these rows refer to.")
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
        from seedkit.config import load_settings, required_database
        from seedkit.files.dump_targets import FolderTarget, StreamTarget
        from seedkit.runner.database import opened
        from seedkit.runner.dump import DumpRequest
        from seedkit.runner.dump import dump as dump_rows

        request = DumpRequest(tables=tuple(tables), condition=where, with_references=with_references)
        target = StreamTarget(sys.stdout.buffer) if output == "-" else FolderTarget(Path(output), force=force)
        with opened(required_database(load_settings(url=url)), read_only=True) as connection:
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


@new.command("fixture")
def new_fixture(
    table: Annotated[str, typer.Argument(help="The table.")],
    url: Url = None,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write fixtures/TABLE.yml, a template with the table's real columns."""
    with Terminal(quiet=quiet, debug=debug) as terminal:
        from seedkit.config import load_settings, required_database
        from seedkit.files.paths import shown_path
        from seedkit.runner.database import opened
        from seedkit.runner.scaffold import new_fixture as written

        settings = load_settings(url=url)
        with opened(required_database(settings), read_only=True) as connection:
            name, path = written(connection, settings.fixtures, table)
        terminal.show(str(shown_path(path)))
        terminal.note(f"write rows into it, and then: seedkit seed {shlex.quote(name)} --dry-run")


@new.command("seeder")
def new_seeder(
    name: Annotated[str, typer.Argument(help="The seeder's name: that of a Python function.")],
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Write seeders/NAME.py with a function that runs, and inserts nothing yet."""
    with Terminal(quiet=quiet, debug=debug) as terminal:
        from seedkit.config import load_settings
        from seedkit.files.paths import shown_path
        from seedkit.runner.scaffold import new_seeder as written

        path = written(load_settings().seeders, name)
        terminal.show(str(shown_path(path)))
        terminal.note(f"let it insert rows, and then: seedkit seed {name} --dry-run")


@files.command()
def init(quiet: Quiet = False, debug: Debug = False) -> None:
    """Make fixtures/ and seeders/ with an example each, and the settings in pyproject.toml; overwrite nothing."""
    with Terminal(quiet=quiet, debug=debug) as terminal:
        from seedkit.files.paths import shown_path
        from seedkit.runner.scaffold import new_project

        project = new_project(Path.cwd())
        for path in project.written:
            terminal.show(str(shown_path(path)))
        if project.to_add:
            terminal.note(f"add to pyproject.toml:\n\n{project.to_add}")
        if not project.written:
            terminal.note("nothing was written: everything is there already")
        terminal.note("next: seedkit new fixture TABLE")
