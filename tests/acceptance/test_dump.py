from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from seedkit import seed
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]


def dumped(seedkit: Run, database: str, *arguments: str) -> str:
    ran = seedkit("dump", *arguments, DATABASE_URL=database)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def refusal(seedkit: Run, database: str, *arguments: str) -> tuple[int, str]:
    ran = seedkit("dump", *arguments, DATABASE_URL=database)
    assert not ran.stdout
    return ran.returncode, ran.stderr


def files_in(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


# What is written


def test_a_row_is_a_block_with_its_columns_in_the_order_of_the_table(
    connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute("create table users (id integer primary key, name text, country char(2), born date)")
    connection.execute("insert into users values (2, 'Ada: Countess', 'GB', '1815-12-10'), (1, 'Ole', 'NO', null)")

    text = dumped(seedkit, database, "users")

    assert text == (
        "- id: 1\n  name: Ole\n  country: 'NO'\n  born: null\n"
        "- id: 2\n  name: 'Ada: Countess'\n  country: GB\n  born: 1815-12-10\n"
    )


def test_several_tables_stand_under_their_names_referenced_ones_first(
    connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute("create table roles (id integer primary key)")
    connection.execute("create table users (id integer primary key, role_id integer references roles)")
    connection.execute("insert into roles values (1)")

    text = dumped(seedkit, database, "users", "roles")

    assert text == "roles:\n  - id: 1\nusers: []\n"


def test_the_example_project_comes_back_to_the_byte(
    shop: Path, connection: Connection, database: str, seedkit: Run
) -> None:
    seedkit("seed", DATABASE_URL=database)
    tables = [
        row[0]
        for row in connection.execute("select relname from pg_class where relkind = 'r' and relname !~ '^pg_|^sql_'")
    ]
    dumped(seedkit, database, *tables, "--output", "copy/fixtures")
    before = files_in(shop / "copy" / "fixtures")

    connection.execute(f"truncate {', '.join(tables)}".encode())
    seed(connection=connection, directory=shop / "copy")
    dumped(seedkit, database, *tables, "--output", "again")

    assert files_in(shop / "again") == before
    assert set(before) == {f"{table}.yml" for table in tables}


def test_a_generated_column_is_left_out_and_an_identity_is_not(
    connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute(
        "create table users (id integer generated always as identity, "
        "name text, upper_name text generated always as (upper(name)) stored)"
    )
    connection.execute("insert into users (name) values ('ada')")

    assert dumped(seedkit, database, "users") == "- id: 1\n  name: ada\n"


def test_rows_without_a_key_are_sorted_by_their_whole_text(connection: Connection, database: str, seedkit: Run) -> None:
    connection.execute("create table logs (level integer unique, message text)")
    connection.execute("insert into logs values (null, 'b'), (1, 'z'), (null, 'B'), (null, 'b')")

    text = dumped(seedkit, database, "logs")

    assert re.findall("message: (.+)", text) == ["B", "b", "b", "z"]


def test_a_key_of_text_is_sorted_by_bytes_in_every_database(
    connection: Connection, database: str, seedkit: Run
) -> None:
    if not connection.execute("select from pg_available_extensions where name = 'citext'").fetchall():
        pytest.skip("this server comes without the extension citext")
    connection.execute("create extension citext; create table words (word citext primary key)")  # sorts a, B, c
    connection.execute("insert into words values ('c'), ('B'), ('a'), ('ä')")

    text = dumped(seedkit, database, "words")

    assert re.findall("word: (.+)", text) == ["B", "a", "c", "ä"]


@pytest.mark.parametrize(
    "name",
    ["Order Items", "order", "_fixture", "a/b", "with.dot", ".hidden", "null", "-", "Users", 'a"b', "a: b #", "ü"],
)
def test_a_table_of_any_name_comes_back(
    name: str, connection: Connection, database: str, seedkit: Run, tmp_path: Path
) -> None:
    table = psycopg.sql.Identifier(name)
    create = (
        '(id integer primary key, "select" text, "_fixture" text, "<<" text, "a b" text, "null" text, "No: #" text)'
    )
    connection.execute(psycopg.sql.SQL("create table {} " + create).format(table))
    connection.execute(psycopg.sql.SQL("insert into {} values (1, 'a', 'b', 'c', 'd', 'e', 'f')").format(table))
    quoted = psycopg.sql.Identifier(name).as_string(connection)
    dumped(seedkit, database, "--output", "fixtures", "--", quoted)
    connection.execute(psycopg.sql.SQL("truncate {}").format(table))

    report = seed(connection=connection, directory=tmp_path)

    assert [(report.table.name, report.inserted) for report in report.tables] == [(name, 1)]
    assert connection.execute(psycopg.sql.SQL("select * from {}").format(table)).fetchall() == [
        (1, "a", "b", "c", "d", "e", "f")
    ]


def test_two_tables_whose_names_no_file_can_have_get_a_file_each(
    connection: Connection, database: str, seedkit: Run, tmp_path: Path
) -> None:
    connection.execute('create table "a/b" (id integer); create table "a?b" (id integer)')

    dumped(seedkit, database, '"a/b"', '"a?b"', "--output", "out")

    assert sorted(files_in(tmp_path / "out")) == ["a_b.yml", "a_b_2.yml"]


def test_a_file_that_is_called_after_a_table_is_no_other_tables(
    connection: Connection, database: str, seedkit: Run, tmp_path: Path
) -> None:
    connection.execute('create table "a/b" (id integer); create table a_b (id integer)')
    connection.execute('insert into "a/b" values (1); insert into a_b values (2)')

    ran = dumped(seedkit, database, "--all", "--output", "out")

    assert files_in(tmp_path / "out") == {"a_b.yml": "- id: 2\n", "a_b_2.yml": "'a/b':\n  - id: 1\n"}, ran


def test_a_table_of_another_schema_has_its_schema_in_the_name(
    connection: Connection, database: str, seedkit: Run, tmp_path: Path
) -> None:
    connection.execute('create schema sales; create table sales.orders (id integer primary key, "Total" numeric)')
    connection.execute("insert into sales.orders values (1, 1.10)")

    dumped(seedkit, database, "sales.orders", "--output", "fixtures")
    connection.execute("truncate sales.orders")
    seed(connection=connection, directory=tmp_path)

    assert files_in(tmp_path / "fixtures") == {"sales.orders.yml": "- id: 1\n  Total: 1.10\n"}
    assert connection.execute('select id, "Total"::text from sales.orders').fetchall() == [(1, "1.10")]


def test_a_partitioned_table_is_dumped_whole_and_a_parent_without_its_heirs(
    connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute("create table events (id integer primary key) partition by range (id)")
    connection.execute("create table early partition of events for values from (0) to (10)")
    connection.execute("create table late partition of events for values from (10) to (20)")
    connection.execute("create table people (id integer); create table workers () inherits (people)")
    connection.execute(
        "insert into events values (15), (5); insert into workers values (1); insert into people values (2)"
    )

    assert dumped(seedkit, database, "events") == "- id: 5\n- id: 15\n"
    assert dumped(seedkit, database, "people") == "- id: 2\n"


def test_rows_of_an_inheritance_tree_come_back_each_to_its_table(
    connection: Connection, database: str, seedkit: Run, project: Write
) -> None:
    connection.execute(
        """
        create table people (id integer primary key, name text);
        create table workers (primary key (id), boss_id integer references people) inherits (people);
        insert into people values (1, 'Ada'), (2, 'Ben');
        insert into workers values (1, 'Cy', 2), (3, 'Eve', 1)
        """
    )
    tables = ("people", "workers")
    before = {table: dumped(seedkit, database, table) for table in tables}
    project({f"fixtures/{table}.yml": text for table, text in before.items()})
    connection.execute("truncate people, workers")

    first, second = seed(connection=connection), seed(connection=connection)

    assert {table: dumped(seedkit, database, table) for table in tables} == before
    assert [table.inserted for table in first.tables] == [2, 2]
    assert [table.unchanged for table in second.tables] == [2, 2]


# Which rows


def test_where_chooses_rows_of_the_one_table(connection: Connection, database: str, seedkit: Run) -> None:
    connection.execute("create table users (id integer primary key, name text)")
    connection.execute("insert into users select n, 'user ' || n from generate_series(1, 9) as n")

    text = dumped(seedkit, database, "users", "--where", "id % 4 = 0 or users.name like '%9' -- a comment")

    assert re.findall("id: (.+)", text) == ["4", "8", "9"]


def test_where_goes_with_one_table_only(connection: Connection, database: str, seedkit: Run) -> None:
    connection.execute("create table users (id integer); create table roles (id integer)")

    code, message = refusal(seedkit, database, "users", "roles", "--where", "id = 1")

    assert code == 2
    assert "--where goes with one table" in message


def test_a_condition_that_is_no_sql_is_refused_in_postgresqls_words(
    connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute("create table users (id integer)")

    code, message = refusal(seedkit, database, "users", "--where", "emial = 'a'")

    assert code == 1
    assert 'error: column "emial" does not exist' in message


def test_a_condition_can_change_nothing(connection: Connection, database: str, seedkit: Run) -> None:
    connection.execute("create table users (id integer); insert into users values (1)")
    connection.execute("create function purge() returns boolean language sql as 'delete from users returning true'")

    commands = "true)) to stdout; commit; delete from users; copy (select 1 where (true"
    for condition, expected in (("purge()", 1), (commands, 2)):
        code, _ = refusal(seedkit, database, "users", "--where", condition)
        assert code == expected

    assert connection.execute("select count(*) from users").fetchone() == (1,)


@pytest.fixture
def company(connection: Connection) -> None:
    """Users in a tree, with roles; departments and their heads in a circle; roles have areas."""
    connection.execute("""
        create table areas (id integer primary key);
        create table roles (id integer primary key, area_id integer references areas);
        create table users (
            id integer primary key, role_id integer references roles, boss_id integer references users,
            department_id integer
        );
        create table departments (id integer primary key, head_id integer not null references users);
        alter table users add foreign key (department_id) references departments;
        create table orders (id integer primary key, user_id integer references users);
        insert into areas values (1), (2);
        insert into roles values (1, 1), (2, 2), (3, null);
        insert into users values (1, 1, null), (2, 2, 1), (3, 3, 2), (4, 2, 4), (5, null, null);
        insert into departments values (7, 5), (8, 3);
        update users set department_id = 7 where id in (1, 5);
        insert into orders values (10, 3), (11, 4), (12, null);
    """)


def test_the_rows_that_are_referred_to_come_along_and_no_others(
    company: None, database: str, seedkit: Run, tmp_path: Path
) -> None:
    dumped(seedkit, database, "orders", "--where", "id = 10", "--with-references", "--output", "out")

    ids = {name: re.findall("- id: (.+)", text) for name, text in files_in(tmp_path / "out").items()}
    assert ids == {
        "orders.yml": ["10"],
        "users.yml": ["1", "2", "3", "5"],  # 3, its bosses 2 and 1, and the head of 1's department
        "departments.yml": ["7"],
        "roles.yml": ["1", "2", "3"],
        "areas.yml": ["1", "2"],
    }


def test_a_table_to_which_nothing_refers_is_not_written(company: None, database: str, seedkit: Run) -> None:
    text = dumped(seedkit, database, "orders", "--where", "id = 12", "--with-references")

    assert text == "orders:\n  - id: 12\n    user_id: null\n"


def test_a_row_that_refers_to_itself_ends_the_search(company: None, database: str, seedkit: Run) -> None:
    text = dumped(seedkit, database, "users", "--where", "id = 4", "--with-references")

    assert re.findall(r"^(\w+):|- id: (.+)", text, re.MULTILINE) == [
        *(("areas", ""), ("", "2")),
        *(("roles", ""), ("", "2")),
        *(("users", ""), ("", "4")),
    ]


def test_what_comes_along_seeds_an_empty_copy(
    company: None, connection: Connection, database: str, seedkit: Run, tmp_path: Path
) -> None:
    dumped(seedkit, database, "orders", "--with-references", "--output", "fixtures")
    connection.execute("truncate orders, users, departments, roles, areas")

    report = seed(connection=connection, directory=tmp_path)

    assert report.right
    assert {table.table.name: table.inserted for table in report.tables} == {
        "orders": 3, "users": 5, "departments": 1, "roles": 3, "areas": 2,
    }  # fmt: skip


def test_references_into_a_partitioned_table_are_followed(connection: Connection, database: str, seedkit: Run) -> None:
    connection.execute("""
        create table days (day integer primary key, previous integer) partition by range (day);
        create table early_days partition of days for values from (0) to (10);
        create table late_days partition of days for values from (10) to (20);
        alter table days add foreign key (previous) references days;
        create table visits (id integer primary key, day integer references days);
        insert into days values (1, null), (2, null), (11, 1), (12, 11);
        insert into visits values (1, 12), (2, 2);
    """)

    text = dumped(seedkit, database, "visits", "--where", "id = 1", "--with-references")

    assert re.findall("day: (.+)", text) == ["1", "11", "12", "12"]


# Where to


def test_a_file_that_is_there_is_never_overwritten_without_force(
    connection: Connection, database: str, seedkit: Run, project: Write
) -> None:
    connection.execute("create table users (id integer); create table roles (id integer)")
    folder = project({"out/roles.yml": "mine"}) / "out"

    code, message = refusal(seedkit, database, "users", "roles", "--output", "out")
    untouched = files_in(folder)
    dumped(seedkit, database, "users", "roles", "--output", "out", "--force")

    assert code == 2
    assert "error: out/roles.yml is there already" in message
    assert untouched == {"roles.yml": "mine"}
    assert files_in(folder) == {"roles.yml": "[]\n", "users.yml": "[]\n"}


def test_a_dump_that_fails_leaves_no_file(connection: Connection, database: str, seedkit: Run, tmp_path: Path) -> None:
    connection.execute("create table a (id integer primary key); insert into a values (1)")
    connection.execute("create table b (id integer primary key); revoke all on b from public")
    connection.execute("create role reader login; grant select on a to reader")

    ran = seedkit("dump", "a", "b", "--output", "out", DATABASE_URL=make_conninfo(database, user="reader"))
    connection.execute("drop owned by reader; drop role reader")

    assert ran.returncode == 1
    assert "permission denied for table b" in ran.stderr
    assert files_in(tmp_path / "out") == {}


def test_a_folder_that_can_not_be_made_is_said(
    connection: Connection, database: str, seedkit: Run, project: Write
) -> None:
    connection.execute("create table users (id integer)")
    project({"out": "a file"})

    code, message = refusal(seedkit, database, "users", "--output", "out")

    assert code == 2
    assert "out" in message


def test_an_unknown_table_ends_with_near_names(connection: Connection, database: str, seedkit: Run) -> None:
    connection.execute("create table users (id integer)")

    code, message = refusal(seedkit, database, "usres")

    assert code == 1
    assert message.startswith('error: table "usres" does not exist')
    assert "Did you mean users?" in message


def test_progress_goes_to_standard_error_and_quiet_is_quiet(
    connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute("create table users (id integer); insert into users values (1)")

    loud = seedkit("dump", "users", DATABASE_URL=database)
    quiet = seedkit("dump", "users", "--quiet", DATABASE_URL=database)

    assert "users: 1 row to standard output" in loud.stderr
    assert (quiet.stdout, quiet.stderr) == ("- id: 1\n", "")


def test_rows_that_row_level_security_hides_are_asked_for_and_warned_of(
    connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute("create table users (id integer); insert into users values (1), (2)")
    connection.execute("alter table users enable row level security; create policy one on users using (id = 1)")
    connection.execute("create role tenant login; grant select on users to tenant")

    as_tenant = make_conninfo(database, user="tenant")
    refused = seedkit("dump", "users", "--quiet", DATABASE_URL=as_tenant)
    some = seedkit("dump", "users", "--quiet", "--with-row-security", DATABASE_URL=as_tenant)
    connection.execute("drop owned by tenant; drop role tenant")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "--with-row-security" in refused.stderr
    assert some.stdout == "- id: 1\n"
    assert 'warning: row-level security of table "users"' in some.stderr


def test_a_reader_that_has_read_enough_ends_the_dump_quietly(
    connection: Connection, database: str, tmp_path: Path
) -> None:
    connection.execute("create table users (id integer primary key, name text)")
    connection.execute("insert into users select n, 'name' from generate_series(1, 200000) as n")
    command = shlex.quote(str(Path(sys.executable).with_name("seedkit")))

    ran = subprocess.run(
        ["bash", "-c", f"{command} dump users --quiet | head -n 2"],
        cwd=tmp_path,
        env={**os.environ, "DATABASE_URL": database},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert ran.stdout == "- id: 1\n  name: name\n"
    assert ran.stderr == ""


def test_the_dump_is_unicode_whatever_the_locale(
    connection: Connection, database: str, seedkit: Run, tmp_path: Path
) -> None:
    connection.execute("create table users (name text); insert into users values ('Åse 😀')")

    ran = seedkit(
        "dump", "users", "-o", "out", DATABASE_URL=database, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"
    )

    assert ran.returncode == 0
    assert (tmp_path / "out" / "users.yml").read_bytes().decode() == "- name: 'Åse 😀'\n"


def test_a_dump_shows_one_moment(connection: Connection, database: str, tmp_path: Path) -> None:
    """Rows that are committed while a dump runs are not in it: it reads in one snapshot."""
    from seedkit.files.dump_targets import FolderTarget
    from seedkit.runner.dump import DumpRequest, dump

    connection.execute("create table a (id integer primary key); create table b (id integer primary key)")

    class Interrupted(FolderTarget):
        def expect(self, certain: Any, possible: Any) -> None:
            connection.execute("insert into a values (1); insert into b values (1)")
            super().expect(certain, possible)

    with psycopg.connect(database, autocommit=True) as reader:
        dump(reader, DumpRequest(tables=("a", "b")), Interrupted(tmp_path / "out", force=False))

    assert files_in(tmp_path / "out") == {"a.yml": "[]\n", "b.yml": "[]\n"}
