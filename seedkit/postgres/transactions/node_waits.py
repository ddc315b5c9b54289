"""How long other nodes of a cluster wait for locks: what a session sets with set_config() they never hear of."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql

from seedkit.postgres.session import Session


def waits_on_all_nodes(lock_timeout: str | None) -> list[sql.SQL | sql.Composed]:
    """Have Citus' other nodes wait for a lock as long as this one, to the end of the transaction; None: as they are."""
    if lock_timeout is None:
        return []
    return [
        sql.SQL("set local citus.propagate_set_commands = 'local'"),
        sql.SQL("set local lock_timeout = {}").format(sql.Literal(lock_timeout)),
    ]


@contextmanager
def told_by_nodes(connection: Session) -> Iterator[None]:
    """Raise LockNotAvailable where another node has waited for a lock in vain.

    Citus tells of that in a notice, and then that a connection of its own has failed.
    """
    if not isinstance(connection, psycopg.Connection):
        yield
        return
    heard: list[str | None] = []

    def hear(notice: psycopg.errors.Diagnostic) -> None:
        heard.append(notice.sqlstate)

    connection.add_notice_handler(hear)
    try:
        yield
    except psycopg.errors.InternalError_ as error:
        if psycopg.errors.LockNotAvailable.sqlstate in heard:
            raise psycopg.errors.LockNotAvailable("another node has waited for a lock in vain") from error
        raise
    finally:
        connection.remove_notice_handler(hear)
