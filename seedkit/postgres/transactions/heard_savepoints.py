"""Tells of the savepoints that psycopg makes for a seeder, to whoever counts what a seeder has written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from threading import get_ident

import psycopg

from seedkit.postgres.connection import Connection

_numbers = count()


@contextmanager
def heard_savepoints(connection: Connection, hear: Callable[[str], object]) -> Iterator[None]:
    """Have `connection.transaction()` tell what it does, in SQL's words, under names that are nobody else's.

    In this thread alone: what others do has its turn between the statements of this one.
    """
    own, outer, thread = connection.transaction, vars(connection).get("transaction"), get_ident()

    @contextmanager
    def transaction(savepoint_name: str | None = None, force_rollback: bool = False) -> Iterator[psycopg.Transaction]:  # noqa: FBT001, FBT002 - as psycopg has it
        if get_ident() != thread:
            with own(savepoint_name, force_rollback) as anothers:
                yield anothers
            return
        name = f"{next(_numbers)} of psycopg"
        block: psycopg.Transaction | None = None
        hear(f"savepoint {name}")
        try:
            with own(savepoint_name, force_rollback) as block:
                yield block
        finally:
            if block is None or block.status is not block.Status.COMMITTED:
                hear(f"rollback to savepoint {name}")
            hear(f"release savepoint {name}")

    vars(connection)["transaction"] = transaction
    try:
        yield
    finally:
        if outer is None:
            del vars(connection)["transaction"]
        else:
            vars(connection)["transaction"] = outer
