"""Two ways to read CSV that mean the same: chunks by exchanging what separates cells, and record by record."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedkit.core.rows.csv_blocks import copy_text
from seedkit.core.rows.csv_records import CsvError, records
from seedkit.core.values.copy_text import fields_of

CHARACTERS = st.sampled_from([*'aé,"\n\r\t\\.N\x01\x00 ', "\r\n", "\\.", "\\N", '""', '\n""\n'])
ANY_TEXT = st.lists(CHARACTERS, max_size=30).map("".join)
CELLS = st.lists(st.lists(CHARACTERS, max_size=4).map("".join), min_size=1, max_size=3)


def one_by_one(text: str, width: int) -> list[list[str | None]]:
    return [[cell and str(cell) for cell in cells] for _, cells in records(text, 1, width=width)]


@given(ANY_TEXT, st.integers(1, 4))
def test_whatever_a_chunk_holds_both_ways_give_the_same_rows(text: str, width: int) -> None:
    found = copy_text(text, width) if text else None

    if found is not None:
        rows = list(fields_of(found.encode())) if found else []
        assert rows == [[None if cell is None else cell for cell in row] for row in one_by_one(text, width)]


@given(st.lists(CELLS, min_size=1), st.sampled_from(["\n", "\r\n"]), st.booleans())
def test_what_a_program_writes_is_read_as_it_was(rows: list[list[str]], ending: str, quoted: bool) -> None:
    width = len(rows[0])
    rows = [(row * width)[:width] for row in rows]
    file = StringIO(newline="")
    quoted = quoted or any("\r" in cell for row in rows for cell in row)  # which Python's writer leaves bare
    csv.writer(file, lineterminator=ending, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL).writerows(rows)

    found = one_by_one(file.getvalue(), width)

    assert [[cell or "" for cell in row] for row in found] == rows


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('1,a\n2,"b\n3,c\n', 2, "the quote that opens here is never closed"),
        ('1,a\n2,"b"c\n', 2, "text follows the closing quote of a cell: c"),
        ('1,a\n2,"b\n3,c\n4,"d"\n', 4, 'text follows the closing quote of a cell, which opens on line 2: d"'),
        ('1,a\n2,5" pipe\n', 2, 'a quote stands inside a cell that does not begin with one: " pipe'),
        ("1,a\n2,b\rc\n", 2, "a carriage return stands outside of quotes"),
    ],
)
def test_what_is_wrong_with_quotes_is_told_on_its_line(text: str, line: int, message: str) -> None:
    with pytest.raises(CsvError) as caught:
        list(records(text, 1, width=2))

    assert (caught.value.line, caught.value.message) == (line, message)
    assert copy_text(text, 2) is None
