"""The bytes of a seed are the same for ever, and one need's bytes do not depend on another's."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedkit.core import byte_order
from seedkit.core.generation.permutations import Permutation, digits
from seedkit.core.generation.streams import BLOCK, Stream, integers, picked, rows_of_block

SEEDS = st.integers(min_value=0, max_value=2**63)
NAMES = st.text(max_size=8)


def test_the_bytes_of_version_1_are_pinned() -> None:
    stream = Stream.named(0, "public.users", "email")

    assert stream.block(0)[:8].hex() == "76dfbe1a70920436"
    assert stream.block(3, 4)[:8].hex() == "788c55f9ff795c21"
    assert stream.of_row(41).hex() == "ab6be12087abfd6c"
    assert stream.apart("attempt", 2).block(0)[:8].hex() == "4c8644511b307bd8"


def test_a_block_is_the_beginning_of_a_wider_one() -> None:
    stream = Stream.named(7, "t", "c")

    assert stream.block(5, 4)[:BLOCK] == stream.block(5)


@given(SEEDS, NAMES, NAMES)
def test_names_that_differ_give_other_bytes(seed: int, table: str, column: str) -> None:
    stream = Stream.named(seed, table, column)
    others = [
        Stream.named(seed + 1, table, column),
        Stream.named(seed, table + "x", column),
        Stream.named(seed, table, column + "x"),
        Stream.named(seed, table + column),
        stream.apart(0),
    ]

    assert len({other.block(0)[:16] for other in [stream, *others]}) == 6
    assert stream.block(0)[:16] != stream.block(1)[:16]


def test_numbers_are_little_endian_on_every_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    octets = Stream.named(0, "t", "c").block(0, 4)
    numbers = [int.from_bytes(octets[place : place + 4], "little") for place in range(0, len(octets), 4)]

    assert list(integers(octets, 4)) == numbers
    monkeypatch.setattr(byte_order, "_IS_LITTLE_ENDIAN", False)
    assert [number.to_bytes(4, "little") for number in integers(octets, 4)] == [
        number.to_bytes(4, "big") for number in numbers
    ]


@given(st.integers(min_value=1, max_value=5000), st.integers(min_value=0, max_value=2**32))
def test_a_pick_is_one_of_those_there_are(count: int, number: int) -> None:
    assert 0 <= picked(number, count) < count


def test_a_parent_more_changes_few_picks() -> None:
    numbers = Stream.named(0, "orders", "user_id").numbers(rows_of_block(0), 4)

    def moved(count: int, other: int) -> int:
        return sum(picked(number, count) != picked(number, other) for number in numbers)

    assert moved(100_003, 100_004) <= 1
    assert moved(100_003, 101_003) < 100


def test_picks_leave_no_parent_out() -> None:
    numbers = Stream.named(0, "orders", "user_id").numbers(rows_of_block(0), 4)

    assert len({picked(number, 100) for number in numbers}) == 100


@given(SEEDS, st.integers(min_value=1, max_value=300))
def test_a_permutation_has_each_number_once(seed: int, count: int) -> None:
    order = Permutation(Stream.named(seed, "order"), count)

    assert sorted(order[place] for place in range(count)) == list(range(count))
    with pytest.raises(IndexError):
        order[count]


@given(SEEDS, st.integers(min_value=1, max_value=2**200), st.data())
def test_a_permutation_of_any_size_finds_the_place_of_its_numbers(seed: int, count: int, data: st.DataObject) -> None:
    order = Permutation(Stream.named(seed, "order"), count)
    place = data.draw(st.integers(min_value=0, max_value=count - 1))

    assert 0 <= order[place] < count
    assert order.place_of(order[place]) == place
    assert list(order.of(range(place, min(place + 3, count)))) == [
        order[near] for near in range(place, min(place + 3, count))
    ]


def test_a_permutation_mixes() -> None:
    order = Permutation(Stream.named(0, "order"), 1000)

    places = [order[place] for place in range(1000)]
    assert sum(abs(place - number) for place, number in enumerate(places)) > 250_000
    assert sum(later - earlier == 1 for earlier, later in pairwise(places)) < 10


@given(st.lists(st.integers(min_value=1, max_value=6), min_size=1, max_size=4))
def test_every_combination_of_digits_is_some_number(radices: list[int]) -> None:
    count = 1
    for radix in radices:
        count *= radix

    combinations = {digits(number, radices) for number in range(count)}

    assert len(combinations) == count
    assert all(digit < radix for found in combinations for digit, radix in zip(found, radices, strict=True))
