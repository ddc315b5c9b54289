"""JSON that others wrote, read with its numbers as they are spelled, and its values as a fixture has them."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, TypeAlias

from seedkit.core.fixtures import Quoted, Tagged, Value
from seedkit.core.values.json_documents import JSON_TAG
from seedkit.errors import FixtureError

DEEPEST = 100
"""How many lists and objects may stand in each other in a row."""


class Number(str):
    """A number as the file spells it."""

    __slots__ = ()


Foreign: TypeAlias = "str | bool | list[Foreign] | dict[str, Foreign] | None"
"""A value as JSON has it; a number is a `Number`."""


class RepeatedKeyError(ValueError):
    """An object has a key twice."""

    def __init__(self, key: str) -> None:
        super().__init__(f'the key "{key}" stands twice')


class ConstantError(ValueError):
    """A word stands where JSON has a number: Python writes NaN and Infinity so, and PostgreSQL refuses them."""

    def __init__(self, word: str) -> None:
        super().__init__(f"{word} is no value of JSON")
        self.word = word


_HALF = re.compile("[\ud800-\udfff]")
_NESTED = f"values are nested deeper than {DEEPEST} levels"


def refuse_halves(value: Foreign) -> None:
    """Raise FixtureError for half a character, which JSON can escape alone and no database can store."""
    if isinstance(value, str):
        if not value.isascii() and _HALF.search(value):
            raise FixtureError("a text holds one half of a character, and the other one is missing")
    elif isinstance(value, (list, dict)):
        for part in (*value, *value.values()) if isinstance(value, dict) else value:
            refuse_halves(part)


def decoded(text: str, start: int) -> tuple[Foreign, int]:
    """Read the JSON value that starts at a place, and say where it ends; raises ValueError.

    NaN and Infinity are numbers, as in what Python writes: other tools' fixtures have them.
    """
    return _decoded(_DECODER, text, start)


def decoded_without_words(text: str, start: int) -> tuple[Foreign, int]:
    """Read a value as `decoded` does; raises ConstantError for NaN and Infinity."""
    return _decoded(_WITHOUT_WORDS, text, start)


def decoded_strictly(text: str, start: int) -> tuple[Foreign, int]:
    """Read a value as `decoded_without_words` does; raises RepeatedKeyError for an object that has a key twice."""
    return _decoded(_STRICT, text, start)


def fixture_value(value: Foreign, depth: int = 0) -> Value:
    """Give a value as a fixture has it: texts are quoted, all others are plain; raises FixtureError.

    A value with the tag `!json` is an object in which that stands alone: it says what a document can't say otherwise.

    >>> fixture_value({"a": [Number("1.10"), "1.10", True, None]})
    {'a': ['1.10', '1.10', 'true', None]}
    >>> fixture_value({"!json": "null"})
    Tagged(tag='!json', value='null', line=0)
    """
    if value is None:
        return None
    if isinstance(value, str):
        return str(value) if isinstance(value, Number) else Quoted(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if depth >= DEEPEST:
        raise FixtureError(_NESTED)
    if isinstance(value, list):
        return [fixture_value(part, depth + 1) for part in value]
    if depth == 0 and len(value) == 1 and isinstance(text := value.get(JSON_TAG), str):
        return Tagged(tag=JSON_TAG, value=Quoted(text), line=0)
    return {key: fixture_value(part, depth + 1) for key, part in value.items()}


def _decoded(decoder: json.JSONDecoder, text: str, start: int) -> tuple[Foreign, int]:
    try:
        value, end = decoder.raw_decode(text, start)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return value, end


def _unique(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        raise RepeatedKeyError(next(key for number, key in enumerate(keys) if key in keys[:number]))
    return found


def _refused(word: str) -> Number:
    raise ConstantError(word)


_DECODER = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=Number)
_WITHOUT_WORDS = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=_refused)
_STRICT = json.JSONDecoder(parse_float=Number, parse_int=Number, parse_constant=_refused, object_pairs_hook=_unique)
