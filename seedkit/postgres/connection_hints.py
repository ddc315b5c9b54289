"""What to do about a connection that could not be opened, by what PostgreSQL, PgBouncer or libpq says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

IS_IT_RUNNING = "Is the server running?"
DAMAGED = "The server's data are damaged: restore them from a backup."
CHECK_ENCODING = "Check PGCLIENTENCODING, or client_encoding in the URL; without them text is read as UTF-8."
_HINTS = {
    "password authentication failed|SASL authentication failed|no password supplied": (
        "Check user and password in {source}."
    ),
    "failed to resolve host|could not translate host name": (
        "Check the name of the host in {source}: this machine finds no address for it."
    ),
    '"client_encoding"': CHECK_ENCODING,
    "definition of service .* not found|service file": (
        "Check the name of the service in {source} or PGSERVICE, and the file that defines it: ~/.pg_service.conf,"
        " or PGSERVICEFILE."
    ),
    "invalid .* value": "Check that setting in {source} and in libpq's variables (PGSSLMODE, …): no server was asked.",
    "does not support SSL|SSL error|sslmode|certificate": (
        "Check sslmode and the certificates that {source} names; the server answers."
    ),
    "the database system is": (
        "Try again in a moment, or wait until it is ready: seedkit db wait, or seed --wait-for-database 30s."
    ),
    "subdirectory .* is missing": DAMAGED,
    "role .* does not exist": "Check the user in {source}, or create the role (createuser).",
    "does not exist": "Check the name in {source}, or create it (createdb).",
    "too many clients|connection slots|too many connections": (
        "Close other sessions, raise max_connections (needs a restart), or put a pooler in front of the server."
    ),
}
"""By what is said; the first that fits."""


def connection_hint(reason: str, parameters: Mapping[str, Any], source: str) -> str:
    """Say what to do about a connection that could not be opened, by what PostgreSQL, PgBouncer or libpq says."""
    if not all(map(_is_port, str(parameters.get("port") or "").split(","))):
        return f"Check the port in {source}: a number from 1 to 65535."
    hints = (hint for said, hint in _HINTS.items() if re.search(said, reason))
    return next(hints, IS_IT_RUNNING + " What was tried comes from {source}.").format(source=source)


def _is_port(text: str) -> bool:
    """Whether a host's port is one, or left out."""
    return not text or (text.isdecimal() and 0 < int(text) < 2**16)
