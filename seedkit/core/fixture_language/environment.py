"""Which variables of the environment a fixture may name: whoever writes one is not to read its users' secrets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_SECRET = re.compile(
    r"(?:PASS|PWD|AUTH|PRIVATE|DSN|COOKIES?|SALT|PEPPER|JWT|BEARER|KEYS?|(?:API|ACCESS|PRIVATE|SECRET|SIGNING)KEYS?"
    r"|\w*(?:PASSWORDS?|PASSWD|PASSPHRASES?|SECRETS?|TOKENS?|CREDENTIALS?|CREDS?))\Z",
    re.IGNORECASE,
)


def refused_variable(name: str, allowed: Sequence[str] | None) -> str | None:
    """Say why a fixture may not name a variable, or None; `allowed` are patterns, None where there are no such.

    >>> refused_variable("SUPPORT_EMAIL", None)
    >>> refused_variable("AWS_SECRET_ACCESS_KEY", None)
    '!env does not read AWS_SECRET_ACCESS_KEY: it looks like a secret'
    >>> refused_variable("SUPPORT_EMAIL", ["SHOP_*"])
    '!env does not read SUPPORT_EMAIL: env-allowed does not name it'
    """
    if allowed is not None:
        is_named = any(fnmatchcase(name, pattern) for pattern in allowed)
        return None if is_named else f"!env does not read {name}: env-allowed does not name it"
    if name.upper().startswith("PG") or name.upper().endswith("DATABASE_URL"):
        return f"!env does not read {name}: it belongs to the connection"
    return f"!env does not read {name}: it looks like a secret" if _looks_secret(name) else None


def _looks_secret(name: str) -> bool:
    """Whether a word of a name, in capitals or in camel case, is one that secrets are called by."""
    words = {word.rstrip("0123456789") for word in re.split(r"[\W_]+", name)}
    return any(map(_SECRET.match, words | set(_PARTS.findall(name)))) and name.upper() != "PWD"
