import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from seedkit.core.fixtures import Quoted
from seedkit.core.values.encoder_choice import encoder_for
from seedkit.core.writing.dump_spellings import spelling_for
from tests.core.builders import a_column

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=10,
)


def spelt(text: str, base_type: str, *, refers: bool = False, **facts: Any) -> str:
    column = replace(a_column("value", base_type), **facts)
    return spelling_for(column, indent="    ", refers=refers)(text)


@pytest.mark.parametrize(
    ("type_name", "text"),
    [
        ("integer", "-1"),
        ("numeric", "1.10"),
        ("numeric", "NaN"),
        ("numeric", "-Infinity"),
        ("double precision", "1e+20"),
        ("timestamp without time zone", "2026-01-02 03:04:05.000006"),
        ("timestamp without time zone", "0044-03-15 12:00:00 BC"),
        ("uuid", "12345678-1234-4234-9234-123456789012"),
        ("text", "Ada"),
        ("jsonb", '{"a": 1, "b": [true, null]}'),
        ("jsonb", "1.10"),
        ("jsonb", "true"),
    ],
)
def test_what_can_be_mistaken_for_nothing_else_is_plain(type_name: str, text: str) -> None:
    assert spelt(text, type_name) == text


@pytest.mark.parametrize("text", ["NO", "yes", "null", "~", "0123", "12:30:45", "2026-01-02", "1_000", "", " a"])
def test_text_that_looks_like_something_else_is_quoted(text: str) -> None:
    assert spelt(text, "text") == f"'{text}'"


def test_a_boolean_is_true_or_false() -> None:
    assert (spelt("t", "boolean"), spelt("f", "boolean")) == ("true", "false")


def test_what_pads_a_char_is_left_out() -> None:
    assert spelt("NO  ", "character", category="S", type_name="character(4)") == "'NO'"
    assert spelt("NO  ", "character", category="S", type_name="bpchar") == "'NO  '"


def test_an_enum_is_quoted_where_it_could_be_a_label() -> None:
    assert spelt("admin", "role", category="E") == "admin"
    assert spelt("admin", "role", category="E", refers=True) == "'admin'"


@pytest.mark.parametrize(
    ("type_name", "text", "spelling"),
    [
        ("text[]", "{admin,no,NULL,1}", "[admin, 'no', null, '1']"),
        ("integer[]", "{1,-2,NULL}", "[1, -2, null]"),
        ("boolean[]", "{t,f,NULL}", "[true, false, null]"),
        ("text[]", "{}", "[]"),
        ("text[]", '{"a b"}', "'{\"a b\"}'"),
        ("integer[]", "{{1,2},{3,4}}", "'{{1,2},{3,4}}'"),
        ("integer[]", "[0:1]={1,2}", "'[0:1]={1,2}'"),
        ("json[]", "{1,null}", "'{1,null}'"),
        ("place[]", "{}", "'{}'"),
    ],
)
def test_an_array_of_simple_elements_is_a_list(type_name: str, text: str, spelling: str) -> None:
    assert spelt(text, type_name) == spelling


@pytest.mark.parametrize(
    ("type_name", "text"),
    [
        ("jsonb", "null"),
        ("jsonb", '"{x"'),
        ("jsonb", '"  [x"'),
        ("json", " 1"),
        ("json", "1 "),
        ("json", '"\\u0041"'),
        ("json", ' "a"'),
    ],
)
def test_a_document_that_could_not_be_said_takes_the_tag(type_name: str, text: str) -> None:
    assert spelt(text, type_name) == f"!json '{text}'"


@given(DOCUMENTS)
def test_a_document_is_the_same_to_any_reader_of_yaml(document: object) -> None:
    text = json.dumps(document, ensure_ascii=False)
    spelling = spelt(text, "jsonb")

    if spelling.startswith("!json "):
        assert yaml.safe_load(spelling.removeprefix("!json ")) == text
    elif isinstance(document, (dict, list)):
        read = yaml.safe_load(spelling)
        assert document in (read, json.loads(read) if isinstance(read, str) else None)
    elif isinstance(document, str):
        assert encoder_for(a_column("value", "jsonb"))(Quoted(yaml.safe_load(spelling))) == text
