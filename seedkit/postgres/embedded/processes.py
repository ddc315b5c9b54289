"""Sends a signal to a server's process, and to no other: what a pid file says may be old, or written by somebody else.

A process is the server's own if it runs the program postgres, as the owner of the data directory, in that directory.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PROGRAM = "postgres"
_PROCESSES = Path("/proc")


def signal_server(pid: int, data_directory: Path, number: signal.Signals) -> bool:
    """Send a signal to the server of a data directory; False where the process is not the server, or is gone."""
    with suppress(ProcessLookupError), _held(pid) as held:
        if is_server(pid, data_directory):
            if held is None:
                os.kill(pid, number)
            else:
                signal.pidfd_send_signal(held, number)
            return True
    return False


def is_server(pid: int, data_directory: Path) -> bool:
    """Whether a process is the server of a data directory, by its owner, its program and where it works."""
    if _PROCESSES.joinpath("self").exists():
        return _is_server_by_proc(_PROCESSES / str(pid), data_directory)
    return _is_server_by_ps(pid, data_directory)


@contextmanager
def _held(pid: int) -> Iterator[int | None]:
    """Hold on to a process, where the system can: its number is no other's from then on."""
    try:
        held = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None
    except PermissionError:  # a container may be denied it
        held = None
    try:
        yield held
    finally:
        if held is not None:
            os.close(held)


def _is_server_by_proc(process: Path, data_directory: Path) -> bool:
    try:
        data = data_directory.stat()
        return process.stat().st_uid == data.st_uid and _runs_postgres_in(process, data)
    except OSError:  # it has gone
        return False


def _runs_postgres_in(process: Path, data: os.stat_result) -> bool:
    try:
        program, works_in = (process / "exe").readlink().name, (process / "cwd").stat()
    except PermissionError:  # root in a container looks into other users' processes only with CAP_SYS_PTRACE
        return (process / "comm").read_text().strip() == _PROGRAM
    return program.removesuffix(" (deleted)") == _PROGRAM and os.path.samestat(works_in, data)


def _is_server_by_ps(pid: int, data_directory: Path) -> bool:
    command = ["/bin/ps", "-o", "uid=", "-o", "comm=", "-p", str(pid)]
    told = subprocess.run(command, capture_output=True, text=True, check=False).stdout.split(maxsplit=1)  # noqa: S603
    return len(told) == 2 and told[0] == str(data_directory.stat().st_uid) and Path(told[1].strip()).name == _PROGRAM
