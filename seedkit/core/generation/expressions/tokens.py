"""Cuts the text of an expression into tokens, by PostgreSQL's lexical rules (manual, "SQL Syntax")."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

_TOKEN = re.compile(
    r"""
      (?P<escaped> [eE] ' (?: [^'\\] | '' | \\. )* ' )
    | (?P<bits>    [bBxX] ' [0-9a-fA-F]* ' )
    | (?P<text>    ' (?: [^'] | '' )* ' )
    | (?P<quoted>  " (?: [^"] | "" )+ " )
    | (?P<number>  (?: \d+ (?: \.\d* )? | \.\d+ ) (?: [eE][-+]?\d+ )? )
    | (?P<word>    [^\W\d] [\w$]* | \$\d+ )
    | (?P<mark>    :: | [()\[\],.:] )
    | (?P<operator> [-+*/<>=~!@\#%^&|`?]+ )
    """,
    re.VERBOSE | re.DOTALL,
)
_BLANK = re.compile(r"\s*")
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|x[0-9a-fA-F]{1,2}|[0-7]{1,3}|.)|''", re.DOTALL)
_LETTERS = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class Token(Struct, frozen=True):
    """A piece of the text: "text" (unquoted), "bits", "name" (quoted), "word", "number", "mark", "operator", or "end".

    A word is in lower case.
    """

    kind: str
    text: str


class NotReadError(ValueError):
    """Says what in a text the parser does not know."""


def tokens_of(text: str) -> list[Token]:
    """Cut a text into tokens, the last of which is the end; raises NotReadError.

    >>> [token.text for token in tokens_of("(a >= 'it''s'::text)")]
    ['(', 'a', '>=', "it's", '::', 'text', ')', '']
    """
    return [*_tokens(text), Token("end", "")]


def _tokens(text: str) -> Iterator[Token]:
    place = _skipped(text, 0)
    while place < len(text):
        found = _TOKEN.match(text, place)
        if found is None:
            raise NotReadError(f"{text[place : place + 20]!r}")
        yield _token(str(found.lastgroup), found.group())
        place = _skipped(text, found.end())


def _skipped(text: str, place: int) -> int:
    blank = _BLANK.match(text, place)
    return blank.end() if blank else place


def _token(kind: str, text: str) -> Token:
    match kind:
        case "text":
            return Token("text", text[1:-1].replace("''", "'"))
        case "escaped":
            return Token("text", _ESCAPE.sub(_unescaped, text[2:-1]))
        case "quoted":
            return Token("name", text[1:-1].replace('""', '"'))
        case "word":
            return Token("word", text.lower())
        case _:
            return Token(kind, text)


def _unescaped(found: re.Match[str]) -> str:
    escape = found.group(1)
    if escape is None:
        return "'"
    if escape[0] in "uUx" and len(escape) > 1:
        return chr(int(escape[1:], 16))
    if escape[0] in "01234567":
        return chr(int(escape, 8))
    return _LETTERS.get(escape, escape)
