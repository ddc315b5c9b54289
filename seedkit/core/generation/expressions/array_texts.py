"""Reads array literals (manual, "Array Input and Output Syntax")."""

from __future__ import annotations

import re

from seedkit.core.generation.expressions.values import ServerRefusesError

_ELEMENT = re.compile(r'\s*(?:"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>[^{}",\\]+?))\s*(?=[,}])', re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


def array_of(text: str) -> list[object]:
    r"""Read an array of texts; lists in it are its further dimensions.

    >>> array_of('{a,"b c",NULL,"say \\"x\\""}'), array_of("{{1,2},{3,4}}")
    (['a', 'b c', None, 'say "x"'], [['1', '2'], ['3', '4']])
    """
    items, place = _items(text.strip(), 0)
    if place != len(text.strip()):
        raise ServerRefusesError(f"malformed array literal: {text!r}")
    return items


def _items(text: str, place: int) -> tuple[list[object], int]:
    if not text.startswith("{", place):
        raise ServerRefusesError(f"malformed array literal: {text!r}")
    items: list[object] = []
    place += 1
    while not text.startswith("}", place):
        item, place = _item(text, place)
        items.append(item)
        if text.startswith(",", place):
            place += 1
        elif not text.startswith("}", place):
            raise ServerRefusesError(f"malformed array literal: {text!r}")
    return items, place + 1


def _item(text: str, place: int) -> tuple[object, int]:
    if text.startswith("{", place):
        return _items(text, place)
    found = _ELEMENT.match(text, place)
    if found is None:
        raise ServerRefusesError(f"malformed array literal: {text!r}")
    if found["quoted"] is not None:
        return _ESCAPED.sub(r"\1", found["quoted"]), found.end()
    plain = found["plain"].strip()
    return None if plain.upper() == "NULL" else plain, found.end()
