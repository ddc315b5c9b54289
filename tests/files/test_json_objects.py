"""Reading the JSON of strangers: how long it takes follows from how much there is."""

from __future__ import annotations

import io
from pathlib import Path
from time import process_time

import pytest

from seedkit.errors import FixtureError
from seedkit.files.json_objects import listed_objects


def test_white_space_is_passed_over_at_once() -> None:
    file = io.BytesIO(b"[" + b" \n" * (16 << 20) + b"1]")
    began = process_time()

    found = list(listed_objects(Path("a.json"), file))

    assert [line for line, _ in found] == [(16 << 20) + 1]
    assert process_time() - began < 2


@pytest.mark.parametrize("bad", ['{"id": 2 "a": 1}', '{"id": 2, "a": tru}', '{"id": "a\nb"}', '{"id" 2}', "{id: 2}"])
@pytest.mark.parametrize("above", [1, 1000, 20_000])
def test_what_is_no_json_is_told_with_its_line(bad: str, above: int) -> None:
    rows = ['{"id": 1}'] * above + [bad] + ['{"id": 3}'] * above
    file = io.BytesIO(("[\n" + ",\n".join(rows) + "\n]\n").encode())

    with pytest.raises(FixtureError, match="the file is no JSON: ") as caught:
        list(listed_objects(Path("a.json"), file))

    assert caught.value.origin is not None
    assert caught.value.origin.line == above + 2


def test_a_mistake_is_told_before_all_that_follows_is_read() -> None:
    file = io.BytesIO(b'[\n{"id": 1 "a": 2},\n' + b'{"id": 2},\n' * 1_000_000)

    with pytest.raises(FixtureError, match="the file is no JSON: "):
        list(listed_objects(Path("a.json"), file))

    assert file.tell() < 1 << 20


def test_a_text_that_is_long_is_read_to_its_end() -> None:
    long = "x" * (3 << 20)

    assert list(listed_objects(Path("a.json"), io.BytesIO(f'[{{"a": "{long}"}}]'.encode()))) == [(1, {"a": long})]
