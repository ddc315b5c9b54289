"""What may be shown of a text that others wrote: the one place where characters that act become escapes that are read.

A name, a comment or a server's message may hold what a terminal obeys (control characters), what ends a line of a log,
and what turns the order of letters round or can't be seen. Two joiners stay, as words of several languages need them.
What must reach a database or a file unchanged does not pass through here.
"""

from __future__ import annotations

import re

ACTING = (
    "\x00-\x1f\x7f-\x9f"  # C0, DEL, C1
    "\u2028\u2029"  # the ends of lines and paragraphs
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"  # directions of writing
    "\u180e\u200b\u2060-\u2065\u206a-\u206f\ufeff\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # unseen
    "\ud800-\udfff"  # no characters: what was no UTF-8
)
"""For a character class."""

_ACTING = re.compile(f"[{ACTING}]")
_ACTING_IN_LINES = re.compile(f"(?![\n\t])[{ACTING}]")


def on_one_line(text: str) -> str:
    r"""Show a text of others, so that it ends no line of a report, a log or a script's comment.

    >>> print(on_one_line("a" + chr(10) + "b" + chr(27) + "[2J" + chr(0x202E)))
    a\nb\x1b[2J\u202e
    """
    return _ACTING.sub(_escape, text)


def in_lines(text: str) -> str:
    r"""Show a text whose lines are our own, or that nobody takes for ours: a report, a traceback.

    >>> in_lines("a" + chr(10) + "b" + chr(27)) == "a" + chr(10) + "b" + r"\x1b"
    True
    """
    return _ACTING_IN_LINES.sub(_escape, text)


def in_json(document: str) -> str:
    r"""Spell what JSON lets stand bare in its strings, but should not be printed; the document stays the same.

    >>> print(in_json('{"name": "a' + chr(0x202E) + chr(0xE0041) + '"}'))
    {"name": "a\u202e\udb40\udc41"}
    """
    return _ACTING_IN_LINES.sub(_json_escape, document)


def _escape(found: re.Match[str]) -> str:
    return repr(found[0])[1:-1]


def _json_escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", errors="surrogatepass")
    return "".join(f"\\u{units[place : place + 2].hex()}" for place in range(0, len(units), 2))
