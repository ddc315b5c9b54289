"""PgBouncer in transaction mode, with a pool of two, in front of a server that listens on a socket."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

COMMAND = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")

_SETTINGS = """\
[databases]
* = host={host} port={port} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own_port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
"""


@contextmanager
def pooled(conninfo: str, folder: Path) -> Iterator[str]:
    """Yield the URL by which a database is reached through PgBouncer; its files lie in the folder."""
    given = conninfo_to_dict(conninfo)
    own_port = _free_port()
    settings = folder / "pgbouncer.ini"
    settings.write_text(_SETTINGS.format(host=given["host"], port=given["port"], own_port=own_port), encoding="utf-8")
    folder.chmod(0o755)
    url = make_conninfo(conninfo, host="127.0.0.1", port=own_port, user="postgres")
    owner = Path(str(given["host"])).stat()
    assert COMMAND is not None
    with subprocess.Popen(
        [COMMAND, "-q", str(settings)],
        user=owner.st_uid if os.geteuid() == 0 else None,  # as root it refuses to start, and the socket is the server's
        group=owner.st_gid if os.geteuid() == 0 else None,
        extra_groups=[] if os.geteuid() == 0 else None,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            _wait_for(url, process)
            yield url
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        with suppress(psycopg.OperationalError):
            psycopg.connect(url).close()
            return
        assert process.poll() is None, process.communicate()[1].decode()
        time.sleep(0.05)
    raise TimeoutError("pgbouncer does not answer")
