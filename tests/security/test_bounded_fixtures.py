"""A few characters of a fixture ask for no more than a value, and no more rows than usual; Ctrl-C ends any of it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed
from seedkit.core.fixture_language import row_values
from tests.acceptance.terminals import typed
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]

NOTES = "create table notes (id bigint primary key, note text, other text, third text, at timestamptz)"
NINES = "9" * 5_000

TOO_MUCH = {
    "a wide format": ("note: !format '{id:99999999999}'", "at most 1,000 wide"),
    "many digits": ("other: 'x', note: !format '{id:.99999999999f}'", "at most 1,000 wide"),
    "a wide format of a text": ("other: a, note: !format '{other:>9999999999}'", "at most 1,000 wide"),
    "a width in other digits": ("note: !format '{id:٩٩٩٩٩٩}'", "at most 1,000 wide"),
    "a width of 5,000 digits": (f"note: !format '{{id:{NINES}}}'", "at most 1,000 wide"),
    "half a character": ("other: '55296', note: !format '{other:c}'", "!format {other:c}"),
    "no character": ("other: '99999999999999999999999', note: !format '{other:c}'", "!format {other:c}"),
    "a number that is too large for a fraction": (f"other: '{'9' * 999}', note: !format '{{other:f}}'", "too large"),
    "a format of 5,000 digits": (f"other: '{NINES}', note: !format '{{other:d}}'", "!format {other:d}"),
    "texts made of texts": (
        f"note: '{'x' * 65_000}', other: !format '{'{note}' * 400}', third: !format '{'{other}' * 400}'",
        "a text of more than 64 million characters",
    ),
    "a span of 5,000 digits": (f"at: !ago {NINES}d", "no span of time"),
    "a long text of Faker": ("note: !faker {provider: pystr, max_chars: 10000000000}", "max_chars up to 1,000,000"),
    "bytes of Faker": ("note: !faker {provider: binary, length: 99999999999}", "length up to 1,000,000"),
    "digits of Faker": ("note: !faker {provider: random_number, digits: 9999999999}", "digits up to 1,000,000"),
    "rows of Faker": ("note: !faker {provider: csv, num_rows: 1.0e+12}", "num_rows up to 10,000"),
    "rows of a document of Faker": ("note: !faker {provider: json, num_rows: 1000000}", "num_rows up to 10,000"),
    "lists of lists of Faker": (
        "note: !faker {provider: pylist, nb_elements: 1000000, value_types: [pylist]}",
        "nb_elements up to 10,000",
    ),
    "structures of Faker": ("note: !faker {provider: pystruct, count: 1000000}", "count up to 10,000"),
    "sentences of Faker": ("note: !faker {provider: sentences, nb: 1000000}", "nb up to 10,000"),
    "words of Faker": ("note: !faker {provider: sentence, nb_words: 1000000}", "nb_words up to 10,000"),
    "texts of Faker": ("note: !faker {provider: texts, nb_texts: 1000000}", "nb_texts up to 10,000"),
    "files of Faker": ("note: !faker {provider: zip, num_files: 1000000}", "num_files up to 10,000"),
    "folders of Faker": ("note: !faker {provider: file_path, depth: 1000000}", "depth up to 10,000"),
    "a long list of Faker": ("note: !faker {provider: random_choices, length: 1000000}", "length up to 10,000"),
    "lists in rows of Faker": (
        "note: !faker {provider: json, num_rows: 9000, data_columns: {a: [pylist, {nb_elements: 9000}]}}",
        "up to 10,000 calls in all",
    ),
    "rows of a long text of Faker": (
        "note: !faker {provider: json, num_rows: 9000, data_columns: {a: [pystr, {max_chars: 900000}]}}",
        "up to 10,000,000 characters in all",
    ),
    "rows of two texts of Faker": (
        "note: !faker {provider: json, num_rows: 9000, data_columns: "
        "{a: [pystr, {max_chars: 600}], b: [pystr, {max_chars: 600}]}}",
        "up to 10,000,000 characters in all",
    ),
    "rows of a text that is written out": (
        f"note: !faker {{provider: json, num_rows: 9000, data_columns: {{a: '@{'x' * 2_000}'}}}}",
        "up to 10,000,000 characters in all",
    ),
    "rows of a wide column": (
        "note: !faker {provider: fixed_width, num_rows: 9000, data_columns: [[900000, name]]}",
        "up to 10,000,000 characters in all",
    ),
    "rows with an indent": (
        "note: !faker {provider: json, num_rows: 9000, indent: 900000}",
        "up to 10,000,000 characters in all",
    ),
    "a long element many times": (
        f"note: !faker {{provider: random_choices, elements: [{'x' * 2_000}], length: 10000}}",
        "up to 10,000,000 characters in all",
    ),
    "long elements in rows": (
        "note: !faker {provider: json, num_rows: 2, "
        "data_columns: {a: [random_choices, {elements: [a], length: 90000}]}}",
        "length up to 10,000",
    ),
    "a long word many times": (
        f"note: !faker {{provider: sentence, nb_words: 10000, ext_word_list: [{'x' * 2_000}]}}",
        "up to 10,000,000 characters in all",
    ),
    "texts of a length": (
        "note: !faker {provider: texts, nb_texts: 9000, max_nb_chars: 900000}",
        "up to 10,000,000 characters in all",
    ),
    "a large image": (
        "note: !faker {provider: image, size: [999999, 999999]}",
        "up to 10,000,000 characters in all",
    ),
    "a series without an end": (
        "note: !faker {provider: time_series, start_date: -900y, precision: 1}",
        "!faker time_series: gives more than 10,000 values",
    ),
    "a number of a million digits": ("note: !faker {provider: random_number, digits: 1000000}", "!faker random_number"),
    "a number of 5,000 digits of Faker": (
        "note: !faker {provider: random_number, digits: 5000}",
        "!faker random_number",
    ),
    "unique numbers of 5,000 digits": (
        "note: !faker {provider: unique.random_number, digits: 5000}",
        "!faker random_number",
    ),
    "an argument in a list": ("note: !faker {provider: image, size: [99999999, 1]}", "size up to 1,000,000"),
    "an argument in a mapping": (
        "note: !faker {provider: json, data_columns: {a: [pystr, {max_chars: 99999999}]}}",
        "up to 1,000,000",
    ),
    "a template of Faker": (
        "note: !faker {provider: image_url, placeholder_url: '{width:>99999999999}'}",
        "placeholder_url without a width like that",
    ),
    "a template whose width is put together": (
        "note: !faker {provider: image_url, width: 99999, height: 99999, placeholder_url: '{width:{height}{height}}'}",
        "placeholder_url without a width like that",
    ),
    "a number of 5,000 digits for Faker": (f"note: !faker {{provider: pyint, max_value: {NINES}}}", "!faker"),
    "an empty list for Faker": ("note: !faker {provider: random_element, elements: []}", "!faker random_element"),
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", TOO_MUCH)
def test_a_value_that_is_too_much_is_refused_with_its_line(project: Write, connection: Connection, name: str) -> None:
    row, message = TOO_MUCH[name]
    connection.execute(NOTES)
    project({"fixtures/notes.yml": f"\n- {{id: 7, {row}}}\n"})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert message in str(caught.value)
    assert str(caught.value.origin) == "fixtures/notes.yml:2"


MADE_OFTEN = {
    "texts in columns": "note: 'xxxxx', other: !format '{note}{note}', third: !format '{note}{note}'",
    "texts in a list": "note: 'xxxxx', tags: [!format '{note}{note}', !format '{note}{note}']",
    "an attachment behind aliases": "tags: [&a !file ten.txt, *a, *a]",
    "an attachment of bytes": "icon: !file ten.txt, note: !file ten.txt",
    "values of Faker": "note: !faker {provider: pystr, min_chars: 10, max_chars: 10}, "
    "tags: [!faker {provider: pystr, min_chars: 10, max_chars: 10}]",
    "another row's": "tags: [!ref notes.a.note, !ref notes.a.note]",
}


@pytest.mark.parametrize("name", MADE_OFTEN)
def test_what_the_tags_of_one_row_make_together_is_bounded(
    project: Write, connection: Connection, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    connection.execute(
        "create table notes (id int primary key, note text, other text, third text, tags jsonb, icon bytea)"
    )
    project({"fixtures/ten.txt": "0123456789"})
    project({"fixtures/notes.yml": f"a: {{id: 1, note: 0123456789}}\nb: {{id: 7, {MADE_OFTEN[name]}}}\n"})
    monkeypatch.setattr(row_values, "MOST_MADE", 15)

    with pytest.raises(SeedkitError, match="the tags of one row make more than") as caught:
        seed(connection=connection)

    assert str(caught.value.origin) == "fixtures/notes.yml:2"


ENOUGH = [
    "!format '{id:01000}'",
    "!format '{id:9<5}'",
    "!format '{id:,}'",
    "!faker {provider: pyint, min_value: 5000000000, max_value: 9000000000}",
    "!faker {provider: random_element, elements: [4111111111111111]}",
    "!faker {provider: date_between, start_date: -30y, end_date: today}",
    "!faker {provider: pystr, max_chars: 5000}",
    "!faker {provider: image_url, placeholder_url: 'https://example.com/{width}x{height}'}",
    "!faker {provider: pystr_format, string_format: '{{random_int}}-{{first_name}}'}",
    "!faker {provider: json, num_rows: 1000, data_columns: {id: pyint, name: [pystr, {max_chars: 1000}]}}",
    "!faker {provider: sentence, nb_words: 10000}",
    "!faker {provider: password, length: 20000}",
    "!faker {provider: image_url, width: 1920, height: 1080}",
    "!faker {provider: random_choices, elements: [a, b], length: 10000}",
    "!faker {provider: random_number, digits: 4000}",
    "!faker {provider: json, num_rows: 2, data_columns: {id: pyint, name: name}}",
    "!faker {provider: pylist, nb_elements: 3, value_types: [int, str]}",
]


@pytest.mark.parametrize("value", ENOUGH)
def test_what_is_asked_for_in_earnest_is_given(project: Write, connection: Connection, value: str) -> None:
    connection.execute("create table notes (id integer primary key, note text, notes text[])")
    column = "notes" if "pylist" in value or "choices" in value else "note"
    project({"fixtures/notes.yml": f"- {{id: 7, {column}: {value}}}\n"})

    seed(connection=connection)

    assert connection.execute("select count(coalesce(note, notes::text)) from notes").fetchall() == [(1,)]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("written", ["!range 1..10000001", "!range 1..1000000000000", "!range -9999999999..9999999999"])
def test_a_range_of_more_rows_than_are_usual_is_refused_with_their_number(
    project: Write, connection: Connection, written: str
) -> None:
    connection.execute(NOTES)
    project({"fixtures/notes.yml": f"- {{id: {written}}}\n"})

    with pytest.raises(SeedkitError, match=r"!range stands for [0-9,]+ rows, and at most 10,000,000") as caught:
        seed(connection=connection)

    assert str(caught.value.origin) == "fixtures/notes.yml:1"
    assert "range-rows = " in (caught.value.hint or "")


def test_a_range_of_numbers_of_5000_digits_is_refused(project: Write, connection: Connection) -> None:
    connection.execute(NOTES)
    project({"fixtures/notes.yml": f"- {{id: !range 1..{NINES}}}\n"})

    with pytest.raises(SeedkitError, match="!range is longer than 64 characters"):
        seed(connection=connection)


@pytest.mark.parametrize("file", ["notes.yml", "shop.yml"])
def test_the_settings_say_for_how_many_rows_a_range_may_stand(
    project: Write, connection: Connection, file: str
) -> None:
    connection.execute(NOTES)
    rows = "- {id: !range 1..11}\n" if file == "notes.yml" else "notes:\n  a: {id: !range 1..11}\n"
    project({"pyproject.toml": "[tool.seedkit]\nrange-rows = 10\n", f"fixtures/{file}": rows})

    with pytest.raises(SeedkitError, match="!range stands for 11 rows, and at most 10 are loaded unasked"):
        seed(connection=connection)
    project({"pyproject.toml": "[tool.seedkit]\nrange-rows = 11\n"})
    seed(connection=connection)

    assert connection.execute("select count(*) from notes").fetchall() == [(11,)]


def test_where_nobody_is_there_to_be_asked_the_range_is_an_error(
    project: Write, connection: Connection, database: str, seedkit: Run
) -> None:
    connection.execute(NOTES)
    project({"pyproject.toml": "[tool.seedkit]\nrange-rows = 10\n", "fixtures/notes.yml": "- {id: !range 1..11}\n"})

    ran = seedkit("seed", DATABASE_URL=database)

    assert ran.returncode == 1
    assert (
        "error: !range stands for 11 rows, and at most 10 are loaded unasked\n  at fixtures/notes.yml:1" in ran.stderr
    )


@pytest.mark.parametrize(("answer", "code", "rows"), [("11", 0, 11), ("no", 1, 0), ("", 1, 0)])
def test_on_a_terminal_it_is_asked_whether_so_many_rows_are_meant(
    project: Write, connection: Connection, database: str, answer: str, code: int, rows: int
) -> None:
    connection.execute(NOTES)
    files = {"pyproject.toml": "[tool.seedkit]\nrange-rows = 10\n", "fixtures/notes.yml": "- {id: !range 1..11}\n"}

    ended, shown = typed(answer, "seed", cwd=project(files), DATABASE_URL=database)

    assert ended == code, shown
    assert (
        "!range stands for 11 rows, and at most 10 are loaded unasked. Type the number of rows to load them:" in shown
    )
    assert connection.execute("select count(*) from notes").fetchall() == [(rows,)]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("device", ["pipe", "/dev/zero", "/dev/tty"])
@pytest.mark.parametrize("name", ["notes.yml", "more/notes.yaml"])
def test_a_fixture_that_is_a_pipe_or_a_device_is_refused(
    project: Write, connection: Connection, name: str, device: str
) -> None:
    connection.execute(NOTES)
    path = project({"fixtures/users.yml": "", "fixtures/more/users.yml": ""}) / "fixtures" / name
    if device == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to(device)

    with pytest.raises(SeedkitError, match="the fixture is not a regular file"):
        seed(connection=connection)


@pytest.mark.timeout(20)
def test_a_pipe_that_takes_the_place_of_a_fixture_meanwhile_is_not_waited_for(
    project: Write, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at it and the opening."""
    connection.execute(NOTES)
    path = project({"fixtures/notes.yml": "- {id: 1}\n"}) / "fixtures/notes.yml"
    stat = Path.stat

    def exchanged(found: Path, **options: Any) -> os.stat_result:
        result = stat(found, **options)
        if found == path:  # the first look
            monkeypatch.setattr(Path, "stat", stat)
            path.unlink()
            os.mkfifo(path)
        return result

    monkeypatch.setattr(Path, "stat", exchanged)

    with pytest.raises(SeedkitError, match="the fixture is not a regular file"):
        seed(connection=connection)


ENDLESS = {
    "a range": "- {id: !range 1..9000000, note: !faker text}\n",
    "a plain range": "- {id: !range 1..9000000}\n",
    "a text that never fits": (
        "- {id: 1, note: !faker {provider: text, max_nb_chars: 5, ext_word_list: [longer-than-five]}}\n"
    ),
    "draws of unique values": "- {id: !range 1..9000000, note: !faker {provider: unique.pyint, max_value: 30000}}\n",
    "a condition that waits": "- {id: 1, note: !sql 'pg_sleep(60)::text'}\n",
}


@pytest.mark.timeout(60)
@pytest.mark.parametrize("name", ENDLESS)
@pytest.mark.parametrize("seconds", [0.3, 1.5])
def test_the_first_ctrl_c_ends_it_within_a_second(
    project: Write, connection: Connection, database: str, name: str, seconds: float
) -> None:
    connection.execute(NOTES)
    files = {"fixtures/users.yml": "- {id: 1}\n", "fixtures/notes.yml": ENDLESS[name]}
    connection.execute("create table users (id integer primary key)")
    project(files)

    with started(database) as run:
        wait_until(lambda: is_at_work(connection))
        time.sleep(seconds)
        assert run.poll() is None, run.communicate()
        sent = time.monotonic()
        run.send_signal(signal.SIGINT)
        _, told = run.communicate(timeout=30)
        took = time.monotonic() - sent

    assert run.returncode == 130, told
    assert took < 1
    assert connection.execute("select count(*) from notes").fetchall() == [(0,)]


def started(database: str) -> subprocess.Popen[str]:
    command = [str(Path(sys.executable).with_name("seedkit")), "seed", "--url", database]
    return subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),  # noqa: PLW1509 - no other threads
    )


def is_at_work(connection: Connection) -> bool:
    question = "select from pg_stat_activity where application_name = 'seedkit' and datname = current_database()"
    return connection.execute(f"{question} and xact_start is not null".encode()).fetchone() is not None


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
