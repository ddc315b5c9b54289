from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from seedkit import seed
from seedkit.errors import (
    CatalogError,
    FixtureError,
    LoadError,
    LoadOrderError,
    ProtectedDatabaseError,
    SeederError,
    SeedkitError,
    UsageError,
)
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]

PLAIN_INSERTS = {
    "users": "insert into users (email, name, country) values ('new@example.com', 'New', 'NO')",
    "roles": "insert into roles (name, description) values ('new', 'New')",
    "permissions": "insert into permissions (name) values ('new.thing')",
    "role_permissions": "insert into role_permissions values (5, 2)",
    "user_roles": "insert into user_roles values (1, 5)",
    "addresses": "insert into addresses (user_id, street, city, zip, country) values (1, 'S', 'C', '0', 'NO')",
    "audit_events": "insert into audit_events (action) values ('new')",
    "categories": "insert into categories (name) values ('New')",
    "products": "insert into products (category_id, sku, name, price) values (1, 'new', 'New', 1)",
    "orders": "insert into orders (user_id, total) values (1, 1)",
    "order_items": "insert into order_items (order_id, product_id, quantity, unit_price) values (101, 15, 1, 1)",
    "departments": "insert into departments (name, head_id) values ('New', 1)",
    "employees": "insert into employees (department_id, name, hired_on, shift_starts) values (1, 'N', now(), '9:00')",
}


def row_counts(connection: Connection) -> dict[str, int]:
    """Count the rows of every table of the schema public."""
    names = connection.execute(
        "select relname from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace"
    )
    return {
        name: connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(name))).fetchall()[0][0]
        for (name,) in names.fetchall()
    }


def sequence_states(connection: Connection) -> dict[str, int | None]:
    return dict(connection.execute("select sequencename, last_value from pg_sequences").fetchall())


def report_of(ran: subprocess.CompletedProcess[str]) -> Any:
    return json.loads(ran.stdout)


# The example project of this repository


def test_the_example_project_is_seeded_and_told_by_table_and_by_sequence(
    shop: Path, database: str, seedkit: Run
) -> None:
    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr
    lines = [" ".join(line.split()) for line in ran.stdout.splitlines()]
    assert "departments 5 0 0 fixtures/company.yml" in lines
    assert "users 50 0 0 customers" in lines
    assert "users.id users_id_seq 1 → 151 150 fixed" in lines
    assert lines[-1].startswith("seeded 13 tables: 732 inserted, 0 updated, 0 unchanged; 11 sequences fixed (")


def test_every_table_takes_a_plain_insert_after_the_seed(shop: Path, connection: Connection) -> None:
    """§4 After a seed every table takes an insert without an id."""
    seed(connection=connection)

    assert set(PLAIN_INSERTS) == set(row_counts(connection))
    for statement in PLAIN_INSERTS.values():
        connection.execute(statement.encode())


def test_a_second_run_says_that_nothing_changed(
    shop: Path, connection: Connection, database: str, seedkit: Run
) -> None:
    seed(connection=connection)
    sequences = sequence_states(connection)

    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr
    assert "nothing changed: 732 rows in 13 tables, 11 sequences in step" in ran.stdout
    assert sequence_states(connection) == sequences


def test_the_report_is_json_on_stdout_and_progress_is_on_stderr(shop: Path, database: str, seedkit: Run) -> None:
    ran = seedkit("seed", "--json", DATABASE_URL=database)

    report = report_of(ran)
    assert (report["version"], report["ok"], report["dry_run"]) == (1, True, False)
    assert sum(table["inserted"] for table in report["tables"]) == 732
    assert {seeder["name"] for seeder in report["seeders"]} == {"customers", "orders", "audit_events"}
    assert "[1/12] users" in ran.stderr


def test_a_dry_run_keeps_nothing_and_moves_no_sequence(shop: Path, connection: Connection) -> None:
    """§4 A dry run only computes what the sequences would need."""
    before = sequence_states(connection)

    report = seed(connection=connection, dry_run=True)

    assert sum(table.inserted for table in report.tables) == 732
    assert set(row_counts(connection).values()) == {0}
    assert sequence_states(connection) == before


def test_two_runs_at_the_same_time_both_succeed(shop: Path, connection: Connection, database: str) -> None:
    command = [str(Path(sys.executable).with_name("seedkit")), "seed", "--json", "--url", database]

    runs = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = [run.communicate(timeout=60) for run in runs]

    assert [run.returncode for run in runs] == [0, 0], outputs
    inserted = [sum(table["inserted"] for table in json.loads(output)["tables"]) for output, _ in outputs]
    assert sorted(inserted) == [0, 732]


# What is run, and in which order


def test_list_shows_the_order_with_the_files_and_runs_nothing(
    shop: Path, connection: Connection, database: str, seedkit: Run
) -> None:
    ran = seedkit("seed", "--list", DATABASE_URL=database)

    steps = [line.split()[1:] for line in ran.stdout.splitlines()]
    names = [" ".join(step[:-1]) for step in steps]
    assert ["departments", "+", "employees", "fixtures/company.yml"] in steps
    assert names.index("users") < names.index("addresses") < names.index("customers") < names.index("orders")
    assert set(row_counts(connection).values()) == {0}


def test_a_name_runs_with_what_it_depends_on(shop: Path, connection: Connection) -> None:
    seed(["audit_events"], connection=connection)

    filled = {name for name, count in row_counts(connection).items() if count}
    assert filled == {"users", "roles", "user_roles", "addresses", "audit_events"}


PARTY = {
    "fixtures/users.yml": "- {id: 1, name: Ada}\n",
    "fixtures/demo.yml": "_fixture: {table: users, environments: [dev]}\nbob: {id: 2, name: Bob}\n",
    "seeders/party.py": """\
        from seedkit import SeedContext, seeder

        @seeder(environments=["dev"])
        def party(db: SeedContext) -> None:
            db.insert("users", [{"id": 3, "name": "Cid"}])

        @seeder
        def late(db: SeedContext) -> None:
            db.insert("users", [{"id": 4, "name": "Dora"}])
        """,
}


@pytest.fixture
def users(connection: Connection) -> None:
    connection.execute("create table users (id serial primary key, name text not null)")


def ids(connection: Connection) -> list[int]:
    return [number for (number,) in connection.execute("select id from users order by id")]


def test_what_is_marked_for_an_environment_runs_there(
    project: Write, users: None, connection: Connection, database: str, seedkit: Run
) -> None:
    project(PARTY)

    ran = seedkit("seed", "--env", "dev", DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr
    assert ids(connection) == [1, 2, 3, 4]


def test_what_is_marked_for_an_environment_is_not_run_elsewhere_and_the_report_says_so(
    project: Write, users: None, connection: Connection
) -> None:
    project(PARTY)

    report = seed(connection=connection)

    assert ids(connection) == [1, 4]
    assert {(step.name, step.reason) for step in report.skipped} == {
        ("fixtures/demo.yml:1", "only with --env dev"),
        ("party", "only with --env dev"),
    }


def test_what_is_excepted_is_not_run(
    project: Write, users: None, connection: Connection, database: str, seedkit: Run
) -> None:
    project(PARTY)

    ran = seedkit("seed", "--except", "late", DATABASE_URL=database)

    assert "not run: late (not selected)" in ran.stdout
    assert ids(connection) == [1]


def test_fake_values_are_the_same_at_each_run_and_others_with_another_random_seed(
    project: Write, users: None, connection: Connection
) -> None:
    project(
        {
            "seeders/people.py": """\
                def seed(db):
                    db.insert("users", [{"id": 1, "name": db.fake.name()}])
                """
        }
    )

    changed = [seed(connection=connection, random_seed=random_seed).tables[0].updated for random_seed in (7, 7, 8)]

    assert changed == [0, 0, 1]


def test_now_is_the_same_moment_for_all_seeders(
    project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute("create table moments (id integer primary key, at timestamptz)")
    body = "def seed(db):\n    db.insert('moments', [{{'id': {}, 'at': db.now}}])\n"
    project({f"seeders/m{number}.py": body.format(number) for number in (1, 2)})

    ran = seedkit("seed", "--now", "2026-01-02T03:04:05", DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr
    assert connection.execute("select distinct at at time zone 'UTC' || '' from moments").fetchall() == [
        ("2026-01-02 03:04:05",)
    ]


def test_the_sequence_of_a_table_that_only_raw_sql_filled_is_fixed(
    project: Write, users: None, connection: Connection
) -> None:
    """§4 A table that only raw SQL has filled is among those that PostgreSQL counted."""
    project({"seeders/people.py": "def seed(db):\n    db.execute(\"insert into users values (41, 'Ada')\")\n"})

    seed(connection=connection)

    connection.execute("insert into users (name) values ('Grace')")
    assert ids(connection) == [41, 42]


def test_a_sequence_that_an_old_import_left_behind_is_fixed_though_no_row_changes(
    project: Write, users: None, connection: Connection
) -> None:
    """§4 Every planned table's sequence is repaired, also where no row has changed."""
    connection.execute("insert into users values (1, 'Ada'), (41, 'Grace')")
    project({"fixtures/users.yml": "- {id: 1, name: Ada}\n"})

    seed(connection=connection)

    connection.execute("insert into users (name) values ('Alan')")
    assert ids(connection) == [1, 41, 42]


def test_a_seeder_may_call_another_which_then_runs_once(project: Write, users: None, connection: Connection) -> None:
    project(
        {
            "seeders/a.py": "def seed(db):\n    db.call('z')\n    db.call('z')\n",
            "seeders/z.py": "def seed(db):\n    db.execute(\"insert into users (name) values ('Zoe')\")\n",
        }
    )

    seed(connection=connection)

    assert ids(connection) == [1]


# All or nothing


def test_a_seeder_that_raises_in_the_middle_leaves_not_one_row(
    shop: Path, connection: Connection, database: str, seedkit: Run
) -> None:
    orders = shop / "seeders" / "orders.py"
    text = orders.read_text(encoding="utf-8")
    orders.write_text(
        text.replace('    db.insert("order_items", items)\n', '    raise RuntimeError("out of paper")\n'),
        encoding="utf-8",
    )
    line = text[: text.index('    db.insert("order_items"')].count("\n") + 1

    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 1
    assert (
        f'error: seeder "orders" failed with RuntimeError: out of paper\n  at seeders/orders.py:{line}\n' in ran.stderr
    )
    assert "Traceback" not in ran.stderr
    assert ran.stdout == ""
    assert set(row_counts(connection).values()) == {0}


Refusal = Callable[..., SeedkitError]


@pytest.fixture
def refusal(project: Write, users: None, connection: Connection) -> Refusal:
    """Seed a project that must fail, see that no row is left of it, and give the error."""

    def refused(files: dict[str, str], **options: Any) -> SeedkitError:
        project({"fixtures/users.yml": "- {id: 1, name: Ada}\n", **files})
        with pytest.raises(SeedkitError) as caught:
            seed(connection=connection, **options)
        assert ids(connection) == []
        return caught.value

    return refused


def seeder_with(*lines: str) -> dict[str, str]:
    body = "\n".join(f"    {line}" for line in lines)
    return {"seeders/people.py": f"import sys\n\ndef seed(db):\n{body}\n"}


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["1 / 0"], 'seeder "people" failed with ZeroDivisionError: division by zero'),
        (["sys.exit(0)"], 'seeder "people" failed with SystemExit: 0'),
        (["sys.exit()"], 'seeder "people" failed with SystemExit: no message'),
        (["db.execute('selec 1')"], 'seeder "people" failed with SyntaxError: syntax error at or near "selec"'),
        (["db.insert('usres', [])"], 'table "usres" does not exist'),
        (["db.insert('users', [{'id': 2}])"], 'null value in column "name" of relation "users"'),
        (["db.insert('users', [{'id': 2, 'nam': 'x'}])"], 'table "users" has no column "nam"'),
        (["db.insert('users', (1 / 0 for _ in 'x'))"], 'seeder "people" failed with ZeroDivisionError'),
        (["db.call('peple')"], 'there is no seeder "peple"'),
        (["db.connection.commit()"], 'seeder "people" failed with ProgrammingError'),
    ],
    ids=["raise", "exit-0", "exit", "sql", "table", "not-null", "column", "generator", "call", "commit"],
)
def test_a_seeder_that_fails_is_named_with_its_line(
    project: Write, users: None, database: str, connection: Connection, lines: list[str], message: str
) -> None:
    project({"fixtures/users.yml": "- {id: 1, name: Ada}\n", **seeder_with("x = 1", *lines)})

    with pytest.raises(SeedkitError) as caught:
        seed(url=database)

    assert caught.value.message.startswith(message)
    assert str(caught.value.origin) == "seeders/people.py:5"
    assert ids(connection) == []


@pytest.mark.parametrize(
    "swallowed", ["db.execute('selec 1')", "db.insert('users', [{'id': 1, 'name': None}])"], ids=["execute", "insert"]
)
def test_an_sql_error_that_a_seeder_swallows_stops_the_run(refusal: Refusal, swallowed: str) -> None:
    error = refusal(seeder_with("try:", f"    {swallowed}", "except Exception:", "    pass"))

    assert isinstance(error, SeederError)
    assert error.message == 'seeder "people" went on after an SQL error, so nothing of the run could be kept'
    assert str(error.origin) == "seeders/people.py:3"


@pytest.mark.parametrize(
    "call",
    ["db.execute('commit')", "db.execute('rollback')", "db.connection.close()"],
    ids=["commit", "rollback", "close"],
)
def test_a_seeder_that_ends_the_transaction_stops_the_run(
    project: Write, users: None, database: str, call: str
) -> None:
    project(seeder_with(call))

    with pytest.raises(SeederError, match='seeder "people" ended the run\'s transaction'):
        seed(url=database)


def test_a_deferred_constraint_that_fails_at_the_end_leaves_no_row_and_moves_no_sequence(
    refusal: Refusal, connection: Connection
) -> None:
    """§4 The repair comes after the rows and their deferred constraints: a run without a seeder that fails there moves
    nothing."""
    connection.execute("alter table users add boss_id integer references users deferrable initially deferred")

    error = refusal({"fixtures/users.yml": "- {id: 1, name: Ada, boss_id: 7}\n"})

    assert isinstance(error, LoadError)
    assert 'Key (boss_id)=(7) is not present in table "users".' in str(error.detail)
    assert sequence_states(connection) == {"users_id_seq": None}


# Mistakes in the project


def test_a_circle_in_depends_on_is_shown_with_its_places(refusal: Refusal) -> None:
    error = refusal(
        {
            "seeders/a.py": 'from seedkit import seeder\n\n@seeder(depends_on=["b"])\ndef a(db): ...\n',
            "seeders/b.py": 'from seedkit import seeder\n\n\n@seeder(depends_on=["a"])\ndef b(db): ...\n',
        }
    )

    assert isinstance(error, LoadOrderError)
    assert error.message == "depends_on goes in a circle: a → b → a"
    assert error.detail == "seeders/a.py:4: a depends on b\n  seeders/b.py:5: b depends on a"


def test_two_seeders_of_one_name_are_shown_with_their_places(refusal: Refusal) -> None:
    error = refusal(
        {
            "seeders/people.py": "def seed(db): ...\n",
            "seeders/more.py": 'from seedkit import seeder\n\n@seeder(name="people")\ndef other(db): ...\n',
        }
    )

    assert error.message == 'two seeders are named "people"'
    assert {str(error.origin), str(error.detail).rpartition(" ")[2]} == {"seeders/people.py:1", "seeders/more.py:4"}


def test_a_seeder_that_can_not_be_imported_is_named_with_the_line(
    project: Write, users: None, database: str, seedkit: Run
) -> None:
    project({"seeders/people.py": "import os\nimport nowhere\n\ndef seed(db): ...\n"})

    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 1
    assert ran.stderr == (
        "error: cannot import the seeder module: ModuleNotFoundError: No module named 'nowhere'\n"
        "  at seeders/people.py:2\n"
        "\n"
        "hint: Modules are found in the project's folder and among what is installed: install what is missing, your "
        "own project too if its code is in src/ (pip install -e .), or name its folder in PYTHONPATH.\n"
    )


def test_without_fixtures_and_seeders_there_is_nothing_to_seed(project: Write, database: str, seedkit: Run) -> None:
    folder = project({})

    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 2
    assert ran.stderr.splitlines()[0] == (
        f"error: there is nothing to seed: no fixtures in {folder}/fixtures and no seeders in {folder}/seeders"
    )


def test_a_fixture_of_a_table_that_does_not_exist_is_an_error_with_the_nearest(refusal: Refusal) -> None:
    error = refusal({"fixtures/usres.yml": "- {id: 1}\n"})

    assert isinstance(error, CatalogError)
    assert str(error) == ('table "usres" does not exist\n  at fixtures/usres.yml\n\nhint: Did you mean users?')


def test_a_value_that_its_column_can_not_read_is_named_with_its_line(
    project: Write, users: None, database: str, seedkit: Run
) -> None:
    project({"fixtures/users.yml": "- {id: 1, name: Ada}\n- id: two\n  name: Bob\n"})

    ran = seedkit("seed", "--json", DATABASE_URL=database)

    assert ran.returncode == 1
    assert 'error: invalid input syntax for type integer: "two"\n  at fixtures/users.yml:2\n' in ran.stderr
    assert report_of(ran)["error"]["at"] == "fixtures/users.yml:2"


def test_a_row_that_refers_to_nothing_is_named_with_its_line(refusal: Refusal, connection: Connection) -> None:
    connection.execute("create table orders (id serial primary key, user_id integer references users)")

    error = refusal({"fixtures/orders.yml": "- {id: 1, user_id: 1}\n- {id: 2, user_id: 7}\n"})

    assert str(error.origin) == "fixtures/orders.yml:2"


def test_a_fixture_that_is_no_yaml_is_named_with_its_line(refusal: Refusal) -> None:
    error = refusal({"fixtures/users.yml": "- {id: 1, name: Ada}\n- {id: 2, name: Bob\n"})

    assert isinstance(error, FixtureError)
    assert str(error.origin).startswith("fixtures/users.yml:")


def test_a_name_that_is_nothing_is_an_error_with_the_nearest(refusal: Refusal) -> None:
    error = refusal({}, names=["usres"])

    assert isinstance(error, UsageError)
    assert error.hint == 'Did you mean "users"?'


# Production is left alone


def test_a_production_environment_is_refused_before_anything_is_written(
    project: Write, users: None, connection: Connection, database: str, seedkit: Run
) -> None:
    project({"fixtures/users.yml": "- {id: 1, name: Ada}\n"})

    ran = seedkit("seed", "--env", "dev", DATABASE_URL=database, APP_ENV="production")

    assert ran.returncode == 2
    assert f'error: database "{connection.info.dbname}" is a production database: APP_ENV is "production"' in ran.stderr
    assert ids(connection) == []


def test_production_is_seeded_where_it_is_forced(
    project: Write, users: None, connection: Connection, database: str, seedkit: Run
) -> None:
    project({"fixtures/users.yml": "- {id: 1, name: Ada}\n"})

    ran = seedkit("seed", "--force", DATABASE_URL=database, SEEDKIT_ENV="prod")

    assert ran.returncode == 0, ran.stderr
    assert ids(connection) == [1]


def test_a_database_with_the_mark_is_production_whatever_the_environment(
    refusal: Refusal, connection: Connection
) -> None:
    name = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("comment on database {} is E'The shop.\\n[seedkit: protected]'").format(name))

    error = refusal({}, environment="dev")

    assert isinstance(error, ProtectedDatabaseError)
    assert "its comment carries the mark [seedkit: protected]" in error.message


def test_a_protected_host_is_production(refusal: Refusal) -> None:
    error = refusal({"pyproject.toml": '[tool.seedkit]\nprotected-hosts = ["/*"]\n'})

    assert isinstance(error, ProtectedDatabaseError)
    assert "is among the protected-hosts" in error.message


def test_a_production_database_is_refused_to_a_dry_run_as_well(
    refusal: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_ENV", "production")

    assert isinstance(refusal({}, dry_run=True), ProtectedDatabaseError)
