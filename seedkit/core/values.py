"""Turns a fixture's values into the text that PostgreSQL reads for a column's type.

The column types the value, not YAML: a scalar keeps its own text, and PostgreSQL is the judge. Only where PostgreSQL
would misread a spelling in silence, or not know it, is the text changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

from seedkit.core.catalog import Column
from seedkit.core.fixtures import Quoted, Tagged, Value
from seedkit.errors import FixtureError

Encoder: TypeAlias = Callable[[Value], str | None]
"""Gives the text for PostgreSQL, or None for NULL; raises FixtureError for a value that no such column can take."""

_SPELLED_NUMBER = re.compile(r"[+-]?(0[xX][0-9a-fA-F_]+|0o[0-7_]+|0b[01_]+|[0-9][0-9_]*_[0-9_]*(\.[0-9_]*)?)\Z")
_SPELLED_FLOAT = {".inf": "Infinity", "+.inf": "Infinity", "-.inf": "-Infinity", ".nan": "NaN"}
_WITH_ZONE = re.compile(
    r"\d{1,2}:\d{2}.*?(?:[+-]\d{1,2}(?::?\d{2})?|(?<![a-z])(?!(?:am|pm|ad|bc)\Z)[a-z][\w/+-]*)\Z", re.IGNORECASE
)
_NAMED_UTC = re.compile(r"\s*(?:Z|UTC|GMT)\Z", re.IGNORECASE)
_CORE_SCHEMA_BASED_INTEGER = re.compile(r"(?:0o[0-7]+|0x[0-9a-fA-F]+)\Z")
_CORE_SCHEMA_NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_CORE_SCHEMA_WORDS = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def encoder_for(column: Column) -> Encoder:
    """Choose how values of a column become text."""
    if column.base_type in ("json", "jsonb"):
        return _json_text
    if column.category == "A":
        spelled = _spelling(column.base_type.removesuffix("[]"))
        return lambda value: _array_text(value, column, spelled)
    return _scalar_encoder(column, _spelling(column.base_type))


def _spelling(type_name: str) -> Callable[[str], str]:
    """Choose how a scalar's text is spelt for a type, also for the elements of an array."""
    return _SPELLINGS.get(type_name, str)


def _scalar_encoder(column: Column, spelled: Callable[[str], str]) -> Encoder:
    def encode(value: Value) -> str | None:
        if value is None:
            return None
        if isinstance(value, str):
            return spelled(value)
        raise _refused(value, column)

    return encode


def _refused(value: Value, column: Column) -> FixtureError:
    if isinstance(value, Tagged):
        return FixtureError(f'column "{column.name}" can not take the tag {value.tag}')
    what = "a list" if isinstance(value, list) else "a mapping"
    return FixtureError(
        f'column "{column.name}" is of type {column.type_name} and can not take {what}',
        hint="Quote the value if it is meant as text.",
    )


def _number_text(text: str) -> str:
    """Spell a number as every server reads it; 0x1F and 1_000 are known to PostgreSQL from 16 on only.

    >>> _number_text("1_000"), _number_text("0x1F"), _number_text(".inf"), _number_text("007")
    ('1000', '31', 'Infinity', '007')
    """
    if text.lower() in _SPELLED_FLOAT:
        return _SPELLED_FLOAT[text.lower()]
    if not _SPELLED_NUMBER.match(text):
        return text
    plain = text.replace("_", "")
    return plain if plain.lstrip("+-").replace(".", "").isdigit() else str(int(plain, 0))


def _timestamp_text(text: str) -> str:
    """Move a time with an offset to UTC: a timestamp without time zone would drop the offset in silence.

    The name of a zone would be dropped too; only UTC's names say an instant for sure, the others are refused.

    >>> _timestamp_text("2026-01-02T03:04:05+02:00"), _timestamp_text("2026-01-02")
    ('2026-01-02 01:04:05', '2026-01-02')
    """
    if not _WITH_ZONE.search(text.strip()):
        return text
    compact = re.sub(r"\s+(?=[+-])", "", _NAMED_UTC.sub("Z", text.strip()))
    try:
        moment = datetime.fromisoformat(re.sub(r"([+-])(\d)\Z", r"\g<1>0\2", compact)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise FixtureError(
            f'"{text}" has an offset that a timestamp without time zone would drop',
            hint="Write it as 2026-01-02T03:04:05+02:00, or without the offset.",
        ) from None
    return moment.replace(tzinfo=None).isoformat(sep=" ")


_NUMBER_TYPES = ("smallint", "integer", "bigint", "numeric", "real", "double precision", "oid", "money")
_SPELLINGS: dict[str, Callable[[str], str]] = {
    "timestamp without time zone": _timestamp_text,
    **dict.fromkeys(_NUMBER_TYPES, _number_text),
}


def _json_text(value: Value) -> str | None:
    """Write a JSON document; a plain null is NULL, a quoted object or array is taken as JSON.

    >>> _json_text({"a": ["1", Quoted("1"), "yes", None]})
    '{"a": [1, "1", "yes", null]}'
    >>> _json_text(Quoted('{"a": 1}')), _json_text(Quoted("a")), _json_text("true")
    ('{"a": 1}', '"a"', 'true')
    """
    if value is None:
        return None
    if isinstance(value, Quoted) and value.strip()[:1] in ("{", "["):
        return str(value)
    return json_document(value)


def json_document(value: Value) -> str:
    """Write any value as JSON, its plain scalars by YAML's core schema; raises FixtureError for a tag."""
    if isinstance(value, dict):
        members = (f"{json.dumps(key, ensure_ascii=False)}: {json_document(item)}" for key, item in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(json_document(item) for item in value) + "]"
    if isinstance(value, Tagged):
        raise FixtureError(f"a JSON document can not hold the tag {value.tag}")
    if value is None:
        return "null"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, Quoted) else _json_scalar(value)


def _json_scalar(text: str) -> str:
    if text in _CORE_SCHEMA_WORDS:
        return json.dumps(_CORE_SCHEMA_WORDS[text])
    if _CORE_SCHEMA_BASED_INTEGER.match(text):
        return str(int(text, 0))
    if _CORE_SCHEMA_NUMBER.match(text):
        return _json_number(text)
    return json.dumps(text, ensure_ascii=False)


def _json_number(text: str) -> str:
    """Spell a number as JSON does, digit for digit: 1.10 stays 1.10.

    >>> _json_number("+.5"), _json_number("1.e3"), _json_number("01.10")
    ('0.5', '1e3', '1.10')
    """
    sign = "-" if text.startswith("-") else ""
    whole, _, rest = text.lstrip("+-").partition(".")
    if not rest and "." not in text:
        mantissa, exponent_mark, exponent = whole.lower().partition("e")
        return f"{sign}{mantissa.lstrip('0') or '0'}{exponent_mark}{exponent}"
    digits = rest[: len(rest) - len(rest.lstrip("0123456789"))]
    return f"{sign}{whole.lstrip('0') or '0'}{'.' + digits if digits else ''}{rest[len(digits) :]}"


def _array_text(value: Value, column: Column, spelled: Callable[[str], str]) -> str | None:
    r"""Write an array literal; its elements are spelt as a column of their type would have them.

    >>> print(_array_text(["a", None, Quoted('b "c"')], None, str))
    {"a",NULL,"b \"c\""}
    """
    if value is None or isinstance(value, str):
        return value
    if not isinstance(value, list):
        raise _refused(value, column)
    return "{" + ",".join(_array_element(item, column, spelled) for item in value) + "}"


def _array_element(value: Value, column: Column, spelled: Callable[[str], str]) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        escaped = spelled(value).replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    if isinstance(value, list):
        return _array_text(value, column, spelled) or "NULL"
    raise _refused(value, column)
