"""Whoever stops reading in the middle, as Ctrl-C does, leaves a connection that can be rolled back: none hangs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from threading import Thread
from typing import Any

import psycopg
import pytest

from seedkit import check_sequences
from seedkit.core.generation.keys.parent_keys import Packed
from seedkit.postgres.catalog.tables import read_catalog, read_tables
from seedkit.postgres.generation.parents import read_keys
from seedkit.postgres.sequences import feeding, unplanned
from seedkit.postgres.sequences.feeding import read_feeding

Connection = psycopg.Connection[Any]


def first_then_interrupted(rows: Iterable[object], **_: object) -> object:
    next(iter(rows))
    raise KeyboardInterrupt


def interrupted_once(*_: object) -> object:
    raise KeyboardInterrupt


def judged(connection: Connection) -> None:
    check_sequences(connection=connection)


def ids_copied(connection: Connection) -> None:
    sequence = read_feeding(connection).sequences[0]
    with connection.transaction():
        unplanned.unplanned_ids(connection, sequence, None)


def keys_read(connection: Connection) -> None:
    [table] = read_tables(
        connection, [found.oid for found in read_catalog(connection).relations if found.kind == "r"][:1]
    ).values()
    with connection.transaction():
        read_keys(connection, table, ("name",))


@pytest.mark.parametrize(
    ("reading", "owner", "name", "stop"),
    [
        (judged, feeding, "feeding_sequence", interrupted_once),
        (ids_copied, unplanned, "extreme_id", first_then_interrupted),
        (keys_read, Packed, "of", first_then_interrupted),
    ],
)
def test_what_was_broken_off_is_rolled_back(
    reading: Callable[[Connection], None],
    owner: object,
    name: str,
    stop: Callable[..., object],
    connection: Connection,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection.execute("create table a (id serial primary key, name text); create table b (id serial, other serial)")
    connection.execute("insert into a (name) select 'n' || n from generate_series(1, 100000) n")
    monkeypatch.setattr(owner, name, stop)
    caught: list[BaseException] = []

    def read() -> None:
        try:
            reading(connection)
        except KeyboardInterrupt as error:
            caught.append(error)

    thread = Thread(target=read, daemon=True)
    thread.start()
    thread.join(20)

    assert not thread.is_alive(), "it waits for ever"
    assert caught
    assert connection.execute("select 1").fetchall() == [(1,)]
