"""Writes JSON documents; what is written plain follows YAML's core schema, what is quoted is a string."""

from __future__ import annotations

import json
import re

from seedkit.core.fixtures import Cell, Quoted, Tagged, Value
from seedkit.errors import FixtureError

JSON_TAG = "!json"

_BASED_INTEGER = re.compile(r"(?:0o[0-7]{1,1000}|0x[0-9a-fA-F]{1,1000})\Z")
_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_string = json.JSONEncoder(ensure_ascii=False).encode
_WORDS = {
    **dict.fromkeys(("true", "True", "TRUE"), "true"),
    **dict.fromkeys(("false", "False", "FALSE"), "false"),
}


def json_text(value: Value) -> str | None:
    """Write a JSON document; a plain null is NULL, a quoted object or array is taken as JSON, and so is any `!json`.

    A cell of a CSV file is one already.

    Without the tag a fixture can't say three things: the document `null`, which is not NULL; a string that begins like
    an object or an array; and the very spelling of a lone number or string in a `json` column.

    >>> json_text({"a": ["1", Quoted("1"), "yes", None]})
    '{"a": [1, "1", "yes", null]}'
    >>> json_text(Quoted('{"a": 1}')), json_text(Quoted("a")), json_text("true")
    ('{"a": 1}', '"a"', 'true')
    """
    if value is None:
        return None
    if isinstance(value, Cell) or (isinstance(value, Quoted) and value.strip()[:1] in ("{", "[")):
        return str(value)
    if isinstance(value, Tagged) and value.tag == JSON_TAG and isinstance(value.value, str):
        return str(value.value)
    return json_document(value)


def json_document(value: Value) -> str:
    """Write any value as JSON, its plain scalars by YAML's core schema; raises FixtureError for a tag."""
    if isinstance(value, dict):
        members = (f"{_string(key)}: {json_document(item)}" for key, item in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(json_document(item) for item in value) + "]"
    if isinstance(value, Tagged):
        raise FixtureError(f"a JSON document can not hold the tag {value.tag}")
    if value is None:
        return "null"
    return _string(value) if isinstance(value, Quoted) else _scalar(value)


def _scalar(text: str) -> str:
    if text in _WORDS:
        return _WORDS[text]
    if _BASED_INTEGER.match(text):
        return str(int(text, 0))
    if _NUMBER.match(text):
        return _number(text)
    return _string(text)


def _number(text: str) -> str:
    """Spell a number as JSON does, digit for digit: 1.10 stays 1.10.

    >>> _number("+.5"), _number("1.e3"), _number("01.10")
    ('0.5', '1e3', '1.10')
    """
    sign = "-" if text.startswith("-") else ""
    whole, _, rest = text.lstrip("+-").partition(".")
    if not rest and "." not in text:
        mantissa, exponent_mark, exponent = whole.lower().partition("e")
        return f"{sign}{mantissa.lstrip('0') or '0'}{exponent_mark}{exponent}"
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return f"{sign}{whole.lstrip('0') or '0'}{'.' + digits if digits else ''}{rest[len(digits) :]}"
