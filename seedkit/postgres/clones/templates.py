"""The template that clones are made of: built by one run while the others wait, found again by all that come later.

It is made as a draft and renamed when it is whole. Nobody can connect to it, so that it stays what it is and can be
cloned at any time.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from zlib import crc32

from psycopg import sql

from seedkit.postgres.alone import alone_with
from seedkit.postgres.clones.session import CloneSession
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explained
from seedkit.postgres.opening import connect
from seedkit.postgres.queries import query

KEPT = 3
"""How many templates of a project stay: that of a branch that is left, for one, is there when it is entered again."""

_IN_USE, _BEING_MADE = 0x5EED, 0x5EEE
_SOURCE = "the server for tests"
_END_SECONDS = 10.0
"""How long sessions may take to go: a database with any can not be renamed."""

_log = logging.getLogger("seedkit")


def template_for(session: CloneSession, content: str, build: Callable[[str], None], *, anew_in: str | None) -> str:
    """Give the name of the template of a content, built where there is none, and keep others from dropping it.

    `build` fills the database of a URL. `anew_in` names a run that wants it built once more, once for all its workers.
    """
    if anew_in is None and (found := _taken(session, content)):
        return found
    with _alone_at_making(session.connection, session.names.templates(content)):
        if (found := _taken(session, content)) and (anew_in is None or _made_by(session.connection, found) == anew_in):
            return found
        name = _made(session, content, build, by=anew_in)
        _take(session.connection, name)
        _drop_stale(session, name)
        return name


def _taken(session: CloneSession, content: str) -> str | None:
    """Find the newest template of a content, and hold it; None where there is none."""
    while found := _templates(session, content):
        _take(session.connection, found[-1])
        if found[-1] in _templates(session, content):  # nobody has dropped it in between
            return found[-1]
        session.connection.execute("select pg_catalog.pg_advisory_unlock_shared(%s, %s)", [_IN_USE, _key(found[-1])])
    return None


def _templates(session: CloneSession, content: str = "") -> list[str]:
    """List templates, the oldest first: databases get ascending OIDs."""
    return [name for name in session.named(session.names.templates(content)) if session.names.is_template(name)]


def _take(connection: Connection, name: str) -> None:
    connection.execute("select pg_catalog.pg_advisory_lock_shared(%s, %s)", [_IN_USE, _key(name)])


@contextmanager
def _alone_at_making(connection: Connection, templates: str) -> Iterator[None]:
    lock = [_BEING_MADE, _key(templates)]
    row = connection.execute("select pg_catalog.pg_try_advisory_lock(%s, %s)", lock).fetchone()
    if not (row and row[0]):
        _log.info("waiting for another process that makes the template")
        connection.execute("select pg_catalog.pg_advisory_lock(%s, %s)", lock)
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute("select pg_catalog.pg_advisory_unlock(%s, %s)", lock)


def _made(session: CloneSession, content: str, build: Callable[[str], None], *, by: str | None) -> str:
    draft, connection = session.names.draft(session.next_number()), session.connection
    before = _templates(session, content)
    generation = 1 + max((int(name.rpartition("_")[2]) for name in before), default=0)
    name = session.names.template(content, generation)
    with explained("making the template"):
        connection.execute(sql.SQL("create database {} template template0").format(sql.Identifier(draft)))
        try:
            build(session.url(draft))
            _analyze(session.url(draft))
            session.end_sessions(draft, seconds=_END_SECONDS)  # a pool of the builder's may be open
            for statement in _STEPS:
                connection.execute(
                    sql.SQL(statement).format(
                        draft=sql.Identifier(draft), name=sql.Identifier(name), note=sql.Literal(json.dumps({"by": by}))
                    )
                )
        finally:
            if not connection.closed:
                session.drop(draft)
    return name


_STEPS = (
    "comment on database {draft} is {note}",
    "alter database {draft} allow_connections false",
    "alter database {draft} rename to {name}",
)


def _analyze(url: str) -> None:
    """Have clones plan with statistics. VACUUM would add two files for each table, which take time to copy."""
    with alone_with(url, _SOURCE), connect(url, source=_SOURCE) as connection:
        connection.execute("analyze")


def _made_by(connection: Connection, name: str) -> str | None:
    row = connection.execute(query("comment_of_database"), {"name": name}).fetchone()
    note = json.loads(row[0]) if row and row[0] else {}
    return note.get("by") if isinstance(note, dict) else None


def _drop_stale(session: CloneSession, newest: str) -> None:
    """Drop the templates that a newer one replaces, and those beyond the last few, unless a run uses them."""
    beginning, found = newest.rpartition("_")[0] + "_", _templates(session)
    replaced = [name for name in found if name.startswith(beginning) and name != newest]
    others = [name for name in found if name not in replaced]
    for name in (*replaced, *others[:-KEPT]):
        lock = [_IN_USE, _key(name)]
        row = session.connection.execute("select pg_catalog.pg_try_advisory_lock(%s, %s)", lock).fetchone()
        if row and row[0]:
            session.drop(name)
            session.connection.execute("select pg_catalog.pg_advisory_unlock(%s, %s)", lock)


def _key(name: str) -> int:
    """Make the number of a lock from a name: 31 bits, as PostgreSQL's pairs of numbers are signed."""
    return crc32(name.encode()) & 0x7FFFFFFF
