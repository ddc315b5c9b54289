"""Whether the server of a data directory lives, and whether it answers; nothing is started or stopped here.

A pid proves nothing: a killed server leaves its `postmaster.pid` behind, and the number may be another process's by
now. A living server holds the lock beside its data (`postmaster` sees to that) and answers on its socket.
"""

from __future__ import annotations

import os
from pathlib import Path

from msgspec import Struct
from psycopg import pq

from seedkit.postgres import libpq_variables
from seedkit.postgres.embedded.locks import is_held
from seedkit.postgres.embedded.sockets import is_own, uri

_HIGHEST_PID = 2**31
"""What is beyond is no process, and what is not above zero is many."""


class PidFile(Struct, frozen=True, kw_only=True):
    """What `postmaster.pid` says; a killed server leaves it behind, a copied project brings one along."""

    pid: int
    data_directory: Path
    socket_directory: Path
    is_ready: bool


def read_pid_file(data_directory: Path) -> PidFile | None:
    """Read `postmaster.pid`, None while it is not complete; a socket in the data directory moves with it."""
    try:
        lines = os.fsdecode((data_directory / "postmaster.pid").read_bytes()).split("\n")
        first, started_in, _, _, socket_directory, _, _, status = lines[:8]
        pid = int(first)
    except (FileNotFoundError, ValueError):
        return None
    if not 0 < pid < _HIGHEST_PID or not socket_directory.startswith("/"):
        return None
    return PidFile(
        pid=pid,
        data_directory=Path(started_in),
        socket_directory=data_directory if socket_directory == started_in else Path(socket_directory),
        is_ready=status.startswith("ready"),
    )


def lock_of(data_directory: Path) -> Path:
    """Give the lock that a server and its children hold while they live."""
    return data_directory.with_name(f"{data_directory.name}.lock")


def is_alive(data_directory: Path) -> bool:
    """Whether any process of the server lives; one started by hand, without the lock, shows by its socket."""
    if is_held(lock_of(data_directory)):
        return True
    pid_file = read_pid_file(data_directory)
    if pid_file is None or pid_file.data_directory != data_directory:
        return False
    return _answer(pid_file) in {pq.Ping.OK, pq.Ping.REJECT}  # a server that starts or stops rejects


def is_ready(data_directory: Path) -> bool:
    """Whether the server accepts connections."""
    pid_file = read_pid_file(data_directory)
    return pid_file is not None and pid_file.is_ready and is_alive(data_directory) and _answer(pid_file) == pq.Ping.OK


def is_reached_by_own_socket(data_directory: Path) -> bool:
    """Whether the server listens where we have it listen, whatever it says itself."""
    pid_file = read_pid_file(data_directory)
    return pid_file is not None and is_own(pid_file.socket_directory, data_directory, pid_file.data_directory)


def pid_without_lock(data_directory: Path) -> int | None:
    """Give the process of a living server that was started by hand: no lock will tell when it has ended."""
    pid_file = read_pid_file(data_directory)
    return None if pid_file is None or is_held(lock_of(data_directory)) else pid_file.pid


def is_leaving(data_directory: Path, pid: int) -> bool:
    """Whether a process that was the server has still to end: the last thing that it does is to delete its pid file.

    A server that is started before that moment loses its own pid file and socket to the old one.
    """
    pid_file = read_pid_file(data_directory)
    return pid_file is not None and pid_file.pid == pid and _exists(pid)


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _answer(pid_file: PidFile) -> pq.Ping:
    """Ask as pg_isready does: a server that is being killed may accept a connection and then say nothing."""
    conninfo = uri(pid_file.socket_directory, "postgres") + "&connect_timeout=5"
    with libpq_variables.hidden():
        return pq.Ping(pq.PGconn.ping(conninfo.encode()))
