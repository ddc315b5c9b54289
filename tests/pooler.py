"""PgBouncer in transaction mode, with a pool of two for each database and role, in front of a server.

Both listen on a socket. Any role may come in, as its password is asked for only where `hba` says so: PgBouncer has the
server tell it those that are not in its file.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

COMMAND = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
MISSING = "pgbouncer is not installed: apt-get install pgbouncer"

_PORT = 6432
_SETTINGS = """\
[databases]
* = host={host} port={port} auth_user=postgres
[pgbouncer]
listen_port = {own_port}
unix_socket_dir = {folder}
auth_type = hba
auth_hba_file = {folder}/hba
auth_file = {folder}/users
admin_users = postgres
pool_mode = transaction
default_pool_size = 2
"""


@contextmanager
def pooled(conninfo: str) -> Iterator[str]:
    """Yield the conninfo by which a database, or with another `dbname` its neighbour, is reached through PgBouncer."""
    if COMMAND is None:
        raise FileNotFoundError(MISSING)
    given = conninfo_to_dict(conninfo)
    owner = Path(str(given["host"])).stat()
    with (
        _folder_of(owner, host=given["host"], port=given["port"]) as folder,
        subprocess.Popen(
            [COMMAND, "-q", str(folder / "pgbouncer.ini")],
            user=owner.st_uid if os.geteuid() == 0 else None,  # as root it won't start, and the socket is the server's
            group=owner.st_gid if os.geteuid() == 0 else None,
            extra_groups=[] if os.geteuid() == 0 else None,
            stderr=subprocess.PIPE,
        ) as process,
    ):
        url = make_conninfo(conninfo, host=str(folder), port=_PORT)
        try:
            _wait_for(url, process)
            yield url
        finally:
            process.terminate()


@contextmanager
def _folder_of(owner: os.stat_result, **server: object) -> Iterator[Path]:
    """Give PgBouncer's owner a folder with its files, in which it puts its socket."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        os.chown(folder, owner.st_uid, owner.st_gid)
        settings = _SETTINGS.format(folder=folder, own_port=_PORT, **server)
        (folder / "pgbouncer.ini").write_text(settings, encoding="utf-8")
        (folder / "users").write_text('"postgres" ""\n', encoding="utf-8")
        (folder / "hba").write_text("local all all trust\n", encoding="utf-8")
        yield folder


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        with suppress(psycopg.OperationalError):
            psycopg.connect(url).close()
            return
        assert process.poll() is None, process.communicate()[1].decode()
        time.sleep(0.05)
    raise TimeoutError("pgbouncer does not answer")
