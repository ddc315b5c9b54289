"""Rows that are read and written in pieces say what they would say as a whole, wherever a piece ends."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from seedkit.core.catalog import Column
from seedkit.core.values.copy_text import field_text
from seedkit.core.writing import wide_rows
from seedkit.core.writing.dump_spellings import spelling_for
from seedkit.core.writing.wide_rows import WideField, WideRow, wide_spelling
from tests.core.builders import a_column

NASTY = st.text(st.sampled_from(" \t\n:#-'\"\\ab0.,[]{}&*~=_\x85\ufeff\ré中😀"), min_size=1, max_size=12)
PLAIN = st.text(st.sampled_from("ab1 :='-.é\n"), min_size=1, max_size=12)
WORDS = st.sampled_from(
    ["RAW=x", "0123 456", "12:30:45", "a: b", "line\nline", "line\n", "a\n\n\nb", '{"a": 1}', '"a"']
)
KINDS = (("text", "S"), ("bytea", "U"), ("xml", "U"), ("character(90)", "S"), ("json", "U"), ("integer[]", "A"))


def a_kind(type_name: str, category: str) -> Column:
    return replace(a_column("value", type_name), category=category)


@pytest.fixture(params=[1, 2, 5])
def small_pieces(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wide_rows, "_PIECE", request.param)


@pytest.mark.usefixtures("small_pieces")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NASTY | PLAIN | WORDS)
def test_a_wide_field_is_spelt_as_a_short_one(text: str) -> None:
    for kind in KINDS:
        column = a_kind(*kind)
        field = WideField(memoryview(field_text(text).encode()), "utf-8")

        spelt = "".join(wide_spelling(column, indent="    ", refers=False)(field))

        assert spelt == spelling_for(column, indent="    ")(text)


def test_a_row_is_cut_at_its_tabs_and_only_its_wide_fields_are_left_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wide_rows, "WIDE", 4)

    first, empty, wide, null = WideRow(memoryview(b"1\t\tabcde\t\\N\n"), "utf-8").fields()

    assert (first, empty, null) == ("1", "", "\\N")
    assert isinstance(wide, WideField)
    assert wide.text() == "abcde"
