"""Keys are taken from rows as they pass: all of them, or nothing is said."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from seedkit.core.fixtures import Row
from seedkit.core.rows.blocks import Block
from seedkit.core.rows.passing_keys import PassingKeys
from seedkit.core.rows.shapes import RowShape

BOTH, NAME = RowShape(columns=("name", "id")), RowShape(columns=("name",))


def passed(*parts: Block | Iterable[Row]) -> list[str] | None:
    """What is known of the keys when these have passed."""
    keys = PassingKeys("id")
    assert [part for part, _ in keys.passing((part, tuple) for part in parts)] == list(parts)
    found = keys.all_of("id")
    return None if found is None else found.texts(range(len(found)))


def test_all_keys_are_known_when_all_rows_have_passed() -> None:
    assert passed(Block(BOTH, b"Ada\t1\nBen\t2\n", 2), Block(BOTH, b"Cy\\n\ta\\tb\n", 1)) == ["1", "2", "a\tb"]


@pytest.mark.parametrize(
    "part",
    [Block(NAME, b"Dan\n", 1), Block(BOTH, b"Dan\t\\N\n", 1), ()],
    ids=["a row without the column", "a row with null", "rows that only the language reads"],
)
def test_nothing_is_known_where_one_row_does_not_tell_its_key(part: Block | Iterable[Row]) -> None:
    assert passed(Block(BOTH, b"Ada\t1\n", 1), part, Block(BOTH, b"Ben\t2\n", 1)) is None


def test_nothing_is_known_before_all_rows_have_passed() -> None:
    keys = PassingKeys("id")

    parts = keys.passing(iter([(Block(BOTH, b"Ada\t1\n", 1), tuple), (Block(BOTH, b"Ben\t2\n", 1), tuple)]))
    next(parts)

    assert keys.all_of("id") is None
    assert next(parts)
    assert keys.all_of("id") is None


def test_keys_of_another_column_are_not_known() -> None:
    keys = PassingKeys("id")
    assert list(keys.passing([(Block(BOTH, b"Ada\t1\n", 1), tuple)]))

    assert keys.all_of("name") is None
