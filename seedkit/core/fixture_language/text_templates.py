"""`!format`: text with the values of the row's other columns in it."""

from __future__ import annotations

import re
import string
from collections.abc import Callable

from seedkit.errors import FixtureError

_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]+\Z")
_HINT = 'Write a column in braces, as in !format "user{id}@example.com", {id:04} for leading zeros, {{ for a brace.'


def filled(template: str, text_of: Callable[[str], str]) -> str:
    """Put the columns' texts into a template; whole numbers take Python's format, so that `{id:04}` gives `0007`.

    >>> filled("{{user}}{id:04}@{host}", {"id": "7", "host": "example.com"}.__getitem__)
    '{user}0007@example.com'
    """
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise FixtureError(f'!format "{template}": {error}', hint=_HINT) from error
    return "".join(
        literal + ("" if name is None else _part(text_of, name, spec or "")) for literal, name, spec, _ in parts
    )


def _part(text_of: Callable[[str], str], name: str, spec: str) -> str:
    if not name:
        raise FixtureError("!format has braces without a column", hint=_HINT)
    text = text_of(name)
    value = int(text) if spec and _WHOLE_NUMBER.match(text) else text
    try:
        return format(value, spec)
    except ValueError as error:
        raise FixtureError(f"!format {{{name}:{spec}}}: {error}", hint=_HINT) from error
