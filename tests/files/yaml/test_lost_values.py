from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from seedkit.files.yaml.lost_values import lost_values, may_lose_values

Write = Callable[..., Path]
Found = list[tuple[int | None, str, str]]


@pytest.fixture
def found(write: Write) -> Callable[[str], Found]:
    """Find the lost values of a file: line, key and text."""

    def find(text: str) -> Found:
        path = write("users.yml", text)
        return [(lost.origin.line, lost.key, lost.text) for lost in lost_values(path)]

    return find


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- id: 1\n  colour: #ff0000\n", [(2, "colour", "#ff0000")]),
        ("- colour:   #ff0000  \n  id: 1\n", [(1, "colour", "#ff0000")]),
        ("- colour:\t#ff0000\n", [(1, "colour", "#ff0000")]),
        ("ada:\n  channel: #general, and more\n", [(2, "channel", "#general, and more")]),
        ("users:\n  - id: 1\n    'the colour': #fff\n", [(3, "the colour", "#fff")]),
        ("- colours:\n  - #ff0000\n  - red\n  - #00ff00\n", [(2, "colours", "#ff0000"), (4, "colours", "#00ff00")]),
        ("- specs: {a: 1,\n    colour: #fff\n  }\n", [(2, "colour", "#fff")]),
        ("- specs:\n    deep:\n      colour: #fff\n  id: 1\n", [(3, "colour", "#fff")]),
        ("- a: &x #fff\n  b: *x\n", [(1, "a", "#fff")]),
        ("BASE: &BASE\n  colour: #fff\nada: {<<: *BASE}\n", [(2, "colour", "#fff")]),
        ("\ufeff# rows\n---\n- a: #fff\n", [(3, "a", "#fff")]),
        ("- a: #fff\r\n- a: #000\r\n", [(1, "a", "#fff"), (2, "a", "#000")]),
        ("- ünï: #fff\n", [(1, "ünï", "#fff")]),
        (f"- {{a: 1, b: '{'x' * 70_000}'}}\n- a: #fff\n", [(2, "a", "#fff")]),
        ("- ? [a, b]\n  : c\n  d: #fff\n", [(3, "d", "#fff")]),
    ],
)
def test_a_comment_without_a_blank_in_place_of_a_value_is_a_lost_value(
    found: Callable[[str], Found], text: str, expected: Found
):
    assert found(text) == expected
    assert may_lose_values(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "- colour: # in hex\n",
        "- colour: #\n",
        "- colour: red #ff0000\n",
        "- colour: '#ff0000'\n  other: \"#fff\"\n",
        "- colour: a#ff0000\n",
        "- colour: ~ #none\n",
        "- specs: #all of them\n    size: 1\n",
        "- tags: #all of them\n  - a\n",
        "- text: |\n    colour: #ff0000\n",
        "- text: 'x\n    colour: #ff0000'\n",
        "- colour:\n  #ff0000\n",
        "- colour:\n  # - red\n  id: 1\n",
        "users: #none yet\norders:\n  - id: 1\n",
        "ada: #the first\nbob: {id: 1}\n",
        "#colour: #fff\n- id: 1\n",
        "- {id: 1} #one\n- id: 2 #two\n",
    ],
)
def test_other_comments_are_comments(found: Callable[[str], Found], text: str):
    assert found(text) == []


def test_rows_right_below_options_are_looked_through_with_their_lines(write: Write):
    head = "_fixture:\n  key: id\n"
    path = write("users.yml", f"{head}- id: 1\n  colour: #fff\n")

    assert [lost.origin.line for lost in lost_values(path, len(head))] == [4]


def test_what_stands_above_a_mistake_is_found(found: Callable[[str], Found]):
    assert found("- a: #fff\n- a: @x\n- a: #000\n") == [(1, "a", "#fff")]
