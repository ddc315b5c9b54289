"""Asks for the name of a database before something in it is undone for good."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seedkit.cli.terminal import Terminal

if TYPE_CHECKING:
    from seedkit.config import Settings
    from seedkit.postgres.connection import Connection
    from seedkit.runner.seed import SeedRequest


def confirmed(terminal: Terminal, connection: Connection, settings: Settings, request: SeedRequest) -> SeedRequest:
    """Have the database's name typed where a run empties tables; on the embedded server nobody needs to be asked."""
    from seedkit.runner.database import is_embedded
    from seedkit.runner.guards import named_database
    from seedkit.runner.seed import refuse_production

    if not request.fresh or request.dry_run or request.confirmation is not None:
        return request
    if is_embedded(connection, settings.embedded):
        return replace(request, confirmation=named_database(connection))
    refuse_production(connection, request)
    return replace(request, confirmation=asked_name(terminal, connection, "--fresh empties the planned tables"))


def asked_name(terminal: Terminal, connection: Connection, doing: str) -> str | None:
    """Ask for the database's name; None where nobody is there to answer."""
    from seedkit.postgres.connection import reached_host
    from seedkit.runner.guards import named_database

    host = reached_host(connection) or "this machine"
    return terminal.ask(
        f'{doing} of database "{named_database(connection)}" on {host}. Type the name of the database to go on:'
    )
