"""Clients that die at any moment of their work on a Citus cluster: what do they leave behind? Counts it.

    python -m benchmarks.kills_citus URL_OF_COORDINATOR [KILLS]

By turns a seed, of rows in a reference table and in one that is distributed by hash, and a repair are killed (SIGKILL)
at a moment that is chosen evenly over the time that they take. Bad is a transaction that stays prepared on a node, a
run of which some rows are there and others not, or a sequence that stands before where it stood. It makes tables of its
own, and drops them.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from benchmarks.stress_citus import nodes_of

ROWS = 400
PATIENCE_SECONDS = 20
_SHARE = 0.618_033_988_749_895
"""Multiples of it, without their whole part, are spread evenly however many there are."""


@dataclass(slots=True)
class Tally:
    """What was killed, how many were done before, and what was bad."""

    killed: int = 0
    done: int = 0
    prepared: int = 0
    half: int = 0
    back: int = 0

    @property
    def bad(self) -> int:
        """All that must not be."""
        return self.prepared + self.half + self.back

    def __str__(self) -> str:
        return (
            f"{self.killed} killed and {self.done} done before: {self.prepared} transactions prepared, "
            f"{self.half} runs by half, {self.back} sequences back"
        )


def kills(url: str, count: int) -> Tally:
    """Kill so many clients, and tell what they left."""
    tally = Tally()
    with _tables(url) as connection, _sessions(url) as nodes, tempfile.TemporaryDirectory() as folder:
        for number in range(1, count + 1):
            before = _places(nodes)
            command = _seed(Path(folder), number) if number % 2 else _repair(connection, number)
            _killed(
                [str(Path(sys.executable).with_name("seedkit")), *command, "--url", url], Path(folder), number, tally
            )
            tally.prepared += not _nothing_prepared(nodes)
            tally.half += not _all_or_nothing(connection, number)
            after = _places(nodes)
            tally.back += sum(after[place] < value for place, value in before.items())
            if number % 10 == 0:
                print(tally, file=sys.stderr)
    return tally


@contextmanager
def _sessions(url: str) -> Iterator[dict[int, psycopg.Connection]]:
    """Keep a session on each node, to look at what is there."""
    with ExitStack() as opened:
        yield {
            node: opened.enter_context(psycopg.connect(conninfo, autocommit=True))
            for node, conninfo in nodes_of(url).items()
        }


@contextmanager
def _tables(url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("drop table if exists kills_rows, kills_kinds")
        connection.execute("create table kills_kinds (id bigserial primary key, run int)")
        connection.execute("create table kills_rows (tenant int, id bigserial, run int, primary key (tenant, id))")
        connection.execute("select create_reference_table('kills_kinds')")
        connection.execute("select create_distributed_table('kills_rows', 'tenant')")
        try:
            yield connection
        finally:
            connection.execute("drop table kills_rows, kills_kinds")


def _seed(folder: Path, run: int) -> list[str]:
    """Write fixtures of rows that are another run's each time."""
    fixtures = folder / "fixtures"
    fixtures.mkdir(exist_ok=True)
    first = (run + 2) * 1_000
    rows = "".join(f"- {{tenant: {row % 9}, id: {first + row}, run: {run}}}\n" for row in range(ROWS))
    (fixtures / "kills_rows.yml").write_text(rows, encoding="utf-8")
    kinds = "".join(f"- {{id: {first + row}, run: {run}}}\n" for row in range(ROWS))
    (fixtures / "kills_kinds.yml").write_text(kinds, encoding="utf-8")
    return ["seed"]


def _repair(connection: psycopg.Connection, run: int) -> list[str]:
    """Give the sequences of all nodes something to be behind: small gaps, and wide ones."""
    for node in (0, 1, 2):
        ahead = (node << 48) + (run + 2) * (200_000 if run % 4 else 1_000)
        connection.execute("insert into kills_rows (tenant, id) values (1, %s) on conflict do nothing", (ahead,))
    return ["fix-sequence", "--all"]


def _seconds_of(command: list[str], folder: Path) -> float:
    began = time.monotonic()
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, check=True)
    return time.monotonic() - began


def _moment(number: int) -> float:
    """Choose a part of the usual time: what comes before a quarter of it is the start of a program."""
    return 0.25 + number * _SHARE % 1 * 0.75


def _killed(command: list[str], folder: Path, seconds: float, tally: Tally) -> None:
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(seconds)
    if process.poll() is None:
        process.kill()
        tally.killed += 1
    else:
        tally.done += 1
    process.wait()


def _nothing_prepared(nodes: dict[int, psycopg.Connection]) -> bool:
    """Whether nobody has left a transaction that waits for its end, once all sessions have noticed."""
    ends = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends:
        if not any(_asked(session, "select count(*) from pg_prepared_xacts") for session in nodes.values()):
            return True
        time.sleep(0.2)
    return False


def _all_or_nothing(connection: psycopg.Connection, run: int) -> bool:
    found = {
        connection.execute(f"select count(*) from {table} where run = %s", (run,)).fetchall()[0][0]
        for table in ("kills_rows", "kills_kinds")
    }
    return len(found) == 1 and found <= {0, ROWS}


def _places(nodes: dict[int, psycopg.Connection]) -> dict[tuple[int, str], int]:
    """Say where each node's sequences stand."""
    return {
        (node, table): _asked(session, f"select last_value from {table}_id_seq")
        for node, session in nodes.items()
        for table in ("kills_rows", "kills_kinds")
    }


def _asked(session: psycopg.Connection, question: str) -> int:
    return int(session.execute(question.encode()).fetchall()[0][0])


def main() -> None:
    """Kill, and tell; exit 1 where anything was bad."""
    tally = kills(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100)
    print(tally)
    sys.exit(tally.bad > 0)


if __name__ == "__main__":
    main()
