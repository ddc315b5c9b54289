"""Rows take the same memory whatever their number: a block of them, and the tables of texts that they are made of."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterable

import pytest

from seedkit.core.generation.rows.by_column import MadeRows
from seedkit.core.generation.streams import BLOCK
from tests.core.generation.test_laws import maker, things

MEGABYTE = 1024 * 1024


def peaks(blocks: Iterable[MadeRows]) -> list[float]:
    """Give the megabytes at most while each block is made."""
    found = []
    tracemalloc.start()
    for _ in blocks:
        found.append(tracemalloc.get_traced_memory()[1] / MEGABYTE)
        tracemalloc.reset_peak()
    tracemalloc.stop()
    return found


@pytest.mark.parametrize("users", [1000, 100_000_000])
def test_a_block_more_takes_no_memory_more_nor_do_a_hundred_million_parents(users: int) -> None:
    rules = things(["email", "name", "active", "price", "created_at", "user_id"])

    found = peaks(maker(rules, users=users).blocks(users, BLOCK * 6))

    assert max(found[2:]) < found[1] + 0.5
    assert max(found) < 12


def test_rows_that_are_looked_at_take_no_memory_more_either() -> None:
    rules = things(["starts_on", "ends_on", "size", "stars"])

    found = peaks(maker(rules).blocks(0, BLOCK * 4))

    assert max(found[2:]) < found[1] + 0.5
