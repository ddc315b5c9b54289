"""Functions of texts, and of bytes as far as they have the same names."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any

from seedkit.core.generation.expressions.casting import text_of
from seedkit.core.generation.expressions.values import NotEvaluatedError, Padded, ServerRefusesError, ascii_only


def whole(value: object) -> int:
    """Give an integer; raises TypeError for anything else."""
    if type(value) is not int:
        raise TypeError("no integer")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value.unpadded if isinstance(value, Padded) else value


def _length(value: object) -> int:
    return len(value) if isinstance(value, bytes) else len(_text(value))


def _octets(value: object) -> int:
    """Count bytes; those of a `character(n)` with its blanks."""
    if isinstance(value, bytes):
        return len(value)
    return len(value.encode()) if isinstance(value, str) else len(_text(value))


def _trim(strip: Callable[[str, str], str]) -> Callable[..., str]:
    return lambda text, letters=" ": strip(_text(text), _text(letters))


def _left(text: object, count: object) -> str:
    return _text(text)[: whole(count)]


def _right(text: object, count: object) -> str:
    given, number = _text(text), whole(count)
    return given[max(0, len(given) - number) :] if number >= 0 else given[-number:]


def _substring(text: object, begin: object, length: object = None) -> str:
    first = whole(begin) - 1
    end = len(_text(text)) if length is None else first + whole(length)
    if length is not None and end < first:
        raise ServerRefusesError("negative substring length")
    return _text(text)[max(0, first) : max(0, end)]


def _split_part(text: object, delimiter: object, number: object) -> str:
    parts = _text(text).split(_text(delimiter)) if delimiter else [_text(text)]
    place = whole(number)
    if place == 0:
        raise ServerRefusesError("split_part at 0")
    place = place - 1 if place > 0 else place
    return parts[place] if -len(parts) <= place < len(parts) else ""


def _translate(text: object, letters: object, others: object) -> str:
    table: dict[int, str | None] = {}
    for place, letter in enumerate(_text(letters)):
        table.setdefault(ord(letter), _text(others)[place : place + 1] or None)
    return _text(text).translate(table)


def _replace(text: object, part: object, other: object) -> str:
    return _text(text).replace(_text(part), _text(other)) if part else _text(text)


def _md5(value: object) -> str:
    octets = value if isinstance(value, bytes) else _text(value).encode()
    return hashlib.md5(octets, usedforsecurity=False).hexdigest()


def _concat(arguments: Sequence[object]) -> str:
    return "".join(_written(argument) for argument in arguments if argument is not None)


def _concat_ws(arguments: Sequence[object]) -> str | None:
    separator, *parts = arguments
    return None if separator is None else _text(separator).join(_written(part) for part in parts if part is not None)


def _written(value: object) -> str:
    """Write a value as `concat` does, by its output function: a boolean is one letter there."""
    return ("t" if value else "f") if isinstance(value, bool) else text_of(value)


def _initcap(text: object) -> str:
    """Write words with capitals, where providers of locales agree on what a word is."""
    given = ascii_only(_text(text))
    if _WORDS.fullmatch(given) is None:
        raise NotEvaluatedError("where a word begins depends on the database's locale")
    return re.sub(r"[A-Za-z]+", lambda word: word[0].capitalize(), given)


def _similar_to_escape(pattern: object) -> str:
    r"""Write a pattern of SIMILAR TO as a regular expression (PostgreSQL, regexp.c).

    >>> print(_similar_to_escape("[A-Z]{2}-_%"), _similar_to_escape(r"(a|b).\%"))
    ^(?:[A-Z]{2}-..*)$ ^(?:(?:a|b)\.\%)$
    """
    parts = _SIMILAR.findall(_text(pattern))
    if "".join(parts) != pattern or r"\"" in parts:
        raise NotEvaluatedError(f"SIMILAR TO {pattern}")
    return f"^(?:{''.join(_OF_SIMILAR.get(part, part) for part in parts)})$"


_WORDS = re.compile(r"(?:[A-Za-z]+|[0-9]+)?(?:[ ,-]+(?:[A-Za-z]+|[0-9]+))*[ ,-]*")
_SIMILAR = re.compile(r"\[\^?(?:\[:\w+:\]|[^]\[\\])+\]|\\.|[^\[\\]", re.DOTALL)
_OF_SIMILAR = {"%": ".*", "_": ".", "(": "(?:", ".": r"\.", "^": r"\^", "$": r"\$"}

TEXT_FUNCTIONS: dict[str, Callable[..., Any]] = {
    **dict.fromkeys(("length", "char_length", "character_length"), _length),
    "octet_length": _octets,
    "lower": lambda text: ascii_only(_text(text)).lower(),
    "upper": lambda text: ascii_only(_text(text)).upper(),
    "initcap": _initcap,
    "similar_to_escape": _similar_to_escape,
    "btrim": _trim(str.strip),
    "ltrim": _trim(str.lstrip),
    "rtrim": _trim(str.rstrip),
    "left": _left,
    "right": _right,
    **dict.fromkeys(("substr", "substring"), _substring),
    "strpos": lambda text, part: _text(text).find(_text(part)) + 1,
    "replace": _replace,
    "reverse": lambda text: _text(text)[::-1],
    "repeat": lambda text, count: _text(text) * whole(count),
    "split_part": _split_part,
    "starts_with": lambda text, start: _text(text).startswith(_text(start)),
    "translate": _translate,
    "md5": _md5,
}
TEXT_FUNCTIONS_OF_NULLS: dict[str, Callable[[Sequence[object]], object]] = {
    "concat": _concat,
    "concat_ws": _concat_ws,
}
