"""A large file is looked at without most of its rows; what it holds is then the same."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from msgspec.structs import replace

from seedkit.core.rows import recognition
from seedkit.core.rows.blocks import Block
from seedkit.core.rows.fixture_source import fixture_source
from seedkit.errors import FixtureError
from seedkit.files import fixture_chunks, fixture_shapes, thinned_files
from seedkit.files.fixture_files import read_fixture
from seedkit.files.fixture_shapes import survey
from seedkit.files.surveys import Survey
from seedkit.files.thinned_files import NotThinned, ThinnedFile
from tests.chunked_files import TABLE
from tests.core.builders import plain_rows

Write = Callable[..., Path]
LABELS = (
    "users:\n  ada:\n    id: 1\n    note: a\n  ben: {id: 2}\n  # c\n\n  carl: # d\n    # e\n    id: 3\n"
    "others:\n- id: 4\n"
)


def shown(text: str) -> str:
    file = ThinnedFile(BytesIO(text.encode()))
    return b"".join(iter(lambda: file.read(100), b"")).decode()


def test_of_labelled_rows_below_a_table_the_first_one_is_shown() -> None:
    assert shown(LABELS) == "users:\n  ada:\n    id: 1\n" + 7 * "\n" + "others:\n- id: 4\n"


@pytest.mark.parametrize("header", ["|", "|-", "|+"])
def test_a_text_of_several_lines_is_not_shown(header: str) -> None:
    rows = f"  - id: 1\n    note: {header}\n      it's\n\n      - id: 2\n  - note: {header}\n      others:\n"
    text = f"users:\n{rows}others:\n- id: 4\n"

    assert shown(text) == "users:\n  - id: 1\n" + 6 * "\n" + "others:\n- id: 4\n"


@pytest.mark.parametrize(
    "rows",
    [
        "  ada:\n    id: 1\n  ben:\n",
        "  ada:\n    id: 1\n  ben:\n    - id: 2\n",
        "  ada:\n    id: 1\n  ben: text\n",
        "  ada:\n    id: 1\n  <<: {id: 2}\n",
        "  ada: &base {id: 1}\n  ben: *base\n",
        "  ada:\n    - id: 1\n",
        "  ada: {id: 1}\n x: {id: 2}\n",
    ],
)
def test_what_is_no_labelled_row_is_shown_with_all_others(rows: str) -> None:
    assert shown(f"users:\n{rows}others:\n- id: 1\n") == f"users:\n{rows}others:\n- id: 1\n"


@pytest.mark.parametrize(
    "line", ["  b:\n", "  b: text\n", "  b:\n  - id: 1\n", " b: {id: 1}\n", "    - |\n", "      it's\n"]
)
def test_a_line_that_is_no_rows_far_below_has_all_of_the_file_shown(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.setattr(thinned_files, "WINDOW_BYTES", 32)

    with pytest.raises(NotThinned):
        shown("users:\n" + "  ada:\n    id: 1\n" * 9 + line)


def test_a_text_that_is_longer_than_what_is_seen_at_once_has_all_of_the_file_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(thinned_files, "WINDOW_BYTES", 32)
    monkeypatch.setattr(thinned_files, "LONGEST_BYTES", 320)
    text = "users:\n  - note: |\n{}  - id: 1\n"

    assert shown(text.format("      a line of it\n" * 9)) == "users:\n  - note: |\n" + 10 * "\n"
    with pytest.raises(NotThinned):
        shown(text.format("      a line of it\n" * 99))


@pytest.mark.parametrize(
    "row", ["  - note: |\n    it's\n", "  - id: 1\n    note: |\n    it's\n", "  - note: |\n  it's\n"]
)
def test_a_line_no_further_right_than_its_key_is_none_of_a_text(row: str) -> None:
    with pytest.raises(NotThinned):
        shown(f"users:\n{row}")


@pytest.mark.parametrize("size", range(30, 90))
def test_lines_of_a_text_are_seen_with_its_key_however_they_end(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(thinned_files, "WINDOW_BYTES", size)
    text = "users:\n" + "  - note: |\n      it's: |\n      this one:\n" * 9

    assert len(shown(text).replace("\n", "")) < len(text) / 2


@pytest.mark.parametrize("size", [8, 16, 32, 64, 1 << 16])
@pytest.mark.parametrize(
    "text",
    [
        LABELS,
        "users:\n  ada:\n\n    # one\n\n    id: 1\n  ben:\n    id: 2\n",
        "users:\n  ada:\n    id: 1\n    note: |\n      a\n\n      others:\n  ben:\n    note: |-\n\n     b\n    id: 2\n",
        "users:\n- note: |+\n    a\n\n- id: 1\n  note: |\n     a |\n     b: |\n\n     c\nothers:\n  a: {id: 1}\n",
        "users:\n  ada: {id: 1}\n  ben: [1]\nothers:\n  - id: 1\n",
        "users:\n  ada: {id: 1}\n  ben:\nothers:\n  - id: 1\n",
    ],
)
def test_a_large_file_has_the_shape_of_a_small_one(
    write: Write, monkeypatch: pytest.MonkeyPatch, text: str, size: int
) -> None:
    path = write("rows.yml", text)
    small = look_at(path)
    monkeypatch.setattr(thinned_files, "WINDOW_BYTES", size)
    monkeypatch.setattr(fixture_shapes, "_is_large", lambda _: True)

    assert look_at(path) == small


def look_at(path: Path) -> Survey | str:
    try:
        return survey(path, lambda name: name in ("users", "others"))
    except FixtureError as error:
        return str(error)


def test_labelled_rows_below_tables_are_read_by_the_chunk(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "WORTH_CHARACTERS", 0)
    rows = "".join(f"  person_{n}:\n    id: {n}\n    email: |\n      a\n" for n in range(3_000))
    path = write("users.yml", f"others:\n{rows}users:\n{rows}  x: {{id: 3000}}\n")
    [_, fixture] = read_fixture(path, lambda name: name in ("users", "others"))
    source = fixture_source(replace(fixture, rows=lambda: iter(())), TABLE, plain_rows)

    blocks = [block for block in source.blocks() if isinstance(block, Block)]

    assert [sum(block.rows for block in blocks), blocks[-1].text] == [3_001, b"3000\n"]


def test_labels_that_are_ignored_are_so_in_each_chunk(write: Write) -> None:
    rows = "".join(f"  person_{n}:\n    id: {n}\n" for n in range(5_000))
    path = write("users.yml", f"_fixture: {{ignore: [base]}}\nusers:\n{rows}  base: {{email: a}}\n")
    [fixture] = read_fixture(path, lambda name: name == "users")
    source = fixture_source(replace(fixture, rows=lambda: iter(())), TABLE, plain_rows)

    assert sum(block.rows for block in source.blocks()) == 5_000


def test_a_chunk_of_labelled_rows_ends_above_a_label(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixture_chunks, "CHUNK_BYTES", 50)
    path = write("users.yml", LABELS)
    [users, _] = read_fixture(path, lambda name: name in ("users", "others"))
    assert users.chunks is not None

    chunks = [chunk and (chunk.text, chunk.line) for chunk in users.chunks.chunks(None)]

    assert chunks == [
        ("ada:\n  id: 1\n  note: a\n", 2),
        ("ben: {id: 2}\n# c\n\n", 5),
        ("carl: # d\n  # e\n  id: 3\n", 8),
    ]


def test_a_label_that_stands_twice_below_a_table_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recognition, "WORTH_CHARACTERS", 0)
    rows = "".join(f"  person_{n}:\n    id: {n}\n" for n in range(5_000))
    path = write("users.yml", f"users:\n{rows}  person_7: {{id: 7}}\n")
    [fixture] = read_fixture(path, lambda name: name == "users")

    with pytest.raises(FixtureError, match='the key "person_7" stands twice') as caught:
        list(fixture_source(fixture, TABLE, plain_rows).blocks())

    assert str(caught.value.origin) == "users.yml:10002"
