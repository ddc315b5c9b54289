"""Which variables of the environment a fixture may name: whoever writes one is not to read its users' secrets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fnmatch import fnmatchcase

from seedkit.core.names import words_in

_SECRET = re.compile(
    r"(?:PASS|PW|PAT|OTP|SK|AUTH|PRIVATE|DSN|COOKIES?|SALT|PEPPER|JWT|BEARER|KEYS?|WEBHOOKS?"
    r"|(?:API|ACCESS|PRIVATE|SECRET|SIGNING)KEYS?"
    r"|\w*(?:PASSWORDS?|PASSWD|PASSPHRASES?|PASSCODES?|SECRETS?|TOKENS?|CREDENTIALS?|CREDS?)"
    r"|\w*(?<!COM)(?<!BY)PASS|\w*PWD)\Z",
    re.IGNORECASE,
)
_FOLDERS = ("PWD", "OLDPWD")
"""Called like a password, and the shell's own all the same."""
_SECRET_PHRASE = re.compile(r"_(?:CONN(?:ECTION)?_?STR(?:ING)?S?|SERVICE_?ROLE)_")
_CONNECTION = re.compile(
    r"DATABASE_?(?:UR[LI]|DSN)"
    r"|_(?:[A-Z]*(?:DATABASE|POSTGRES|SQL|REDIS|MONGO|AMQP|RABBITMQ)[A-Z]*|[A-Z]*DB|PG|JDBC|BROKER|KAFKA|SMTP|LDAP)"
    r"_(?:[A-Z]+_)*UR[LI]_"
)
_SECRET_VALUE = re.compile(
    r"://[^\s/?#@:]*:[^\s/?#@]+@"
    r"|(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|account[ _]?key|access[ _]?key)"
    r"(?:[\"']\s{0,9}:|[\"']?\s{0,9}=)\s{0,9}[^\s&;]"
    r"|-----BEGIN [A-Z ]{0,40}PRIVATE KEY",
    re.IGNORECASE,
)


def refused_variable(name: str, allowed: Sequence[str] | None, value: str = "") -> str | None:
    """Say why a fixture may not name a variable of this value, or None; `allowed` are patterns, None without such.

    >>> refused_variable("SUPPORT_EMAIL", None)
    >>> refused_variable("AWS_SECRET_ACCESS_KEY", None)
    '!env does not read AWS_SECRET_ACCESS_KEY: it looks like a secret'
    >>> refused_variable("SUPPORT_EMAIL", ["SHOP_*"])
    '!env does not read SUPPORT_EMAIL: env-allowed does not name it'
    >>> refused_variable("BASE", None, "https://ada:lovelace@example.org")
    '!env does not read BASE: its value holds a password or the like'
    """
    if allowed is not None:
        is_named = any(fnmatchcase(name, pattern) for pattern in allowed)
        return None if is_named else f"!env does not read {name}: env-allowed does not name it"
    if name.upper().startswith("PG") or _belongs_to_connection(name):
        return f"!env does not read {name}: it belongs to the connection"
    if _looks_secret(name):
        return f"!env does not read {name}: it looks like a secret"
    holds_secret = _SECRET_VALUE.search(value) is not None
    return f"!env does not read {name}: its value holds a password or the like" if holds_secret else None


def _belongs_to_connection(name: str) -> bool:
    return _CONNECTION.search(_words(name)) is not None


def _looks_secret(name: str) -> bool:
    """Whether a word of a name, in capitals or in camel case, is one that secrets are called by."""
    if name.upper() in _FOLDERS:
        return False
    words = {word.rstrip("0123456789") for word in re.split(r"[\W_]+", name)}
    return any(map(_SECRET.match, words | set(words_in(name)))) or bool(_SECRET_PHRASE.search(_words(name)))


def _words(name: str) -> str:
    """Write a name's words in capitals with `_` around each.

    >>> _words("shopDatabase2-url")
    '_SHOP_DATABASE_URL_'
    """
    return f"_{'_'.join(words_in(name)).upper()}_"
