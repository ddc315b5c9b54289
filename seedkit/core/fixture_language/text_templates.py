"""`!format`: text with the values of the row's other columns in it."""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable
from typing import NamedTuple

from seedkit.errors import FixtureError

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+\Z")
_NUMBER = re.compile(r"\d+")
WIDEST = 1_000
"""The width, and the digits, that a column may be given: a few characters could otherwise ask for all memory."""
LONGEST = 64 << 20
"""How many characters a text may have: as a value in a file, which a text made of texts made of texts soon outgrows."""
_MOST_DIGITS = 1_000
"""Digits of a number that is given a format: Python takes time to read one of many."""
_HINT = 'Write a column in braces, as in !format "user{id}@example.com", {id:04} for leading zeros, {{ for a brace.'


class Part(NamedTuple):
    """A text, and the column behind it with the format that it is to have; None behind the last one."""

    literal: str
    column: str | None
    spec: str


def parts_of(template: str) -> list[Part]:
    """Read a template; raises FixtureError.

    >>> parts_of("user{id:04}@")
    [Part(literal='user', column='id', spec='04'), Part(literal='@', column=None, spec='')]
    """
    try:
        found = string.Formatter().parse(template)
        return [Part(literal, name, spec or "") for literal, name, spec, _ in found]
    except ValueError as error:
        raise FixtureError(f'!format "{template}": {error}', hint=_HINT) from error


def filled(template: str, text_of: Callable[[str], str], made: Callable[[str, str], object] = lambda *_: None) -> str:
    """Put the columns' texts into a template; whole numbers take Python's format, so that `{id:04}` gives `0007`.

    `made` is told each text, and what became of it by a format.

    >>> filled("{{user}}{id:04}@{host}", {"id": "7", "host": "example.com"}.__getitem__)
    '{user}0007@example.com'
    """
    return _joined(
        part.literal + ("" if part.column is None else _part(text_of, part.column, part.spec, made))
        for part in parts_of(template)
    )


def _joined(parts: Iterable[str]) -> str:
    kept: list[str] = []
    length = 0
    for part in parts:
        kept.append(part)
        length += len(part)
        if length > LONGEST:
            raise FixtureError(f"!format gives a text of more than {LONGEST >> 20} million characters")
    return "".join(kept)


def _part(text_of: Callable[[str], str], name: str, spec: str, made: Callable[[str, str], object]) -> str:
    if not name:
        raise FixtureError("!format has braces without a column", hint=_HINT)
    text = text_of(name)
    formatted = formatter(name, spec)(text)
    made(text, formatted)
    return formatted


def formatter(name: str, spec: str) -> Callable[[str], str]:
    """Return what gives the texts of a column a format, and raises FixtureError for one that can't have it."""
    if not spec:
        return str
    _require_narrow(name, spec)

    def formatted(text: str) -> str:
        value = int(text) if len(text) <= _MOST_DIGITS and _WHOLE_NUMBER.match(text) else text
        try:
            return format(value, spec).encode().decode()  # a number may be the code of half a character
        except (ValueError, OverflowError) as error:
            raise FixtureError(f"!format {{{name}:{spec}}}: {error}", hint=_HINT) from error

    return formatted


def _require_narrow(name: str, spec: str) -> None:
    digits = (number.lstrip("0") for number in _NUMBER.findall(spec))
    if any(len(number) > len(str(WIDEST)) or int(number or 0) > WIDEST for number in digits):
        raise FixtureError(f"!format {{{name}:{spec[:40]}}}: at most {WIDEST:,} wide, and as many digits", hint=_HINT)
