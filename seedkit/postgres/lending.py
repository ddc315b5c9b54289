"""Looks at sequences and moves them on whatever connection a caller lends: psycopg's, another's, an awaited one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

import psycopg

from seedkit.errors import UsageError
from seedkit.postgres.borrowing import (
    adapted,
    borrowed,
    driver_name,
    found_in,
    is_awaited,
    kind_of,
    require_usable,
    send_what_is_held_back,
    taken,
)
from seedkit.postgres.session import Session
from seedkit.postgres.turns import turn_of

if TYPE_CHECKING:
    from seedkit.postgres.drivers.driver import Driver

_Given = TypeVar("_Given")


def lent(given: object, work: Callable[[Session], _Given]) -> _Given:
    """Look at sequences or move them on what a caller lends: as `borrowed`, and through other drivers as well.

    In SQLAlchemy's `run_sync` the work is done in a thread, while the loop goes on. Raises UsageError for what holds no
    connection, or one that has to be awaited.
    """
    with taken(given) as held:
        awaited = adapted(held)
        if awaited is not None:
            from seedkit.postgres.beside import beside_raw

            send_what_is_held_back(given)
            done: _Given = awaited.run_async(lambda raw: beside_raw(raw, work))
            return done
        found = found_in(held)
        if isinstance(found, psycopg.Connection):
            with borrowed(held) as connection:
                return work(connection)
        with turn_of(found):
            return work(_session_of(given, found))


def _session_of(given: object, found: object) -> Session:
    from seedkit.postgres.drivers.session import DriverSession

    if isinstance(found, DriverSession):  # `seedkit.aio` lends it
        return found
    session = DriverSession(_driver(given, found))
    require_usable(session)
    send_what_is_held_back(given)
    return session


def _driver(given: object, found: object) -> Driver:
    if is_awaited(given) or is_awaited(found):
        raise UsageError(
            f"{kind_of(given)} has to be awaited",
            hint="Await the function of the same name, with the same arguments: await seedkit.aio.fix_sequence(...).",
        )
    if driver_name(found) == "psycopg2":
        from seedkit.postgres.drivers.psycopg2 import Psycopg2

        return Psycopg2(found)
    if driver_name(found) == "pg8000":
        from seedkit.postgres.drivers.pg8000 import Pg8000

        return Pg8000(found)
    raise UsageError(
        f"{kind_of(given)} holds no connection to PostgreSQL that seedkit knows",
        hint="Lend a connection of psycopg, psycopg2 or pg8000, or what holds one: a SQLAlchemy Session, Connection or "
        "Engine, or Django's connection.",
    )
