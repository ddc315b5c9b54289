"""Rows that are written together have the very bytes that each of them has alone, in every format."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from seedkit.core.catalog import Column
from seedkit.core.values.copy_text import field_text
from seedkit.core.writing.dump_formats import dump_text
from seedkit.core.writing.dump_plan import TableDump
from seedkit.core.writing.dump_rows import CopiedRows
from seedkit.core.writing.dump_spellings import spelling_for
from seedkit.core.writing.format_names import DumpFormat
from seedkit.core.writing.wide_rows import WideRow
from tests.core.builders import a_column, a_table

ODD = [
    *("", " ", "a ", " a", "no", "NULL", "12", "a: b", "a:", "RAW=x", "a,b", "#", '"', 'a "b"', "it's", "{", "[1]"),
    *("\\N", "\\.", "\\", "\\\\N", "N", "\\n", "a\tb", "a\nb", "a\r"),
    *("é", "\v", "\xa0", "a\xa0b", "\x7f", "\x85", "\u2028", "\ufeff"),
]
PLAIN = st.text(st.sampled_from("abcXYZ .'é中-="), min_size=1, max_size=5).map(lambda text: f"a{text}b")
ANY = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6)
TEXTS = PLAIN | st.sampled_from(ODD) | ANY
VALUES = {
    ("integer", "N"): st.sampled_from(["0", "-1", "2147483647"]),
    ("numeric", "N"): st.sampled_from(["1.10", "NaN", "-Infinity", "0.000001"]),
    ("double precision", "N"): st.sampled_from(["1e+20", "-0", "NaN"]),
    ("money", "N"): st.sampled_from(["$1.00", "-$1,234.50"]),
    ("boolean", "B"): st.sampled_from("tf"),
    ("uuid", "U"): st.uuids().map(str),
    ("timestamp with time zone", "D"): st.sampled_from(["2026-01-02 03:04:05+00", "infinity"]),
    ("interval", "T"): st.sampled_from(["1 year 2 mons -3 days", "-00:00:01"]),
    ("text", "S"): TEXTS,
    ("character(3)", "S"): st.sampled_from(["NO ", "a  ", "   ", "a,b"]),
    ("mood", "E"): st.sampled_from(["calm", "NO", "", "a, b"]),
    ("xml", "U"): PLAIN | st.just("<a>,</a>"),
    ("jsonb", "U"): st.sampled_from(['{"a": 1}', "[]", "null", '"a"', "1.10", "true", '"a\\tb"']),
    ("text[]", "A"): st.sampled_from(["{a,b}", "{}", "{NULL}", '{"a b"}']),
}
"""Types, each with its category, and what the server may write for a value."""

AS_THE_SERVER = str.maketrans({"\b": "\\b", "\f": "\\f", "\v": "\\v"})

Rows = list[tuple[str | None, ...]]


@st.composite
def tables(draw: st.DrawFn) -> tuple[list[tuple[str, str]], Rows]:
    """Draw some columns, and rows of them."""
    kinds = draw(st.lists(st.just(("text", "S")) | st.sampled_from(sorted(VALUES)), min_size=1, max_size=5))
    columns = [VALUES[kind] if draw(st.booleans()) else st.none() | VALUES[kind] for kind in kinds]
    return kinds, draw(st.lists(st.tuples(*columns), min_size=1, max_size=6))


def a_dump(kinds: list[tuple[str, str]]) -> TableDump:
    columns = [replace(a_column(f"c{n}", kind), category=letter) for n, (kind, letter) in enumerate(kinds)]
    return TableDump(table=a_table("things", columns), name="things", columns=tuple(columns), order=(), named=True)


def copied(rows: Rows) -> list[str]:
    """Write rows as the server does, a line each: it has escapes where it would take the character, too."""
    return ["\t".join(map(field_text, row)).translate(AS_THE_SERVER) + "\n" for row in rows]


def written(dump: TableDump, chunks: list[CopiedRows], format_: DumpFormat) -> str:
    return "".join(dump_text(dump, chunks, format_, under_name=False))


def one_by_one(dump: TableDump, lines: list[str], format_: DumpFormat) -> str:
    """Write each row by itself, as those are that are too wide to be written with others."""
    return written(dump, [WideRow(memoryview(line.encode()), "utf-8") for line in lines], format_)


@pytest.mark.parametrize("format_", DumpFormat)
@pytest.mark.parametrize("text", ODD)
def test_an_odd_text_among_plain_ones_is_written_as_by_itself(text: str, format_: DumpFormat) -> None:
    dump = a_dump([("text", "S"), ("integer", "N"), ("text", "S")])
    cases: list[Rows] = [
        [("Ada", "1", text)],
        [(text, "1", "Ada")],
        [("Ada", "1", "Grace"), (None, None, "Ada"), (text, "2", None)],
    ]
    for rows in cases:
        lines = copied(rows)

        assert written(dump, ["".join(lines)], format_) == one_by_one(dump, lines, format_)


@pytest.mark.parametrize("format_", DumpFormat)
@given(tables())
def test_rows_are_written_together_as_one_by_one(
    format_: DumpFormat, table: tuple[list[tuple[str, str]], Rows]
) -> None:
    kinds, rows = table
    dump, lines = a_dump(kinds), copied(rows)

    together = written(dump, ["".join(lines)], format_)

    assert together == one_by_one(dump, lines, format_)


@given(tables())
def test_rows_of_yaml_hold_each_value_as_it_is_spelt_alone(table: tuple[list[tuple[str, str]], Rows]) -> None:
    kinds, rows = table
    dump = a_dump(kinds)

    together = written(dump, ["".join(copied(rows))], DumpFormat.YAML)

    assert together == "".join(
        f"{'  ' if place else '- '}{column.name}: {alone(column, value)}\n"
        for row in rows
        for place, (column, value) in enumerate(zip(dump.columns, row, strict=True))
    )


def alone(column: Column, value: str | None) -> str:
    return "null" if value is None else spelling_for(column, indent="    ")(value)


@pytest.mark.parametrize("neighbour", ["plain", None, "a, b", ""])
def test_a_cell_of_csv_is_in_quotes_or_not_whatever_stands_beside_it(neighbour: str | None) -> None:
    rows: Rows = [("no-break\xa0space", "x"), ("plain", neighbour)]

    text = written(a_dump([("text", "S"), ("text", "S")]), ["".join(copied(rows))], DumpFormat.CSV)

    assert text.splitlines()[1] == '"no-break\xa0space",x'
