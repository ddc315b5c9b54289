"""What a seeder's own SQL draws is free: the sequences of what was filled so far are right before it runs."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from benchmarks.delay_proxy import delay_proxy
from seedkit import SeedkitError, seed
from tests.conftest import Write

Connection = psycopg.Connection[Any]

RAW = "def seed(db):\n    db.execute(\"insert into users (name) values ('raw')\")\n"
SEEDER = 4
"""The round trips of a seeder that does nothing: what the session has set before and after it, and its savepoint."""

lent: dict[str, Session] = {}
"""Where a seeder of a test finds the session that seedkit works in."""


@pytest.fixture(autouse=True)
def users(connection: Connection, project: Write) -> None:
    connection.execute("create table users (id serial primary key, name text)")


def ids(connection: Connection) -> list[int]:
    return [value for (value,) in connection.execute("select id from users order by id")]


def state(connection: Connection) -> tuple[Any, ...] | None:
    return connection.execute("select last_value, is_called from users_id_seq").fetchone()


@pytest.mark.parametrize("counts", ["on", "off"])
def test_a_seeders_raw_insert_after_a_fixture_with_ids_draws_a_free_one(
    project: Write, connection: Connection, counts: str
) -> None:
    """§4 Before a seeder runs, the sequences of the fixtures' tables are right: its own inserts draw free ids."""
    connection.execute(f"set track_counts = {counts}".encode())
    project({"fixtures/users.yml": "- {id: 1}\n- {id: 41}", "seeders/people.py": RAW})

    report = seed(connection=connection)
    connection.execute("reset track_counts")

    assert ids(connection) == [1, 41, 42]
    [told] = report.sequences
    assert (told.status, told.next_value_before, told.next_value) == ("fixed", 1, 43)


def test_so_does_an_orm_in_the_session_that_was_lent(project: Write, connection: Connection, database: str) -> None:
    project(
        {
            "fixtures/users.yml": "- {id: 1}",
            "seeders/people.py": """
                from sqlalchemy import text
                from tests.acceptance.test_sequences_before_seeders import lent

                def seed(db):
                    lent["session"].execute(text("insert into users (name) values ('orm')"))
            """,
        }
    )
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(database))

    with Session(engine) as lent["session"]:
        seed(connection=lent["session"])
        lent["session"].commit()
    engine.dispose()

    assert ids(connection) == [1, 2]


@pytest.mark.parametrize(
    "filled",
    [
        'db.insert("users", [{"id": 7}])',
        "db.execute(\"insert into users values (7, 'raw')\")",
        "db.execute('insert into badges default values')",
    ],
    ids=["insert", "raw", "trigger"],
)
@pytest.mark.parametrize("called", [False, True], ids=["next", "called"])
def test_a_seeder_finds_right_what_the_one_before_it_filled(
    project: Write, connection: Connection, filled: str, called: bool
) -> None:
    """§4 So are the sequences of what other seeders filled, also by raw SQL and by triggers."""
    connection.execute(
        """
        create table badges (id serial primary key);
        create function note() returns trigger language plpgsql
            as 'begin insert into users values (7); return new; end';
        create trigger note before insert on badges for each row execute function note()
        """
    )
    call = "\n    db.connection.row_factory = dict_row\n    db.call('b_draws')" if called else ""
    first = f"from psycopg.rows import dict_row\n\ndef seed(db):\n    {filled}{call}\n"
    project({"seeders/a_fills.py": first, "seeders/b_draws.py": RAW})

    seed(connection=connection)

    assert ids(connection) == [7, 8]


def test_a_seeder_finds_right_what_the_one_before_it_emptied_and_filled_with_as_many_rows(
    project: Write, connection: Connection
) -> None:
    refill = """
        def seed(db):
            db.execute("truncate users restart identity")
            db.execute("insert into users values (1)")
        """
    project({"fixtures/users.yml": "- {id: 1}", "seeders/a_fills.py": refill, "seeders/b_draws.py": RAW})

    seed(connection=connection)

    assert ids(connection) == [1, 2]


def test_a_sequence_that_an_old_import_left_behind_is_right_before_the_seeder(
    project: Write, connection: Connection
) -> None:
    connection.execute("insert into users values (1, 'old'), (2, 'old')")
    project({"fixtures/users.yml": "- {id: 1, name: old}", "seeders/people.py": RAW})

    seed(connection=connection)

    assert ids(connection) == [1, 2, 3]


def test_a_failed_run_may_leave_a_sequence_ahead_and_never_behind(project: Write, connection: Connection) -> None:
    """§4 A run that fails after a seeder has begun may leave sequences ahead of the rows, as a repair is not undone."""
    connection.execute("insert into users values (1, 'old')")
    project({"fixtures/users.yml": "- {id: 41}", "seeders/people.py": "def seed(db):\n    raise ValueError('no')\n"})

    with pytest.raises(SeedkitError, match="no"):
        seed(connection=connection)

    assert ids(connection) == [1]
    assert state(connection) == (41, True)


def test_a_sequence_that_is_further_on_is_left_where_it_is(project: Write, connection: Connection) -> None:
    connection.execute("select setval('users_id_seq', 100)")
    project({"fixtures/users.yml": "- {id: 41}", "seeders/people.py": RAW})

    seed(connection=connection)

    assert ids(connection) == [41, 101]


def test_another_session_can_repair_while_a_seeder_works(project: Write, connection: Connection, direct: str) -> None:
    """§4 What is moved before a seeder is moved in a savepoint that is rolled back: no repairer waits for its locks."""
    connection.execute("alter table users alter column id type bigint; alter sequence users_id_seq as bigint")
    project(
        {
            "fixtures/users.yml": "- {id: 5000000}",
            "seeders/people.py": f"""
                import psycopg
                from seedkit import fix_sequence

                def seed(db):
                    with psycopg.connect({direct!r}, autocommit=True) as other:
                        other.execute("insert into users values (9000000000)")
                        assert fix_sequence("users", connection=other).next_value == 9_000_000_001
            """,
        }
    )

    report = seed(connection=connection)

    assert report.sequences[0].next_value == 9_000_000_001


def trips(database: str, dry_run: bool = False) -> int:
    with delay_proxy(database, 0) as proxy, psycopg.connect(proxy.conninfo, autocommit=True) as far:
        before = proxy.round_trips
        seed(connection=far, dry_run=dry_run)
        return proxy.round_trips - before


def test_round_trips_before_a_seeder_are_few(project: Write, connection: Connection, database: str) -> None:
    """§4 A seeder after new rows costs at most eleven round trips for their sequences, one after none no more."""
    project({"fixtures/users.yml": "- {id: 1}"})
    bare = trips(database)
    taken = []
    for number in range(3):
        connection.execute("truncate users restart identity")
        project({f"seeders/s{number}.py": "def seed(db):\n    pass\n"})
        taken.append(trips(database) - bare)

    assert taken[0] <= 11 + SEEDER
    assert taken == [taken[0], taken[0] + SEEDER, taken[0] + 2 * SEEDER]


def test_a_dry_run_says_that_a_real_one_moves_the_sequence_first(project: Write, connection: Connection) -> None:
    """§4 A dry run moves nothing: where a seeder draws a key that is taken, it says that a real run moves it first."""
    project({"fixtures/users.yml": "- {id: 1}\n- {id: 2}", "seeders/people.py": RAW})

    with pytest.raises(SeedkitError, match="duplicate key") as caught:
        seed(connection=connection, dry_run=True)

    assert caught.value.hint == (
        "A real run moves users_id_seq past 2 before the seeder, so that this is free; a dry run moves no sequence."
    )
    assert str(caught.value.origin).endswith("seeders/people.py:2")
    seed(connection=connection)
    assert ids(connection)[:2] == [1, 2]


@pytest.mark.parametrize(
    "statement", ["insert into users values (1)", "insert into users (id, name) values (9, 'a'), (9, 'b')"]
)
def test_a_key_that_a_seeder_writes_itself_is_no_matter_of_the_sequence(
    project: Write, connection: Connection, statement: str
) -> None:
    seeder = f"def seed(db):\n    db.execute({statement!r})\n"
    project({"fixtures/users.yml": "- {id: 1}\n- {id: 2}", "seeders/people.py": seeder})

    with pytest.raises(SeedkitError, match="duplicate key") as caught:
        seed(connection=connection, dry_run=True)

    assert "real run" not in str(caught.value.hint)
