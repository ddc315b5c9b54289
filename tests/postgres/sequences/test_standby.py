"""On a standby, whose sequences are where the write-ahead log says: up to 32 values ahead of the primary's."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from seedkit import check_sequences, fix_sequences
from tests.conftest import Run
from tests.postgres.sequences.sequence_states import inserted_id
from tests.servers import ServerMissing, throwaway_pair

Connection = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def pair(postgres_version: int) -> Iterator[tuple[str, str]]:
    try:
        with throwaway_pair(postgres_version) as conninfos:
            yield conninfos
    except ServerMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def primary(pair: tuple[str, str]) -> Iterator[Connection]:
    with psycopg.connect(pair[0], autocommit=True) as connection:
        yield connection
        connection.execute("drop schema public cascade; create schema public")


@pytest.fixture
def standby(pair: tuple[str, str]) -> Iterator[Connection]:
    with psycopg.connect(pair[1], autocommit=True) as connection:
        yield connection


def replayed(primary: Connection, standby: Connection) -> None:
    """Wait until the standby has replayed all that the primary has done."""
    [[done]] = primary.execute("select pg_current_wal_insert_lsn()").fetchall()
    primary.execute("select pg_switch_wal()")
    deadline = time.monotonic() + 30
    while standby.execute("select pg_last_wal_replay_lsn() < %s::pg_lsn", (done,)).fetchone() == (True,):
        assert time.monotonic() < deadline, "the standby does not follow"
        time.sleep(0.01)


def with_ids(primary: Connection, table: str, drawn: int, *ids: int, options: str = "") -> None:
    """Create a table whose sequence has given some values, and ids."""
    name = sql.Identifier(table)
    primary.execute(sql.SQL("create table {} (id bigint primary key, name text)").format(name))
    primary.execute(f"create sequence {table}_seq {options}".encode())
    default = sql.SQL("alter table {} alter id set default nextval({})")
    primary.execute(default.format(name, sql.Literal(f"{table}_seq")))
    for _ in range(drawn):
        primary.execute(sql.SQL("select nextval({})").format(sql.Literal(f"{table}_seq")))
    primary.cursor().executemany(sql.SQL("insert into {} values (%s)").format(name), [(value,) for value in ids])


def statuses(connection: Connection) -> dict[str, str]:
    return {report.table.name: str(report.status) for report in check_sequences(connection=connection).sequences}


@pytest.mark.parametrize(
    ("drawn", "ids", "options", "on_primary", "on_standby"),
    [
        pytest.param(1, [41], "", "behind", "behind", id="past the standby's last value too"),
        pytest.param(1, [33], "", "behind", "skipped", id="up to where the log is"),
        pytest.param(1, [2], "", "behind", "skipped", id="just behind"),
        pytest.param(20, [20], "", "in step", "skipped", id="right, which can't be known"),
        pytest.param(40, [1], "", "ahead", "in step", id="32 values before"),
        pytest.param(40, [34, 35], "", "ahead", "skipped", id="fewer"),
        pytest.param(0, [41], "", "behind", "behind", id="nothing given yet"),
        pytest.param(0, [], "", "in step", "in step", id="an empty table"),
        pytest.param(9, [], "", "ahead", "in step", id="an empty table, values given"),
        pytest.param(1, [-20], "increment -1", "behind", "skipped", id="descending"),
        pytest.param(1, [-40], "increment -1", "behind", "behind", id="descending, far"),
        pytest.param(1, [300], "increment 10", "behind", "skipped", id="in tens: 32 steps are 320"),
        pytest.param(1, [340], "increment 10", "behind", "behind", id="in tens, further"),
        pytest.param(1, [35], "cache 10", "behind", "skipped", id="with a CACHE"),
        pytest.param(20, [20], "maxvalue 40", "in step", "skipped", id="used up by the log alone"),
    ],
)
def test_a_standby_proves_that_a_sequence_is_behind_and_seldom_that_it_is_right(
    primary: Connection,
    standby: Connection,
    drawn: int,
    ids: list[int],
    options: str,
    on_primary: str,
    on_standby: str,
) -> None:
    """§2 On a standby: past its last value is behind, 32 steps before it right, and between the two not judged."""
    with_ids(primary, "items", drawn, *ids, options=options)
    replayed(primary, standby)

    assert statuses(primary) == {"items": on_primary}
    assert {name: status.replace("ahead", "in step") for name, status in statuses(standby).items()} == {
        "items": on_standby
    }


def test_one_line_tells_of_all_that_a_standby_can_not_judge(
    primary: Connection, standby: Connection, seedkit: Run
) -> None:
    """§7 What a standby can't judge is one line of the summary and exit 1; JSON lists it."""
    for table in ("carts", "orders"):
        with_ids(primary, table, 5, 5)
    with_ids(primary, "users", 100, 5)
    replayed(primary, standby)

    shown = seedkit("check", "--html", "report.html", DATABASE_URL=standby.info.dsn)
    listed = seedkit("check", "--json", DATABASE_URL=standby.info.dsn)

    told = (
        "2 sequences not judged on a standby: their highest ids are within 32 steps of the last value,"
        " which may be so far ahead there; check on the primary server"
    )
    assert (shown.returncode, listed.returncode) == (1, 1)
    assert told in shown.stdout.splitlines()
    assert "carts" not in shown.stdout
    assert "users.id" in shown.stdout
    sequences = {sequence["table"]: sequence for sequence in json.loads(listed.stdout)["sequences"]}
    assert {table: found["status"] for table, found in sequences.items()} == {
        "carts": "skipped",
        "orders": "skipped",
        "users": "ahead",
    }
    assert "not judged on a standby" in sequences["carts"]["reason"]


def test_nothing_but_what_a_standby_can_not_judge_is_no_table(
    primary: Connection, standby: Connection, seedkit: Run
) -> None:
    """§7 Where a standby can judge nothing, the summary is all there is."""
    with_ids(primary, "carts", 5, 5)
    replayed(primary, standby)

    checked = seedkit("check", DATABASE_URL=standby.info.dsn)
    repaired = seedkit("fix-sequence", "--all", "--dry-run", DATABASE_URL=standby.info.dsn)

    for ran in (checked, repaired):
        assert ran.returncode == 1
        assert "column" not in ran.stdout
        assert "1 sequence not judged on a standby: its highest id is within 32 steps" in ran.stdout


def test_a_check_on_a_standby_sends_the_repair_to_the_primary(
    primary: Connection, standby: Connection, seedkit: Run, tmp_path: Path
) -> None:
    """§7 Where a standby shows that a sequence is behind, the command that helps is one for the primary."""
    with_ids(primary, "items", 1, 500)
    replayed(primary, standby)

    checked = seedkit("check", "--html", "report.html", DATABASE_URL=standby.info.dsn)

    assert "hint: `seedkit fix-sequence --all` on the primary server moves the sequences" in checked.stdout
    assert "</code> on the primary server moves" in (tmp_path / "report.html").read_text(encoding="utf-8")


def test_a_repair_on_a_standby_is_sent_to_the_primary(primary: Connection, standby: Connection) -> None:
    """§3 What is behind on a standby can't be moved there, and the report says where."""
    with_ids(primary, "items", 1, 500)
    replayed(primary, standby)

    (report,) = fix_sequences(connection=standby).sequences

    assert report.status == "behind"
    assert "primary" in (report.hint or "")
    fix_sequences(connection=primary)
    assert inserted_id(primary, "insert into items (name) values ('new') returning id") == 501


def test_a_command_that_writes_is_refused_by_a_standby_at_once(standby: Connection, seedkit: Run) -> None:
    """§3 A command that would write says at once that it has met a standby."""
    ran = seedkit("fix-sequence", "--all", DATABASE_URL=standby.info.dsn)

    assert (ran.returncode, ran.stdout) == (2, "")
    assert "error: the server of DATABASE_URL is a standby, where nothing can be written" in ran.stderr
    assert "hint: Name the primary server" in ran.stderr


def test_what_is_unlogged_has_no_contents_on_a_standby_and_is_told_so(primary: Connection, standby: Connection) -> None:
    """§3 Unlogged tables and sequences can't be read on a standby: told as such, and the others are judged."""
    primary.execute("create unlogged table scratch (id serial primary key)")
    primary.execute("create table kept (id serial primary key); alter sequence kept_id_seq set unlogged")
    with_ids(primary, "items", 1, 500)
    replayed(primary, standby)

    reports = {report.table.name: report for report in check_sequences(connection=standby).sequences}

    assert {name: report.status for name, report in reports.items()} == {
        "items": "behind",
        "kept": "skipped",
        "scratch": "skipped",
    }
    for name in ("kept", "scratch"):
        assert reports[name].reason == f"{name}.id or its sequence is unlogged, and has no contents on a standby"
        assert reports[name].hint == "Check it on the primary server."


def test_what_belongs_to_others_is_judged_there_too_though_nothing_can_be_made_to_read_it(
    primary: Connection, standby: Connection
) -> None:
    """§3 On a standby a superuser reads others' tables without a plan: in that, their code could run as his."""
    primary.execute("create role others_owner")
    with_ids(primary, "items", 1, 41)
    with_ids(primary, "users", 1, 41)
    primary.execute("alter table items owner to others_owner; alter sequence items_seq owner to others_owner")
    replayed(primary, standby)

    judged = statuses(standby)
    primary.execute("drop owned by others_owner; drop role others_owner")

    assert judged == {"items": "behind", "users": "behind"}
