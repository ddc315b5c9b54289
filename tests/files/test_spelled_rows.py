"""Rows that are written almost plainly are read by the chunk too; that they mean the same, the fuzz says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from seedkit.core.fixture_language.label_keys import id_of_label
from seedkit.core.fixtures import FixtureTable
from seedkit.core.rows import recognition
from seedkit.core.rows.blocks import Block
from seedkit.core.rows.fixture_source import fixture_source
from seedkit.core.rows.spelled_rows import SpelledRecogniser
from seedkit.core.rows.tidy_chunks import with_line_feeds
from seedkit.errors import FixtureError
from seedkit.files.fixture_files import read_fixture
from seedkit.files.fixture_shapes import survey
from tests.chunked_files import TABLE
from tests.core.builders import a_column, a_table, plain_rows

Write = Callable[..., Path]


def spelled(chunk: str) -> list[str] | None:
    """The rows of a chunk as COPY text, each group's by itself."""
    rows = SpelledRecogniser(TABLE, lambda _column, tag, text: f"{tag[1:]}-{text}").recognise(with_line_feeds(chunk))
    return None if rows is None else [group.text.decode() for group in rows]


@pytest.mark.parametrize(
    ("chunk", "text"),
    [
        ("- {id: 1}\r\n- {id: 2}\r\n", "1\n2\n"),
        ("- id: 1 # one\n  email: a b # it's two\n", "1\ta b\n"),
        ("- {id: 1}   # {\n# between\n\n  # more\n- {id: 2}\n", "1\n2\n"),
        ("- id: 1\n\n  email: a\n", "1\ta\n"),
        ('- {"id": 1, "email": "a"}\n', "1\ta\n"),
        ('- {"id":1,"email":"a","active":true}\n', "1\ta\ttrue\n"),
        ("- 'id': 1\n  \"email\": 'O''Brien'\n", "1\tO'Brien\n"),
        ('- email: "a \\"b\\"\\n\\u00e9"\n', 'a "b"\\n\xe9\n'),
        ("- email: c:\\temp\n", "c:\\\\temp\n"),
        ("- {id: '1', token: \"c0ffee00-0000-4000-8000-000000000001\"}\n", "1\tc0ffee00-0000-4000-8000-000000000001\n"),
        (
            "- data: {a: 1, b: [x, 'y z'], c: {d: true}, \"e f\": 2026-01-02}\n",
            '{"a": 1, "b": ["x", "y z"], "c": {"d": true}, "e f": "2026-01-02"}\n',
        ),
        ("- {data: [{a: 1}, {a: 2}], id: 1}\n", '1\t[{"a": 1}, {"a": 2}]\n'),
        ("- {id: 1, data: '{\"a\": 1}'}\n- {id: 2, data: ~}\n", '1\t{"a": 1}\n2\t\\N\n'),
        ("- {id: 1, tags: [a, 'b, c', d e]}\n- {id: 2, tags: []}\n", '1\t{"a","b, c","d e"}\n2\t{}\n'),
        ("- {id: 1, seen_at: !ago 3d}\n- {id: 2, seen_at: !ago 1 week}\n", "1\tago-3d\n2\tago-1 week\n"),
    ],
)
def test_rows_that_are_almost_plain_are_recognised(chunk: str, text: str) -> None:
    assert spelled(chunk) == [text]


def test_rows_of_several_shapes_are_recognised_each_shape_by_itself() -> None:
    assert spelled("- {id: 1, email: a}\n- {id: 2}\n- id: 3\n  email: b\n- {id: 4}\n") == ["1\ta\n", "2\n4\n", "3\tb\n"]


@pytest.mark.parametrize(
    "chunk",
    [
        "- {id: 1}\r- {id: 2}\n",
        "- email: 'a\n# b\n  c'\n",
        '- email: "\\ud83d\\udc08"\n',
        '- email: "\\u0000"\n',
        '- {"id: 1}\n',
        "- {id:1}\n",
        "- data: {a: 1, a: 2}\n",
        "- data: {<<: {a: 1}}\n",
        "- data: {a: 1e5}\n",
        "- data: {a: [[[[1]]]]}\n",
        "- data: text\n",
        "- data: {a: b: c}\n",
        "- tags: [a, [b]]\n",
        "- tags: [null]\n",
        "- tags: '{a,b}'\n",
        "- seen_at: !ago\n",
        "- seen_at: !between [1, 2]\n",
        "- starts: !ago 3d\n",
        "- day: !ago 3d\n",
        "- email: !ago 3d\n",
        "- id: 1\n  email: a\n    b\n",
        "- id: 1\n  unknown: a\n",
        "- {id: 1}\n- {id: 1, id: 2}\n",
    ],
)
def test_what_has_more_than_one_meaning_is_left_to_the_parser(chunk: str) -> None:
    assert spelled(chunk) is None


def the_fixture(path: Path) -> FixtureTable:
    [fixture] = read_fixture(path, lambda name: name == "users")
    return fixture


MIXED = "".join(
    f"# the {n}th\n- {{id: {n}}}\n" if n % 3 else f"- id: {n} # one\n  email: {'a' if n % 5 else '!!str 1'}\n\n"
    for n in range(60)
)


@pytest.mark.parametrize("line_break", ["\n", "\r\n"])
@pytest.mark.parametrize("drawing", [False, True])
def test_each_row_is_found_at_its_line(
    write: Write, monkeypatch: pytest.MonkeyPatch, line_break: str, *, drawing: bool
) -> None:
    monkeypatch.setattr(recognition, "WORTH_CHARACTERS", 0)
    text = MIXED.replace("\n", line_break)
    columns = [a_column("id"), a_column("email", "text"), *([a_column("number", draws=True)] if drawing else [])]
    table = a_table("users", columns)
    source = fixture_source(the_fixture(write("users.yml", text)), table, plain_rows)

    blocks = [block for block in source.blocks() if isinstance(block, Block)]

    lines = [line.strip() for line in text.split("\n")]
    seen: dict[object, int] = {}
    for block in blocks:
        for row in block.text.decode().splitlines():
            number = seen[block.shape] = seen.get(block.shape, 0) + 1
            place = source.locate(block.shape, number)
            assert place is not None
            assert re.search(rf"id: {row.split()[0]}\b", lines[(place.line or 0) - 1])
    assert sum(seen.values()) == 60
    if drawing:
        assert [row.split(b"\t")[0] for block in blocks for row in block.text.splitlines()] == [
            str(n).encode() for n in range(60)
        ]


def the_labels() -> Iterator[str]:
    for n in range(3_000):
        yield f"person_{n}:\n  id: {n}\n  email: ada\n" if n % 3 else f"person_{n}: {{id: {n}, email: ada}}\n"


def blocks_of(fixture: FixtureTable) -> list[Block]:
    source = fixture_source(fixture, TABLE, plain_rows)
    return [block for block in source.blocks() if isinstance(block, Block)]


def test_large_files_of_labelled_rows_are_opened_only_and_read_in_chunks(write: Write) -> None:
    path = write("users.yml", f"_fixture: {{key: id}}\n{''.join(the_labels())}oops: [1]\n")

    found = survey(path, lambda name: name == "users")

    assert [entry.key for entry in found.entries] == ["person_0"]
    fixture = the_fixture(write("users.yml", "".join(the_labels())))
    assert blocks_of(fixture) == blocks_of(replace(fixture, rows=lambda: iter(())))


def test_options_below_labelled_rows_are_found(write: Write) -> None:
    path = write("users.yml", f"{''.join(the_labels())}_fixture: {{key: id}}\n")

    assert survey(path, lambda name: name == "users").options.key == ("id",)


def test_a_label_that_stands_twice_is_refused_wherever_it_stands(write: Write) -> None:
    fixture = the_fixture(write("users.yml", f"{''.join(the_labels())}person_7: {{id: 7}}\n"))

    with pytest.raises(Exception, match='the key "person_7" stands twice'):
        blocks_of(fixture)


IDS_FROM_LABELS = "_fixture: {ids: from-labels}\n"


def test_ids_are_made_of_the_labels_of_a_chunk(write: Write) -> None:
    rows = "".join(f"person_{n}: {{email: ada}}\n" for n in range(3_000))
    fixture = the_fixture(write("users.yml", f"{IDS_FROM_LABELS}{rows}"))

    blocks = blocks_of(replace(fixture, rows=lambda: iter(())))

    made = b"".join(block.text for block in blocks).splitlines()
    assert made == [f"{id_of_label(f'person_{n}')}\tada".encode() for n in range(3_000)]


@pytest.mark.parametrize("rows", [0, 3_000])
def test_two_labels_of_chunks_that_make_one_id_are_told(write: Write, rows: int) -> None:
    between = "".join(f"person_{n}: {{email: ada}}\n" for n in range(rows))
    above = "".join(f"p{n}: {{email: ada}}\n" for n in range(600))
    text = f"{IDS_FROM_LABELS}{above}plumless: {{email: a}}\n{between}buckeroo: {{email: a}}\nada: {{email: a}}\n"

    with pytest.raises(FixtureError, match=r'the labels "plumless" and "buckeroo" .* make the same id') as caught:
        blocks_of(the_fixture(write("users.yml", text)))

    assert str(caught.value.origin) == f"users.yml:{603 + rows}"
    assert caught.value.detail == "The first one is at users.yml:602."


def bytes_read() -> int:
    [read_so_far] = re.findall(r"rchar: (\d+)", Path("/proc/self/io").read_text())
    return int(read_so_far)


@pytest.mark.growth
def test_what_is_read_to_find_the_last_row_does_not_grow_with_those_above(write: Write) -> None:
    read = []
    for rows in (20_000, 80_000):
        text = "".join(f"- {{id: {n}, email: person{n}@example.com}}\n" for n in range(rows))
        source = fixture_source(the_fixture(write(f"{rows}/users.yml", text)), TABLE, plain_rows)
        [shape] = {block.shape for block in source.blocks()}
        before = bytes_read()

        place = source.locate(shape, rows)

        read.append(bytes_read() - before)
        assert place is not None
        assert place.line == rows
        assert source.placed_since is not None
        [*_, last] = source.placed_since(rows)
        assert last.shape == shape
    assert read[1] < 2 * read[0]
