"""Whatever is put into fixtures, settings, arguments and names: a sentence, never a traceback, and no SQL of theirs."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import psycopg
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from psycopg import sql
from typer.testing import CliRunner

from seedkit import SeedkitError, check_sequences, seed
from seedkit.cli.app import app
from seedkit.config import load_settings
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]
Times = Callable[[int, int], int]
Value = TypeVar("Value")

pytestmark = pytest.mark.timeout(3600)

UNEXPECTED = "should not have happened"
TABLES = """
create table victims (id serial primary key);
insert into victims default values;
create table users (
    id serial primary key, name text, is_active boolean, born date, doc jsonb, tags text[], price numeric(8, 2),
    boss_id integer references users
);
"""
VALID = b"""\
_fixture: {on_conflict: skip}
DEFAULTS: &defaults {is_active: yes, tags: [a, b]}
ada:
  <<: *defaults
  id: 1
  name: "Ada \\u00e9"
  born: 1815-12-10
  doc: {a: [1, 2.5, null, ~], b: |
    text
    }
bob: {id: 2, price: 1_000.50, name: 'it''s', boss_id: 1}
"""


@pytest.fixture
def tables(connection: Connection, project: Write) -> Path:
    connection.execute(TABLES)
    return project({"fixtures/users.yml": "- {id: 1}\n"})


def fuzz(strategy: SearchStrategy[Value], examples: int, check: Callable[[Value], None]) -> None:
    @settings(max_examples=examples, deadline=None, database=None)
    @given(strategy)
    def checked(value: Value) -> None:
        check(value)

    checked()


SIGNS = (
    *("\x00", "\xff", "\t", "\n", ":", "- ", "{", "]", "&a ", "*a", "!x ", "<<: ", "'", '"', "%", "\\", "|\n", "? "),
    *("---\n", "\xe2\x80\xa8", "\xef\xbb\xbf"),
)


def mutated(text: bytes) -> SearchStrategy[bytes]:
    """The text with some of its bytes taken out, doubled, or replaced by ones that matter to YAML."""
    signs = st.sampled_from([sign.encode("latin-1") for sign in SIGNS])
    edit = st.tuples(st.integers(0, len(text)), st.integers(0, 12), signs | st.binary(max_size=4))

    def edited(edits: list[tuple[int, int, bytes]]) -> bytes:
        result = text
        for start, length, replacement in edits:
            result = result[:start] + replacement + result[start + length :]
        return result

    return st.lists(edit, min_size=1, max_size=5).map(edited)


def test_bytes_that_are_no_fixture_end_in_a_sentence(tables: Path, connection: Connection, times: Times) -> None:
    def check(content: bytes) -> None:
        (tables / "fixtures" / "users.yml").write_bytes(content)
        with suppress(SeedkitError):
            seed(connection=connection, dry_run=True)

    fuzz(mutated(VALID) | st.binary(max_size=60), times(40, 3000), check)
    assert connection.execute("select count(*) from victims").fetchall() == [(1,)]


TEXTS = st.text(max_size=8) | st.sampled_from(
    ["'; drop table victims; --", "\\N", "\\.", "\t", "\r\n", "\\", "$$", "%s", "{}", "NaN", "infinity", "-0", "1e400"]
)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | TEXTS | st.dates() | st.binary(max_size=4)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6
)
COLUMNS = st.sampled_from(["id", "name", "is_active", "born", "doc", "tags", "price", "boss_id"]) | TEXTS
ROWS = st.dictionaries(COLUMNS, VALUES, max_size=5)
DOCUMENTS = st.lists(ROWS, max_size=3) | st.dictionaries(TEXTS, ROWS | VALUES, max_size=3) | VALUES


def test_structures_and_values_that_fit_nothing_end_in_a_sentence(
    tables: Path, connection: Connection, times: Times
) -> None:
    def check(document: object) -> None:
        text = yaml.safe_dump(document, allow_unicode=True)
        (tables / "fixtures" / "users.yml").write_bytes(text.encode(errors="replace"))
        with suppress(SeedkitError):
            seed(connection=connection, dry_run=True)

    fuzz(DOCUMENTS, times(40, 3000), check)
    assert connection.execute("select count(*) from victims").fetchall() == [(1,)]


@pytest.mark.parametrize(
    ("name", "valid"),
    [
        (
            "pyproject.toml",
            b'[tool.seedkit]\nurl = "x"\nprotected-hosts = ["a"]\n[tool.seedkit.embedded]\nschema = []\n',
        ),
        (".env", b"DATABASE_URL='postgresql://a@b/c'\nexport APP_ENV=${X:-dev}\n# x\nSEEDKIT_ENV=\"a\\n\"\n"),
    ],
)
def test_settings_that_are_none_end_in_a_sentence(project: Write, times: Times, name: str, valid: bytes) -> None:
    folder = project({})

    def check(content: bytes) -> None:
        (folder / name).write_bytes(content)
        with suppress(SeedkitError):
            load_settings(directory=folder)

    fuzz(mutated(valid) | st.binary(max_size=40), times(100, 5000), check)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pyproject.toml", b"tool = 1"),
        ("pyproject.toml", b"[tool]\nseedkit = 3"),
        ("pyproject.toml", b"a = " + b"[" * 100_000),
        ("pyproject.toml", b'[tool.seedkit]\nfixtures = "' + b"x" * 5000 + b'"'),
        ("pyproject.toml", b'[tool.seedkit.embedded]\nschema = ["' + b"x" * 5000 + b'"]'),
        ("pyproject.toml", b"\xff\xfe"),
        (".env", b"\xff\xfe\x00"),
        (".env", b"A" * 1_000_000),
    ],
    ids=["tool", "seedkit", "nesting", "long folder", "long file", "bytes", "env bytes", "env line"],
)
def test_odd_settings_end_in_a_sentence_too(tables: Path, name: str, content: bytes) -> None:
    (tables / name).write_bytes(content)

    with suppress(SeedkitError):
        load_settings(directory=tables)


# Arguments

WORDS = st.sampled_from(
    [
        *("seed", "fix-sequence", "check", "protect", "unprotect", "users", "victims", "id", "users_id_seq"),
        *("--all", "--list", "--json", "--dry-run", "--schema", "--margin", "--lock-timeout", "--except", "--env"),
        *("--now", "--confirm", "--sql", "--random-seed", "--html", "-q", "--", "0", "-1", "9" * 30),
        *("", ".", '"', "a.b.c", "'; drop table victims; --", "%s"),
    ]
)


def test_arguments_that_mean_nothing_end_in_a_sentence(
    tables: Path, database: str, connection: Connection, times: Times
) -> None:
    def check(arguments: list[str]) -> None:
        ran = CliRunner().invoke(app, arguments, env={"DATABASE_URL": database}, input="")
        assert ran.exit_code in {0, 1, 2}
        assert ran.exception is None or isinstance(ran.exception, SystemExit), ran.exception
        assert UNEXPECTED not in ran.output

    texts = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="/\0"), max_size=6)
    fuzz(st.lists(WORDS | texts, max_size=5), times(30, 2000), check)
    assert connection.execute("select count(*) from victims").fetchall() == [(1,)]


@pytest.mark.parametrize("arguments", [["seed"], ["fix-sequence"], ["seed", "--except"], ["check", "--url"], ["check"]])
def test_an_argument_that_is_not_utf8_ends_in_a_sentence(tables: Path, database: str, arguments: list[str]) -> None:
    ran = subprocess.run(
        [str(Path(sys.executable).with_name("seedkit")), *arguments, b"us\xff", "--json"],
        env={**os.environ, "DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode in {1, 2}
    assert UNEXPECTED not in ran.stderr
    assert "Traceback" not in ran.stderr


# Names

NAMES = [
    "x'); drop table victims; --",
    'x"; drop table victims; --',
    "%s %(a)s %% {} {0}",
    "$1 $$ $a$",
    "a\nb\\N",
    "Ü" * 31,
    "a.b",
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_name_is_a_name_whatever_sql_is_in_it(
    connection: Connection, database: str, project: Write, seedkit: Run, name: str
) -> None:
    identifier = sql.Identifier(name)
    connection.execute("create table victims (id serial primary key); insert into victims default values")
    statements = (
        "create schema {0}; create sequence {0}.{3}; create table {0}.{0}"
        " ({0} bigint primary key default nextval({1}), other text);"
        "create table {0}.child (id serial primary key, {0} bigint constraint {0} references {0}.{0});"
        "comment on table {0}.{0} is {2}"
    )
    sequence = connection.execute("select format('%%I.%%I', %s::text, %s::text)", (name, f"S{name}")).fetchall()[0][0]
    connection.execute(sql.SQL(statements).format(identifier, sequence, sql.Literal(name), sql.Identifier(f"S{name}")))
    quoted = '"' + name.replace('"', '""') + '"'
    rows = {f"{quoted}.{quoted}": [{name: 70, "other": name}], f"{quoted}.child": [{"id": 7, name: 70}]}
    project({"fixtures/all.yml": yaml.safe_dump(rows, allow_unicode=True)})
    first, second = (seedkit("seed", "--json", DATABASE_URL=database) for _ in range(2))
    connection.execute(sql.SQL("insert into {0}.{0} values (900)").format(identifier))
    typed, typed_sequence = f"{quoted}.{quoted}", f'{quoted}."S{quoted[1:]}'
    script = seedkit("fix-sequence", "--all", "--sql", DATABASE_URL=database)
    ends = [
        seedkit(*arguments, DATABASE_URL=database)
        for arguments in (
            ["fix-sequence", typed, quoted, typed_sequence],
            ["check", typed],
            ["seed", "--list"],
            ["seed", "--fresh", "--confirm", connection.info.dbname],
        )
    ]

    assert [ran.returncode for ran in (first, second, script, *ends)] == [0] * 7, [first, second, script, *ends]
    [[drawn]] = connection.execute(
        sql.SQL("insert into {0}.{0} (other) values ('new') returning {0}").format(identifier)
    ).fetchall()
    assert drawn == 901
    assert connection.execute("select count(*) from victims").fetchall() == [(1,)]
    assert all(report.right for report in check_sequences(connection=connection).sequences)


# What is no file, or too much of one


def laughs() -> str:
    more = "".join(f"D{i}: &d{i} {{doc: [{', '.join([f'*d{i - 1}'] * 10)}]}}\n" for i in range(1, 12))
    return f"D0: &d0 {{doc: [x, x, x, x, x, x, x, x]}}\n{more}ada: {{id: 1, doc: *d11}}\n"


ODD: dict[str, Callable[[Path], object]] = {
    "aliases": lambda path: path.write_text(laughs()),
    "flow nesting": lambda path: path.write_text("- {doc: " + "[" * 100_000 + "]" * 100_000 + "}\n"),
    "open nesting": lambda path: path.write_text("[" * 100_000),
    "block nesting": lambda path: path.write_text("- " * 100_000 + "x\n"),
    "key nesting": lambda path: path.write_text("? " * 100_000 + "x\n"),
    "fifo": os.mkfifo,
    "folder": Path.mkdir,
    "loop of links": lambda path: path.symlink_to(path.name),
    "zeros": lambda path: path.symlink_to("/dev/zero"),
    "dangling link": lambda path: path.symlink_to("/nowhere/at/all"),
    "alias to itself": lambda path: path.write_text("- &a {id: 1, doc: *a}\n"),
    "a name in bytes": lambda path: Path(os.fsdecode(os.fsencode(path.parent) + b"/us\xff.yml")).write_text(
        "- {id: 1}"
    ),
    "a long value": lambda path: path.write_bytes(b"- {id: 1, name: " + b"x" * (65 << 20) + b"}\n"),
}
MEMORY = 700 << 20


def confined(folder: Path, database: str) -> subprocess.CompletedProcess[str]:
    """Seed with little memory and little time: more of either ends it."""
    return subprocess.run(
        [str(Path(sys.executable).with_name("seedkit")), "seed", "-q"],
        cwd=folder,
        env={**os.environ, "DATABASE_URL": database},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )


@pytest.mark.parametrize("kind", ODD)
def test_what_is_no_file_of_rows_is_refused_in_little_time_and_memory(tables: Path, database: str, kind: str) -> None:
    path = tables / "fixtures" / "users.yml"
    path.unlink()
    ODD[kind](path)

    ran = confined(tables, database)

    assert ran.returncode == 1
    assert ran.stderr.startswith("error: ")
    assert "at fixtures/us" in ran.stderr
    assert UNEXPECTED not in ran.stderr


def test_a_line_of_a_gigabyte_is_refused_in_little_memory(
    tables: Path, database: str, pytestconfig: pytest.Config
) -> None:
    if not pytestconfig.getoption("--long"):
        pytest.skip("a gigabyte is written in the long form alone: make test-faults")
    with (tables / "fixtures" / "users.yml").open("wb") as file:
        file.write(b"- {id: 1, name: ")
        for _ in range(1024):
            file.write(b"x" * (1 << 20))
        file.write(b"}\n")

    ran = confined(tables, database)

    assert (ran.returncode, ran.stderr.splitlines()[0]) == (1, "error: a value is longer than 64 MB")


def test_a_folder_that_links_to_itself_is_read_once(tables: Path, database: str, seedkit: Run) -> None:
    (tables / "fixtures" / "again").symlink_to("..")

    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 0, ran.stderr


# Streams


@pytest.mark.parametrize(
    ("redirection", "code"),
    [(">/dev/full", 1), (">&-", 0), ("2>&-", 0), (">&- 2>&-", 0), ("2>/dev/full", 0), ("<&-", 0)],
)
def test_streams_that_are_closed_or_full_do_not_change_what_is_done(
    tables: Path, connection: Connection, database: str, redirection: str, code: int
) -> None:
    command = Path(sys.executable).with_name("seedkit")
    ran = subprocess.run(
        ["sh", "-c", f"{command} seed {redirection}"],
        cwd=tables,
        env={**os.environ, "DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ran.returncode == code
    assert connection.execute("select id from users").fetchall() == [(1,)]
    assert code == 0 or "error: the report could not be written: No space left on device\n" in ran.stderr
    assert code == 0 or "hint: The work itself is done." in ran.stderr


def test_a_pipe_that_nobody_reads_ends_the_command_quietly(tables: Path, database: str) -> None:
    command = Path(sys.executable).with_name("seedkit")
    ran = subprocess.run(
        ["bash", "-o", "pipefail", "-c", f"{command} seed -q --json | true"],
        cwd=tables,
        env={**os.environ, "DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (ran.returncode, ran.stderr) == (1, "")
