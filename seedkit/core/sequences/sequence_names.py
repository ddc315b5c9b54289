"""Reads names of sequences as SQL reads them in a text: `nextval('Sales."Order Ids"')`."""

from __future__ import annotations

import re

from seedkit.core.names import truncate

_PART = re.compile(r'\s*+(?:"((?:[^"]|"")++)"|([^\W\d][\w$]*+))\s*+(\.|,|\Z)')


def sequence_name(text: str) -> tuple[str | None, str] | None:
    """Give a name with its schema, if it has one; None for what is no name.

    >>> sequence_name('Sales."Order Ids"'), sequence_name("ids"), sequence_name("a.b.c")
    (('sales', 'Order Ids'), (None, 'ids'), None)
    """
    parts = _parts(text, ".")
    if len(parts) == 1:
        return None, parts[0]
    return (parts[0], parts[1]) if len(parts) == 2 else None


def search_path(setting: str) -> list[str]:
    """Give the schemas of a `search_path` as it is set.

    >>> search_path('"$user", Public')
    ['$user', 'public']
    """
    return _parts(setting, ",")


def _parts(text: str, separator: str) -> list[str]:
    parts: list[str] = []
    position = 0
    while found := _PART.match(text, position):
        quoted, bare, end = found.groups()
        parts.append(truncate(bare.lower() if quoted is None else quoted.replace('""', '"')))
        position = found.end()
        if not end:
            return parts
        if end != separator:
            break
    return []
