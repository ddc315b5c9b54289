"""Has Django know of the transaction that a run on its connection works in: else models refuse to write in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from seedkit.errors import SeederError, UsageError
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import lost_at_commit

_lent: ContextVar[Any] = ContextVar("_lent", default=None)
"""The connection of Django's on which a run is at work."""


@contextmanager
def known_to_django(given: object, *, roll_back: bool) -> Iterator[bool]:
    """Work in `transaction.atomic` where a connection of Django's is lent; give whether it has begun the transaction.

    Its end is Django's then, so that what models registered by `on_commit` runs, but for a run that is rolled back.
    What else is lent is left alone. Raises UsageError in a transaction that Django rolls back in any case.
    """
    wrapper = _wrapper_of(given)
    if wrapper is None:
        yield False
        return
    _refuse_lost(wrapper)
    token = _lent.set(wrapper)
    try:
        with _atomic(wrapper, roll_back=roll_back) as begun:
            yield begun
    finally:
        _lent.reset(token)


def _wrapper_of(given: object) -> Any:  # noqa: ANN401 - Django is untyped
    """Give the wrapper that models of this thread use, if it, or the proxy for it, is what is lent."""
    alias = getattr(given, "alias", None)
    if not (isinstance(alias, str) and hasattr(given, "in_atomic_block")):
        return None
    from django.db import connections

    return connections[alias] if alias in connections and given == connections[alias] else None


@contextmanager
def _atomic(wrapper: Any, *, roll_back: bool) -> Iterator[bool]:  # noqa: ANN401
    from django.db import OperationalError, transaction

    begins = not wrapper.in_atomic_block and wrapper.get_autocommit()
    connection, failure, done = wrapper.connection, None, False
    try:
        with transaction.atomic(using=wrapper.alias):
            try:
                yield begins
            except BaseException as error:
                failure = error
                raise
            done = True
            if roll_back:
                transaction.set_rollback(True, using=wrapper.alias)
    except OperationalError as error:
        if failure is not None and error is not failure:  # Django connects anew after an end, and was refused
            raise failure from None
        if done and begins and connection.closed:
            raise lost_at_commit(error) from error
        raise


def refuse_mark(seeder: str) -> None:
    """Raise SeederError where Django would roll the run back at its end, and say nothing of it."""
    wrapper = _lent.get()
    if wrapper is not None and wrapper.needs_rollback:
        raise SeederError(
            f'seeder "{seeder}" went on after an error of a model, so Django would keep nothing of the run',
            hint="Let the error pass, or wrap what may fail in `with transaction.atomic():` (of django.db).",
        )


def settle_time_zone(connection: Connection) -> None:
    """Have a time without an offset mean in a seeder what it means to its models: Django sets the session's time zone.

    What the transaction has been set to is put back after the seeder, as all that it changes.
    """
    wrapper = _lent.get()
    if wrapper is not None and wrapper.timezone_name != "UTC":
        connection.execute("select pg_catalog.set_config('TimeZone', %s, true)", (wrapper.timezone_name,))


def _refuse_lost(wrapper: Any) -> None:  # noqa: ANN401
    if wrapper.in_atomic_block and wrapper.needs_rollback:
        raise UsageError(
            f'Django rolls the open transaction of database "{wrapper.alias}" back: an error happened in it before',
            hint="Wrap what may fail in `with transaction.atomic():`, or seed after that block.",
        )
