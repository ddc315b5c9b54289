"""Works on a connection that a caller lends, and leaves it as it was."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

from seedkit.errors import UsageError
from seedkit.postgres.connection import Connection
from seedkit.postgres.factories import OurFactories
from seedkit.postgres.other_engines import refuse_other_engines
from seedkit.postgres.session import Session
from seedkit.postgres.turns import turn_of

OTHER_DRIVERS = ("psycopg2", "pg8000", "asyncpg")


@contextmanager
def borrowed(given: object) -> Iterator[Connection]:
    """Use the psycopg connection of what a caller lends: psycopg's own, SQLAlchemy's or Django's.

    Its rows are tuples meanwhile, and afterwards what its owner has them be. Nothing new is prepared either: behind
    PgBouncer in transaction mode it would stay in a session that others get next. What a SQLAlchemy Session holds back
    is sent first, and its errors are SQLAlchemy's own. An Engine gives a connection, where all is committed. Threads
    that lend the same one have their turns. Raises UsageError for anything else, also for a connection of another
    driver, or one that gives bytes for text.
    """
    with taken(given) as held:
        connection = _psycopg_in(given, held)
        with turn_of(connection):
            require_usable(connection)
            send_what_is_held_back(given)
            with OurFactories(connection), _nothing_prepared(connection):
                yield connection


@contextmanager
def _nothing_prepared(connection: Connection) -> Iterator[None]:
    prepare_threshold = connection.prepare_threshold
    connection.prepare_threshold = None
    try:
        yield
    finally:
        connection.prepare_threshold = prepare_threshold


@contextmanager
def taken(given: object) -> Iterator[object]:
    """Take a connection of a SQLAlchemy Engine, and commit there; what else is lent holds one already."""
    take = getattr(given, "raw_connection", None)
    if not callable(take):
        yield given
        return
    ours: Any = take()
    try:
        yield ours
        ours.commit()
    finally:
        ours.close()


def send_what_is_held_back(given: object) -> None:
    """Flush a SQLAlchemy Session, whatever its autoflush says: the highest id may be that of a row it has not sent yet.

    Inside a flush, where a listener calls, there is no other flush to be had. Django holds nothing back.
    """
    session: Any = given() if callable(given) else given  # a scoped_session gives the thread's Session
    if callable(getattr(session, "flush", None)) and not getattr(session, "_flushing", False):
        session.flush()


def require_usable(connection: Session) -> None:
    """Raise ConfigurationError for another engine, and UsageError for a session that takes no work as it is.

    One that was lost says so itself, at the first statement.
    """
    if connection.closed:
        refuse_closed(connection)
        return
    if isinstance(connection, psycopg.Connection):
        refuse_pipeline(connection.pgconn)
    refuse_other_engines(connection)
    if connection.info.parameter_status("client_encoding") == "SQL_ASCII":
        raise UsageError(
            "the connection that was lent has the client_encoding SQL_ASCII, which gives bytes for text",
            hint='Lend one in UTF-8, such as psycopg.connect(..., client_encoding="utf8").',
        )


def refuse_closed(connection: Any) -> None:  # noqa: ANN401
    """Raise UsageError for a connection that its owner has closed."""
    if connection.closed and not getattr(connection, "broken", False):
        raise UsageError("the connection that was lent is closed", hint="Lend one that is open.")


def refuse_pipeline(pgconn: psycopg.pq.abc.PGconn) -> None:
    """Raise UsageError in pipeline mode, where no answer comes before the end."""
    if pgconn.pipeline_status != psycopg.pq.PipelineStatus.OFF:
        raise UsageError(
            "the connection that was lent is in pipeline mode",
            hint="Leave the pipeline first: call it after the with block of connection.pipeline().",
        )


def _psycopg_in(given: object, held: object) -> Connection:
    """Find psycopg's connection; loading rows takes COPY, which is its own."""
    found = found_in(held)
    if isinstance(found, psycopg.Connection):
        return found
    name = driver_name(found)
    if is_awaited(given) or adapted(held) is not None:
        raise UsageError(
            f"{kind_of(given)} has to be awaited, and rows are loaded through a connection of psycopg's own",
            hint="Commit what the run is to see, then: await seedkit.aio.seed(url=...), on a connection of its own.",
        )
    if name in OTHER_DRIVERS:
        raise UsageError(
            f"{kind_of(given)} is a connection of {name}, and rows are loaded through one of psycopg 3",
            hint="Commit what the run is to see, and give url= in place of connection=: seedkit then opens its own.",
        )
    raise UsageError(
        f"{kind_of(given)} holds no psycopg 3 connection",
        hint="Lend a psycopg.Connection, a SQLAlchemy Session or Connection on postgresql+psycopg, or Django's own.",
    )


def found_in(given: object) -> object:
    """Find the driver's connection in what holds it."""
    found: Any = given
    if is_awaited(found):
        return found
    found = _with_its_connection(found)
    if callable(getattr(found, "ensure_connection", None)):  # Django opens one at the first query
        found.ensure_connection()
    return found if isinstance(found, psycopg.Connection) else _within(found, "driver_connection")


def _with_its_connection(given: Any) -> Any:  # noqa: ANN401
    """Have a SQLAlchemy Session give its Connection."""
    is_of_pool = hasattr(given, "driver_connection")
    return given.connection() if not is_of_pool and callable(getattr(given, "connection", None)) else given


def _within(held: object, name: str) -> object:
    """Find what SQLAlchemy's pool proxy has by a name: it is one itself, or holds one, as Django's wrapper does."""
    if not hasattr(held, name):
        held = getattr(held, "connection", held)
    return getattr(held, name, held)


def adapted(given: object) -> Any:  # noqa: ANN401 - SQLAlchemy's, which may not be there
    """Find what SQLAlchemy has put around a connection that has to be awaited; None where there is none."""
    if is_awaited(given) or isinstance(given, psycopg.Connection):
        return None
    found: Any = _with_its_connection(given)
    found = _within(found, "dbapi_connection")
    return found if callable(getattr(found, "run_async", None)) else None


def is_awaited(given: object) -> bool:
    """Whether it is a connection, or holds one, whose methods are awaited."""
    modules = [kind.__module__ for kind in given.__class__.__mro__]
    return (
        isinstance(given, psycopg.AsyncConnection)
        or any(module.startswith("sqlalchemy.ext.asyncio") for module in modules)
        or driver_name(given) == "asyncpg"
    )


def driver_name(connection: object) -> str | None:
    """Name the driver that a connection is of, None where it is none that we know; a pool of them is no connection."""
    if any(callable(getattr(type(connection), verb, None)) for verb in ("acquire", "getconn")):
        return None
    packages = {kind.__module__.partition(".")[0] for kind in connection.__class__.__mro__}
    return next((name for name in OTHER_DRIVERS if name in packages), None)


def kind_of(given: object) -> str:
    """Name what was lent."""
    return f"{type(given).__module__}.{type(given).__name__}"
