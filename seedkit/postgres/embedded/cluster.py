"""A cluster, in PostgreSQL's sense: a data directory and what serves it; here it is created, not started.

Which directory it is, for which project, is decided in `places`.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
import time
from pathlib import Path

from msgspec import Struct

from seedkit.errors import EmbeddedServerError, Origin
from seedkit.postgres.embedded.accounts import Account, give_to, run
from seedkit.postgres.embedded.binaries import major_version
from seedkit.postgres.embedded.error_texts import OTHER_DATABASE_HINT, last_lines

_BUILTIN_LOCALES_SINCE = 17
ABANDONED_SECONDS = 10.0
_ACCESS = ("--auth-local=trust", "--auth-host=reject")
"""The socket lies in a directory that is closed to others; by the network nobody comes in, should it ever listen."""

_log = logging.getLogger("seedkit")


class Cluster(Struct, frozen=True, kw_only=True):
    """A data directory, the binaries that serve it and the account they run as (None: our own).

    `data_directory` is absolute and need not exist yet; its log and its lock lie beside it.
    """

    binaries: Path
    data_directory: Path
    account: Account | None

    @property
    def log(self) -> Path:
        """What the server says since its last start."""
        return self.data_directory.with_name(f"{self.data_directory.name}.log")


def initialize(cluster: Cluster) -> None:
    """Create the data directory whole or not at all: initdb works beside it, a rename ends it."""
    name, parent = cluster.data_directory.name, cluster.data_directory.parent
    for abandoned in parent.glob(f"{name}.new-*"):
        _remove_abandoned(abandoned)
    draft = Path(tempfile.mkdtemp(prefix=f"{name}.new-", dir=parent))
    try:
        give_to(cluster.account, draft)
        _run_initdb(cluster, draft)
        draft.rename(cluster.data_directory)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _remove_abandoned(draft: Path) -> None:
    """Remove what a killed start has left; its initdb may live on, and write until its directory is gone."""
    deadline = time.monotonic() + ABANDONED_SECONDS
    while draft.exists() and time.monotonic() < deadline:
        shutil.rmtree(draft, ignore_errors=True)
        time.sleep(0.02)


def _run_initdb(cluster: Cluster, target: Path) -> None:
    major = major_version(cluster.binaries)
    _log.info("creating a PostgreSQL %s data directory: %s", major, cluster.data_directory)
    answer = run([str(cluster.binaries / "initdb"), f"--pgdata={target}", *_options(major)], cluster.account)
    if answer.returncode != 0:
        raise EmbeddedServerError(
            "initdb could not create the data directory",
            origin=Origin(path=cluster.data_directory),
            detail=last_lines(answer.stdout),
            hint=OTHER_DATABASE_HINT,
        )


def _options(major: int) -> list[str]:
    """Choose initdb's options so that text sorts and folds alike on every machine: no locale of the system.

    `--no-sync` saves 0.1 to 0.8 s; a power cut in the next half minute can cost a cluster that is all new.
    """
    locale = ["--locale=C"]
    if major >= _BUILTIN_LOCALES_SINCE:
        locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--username=postgres", *_ACCESS, "--encoding=UTF8", "--no-instructions", "--no-sync", *locale]
