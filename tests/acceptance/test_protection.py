"""The mark that a database carries: `seedkit protect` and `unprotect`, and what a forced run may do."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from seedkit import seed
from seedkit.errors import ProtectedDatabaseError
from tests.acceptance.terminals import typed
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]

MARK = "[seedkit: protected]"


def comment(connection: Connection) -> str | None:
    [[text]] = connection.execute(
        "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()"
    ).fetchall()
    return None if text is None else str(text)


def write_comment(connection: Connection, text: str | None) -> None:
    name = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("comment on database {} is {}").format(name, sql.Literal(text)))


@pytest.fixture
def users(project: Write, connection: Connection) -> None:
    connection.execute("create table users (id serial primary key, name text, email text unique)")
    project({"fixtures/users.yml": "- {id: 1, name: Ada, email: ada@example.com}\n"})


def names(connection: Connection) -> list[tuple[int, str]]:
    return connection.execute("select id, name from users order by id").fetchall()


# The mark


def test_a_protected_database_is_not_seeded(users: None, connection: Connection, database: str, seedkit: Run) -> None:
    protected = seedkit("protect", DATABASE_URL=database)
    ran = seedkit("seed", "--env", "dev", DATABASE_URL=database)

    assert (protected.returncode, protected.stdout) == (0, f'database "{connection.info.dbname}" is protected now\n')
    assert ran.returncode == 2
    assert MARK in ran.stderr
    assert names(connection) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [(None, MARK), ("The shop.", f"The shop.\n{MARK}"), ("It's\n\n'ours'; --", f"It's\n\n'ours'; --\n{MARK}")],
    ids=["none", "a line", "several lines"],
)
def test_protect_keeps_what_the_comment_says_and_unprotect_gives_it_back(
    connection: Connection, database: str, seedkit: Run, before: str | None, after: str
) -> None:
    write_comment(connection, before)

    seedkit("protect", DATABASE_URL=database)
    protected = comment(connection)
    seedkit("unprotect", "--confirm", connection.info.dbname, DATABASE_URL=database)

    assert protected == after
    assert comment(connection) == before


def test_a_second_protect_changes_nothing_and_says_so(connection: Connection, database: str, seedkit: Run) -> None:
    write_comment(connection, f"{MARK}\nThe shop.")

    ran = seedkit("protect", DATABASE_URL=database)

    assert "was protected already" in ran.stdout
    assert comment(connection) == f"{MARK}\nThe shop."


def test_unprotect_without_a_mark_needs_no_confirmation(connection: Connection, database: str, seedkit: Run) -> None:
    ran = seedkit("unprotect", DATABASE_URL=database)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert "was not protected" in ran.stdout


@pytest.mark.parametrize("confirmation", [[], ["--confirm", "other"], ["--confirm", ""]])
def test_unprotect_without_the_name_leaves_the_mark(
    connection: Connection, database: str, seedkit: Run, confirmation: list[str]
) -> None:
    seedkit("protect", DATABASE_URL=database)

    ran = seedkit("unprotect", *confirmation, DATABASE_URL=database)

    assert ran.returncode == 2
    assert "add --confirm" in ran.stderr
    assert comment(connection) == MARK


def test_on_a_terminal_unprotect_asks_for_the_name(
    connection: Connection, database: str, seedkit: Run, project: Write
) -> None:
    folder = project({})
    seedkit("protect", DATABASE_URL=database)

    wrong = typed("yes", "unprotect", cwd=folder, DATABASE_URL=database)
    left = comment(connection)
    right = typed(connection.info.dbname, "unprotect", cwd=folder, DATABASE_URL=database)

    assert (wrong[0], left) == (2, MARK)
    assert f'of database "{connection.info.dbname}" on ' in wrong[1]
    assert (right[0], comment(connection)) == (0, None)


def test_only_the_owner_may_protect_and_is_told_so(connection: Connection, database: str, seedkit: Run) -> None:
    role = f"guest_of_{connection.info.dbname}"
    connection.execute(sql.SQL("create role {} login").format(sql.Identifier(role)))

    ran = seedkit("protect", "--url", make_conninfo(database, user=role))

    connection.execute(sql.SQL("drop role {}").format(sql.Identifier(role)))
    assert ran.returncode == 1
    assert "error: must be owner of database" in ran.stderr
    assert "Traceback" not in ran.stderr


# A forced run

SEEDER = """
def seed(db):
    db.insert("users", [{"id": 2, "name": "Bob"}]%s)
"""


@pytest.fixture
def production(users: None, connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("APP_ENV", "production")
    connection.execute("insert into users values (1, 'Augusta'), (2, 'Robert')")


def test_a_forced_run_leaves_rows_that_are_there(production: None, project: Write, connection: Connection) -> None:
    project({"fixtures/b.yml": "users:\n  - {id: 3, name: Eve}\n", "seeders/people.py": SEEDER % ""})

    report = seed(connection=connection, force=True)

    assert names(connection) == [(1, "Augusta"), (2, "Robert"), (3, "Eve")]
    assert sum(table.updated for table in report.tables) == 0


def test_a_forced_run_updates_where_its_author_has_written_so(
    production: None, project: Write, connection: Connection
) -> None:
    project(
        {
            "fixtures/users.yml": "_fixture: {on_conflict: update}\nada: {id: 1, name: Ada}\n",
            "seeders/people.py": SEEDER % ', on_conflict="update"',
        }
    )

    seed(connection=connection, force=True)

    assert names(connection) == [(1, "Ada"), (2, "Bob")]


def test_force_changes_nothing_outside_of_production(users: None, connection: Connection) -> None:
    connection.execute("insert into users values (1, 'Augusta')")

    seed(connection=connection, force=True)

    assert names(connection) == [(1, "Ada")]


def test_a_forced_run_says_what_it_does_on_standard_error(production: None, database: str, seedkit: Run) -> None:
    ran = seedkit("seed", "--force", DATABASE_URL=database)

    assert ran.returncode == 0
    assert 'forced on a production database (APP_ENV is "production"): rows that are there stay' in ran.stderr


def test_fresh_does_not_lift_the_guard(production: None, connection: Connection) -> None:
    with pytest.raises(ProtectedDatabaseError):
        seed(connection=connection, fresh=connection.info.dbname)

    assert names(connection) == [(1, "Augusta"), (2, "Robert")]
