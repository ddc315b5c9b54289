"""Keeps passwords, and what fixtures took from the environment and from files, out of everything that is printed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus, unquote

from seedkit.printable import on_one_line

_KEYWORDS = ("password", "sslpassword", "oauth_client_secret")
_KEYWORD = rf"(?:{'|'.join(_KEYWORDS)})"
_URL_PASSWORD = re.compile(r"(?P<before>[\w+]+://[^:/?#\s]*:)(?P<password>.*)@", re.DOTALL)
_WELL_FORMED_URL_PASSWORD = re.compile(r"[\w+]+://[^:/?#@\s]*:([^:/?#@\s]+)@")
_VALUE = re.compile(rf"\b{_KEYWORD}\s*=\s*(?:'((?:[^'\\]|\\.)*)'?|((?:\\.|[^\s\\])+))", re.IGNORECASE | re.DOTALL)
_BEFORE_IN_PLACE = rf"((?:[\w+]+://[^:/?#@\s]*:|\b(?:PG)?{_KEYWORD}\s*=\s*'?))"
_DELIMITERS = re.compile(r"[@:/?#\[\]\s'\\]+")
_SIGN = r"[@:/?#\[\]'\"\\]"
_SHORTEST_ANYWHERE = 3

SHORTEST_PASSWORD_ANYWHERE = 6
"""A shorter password is part of too many words: it is hidden where it stands alone."""


def passwords_in(conninfo: str) -> frozenset[str]:
    r"""Collect the passwords of a conninfo as its writer meant them: each whole, as it is written and as it is sent.

    >>> sorted(passwords_in("postgresql://ada:love%40lace@localhost/app?p%61ssword=hopper"))
    ['hopper', 'love%40lace', 'love@lace']
    >>> sorted(passwords_in(r"host=localhost password='it\'s' oauth_client_secret=love&lace"))
    ["it's", "it\\'s", 'love&lace']
    """
    found = _url_passwords(conninfo) if "://" in conninfo else _value_passwords(conninfo)
    return frozenset(secret for secret in found if secret)


def _url_passwords(conninfo: str) -> Iterator[str]:
    if match := _WELL_FORMED_URL_PASSWORD.match(conninfo.strip()):
        yield from _decoded(match[1])
    for pair in conninfo.partition("?")[2].split("&"):
        name, _, value = pair.partition("=")
        if unquote(name).strip() in _KEYWORDS:
            yield from _decoded(value.strip())


def _decoded(text: str) -> tuple[str, str]:
    return text, unquote(text)


def _value_passwords(conninfo: str) -> Iterator[str]:
    for match in _VALUE.finditer(conninfo):
        text = match[2] if match[1] is None else match[1]
        yield text
        yield re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL)


def secrets_in(conninfo: str) -> frozenset[str]:
    """Collect what must not be shown of a conninfo: its passwords, also in pieces that are as long as a password.

    libpq quotes pieces of a password whose `@`, `/` or `#` was not percent-encoded, as an invalid port or host.

    >>> sorted(secrets_in("postgresql://ada:lovelace@localhost/app"))
    ['lovelace']
    >>> "secret" in secrets_in("postgresql://ada:se/secret@localhost/app")
    True
    """
    found = _whole(conninfo)
    return found | {piece for piece in _pieces(found) if len(piece) >= SHORTEST_PASSWORD_ANYWHERE}


def _whole(conninfo: str) -> frozenset[str]:
    found = set(passwords_in(conninfo))
    if match := _URL_PASSWORD.search(conninfo):
        found |= {match["password"], unquote(match["password"])}
    return frozenset(filter(None, found))


def _pieces(passwords: Iterable[str]) -> frozenset[str]:
    return frozenset(piece for password in passwords for piece in _DELIMITERS.split(password) if piece)


def redact_of(text: str, conninfos: Iterable[str], *, others: Iterable[str] = ()) -> str:
    """Replace the secrets of conninfos in a text, and other passwords; short pieces only where a piece of a URL stands.

    >>> redact_of('entry 1 of 3: "1" is no port of ada:secret@1@home', ["postgresql://ada:secret@1@home"])
    'entry 1 of 3: "***" is no port of ada:***@home'
    """
    whole = {secret for conninfo in conninfos for secret in _whole(conninfo)} | set(others)
    pieces = _pieces(whole) - whole
    long = {piece for piece in pieces if len(piece) >= SHORTEST_PASSWORD_ANYWHERE}
    text = redact(text, whole | long)
    for piece in _longest_first(pieces - long):
        here = re.escape(piece)
        text = re.sub(rf"(?<={_SIGN}){here}(?={_SIGN})|(?<![\w.]){here}(?=@)|(?<=@){here}(?!\w)", "***", text)
    return text


def redact(text: str, secrets: Iterable[str], *, shortest_anywhere: int = _SHORTEST_ANYWHERE) -> str:
    """Replace every secret in a text by three asterisks, however it is spelt, the longest first.

    One that is shorter than `shortest_anywhere` is replaced as a whole word only: it is part of too many others.

    >>> redact("postgresql://ada:lovelace@localhost/app", {"lovelace"})
    'postgresql://ada:***@localhost/app'
    >>> redact("ada%40home and 'ada@home'", {"ada@home"})
    "*** and '***'"
    """
    for secret in _longest_first(secrets):
        if len(secret) >= shortest_anywhere:
            text = text.replace(secret, "***")
        else:
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", "***", text)
    return text


def redact_in_place(text: str, secrets: Iterable[str]) -> str:
    """Replace secrets only where a password stands: in a URL, or after its keyword.

    For a password that is the name of something as well.

    >>> redact_in_place("postgresql://app:app@app/app PGPASSWORD=app", {"app"})
    'postgresql://app:***@app/app PGPASSWORD=***'
    """
    for secret in _longest_first(secrets):
        text = re.sub(rf"{_BEFORE_IN_PLACE}{re.escape(secret)}(?!\w)", r"\1***", text, flags=re.IGNORECASE)
    return text


def _longest_first(secrets: Iterable[str]) -> list[str]:
    return sorted({form for secret in secrets for form in _spellings(secret)}, key=len, reverse=True)


def _spellings(secret: str) -> set[str]:
    """Give a secret as URLs, JSON, conninfos, Python and our own reports write it."""
    import json

    encodable = secret.encode(errors="replace")
    return {
        secret,
        quote(encodable, safe=""),
        quote(encodable),
        quote_plus(encodable),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        re.sub(r"(['\\])", r"\\\1", secret),
        repr(secret)[1:-1],
        on_one_line(secret),
    }
