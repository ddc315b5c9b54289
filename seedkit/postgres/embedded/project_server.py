"""The server of a project: started, found, stopped and reset, by one process at a time.

Where its files go is decided in `places`, how a server starts and stops in `postmaster`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from seedkit.errors import EmbeddedServerError, Origin
from seedkit.postgres.embedded.error_texts import OTHER_DATABASE_HINT
from seedkit.postgres.embedded.liveness import is_reached_by_own_socket, is_ready
from seedkit.postgres.embedded.locks import exclusive
from seedkit.postgres.embedded.machine_state import machine_lock, orphaned_data, remove_home
from seedkit.postgres.embedded.places import data_link, data_of, place, remove_data, state_folder
from seedkit.postgres.embedded.postmaster import EmbeddedServer, becomes_ready, bring_up, halt, server_of
from seedkit.postgres.embedded.sockets import socket_directories


def start(project: Path) -> EmbeddedServer:
    """Make sure that a project's server runs; the first time its data directory is created.

    The server outlives this process. Raises EmbeddedServerError.
    """
    with alone_in(project):
        return started(project)


def started(project: Path, *, settings: Sequence[str] = ()) -> EmbeddedServer:
    """Start a server as `start` does, for those who are alone in the project; a setting is written `name=value`."""
    cluster = place(project)
    if not becomes_ready(cluster.data_directory):
        _remove_orphans()
        bring_up(cluster, settings=settings)
    return server_of(cluster, data_link(project))


def running(project: Path) -> EmbeddedServer | None:
    """Give a project's server if it accepts connections, at a socket of our own; starts and creates nothing."""
    with _explained_files(project):
        data_directory = data_of(project)
        if data_directory is None or not (is_ready(data_directory) and is_reached_by_own_socket(data_directory)):
            return None
        return server_of(place(project), data_link(project))


def listens_in(project: Path, directory: Path) -> bool:
    """Whether a directory is one in which a project's server listens when it runs; starts and creates nothing."""
    with _explained_files(project):
        places = (data_link(project), data_of(project))
        return any(directory in socket_directories(place) for place in places if place is not None)


def stop(project: Path) -> bool:
    """Stop a project's server, open sessions are rolled back; False when it was not running."""
    if not data_link(project).parent.exists():
        return False
    with alone_in(project):
        data_directory = data_of(project)
        return data_directory is not None and halt(data_directory)


def reset(project: Path) -> None:
    """Stop a project's server and delete its data."""
    if not data_link(project).parent.exists():
        return
    with alone_in(project):
        data_directory = data_of(project)
        if data_directory is not None:
            halt(data_directory)
        remove_data(project)


@contextmanager
def alone_in(project: Path) -> Iterator[None]:
    """Keep other processes out while something changes in a project's server; not re-entrant.

    Makes the project's `.seedkit`. Raises EmbeddedServerError, also instead of an OSError of what is done meanwhile.
    """
    if sys.platform == "win32":
        raise EmbeddedServerError("the embedded server needs Linux or macOS", hint=OTHER_DATABASE_HINT)
    with _explained_files(project), exclusive(state_folder(project) / "lock"):
        yield


@contextmanager
def _explained_files(project: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EmbeddedServerError(
            f"the embedded server's files cannot be used: {error.strerror}",
            origin=Origin(path=Path(error.filename or project)),
            hint=f"Make the place writable. {OTHER_DATABASE_HINT}",
        ) from error


def _remove_orphans() -> None:
    """Delete what fresh clones of root have left under `/var/lib/seedkit`, and stop its servers."""
    if os.geteuid() != 0:
        return
    with machine_lock():
        for data_directory in orphaned_data():
            with suppress(EmbeddedServerError, OSError):
                halt(data_directory, at_once=True)
                remove_home(data_directory)
