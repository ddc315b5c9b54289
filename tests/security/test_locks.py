"""What a check holds of others' tables, and for how long."""

from __future__ import annotations

import threading
import time
from typing import Any

import psycopg

from seedkit import check_sequences
from seedkit.postgres.catalog.tables import read_tables

Connection = psycopg.Connection[Any]

WAITING = "select pid from pg_locks where relation = 'scanned'::regclass and not granted"
HELD = "select count(*) from pg_locks where pid = %s and relation = 'indexed'::regclass"


def test_a_large_table_that_has_to_be_scanned_is_read_while_no_other_is_locked(
    connection: Connection, direct: str
) -> None:
    connection.execute("create table indexed (id serial primary key); create table scanned (id serial)")
    connection.execute("insert into scanned select generate_series(1, 300000); analyze scanned")
    with psycopg.connect(direct) as writer, psycopg.connect(direct, autocommit=True) as ours:
        writer.execute("lock table scanned in access exclusive mode")
        checking = threading.Thread(target=check_sequences, kwargs={"connection": ours})
        checking.start()

        deadline = time.monotonic() + 10
        while not (waiting := connection.execute(WAITING).fetchone()) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert waiting is not None
        held = connection.execute(HELD, waiting).fetchone()

        writer.rollback()
        checking.join()
    assert held == (0,)


def test_the_defaults_of_a_locked_table_are_read_all_the_same(connection: Connection, direct: str) -> None:
    connection.execute("create table pages (site text default 'main', seen timestamptz default now())")
    found = connection.execute("select 'pages'::regclass::oid::int8").fetchone() or (0,)
    with psycopg.connect(direct) as writer, psycopg.connect(direct, autocommit=True) as ours:
        writer.execute("lock table pages in access exclusive mode")
        ours.execute("set lock_timeout = '1s'")

        table = read_tables(ours, [found[0]])[found[0]]

    assert [column.constant for column in table.columns] == ["main", None]
