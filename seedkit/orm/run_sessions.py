"""The Sessions that the seeders of a run have asked for. SQLAlchemy is imported once one does."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from seedkit.core.names import ExactName
from seedkit.errors import UsageError
from seedkit.postgres.connection import Connection

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from seedkit.orm.row_tally import RowCounts
    from seedkit.orm.sessions import SeederSession

Counted: TypeAlias = "Callable[[dict[ExactName, RowCounts]], None]"
"""Is told at a seeder's end which rows its Session has written."""

_NO_SUCH_SAVEPOINT = "3B001"


def session_hint(error: BaseException) -> str | None:
    """Say what to do about an error of a Session that its own words do not tell."""
    if getattr(getattr(error, "orig", None), "sqlstate", None) == _NO_SUCH_SAVEPOINT:
        return (
            "The session's savepoint has ended with one around it: "
            "write `with session.begin_nested():` in place of `with db.connection.transaction():`."
        )
    return None


def _is_kind_of(given: object, kind: type) -> bool:
    return isinstance(given, type) and issubclass(given, kind)


class RunSessions:
    """At most one Session for each seeder that is at work, the innermost last: those of a connection are nested."""

    def __init__(self, connection: Connection, turn: AbstractContextManager[Any]) -> None:
        self._connection = connection
        self._turn = turn
        self._engine: Engine | None = None
        self._open: list[SeederSession | None] = []

    @contextmanager
    def of_a_seeder(self, counted: Counted) -> Iterator[None]:
        """Have what a seeder's Session holds kept at its end, or taken back with all else where it fails."""
        self._open.append(None)
        try:
            yield
            if (session := self._open[-1]) is not None:
                session.end()
                counted(session.tally.counts())
        except BaseException:
            if (session := self._open[-1]) is not None:
                session.abandon()
            raise
        finally:
            self._open.pop()

    def session(self, class_: type[Session] | None, options: dict[str, object]) -> Session:
        """Give the Session of the seeder that is at work, in the class that it asks for, else in SQLAlchemy's own."""
        try:
            from seedkit.orm.sessions import SeederSession, Session, run_engine
        except ImportError as error:
            raise UsageError(
                f"db.session() gives a Session of SQLAlchemy 2, which can not be imported: {error}",
                hint="pip install 'sqlalchemy>=2'",
            ) from error
        if class_ is not None and not _is_kind_of(class_, Session):
            raise UsageError(f"db.session takes a class of Session, not {class_!r}")
        if not self._open:
            raise UsageError("db.session() was called after the seeders of the run had ended")
        found = self._open[-1]
        if found is not None:
            found.require_thread()
        if found is None:
            self._engine = self._engine or run_engine(self._connection, self._turn)
            found = self._open[-1] = SeederSession(self._engine, class_ or Session, options)
        elif (class_ is not None or options) and found.asked != (class_ or Session, options):
            raise UsageError(
                "db.session() was called before with other options",
                hint="A seeder has one Session: say what it is to be where it is first asked for.",
            )
        return found.session

    def flush(self, *, rows_follow: bool = False) -> None:
        """Send what open Sessions hold back, before anything else looks at the database.

        Where `rows_follow` that `db.insert` takes, SQLAlchemy's warning that they are in no Session is left out.
        """
        for session in self._open:
            if session is not None:
                session.flush(rows_follow=rows_follow)

    def moved_by(self, sql: str) -> None:
        """Have open Sessions count no more what a savepoint of the connection takes back."""
        for session in self._open:
            if session is not None:
                session.tally.is_moved_by(sql)
