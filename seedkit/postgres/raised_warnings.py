"""Shows the warnings that triggers and functions raise while a run is at work: the driver drops them otherwise."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg

from seedkit.postgres.connection import Connection
from seedkit.printable import on_one_line

SHOWN = 10
"""So many different ones are shown: a text may hold the number of its row."""

_LONGEST = 500

_log = logging.getLogger("seedkit")


@contextmanager
def raised_warnings_told(connection: Connection, hidden: Callable[[str], str] = str) -> Iterator[None]:
    """Show each text that a function raises as a WARNING once, as `hidden` leaves it; of very many the first."""
    seen: set[str] = set()

    def hear(notice: psycopg.errors.Diagnostic) -> None:
        text = notice.message_primary or ""
        if notice.severity_nonlocalized != "WARNING" or not notice.context or text in seen or len(seen) > SHOWN:
            return
        seen.add(text)
        if len(seen) > SHOWN:
            _log.warning("warning: more of these were raised, and are not shown")
        else:
            _log.warning("warning: %s", on_one_line(hidden(text)[:_LONGEST]))

    connection.add_notice_handler(hear)
    try:
        yield
    finally:
        connection.remove_notice_handler(hear)
