"""`!sql` is one expression: nothing that a fixture says closes our brackets, ends our command or begins another."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seedkit import SeedkitError, seed
from seedkit.core.fixture_language.sql_expressions import expression_problem
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]

SCHEMA = """
    create table victim (id integer primary key);
    insert into victim values (1);
    create table notes (id integer primary key, note text, parent_id integer references notes);
    """

ATTACKS = {
    "another command": "'x') from seedkit; drop table victim; commit; begin; --",
    "the command of the issue": "'x') as a; drop table victim; commit; begin; --",
    "a semicolon": "'x'; drop table victim",
    "a closed bracket": "1) returning 1), gone as (delete from victim returning 1",
    "brackets that close again": "'x') from (select 1) as a; drop table victim; select (1",
    "a comment left open": "'x' /* ",
    "a comment that nests": "'x' /* /* */ ",
    "a quote left open": "'x",
    "a quoted name left open": '"x',
    "dollars left open": "$a$ x",
    "an escape that hides a quote": r"E'\' ) , (delete from victim) --",
    "an escape after a line break": "E'a'\n'\\'') returning 1), gone as (delete from victim returning 1) --'",
    "two expressions": "'x', 'y'",
    "nothing": "-- only a comment",
    "a character of code 0": "'x'\0",
}


def fixture(text: str, *, rows: int = 1, further: str = "") -> str:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\0", "\\0")
    return f'- {{id: !range 1..{rows}, {further}note: !sql "{quoted}"}}\n'


@pytest.fixture
def rows_of_victim(connection: Connection) -> Iterator[None]:
    """Whatever the test does, the table of another one is there afterwards, with its row."""
    connection.execute(SCHEMA.encode())
    yield
    assert connection.execute("select id from victim").fetchall() == [(1,)]


@pytest.mark.usefixtures("rows_of_victim")
@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_no_expression_is_refused_with_its_line(project: Write, connection: Connection, attack: str) -> None:
    project({"fixtures/notes.yml": f"# notes\n{fixture(ATTACKS[attack])}"})

    with pytest.raises(SeedkitError, match="!sql takes one SQL expression") as caught:
        seed(connection=connection)

    assert str(caught.value.origin) == "fixtures/notes.yml:2"
    assert connection.execute("select count(*) from notes").fetchall() == [(0,)]


@pytest.mark.usefixtures("rows_of_victim")
@pytest.mark.parametrize("options", [[], ["--dry-run"], ["--fresh", "--dry-run"], ["--force"]])
@pytest.mark.parametrize("rows", [1, 2_000])
def test_a_command_behind_the_expression_is_never_run(
    project: Write, database: str, seedkit: Run, rows: int, options: list[str]
) -> None:
    project({"fixtures/notes.yml": fixture(ATTACKS["the command of the issue"], rows=rows)})

    ran = seedkit("seed", *options, DATABASE_URL=database)

    assert (ran.returncode, ran.stdout) == (1, "")
    assert "fixtures/notes.yml:1" in ran.stderr


WAYS = {
    "one row": ("", 1, ""),
    "many rows, by a stage": ("", 2_000, ""),
    "rows that refer to their own table": ("", 3, "parent_id: 1, "),
    "many rows that refer to their own table": ("", 2_000, "parent_id: 1, "),
    "rules": ("create rule shadow as on insert to notes do also select 1", 1, ""),
    "triggers for each statement": (
        "create function nothing() returns trigger language plpgsql as 'begin return null; end';"
        "create trigger shadow after insert on notes for each statement execute function nothing()",
        3,
        "",
    ),
    "row-level security": ("alter table notes enable row level security", 3, ""),
}


@pytest.mark.usefixtures("rows_of_victim")
@pytest.mark.parametrize("way", WAYS)
def test_the_server_refuses_a_second_command_in_whatever_way_rows_are_loaded(
    project: Write, connection: Connection, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """The lexical check is switched off here: the protocol alone has to stand."""
    monkeypatch.setattr("seedkit.core.fixture_language.tags.expression_problem", lambda *_, **__: None)
    schema, rows, further = WAYS[way]
    connection.execute(schema.encode())
    closing = "'x' as a) select 1; commit; drop table victim; begin; select (1"
    for text in (closing, "'x'); commit; drop table victim; begin; select (1", "'x' ) ; drop table victim; --"):
        project({"fixtures/notes.yml": fixture(text, rows=rows, further=further)})

        with pytest.raises(SeedkitError):
            seed(connection=connection)


@pytest.mark.usefixtures("rows_of_victim")
@pytest.mark.parametrize("way", WAYS)
def test_an_expression_is_evaluated_in_whatever_way_rows_are_loaded(
    project: Write, connection: Connection, way: str
) -> None:
    schema, rows, further = WAYS[way]
    connection.execute(schema.encode())
    project({"fixtures/notes.yml": fixture("upper('a; (b') -- in capitals", rows=rows, further=further)})

    seed(connection=connection)

    assert connection.execute("select count(*), min(note), max(note) from notes").fetchall() == [
        (rows, "A; (B", "A; (B")
    ]


@pytest.mark.usefixtures("rows_of_victim")
def test_rows_of_a_circle_of_tables_hold_no_second_command(
    project: Write, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seedkit.core.fixture_language.tags.expression_problem", lambda *_, **__: None)
    connection.execute(
        "create table others (id integer primary key, note_id integer references notes);"
        "alter table notes add other_id integer references others"
    )
    text = "'x' as a) select 1; commit; drop table victim; begin; select (1"
    project({"fixtures/notes.yml": fixture(text, further="other_id: 1, "), "fixtures/others.yml": "- {id: 1}\n"})

    with pytest.raises(SeedkitError):
        seed(connection=connection)


@pytest.mark.usefixtures("rows_of_victim")
@pytest.mark.parametrize("rows", [1, 2_000])
@pytest.mark.parametrize("factory", [psycopg.ClientCursor, psycopg.RawCursor])
def test_a_connection_that_is_lent_speaks_the_extended_protocol_whatever_its_cursors_do(
    project: Write, database: str, monkeypatch: pytest.MonkeyPatch, factory: type[psycopg.Cursor[Any]], rows: int
) -> None:
    """Django's are client-side cursors."""
    with psycopg.connect(database, cursor_factory=factory, prepare_threshold=None) as lent:
        project({"fixtures/notes.yml": fixture("upper('a')", rows=rows)})
        seed(connection=lent)
        assert lent.execute("select distinct note from notes").fetchall() == [("A",)]
        assert lent.cursor_factory is factory
        lent.rollback()

        monkeypatch.setattr("seedkit.core.fixture_language.tags.expression_problem", lambda *_, **__: None)
        project({"fixtures/notes.yml": fixture(ATTACKS["the command of the issue"], rows=rows)})
        with pytest.raises(SeedkitError):
            seed(connection=lent)


@pytest.mark.usefixtures("rows_of_victim")
def test_what_a_seeder_inserts_is_a_value(project: Write, connection: Connection) -> None:
    text = "'x'); drop table victim; commit; begin; --"
    project({"seeders/notes.py": f"def seed(db):\n    db.insert('notes', [{{'id': 1, 'note': {text!r}}}])\n"})

    seed(connection=connection)

    assert connection.execute("select note from notes").fetchall() == [(text,)]


@pytest.mark.usefixtures("rows_of_victim")
@pytest.mark.parametrize("rows", [1, 2_000])
def test_where_backslashes_are_escapes_a_text_ends_where_the_server_ends_it(
    project: Write, connection: Connection, rows: int
) -> None:
    connection.execute("set standard_conforming_strings = off; set escape_string_warning = off")
    project(
        {"fixtures/notes.yml": fixture(r"'\' ) returning 1), gone as (delete from victim returning 1) --", rows=rows)}
    )

    with pytest.raises(SeedkitError, match="quoted text in it is not closed"):
        seed(connection=connection)


HARMLESS = {
    "a cast": ("'7'::integer + 1", "8"),
    "a subselect": ("(select max(id) from victim)", "1"),
    "a subselect without brackets of its own": ("select count(*) from victim, (values (1)) as v", "1"),
    "an array": ("(array[1, 2])[2]", "2"),
    "a text with signs": ("'a; b), (c -- d /* e'", "a; b), (c -- d /* e"),
    "a quote in a text": ("'it''s'", "it's"),
    "a backslash in a text": (r"'C:\'", "C:\\"),
    "a quote that is escaped": (r"E'it\'s'", "it's"),
    "a text over two lines": ("E'a'\n'b\\'c'", "ab'c"),
    "dollars": ("$$it's; ) $$", "it's; ) "),
    "dollars with a name": ("$a$ $$ ; $b$ $a$", " $$ ; $b$ "),
    "a name with signs": ('(select "a;b" from (select 1 as "a;b") as c)', "1"),
    "a Unicode text": (r"U&'d\0061t;'", "dat;"),
    "bits": ("b'101'::text", "101"),
    "a comment at the end": ("1 -- one; (", "1"),
    "comments that nest": ("/* ; /* ( */ ' */ 2", "2"),
    "a function of several arguments": ("coalesce(null, 'b', 'c')", "b"),
    "case": ("case when 1 < 2 then 'less' else 'more' end", "less"),
    "an operator of a schema": ("1 operator(pg_catalog.+) 2", "3"),
    "a window": ("(select string_agg(n::text, ',' order by n) from generate_series(1, 3) as n)", "1,2,3"),
}


@pytest.mark.usefixtures("rows_of_victim")
@pytest.mark.parametrize("name", HARMLESS)
def test_an_expression_that_is_one_is_evaluated(project: Write, connection: Connection, name: str) -> None:
    text, value = HARMLESS[name]
    project({"fixtures/notes.yml": fixture(text)})

    seed(connection=connection)

    assert connection.execute("select note from notes").fetchall() == [(value,)]


@pytest.mark.parametrize("tag", ["!%73ql", "!<!%73ql>"])
def test_a_tag_that_hides_from_a_look_at_the_file_is_refused(project: Write, connection: Connection, tag: str) -> None:
    """It would be left out where rows go straight into the table."""
    connection.execute(SCHEMA.encode())
    project({"fixtures/notes.yml": f"- {{id: !range 1..2000, note: {tag} now()}}\n"})

    with pytest.raises(SeedkitError, match='the tag "!sql" is not written out') as caught:
        seed(connection=connection)

    assert str(caught.value.origin) == "fixtures/notes.yml:1"


def test_the_tag_can_be_switched_off_for_a_project(project: Write, connection: Connection) -> None:
    connection.execute(SCHEMA.encode())
    project({"pyproject.toml": "[tool.seedkit]\nsql = false\n", "fixtures/notes.yml": fixture("now()")})

    with pytest.raises(SeedkitError, match="!sql is switched off") as caught:
        seed(connection=connection)

    assert str(caught.value.origin) == "fixtures/notes.yml:1"


def test_the_tag_can_be_switched_off_for_a_run_and_not_on_again(
    project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute(SCHEMA.encode())
    project({"fixtures/notes.yml": fixture("now()")})

    off = seedkit("seed", "--no-sql", DATABASE_URL=database)
    with pytest.raises(SeedkitError, match="!sql is switched off"):
        seed(connection=connection, sql=False)
    project({"pyproject.toml": "[tool.seedkit]\nsql = false\n"})
    with pytest.raises(SeedkitError, match="!sql is switched off"):
        seed(connection=connection, sql=True)

    assert off.returncode == 1
    assert "error: !sql is switched off\n  at fixtures/notes.yml:1" in off.stderr


@pytest.mark.usefixtures("rows_of_victim")
@pytest.mark.parametrize(
    "condition",
    [
        "true)) to stdout; drop table victim; --",
        "true\n)) to stdout; commit; drop table victim; copy (select 1 where (true",
        "true; drop table victim",
        "true /*",
    ],
)
def test_a_condition_of_a_dump_is_one_too(database: str, seedkit: Run, condition: str) -> None:
    ran = seedkit("dump", "victim", "--where", condition, DATABASE_URL=database)

    assert (ran.returncode, ran.stdout) == (2, "")
    assert "--where takes one SQL condition" in ran.stderr


@pytest.mark.usefixtures("rows_of_victim")
def test_the_server_refuses_a_second_command_in_a_condition(
    connection: Connection, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    import sys

    from seedkit.files.dump_targets import StreamTarget
    from seedkit.runner.dump import DumpRequest, dump

    monkeypatch.setattr("seedkit.runner.dump.expression_problem", lambda *_: None)
    condition = "true)) to stdout; commit; drop table victim; copy (select 1 as id where (true"
    request = DumpRequest(tables=("victim",), condition=condition)

    with pytest.raises(SeedkitError, match="multiple commands"):
        dump(connection, request, StreamTarget(sys.stdout.buffer))


def test_a_condition_may_be_any_expression(project: Write, connection: Connection, database: str, seedkit: Run) -> None:
    connection.execute("create table users (id integer primary key, name text); insert into users values (1, 'a;b')")

    ran = seedkit("dump", "users", "--where", "name = 'a;b' and id in (1, 2) -- these", DATABASE_URL=database)

    assert (ran.returncode, ran.stdout) == (0, "- id: 1\n  name: a;b\n"), ran.stderr


PIECES = [
    *("'", "''", "\\'", "\\", "E'", "e'", "B'", "x'", "N'", "U&'", 'U&"', '"', '""', "$$", "$a$", "$a", "$", "$1"),
    *("--", "/*", "*/", "\n", "\r", "\t", " ", ";", ",", "(", ")", "[", "]", "||", "+", "a", "e", "é", "1", "null"),
    *("'a'", "E'\\''", "'b'\n'c'", "$b$;$b$", "/* ; */", "-- ;\n", "array[1]", "(1)", "::text", "select 1"),
]
_sentinels = count()


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=12))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("escapes", [False, True])
def test_a_text_that_is_accepted_changes_nothing_of_what_stands_around_it(
    connection: Connection, pieces: list[str], escapes: bool
) -> None:
    """The server gives two columns, the second ours, or an error, but never something else."""
    text, sentinel = "".join(pieces), f"ours {next(_sentinels)}"
    connection.execute("set standard_conforming_strings = off" if escapes else "set standard_conforming_strings = on")
    accepted = expression_problem(text, backslash_escapes=escapes) is None

    answer = answered(connection, f"select ({text}\n), '{sentinel}' where '(' <> ')'", sentinel)

    assert not accepted or answer in ("an error", "two columns")


@given(pieces=st.lists(st.sampled_from(PIECES), max_size=12))
@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_text_that_the_server_takes_for_one_expression_is_accepted(connection: Connection, pieces: list[str]) -> None:
    text, sentinel = "".join(pieces), f"ours {next(_sentinels)}"

    answer = answered(connection, f"select (\n{text}\n), '{sentinel}'", sentinel)
    alone = answered(connection, f"select '{sentinel}', array(select (\n{text}\n))", sentinel)

    if answer == alone == "two columns":
        assert expression_problem(text) in (None, "it is more than one expression", *CLOSING)


CLOSING = ("it closes a bracket that it has not opened",)
"""`1)||(2` is one expression in brackets, but by luck."""


def answered(connection: Connection, statement: str, sentinel: str) -> str:
    try:
        cursor = connection.execute(statement.encode(), prepare=False, binary=True)
    except (psycopg.Error, ValueError):
        return "an error"
    found = cursor.fetchall()
    return "two columns" if len(found) == 1 and len(found[0]) == 2 and sentinel in found[0] else "something else"
