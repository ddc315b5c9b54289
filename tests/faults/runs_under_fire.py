"""One project that is seeded again and again while something breaks, and the judgement afterwards.

After a fault there are all rows of the run or none, every sequence is in front of its rows, and what the command said
and the code it ended with agree with that.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import psycopg
from psycopg import sql

from seedkit import check_sequences
from tests.faults.preloaded import Ended, Preloaded, Run
from tests.faults.tally import Tally

Connection: TypeAlias = "psycopg.Connection[Any]"
Digest: TypeAlias = "dict[str, tuple[int, int]]"
"""Of each table the number of its rows and the sum of their hashes."""

TABLES = """
create table users (id serial primary key, name text not null, email text not null unique);
create table orders (
    id bigint generated always as identity primary key,
    user_id integer not null references users,
    total numeric not null
);
create table departments (id serial primary key, name text not null, head_id integer not null);
create table employees (id bigserial primary key, name text, department_id integer not null references departments);
alter table departments add foreign key (head_id) references employees;
create table events (
    id bigserial primary key,
    kind text not null,
    user_id integer references users deferrable initially deferred
);
create table notes (id serial primary key, note text unique);
"""
OLD_ROWS = """
insert into users select i, 'old', i || '@example.com' from generate_series(1, 400) as i;
insert into orders (id, user_id, total) overriding system value select i, 1, 0 from generate_series(1, 400) as i;
select setval('users_id_seq', 400), setval('orders_id_seq', 400);
"""
SEEDER = """
from seedkit import seeder

@seeder(depends_on=["users"])
def events(db):
    db.insert("events", ({"id": i, "kind": "login", "user_id": 1 + i % 500} for i in range(1, 2501)))
    db.execute("insert into notes (note) select 'note ' || i from generate_series(1, 300) as i on conflict do nothing")
"""
COLUMNS = {"users": "t", "orders": "t", "departments": "t", "employees": "t", "events": "t", "notes": "t.note"}
"""What is compared of each table; the ids of the notes come from a default, which a lost run may have drawn."""


def files() -> dict[str, str]:
    """Write the project's fixtures and its seeder."""
    users = "".join(f"- {{id: {i}, name: Ada {i}, email: {i}@example.com}}\n" for i in range(1, 1001))
    orders = "".join(f"- {{id: {i}, user_id: {1 + i % 1000}, total: {i}.50}}\n" for i in range(1, 2001))
    employees = "".join(f"  - {{id: {i}, name: Eve, department_id: {1 + i % 9}}}\n" for i in range(1, 101))
    departments = "".join(f"  - {{id: {i}, name: D{i}, head_id: {i}}}\n" for i in range(1, 10))
    return {
        "pyproject.toml": "[tool.seedkit]\n",
        "fixtures/users.yml": users,
        "fixtures/orders.yml": orders,
        "fixtures/company.yml": f"departments:\n{departments}employees:\n{employees}",
        "seeders/events.py": SEEDER,
    }


@dataclass(kw_only=True)
class Fire:
    """The project, its database, and what was found."""

    url: str
    folder: Path
    tally: Tally
    command: Preloaded

    def run(self, *, url: str | None = None) -> Run:
        """Start a seed."""
        return self.command.start(self.folder, "seed", "--url", url or self.url)

    @cached_property
    def seconds(self) -> float:
        """How long a seed of empty tables takes that nothing disturbs."""
        started = time.monotonic()
        ended = self.run().end()
        assert ended.code == 0, ended.told
        return time.monotonic() - started

    @cached_property
    def expected(self) -> Digest:
        """What the tables hold after a seed that nothing disturbed."""
        assert self.seconds
        return self.digest()

    def reset(self, *, old_rows: bool) -> Digest:
        """Empty the tables, or give them the rows of an older seed, and say what they hold."""
        assert self.expected
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute("truncate users, orders, departments, employees, events, notes restart identity")
            if old_rows:
                connection.execute(OLD_ROWS)
            return _digest(connection)

    def digest(self) -> Digest:
        """Say what the tables hold."""
        with psycopg.connect(self.url) as connection:
            return _digest(connection)

    def judge(
        self, kind: str, before: Digest, ended: Ended | None, causes: tuple[str, ...] = (), *, rerun: bool = True
    ) -> None:
        """Count what is wrong after a fault, and fail where anything is; `causes` are the words that may name it.

        Then the next run has to succeed.
        """
        self.settle()
        line, after = self.tally.line(kind), self.digest()
        line.injected += 1
        all_kept = after == self.expected
        line.all_kept += all_kept
        line.none_kept += after == before
        torn = {} if all_kept else {name: (before[name], after[name]) for name in after if after[name] != before[name]}
        line.rows_lost += sum(abs(now[0] - self.expected[name][0]) for name, (_, now) in torn.items())
        behind = self.behind()
        line.behind += len(behind)
        lies = lies_in(ended, causes, all_kept=all_kept) if ended else []
        line.lies += len(lies)
        assert (torn, behind, lies) == ({}, [], []), ended
        if rerun:
            self.succeeds()

    def succeeds(self) -> None:
        """See that the next run ends well, with all rows and every sequence in front of them."""
        ended = self.run().end()
        assert ended.code == 0, ended.told
        assert self.digest() == self.expected
        assert self.behind() == []

    def behind(self) -> list[str]:
        """List the sequences that are behind, by the tables themselves and by `check`, which must agree."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            found = [table for table in COLUMNS if _is_behind(connection, table)]
            checked = [
                report.table.name for report in check_sequences(connection=connection).sequences if not report.right
            ]
        assert sorted(found) == sorted(checked)
        return found

    def settle(self) -> None:
        """Wait until the server has noticed that its client is gone."""
        wait_until(lambda: self.backends() == [], "the backend of a client that is gone still works")

    def backends(self) -> list[int]:
        """List the pids of seedkit's own sessions."""
        with psycopg.connect(self.url) as connection:
            rows = connection.execute(
                "select pid from pg_stat_activity where application_name = 'seedkit' and datname = current_database()"
            ).fetchall()
        return [pid for (pid,) in rows]


def lies_in(ended: Ended, causes: tuple[str, ...], *, all_kept: bool) -> list[str]:
    """List what a command said, in words or by its exit code, that is not so."""
    claims = {
        "exit 0, and rows are missing": ended.code == 0 and not all_kept,
        "a report, and rows are missing": "seeded " in ended.output and not all_kept,
        "failed, and the rows are there": ended.code != 0 and all_kept and "not known" not in ended.told,
        "neither done nor failed": ended.code not in {0, 1},
        "the cause is not named": ended.code != 0 and not any(cause in ended.told for cause in causes),
        "a traceback": "Traceback" in ended.told or "should not have happened" in ended.told,
    }
    return [claim for claim, is_so in claims.items() if is_so]


def wait_until(holds: Callable[[], bool], otherwise: str, *, seconds: float = 20) -> None:
    """Wait for something to become true."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.01)


def _digest(connection: Connection) -> Digest:
    query = sql.SQL("select count(*), coalesce(sum(hashtext(({})::text)::bigint), 0)::bigint from {} as t")
    return {
        table: connection.execute(query.format(sql.SQL(columns), sql.Identifier(table))).fetchall()[0]
        for table, columns in COLUMNS.items()
    }


def _is_behind(connection: Connection, table: str) -> bool:
    query = sql.SQL("select max(id) >= (select last_value + is_called::integer from {}) from {}").format(
        sql.Identifier(f"{table}_id_seq"), sql.Identifier(table)
    )
    return bool(connection.execute(query).fetchall()[0][0])
