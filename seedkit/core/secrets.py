"""Keeps passwords out of everything that is printed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote

_URL_PASSWORD = re.compile(r"(?P<before>[\w+]+://[^:/?#\s]*:)(?P<password>.*)@", re.DOTALL)
_KEY_PASSWORD = re.compile(r"\b(?:ssl)?password\s*=\s*('(?:[^'\\]|\\.)*'|[^\s&]+)", re.IGNORECASE)
_DELIMITERS = re.compile(r"[@:/?#\[\]\s'\\]+")
_SHORTEST_ANYWHERE = 3
"""A shorter secret is replaced as a whole word only: it is part of too many others."""


def secrets_in(conninfo: str) -> frozenset[str]:
    """Collect what must not be shown of a conninfo: its password, also in pieces.

    libpq quotes pieces of a password whose `@`, `/` or `#` was not percent-encoded, as an invalid port or host.

    >>> sorted(secrets_in("postgresql://ada:lovelace@localhost/app"))
    ['lovelace']
    >>> "cret" in secrets_in("postgresql://ada:se/cret@localhost/app")
    True
    """
    found: set[str] = set()
    if match := _URL_PASSWORD.search(conninfo):
        found |= _with_pieces(match["password"])
    for match in _KEY_PASSWORD.finditer(conninfo):
        found |= _with_pieces(match[1].strip("'"))
    return frozenset(found)


def _with_pieces(password: str) -> set[str]:
    forms = {password, unquote(password)}
    pieces = {piece for form in forms for piece in _DELIMITERS.split(form)}
    return {secret for secret in forms | pieces if secret}


def redact(text: str, secrets: Iterable[str]) -> str:
    """Replace every secret in a text by three asterisks, the longest first.

    >>> redact("postgresql://ada:lovelace@localhost/app", {"lovelace"})
    'postgresql://ada:***@localhost/app'
    """
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= _SHORTEST_ANYWHERE:
            text = text.replace(secret, "***")
        else:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "***", text)
    return text
