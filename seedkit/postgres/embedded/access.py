"""Who may come into a cluster that an older seedkit has created: by the network nobody, as in a new one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from seedkit.postgres.embedded.accounts import run
from seedkit.postgres.embedded.cluster import Cluster

_LET_IN = frozenset(
    ("host", database, "all", address, "trust")
    for database in ("all", "replication")
    for address in ("127.0.0.1/32", "::1/128")
)
"""The rules of `initdb --auth=trust`; without IPv6 it leaves out those for ::1."""
_BY_SOCKET = frozenset(("local", database, "all", "trust") for database in ("all", "replication"))
_REJECT = r"s/^(host[[:space:]].*[[:space:]])trust[[:space:]]*$/\1reject/"
_REWRITE = """
umask 077
sed -E "$1" pg_hba.conf > pg_hba.conf.new && mv pg_hba.conf.new pg_hba.conf
"""
_log = logging.getLogger("seedkit")


def keep_the_network_out(cluster: Cluster) -> None:
    """Reject who comes by the network where pg_hba.conf is as an older seedkit has left it; say so of any other.

    It is written by the account that owns it: root would follow what that account may have put in its place.
    """
    path = cluster.data_directory / "pg_hba.conf"
    rules = set(_rules(path))
    letting_in = {rule for rule in rules if rule[0].startswith("host") and "trust" in rule[1:]}
    if not letting_in:
        return
    if not rules <= _LET_IN | _BY_SOCKET:
        _log.warning(
            "warning: %s lets whoever comes by the network in without a password; it is not as seedkit wrote it, so it "
            "stays. A new one says `reject` there in the place of `trust`",
            path,
        )
        return
    answer = run(["/bin/sh", "-c", f'cd -- "$0" && {_REWRITE}', str(cluster.data_directory), _REJECT], cluster.account)
    if answer.returncode != 0:
        _log.warning(
            "warning: %s lets whoever comes by the network in without a password, and could not be rewritten: %s",
            path,
            answer.stdout.strip(),
        )


def _rules(path: Path) -> Iterator[tuple[str, ...]]:
    if not path.is_file() or path.is_symlink():
        return
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        words = line.partition("#")[0].split()
        if words:
            yield tuple(words)
