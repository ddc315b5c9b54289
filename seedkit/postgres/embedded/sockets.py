"""Where a server listens and the URI that leads there; nothing is asked of a server here.

A socket's path must be short. The data directory is private already, so the socket goes there if its path fits,
otherwise into a directory of its own under /tmp.
"""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from seedkit.errors import EmbeddedServerError, Origin
from seedkit.postgres.embedded.accounts import give_to
from seedkit.postgres.embedded.cluster import Cluster
from seedkit.postgres.embedded.error_texts import OTHER_DATABASE_HINT
from seedkit.postgres.embedded.machine_state import is_elsewhere

PORT = 5432
SOCKET_NAME = f".s.PGSQL.{PORT}"

IN_A_PROJECT = (".seedkit", "postgres")
"""Where a project has its data, with the socket among them."""

_PRIVATE_PREFIX = "seedkit-"
_PATH_LIMIT_BYTES = 103
"""What fits into sockaddr_un on macOS; Linux has room for 107."""


def uri(socket_directory: Path, database: str) -> str:
    """Write a URI with the port in it: otherwise PGPORT would take its place.

    >>> uri(Path("/shop/.seedkit/postgres"), "shop dev")
    'postgresql://postgres@/shop%20dev?host=/shop/.seedkit/postgres&port=5432'
    """
    host = quote(os.fsencode(socket_directory))
    return f"postgresql://postgres@/{quote(database, safe='')}?host={host}&port={PORT}"


def is_of_embedded(socket_directory: str) -> bool:
    """Whether the name of a directory is one of those in which embedded servers listen, of whatever project."""
    path = Path(socket_directory)
    private = path.parent == Path(tempfile.gettempdir()) and path.name.startswith(_PRIVATE_PREFIX)
    return path.parts[-2:] == IN_A_PROJECT or is_elsewhere(path) or private


def socket_directories(data_directory: Path) -> set[Path]:
    """Name the directories in which a server with these data may listen."""
    return {data_directory, _private_directory(data_directory)}


def is_own(socket_directory: Path, data_directory: Path, started_in: Path) -> bool:
    """Whether a server listens where we have it listen: among its data, or in a closed directory of their owner's.

    `started_in` is where the data were when it was started: a project may have moved.
    """
    if socket_directory == data_directory:
        return True
    private = socket_directory in {_private_directory(data_directory), _private_directory(started_in)}
    return private and _is_closed(socket_directory, {os.geteuid(), data_directory.stat().st_uid})


def make_socket_directory(cluster: Cluster) -> Path:
    """Choose the data directory, unless its path is too long for a socket or libpq would split it."""
    path = os.fsencode(cluster.data_directory / SOCKET_NAME)
    if len(path) <= _PATH_LIMIT_BYTES and not set(path) & set(b',"'):
        return cluster.data_directory
    directory = _private_directory(cluster.data_directory)
    directory.mkdir(mode=0o700, exist_ok=True)
    if not _is_closed(directory, {os.geteuid(), cluster.account.uid if cluster.account else os.geteuid()}):
        raise EmbeddedServerError(
            "the directory for the server's socket belongs to somebody else",
            origin=Origin(path=directory),
            hint=f"Remove it. {OTHER_DATABASE_HINT}",
        )
    give_to(cluster.account, directory)
    return directory


def remove_private_socket_directory(data_directory: Path) -> None:
    """Delete the directory that a server may have had for its socket alone."""
    with suppress(OSError):
        _private_directory(data_directory).rmdir()


def _private_directory(data_directory: Path) -> Path:
    digest = hashlib.sha256(os.fsencode(data_directory)).hexdigest()
    return Path(tempfile.gettempdir()) / f"{_PRIVATE_PREFIX}{digest[:16]}"


def _is_closed(directory: Path, owners: set[int]) -> bool:
    """Whether a directory is of one of the owners, and closed to others: anybody can make one under /tmp."""
    status = directory.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid in owners and not status.st_mode & 0o077
