from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seedkit.core.fixtures import Quoted, Tagged, Value
from seedkit.errors import FixtureError
from seedkit.files.yaml import events as yaml_events
from seedkit.files.yaml.nodes import open_documents


def value_of(path: Path) -> Value:
    with open_documents(path) as documents:
        nodes, root = next(documents)
        return nodes.value(root)


@pytest.fixture
def read(write: Callable[..., Path]) -> Callable[[str], Any]:
    return lambda text: value_of(write("users.yml", text))


@pytest.fixture
def refusal(write: Callable[..., Path]) -> Callable[[str], FixtureError]:
    def refused(text: str) -> FixtureError:
        with pytest.raises(FixtureError) as caught:
            value_of(write("users.yml", text))
        return caught.value

    return refused


@pytest.mark.parametrize("null", ["null", "Null", "NULL", "~", "", "!!null x", "!!null"])
def test_a_plain_null_is_none(read: Callable[[str], Any], null: str):
    assert read(f"a: {null}\n") == {"a": None}


@pytest.mark.parametrize(
    "text",
    [
        "NO",
        "yes",
        "0123",
        "00501",
        "12:30:45",
        "1.10",
        "1_000",
        "0x1F",
        ".inf",
        "2024-01-01",
        "nULL",
        "=",
        "a # b",
    ],
)
def test_a_plain_scalar_keeps_its_text(read: Callable[[str], Any], text: str):
    value = read(f"- {text}\n")

    assert value == [text.partition(" #")[0]]
    assert not isinstance(value[0], Quoted)


@pytest.mark.parametrize("scalar", ["'null'", '"null"', "|-\n  null", ">-\n  null", "! null", "!!str null"])
def test_a_quoted_or_block_scalar_is_never_null(read: Callable[[str], Any], scalar: str):
    value = read(f"a: {scalar}\n")

    assert value == {"a": "null"}
    assert isinstance(value["a"], Quoted)


@pytest.mark.parametrize("tag", ["!!int", "!!float", "!!bool", "!!timestamp"])
def test_a_type_of_yaml_leaves_the_text_to_the_column(read: Callable[[str], Any], tag: str):
    value = read(f'a: {tag} "12"\n')

    assert value == {"a": "12"}
    assert not isinstance(value["a"], Quoted)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("!ref ada", Tagged(tag="!ref", value="ada", line=2)),
        ("!ref null", Tagged(tag="!ref", value="null", line=2)),
        ("!faker", Tagged(tag="!faker", value=None, line=2)),
        ("!choice [a, 'b', ~]", Tagged(tag="!choice", value=["a", Quoted("b"), None], line=2)),
        ("!choice {a: 90, b: 10}", Tagged(tag="!choice", value={"a": "90", "b": "10"}, line=2)),
        ("!!binary aGk=", Tagged(tag="!!binary", value="aGk=", line=2)),
        ("!!seq [a]", ["a"]),
        ("!!map {a: b}", {"a": "b"}),
    ],
)
def test_a_tag_of_the_language_stays_on_its_value(read: Callable[[str], Any], written: str, value: Value):
    assert read(f"---\na: {written}\n") == {"a": value}


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        ("!rf ada", 'seedkit does not know the tag "!rf"', 'Did you mean "!ref"?'),
        ("!binary aGk=", 'seedkit does not know the tag "!binary"', 'Did you mean "!!binary"?'),
        ("!ruby/object:User {}", 'seedkit does not know the tag "!ruby/object:User"', "Its tags are"),
        (
            "!!python/name:os.system x",
            'seedkit does not know the tag "!!python/name:os.system"',
            "Its tags are",
        ),
        ("!!omap [a: b]", 'seedkit does not know the tag "!!omap"', "Did you mean"),
        ("!!binary [a]", 'the tag "!!binary" does not fit a list', None),
        ("!!seq a", 'the tag "!!seq" does not fit a scalar', None),
        ("!!seq {a: b}", 'the tag "!!seq" does not fit a mapping', None),
    ],
)
def test_any_other_tag_is_an_error(
    refusal: Callable[[str], FixtureError], written: str, message: str, hint: str | None
):
    error = refusal(f"---\na: {written}\n")

    assert (error.message, str(error.origin)) == (message, "users.yml:2")
    assert error.hint is None if hint is None else str(error.hint).startswith(hint)


def test_an_alias_is_the_object_it_names(read: Callable[[str], Any]):
    value = read("- &a [x, y]\n- *a\n")

    assert isinstance(value, list)
    assert value[0] is value[1]


def test_an_alias_of_a_null_or_a_quoted_scalar_keeps_what_it_is(read: Callable[[str], Any]):
    value = read("- &a ~\n- &b 'null'\n- *a\n- *b\n")

    assert value == [None, "null", None, "null"]


def test_an_anchor_set_again_means_the_later_value_from_there_on(read: Callable[[str], Any]):
    assert read("- &a 1\n- *a\n- &a 2\n- *a\n") == ["1", "1", "2", "2"]


@pytest.mark.parametrize(
    ("row", "merged"),
    [
        ("{<<: *a, c: 9}", {"b": "1", "c": "9"}),
        ("{c: 9, <<: *a}", {"b": "1", "c": "9"}),
        ("{<<: [*x, *a]}", {"b": "7", "c": "2", "d": "8"}),
        ("{<<: [*a, *x]}", {"b": "1", "c": "2", "d": "8"}),
        ("{<<: {e: 5}, b: 0}", {"e": "5", "b": "0"}),
        ("{'<<': text}", {"<<": "text"}),
        ("{!!merge m: *a}", {"b": "1", "c": "2"}),
    ],
)
def test_a_merge_key_brings_what_the_row_does_not_say_itself(
    read: Callable[[str], Any], row: str, merged: dict[str, Value]
):
    value = read(f"- &a {{b: 1, c: 2}}\n- &x {{b: 7, d: 8}}\n- {row}\n")

    assert value[2] == merged


def test_a_merged_mapping_can_be_merged_on(read: Callable[[str], Any]):
    value = read("- &a {b: 1}\n- &c {<<: *a, d: 2}\n- {<<: *c, d: 3}\n")

    assert value[2] == {"b": "1", "d": "3"}


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("- *a\n", 'no anchor "&a" stands above the alias', 1),
        ("-\n- &a [*a]\n", 'the alias "*a" stands inside what it names', 2),
        ("- &a {b: [{<<: *a}]}\n", 'the alias "*a" stands inside what it names', 1),
        ("- a: 1\n  <<: text\n", '"<<" merges mappings, not text', 2),
        ("- a: 1\n  <<: [[]]\n", '"<<" merges mappings, not a list', 2),
        ("- &a {}\n- <<: *a\n  <<: *a\n", 'the key "<<" stands twice', 3),
        ("- ? [a]\n  : b\n", "a key must be a word, not a list or a mapping", 1),
        ("- a: {{ name }}\n", "a key must be a word, not a list or a mapping", 1),
        ("- &a [b]\n- *a : c\n", "a key must be a word, not a list", 2),
        ("- !ref a: b\n", "a key must be a word, not !ref", 1),
        ("- ?\n  : b\n", "a key is missing", 1),
        ("- a: <%= 1 %>\n", "a template of another tool stands in the fixture", 1),
        ("- a: 1\n- b: x <%= 1 %>\n", "a template of another tool stands in the fixture", 2),
        ("- a: RAW=now()\n", "RAW=… is SQL in the fixtures of another tool", 1),
        ("- {a: 1}\n- {a: [1, RAW=now()]}\n", "RAW=… is SQL in the fixtures of another tool", 2),
        ("- <% if x %>: 1\n", "a template of another tool stands in the fixture", 1),
    ],
)
def test_what_cannot_be_read_is_an_error_with_its_line(
    refusal: Callable[[str], FixtureError], text: str, message: str, line: int
):
    error = refusal(text)

    assert (error.message, str(error.origin)) == (message, f"users.yml:{line}")


def test_a_key_that_stands_twice_is_an_error_that_names_both_lines(refusal: Callable[[str], FixtureError]):
    error = refusal("- id: 1\n  email: ada@example.com\n  name: Ada\n  email: ada@example.org\n")

    assert str(error) == ('the key "email" stands twice\n  at users.yml:4\n  the first one is at users.yml:2')


@pytest.mark.parametrize("text", ['"<%= 1 %>"', "'{{ name }}'", "Hello {{ name }}", "a <% b", "100% > 5"])
def test_text_that_only_looks_like_a_template_is_text(read: Callable[[str], Any], text: str):
    assert read(f"- {text}\n") == [text.strip("\"'")]


def test_a_hundred_levels_can_be_read_and_a_thousand_are_an_error(
    read: Callable[[str], Any], refusal: Callable[[str], FixtureError]
):
    assert read("[" * 100 + "]" * 100)

    assert refusal("[" * 1000 + "]" * 1000).message == "values are nested deeper than 100 levels"


def test_aliases_that_stand_for_billions_of_values_are_an_error(refusal: Callable[[str], FixtureError]):
    levels = "\n".join(f"- &a{n + 1} [{', '.join([f'*a{n}'] * 10)}]" for n in range(12))

    error = refusal(f"- &a0 lol\n{levels}\n")

    assert error.message == "the aliases of one row stand for more than 10,000,000 characters"


def test_crlf_and_a_byte_order_mark_change_nothing(write: Callable[..., Path]):
    path = write("users.yml", b"\xef\xbb\xbf- a: 1\r\n  b: |\r\n    x\r\n    y\r\n")

    assert value_of(path) == [{"a": "1", "b": "x\ny\n"}]


def test_the_parser_in_python_reads_the_same(read: Callable[[str], Any], monkeypatch: pytest.MonkeyPatch):
    text = "- &a {b: 'x', c: ~, d: [1, !ref ada]}\n- <<: *a\n  c: |\n    text\n"
    by_libyaml = read(text)

    monkeypatch.setattr(yaml_events, "_Parser", yaml.SafeLoader)

    assert read(text) == by_libyaml


texts = (
    st.sampled_from(["", "null", "~", "NO", "0123", "<<", "=", "- a", "a: b", "*a", "\t", "a\r\nb", "\x85", "\u2028"])
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
).filter(lambda text: "<%" not in text)


@given(
    rows=st.lists(st.dictionaries(texts, texts, max_size=4), min_size=1, max_size=4),
    style=st.sampled_from([None, "'", '"', "|", ">"]),
    flow=st.booleans(),
)
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_strings_that_pyyaml_writes_come_back_as_they_were(
    tmp_path: Path, rows: list[dict[str, str]], style: str | None, flow: bool
):
    path = tmp_path / "users.yml"
    path.write_text(yaml.safe_dump(rows, default_style=style, default_flow_style=flow), newline="")

    assert value_of(path) == rows
