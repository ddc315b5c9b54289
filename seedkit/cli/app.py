"""The command line put together: its commands, in the order in which `--help` shows them."""

from __future__ import annotations

from typing import Annotated

import typer

from seedkit.cli.commands.check import check
from seedkit.cli.commands.db import server
from seedkit.cli.commands.dump import dump
from seedkit.cli.commands.fix_sequence import fix_sequence
from seedkit.cli.commands.generate import generate
from seedkit.cli.commands.graph import graph
from seedkit.cli.commands.imports import imports
from seedkit.cli.commands.new import init, new
from seedkit.cli.commands.protection import protect, unprotect
from seedkit.cli.commands.schema import schema
from seedkit.cli.commands.seed import seed

files = typer.Typer(rich_markup_mode=None)
files.command()(dump)
files.command()(init)
files.command()(schema)
files.add_typer(new, name="new")
files.add_typer(imports, name="import")

app = typer.Typer(
    name="seedkit",
    help="Fill a PostgreSQL database from fixtures and seeders, and leave every sequence right.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 done; 1 failed, or something found; 2 could not start; 130 interrupted.",
)
app.command()(protect)
app.command()(unprotect)
app.command()(seed)
app.command()(generate)
app.command("fix-sequence")(fix_sequence)
app.command()(check)
app.command()(graph)
app.add_typer(server, name="db")
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
