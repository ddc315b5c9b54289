"""Texts and lists in the lines below their keys are read by the chunk; that they mean the same, the fuzz says too."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from time import process_time

import pytest
from msgspec.structs import replace

from seedkit.core.rows import recognition
from seedkit.core.rows.blocks import Block
from seedkit.core.rows.fixture_source import fixture_source
from seedkit.core.rows.labelled_chunks import as_list
from seedkit.core.rows.spelled_rows import SpelledRecogniser
from seedkit.core.rows.tidy_chunks import with_line_feeds
from seedkit.core.rows.values_below import with_values_beside
from seedkit.files.fixture_files import read_fixture
from tests.chunked_files import TABLE, both_outcomes
from tests.core.builders import plain_rows

Write = Callable[..., Path]


def spelled(chunk: str) -> list[str] | None:
    """The rows of a chunk as COPY text, each group's by itself."""
    rows = SpelledRecogniser(TABLE, lambda *_: None).recognise(with_line_feeds(chunk))
    return None if rows is None else [group.text.decode() for group in rows]


TEXTS = {
    "clipped": ("- email: |\n    one\n    two\n\n\n- email: x\n", "one\\ntwo\\n\nx\n"),
    "stripped": ("- email: |-\n    one\n\n- email: x\n", "one\nx\n"),
    "kept": ("- email: |+\n    one\n\n\n- email: x\n", "one\\n\\n\\n\nx\n"),
    "empty lines within it": ("- email: |\n    one\n\n\n    two\n", "one\\n\\n\\ntwo\\n\n"),
    "empty lines above it": ("- email: |\n\n    one\n", "\\none\\n\n"),
    "lines further right": ("- email: |\n    one\n      two\n     \n    \n", "one\\n  two\\n \\n\n"),
    "comments, keys and rows within it": (
        "- email: |\n    # one\n    - id: 5\n    id: 3\n    email: |\n  id: 1\n",
        "1\t# one\\n- id: 5\\nid: 3\\nemail: |\\n\n",
    ),
    "quotes and backslashes": ("- email: |\n    \"a\" 'b' \\n c:\\u00e9\\\n", "\"a\" 'b' \\\\n c:\\\\u00e9\\\\\\n\n"),
    "one character further right than its key": ("- id: 1\n  email: |\n   one\n", "1\tone\\n\n"),
    "as its row's first value": ("- email: |\n   one\n  id: 1\n", "1\tone\\n\n"),
    "behind a key in quotes": ('- "email":  |\n    one\n', "one\\n\n"),
    "line breaks of two characters": ("- email: |\r\n    one\r\n\r\n    two\r\n", "one\\n\\ntwo\\n\n"),
    "a comment to its left": ("- email: |\n    one\n# two\n- email: x\n", "one\\n\nx\n"),
    "a number": ("- id: |-\n    5\n", "5\n"),
    "JSON": ('- data: |\n    {\n      "a": "\\u00e9 \\"x\\""\n    }\n', '{\\n  "a": "\\\\u00e9 \\\\"x\\\\""\\n}\\n\n'),
    "the word null": ("- email: |-\n    null\n", "null\n"),
}


@pytest.mark.parametrize(("chunk", "text"), TEXTS.values(), ids=TEXTS)
def test_a_text_below_its_key_is_recognised(chunk: str, text: str) -> None:
    assert spelled(chunk) == [text]


LISTS = {
    "further right": ("- id: 1\n  tags:\n    - red\n    - n1\n- id: 2\n  tags: [a]\n", '1\t{"red","n1"}\n2\t{"a"}\n'),
    "right below": ("- id: 1\n  tags:\n  - red\n", '1\t{"red"}\n'),
    "of the row's first key": ("- tags:\n  - red\n  - blue\n  id: 1\n", '1\t{"red","blue"}\n'),
    "of texts in quotes": ("- tags:\n  - 'a, b'\n  - \"it's\"\n", '{"a, b","it\'s"}\n'),
    "of words": ("- tags: \n  - a b\n  - c\n", '{"a b","c"}\n'),
    "of JSON": ("- data:\n  - 1\n  - a\n  - null\n", '[1, "a", null]\n'),
}


@pytest.mark.parametrize(("chunk", "text"), LISTS.values(), ids=LISTS)
def test_a_list_below_its_key_is_recognised(chunk: str, text: str) -> None:
    assert spelled(chunk) == [text]


@pytest.mark.parametrize(
    "chunk",
    [
        "- email: |2\n    one\n",
        "- email: | # one\n    two\n",
        "- email: >\n    one\n",
        "- email: |\n  id: 1\n",
        "- email: |\n\n- id: 1\n",
        "- email: |\n  one\n",
        "- email: |\n    one\n   two\n",
        "- email: |\n     \n    one\n",
        "- email: |+\n    one\n  \n- id: 1\n",
        "- email: |\n    one\n   \n    two\n",
        "- email: |\n    one\ttwo\n",
        "- email: |\n    one\x85    two\n",
        "- email: |\n    one\u2028two\n",
        "- email: |\n    one\n    two",
        "- email: |+\n    one\n      ",
        "- email: a\n  # id: |\n      one\n",
        "- email:\n  # id: |\n      one\n",
        "- email: !!str |\n    one\n",
        "- email: 'a\n  id: |\n    5'\n",
        "- unknown: |\n    one\n",
        "- tags:\n  - a # one\n",
        "- tags:\n  - ] # one\n",
        "- tags:\n  - a\n  - ] #\n",
        "- data:\n  - {} #\n  - 1\n",
        "- data:\n  - 1\n  - ] # one\n",
        "- tags:\n  - a\n  # one\n  - b\n",
        "- tags:\n  - a\n\n  - b\n",
        "- tags:\n  - a\n    b\n",
        "- tags:\n    - a\n  - b\n",
        "- tags:\n  - a\n    - b\n",
        "- tags:\n  - a: b\n",
        "- tags:\n  - a, b\n",
        "- tags:\n  - 'it''s'\n",
        "- tags:\n  - null\n",
        "- tags:\n  -\n",
        "- tags:\n  - &a b\n",
        "- tags:\n  - |\n    a\n",
        "- tags:\n- a\n",
        "- data:\n  - [a]]\n",
        "- data: |\n    text\n",
        "- data: |\n\n    [1]\n",
    ],
)
def test_what_is_unusual_below_a_key_is_left_to_the_parser(chunk: str) -> None:
    assert spelled(chunk) is None


@pytest.mark.parametrize("margin", [" ", "  ", "    "])
def test_values_below_the_keys_of_labelled_rows_are_brought_beside_them(margin: str) -> None:
    chunk = "ada:\n~id: 1\n~email: |\n~ one\n\n~ two\n~tags:\n~- a\nben:\n~email: |+\n~  x\n\n".replace("~", margin)

    assert as_list(chunk) == (["ada", "ben"], '- id: 1\n  email: "one\\n\\ntwo\\n"\n  tags: [a]\n- email: "x\\n\\n"\n')


@pytest.mark.parametrize("row", ["    id: 1\n  email: a\n", "  id: 1\n    email: a\n", "    id: 1\nben:\n  id: 2\n"])
def test_labelled_rows_whose_margins_differ_are_left_to_the_parser(row: str) -> None:
    labelled = as_list(f"ada:\n{row}")

    assert labelled is None or spelled(labelled.text) is None


def test_a_text_that_was_left_to_the_parser_is_not_read_when_its_empty_lines_are_gone() -> None:
    assert as_list("ada:\n  email: |+\n    one\n   \n") is None


@pytest.mark.parametrize("text", [*TEXTS.values(), *LISTS.values()], ids=[*TEXTS, *LISTS])
def test_the_parser_reads_the_same(tmp_path: Path, text: tuple[str, str]) -> None:
    by_chunks, by_events = both_outcomes(tmp_path / "users.yml", text[0].encode(), chunk_bytes=100_000)

    assert by_chunks is not None
    assert by_chunks == by_events
    assert list(by_chunks.values()) == [text[1]]


def test_lines_that_each_seem_to_begin_a_text_are_passed_once() -> None:
    texts = "".join(f"{' ' * margin}email: |\n" for margin in range(2, 2_000))
    chunk = f"- id: 1\n{texts}  \n"
    begin = process_time()

    assert with_values_beside(chunk) == chunk
    assert process_time() - begin < 1


@pytest.mark.parametrize("write_rows", ["listed", "labelled", "below a table"])
def test_rows_with_values_below_their_keys_are_found_at_their_lines(
    write: Write, monkeypatch: pytest.MonkeyPatch, write_rows: str
) -> None:
    monkeypatch.setattr(recognition, "WORTH_CHARACTERS", 0)
    begin, margin = {"listed": ("- ", ""), "labelled": ("a{n}:\n  ", ""), "below a table": ("a{n}:\n  ", "  ")}[
        write_rows
    ]
    row = begin + "id: {n}\n  email: |\n    - id: 0\n\n    # two\n  tags:\n  - a\n"
    text = "".join(f"{margin}{line}\n" if line else "\n" for n in range(9) for line in row.format(n=n).splitlines())
    path = write("users.yml", f"users:\n{text}" if margin else text)
    [fixture] = read_fixture(path, lambda name: name == "users")
    source = fixture_source(replace(fixture, rows=lambda: iter(())), TABLE, plain_rows)

    [shape] = {block.shape for block in source.blocks() if isinstance(block, Block)}

    lines = path.read_text().split("\n")
    found = [source.locate(shape, number) for number in range(1, 10)]
    assert [int(re.findall(r"(?:a|id: )(\d)", lines[(place.line or 0) - 1])[0]) for place in found if place] == [
        *range(9)
    ]
