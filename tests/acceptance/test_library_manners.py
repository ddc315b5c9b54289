from __future__ import annotations

import inspect
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
import typer
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row
from typer.core import TyperGroup
from typer.main import get_command

import seedkit
from seedkit import SeedContext, SeedkitError, check_sequences, fix_sequence, fix_sequences, generate, seed
from seedkit.cli.quick_start import without_other_commands
from seedkit.errors import UsageError
from tests.conftest import Write

Connection = psycopg.Connection[Any]


@pytest.fixture(autouse=True)
def behind(connection: Connection, project: Write) -> None:
    """A project with a table whose sequence is behind, with one fixture and one seeder for it."""
    connection.execute("create table users (id serial primary key, name text)")
    connection.execute("insert into users values (41, 'Ada')")
    project(
        {
            "fixtures/users.yml": "- {id: 1, name: Grace}\n",
            "seeders/people.py": """\
                from seedkit import fix_sequence

                def seed(db):
                    db.insert("users", [{"id": 50, "name": db.fake.name()}])
                    assert fix_sequence("users").next_value == 51
                """,
        }
    )


def seen_by_others(database: str) -> list[int]:
    with psycopg.connect(database) as other:
        return [number for (number,) in other.execute("select id from users order by id")]


# Quiet, and told in the log


def test_the_functions_print_nothing(connection: Connection, capfd: pytest.CaptureFixture[str]) -> None:
    check_sequences(connection=connection)
    fix_sequence("users", connection=connection)
    fix_sequences(connection=connection)
    seed(connection=connection)

    assert capfd.readouterr() == ("", "")


def test_progress_goes_to_the_logger_seedkit_alone(connection: Connection, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    seed(connection=connection)

    ours = [record for record in caplog.records if not record.name.startswith("faker")]
    assert [record.getMessage() for record in ours] == ["users", "people"]
    assert {record.name for record in ours} == {"seedkit"}


# Documented


@pytest.mark.parametrize("name", seedkit.__all__)
def test_every_public_name_has_a_docstring(name: str) -> None:
    assert getattr(seedkit, name).__doc__


@pytest.mark.parametrize("name", [name for name in vars(SeedContext) if not name.startswith("_")])
def test_everything_that_a_seeder_is_given_has_a_docstring(name: str) -> None:
    assert inspect.getattr_static(SeedContext, name).__doc__


@pytest.mark.parametrize("function", [fix_sequence, fix_sequences, check_sequences, seed])
def test_a_function_says_what_it_raises_and_gives_all_its_types(function: Any) -> None:
    signature = inspect.signature(function)

    assert "aises" in function.__doc__
    assert signature.return_annotation is not inspect.Signature.empty
    assert all(parameter.annotation is not parameter.empty for parameter in signature.parameters.values())


@pytest.mark.parametrize("function", [fix_sequence, seed])
def test_a_function_that_writes_says_who_commits(function: Any) -> None:
    assert "commit" in function.__doc__


def test_a_name_that_is_not_public_is_missing() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'sead'"):
        _ = seedkit.sead  # type: ignore[attr-defined]


# Quick to import

SLOW = ("psycopg", "faker", "yaml", "dotenv")


@pytest.mark.parametrize(
    "code",
    [
        "import seedkit, sys",
        "import sys; from seedkit.cli.app import app; app(['--help'], standalone_mode=False)",
    ],
    ids=["import", "help"],
)
def test_nothing_slow_is_imported_before_it_is_used(code: str) -> None:
    told = f"{code}; print([name for name in {SLOW} if name in sys.modules], file=sys.stderr)"

    ran = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)

    assert ran.stderr == "[]\n"


NEITHER = (
    "faker",
    "dotenv",
    "pydantic",
    "rich",
    "seedkit.postgres.embedded",
    "seedkit.reports.html",
    "seedkit.files.importing",
)
OF_SEEDS = ("seedkit.runner.generation", "seedkit.core.generation", "seedkit.postgres.dumping")
OF_SOME_GENERATED_TABLES = (
    *("yaml", "seedkit.files.fixture_files", "seedkit.core.fixture_language.tags"),
    *("seedkit.core.generation.rows.mending", "seedkit.core.generation.satisfying.tying"),
    *(
        "seedkit.runner.generation.filling.circle_loads",
        "seedkit.postgres.loading.stages",
        "seedkit.postgres.loading.table_loads",
    ),
    *("seedkit.runner.generation.out", "seedkit.runner.seed", "seedkit.orm", "seedkit.postgres.dumping"),
)


@pytest.mark.parametrize(
    ("arguments", "unneeded"),
    [
        (["seed", "pets"], (*NEITHER, *OF_SEEDS)),
        (["generate", "pets=3"], (*NEITHER, *OF_SOME_GENERATED_TABLES)),
        (["dump", "pets", "--format", "csv"], (*NEITHER, "seedkit.core.writing.json_rows")),
    ],
    ids=["seed", "generate", "dump"],
)
def test_a_plain_run_on_a_named_database_imports_only_what_it_needs(
    arguments: list[str], unneeded: tuple[str, ...], database: str, project: Write
) -> None:
    project({"fixtures/pets.yml": "- {id: 1}\n"})
    with psycopg.connect(database) as connection:
        connection.execute("create table pets (id int primary key)")
    told = f"print([name for name in {unneeded} if name in sys.modules], file=sys.stderr)"
    code = f"import atexit, sys; from seedkit.cli import main; atexit.register(lambda: {told}); main()"
    command = [sys.executable, "-c", code, *arguments, "--url", database]

    ran = subprocess.run(command, capture_output=True, text=True, check=True)

    assert ran.stderr.endswith("[]\n"), ran.stderr
    assert "pets" in ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("arguments", "left"),
    [
        (["seed-all", "--help"], ["seed-all"]),
        (["fix", "seed-all"], ["fix"]),
        (["sed"], ["fix", "more", "seed-all"]),
        (["more", "fix"], ["fix", "more", "seed-all"]),
        (["--help"], ["fix", "more", "seed-all"]),
        ([], ["fix", "more", "seed-all"]),
    ],
    ids=["by its function", "by its name", "a typing error", "a group", "an option", "nothing"],
)
def test_only_the_command_that_is_asked_for_is_looked_through(arguments: list[str], left: list[str]) -> None:
    app, more = typer.Typer(), typer.Typer()
    app.callback()(lambda: None)
    app.command("fix")(lambda: None)
    more.command()(lambda: None)
    app.add_typer(more, name="more")

    @app.command()
    def seed_all() -> None: ...

    command, whole = get_command(without_other_commands(app, arguments)), get_command(app)

    assert isinstance(command, TyperGroup)
    assert isinstance(whole, TyperGroup)
    assert sorted(command.commands) == left
    assert sorted(whole.commands) == ["fix", "more", "seed-all"]


# A borrowed connection is left as it was found


@pytest.fixture
def uncommitted(database: str) -> Iterator[Connection]:
    """A connection as psycopg opens it: without autocommit, and idle."""
    with psycopg.connect(database) as connection:
        yield connection
        connection.rollback()


def test_in_autocommit_the_work_is_committed_and_the_connection_is_idle_again(
    connection: Connection, database: str
) -> None:
    seed(connection=connection)

    assert (connection.autocommit, connection.info.transaction_status) == (True, TransactionStatus.IDLE)
    assert seen_by_others(database) == [1, 41, 50]


def test_in_an_open_transaction_nothing_is_committed(connection: Connection, database: str) -> None:
    with connection.transaction(force_rollback=True):
        connection.execute("insert into users (id) values (45)")
        seed(connection=connection)
        fix_sequence("users", connection=connection)

        assert connection.info.transaction_status == TransactionStatus.INTRANS
        assert seen_by_others(database) == [41]
        assert connection.execute("select count(*) from users").fetchall() == [(4,)]


def test_an_idle_connection_without_autocommit_is_left_to_its_owner_to_commit(
    uncommitted: Connection, database: str
) -> None:
    seed(connection=uncommitted)
    fix_sequence("users", connection=uncommitted)

    assert not uncommitted.autocommit
    assert seen_by_others(database) == [41]
    uncommitted.commit()
    assert seen_by_others(database) == [1, 41, 50]


def test_a_seed_that_fails_leaves_the_open_transaction_usable_and_its_rows_alone(
    uncommitted: Connection, project: Write
) -> None:
    project({"fixtures/users.yml": "- {id: 2, name: Bob}\n- {id: two}\n"})
    uncommitted.execute("insert into users (id) values (60)")

    with pytest.raises(SeedkitError):
        seed(connection=uncommitted)

    assert uncommitted.execute("select id from users order by id").fetchall() == [(41,), (60,)]


def test_a_repair_that_fails_leaves_the_open_transaction_usable(uncommitted: Connection) -> None:
    uncommitted.execute("insert into users (id) values (60)")

    with pytest.raises(SeedkitError):
        fix_sequence("usres", connection=uncommitted)

    assert uncommitted.execute("select max(id) from users").fetchall() == [(60,)]


@pytest.mark.parametrize(
    "setting", ["timezone", "datestyle", "intervalstyle", "lock_timeout", "client_encoding", "jit"]
)
def test_the_settings_of_an_open_transaction_are_as_before(uncommitted: Connection, setting: str) -> None:
    uncommitted.execute("set timezone = 'Asia/Tokyo'; set datestyle = 'German'; set intervalstyle = 'sql_standard'")
    uncommitted.execute("set lock_timeout = '7s'; set client_encoding = 'latin1'")
    before = uncommitted.execute("select current_setting(%s)", (setting,)).fetchall()

    seed(connection=uncommitted)
    fix_sequence("users", connection=uncommitted)

    assert uncommitted.execute("select current_setting(%s)", (setting,)).fetchall() == before


def test_a_deferred_constraint_of_an_open_transaction_stays_deferred(
    connection: Connection, uncommitted: Connection
) -> None:
    connection.execute("alter table users add boss_id integer references users deferrable initially deferred")

    seed(connection=uncommitted)

    uncommitted.execute("insert into users (id, boss_id) values (70, 71)")
    uncommitted.execute("insert into users (id) values (71)")
    uncommitted.commit()
    assert connection.execute("select boss_id from users where id = 70").fetchone() == (71,)


def test_folders_may_be_given_as_texts(connection: Connection, project: Write, tmp_path: Path) -> None:
    project({"elsewhere/fixtures/users.yml": "- {id: 7, name: Ada}\n"})

    report = seed(connection=connection, directory=str(tmp_path / "elsewhere"))
    generate("users", 2, connection=connection, directory=str(tmp_path), out=str(tmp_path / "made"))

    assert [table.inserted for table in report.tables] == [1]
    assert (tmp_path / "made" / "users.yml").is_file()


def test_a_connection_may_make_dicts_of_its_rows(database: str) -> None:
    with psycopg.connect(database, row_factory=dict_row) as connection:
        report = seed(connection=connection)
        repair = fix_sequence("users", connection=connection)

        assert ([table.inserted for table in report.tables], repair.next_value) == ([1, 1], 51)
        assert connection.execute("select count(*) as n from users").fetchall() == [{"n": 3}]


def test_a_connection_that_django_has_not_opened_yet_is_opened(connection: Connection) -> None:
    django = SimpleNamespace(connection=None)
    django.ensure_connection = lambda: setattr(django, "connection", connection)

    assert fix_sequence("users", connection=django).next_value == 42


def test_a_connection_in_a_wrapper_of_django_or_sqlalchemy_is_found(connection: Connection) -> None:
    django = SimpleNamespace(connection=connection)
    sqlalchemy = SimpleNamespace(connection=SimpleNamespace(driver_connection=connection))
    session = SimpleNamespace(connection=lambda: sqlalchemy)

    found = [fix_sequence("users", connection=given).next_value for given in (django, sqlalchemy, session)]

    assert found == [42, 42, 42]


def test_what_holds_no_connection_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        fix_sequence("users", connection="postgresql://localhost/shop")

    assert caught.value.message == "builtins.str holds no connection to PostgreSQL that seedkit knows"
    assert str(caught.value.hint).startswith("Lend a connection of psycopg, psycopg2 or pg8000")
