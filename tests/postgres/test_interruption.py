"""Wherever work is ended early, between any two answers of the server, no session that it opened stays open."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextvars import copy_context
from typing import Any

import psycopg
import pytest

from seedkit import check_sequences, fix_sequence, fix_sequences, generate, seed
from seedkit.postgres.interruption import Interrupted, Interruption, interruption
from tests.conftest import Write

Connection = psycopg.Connection[Any]


class AtAnswer(Interruption):
    """Asks work to end at one of its answers."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.left = number

    def heed(self) -> None:
        self.left -= 1
        if self.left == 0:
            self.ask()
        super().heed()


CALLS: dict[str, Callable[[], object]] = {
    "seed": seed,
    "generate": lambda: generate("tickets", 2),
    "fix_sequence": lambda: fix_sequence("tickets"),
    "fix_sequences": fix_sequences,
    "check_sequences": check_sequences,
}


@pytest.mark.parametrize("name", CALLS)
def test_no_session_is_left_open_wherever_work_is_ended(
    connection: Connection, direct: str, project: Write, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    connection.execute("create table tickets (id serial primary key, title text)")
    project({"fixtures/tickets.yml": "- {id: 50, title: Broken}\n"})
    monkeypatch.setenv("DATABASE_URL", direct)

    answers = 0
    ended = True
    while ended:
        answers += 1
        error, ended = copy_context().run(_ended_at, AtAnswer(answers), CALLS[name])
        assert _leaves_none(connection), f"a session is open after answer {answers}: {error!r}"

    assert answers > 5


def _ended_at(stop: AtAnswer, work: Callable[[], object]) -> tuple[BaseException | None, bool]:
    """Do the work, and give what has ended it: an error keeps alive what was not closed."""
    interruption.set(stop)
    try:
        work()
    except Interrupted as error:
        return error, True
    return None, stop.left <= 0


def _leaves_none(connection: Connection) -> bool:
    """Whether no session of seedkit's is there; one that was closed ends in a moment."""
    until = time.monotonic() + 2
    while time.monotonic() < until:
        row = connection.execute(
            "select count(*) from pg_stat_activity where datname = current_database() and application_name = 'seedkit'"
        ).fetchone()
        if row == (0,):
            return True
        time.sleep(0.01)
    return False
