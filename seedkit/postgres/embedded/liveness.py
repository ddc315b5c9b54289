"""Whether the server of a data directory lives, and whether it answers; nothing is started or stopped here.

A pid proves nothing: a killed server leaves its `postmaster.pid` behind, and the number may be another process's by
now. A living server holds the lock beside its data (`postmaster` sees to that) and answers on its socket.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from psycopg import pq

from seedkit.postgres.embedded.locks import is_held
from seedkit.postgres.embedded.sockets import uri


@dataclass(frozen=True, slots=True, kw_only=True)
class PidFile:
    """What `postmaster.pid` says; a killed server leaves it behind, a copied project brings one along."""

    pid: int
    data_directory: Path
    socket_directory: Path
    is_ready: bool


def read_pid_file(data_directory: Path) -> PidFile | None:
    """Read `postmaster.pid`, None while it is not complete; a socket in the data directory moves with it."""
    try:
        lines = os.fsdecode((data_directory / "postmaster.pid").read_bytes()).split("\n")
        pid, started_in, _, _, socket_directory, _, _, status = lines[:8]
    except (FileNotFoundError, ValueError):
        return None
    return PidFile(
        pid=int(pid),
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
    return pid_file is not None and pid_file.data_directory == data_directory and _answers(pid_file)


def is_ready(data_directory: Path) -> bool:
    """Whether the server accepts connections."""
    pid_file = read_pid_file(data_directory)
    return pid_file is not None and pid_file.is_ready and is_alive(data_directory) and _answers(pid_file)


def _answers(pid_file: PidFile) -> bool:
    """Ask as pg_isready does: a server that is being killed may accept a connection and then say nothing."""
    conninfo = uri(pid_file.socket_directory, "postgres") + "&connect_timeout=5"
    return pq.PGconn.ping(conninfo.encode()) == pq.Ping.OK
