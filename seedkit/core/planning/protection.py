"""Decides whether a database is a production one, which `seed` leaves alone unless it is forced."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

MARK = "[seedkit: protected]"
"""A line of the database's comment; it travels with the database, whatever a .env says."""

ENVIRONMENT_VARIABLES = ("SEEDKIT_ENV", "APP_ENV", "ENVIRONMENT", "ENV", "DJANGO_ENV", "FLASK_ENV")
_PRODUCTION = re.compile(r"prod|live\Z", re.IGNORECASE)


def production_reason(
    variables: Mapping[str, str], host: str, protected_hosts: Sequence[str], comment: str | None
) -> str | None:
    """Say why a database counts as a production one, or None; any one sign is enough.

    >>> production_reason({"APP_ENV": "production"}, "localhost", [], None)
    'APP_ENV is "production"'
    >>> production_reason({}, "localhost", [], None) is None
    True
    """
    for name in ENVIRONMENT_VARIABLES:
        if _PRODUCTION.match(variables.get(name, "").strip()):
            return f'{name} is "{variables[name]}"'
    for pattern in protected_hosts:
        if fnmatchcase(host.lower(), pattern.lower()):
            return f'its host {host} is among the protected-hosts ("{pattern}")'
    if is_marked(comment):
        return f"its comment carries the mark {MARK}"
    return None


def is_marked(comment: str | None) -> bool:
    """Whether a line of a database's comment is the mark."""
    return MARK in map(str.strip, (comment or "").splitlines())


def marked(comment: str | None) -> str:
    r"""Add the mark to a database's comment, as its last line.

    >>> marked("The shop.")
    'The shop.\n[seedkit: protected]'
    """
    if is_marked(comment):
        return comment or ""
    return f"{comment.rstrip()}\n{MARK}" if comment and comment.strip() else MARK


def unmarked(comment: str | None) -> str | None:
    r"""Take the mark out of a database's comment; None where nothing else was in it.

    >>> unmarked("The shop.\n[seedkit: protected]")
    'The shop.'
    """
    kept = "\n".join(line for line in (comment or "").splitlines() if line.strip() != MARK)
    return kept or None
