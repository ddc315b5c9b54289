"""Asks before something is undone for good, or is more than can have been meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from seedkit.cli.terminal import Terminal
from seedkit.errors import ManyRowsError, TooManyRowsError

if TYPE_CHECKING:
    from seedkit.config import Settings
    from seedkit.postgres.connection import Connection
    from seedkit.runner.generation.request import GenerationRequest
    from seedkit.runner.seed import SeedRequest

_UNASKED_ROWS = 100_000


def confirmed(terminal: Terminal, connection: Connection, settings: Settings, request: SeedRequest) -> SeedRequest:
    """Have the database's name typed where a run empties tables; on the embedded server nobody needs to be asked."""
    from msgspec.structs import replace

    from seedkit.runner.database import is_embedded
    from seedkit.runner.guards import named_database
    from seedkit.runner.seed import refuse_production

    if not request.fresh or request.dry_run or request.confirmation is not None:
        return request
    if is_embedded(connection, settings.embedded):
        return replace(request, confirmation=named_database(connection))
    refuse_production(connection, request)
    return replace(request, confirmation=asked_name(terminal, connection, "--fresh empties the planned tables"))


def with_more_rows(terminal: Terminal, request: SeedRequest, error: TooManyRowsError) -> SeedRequest:
    """Have the number of rows of a `!range` typed, and allow as many; raises the error where it is not."""
    from msgspec.structs import replace

    answer = terminal.ask(f"{error.origin}: {error.message}. Type the number of rows to load them:")
    if answer is None or answer.replace(",", "") != str(error.rows):
        raise error
    return replace(request, limits=replace(request.limits, range_rows=error.rows))


def unasked_rows(
    terminal: Terminal, connection: Connection, settings: Settings, request: GenerationRequest
) -> GenerationRequest:
    """Bound the rows that are generated before somebody is asked: at a terminal, but on the embedded server."""
    from msgspec.structs import replace

    from seedkit.runner.database import is_embedded

    if request.takes_back or not terminal.has_person or is_embedded(connection, settings.embedded):
        return request
    return replace(request, most_rows=_UNASKED_ROWS)


def refuse_unless_meant(terminal: Terminal, connection: Connection, error: ManyRowsError) -> None:
    """Ask once whether so many rows are meant; raises the error where they are not."""
    from seedkit.postgres.connection import reached_host
    from seedkit.runner.guards import named_database

    host = reached_host(connection) or "this machine"
    database = named_database(connection)
    answer = terminal.ask(f'{error.rows:,} rows will be added to database "{database}" on {host}. Type yes to go on:')
    if answer is None or answer.lower() not in ("y", "yes"):
        raise error


def asked_name(terminal: Terminal, connection: Connection, doing: str) -> str | None:
    """Ask for the database's name; None where nobody is there to answer."""
    from seedkit.postgres.connection import reached_host
    from seedkit.runner.guards import named_database

    host = reached_host(connection) or "this machine"
    return terminal.ask(
        f'{doing} of database "{named_database(connection)}" on {host}. Type the name of the database to go on:'
    )
