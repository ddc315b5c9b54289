from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seedkit.errors import FixtureError
from seedkit.files.yaml import events as yaml_events
from seedkit.files.yaml import surrogates
from tests.files.yaml.test_nodes import value_of

Write = Callable[..., Path]


@pytest.fixture(params=[yaml_events._Parser, yaml.SafeLoader], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers, libyaml's and the one in Python."""
    monkeypatch.setattr(yaml_events, "_Parser", request.param)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'"\ud83d\udc08"', "🐈"),
        (r'"\uD83D\uDC08"', "🐈"),
        (r'"a\ud83d\udc08\ud83d\ude00b"', "a🐈😀b"),
        (r'"\\\ud83d\udc08"', "\\🐈"),
        (r'"\ud83d\udc08 \ue83d \U0000F83D"', "🐈 \ue83d \uf83d"),
        ('"\\ud83d\\udc08 \ue83d"', "🐈 \ue83d"),
        ('"a\n  \\ud83d\\udc08"', "a 🐈"),
        ('"\\ud83d\\\n  \\udc08"', "🐈"),
        (r'"\ud800\udc00\udbff\udfff"', "\U00010000\U0010ffff"),
    ],
)
def test_both_halves_of_an_escaped_character_are_joined(write: Write, text: str, value: str):
    assert value_of(write("users.yml", f"- {text}\n")) == [value]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r"'\ud83d\uDC08'", r"\ud83d\uDC08"),
        (r"a\uD83d\udc08", r"a\uD83d\udc08"),
        ("|\n  \\ud83d\\udC08\n", "\\ud83d\\udC08\n"),
        (r'"\\ud83d\\udc08"', r"\ud83d\udc08"),
        (r"'\ud83d'", r"\ud83d"),
        (r"'\ue83d \uE83D \uf83d'", r"\ue83d \uE83D \uf83d"),
        (r"'\\ud83d'", r"\\ud83d"),
    ],
)
def test_where_a_backslash_is_a_backslash_it_stays_one(write: Write, text: str, value: str):
    path = write("users.yml", f'- "\\ud83d\\udc08"\n- {text}\n')

    assert value_of(path) == ["🐈", value]


def test_a_key_is_joined_as_a_value_is(write: Write):
    assert value_of(write("users.yml", '- {"\\ud83d\\udc08": 1}\n')) == [{"🐈": "1"}]


@pytest.mark.parametrize("escapes", [r"\ud83d", r"a\ud83d b", r"\udc08\ud83d", r"\ud83d\ud83d\udc08", r"\ud83d\\udc08"])
def test_a_lone_half_is_an_error_that_says_so(write: Write, escapes: str):
    path = write("users.yml", f'- a: "x"\n- a: "\\ud83d\\udc08"\n- a: "{escapes}"\n')

    with pytest.raises(FixtureError) as caught:
        value_of(path)

    assert (caught.value.message.partition('" ')[2], str(caught.value.origin)) == (
        "is one half of a character, and the other one is missing",
        "users.yml:3",
    )


def test_other_mistakes_below_stand_where_they_did(write: Write):
    path = write("users.yml", '- a: "\\ud83d\\udc08"\n- {a: "\\ud83d\\udc08", b: @x}\n')

    with pytest.raises(FixtureError) as caught:
        value_of(path)

    assert str(caught.value.origin) == "users.yml:2:26"


def test_a_digit_is_free_that_stands_in_no_character_and_no_escape(write: Write):
    path = write("users.yml", '- "\\ud83d\\udc08"\n- "\ue83d \\uF83D \\U0000c83d"\n')

    with path.open("rb") as file:
        assert surrogates.free_digit(file) == "b"

    assert value_of(path) == ["🐈", "\ue83d \uf83d \uc83d"]


atoms = st.sampled_from(["\\", "\\\\", "\\ud83d", "\\udc08", "u", "d83d", "\\ue83d", "🐈", "\ue83d", "a", " ", '"'])
letters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")  # which YAML does not have
texts = st.lists(atoms | letters, max_size=8).map("".join)


@given(texts=st.lists(texts, min_size=1, max_size=6), size=st.integers(1, 30))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_json_writes_comes_back_wherever_a_reader_stops(tmp_path: Path, texts: list[str], size: int):
    path = tmp_path / "users.yml"
    single = [text.replace("'", "''") for text in texts]
    path.write_text("".join(f"- {json.dumps(text)}\n" for text in texts) + "".join(f"- '{text}'\n" for text in single))

    assert value_of(path) == [*texts, *texts]
    assert _in_pieces(path, size) == [*texts, *texts]


def _in_pieces(path: Path, size: int) -> list[Any]:
    with path.open("rb") as file:
        digit = surrogates.free_digit(file)
        assert digit
        pieces = surrogates.StandInFile(file, digit)
        data = b"".join(iter(lambda: pieces.read(size), b""))
    (path.parent / "whole.yml").write_bytes(data)
    with (path.parent / "whole.yml").open("rb") as file:
        parser: Any = yaml.CSafeLoader(file)
        next_event = surrogates.with_whole_characters(parser.get_event, digit)
        events = iter(next_event, None)
        return [event.value for event in events if isinstance(event, yaml.ScalarEvent)]
