"""`seedkit protect` and `unprotect`."""

from __future__ import annotations

from seedkit.cli.colours import When
from seedkit.cli.confirmation import asked_name
from seedkit.cli.opening import opened_at
from seedkit.cli.options import Color, Confirm, Debug, Quiet, Url
from seedkit.cli.terminal import Terminal
from seedkit.printable import on_one_line


def protect(url: Url = None, quiet: Quiet = False, color: Color = When.AUTO, debug: Debug = False) -> None:
    """Mark the database as a production one, in its comment. `seedkit seed` then refuses it without --force."""
    with Terminal(quiet=quiet, color=color, debug=debug) as terminal:
        from seedkit.runner import guards

        with opened_at(url) as connection:
            change = guards.protect(connection)
        told = "is protected now" if change.changed else "was protected already"
        terminal.show(on_one_line(f'database "{change.database}" {told}'))


def unprotect(
    url: Url = None, confirm: Confirm = None, quiet: Quiet = False, color: Color = When.AUTO, debug: Debug = False
) -> None:
    """Take the mark of `seedkit protect` off again. Asks for the database's name."""
    with Terminal(quiet=quiet, color=color, debug=debug) as terminal:
        from seedkit.runner import guards

        with opened_at(url) as connection:
            if confirm is None and guards.is_protected(connection):
                confirm = asked_name(terminal, connection, "This takes the protection off")
            change = guards.unprotect(connection, confirm)
        told = "is no longer protected" if change.changed else "was not protected"
        terminal.show(on_one_line(f'database "{change.database}" {told}'))
