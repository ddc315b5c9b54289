"""`seedkit new` and `seedkit init`: first files."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from seedkit.cli import completion
from seedkit.cli.colours import When
from seedkit.cli.opening import opened
from seedkit.cli.options import Color, Debug, Quiet, Url
from seedkit.cli.terminal import Terminal
from seedkit.errors import UsageError
from seedkit.printable import on_one_line

if TYPE_CHECKING:
    from seedkit.config import Settings

new = typer.Typer(help="Write a first fixture or seeder, to be filled in.", no_args_is_help=True, rich_markup_mode=None)


@new.command("fixture")
def new_fixture(
    table: Annotated[str | None, typer.Argument(help="The table.", autocompletion=completion.tables)] = None,
    all_tables: Annotated[
        bool, typer.Option("--all", help="One for each table, but where its file is there already.")
    ] = False,
    url: Url = None,
    quiet: Quiet = False,
    color: Color = When.AUTO,
    debug: Debug = False,
) -> None:
    """Write fixtures/TABLE.yml with the table's real columns."""
    with Terminal(quiet=quiet, color=color, debug=debug) as terminal:
        from seedkit.config import load_settings
        from seedkit.files.paths import shown_path
        from seedkit.runner.scaffold import new_fixture as written

        if (table is None) != all_tables:
            raise UsageError("a fixture is of the table that is named, or --all", hint="Write one of the two.")
        settings = load_settings(url=url)
        if table is None:
            _new_fixtures(settings, terminal)
            return
        with opened(settings, read_only=True) as connection:
            name, path = written(connection, settings.fixtures, table)
        terminal.show(on_one_line(str(shown_path(path))))
        terminal.note(f"write rows into it, and then: seedkit seed {shlex.quote(name)} --dry-run")


def _new_fixtures(settings: Settings, terminal: Terminal) -> None:
    from seedkit.files.paths import shown_path
    from seedkit.runner.scaffold import new_fixtures

    with opened(settings, read_only=True) as connection:
        written, kept = new_fixtures(connection, settings.fixtures)
    for path in written:
        terminal.show(on_one_line(str(shown_path(path))))
    if kept:
        terminal.note(f"left as they are: {', '.join(on_one_line(str(shown_path(path))) for path in kept)}")
    terminal.note("write rows into them, and then: seedkit seed --dry-run" if written else "nothing was written")


@new.command("seeder")
def new_seeder(
    name: Annotated[str, typer.Argument(help="The seeder's name: that of a Python function.")],
    quiet: Quiet = False,
    color: Color = When.AUTO,
    debug: Debug = False,
) -> None:
    """Write seeders/NAME.py with a function that inserts nothing yet."""
    with Terminal(quiet=quiet, color=color, debug=debug) as terminal:
        from seedkit.config import load_settings
        from seedkit.files.paths import shown_path
        from seedkit.runner.scaffold import new_seeder as written

        path = written(load_settings().seeders, name)
        terminal.show(on_one_line(str(shown_path(path))))
        terminal.note(f"let it insert rows, and then: seedkit seed {name} --dry-run")


def init(quiet: Quiet = False, color: Color = When.AUTO, debug: Debug = False) -> None:
    """Write a project's first files; overwrite nothing. fixtures/, seeders/, schema.sql and pyproject.toml."""
    with Terminal(quiet=quiet, color=color, debug=debug) as terminal:
        from seedkit.files.paths import shown_path
        from seedkit.runner.scaffold import new_project

        project = new_project(Path.cwd())
        for path in project.written:
            terminal.show(on_one_line(str(shown_path(path))))
        if project.to_add:
            terminal.note("add to pyproject.toml:", "", *project.to_add.split("\n"))
        if not project.written:
            terminal.note("nothing was written: everything is there already")
        terminal.note("next: seedkit new fixture TABLE")
