"""Keys that were seen are known, in little memory."""

from __future__ import annotations

import tracemalloc

from hypothesis import given
from hypothesis import strategies as st

from seedkit.core.generation.rows.digests import Digests


@given(st.lists(st.integers(1, 2**64 - 1), max_size=2_000), st.integers(1, 2**64 - 1))
def test_digests_are_a_set_of_numbers(numbers: list[int], other: int) -> None:
    seen = Digests()

    for number in numbers:
        seen.add(number)

    assert all(number in seen for number in numbers)
    assert (other in seen) == (other in numbers)
    assert len(seen) == len(set(numbers))


def test_a_hundred_thousand_digests_take_sixteen_bytes_each_and_not_ninety() -> None:
    tracemalloc.start()
    seen = Digests()

    for number in range(1, 100_001):
        seen.add(number * 0x9E3779B97F4A7C15 % 2**64)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert size < 3_000_000
