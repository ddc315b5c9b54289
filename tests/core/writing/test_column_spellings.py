"""Fields of a column spelt together: the very words that each of them would have alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from seedkit.core.values.copy_text import field_text, field_value
from seedkit.core.writing.column_spellings import are_plain, column_spelling
from seedkit.core.writing.dump_spellings import spelling_for
from seedkit.core.writing.yaml_text import text_scalar
from tests.core.builders import a_column

LIKE_OTHER_TYPES = [
    "null",
    "NO",
    "Yes",
    "oN",
    "12",
    "RAW=x",
    "a: b",
    "a:",
    "a ",
    "",
    "a:b",
    "~",
    "\\N",
    "\\.",
    "é",
    "été",
]
NASTY = st.text(st.sampled_from(" \t\n:#-'\"\\ab0.,[]{}&*!|>%@`~=<?_\x85\u2028\ufeff\réЯ中"), max_size=9)
PLAIN = st.text(st.sampled_from("abc :='-.éN0"), min_size=1, max_size=6)
TEXTS = NASTY | PLAIN | st.sampled_from(LIKE_OTHER_TYPES)


@given(st.lists(st.none() | TEXTS, min_size=1, max_size=6), st.booleans())
def test_texts_are_spelt_together_as_each_by_itself(texts: list[str | None], refers: bool) -> None:
    for type_name, category in (("text", "S"), ("mood", "E"), ("character(3)", "S"), ("xml", "U"), ("jsonb", "U")):
        column = replace(a_column("value", type_name), category=category)
        spell = spelling_for(column, indent="    ", refers=refers)
        fields = [field_text(text) for text in texts]

        together = column_spelling(column, indent="    ", refers=refers)(fields)

        assert list(together) == ["null" if text is None else spell(text) for text in texts]


@pytest.mark.parametrize(
    ("type_name", "category", "texts"),
    [
        ("boolean", "B", ["t", "f"]),
        ("integer", "N", ["-1", "2147483647"]),
        ("numeric", "N", ["1.10", "NaN", "-Infinity", "-0.000001", "1000000000000000000000"]),
        ("double precision", "N", ["1e+20", "-1e-05", "Infinity", "0.1"]),
        ("money", "N", ["-$1,234.50"]),
        ("uuid", "U", ["12345678-1234-4234-9234-123456789012"]),
        ("date", "D", ["2026-01-02", "0044-03-15 BC", "infinity", "-infinity", "12026-01-02"]),
        ("timestamp with time zone", "D", ["2026-01-02 03:04:05.000006+00", "0044-03-15 12:00:00+00 BC"]),
        ("time with time zone", "D", ["24:00:00", "12:00:00.5-02:30"]),
        ("interval", "T", ["1 year 2 mons -3 days +04:05:06.7", "-00:00:01", "00:00:00", "infinity"]),
        ("text[]", "A", ["{admin,no,NULL}", '{"a b"}', "{}"]),
    ],
)
def test_what_the_server_writes_of_a_type_is_spelt_together_as_alone(
    type_name: str, category: str, texts: list[str]
) -> None:
    column = replace(a_column("value", type_name), category=category)
    spell = spelling_for(column, indent="    ")

    together = column_spelling(column, indent="    ", refers=False)(["\\N", *texts])

    assert list(together) == ["null", *map(spell, texts)]


@given(TEXTS)
def test_what_is_plain_among_others_is_plain_by_itself(text: str) -> None:
    if are_plain([text]):
        assert text_scalar(text) == text


@given(NASTY)
def test_a_field_is_read_as_it_was_written(text: str) -> None:
    assert field_value(field_text(text)) == text
