"""`seedkit db`: the embedded server of the project."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from seedkit.cli.colours import When
from seedkit.cli.options import Color, Debug, Json, Quiet, Url, time_with_unit
from seedkit.cli.terminal import Terminal

if TYPE_CHECKING:
    from seedkit.runner.database import EmbeddedDatabase

server = typer.Typer(
    help="The project's embedded PostgreSQL server.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

_NO_SCHEMA = (
    "no table was created: name the files that create them in pyproject.toml, "
    'schema = ["schema.sql"] in [tool.seedkit.embedded]; the next command does it'
)


@server.command()
def start(quiet: Quiet = False, color: Color = When.AUTO, debug: Debug = False) -> None:
    """Start the server; it goes on running until `seedkit db stop`."""
    with Terminal(quiet=quiet, color=color, debug=debug) as terminal:
        from seedkit.runner.database import ready

        conninfo = ready(_embedded(terminal))
        terminal.note("the embedded server is running")
        terminal.show_as_it_is(conninfo)


@server.command()
def stop(quiet: Quiet = False, color: Color = When.AUTO, debug: Debug = False) -> None:
    """Stop the server; the data stay."""
    with Terminal(quiet=quiet, color=color, debug=debug) as terminal:
        from seedkit.runner.database import stopped

        was_running = stopped(_embedded(terminal))
        terminal.note("the embedded server is stopped" if was_running else "the embedded server was not running")


@server.command()
def status(json: Json = False, quiet: Quiet = False, color: Color = When.AUTO, debug: Debug = False) -> None:
    """Say whether the server runs, and what is in its database."""
    with Terminal(json=json, quiet=quiet, color=color, debug=debug) as terminal:
        from seedkit.reports.server import status_json, status_text
        from seedkit.runner.database import status_of

        database = _embedded(terminal)
        found = status_of(database)
        terminal.show(status_json(found) if json else status_text(found, [path.name for path in database.schema]))


@server.command()
def url(quiet: Quiet = False, color: Color = When.AUTO, debug: Debug = False) -> None:
    """Print the database's URL, starting the server. DATABASE_URL=$(seedkit db url)."""
    with Terminal(quiet=quiet, color=color, debug=debug) as terminal:
        from seedkit.runner.database import ready

        terminal.show_as_it_is(ready(_embedded(terminal)))


@server.command()
def psql(
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="-- OPTION", help="What psql is given, such as: -- -c 'select 1'")
    ] = None,
    color: Color = When.AUTO,
    debug: Debug = False,
) -> None:
    """Open psql on the configured database, else on the embedded one."""
    with Terminal(color=color, debug=debug) as terminal:
        from seedkit.config import load_settings, required_database
        from seedkit.runner.database import psql_command

        command, environment = psql_command(required_database(load_settings()))
        terminal.hand_over()
        os.execvpe(command[0], [*command, *(arguments or ())], environment)  # noqa: S606 - psql takes our place, no shell


@server.command()
def wait(
    timeout: Annotated[
        str,
        typer.Option(metavar="TIME", callback=time_with_unit, help="How long to wait at most: 30s, 5min; 0 for ever."),
    ] = "30s",
    url: Url = None,
    quiet: Quiet = False,
    color: Color = When.AUTO,
    debug: Debug = False,
) -> None:
    """Wait until the configured database takes connections."""
    with Terminal(quiet=quiet, color=color, debug=debug) as terminal:
        from seedkit.cli.opening import opened_at

        with opened_at(url, read_only=True, wait=timeout) as connection:
            terminal.note(f'database "{connection.info.dbname}" is ready')


@server.command()
def migrate(quiet: Quiet = False, color: Color = When.AUTO, debug: Debug = False) -> None:
    """Create the tables from the schema files, or show what differs."""
    with Terminal(quiet=quiet, color=color, debug=debug) as terminal:
        from seedkit.runner.database import migrated

        database = _embedded(terminal)
        _, ensured = migrated(database)
        files = ", ".join(path.name for path in database.schema)
        if ensured.changed:
            _offer_new_tables(terminal, database, ensured.changed)
        elif not files:
            terminal.note(_NO_SCHEMA)
        else:
            told = f"created the tables from {files}" if ensured.is_new else "the tables are there already"
            terminal.note(f"{told}; `seedkit db reset` starts over")


def _offer_new_tables(terminal: Terminal, database: EmbeddedDatabase, changed: Sequence[str]) -> None:
    """Show what the schema files would make otherwise now, and make it so if somebody wants it."""
    from seedkit.reports.server import changes_text
    from seedkit.runner.database import changes_of_schema, made_anew

    differences = changes_of_schema(database)
    terminal.note(f"{', '.join(changed)} since these tables were made", "")
    if not differences:
        terminal.note("the tables are those that it makes; rows that it inserts are not compared")
        return
    terminal.note(*changes_text(differences), "")
    answer = terminal.ask("Type yes to drop these tables with their rows and make them anew:")
    if answer is not None and answer.lower() in ("y", "yes"):
        made_anew(database)
        terminal.note("made the tables anew; `seedkit seed` fills them")
    else:
        terminal.note("the tables are left as they are; `seedkit db reset` drops them with their rows")


@server.command()
def reset(quiet: Quiet = False, color: Color = When.AUTO, debug: Debug = False) -> None:
    """Stop the server and delete its data. The next command starts from an empty database."""
    with Terminal(quiet=quiet, color=color, debug=debug) as terminal:
        from seedkit.runner.database import deleted

        deleted(_embedded(terminal))
        terminal.note("the embedded server's data are deleted; the next command makes new ones")


def _embedded(terminal: Terminal) -> EmbeddedDatabase:
    from seedkit.config import load_settings, required_embedded
    from seedkit.runner.database import ConfiguredDatabase, is_of_project

    settings = load_settings()
    embedded = required_embedded(settings)
    named = settings.database
    if isinstance(named, ConfiguredDatabase) and not is_of_project(named, embedded):
        terminal.note(f"this is the embedded server, not the database of {named.source}")
    return embedded
