"""The sessions of a stress line: writers, loaders and repairers, each a process with a connection of its own.

Every session writes down what it did; nothing is judged here. A session that meets an error it does not expect dies
with a traceback, and the line is void.
"""

from __future__ import annotations

import math
import random
import signal
import time
from array import array
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection as Pipe

import psycopg
from psycopg import sql

from benchmarks.stress_methods import Refused, Repairer

STATEMENT_TIMEOUT = "20s"
TRANSACTION_PAUSES_SECONDS = (0.0,) * 60 + (0.002,) * 30 + (0.02,) * 9 + (1.2,)
"""How long a writer's transaction stays open; the longest outlasts seedkit's three waits for a lock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """How far a loader jumps ahead: anything between the two, on a logarithmic scale; and how often.

    It does not jump while the sequence is further behind than `furthest_behind`.
    """

    narrowest: int
    widest: int
    longest_pause_seconds: float = 0.02
    furthest_behind: int | None = None

    def one(self) -> int:
        """Pick a gap."""
        return round(math.exp(random.uniform(math.log(self.narrowest), math.log(self.widest))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a session works: a schema of the database, as itself or as a role."""

    conninfo: str
    schema: str
    role: str | None = None

    def connect(self) -> psycopg.Connection:
        """Open a connection in autocommit mode whose names mean our schema."""
        connection = psycopg.connect(self.conninfo, autocommit=True)
        connection.execute(sql.SQL("set search_path to {}").format(sql.Identifier(self.schema)))
        connection.execute(sql.SQL("set statement_timeout to {}").format(sql.Literal(STATEMENT_TIMEOUT)))
        if self.role is not None:
            connection.execute(sql.SQL("set role {}").format(sql.Identifier(self.role)))
        return connection


@dataclass(slots=True, kw_only=True)
class Record:
    """What a session did, in order: values drawn from the sequence, explicit ids committed, repairs.

    `failed_reads` counts how often the sequence could not be read: no row, or XX001, because somebody rewrote it.
    """

    drawn: array[int] = field(default_factory=lambda: array("q"))
    explicit: array[int] = field(default_factory=lambda: array("q"))
    repairs: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    failed_reads: int = 0


Work = Callable[[psycopg.Connection, Record], None]


def session(pipe: Pipe, place: Place, work: Work) -> None:
    """Run one session: report readiness, wait for the time to stop at, repeat the work until then, send the record.

    Ctrl-C reaches the whole process group; it is the parent who ends the sessions.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    random.seed()
    record = Record()
    with place.connect() as connection:
        pipe.send(None)
        stop_at: float = pipe.recv()
        while time.monotonic() < stop_at:
            work(connection, record)
    pipe.send(record)


def insert_by_default(connection: psycopg.Connection, record: Record) -> None:
    """Let the column's default draw the value."""
    record.drawn.append(_number(connection.execute("insert into t default values returning id")))


def insert_after_nextval(connection: psycopg.Connection, record: Record) -> None:
    """Draw the value first, as ORMs do, and insert it by a second statement."""
    value = _number(connection.execute("select nextval('t_id_seq')"))
    connection.execute("insert into t (id) values (%s)", (value,))
    record.drawn.append(value)


def insert_in_transaction(connection: psycopg.Connection, record: Record) -> None:
    """Draw values that nobody sees in the table until the transaction commits."""
    with connection.transaction():
        for _ in range(random.randint(1, 3)):
            insert_by_default(connection, record)
        time.sleep(random.choice(TRANSACTION_PAUSES_SECONDS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Insert an explicit id ahead of everything, then pause."""

    gaps: Gaps

    def __call__(self, connection: psycopg.Connection, record: Record) -> None:
        """Load one row."""
        if (explicit := insert_explicit_id(connection, record, self.gaps)) is not None:
            record.explicit.append(explicit)
        time.sleep(random.uniform(0, self.gaps.longest_pause_seconds))


def insert_explicit_id(connection: psycopg.Connection, record: Record, gaps: Gaps) -> int | None:
    """Insert an id a gap beyond the highest one and the sequence; None where that is unknown, or behind too far."""
    if (position := _position(connection)) is None:
        record.failed_reads += 1
        return None
    highest, last_value = position
    if gaps.furthest_behind is not None and highest - last_value > gaps.furthest_behind:
        return None
    explicit = max(highest, last_value) + gaps.one()
    connection.execute("insert into t (id) values (%s)", (explicit,))
    return explicit


def _position(connection: psycopg.Connection) -> tuple[int, int] | None:
    """Read the highest id and the last value, as any tool may; None where the sequence is being rewritten."""
    try:
        with connection.transaction():
            row = connection.execute("select (select max(id) from t), last_value from t_id_seq").fetchone()
    except psycopg.errors.DataCorrupted:
        return None
    return (row[0], row[1]) if row else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """Repair by one method; in a transaction after loading a row there, as a seeder does, if `loads` says how far."""

    repairer: Repairer
    loads: Gaps | None = None

    def __call__(self, connection: psycopg.Connection, record: Record) -> None:
        """Repair once, and keep what the method says where it refuses."""
        try:
            if self.repairer.in_transaction:
                self._repair_in_transaction(connection, record)
            else:
                self.repairer.repair(connection)
        except Refused as refused:
            record.refused[str(refused)] += 1
        else:
            record.repairs += 1

    def _repair_in_transaction(self, connection: psycopg.Connection, record: Record) -> None:
        explicit: int | None = None
        rolls_back = random.random() < 0.25
        with connection.transaction(force_rollback=rolls_back):
            if self.loads and random.random() < 0.5:
                explicit = insert_explicit_id(connection, record, self.loads)
            self.repairer.repair(connection)
            if connection.info.transaction_status is not psycopg.pq.TransactionStatus.INTRANS:
                raise AssertionError("the borrowed transaction was not left as found")
            time.sleep(random.choice((0.0, 0.0, 0.002, 0.02)))
        if explicit is not None and not rolls_back:
            record.explicit.append(explicit)


def _number(cursor: psycopg.Cursor) -> int:
    row = cursor.fetchone()
    assert row is not None
    return int(row[0])
