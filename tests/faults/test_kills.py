"""Somebody dies in the middle of a seed: the client, its backend, the server, the line between them."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.faults.fault_server import FaultServer
from tests.faults.preloaded import Run
from tests.faults.proxy import Proxy, proxied
from tests.faults.runs_under_fire import Fire, wait_until

Times = Callable[[int, int], int]

pytestmark = pytest.mark.timeout(3600)

LOST = (
    "connection was lost",
    "connection is lost",
    "terminating connection",
    "could not connect",
    "server closed the connection",
)


@pytest.fixture
def instants() -> random.Random:
    return random.Random(20261125)


def test_a_client_that_is_killed_at_any_instant_leaves_all_rows_or_none(
    fire: Fire, times: Times, instants: random.Random
) -> None:
    seconds, count = fire.seconds, times(6, 1000)

    for number in range(count):
        before = fire.reset(old_rows=number % 2 == 1)
        run = fire.run()
        time.sleep(instants.uniform(0, 1.1 * seconds))
        run.kill()
        ended = run.end()
        if "seeded " in ended.output:
            assert fire.digest() == fire.expected, "a report was written before the rows were committed"
        fire.judge("client killed", before, None, rerun=number % 10 == 0)


@pytest.mark.parametrize("kind", ["backend killed", "backend terminated"])
def test_a_backend_that_dies_ends_the_run_with_its_cause_named(
    fire: Fire, times: Times, instants: random.Random, kind: str
) -> None:
    seconds = fire.seconds

    for number in range(times(2, 100)):
        before = fire.reset(old_rows=number % 2 == 1)
        run = fire.run()
        pid = _backend_of(fire, run)
        time.sleep(instants.uniform(0, 0.8 * seconds))
        if pid is not None:
            _end(fire, kind, pid)
        ended = run.end()
        _until_it_answers(fire)
        fire.judge(kind, before, ended, LOST, rerun=number % 10 == 0)


def _backend_of(fire: Fire, run: Run) -> int | None:
    """Wait for the session of a run; None where the run was quicker."""
    while not _is_over(run):
        if pids := fire.backends():
            return pids[0]
    return None


def _is_over(run: Run) -> bool:
    """Whether the process is a zombie, which waits for its end to be read."""
    return Path(f"/proc/{run.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "Z"


def _end(fire: Fire, kind: str, pid: int) -> None:
    if kind == "backend killed":
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return
    else:
        with psycopg.connect(fire.url) as connection:
            connection.execute("select pg_terminate_backend(%s)", (pid,))


def _answers(fire: Fire) -> bool:
    try:
        fire.backends()
    except psycopg.OperationalError:
        return False
    return True


def _until_it_answers(fire: Fire) -> None:
    wait_until(lambda: _answers(fire), "the server does not come back")


def test_an_immediate_shutdown_leaves_all_rows_or_none_after_the_recovery(
    fire: Fire, victim: FaultServer, times: Times, instants: random.Random
) -> None:
    seconds = fire.seconds

    for number in range(times(2, 50)):
        before = fire.reset(old_rows=number % 2 == 1)
        run = fire.run()
        time.sleep(instants.uniform(0, 1.1 * seconds))
        victim.crash()
        ended = run.end()
        victim.start()
        exits_2_at_the_start = ended.code == 2 and "could not connect" in ended.told
        fire.judge("server shut down", before, None if exits_2_at_the_start else ended, LOST, rerun=number % 10 == 0)


# The line between them


@pytest.fixture
def proxy(fire: Fire) -> Iterator[Proxy]:
    with proxied(fire.url) as proxy:
        yield proxy


def test_a_line_that_is_cut_in_the_middle_of_the_rows_leaves_none(
    fire: Fire, proxy: Proxy, times: Times, instants: random.Random
) -> None:
    proxy.forget()
    fire.reset(old_rows=False)
    assert fire.run(url=proxy.url).end().code == 0
    sent = proxy.sent

    for number in range(times(2, 100)):
        before = fire.reset(old_rows=number % 2 == 1)
        proxy.cut_after(instants.randrange(2000, sent))
        ended = fire.run(url=proxy.url).end()
        fire.judge("line cut in mid-COPY", before, ended, LOST, rerun=number % 10 == 0)


@pytest.mark.parametrize("reaches_the_server", [False, True], ids=["unsent", "sent"])
def test_a_line_that_is_cut_at_the_commit_is_not_told_as_done_nor_as_undone(
    fire: Fire, proxy: Proxy, reaches_the_server: bool
) -> None:
    """The client can't know whether its COMMIT has arrived: it must not say that nothing was kept."""
    before = fire.reset(old_rows=False)
    proxy.cut_at(b"COMMIT\0", pass_it_on=reaches_the_server)

    ended = fire.run(url=proxy.url).end()

    fire.settle()
    assert ended.code == 1
    assert "whether the work was kept is not known" in ended.told
    assert "Run it again" in ended.told
    assert (fire.digest() == fire.expected) == reaches_the_server
    fire.judge("line cut at COMMIT", before, ended, LOST)
