"""A SQLAlchemy Session for a seeder, on its run's connection and in its transaction, which it can neither end nor lose.

What a Session calls a transaction is a savepoint here. It is imported by whoever asks for a Session.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session as Session  # noqa: PLC0414 - whoever types a seeder's session has it from here
from sqlalchemy.pool import StaticPool

from seedkit.errors import UsageError
from seedkit.orm.written_rows import WrittenRows
from seedkit.postgres.connection import Connection
from seedkit.postgres.shared_connection import SharedConnection

_OURS = ("bind", "binds", "join_transaction_mode", "twophase", "autobegin")


def run_engine(connection: Connection, turn: AbstractContextManager[Any]) -> Engine:
    """Make the engine of a run, whose one connection is the run's; made once, as it asks the server a few questions."""
    engine = create_engine(
        "postgresql+psycopg://",
        creator=lambda: SharedConnection(connection, turn),
        poolclass=StaticPool,
        use_native_hstore=False,  # it would be looked up and registered in the run's connection
    )
    _lend(engine.dialect)
    return engine


def _lend(dialect: Any) -> None:  # noqa: ANN401 - what SQLAlchemy types as a method is set here
    """Let whoever asks for the driver's connection have the run's own, as `fix_sequence(connection=session)` does."""
    dialect.get_driver_connection = lambda shared: shared.own


class SeederSession:
    """The Session of one seeder; `asked` is what the seeder asked for, `tally` what it has written by now."""

    def __init__(self, engine: Engine, class_: type[Session], options: dict[str, Any]) -> None:
        for name in _OURS:
            if name in options:
                raise UsageError(f"db.session() takes no {name}: its Session works in the run's one transaction")
        self.asked = (class_, options)
        self._thread = threading.get_ident()
        self._connection = engine.connect()
        self._connection.begin()
        self.tally = WrittenRows(self._connection).tally
        self.session = _keeping(class_)(bind=self._connection, join_transaction_mode="create_savepoint", **options)

    def require_thread(self) -> None:
        """Raise UsageError in another thread than the one that has asked first: a Session is no thread's but one's."""
        if threading.get_ident() != self._thread:
            raise UsageError(
                "db.session() was called in another thread: a seeder has one Session, for one thread",
                hint="Gather in the threads what is to be written; db.insert and db.execute may be called from any.",
            )

    def flush(self, *, rows_follow: bool) -> None:
        """Send what the Session holds back, whatever its autoflush says; inside a flush there is no other to be had."""
        if threading.get_ident() != self._thread or getattr(self.session, "_flushing", False):
            return
        with warnings.catch_warnings() if rows_follow else nullcontext():
            if rows_follow:
                warnings.filterwarnings("ignore", "Object of type .* not in session, add operation along")
            self.session.flush()

    def end(self) -> None:
        """Keep what is there, sent or not, and close the Session."""
        _commit(self.session)
        self.session.close()
        self._connection.close()

    def abandon(self) -> None:
        """Close the Session without a word to the server: the seeder's own savepoint takes all of it back."""
        self.session.invalidate()
        self._connection.invalidate()
        self._connection.close()


def _keeping(class_: type[Session]) -> Callable[..., Session]:
    """Derive a class whose `with` block commits at its end, as a seeder's end does, where its own would roll back."""

    def leave(self: Session, kind: object, *rest: object) -> None:
        if kind is None:
            _commit(self)
        class_.__exit__(self, kind, *rest)

    return type(class_.__name__, (class_,), {"__exit__": leave, "__module__": class_.__module__})


def _commit(session: Session) -> None:
    if session.in_transaction():
        session.commit()
