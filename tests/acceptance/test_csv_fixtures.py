"""CSV files as fixtures: read as COPY reads them, merged as YAML is, with an address for each mistake."""

from __future__ import annotations

import gzip
import io
import tracemalloc
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seedkit import SeedkitError, seed
from seedkit.core.reports.runs import SeedReport

Connection = psycopg.Connection[Any]
Seeded = Callable[..., SeedReport]
Refused = Callable[..., SeedkitError]

SCHEMA = """
create type mood as enum ('calm', 'curious');
create table users (
    id integer primary key, email text unique, plan text default 'free', active boolean, tags text[], specs jsonb,
    notes json, icon bytea, mood mood, seen_at timestamp, starts time, price numeric(10, 2) check (price > 0)
);
create table orders (id serial primary key, user_id integer references users, note text);
"""


@pytest.fixture
def seeded(project: Callable[..., Path], connection: Connection) -> Seeded:
    """Write fixtures, name → text or bytes, and seed them."""
    connection.execute(SCHEMA)
    folder = project({}) / "fixtures"

    def run(files: dict[str, str | bytes]) -> SeedReport:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return seed(connection=connection)

    return run


@pytest.fixture
def refused(seeded: Seeded) -> Refused:
    """Seed what is refused, and give the error."""

    def run(files: dict[str, str | bytes]) -> SeedkitError:
        with pytest.raises(SeedkitError) as caught:
            seeded(files)
        return caught.value

    return run


def asked(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query.encode()).fetchall()


def place_of(error: SeedkitError) -> str:
    return str(error.origin)


# Values


def test_the_types_of_columns_read_the_cells(seeded: Seeded, connection: Connection) -> None:
    seeded(
        {
            "users.csv": "id,active,tags,specs,notes,icon,mood,seen_at,price\n"
            '1,t,"{a,""b, c""}","{""a"": 1.50}","""[1]""",\\x68656c6c6f,calm,2026-03-04 12:00:00+02:00,1.10\n'
        }
    )

    assert asked(
        connection, "select active, tags, specs::text, notes::text, icon, seen_at, price::text from users"
    ) == [(True, ["a", "b, c"], '{"a": 1.50}', '"[1]"', b"hello", datetime(2026, 3, 4, 10), "1.10")]


def test_a_cell_without_quotes_and_text_is_null_and_one_in_quotes_never(seeded: Seeded, connection: Connection) -> None:
    seeded({"users.csv": 'id,email,plan\n1,,""\n2,"",\n3,NULL,"\\N"\n'})

    assert asked(connection, "select email, plan from users order by id") == [
        (None, ""),
        ("", None),
        ("NULL", "\\N"),
    ]


def test_columns_that_the_header_leaves_out_take_their_default(seeded: Seeded, connection: Connection) -> None:
    seeded({"users.csv": "EMAIL,id\nada@example.com,1\n"})

    assert asked(connection, "select id, email, plan from users") == [(1, "ada@example.com", "free")]


@pytest.mark.parametrize(
    "row", ["\ufeffid,email\r\n1,a\r\n\r\n2,b", "id,email\n1,a\n\n2,b\n\n", '"id","email"\n1,a\n2,"b"']
)
def test_marks_line_ends_and_empty_lines_of_other_programs_are_passed_over(
    row: str, seeded: Seeded, connection: Connection
) -> None:
    seeded({"users.csv": row})

    assert asked(connection, "select id, email from users order by id") == [(1, "a"), (2, "b")]


CELLS = st.text(st.sampled_from([*'aé,"\n\\.N\t {}', "\r", "\u2028"]), max_size=6) | st.sampled_from(
    ["", "\\.", "\\N", "null", "~", "!ref ada", "NO", "00501", "$LABEL", "<%= 1 %>"]
)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(CELLS, CELLS, st.booleans(), st.booleans()), min_size=1, max_size=8))
def test_rows_are_those_that_copy_makes_of_the_same_file(
    rows: list[tuple[str, str, bool, bool]], seeded: Seeded, connection: Connection
) -> None:
    connection.execute("drop table if exists ours, theirs; create table ours (id int, a text, b text)")
    connection.execute("create table theirs (like ours)")
    text = "id,a,b\n" + "".join(f"{n},{cell(a, x)},{cell(b, y)}\n" for n, (a, b, x, y) in enumerate(rows))

    seeded({"ours.csv": text})
    with connection.cursor().copy("copy theirs from stdin (format csv, header)") as copy:
        copy.write(text)

    assert asked(connection, "select * from ours order by id") == asked(connection, "select * from theirs order by id")


def cell(text: str, quoted: bool) -> str:
    if quoted or set(text) & set(',"\n\r') or text == "\\.":
        return '"' + text.replace('"', '""') + '"'
    return text


# Life of a file


def test_a_second_run_changes_nothing_and_a_changed_file_its_rows(seeded: Seeded, connection: Connection) -> None:
    seeded({"users.csv": "id,email\n1,a\n2,b\n"})
    again = seeded({})

    changed = seeded({"users.csv": "id,email\n1,a\n2,c\n3,d\n"})

    assert [(found.inserted, found.updated, found.unchanged) for found in (*again.tables, *changed.tables)] == [
        (0, 0, 2),
        (1, 1, 1),
    ]
    assert asked(connection, "select email from users order by id") == [("a",), ("c",), ("d",)]


def test_files_of_all_kinds_feed_one_table_and_labels_may_stand_in_a_key(
    seeded: Seeded, connection: Connection
) -> None:
    seeded(
        {
            "users.yml": "ada: {id: 1, email: a}\n",
            "more/public.users.CSV": "id,email\n2,b\n",
            "users.jsonl.gz": gzip.compress(b'{"id": 3, "email": "c"}\n'),
            "orders.csv": "id,user,note\n10,ada,ada\n11,3,\n",
        }
    )

    assert asked(connection, "select id, email from users order by id") == [(1, "a"), (2, "b"), (3, "c")]
    assert asked(connection, "select id, user_id, note from orders order by id") == [(10, 1, "ada"), (11, 3, None)]


def test_a_header_without_rows_is_a_table_without_rows(seeded: Seeded) -> None:
    report = seeded({"users.csv": "id,email\n"})

    assert [found.rows for found in report.tables] == [0]


# Mistakes


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("id,emial\n", 1, 'table "users" has no column "emial"', 'Did you mean "email"? Its columns: "id", "email"'),
        ("1,ada\n2,eve\n", 1, 'table "users" has no column "1"', "The first line of a CSV file names the columns."),
        ("id,email,id\n1,a,1\n", 1, 'the header names the column "id" twice', "Keep one of them."),
        ("id,Email,email\n1,a,1\n", 1, '"Email" and "email" both mean the column "email"', "Keep one of them."),
        ("id,,email\n1,a,1\n", 1, "column 2 of the header has no name", "The first line of a CSV file names"),
        ("id;email\n1;a\n", 1, "the cells are separated by semicolons, not by commas", "Save it with commas"),
        ("id\temail\n1\ta\n", 1, "the cells are separated by tabs, not by commas", "Save it with commas"),
        ("id,email\n1,a\n2\n", 3, "the row has 1 cell, and the header 2", "Write a comma for each cell"),
        ("id,email\n1,a\n2,b, c\n", 3, "the row has 3 cells, and the header 2", "Put a cell that has commas in quotes"),
        ('id,email\n1,"a\n2,b\n', 2, "the quote that opens here is never closed", "Close it"),
        (b"id,email\n1,a\n2,\xe9\n", 3, "the file is not UTF-8: byte 0xE9", "Spreadsheets save it so"),
        ("id,email\n1,a\n".encode("utf-16"), 1, "the file is UTF-16, not UTF-8", "Save it as UTF-8"),
        ("id,email\n1,a\n2,b\0c\n", 3, 'column "email" holds a character of code 0', "Take it out."),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(
    text: str | bytes, place: int, message: str, hint: str, refused: Refused
) -> None:
    error = refused({"users.csv": text})

    assert place_of(error) == f"fixtures/users.csv:{place}"
    assert error.message.startswith(message)
    assert (error.hint or "").startswith(hint)


MANY = "".join(f'{n},"u{n},\nsecond line"\n' for n in range(10, 5_000))


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ("x,a", 'invalid input syntax for type integer: "x"'),
        (",a", 'null value in column "id" of relation "users" violates not-null constraint'),
        ('"12",b', 'two rows of table "users" have the same key, id 12'),
    ],
)
def test_what_the_server_refuses_is_told_with_its_line(bad: str, message: str, refused: Refused) -> None:
    error = refused({"users.csv": f"id,email\n{MANY}{bad}\n"})

    assert place_of(error) == f"fixtures/users.csv:{MANY.count(chr(10)) + 2}"
    assert error.message == message


def test_where_no_row_has_a_label_no_cell_is_taken_for_one(refused: Refused) -> None:
    error = refused({"orders.csv": "id,user_id\n1,ada\n"})

    assert error.message == 'invalid input syntax for type integer: "ada"'
    assert error.detail == 'column "user_id"'


def test_a_label_that_no_row_has_is_told_with_its_line(refused: Refused) -> None:
    error = refused({"orders.csv": "id,user_id\n1,1\n2,adda\n", "users.yml": "ada: {id: 1}\n"})

    assert place_of(error) == "fixtures/orders.csv:3"
    assert error.message == 'no row of table "users" is labelled "adda"'


def test_a_check_a_mood_and_a_parent_are_told_with_their_lines(refused: Refused) -> None:
    error = refused({"users.csv": "id,mood,price\n1,calm,1\n2,angry,1\n3,calm,-1\n", "orders.csv": "id,user_id\n1,9\n"})

    told = f"{error.origin} {error.message} {error.detail}"
    assert "fixtures/users.csv:3" in told
    assert 'column "mood" is of type mood, which has no value "angry"' in told or "invalid input value for enum" in told


# Packed files


def test_a_file_that_was_not_packed_to_its_end_is_told_by_name(refused: Refused) -> None:
    packed = gzip.compress(f"id,email\n{MANY}".encode())

    error = refused({"users.csv.gz": packed[: len(packed) // 2]})

    assert error.message == "cannot read the file: it ends too early"
    assert place_of(error) == "fixtures/users.csv.gz"


def test_all_kinds_of_files_may_be_packed(seeded: Seeded, connection: Connection) -> None:
    texts = {
        "a/users.csv.gz": 'id,email\n1,"a\nb"\n',
        "b/users.yml.gz": "- {id: 2, email: b}\n",
        "c/users.json.gz": '[{"id": 3, "email": "c"}]',
        "d/users.jsonl.gz": '{"id": 4, "email": "d"}\n',
        "e/shop.yaml.gz": "users:\n  - {id: 5, email: e}\norders:\n  - {id: 1, user_id: 5}\n",
        "f/users.json.GZ": '{"eve": {"id": 6, "email": "$LABEL"}}',
    }

    seeded({name: gzip.compress(text.encode()) for name, text in texts.items()})

    assert asked(connection, "select id, email from users order by id") == [
        (1, "a\nb"),
        (2, "b"),
        (3, "c"),
        (4, "d"),
        (5, "e"),
        (6, "$LABEL"),
    ]


def test_what_the_server_refuses_in_a_packed_file_is_told_with_its_line(refused: Refused) -> None:
    error = refused({"users.csv.gz": gzip.compress(f"id,email\n{MANY}x,a\n".encode())})

    assert place_of(error) == f"fixtures/users.csv.gz:{MANY.count(chr(10)) + 2}"


def test_memory_does_not_grow_with_the_file(seeded: Seeded, connection: Connection) -> None:
    def peak(rows: int) -> int:
        connection.execute("truncate users cascade")
        file = io.StringIO()
        file.write("id,email\n")
        file.writelines(f"{n},someone number {n} at example.com\n" for n in range(rows))
        packed = gzip.compress(file.getvalue().encode(), 1)
        tracemalloc.start()
        try:
            seeded({"users.csv.gz": packed})
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(1_000)

    assert peak(40_000) < peak(10_000) + (3 << 20)


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="nothing here reads as a broken disk does")
def test_a_disk_that_can_not_be_read_is_told_with_its_file(refused: Refused, tmp_path: Path) -> None:
    (tmp_path / "fixtures").mkdir(exist_ok=True)
    (tmp_path / "fixtures" / "users.csv").symlink_to("/proc/self/mem")

    error = refused({})

    assert (error.message, str(error.origin)) == (
        "cannot read the fixture: input/output error",
        "fixtures/users.csv",
    )
