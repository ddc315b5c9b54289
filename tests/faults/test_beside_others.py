"""A seed is not alone: other seeds, writers and a migration work on the same tables."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import psycopg
import pytest

from tests.faults.runs_under_fire import Fire, wait_until

Times = Callable[[int, int], int]

MIGRATING = "another session has locked a planned table; waiting for it to end"
WAITING = "another seedkit run is at work on this database; waiting for it to end"


@pytest.mark.parametrize("old_rows", [False, True], ids=["empty tables", "old rows"])
def test_runs_at_the_same_time_wait_for_each_other_and_all_succeed(fire: Fire, times: Times, old_rows: bool) -> None:
    count = times(3, 10)
    before = fire.reset(old_rows=old_rows)
    with psycopg.connect(fire.url) as session:
        session.execute("lock users")
        runs = [fire.run() for _ in range(count)]
        wait_until(lambda: _waiting(fire, "advisory") == count - 1, "the others do not wait for the first")
    ends = [run.end() for run in runs]

    assert [end.code for end in ends] == [0] * count, [end.told for end in ends]
    assert sum("nothing changed" in end.output for end in ends) == count - 1
    assert sum(WAITING in end.told for end in ends) == count - 1
    fire.judge("runs at once", before, ends[0], rerun=False)


def test_a_run_waits_for_a_migration_and_then_succeeds(fire: Fire) -> None:
    before = fire.reset(old_rows=True)

    with psycopg.connect(fire.url) as migration:
        migration.execute("alter table users add column paid_at timestamptz")
        run = fire.run()
        wait_until(lambda: _waiting(fire, "relation") == 1, "the run does not wait for the migration")
        migration.execute("alter table users drop column paid_at")
        migration.execute("alter table orders alter column total set not null")
    ended = run.end()

    assert ended.code == 0, ended.told
    fire.judge("migration beside it", before, ended, rerun=False)


def test_a_run_sees_what_the_migration_that_it_waited_for_has_changed(fire: Fire) -> None:
    before = fire.reset(old_rows=False)

    with psycopg.connect(fire.url) as migration:
        migration.execute("alter table orders rename column total to amount")
        run = fire.run()
        wait_until(lambda: _waiting(fire, "relation") == 1, "the run does not wait for the migration")
        migration.commit()
        stopped = run.end()
        migration.execute("alter table orders rename column amount to total")

    assert MIGRATING in stopped.told
    fire.judge("migration beside it", before, stopped, ('table "orders" has no column "total"',))


def test_a_migration_in_the_opposite_order_of_the_foreign_keys_does_not_deadlock(fire: Fire) -> None:
    """It has the orders, and wants the users when a run is there that wants both."""
    before = fire.reset(old_rows=True)

    with psycopg.connect(fire.url) as migration:
        migration.execute("alter table orders add column extra integer")
        run = fire.run()
        wait_until(lambda: _waiting(fire, "relation") == 1, "the run does not wait for the migration")
        migration.execute("alter table users add column extra integer")
        migration.execute("alter table users drop column extra")
        migration.execute("alter table orders drop column extra")
    ended = run.end()

    assert ended.code == 0, ended.told
    fire.judge("migration beside it", before, ended, rerun=False)


def test_two_runs_and_a_migration_do_not_deadlock(fire: Fire) -> None:
    """The migration takes its locks in the order of the foreign keys, as a run does."""
    fire.reset(old_rows=False)
    runs = [fire.run(), fire.run()]

    with psycopg.connect(fire.url) as migration:
        for table in ("users", "orders", "events"):
            migration.execute(f"alter table {table} add column extra integer")
        for table in ("users", "orders", "events"):
            migration.execute(f"alter table {table} drop column extra")
    ends = [run.end() for run in runs]

    assert [end.code for end in ends] == [0, 0], [end.told for end in ends]
    assert fire.digest() == fire.expected


def _waiting(fire: Fire, kind: str) -> int:
    with psycopg.connect(fire.url) as connection:
        [[count]] = connection.execute(
            "select count(*) from pg_locks join pg_stat_activity using (pid)"
            " where not granted and application_name = 'seedkit' and locktype = %s",
            (kind,),
        ).fetchall()
    return int(count)


# Writers


@dataclass(slots=True, kw_only=True)
class Writers:
    """Sixteen sessions that insert by default, and what became of it."""

    url: str
    drawn: list[int] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def write(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            while not self.stop.is_set():
                try:
                    [[drawn]] = connection.execute(
                        "insert into users (name, email) values ('w', gen_random_uuid()::text) returning id"
                    ).fetchall()
                    self.drawn.append(drawn)
                except psycopg.errors.UniqueViolation as error:
                    self.refused.append(str(error))
                time.sleep(0.002)


@contextmanager
def sixteen_writers(url: str) -> Iterator[Writers]:
    writers = Writers(url=url)
    threads = [threading.Thread(target=writers.write) for _ in range(16)]
    for thread in threads:
        thread.start()
    try:
        yield writers
    finally:
        writers.stop.set()
        for thread in threads:
            thread.join()


def test_sixteen_writers_lose_nothing_to_a_run_whose_ids_lie_elsewhere(fire: Fire) -> None:
    """The run's ids are 1 to 1000, as ever; the writers are at 400,000 and more."""
    before = fire.reset(old_rows=False)
    with psycopg.connect(fire.url, autocommit=True) as connection:
        connection.execute("select setval('users_id_seq', 400000)")

    with sixteen_writers(fire.url) as writers:
        run = fire.run()
        ended = run.end()

    assert ended.code == 0, ended.told
    assert writers.refused == []
    assert len(set(writers.drawn)) == len(writers.drawn)
    assert fire.behind() == []
    _forget_the_writers(fire)
    fire.judge("16 writers beside it", before, ended, rerun=False)


def test_a_writer_that_draws_an_id_of_an_uncommitted_run_is_refused_once_and_never_after(fire: Fire) -> None:
    """What no order can avoid: a default gives out ids that a run holds and has not committed."""
    before = fire.reset(old_rows=False)

    with psycopg.connect(fire.url) as session:
        session.execute("set local session_replication_role = replica")  # there are no users yet
        session.execute("insert into orders overriding system value values (1, 1, 1)")
        run = fire.run()
        wait_until(lambda: _waiting(fire, "transactionid") == 1, "the run does not wait, with its users written")
        with sixteen_writers(fire.url) as writers:
            wait_until(lambda: _writers_that_wait(fire) == 16, "the writers do not wait for the run")
            session.rollback()
            ended = run.end()
            time.sleep(0.2)

    assert ended.code == 0, ended.told
    assert len(writers.refused) == 16
    assert len(writers.drawn) > 16
    assert min(writers.drawn) > 1000
    assert len(set(writers.drawn)) == len(writers.drawn)
    assert fire.behind() == []
    _forget_the_writers(fire)
    fire.judge("16 writers beside it", before, ended, rerun=False)


def _writers_that_wait(fire: Fire) -> int:
    with psycopg.connect(fire.url) as connection:
        [[count]] = connection.execute(
            "select count(*) from pg_stat_activity"
            " where wait_event = 'transactionid' and query like 'insert into users%'"
        ).fetchall()
    return int(count)


def _forget_the_writers(fire: Fire) -> None:
    with psycopg.connect(fire.url, autocommit=True) as connection:
        connection.execute("delete from users where name = 'w'")
