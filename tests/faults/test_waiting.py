"""A command that is told to wait goes on when the server takes connections, and waits for nothing else."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from seedkit.postgres.embedded import postmaster
from tests.conftest import Run, Write
from tests.faults.fault_server import FaultServer, fault_server
from tests.servers import ServerMissing


@pytest.fixture
def down(postgres_version: int) -> Iterator[FaultServer]:
    """A server that is shut down."""
    try:
        with fault_server(postgres_version) as server:
            server.crash()
            yield server
    except ServerMissing as missing:
        pytest.skip(str(missing))


@pytest.mark.parametrize(
    "command", [("db", "wait", "--timeout", "1min"), ("seed", "--list", "--wait-for-database", "1min")]
)
def test_a_command_goes_on_when_the_server_comes_up(
    down: FaultServer, seedkit: Run, project: Write, command: tuple[str, ...]
) -> None:
    project({"seeders/nothing.py": "from seedkit import seeder\n\n\n@seeder\ndef nothing(db):\n    pass\n"})
    starting = threading.Timer(1.5, down.start)
    starting.start()

    waited = seedkit(*command, DATABASE_URL=down.conninfo())

    starting.join()
    assert waited.returncode == 0, waited.stderr
    assert "waiting for the server of DATABASE_URL: nothing answers there" in waited.stderr


def test_a_server_that_does_not_come_is_given_up(down: FaultServer, seedkit: Run) -> None:
    waited = seedkit("db", "wait", "--timeout", "500ms", DATABASE_URL=down.conninfo())

    assert waited.returncode == 2
    assert re.search(r'error: could not connect to database "postgres" on \S+ within 0.5 s', waited.stderr)


@pytest.mark.parametrize(
    "command", [("db", "wait", "--timeout", "3s"), ("seed", "--list", "--wait-for-database", "3s")]
)
@pytest.mark.parametrize("more", ["", "&connect_timeout=60"])
def test_a_port_that_takes_connections_and_answers_nothing_is_given_up_in_time(
    seedkit: Run, project: Write, command: tuple[str, ...], more: str
) -> None:
    project({"seeders/nothing.py": "def seed(db):\n    pass\n"})
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"postgresql://ada@127.0.0.1:{silent.getsockname()[1]}/shop?sslmode=disable{more}"
        began = time.monotonic()

        waited = seedkit(*command, DATABASE_URL=url)

    assert time.monotonic() - began < 7  # libpq waits for two seconds at least, and there may be others at work
    assert waited.returncode == 2
    assert re.search(r'error: could not connect to database "shop" on \S+ within 3 s', waited.stderr)


def test_a_server_that_is_starting_up_is_told_as_such(down: FaultServer, seedkit: Run) -> None:
    (down.cluster.data_directory / "standby.signal").touch()
    postmaster._launch(down.cluster, ["hot_standby=off"])  # it recovers for ever

    waited = seedkit("db", "wait", "--timeout", "3s", DATABASE_URL=down.conninfo())
    seeded = seedkit("seed", DATABASE_URL=down.conninfo())

    assert (waited.returncode, seeded.returncode) == (2, 2)
    assert "it is starting up or shutting down, and takes no connections" in waited.stderr
    assert "hint: Try again in a moment, or wait until it is ready: seedkit db wait" in seeded.stderr


def test_what_waiting_does_not_mend_is_told_at_once(victim: FaultServer, seedkit: Run) -> None:
    absent = victim.conninfo("absent")

    waited = seedkit("db", "wait", "--timeout", "1h", DATABASE_URL=absent)

    assert waited.returncode == 2
    assert 'database "absent" does not exist' in waited.stderr
    assert "within" not in waited.stderr
