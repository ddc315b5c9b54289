"""`seedkit generate --out`: what a seed of the files gives is what the run would have given, to the byte of a dump."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner, Result

from seedkit import generate
from seedkit.cli.app import app
from seedkit.runner.generation.out import gathered
from seedkit.runner.generation.out.gathered import Gathered, GatheredTable
from tests.conftest import ROOT, Write
from tests.runner.generation.test_filling_triggers import AGREEING, INTO, sharded
from tests.servers import client_program, fresh_database

Connection = psycopg.Connection[Any]
Seedkit = Callable[..., Result]
Databases = Callable[[str, int], list[str]]

CHINOOK = ROOT.parent / "shared" / "data" / "chinook" / "schema.sql"
SCHEMAS = ROOT / "tests" / "generation_judge" / "schemas"
TRIGGERS = """
create table accounts (
    id serial primary key, name text not null, entries integer not null default 0, changed_at timestamptz
);
create table entries (id serial primary key, account_id integer not null references accounts, title text not null);
create table audit (id serial primary key, said text not null, loud boolean);
create function shouted() returns trigger language plpgsql as
    $$ begin new.title := new.title || '!'; return new; end $$;
create function counted() returns trigger language plpgsql as $$ begin
    update accounts set entries = entries + 1 where id = new.account_id;
    insert into audit (said) values (new.title);
    return null;
end $$;
create function odd_ones() returns trigger language plpgsql as
    $$ begin if new.id % 7 = 3 then raise exception 'not today'; end if; return new; end $$;
create function swallowed() returns trigger language plpgsql as
    $$ begin if new.id % 5 = 0 then return null; end if; return new; end $$;
create trigger a before insert on entries for each row execute function shouted();
create trigger b after insert on entries for each row execute function counted();
create trigger c before insert on accounts for each row execute function odd_ones();
create trigger d before insert on audit for each row when (new.loud) execute function swallowed();
"""


@pytest.fixture
def seedkit_at(project: Write, monkeypatch: pytest.MonkeyPatch) -> Seedkit:
    """Run a command in this process, in the test's folder: `seedkit_at(url, "generate", …)`."""
    project({})

    def run(url: str, *arguments: str) -> Result:
        monkeypatch.setenv("DATABASE_URL", url)
        return CliRunner().invoke(app, list(arguments), prog_name="seedkit")

    return run


@pytest.fixture
def databases(server: str, database_names: Iterator[str]) -> Iterator[Databases]:
    """Make several databases of one schema: `databases("create table …", 2)`."""
    with ExitStack() as made:

        def make(schema: str, number: int) -> list[str]:
            template = next(database_names)
            with psycopg.connect(made.enter_context(fresh_database(server, template)), autocommit=True) as connection:
                connection.execute(schema.encode())
            return [made.enter_context(fresh_database(server, next(database_names), template)) for _ in range(number)]

        yield make


def rows(conninfo: str) -> dict[str, list[str]]:
    with psycopg.connect(conninfo) as connection:
        tables = connection.execute(
            "select oid::regclass::text from pg_class where relkind in ('r', 'p') and not relispartition"
            " and relnamespace::regnamespace::text not in ('pg_catalog', 'information_schema')"
        ).fetchall()
        return {
            name: [row for (row,) in connection.execute(f"select t::text from {name} as t order by 1".encode())]
            for (name,) in tables
        }


def sequences(conninfo: str) -> list[str]:
    with psycopg.connect(conninfo) as connection:
        asked = "select sequencename || ' ' || coalesce(last_value, 0) from pg_sequences order by 1"
        return [row for (row,) in connection.execute(asked)]


def psql(version: int, conninfo: str, script: str) -> subprocess.CompletedProcess[str]:
    program = [str(client_program(version, "psql")), "-X", "-q", "-d", conninfo]
    return subprocess.run(program, input=script, text=True, capture_output=True, check=False, timeout=120)


LAW = {
    "the example project": (ROOT / "schema.sql").read_text(),
    "torture": (SCHEMAS / "torture.sql").read_text(),
    "triggers": TRIGGERS,
    **({"Chinook": CHINOOK.read_text()} if CHINOOK.exists() else {}),
}


@pytest.mark.parametrize("name", LAW)
def test_what_is_written_gives_elsewhere_what_the_run_would_have_given(
    name: str, databases: Databases, seedkit_at: Seedkit, postgres_version: int
) -> None:
    one, other, filled, seeded, loaded = databases(LAW[name], 5)
    generate = ("generate", "*.*=12", "--now", "2026-11-30", "-q")
    empty = rows(one)

    seedkit_at(filled, *generate)
    written = seedkit_at(one, *generate, "--out", "fixtures")
    script = psql(postgres_version, loaded, seedkit_at(other, *generate, "--out", "-").stdout)
    seed = seedkit_at(seeded, "seed", "-q")

    assert (seed.exit_code, script.returncode) == (0, 0), seed.output + script.stderr
    assert rows(one) == rows(other) == empty
    assert rows(seeded) == rows(filled), written.output
    assert rows(loaded) == rows(filled)
    assert sequences(seeded) == sequences(loaded) == sequences(filled)


def test_what_is_left_to_triggers_stays_theirs_when_the_files_are_seeded_once_more(
    databases: Databases, seedkit_at: Seedkit
) -> None:
    (one, seeded) = databases(sharded(INTO), 2)
    seedkit_at(one, "generate", "*.*=12", "--now", "2026-11-30", "--out", "fixtures")

    first, second = seedkit_at(seeded, "seed"), seedkit_at(seeded, "seed")

    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert "group_id" not in Path("fixtures/batches.yml").read_text()
    with psycopg.connect(seeded) as connection:
        assert connection.execute(AGREEING.encode()).fetchone() == (12,)


USERS = "create table users (id serial primary key, name text not null, active boolean not null, key uuid not null)"


def test_the_files_hold_all_keys_and_are_written_as_a_dump_writes_them(
    connection: Connection, database: str, seedkit_at: Seedkit
) -> None:
    connection.execute(f"{USERS}; create table teams (user_id integer not null references users, note jsonb)")

    written = seedkit_at(database, "generate", "teams=3", "--now", "2026-11-30", "--out", "fixtures")
    seedkit_at(database, "seed")
    dumped = seedkit_at(database, "dump", "users", "teams", "--output", "dumped")

    assert "wrote 13 rows of 2 tables to fixtures (" in written.output, written.output
    assert dumped.exit_code == 0, dumped.output
    assert Path("fixtures/users.yml").read_text() == Path("dumped/users.yml").read_text()
    assert sorted(path.name for path in Path("fixtures").iterdir()) == ["teams.yml", "users.yml"]


def test_the_script_can_be_read_by_the_database_that_it_comes_from(
    connection: Connection, database: str, seedkit_at: Seedkit, postgres_version: int
) -> None:
    connection.execute(USERS)

    scripts = (seedkit_at(database, "generate", "users=5", "--out", "-").stdout for _ in range(2))
    loads = [psql(postgres_version, database, script) for script in scripts]

    assert [ran.stderr for ran in loads] == ["", ""]
    connection.execute("insert into users values (default, 'Ada', true, gen_random_uuid())")


def test_a_sequence_is_moved_past_the_very_first_id_and_never_back(
    databases: Databases, seedkit_at: Seedkit, postgres_version: int
) -> None:
    source, fresh, ahead = databases(USERS, 3)
    with psycopg.connect(ahead) as connection:
        connection.execute("select setval('users_id_seq', 50)")
    script = seedkit_at(source, "generate", "users=1", "--out", "-").stdout

    for conninfo in (fresh, ahead):
        assert psql(postgres_version, conninfo, script).returncode == 0

    assert (sequences(fresh), sequences(ahead)) == (["users_id_seq 1"], ["users_id_seq 50"])
    with psycopg.connect(fresh) as connection:
        connection.execute("insert into users values (default, 'Ada', true, gen_random_uuid())")


SCATTERED = """
create table sevenths (id bigserial primary key check (id % 7 = 3), x int);
create table evens (id int generated always as identity primary key check (id % 2 = 0 and id > 100), x int);
create sequence shared;
create table ones (id int primary key default nextval('shared'));
create table tens (id int primary key default nextval('shared') check (id % 10 = 0));
"""


def test_sequences_are_moved_past_ids_that_are_only_known_once_they_are_made(
    databases: Databases, seedkit_at: Seedkit, postgres_version: int
) -> None:
    source, fresh = databases(SCATTERED, 2)
    script = seedkit_at(source, "generate", "sevenths=5", "evens=3", "ones=3", "tens=3", "--out", "-").stdout

    ran = psql(postgres_version, fresh, script)

    assert (ran.returncode, ran.stderr) == (0, "")
    assert [seedkit_at(conninfo, "check").exit_code for conninfo in (fresh, source)] == [0, 0]


def test_rows_that_refer_to_what_a_trigger_draws_are_refused(
    connection: Connection, database: str, seedkit_at: Seedkit
) -> None:
    connection.execute(
        "create sequence drawn; create table parents (id int primary key, code text);"
        "create function draw() returns trigger language plpgsql as"
        " $$begin new.id := nextval('drawn'); new.code := upper(new.code); return new; end$$;"
        "create trigger draws before insert on parents for each row execute function draw();"
        "create table children (id serial primary key, parent_id int not null references parents)"
    )

    ran = seedkit_at(database, "generate", "parents=3", "children=3", "--out", "-")

    assert (ran.exit_code, ran.stdout) == (1, "")
    assert 'a trigger draws "id" of table "parents" anew where rows are loaded' in ran.stderr
    assert seedkit_at(database, "generate", "parents=3", "--out", "-").exit_code == 0
    assert seedkit_at(database, "generate", "parents=3", "children=3").exit_code == 0


def test_what_psql_can_not_load_leaves_nothing(
    connection: Connection, database: str, seedkit_at: Seedkit, postgres_version: int
) -> None:
    connection.execute(f"{USERS}; create table teams (user_id integer not null references users)")
    script = seedkit_at(database, "generate", "teams=3", "--out", "-").stdout
    connection.execute("alter table teams add check (user_id < 0)")

    ran = psql(postgres_version, database, script)

    assert ran.returncode == 3
    assert "violates check constraint" in ran.stderr
    assert connection.execute("select from users").fetchall() == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no disk that is always full")
@pytest.mark.parametrize("command", ["generate users=5 --out -", "dump users"])
def test_standard_output_that_is_full_is_told_of(connection: Connection, database: str, command: str) -> None:
    connection.execute(f"{USERS}; insert into users values (1, 'Ada', true, gen_random_uuid())")

    with Path("/dev/full").open("wb") as full:
        program = [str(Path(sys.executable).with_name("seedkit")), *command.split(), "--url", database]
        ran = subprocess.run(program, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    assert ran.returncode == 2, ran.stderr
    assert "error: can not write standard output: no space left on device" in ran.stderr


def test_rows_that_are_missing_on_standard_output_are_told_quietly_too(
    connection: Connection, database: str, seedkit_at: Seedkit
) -> None:
    connection.execute(
        "create function odd() returns trigger language plpgsql as"
        " $$ begin if new.id % 2 = 1 then return null; end if; return new; end $$;"
        "create table users (id int primary key);"
        "create trigger odd before insert on users for each row execute function odd()"
    )

    ran = seedkit_at(database, "generate", "users=5", "--out", "-", "-q")

    assert ran.exit_code == 1
    assert "users" in ran.stderr


def test_workers_write_the_same_files(connection: Connection, database: str, seedkit_at: Seedkit) -> None:
    connection.execute(USERS)

    for workers in "01":
        options = ("--now", "2026-11-30", "--workers", workers, "--out", f"with_{workers}")
        seedkit_at(database, "generate", "users=20k", *options)

    assert Path("with_0/users.yml").read_bytes() == Path("with_1/users.yml").read_bytes()
    assert Path("with_0/users.yml").read_text().count("- id: ") == 20_000


def test_a_file_that_is_there_is_never_written_over(
    connection: Connection, database: str, seedkit_at: Seedkit, tmp_path: Path
) -> None:
    connection.execute(USERS)
    (tmp_path / "fixtures").mkdir()
    (tmp_path / "fixtures" / "users.yml").write_text("mine")

    plain, forced = (
        seedkit_at(database, "generate", "users=3", "--out", "fixtures", *force) for force in ((), ("--force",))
    )

    assert (plain.exit_code, forced.exit_code) == (2, 2)
    assert plain.stderr == (
        "error: fixtures/users.yml is there already\n\nhint: Name another folder, or move the file away.\n"
    )
    assert (tmp_path / "fixtures" / "users.yml").read_text() == "mine"


REFUSED = {
    "--out notes.txt": "notes.txt is there already",
    "--out notes.txt/fixtures": "can not write notes.txt/fixtures: not a directory",
    "--out out --dry-run": "a dry run writes nothing, and --out does",
    "--out out --commit-every 1k": "--out keeps no row in the database, and --commit-every does",
    "--out out --explain": "--explain makes no rows, and --out writes them",
    "--out=": "--out names no folder",
    "--out - --json": "--json and --out - both write to standard output",
}


@pytest.mark.parametrize("options", REFUSED)
def test_what_does_not_go_with_it_is_refused_before_anything_is_done(
    connection: Connection, database: str, seedkit_at: Seedkit, tmp_path: Path, options: str
) -> None:
    connection.execute(USERS)
    (tmp_path / "notes.txt").write_text("mine")

    ran = seedkit_at(database, "generate", "users=3", *options.split())

    assert ran.exit_code == 2, ran.output
    assert f"error: {REFUSED[options]}" in ran.stderr
    assert (tmp_path / "notes.txt").read_text() == "mine"
    assert not (tmp_path / "out").exists()


def test_a_table_that_fails_leaves_no_file_where_it_was_named_and_the_others_where_it_was_not(
    connection: Connection, database: str, seedkit_at: Seedkit, tmp_path: Path
) -> None:
    connection.execute(f"{USERS}; create table places (id serial primary key, thing regclass not null)")

    named = seedkit_at(database, "generate", "users=3", "places=3", "--out", "named")
    meant = seedkit_at(database, "generate", "--out", "meant")

    assert (named.exit_code, meant.exit_code) == (1, 1)
    assert list((tmp_path / "named").iterdir()) == []
    assert [path.name for path in (tmp_path / "meant").iterdir()] == ["users.yml"]


def test_ctrl_c_while_the_files_are_written_leaves_none(
    connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupted(Gathered):
        def pieces(self, table: GatheredTable) -> Iterator[bytes]:
            yield from super().pieces(table)
            raise KeyboardInterrupt

    connection.execute(USERS)
    monkeypatch.setattr(gathered, "Gathered", Interrupted)

    with pytest.raises(KeyboardInterrupt):
        generate("users", 10, connection=connection, out=tmp_path / "out")

    assert list((tmp_path / "out").iterdir()) == []


def test_from_python_a_transaction_that_is_lent_stays_as_it_was(
    database: str, seedkit_at: Seedkit, tmp_path: Path
) -> None:
    with psycopg.connect(database) as lent:
        lent.execute(USERS)

        report = generate("users", 10, connection=lent, out=tmp_path / "out", name="Ada")

        assert (report.rows, report.out, report.sequences) == (10, "out", ())
        assert lent.execute("select from users").fetchall() == []
        assert (tmp_path / "out" / "users.yml").read_text().count("name: Ada\n") == 10


def test_a_trigger_that_meets_ids_of_the_rows_is_told_of_as_what_it_is(
    connection: Connection, database: str, seedkit_at: Seedkit
) -> None:
    connection.execute(
        f"{USERS}; create table audit (id serial primary key, said text);"
        "create function log() returns trigger language plpgsql as"
        " $$ begin insert into audit (said) values (new.name); return null; end $$;"
        "create trigger logged after insert on users for each row execute function log();"
        "alter table users add column audit_id integer references audit"
    )

    ran = seedkit_at(database, "generate", "audit=2000", "users=30", "--out", "out")

    assert ran.exit_code == 1
    assert "With --out no sequence is moved" in ran.stderr
