"""Faults are injected on a server of their own: some of them kill it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest
from psycopg import sql

from tests.faults.fault_server import FaultServer, fault_server
from tests.faults.preloaded import Preloaded, preloaded
from tests.faults.runs_under_fire import TABLES, Fire, files
from tests.faults.tally import Tally
from tests.faults.tally_report import TALLY
from tests.servers import ServerMissing


@pytest.fixture(scope="session")
def tally(pytestconfig: pytest.Config) -> Tally:
    return pytestconfig.stash.setdefault(TALLY, Tally())


@pytest.fixture
def times(pytestconfig: pytest.Config) -> Callable[[int, int], int]:
    """Choose how often a fault is injected: `times(short, long)`."""

    def chosen(short: int, long: int) -> int:
        return long if pytestconfig.getoption("--long") else short

    return chosen


@pytest.fixture(scope="session")
def victim(postgres_version: int) -> Iterator[FaultServer]:
    """A server that tests may kill, if they start it again."""
    try:
        with fault_server(postgres_version) as server:
            yield server
    except ServerMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture
def database(victim: FaultServer, database_names: Iterator[str]) -> Iterator[str]:
    """The conninfo of an empty database on the server that may be killed."""
    name = f"fault_{next(database_names)}"
    with psycopg.connect(victim.conninfo(), autocommit=True) as maintenance:
        maintenance.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    yield victim.conninfo(name)
    with psycopg.connect(victim.conninfo(), autocommit=True) as maintenance:
        maintenance.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def command() -> Iterator[Preloaded]:
    """The command line, ready to be forked; from before any thread of the tests."""
    with preloaded() as command:
        yield command


@pytest.fixture(scope="session")
def fire(victim: FaultServer, command: Preloaded, tally: Tally, tmp_path_factory: pytest.TempPathFactory) -> Fire:
    """The project that is seeded under fire, and its tables, which every test of it empties."""
    folder = tmp_path_factory.mktemp("fire")
    for name, text in files().items():
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    with psycopg.connect(victim.conninfo(), autocommit=True) as maintenance:
        maintenance.execute("create database fire")
    with psycopg.connect(victim.conninfo("fire"), autocommit=True) as connection:
        connection.execute(TABLES)
    return Fire(url=victim.conninfo("fire"), folder=folder, tally=tally, command=command)
