"""`seedkit protect` and `unprotect`, and the question for a database's name before something is undone for good."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from seedkit.cli.options import Confirm, Debug, Quiet, Url
from seedkit.cli.terminal import Terminal

if TYPE_CHECKING:
    from seedkit.config import Settings
    from seedkit.postgres.connection import Connection
    from seedkit.runner.seed import SeedRequest


def protect(url: Url = None, quiet: Quiet = False, debug: Debug = False) -> None:
    """Mark the database as a production one, in its comment: `seedkit seed` then refuses it without --force."""
    with Terminal(quiet=quiet, debug=debug) as terminal:
        from seedkit.config import load_settings, required_database
        from seedkit.runner import guards
        from seedkit.runner.database import opened

        with opened(required_database(load_settings(url=url))) as connection:
            change = guards.protect(connection)
        told = "is protected now" if change.changed else "was protected already"
        terminal.show(f'database "{change.database}" {told}')


def unprotect(url: Url = None, confirm: Confirm = None, quiet: Quiet = False, debug: Debug = False) -> None:
    """Take the mark of `seedkit protect` off again; asks for the database's name."""
    with Terminal(quiet=quiet, debug=debug) as terminal:
        from seedkit.config import load_settings, required_database
        from seedkit.runner import guards
        from seedkit.runner.database import opened

        with opened(required_database(load_settings(url=url))) as connection:
            if confirm is None and guards.is_protected(connection):
                confirm = _asked(terminal, connection, "This takes the protection off")
            change = guards.unprotect(connection, confirm)
        told = "is no longer protected" if change.changed else "was not protected"
        terminal.show(f'database "{change.database}" {told}')


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
    return replace(request, confirmation=_asked(terminal, connection, "--fresh empties the planned tables"))


def _asked(terminal: Terminal, connection: Connection, doing: str) -> str | None:
    from seedkit.runner.guards import named_database

    host = connection.info.host or "this machine"
    return terminal.ask(
        f'{doing} of database "{named_database(connection)}" on {host}. Type the name of the database to go on:'
    )
