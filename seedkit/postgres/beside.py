"""Works in a thread beside an event loop that goes on meanwhile, also on connections that live on that loop."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from contextvars import copy_context
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

import psycopg

from seedkit.errors import UsageError
from seedkit.postgres.borrowing import driver_name, is_awaited, kind_of, refuse_closed, refuse_pipeline, require_usable
from seedkit.postgres.connection import in_transaction, takes_statements
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.drivers.session import DriverSession
from seedkit.postgres.interruption import Interrupted, Interruptible, Interruption, interruption
from seedkit.postgres.session import Session

_Given = TypeVar("_Given")

_PAUSE_SECONDS = 0.1


async def beside(work: Callable[[], _Given], stop: Interruption | None = None) -> _Given:
    """Do work in a thread. Where the task is cancelled, the work is ended early, and cleans up before the task ends.

    What it has committed by then stays.
    """
    stop = stop or Interruption()
    running = asyncio.get_running_loop().run_in_executor(None, copy_context().run, _worked, work, stop)
    try:
        done: _Given = await asyncio.shield(running)
    except asyncio.CancelledError:
        await _end(running, stop)
        raise
    return done


def _worked(work: Callable[[], Any], stop: Interruption) -> Any:  # noqa: ANN401
    interruption.set(stop)
    try:
        return work()
    except Interrupted:
        return None


async def _end(running: asyncio.Future[Any], stop: Interruption) -> None:
    """Have the work end, however often the task is cancelled meanwhile.

    By a thread of its own: all of the loop's may be at work, and wait for what they are to be kept from.
    """
    stop.ask()
    with ThreadPoolExecutor(1) as executor:
        while not running.done():
            try:
                await asyncio.get_running_loop().run_in_executor(executor, stop.cut_short)
                await asyncio.wait({running}, timeout=_PAUSE_SECONDS)
            except asyncio.CancelledError:
                continue
    running.exception()  # nobody else asks for it any more


async def beside_lent(given: object, work: Callable[[Session], _Given]) -> _Given:
    """Work on what is awaited: an AsyncSession, an AsyncConnection, an AsyncEngine, or a connection of a driver.

    An AsyncSession is flushed first. Raises UsageError for anything else.
    """
    async with _turn(getattr(given, "sync_session", None)), _raw(given) as raw:
        return await beside_raw(raw, work)


_turns: WeakKeyDictionary[Any, asyncio.Lock] = WeakKeyDictionary()


def _turn(held: object) -> AbstractAsyncContextManager[object]:
    """Have tasks that work on one session or connection at once wait for each other; neither stands two of them."""
    if held is None or type(held).__weakrefoffset__ == 0:
        return nullcontext()
    return _turns.setdefault(held, asyncio.Lock())


async def sync_part(given: Any) -> object:  # noqa: ANN401
    """Give what stands beneath an AsyncSession, AsyncConnection or AsyncEngine: it tells without being awaited."""
    if _is_session(given):
        async with _turn(getattr(given, "sync_session", None)):
            given = await given.connection()
    return getattr(given, "sync_connection", None) or getattr(given, "sync_engine", None)


def _is_session(given: object) -> bool:
    return is_awaited(given) and callable(getattr(given, "flush", None))


async def beside_raw(raw: object, work: Callable[[Session], _Given]) -> _Given:
    """Work on the connection of an asynchronous driver."""
    stop = Interruption()
    if isinstance(raw, psycopg.AsyncConnection):
        refuse_closed(raw)
        async with raw.lock:
            return await beside(lambda: _on_same_session(raw, work), stop)
    if driver_name(raw) == "asyncpg":
        session = _asyncpg_session(raw, stop)
        require_usable(session)
        async with _turn(raw):
            return await beside(lambda: _kept(session, work), stop)
    raise UsageError(
        f"{kind_of(raw)} is no asynchronous connection that seedkit knows",
        hint="Lend an AsyncSession, AsyncConnection or AsyncEngine on asyncpg or psycopg, or a connection of theirs.",
    )


@asynccontextmanager
async def _raw(given: Any) -> AsyncIterator[object]:  # noqa: ANN401
    """Find the driver's connection in what holds it."""
    if isinstance(given, psycopg.AsyncConnection) or driver_name(given) == "asyncpg":
        yield given
    elif is_awaited(given) and callable(getattr(given, "connect", None)):  # an engine
        async with given.connect() as connection:
            yield (await connection.get_raw_connection()).driver_connection
    else:
        if _is_session(given):
            await given.flush()
            given = await given.connection()
        if not is_awaited(given) or not callable(getattr(given, "get_raw_connection", None)):
            raise UsageError(
                f"{kind_of(given)} is no connection that is awaited",
                hint="Lend an AsyncSession, AsyncConnection or AsyncEngine, or a connection of asyncpg or psycopg; for "
                "what is not awaited there is seedkit.fix_sequence(...).",
            )
        yield (await given.get_raw_connection()).driver_connection


def _asyncpg_session(raw: object, stop: Interruption) -> DriverSession:
    from seedkit.postgres.drivers.asyncpg import Asyncpg

    loop = asyncio.get_running_loop()

    def awaited(coroutine: Coroutine[Any, Any, Any]) -> object:
        future = asyncio.run_coroutine_threadsafe(coroutine, loop)
        stop.cancel = future.cancel
        try:
            answer = future.result()
        except CancelledError:
            stop.heed()
            raise Interrupted from None
        finally:
            stop.cancel = None
        stop.heed()
        return answer

    return DriverSession(Asyncpg(raw, awaited))


def _kept(session: Session, work: Callable[[Session], _Given]) -> _Given:
    """Work so that the session is as it was, wherever the work is interrupted: in a savepoint where one can be had."""
    with explained("looking at the sequences"):
        if takes_statements(session):
            return _in_savepoint(session, work)
        was_idle = not in_transaction(session)
        try:
            return work(session)
        except BaseException:
            if was_idle and not session.closed and in_transaction(session):
                session.rollback()
            raise


def _in_savepoint(session: Session, work: Callable[[Session], _Given]) -> _Given:
    """Work in a savepoint: with it, what is SET LOCAL is set back, and a transaction that has failed takes statements.

    Not in one of `Session.transaction`, which an interruption might meet half-way.
    """
    session.execute("savepoint seedkit_lent")
    try:
        return work(session)
    except BaseException:
        if not session.closed:
            session.execute("rollback to seedkit_lent")
        raise
    finally:
        if not session.closed:
            session.execute("release seedkit_lent")


class _SameSession(Interruptible):
    """The session of an asynchronous connection of psycopg, for as long as that does nothing itself."""

    def __del__(self, *_: object) -> None:
        """Say nothing: it is open still, and its owner closes it."""


def _on_same_session(owner: psycopg.AsyncConnection[Any], work: Callable[[Session], _Given]) -> _Given:
    """Work on a session by libpq's own connection, at psycopg's full speed; notices stay its owner's."""
    pgconn = owner.pgconn
    refuse_pipeline(pgconn)
    handlers = pgconn.notice_handler, pgconn.notify_handler
    same = _SameSession(pgconn)
    pgconn.notice_handler, pgconn.notify_handler = handlers
    if pgconn.transaction_status == psycopg.pq.TransactionStatus.IDLE:
        same.autocommit = owner.autocommit
        same.isolation_level, same.read_only, same.deferrable = owner.isolation_level, owner.read_only, owner.deferrable
    return _kept(same, work)
