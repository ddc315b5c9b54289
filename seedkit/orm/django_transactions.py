"""Has Django know of the transaction that a run on its connection works in: else models refuse to write in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from typing import Any

from msgspec import Struct

from seedkit.errors import SeederError, UsageError
from seedkit.orm.django_outside import WrittenOutside
from seedkit.orm.row_tally import UPSERT, RowTally, rows_written
from seedkit.orm.table_names import name_in_django
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import lost_at_commit
from seedkit.postgres.transactions.rows_so_far import rows_so_far

_WRITTEN = re.compile(r'(INSERT INTO|UPDATE) ("(?:[^"]|"")+"(?:\."(?:[^"]|"")+")?) ')
"""What models' statements begin with; raw SQL is spelled in other ways, and not counted."""


class _Lent(Struct, frozen=True):
    """The connection of Django's that a run works on, and what models have written: of the innermost seeder last."""

    wrapper: Any
    outside: WrittenOutside
    tallies: list[RowTally]


_lent: ContextVar[_Lent | None] = ContextVar("_lent", default=None)


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
    lent = _Lent(wrapper, WrittenOutside(wrapper, dry_run=roll_back), [])
    token = _lent.set(lent)
    try:
        with _atomic(wrapper, roll_back=roll_back) as begun, wrapper.execute_wrapper(partial(_counted, lent)):
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
    from django.db import Error, OperationalError, transaction

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
    except Exception as error:
        if done and begins and not isinstance(error, Error):
            error.add_note("seedkit: the run is committed; this comes from what it left to transaction.on_commit")
        raise


@contextmanager
def models_at_work(connection: Connection, seeder: str) -> Iterator[RowTally]:
    """Let a seeder work with models, where a run is known to Django; give what they have written by its end.

    Raises SeederError where Django would roll the run back at its end, and say nothing of it.
    """
    tally, lent = RowTally(), _lent.get()
    if lent is None:
        yield tally
        return
    _settle_time_zone(connection, lent.wrapper)
    lent.tallies.append(tally)
    try:
        with lent.outside.watching(seeder):
            yield tally
    finally:
        lent.tallies.pop()
    if lent.wrapper.closed_in_transaction:
        raise SeederError(f'seeder "{seeder}" closed the connection of the run', hint="Leave that to Django.")
    if lent.wrapper.needs_rollback:
        raise SeederError(
            f'seeder "{seeder}" went on after an error of a model, so Django would keep nothing of the run',
            hint="Let the error pass, or wrap what may fail in `with transaction.atomic():` (of django.db).",
        )


def _settle_time_zone(connection: Connection, wrapper: Any) -> None:  # noqa: ANN401
    """Have a time without an offset mean in a seeder what it means to its models: Django sets the session's time zone.

    What the transaction has been set to is put back after the seeder, as all that it changes.
    """
    if wrapper.timezone_name != "UTC":
        connection.execute("select pg_catalog.set_config('TimeZone', %s, true)", (wrapper.timezone_name,))


def _counted(lent: _Lent, execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:  # noqa: ANN401, PLR0917
    """Execute what a model asks for, as Django's execute_wrapper has it, and count what it has written."""
    written = _WRITTEN.match(sql) if lent.tallies and isinstance(sql, str) else None
    if written is None:
        result = execute(sql, params, many, context)
        if lent.tallies and isinstance(sql, str):
            lent.tallies[-1].is_moved_by(sql)
        return result
    table = name_in_django(written[2])
    before = rows_so_far(lent.wrapper.connection, table) if UPSERT.search(sql) else None
    result = execute(sql, params, many, context)
    inserts, rows = written[1] == "INSERT INTO", context["cursor"].rowcount
    lent.tallies[-1].add(table, rows_written(lent.wrapper.connection, table, before, inserts=inserts, rows=rows))
    return result


def _refuse_lost(wrapper: Any) -> None:  # noqa: ANN401
    if wrapper.in_atomic_block and wrapper.needs_rollback:
        raise UsageError(
            f'Django rolls the open transaction of database "{wrapper.alias}" back: an error happened in it before',
            hint="Wrap what may fail in `with transaction.atomic():`, or seed after that block.",
        )
