"""Seeders that do what they should not: the run fails as a whole, and the message does not lie."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]

USERS = "create table users (id serial primary key, email text unique)"


@pytest.fixture(autouse=True)
def users(connection: Connection) -> None:
    connection.execute(USERS)


def count(connection: Connection) -> int:
    row = connection.execute("select count(*) from users").fetchone()
    return int(row[0]) if row else -1


def test_rows_that_insert_into_their_own_table_are_refused(project: Write, connection: Connection) -> None:
    """Two loads of one table share a stage: the inner one would empty it under the outer one."""
    connection.execute("insert into users values (1)")
    project(
        {
            "seeders/nested.py": """
                def seed(db):
                    def rows():
                        for number in range(2, 5000):
                            if number == 3000:
                                db.insert("users", [{"id": 9001}])
                            yield {"id": number}
                    db.insert("users", rows())
            """
        }
    )

    with pytest.raises(SeedkitError, match="while rows for the same table were being read"):
        seed(connection=connection)

    assert count(connection) == 1


def test_a_seeder_that_failed_fails_the_run_though_its_caller_goes_on(project: Write, connection: Connection) -> None:
    project(
        {
            "seeders/a_outer.py": """
                def seed(db):
                    try:
                        db.call("b_inner")
                    except Exception:
                        pass
                    db.insert("users", [{"id": 1}])
            """,
            "seeders/b_inner.py": """
                def seed(db):
                    db.insert("users", [{"id": 2}])
                    raise RuntimeError("half-way")
            """,
        }
    )

    with pytest.raises(SeedkitError, match="half-way") as caught:
        seed(connection=connection)

    assert str(caught.value.origin).endswith("seeders/b_inner.py:4")
    assert count(connection) == 0


def test_a_dry_run_only_judges_where_a_seeder_hands_its_own_connection(project: Write, connection: Connection) -> None:
    project(
        {
            "seeders/users.py": """
                from seedkit import fix_sequence

                def seed(db):
                    db.insert("users", [{"id": 100}])
                    fix_sequence("users", connection=db.connection)
            """
        }
    )

    seed(connection=connection, dry_run=True)

    assert connection.execute("select last_value, is_called from users_id_seq").fetchone() == (1, False)


def test_a_seeder_may_fill_a_table_that_it_has_created(project: Write, connection: Connection) -> None:
    project(
        {
            "seeders/fresh.py": """
                def seed(db):
                    db.execute("create table fresh (id serial primary key)")
                    db.insert("fresh", [{"id": 7}])
            """
        }
    )

    report = seed(connection=connection)

    assert [(str(sequence.table), sequence.next_value) for sequence in report.sequences] == [("fresh", 8)]


def test_a_seed_is_taken_back_where_an_exhausted_sequence_would_collide(project: Write, connection: Connection) -> None:
    """The next plain insert would fail: id 1 is taken, and after id 2147483647 the sequence has nothing left."""
    connection.execute("alter table users alter column id type bigint")
    project({"fixtures/users.yml": "- {id: 1}\n- {id: 2147483646}\n- {id: 2147483647}\n"})

    with pytest.raises(SeedkitError, match="a value that is taken") as caught:
        seed(connection=connection)

    assert "as bigint" in (caught.value.hint or "")
    assert count(connection) == 0


def test_an_id_past_the_sequences_end_takes_no_seed_back(project: Write, connection: Connection) -> None:
    """§4 An id that the sequence can never give is told, and the next plain insert gets a free one."""
    connection.execute("alter table users alter column id type bigint")
    project({"fixtures/users.yml": "- {id: 1}\n- {id: 5000000000}\n"})

    report = seed(connection=connection)
    connection.execute("insert into users default values")

    assert report.sequences[0].ids_beyond == 1
    assert connection.execute("select id from users order by id").fetchall() == [(1,), (2,), (5_000_000_000,)]


@pytest.mark.parametrize(
    "returned",
    [
        '[{"id": 1}, {"id": 2}]',
        '({"id": 1},)',
        '({"id": number} for number in range(3))',
        'map(dict, [[("id", 1)]])',
        "[User(1)]",
    ],
)
def test_rows_that_a_seeder_returns_and_does_not_insert_are_told(
    returned: str, project: Write, connection: Connection
) -> None:
    user = "from dataclasses import dataclass\n\n@dataclass\nclass User:\n    id: int\n\n"
    project({"seeders/users.py": f"{user}def seed(db):\n    return {returned}\n"})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert caught.value.message == 'seeder "users" returned rows and inserted none'
    assert str(caught.value.origin) == "seeders/users.py:7"
    assert caught.value.hint == 'Give them to db.insert, with the name of their table: db.insert("users", rows).'


def test_a_seeder_that_has_committed_rows_on_its_own_connection_may_return_them(
    project: Write, connection: Connection, database: str
) -> None:
    """Told to give them to db.insert, its author would insert them twice."""
    connection.execute("create table people (name text)")
    seeder = f"""
        import psycopg

        def seed(db):
            with psycopg.connect({database!r}) as own:
                own.execute("insert into people values ('Ada')")
            return [{{"name": "Ada"}}]
        """
    project({"seeders/people.py": seeder})

    seed(connection=connection)

    assert connection.execute("select name from people").fetchall() == [("Ada",)]


def test_a_coroutine_that_a_seeder_returns_is_told(project: Write, connection: Connection) -> None:
    project({"seeders/users.py": "async def work():\n    pass\n\ndef seed(db):\n    return work()\n"})

    with pytest.raises(SeedkitError, match="returned a coroutine, which nobody awaits") as caught:
        seed(connection=connection)

    assert str(caught.value.origin) == "seeders/users.py:4"


@pytest.mark.parametrize(
    "work",
    [
        'rows = [{"id": 1}]; db.insert("users", rows); return rows',
        'return list(db.execute("insert into users values (1) returning id"))',
        'db.connection.execute("insert into users values (1)"); return [{"id": 1}]',
        'return db.insert("users", [{"id": 1}])',
        'db.insert("users", [{"id": 1}]); return {"users": 1}',
    ],
)
def test_a_seeder_that_has_worked_may_return_what_it_likes(work: str, project: Write, connection: Connection) -> None:
    project({"seeders/users.py": f"def seed(db):\n    {work}\n"})

    seed(connection=connection)

    assert count(connection) == 1


def test_rows_that_a_trigger_refused_are_not_told_as_inserted(project: Write, connection: Connection) -> None:
    connection.execute(
        "create function odd() returns trigger language plpgsql as"
        " 'begin if new.id % 2 = 0 then return null; end if; return new; end';"
        "create trigger odd before insert on users for each row execute function odd()"
    )
    project({"fixtures/users.yml": "- {id: 1}\n- {id: 2}\n- {id: 3}\n"})

    (table,) = seed(connection=connection).tables

    assert table.inserted == count(connection) == 2


def test_what_a_seeder_prints_is_no_part_of_the_report(project: Write, seedkit: Run, database: str) -> None:
    project({"seeders/users.py": 'def seed(db):\n    print("hello")\n'})

    ran = seedkit("seed", "--json", DATABASE_URL=database)

    assert ran.stdout.startswith("{")
    assert "hello" in ran.stderr


def test_a_mistake_in_a_seeder_ends_with_1_as_the_run_had_begun(project: Write, seedkit: Run, database: str) -> None:
    project({"seeders/users.py": 'def seed(db):\n    db.insert("users", {"id": 1})\n'})

    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 1
    assert "seeders/users.py:2" in ran.stderr


MISBEHAVIOUR = {
    "sys.exit": ("import sys; sys.exit(3)", "SystemExit: 3"),
    "prepare": ("db.execute(\"prepare transaction 'x'\")", "ended the run's transaction"),
    "end": ("db.execute('end')", "ended the run's transaction"),
    "commit in a text": ("db.connection.execute('select 1; commit')", "ended the run's transaction"),
    "commit and begin": ("db.execute('commit'); db.execute('begin')", "ended the run's transaction"),
    "rollback and begin": ("db.execute('rollback; begin')", "ended the run's transaction"),
    "commit and chain": ("db.execute('commit and chain')", "ended the run's transaction"),
    "abort": ("db.execute('abort')", "ended the run's transaction"),
    "rollback to": ("db.execute('rollback to savepoint nowhere')", "does not exist"),
    "closed connection": ("db.connection.close()", "ended the run's transaction"),
    "open copy": ("db.connection.cursor().copy('copy users from stdin').__enter__()", 'seeder "people"'),
    "isolation level": (
        "db.execute('set transaction isolation level serializable')",
        "must be called before any query",
    ),
    "set isolation level": ("db.connection.isolation_level = 4", "can't change"),
    "autocommit": ("db.connection.autocommit = False", "can't change"),
    "generator": ("db.insert('users', ({'id': i, 'email': 1 // (5 - i)} for i in range(2, 9)))", "ZeroDivisionError"),
    "recursion": ("def f(): f()\n    f()", "RecursionError"),
}
"""What a seeder does, and the words that tell it."""


@pytest.mark.parametrize("kind", MISBEHAVIOUR)
def test_what_a_seeder_should_not_do_is_told_with_its_place_and_nothing_is_written(
    project: Write, connection: Connection, database: str, seedkit: Run, kind: str
) -> None:
    body, told = MISBEHAVIOUR[kind]
    project(
        {
            "fixtures/users.yml": "- {id: 1, email: ada@example.com}\n",
            "seeders/people.py": f"def seed(db):\n    db.insert('users', [{{'id': 2}}])\n    {body}\n",
        }
    )

    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 1, ran.stdout
    assert told in ran.stderr
    assert "seeders/people.py:" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert "should not have happened" not in ran.stderr
    kept = {0, 2} if "commit" in kind or kind == "end" else {0}
    assert count(connection) in kept, "only what the seeder itself committed may be there"


LEAKS = {
    "search path": "set search_path to elsewhere",
    "local search path": "set local search_path to elsewhere",
    "role": "set role nobody_in_particular",
    "local role": "set local role nobody_in_particular",
    "time zone": "set time zone 'Asia/Tokyo'",
    "row security": "set row_security to off",
    "triggers off": "set session_replication_role to replica",
    "constraints": "set constraints all immediate",
}


@pytest.fixture
def elsewhere(connection: Connection) -> Iterator[None]:
    """A schema with a table of the same name, and a role that may do nothing."""
    connection.execute("create schema elsewhere; create table elsewhere.users (id serial primary key, email text)")
    connection.execute("create role nobody_in_particular")
    yield
    connection.execute("drop role nobody_in_particular")


@pytest.mark.parametrize("kind", LEAKS)
def test_what_a_seeder_sets_reaches_neither_the_next_one_nor_the_repair(
    project: Write, connection: Connection, elsewhere: None, database: str, seedkit: Run, kind: str
) -> None:
    project(
        {
            "seeders/a_sets.py": f"def seed(db):\n    db.execute({LEAKS[kind]!r})\n",
            "seeders/b_next.py": """
                def seed(db):
                    settings = ("search_path", "role", "timezone", "row_security", "session_replication_role")
                    print([db.execute("select current_setting(%s)", [name]).fetchone()[0] for name in settings])
                    db.execute("insert into users (id, email) values (70, 'b')")
            """,
        }
    )

    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr
    assert """['"$user", public', 'none', 'UTC', 'on', 'origin']""" in ran.stderr
    assert count(connection) == 1
    assert connection.execute("insert into users default values returning id").fetchone() == (71,)


@pytest.mark.parametrize("statement", ["set time zone 'Asia/Tokyo'", "set local time zone 'Asia/Tokyo'"])
def test_a_lent_session_keeps_the_settings_of_its_owner_whatever_a_seeder_sets(
    project: Write, connection: Connection, statement: str
) -> None:
    """Not those of the run, in which it is UTC."""
    connection.execute("set time zone 'Europe/Oslo'")
    project({"seeders/people.py": f"def seed(db):\n    db.execute({statement!r})\n"})

    seed(connection=connection)

    assert connection.execute("show time zone").fetchone() == ("Europe/Oslo",)


def test_a_thread_that_is_still_at_work_when_its_seeder_ends_stops_the_run(
    project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    project(
        {
            "seeders/people.py": """
                import threading, time

                def seed(db):
                    threading.Thread(target=time.sleep, args=(1,), name="later").start()
                    db.insert("users", [{"id": 2}])
            """
        }
    )

    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 1
    assert 'seeder "people" ended with a thread still at work: later' in ran.stderr
    assert "seeders/people.py:4" in ran.stderr
    assert count(connection) == 0


def test_threads_that_a_seeder_joins_may_insert(
    project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    project(
        {
            "seeders/people.py": """
                from concurrent.futures import ThreadPoolExecutor

                def seed(db):
                    with ThreadPoolExecutor(3) as pool:
                        list(pool.map(lambda id: db.insert("users", [{"id": id}]), range(2, 8)))
            """
        }
    )

    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr
    assert count(connection) == 6


def test_a_daemon_thread_that_a_seeder_leaves_behind_does_not_keep_the_run_from_its_end(
    project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    project(
        {
            "seeders/people.py": """
                import threading, time

                def seed(db):
                    threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
                    db.insert("users", [{"id": 2}])
            """
        }
    )

    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr
    assert count(connection) == 1


def test_ctrl_c_raised_inside_a_seeder_interrupts_the_run(
    project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    project({"seeders/people.py": "def seed(db):\n    db.insert('users', [{'id': 2}])\n    raise KeyboardInterrupt\n"})

    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 130
    assert count(connection) == 0


def test_a_cursor_that_a_seeder_leaves_open_disturbs_nobody(
    project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    project(
        {
            "seeders/a_opens.py": """
                def seed(db):
                    cursor = db.connection.cursor("left_open")
                    cursor.execute("select generate_series(1, 1000)")
                    db.keep = cursor
            """,
            "seeders/b_next.py": "def seed(db):\n    db.insert('users', [{'id': 70}])\n",
        }
    )

    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr
    assert count(connection) == 1


@pytest.mark.parametrize(
    "setting",
    ["db.connection.row_factory = dict_row", "db.connection.cursor_factory = RawCursor"],
)
@pytest.mark.parametrize(
    "use",
    [
        "db.insert('users', [{'id': 70}])",
        "db.insert('users', ({'id': one_of(row)} for row in db.execute('select 70 as id')))",
        "db.insert('users', drawn(db))",
        "db.insert('users', [{'id': db.ref('users.ada')}]) and db.insert('users', [{'id': 70}])",
        "db.generate('users', 2)",
        "fix_sequence('users')",
        "db.call('b_tuples')",
    ],
)
def test_what_a_seeder_sets_up_its_connection_to_give_is_for_its_own_cursors(
    project: Write, connection: Connection, setting: str, use: str
) -> None:
    connection.execute("insert into users values (41)")
    project(
        {
            "fixtures/users.yml": "ada: {id: 3}\n",
            "seeders/a_dicts.py": f"""
                from psycopg import RawCursor
                from psycopg.rows import dict_row
                from seedkit import fix_sequence

                def one_of(row):
                    return row["id"] if isinstance(row, dict) else row[0]

                def drawn(db):
                    {setting}
                    for row in db.execute("select 70 as id"):
                        assert isinstance(row, dict) or db.connection.row_factory is not dict_row
                        yield {{"id": one_of(row)}}

                def seed(db):
                    {setting}
                    {use}
                    assert db.connection.row_factory is dict_row or db.connection.cursor_factory is RawCursor
                    one_of(db.execute("select 1 as id").fetchone())
            """,
            "seeders/b_tuples.py": """
                def seed(db):
                    assert db.execute("select %s::int", (1,)).fetchone() == (1,)
            """,
        }
    )

    seed(connection=connection)

    assert connection.execute("select 3 in (select id from users)").fetchone() == (True,)


def test_a_row_factory_that_a_seeder_sets_does_not_reach_the_run(
    project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    project(
        {
            "seeders/people.py": """
                from psycopg.rows import dict_row

                def seed(db):
                    db.connection.row_factory = dict_row
                    db.execute("insert into users (id) values (70)")
            """
        }
    )

    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr
    assert connection.execute("insert into users default values returning id").fetchone() == (71,)


@pytest.mark.parametrize(
    ("calls", "circle"),
    [({"a": "b", "b": "a"}, "a → b → a"), ({"a": "b", "b": "c", "c": "b"}, "b → c → b"), ({"a": "a"}, "a → a")],
)
def test_seeders_that_call_each_other_are_named_with_their_circle(
    project: Write, database: str, calls: dict[str, str], circle: str
) -> None:
    project({f"seeders/{name}.py": f"def seed(db):\n    db.call('{other}')\n" for name, other in calls.items()})

    with pytest.raises(SeedkitError) as caught:
        seed(url=database)

    assert caught.value.message == f"seeders call each other in a circle: {circle}"
    assert caught.value.origin is not None


def test_a_seeder_that_is_done_may_be_called_once_more(project: Write, database: str) -> None:
    project(
        {
            "seeders/a.py": "def seed(db):\n    db.call('b')\n    db.call('c')\n",
            "seeders/b.py": "def seed(db):\n    db.call('c')\n",
            "seeders/c.py": "def seed(db):\n    db.execute('select 1')\n",
        }
    )

    assert [each.name for each in seed(url=database).seeders] == ["c", "b", "a"]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda path: path.symlink_to("nowhere.py"), "cannot read the seeder module: no such file or directory"),
        (lambda path: path.symlink_to(path.name), "cannot read the seeder module: too many levels of symbolic links"),
        (lambda path: path.mkdir(), "a directory stands where a seeder module should"),
        (os.mkfifo, "the seeder module is not a regular file"),
    ],
    ids=["dangling", "loop", "directory", "pipe"],
)
def test_what_is_no_file_is_told_as_it_is_of_fixtures(
    project: Write, database: str, make: Callable[[Path], None], message: str
) -> None:
    folder = project({"seeders/a.py": "def seed(db):\n    pass\n"})
    make(folder / "seeders" / "odd.py")

    with pytest.raises(SeedkitError) as caught:
        seed(url=database)

    assert (caught.value.message, str(caught.value.origin)) == (message, "seeders/odd.py")


def test_a_member_of_an_enum_is_written_by_its_name(project: Write, connection: psycopg.Connection[Any]) -> None:
    connection.execute("create table plans (id int primary key, plan text, other text)")
    project(
        {
            "seeders/a.py": """
                from enum import Enum, StrEnum
                Plan, Other = Enum("Plan", {"PRO": "pro"}), StrEnum("Other", {"PRO": "pro"})

                def seed(db):
                    db.insert("plans", [{"id": 1, "plan": Plan.PRO, "other": Other.PRO}])
            """
        }
    )

    seed(connection=connection)

    assert connection.execute("select plan, other from plans").fetchall() == [("PRO", "pro")]
