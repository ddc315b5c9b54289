"""A network that goes dead: no packet arrives any more, and nobody says so."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from tests.conftest import Write
from tests.faults.proxy import proxied

OURS, THEIRS = "10.213.97.1", "10.213.97.2"


@dataclass(frozen=True, slots=True, kw_only=True)
class FarPlace:
    """A network of its own, from which only `OURS` is reached."""

    name: str
    link: str

    def go_dead(self) -> None:
        """Have nothing arrive any more: our end has lost its address, and theirs still knows where it was."""
        _ip("address", "del", f"{OURS}/30", "dev", self.link)


@pytest.fixture
def far_place() -> Iterator[FarPlace]:
    """A network namespace, joined to ours by a pair of links; needs root, and iproute2."""
    if os.name != "posix" or os.geteuid() != 0 or shutil.which("ip") is None:
        pytest.skip("a network of its own is made by root, with iproute2")
    place = FarPlace(name=f"seedkit-{os.getpid()}", link=f"sk{os.getpid()}a")
    try:
        _make(place)
        yield place
    finally:  # its end of the link goes with it, and so does ours
        subprocess.run(["ip", "netns", "delete", place.name], check=False, capture_output=True)


def _make(place: FarPlace) -> None:
    try:
        _ip("netns", "add", place.name)
        _join(place)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no network can be made here: {error.stderr.strip()}")


def _join(place: FarPlace) -> None:
    other = f"sk{os.getpid()}b"
    _ip("link", "add", place.link, "type", "veth", "peer", "name", other, "netns", place.name)
    _ip("address", "add", f"{OURS}/30", "dev", place.link)
    _ip("link", "set", place.link, "up")
    _ip("-n", place.name, "address", "add", f"{THEIRS}/30", "dev", other)
    _ip("-n", place.name, "link", "set", other, "up")
    hardware = Path(f"/sys/class/net/{place.link}/address").read_text(encoding="ascii").strip()
    _ip("-n", place.name, "neighbour", "replace", OURS, "lladdr", hardware, "dev", other, "nud", "permanent")


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)


def test_a_network_that_goes_dead_while_the_server_works_ends_the_run_and_nothing_is_kept(
    far_place: FarPlace, database: str, project: Write, clean_environment: None
) -> None:
    """Three seconds of silence are enough here; without a word of it in the URL it is a minute."""
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("create table users (id serial primary key)")
        seeder = "def seed(db):\n    db.execute('select pg_sleep(600)')\n"
        folder = project({"fixtures/users.yml": "- {id: 1}\n", "seeders/waiting.py": seeder})
        with proxied(database, OURS) as proxy:
            url = make_conninfo(proxy.url, keepalives_idle=1, keepalives_interval=1, keepalives_count=2)
            command = ["ip", "netns", "exec", far_place.name, str(Path(sys.executable).with_name("seedkit")), "seed"]
            with subprocess.Popen([*command, "--url", url], cwd=folder, stderr=subprocess.PIPE, text=True) as run:
                _wait_for_sleep(connection)
                far_place.go_dead()
                try:
                    told = run.communicate(timeout=30)[1]
                finally:
                    run.kill()
            proxy.cut_now()

        assert run.returncode == 1
        assert "Connection timed out" in told
        assert "Nothing of the run was kept" in told
        assert connection.execute("select count(*) from users").fetchone() == (0,)


def _wait_for_sleep(connection: psycopg.Connection) -> None:
    """Wait until the server works on the query, and the client knows that it has come."""
    deadline = time.monotonic() + 60
    while not connection.execute("select from pg_stat_activity where wait_event = 'PgSleep'").fetchall():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(0.5)
