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
    if comment and MARK in map(str.strip, comment.splitlines()):
        return f"its comment carries the mark {MARK}"
    return None
