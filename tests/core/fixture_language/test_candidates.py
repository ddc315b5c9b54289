"""Which of many keys a row wins: always the same, about as many each, and a further key takes only what it wins."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from collections.abc import Iterable
from hashlib import md5
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedkit.core.fixture_language.candidates import Candidates
from seedkit.core.fixture_language.fakes import random_seed_for
from seedkit.core.fixture_language.packed_texts import PackedTexts


def winners(keys: Iterable[str], rows: int) -> list[str]:
    """What the first rows of a table win."""
    candidates = Candidates(PackedTexts(keys))
    return [candidates.winner(random_seed_for(0, "visits", str(row), "user_id")) for row in range(rows)]


@given(keys=st.sets(st.text(), min_size=1, max_size=40), further=st.text())
def test_a_further_key_takes_only_what_it_wins(keys: set[str], further: str) -> None:
    before = winners(sorted(keys), rows=200)

    after = winners(sorted({*keys, further}), rows=200)

    assert {new for old, new in zip(before, after, strict=True) if new != old} <= {further}


@pytest.mark.parametrize("keys", [100, 600, 3_000])
def test_a_further_key_among_many_takes_about_its_share_and_nothing_else_changes(keys: int) -> None:
    before = winners(map(str, range(keys)), rows=20_000)

    after = winners(["new", *map(str, range(keys))], rows=20_000)

    changed = [new for old, new in zip(before, after, strict=True) if new != old]
    assert set(changed) == {"new"}
    assert 0.2 * 20_000 / keys < len(changed) < 2.2 * 20_000 / keys


@pytest.mark.parametrize("keys", [3, 100, 3_000])
def test_the_order_of_the_keys_does_not_matter(keys: int) -> None:
    names = [f"user{number}" for number in range(keys)]

    assert winners(names, rows=500) == winners(reversed(names), rows=500)


@pytest.mark.parametrize(("keys", "least", "most"), [(2, 0.8, 1.2), (10, 0.6, 1.4), (100, 0.3, 1.7), (1_000, 0, 2.5)])
def test_each_key_wins_about_as_much_as_the_others(keys: int, least: float, most: float) -> None:
    won = Counter(winners(map(str, range(1, keys + 1)), rows=100 * keys))

    shares = [won[str(key)] / 100 for key in range(1, keys + 1)]
    assert least <= min(shares) <= max(shares) <= most


def test_the_same_row_wins_the_same_key_on_every_machine() -> None:
    few, many = winners(["1", "2", "3"], rows=12), winners(map(str, range(20_000)), rows=3)

    assert few == list("221222221133")
    assert many == ["16651", "748", "11227"]


@pytest.mark.parametrize(
    ("keys", "digest"),
    [
        (3, "12f339a55048fe78babc47fe87d1d2ed"),
        (100, "afdda1817ee32f249b833135ec0496ca"),
        (1_000, "2fe569e4ac68366be590e9b5ed4e5ceb"),
        (20_000, "843c5f60cd1669a2c230b12a4d8e50a6"),
    ],
)
def test_what_is_won_stays_the_same_from_release_to_release(keys: int, digest: str) -> None:
    candidates, numbers = Candidates(PackedTexts(map(str, range(1, keys + 1)))), Random(1)

    won = [candidates.winner(numbers.getrandbits(64)) for _ in range(keys)]

    assert md5(",".join(won).encode(), usedforsecurity=False).hexdigest() == digest


def test_keys_are_held_without_an_object_for_each() -> None:
    tracemalloc.start()

    candidates = Candidates(PackedTexts(str(number) for number in range(100_000)))
    candidates.winner(1)

    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak / 100_000 < 64


@given(texts=st.lists(st.text()))
def test_packed_texts_come_back_as_they_were(texts: list[str]) -> None:
    packed = PackedTexts(texts)

    assert [packed[number] for number in range(len(packed))] == texts


def test_bytes_that_are_no_unicode_come_back_as_they_were() -> None:
    assert PackedTexts(["a\udcff", "b"])[0] == "a\udcff"
