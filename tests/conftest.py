"""A real PostgreSQL for the tests: one throwaway server a run, and for each test a database of its own.

`setval` is not undone by ROLLBACK, so tests never share a database.
"""

from __future__ import annotations

import compileall
import itertools
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import psycopg
import pytest
from hypothesis import settings
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from seedkit.config import URL_VARIABLES
from seedkit.core.planning.protection import ENVIRONMENT_VARIABLES
from tests.command_server import CommandServer, command_server
from tests.faults.tally_report import pytest_sessionfinish, pytest_terminal_summary, pytest_testnodedown  # noqa: F401
from tests.pooled_sessions import remains_in_sessions
from tests.pooler import pooled
from tests.servers import ServerMissing, client_program, fresh_database, throwaway_server

ROOT = Path(__file__).parent.parent
Run = Callable[..., "subprocess.CompletedProcess[str]"]
Write = Callable[[dict[str, str]], Path]

settings.register_profile("seedkit", deadline=None)  # a busy machine is no bug
settings.load_profile("seedkit")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgres", type=int, default=18, help="the PostgreSQL version to test on: 18, 16 or 15")
    parser.addoption(
        "--long", action="store_true", help="the long form of the tests in tests/faults: a quarter of an hour"
    )
    parser.addoption(
        "--citus", metavar="URL", help="the coordinator of a Citus cluster that tests may make databases on"
    )
    parser.addoption("--pgbouncer", action="store_true", help="reach the databases through PgBouncer, a pool of two")


@pytest.fixture(scope="session", autouse=True)
def compiled() -> None:
    """Compile seedkit once, as one that is installed is: where programs may write no byte code, each start would."""
    compileall.compile_dir(ROOT / "seedkit", quiet=1)


@pytest.fixture(scope="session")
def postgres_version(request: pytest.FixtureRequest) -> int:
    return int(request.config.getoption("--postgres"))


@pytest.fixture(scope="session")
def server(postgres_version: int) -> Iterator[str]:
    """The conninfo of the maintenance database of a throwaway server, as superuser."""
    try:
        with throwaway_server(postgres_version) as conninfo:
            yield conninfo
    except ServerMissing as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="session")
def entrance(server: str, pytestconfig: pytest.Config) -> Iterator[str]:
    """The conninfo by which tests come to the server: its own, or with --pgbouncer that of a pool in front of it."""
    if not pytestconfig.getoption("--pgbouncer"):
        yield server
        return
    with pooled(server) as conninfo:
        yield conninfo


@pytest.fixture(scope="session")
def database_names() -> Iterator[str]:
    return (f"test_{number}" for number in itertools.count())


@pytest.fixture
def database(server: str, entrance: str, database_names: Iterator[str]) -> Iterator[str]:
    """The conninfo of an empty database that only this test knows."""
    name = next(database_names)
    conninfo = make_conninfo(entrance, dbname=name)
    with fresh_database(server, name):
        yield conninfo
        if entrance != server:
            assert not any(remains_in_sessions(conninfo)), "something is left in a session of the pool"


@pytest.fixture(scope="module")
def module_database(server: str, database_names: Iterator[str]) -> Iterator[str]:
    """The conninfo of a database that only this module's tests know."""
    with fresh_database(server, next(database_names)) as conninfo:
        yield conninfo


@pytest.fixture
def direct(database: str, server: str) -> str:
    """The conninfo of the test's database for those who keep a session for long, and would keep one of a pool."""
    return make_conninfo(server, dbname=conninfo_to_dict(database)["dbname"])


@pytest.fixture
def connection(database: str, pytestconfig: pytest.Config) -> Iterator[psycopg.Connection]:
    """A superuser's connection to the test's database, in autocommit mode; through a pool it prepares nothing."""
    with psycopg.connect(database, autocommit=True) as connection:
        if pytestconfig.getoption("--pgbouncer"):
            connection.prepare_threshold = None
        yield connection


@pytest.fixture
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment in which nobody has configured a database."""
    for name in list(os.environ):
        if name in (*URL_VARIABLES, *ENVIRONMENT_VARIABLES, "NO_COLOR", "FORCE_COLOR") or name.startswith("PG"):
            monkeypatch.delenv(name)


@pytest.fixture
def project(clean_environment: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Write a project's files, as name → text, into the test's folder, which is the current one, and return it."""
    monkeypatch.chdir(tmp_path)

    def write(files: dict[str, str]) -> Path:
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(dedent(text), encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def shop(project: Write, connection: psycopg.Connection) -> Path:
    """The repository's example project as the current folder, with its tables in the test's database."""
    folder = project({})
    for name in ("fixtures", "seeders"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    connection.execute((ROOT / "schema.sql").read_bytes())
    return folder


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandServer]:
    """Who runs commands without the half second that a start takes."""
    with command_server(tmp_path_factory.mktemp("commands")) as commands:
        yield commands


@pytest.fixture
def seedkit(clean_environment: None, tmp_path: Path, commands: CommandServer) -> Run:
    """Run the command as a user does: `seedkit("seed", "--json", DATABASE_URL=...)`, in the test's folder."""
    command = Path(sys.executable).with_name("seedkit")

    def run(*arguments: str, cwd: Path = tmp_path, **variables: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, **variables}
        if commands.serves(env):
            return commands.run(arguments, cwd, env, timeout=60)
        return subprocess.run(
            [str(command), *arguments],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


@pytest.fixture
def script_for(clean_environment: None) -> Callable[[str], bytes]:
    """Have the installed command write a script for a database, of which no letter may change on the way."""
    command = str(Path(sys.executable).with_name("seedkit"))

    def written(database: str, **variables: str) -> bytes:
        arguments = [command, "fix-sequence", "--all", "--sql", "--quiet"]
        environment = {**os.environ, "DATABASE_URL": database, **variables}
        return subprocess.run(arguments, env=environment, capture_output=True, timeout=60, check=True).stdout

    return written


@pytest.fixture(scope="session")
def psql(postgres_version: int, server: str) -> Callable[[str, bytes], str]:
    """Have psql execute a script, and go on after errors as it does unless told otherwise; give the errors."""
    program = client_program(postgres_version, "psql")

    def execute(conninfo: str, script: bytes) -> str:
        ran = subprocess.run([program, "-Xq", conninfo], input=script, capture_output=True, timeout=60, check=False)
        assert ran.returncode == 0, ran.stderr
        return ran.stderr.decode(errors="backslashreplace")

    return execute
