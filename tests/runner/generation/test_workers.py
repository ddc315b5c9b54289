"""Rows made by other processes come in their order, and none of these outlives the run, however that ends."""

from __future__ import annotations

import os

import pytest

from seedkit.core.generation.streams import BLOCK
from seedkit.errors import SeedkitError
from seedkit.runner.generation.filling import workers
from seedkit.runner.generation.filling.workers import made_by, workers_for
from tests.runner.generation.block_makers import Numbers

ROWS = 4 * BLOCK + 100


def is_gone(process: int) -> bool:
    """Whether a process is no more, not even as a zombie."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return False


@pytest.mark.parametrize("count", [1, 2, 3])
def test_rows_come_in_their_order_from_every_worker_and_all_of_these_end(count: int) -> None:
    maker = Numbers()
    with made_by(count, maker, 5000, ROWS) as pieces:
        made = list(pieces)

    assert [row for _, rows in made for row in rows] == list(range(5000, 5000 + ROWS))
    assert maker.short["all"].rows == len(made) == 5
    makers = {process for process, _ in made}
    assert len(makers) == count
    assert all(map(is_gone, makers))


def test_what_a_worker_raises_is_raised_where_its_rows_are_awaited_after_those_before_them() -> None:
    made: list[tuple[int, list[int]]] = []

    with made_by(2, Numbers(fails_at=20_000), 0, ROWS) as pieces, pytest.raises(ValueError, match="row 20000"):
        made.extend(pieces)

    assert [rows[0] for _, rows in made] == [0, BLOCK]
    assert all(is_gone(process) for process, _ in made)


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_workers_end_where_their_rows_are_wanted_no_more(error: type[BaseException]) -> None:
    makers = []

    def interrupted() -> None:
        with made_by(2, Numbers(), 0, 100 * BLOCK) as pieces:
            for process, rows in pieces:
                makers.append(process)
                if rows[0] > BLOCK:
                    raise error

    with pytest.raises(error):
        interrupted()

    assert len(set(makers)) == 2
    assert all(map(is_gone, makers))


def test_a_worker_that_is_killed_is_told_of() -> None:
    with (
        made_by(2, Numbers(ends_at=BLOCK), 0, ROWS) as pieces,
        pytest.raises(SeedkitError, match="a worker that makes rows has ended with 3"),
    ):
        list(pieces)


@pytest.mark.parametrize("count", [0, 2])
def test_what_no_other_process_is_given_or_can_be_is_made_here(count: int) -> None:
    class Own(Numbers):
        pass

    with made_by(count, Own(), 0, ROWS) as pieces:
        assert [(process, len(rows)) for process, rows in pieces] == [(os.getpid(), ROWS)]


@pytest.mark.parametrize(
    ("rows", "asked", "idle", "expected"),
    [
        (10_000_000, None, 4, 2),
        (10_000_000, None, 1.5, 0),
        (499_999, None, 4, 0),
        (10_000_000, 0, 4, 0),
        (10_000_000, 8, 0, 8),
        (10_000, 8, 4, 2),
        (0, 8, 4, 0),
    ],
)
def test_workers_come_by_themselves_where_there_are_many_rows_and_idle_processors(
    monkeypatch: pytest.MonkeyPatch, rows: int, asked: int | None, idle: float, expected: int
) -> None:
    monkeypatch.setattr(workers, "_idle_processors", lambda: idle)

    assert workers_for(rows, asked) == expected
