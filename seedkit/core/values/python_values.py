"""Turns values of Python, as Faker gives them, into values as a fixture holds them. Knows no column."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from ipaddress import IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network
from uuid import UUID

from seedkit.core.fixtures import Moment, Quoted, Tagged, Value
from seedkit.errors import FixtureError

_NETWORK_TYPES = (IPv4Address, IPv4Interface, IPv4Network, IPv6Address, IPv6Interface, IPv6Network)


def fixture_value(value: object) -> Value:
    """Write a value as a fixture would: its column then decides what it means, as for one from a file.

    A text is quoted, so that it is a string in a JSON document; a set is sorted, so that two runs give the same; of
    an enum's member the value counts. Raises FixtureError for an object that has no text.

    >>> fixture_value({"price": Decimal("1.10"), "tags": {"b", "a"}, "sold": False, "by": None})
    {'price': '1.10', 'tags': ['a', 'b'], 'sold': 'false', 'by': None}
    """
    if value is None or isinstance(value, (Quoted, Tagged)):
        return value
    if isinstance(value, Enum):
        return fixture_value(value.value)
    if isinstance(value, str):
        return Quoted(value)
    if isinstance(value, (bytes, bytearray, memoryview)):
        return Tagged(tag="!!binary", value=Quoted(b64encode(value).decode()), line=0)
    if isinstance(value, Mapping):
        return {_key(key): fixture_value(item) for key, item in value.items()}
    return _list(value) if isinstance(value, Iterable) and not isinstance(value, _NETWORK_TYPES) else _plain(value)


def _list(values: Iterable[object]) -> list[Value]:
    if isinstance(values, (set, frozenset)):
        return _in_order(values)
    return [fixture_value(value) for value in values]


def _in_order(values: Iterable[object]) -> list[Value]:
    """Sort by type and value: numbers by size, all else by what is written."""

    def place(value: object) -> tuple[str, float | Decimal, str]:
        number = value if isinstance(value, (int, float, Decimal)) else 0
        return type(value).__name__, number, repr(fixture_value(value))

    return [fixture_value(value) for value in sorted(values, key=place)]


def _key(key: object) -> str:
    text = fixture_value(key)
    if isinstance(text, str):
        return str(text)
    raise FixtureError(f"{key!r} can not be a key of a mapping")


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _float_text(value)
    if isinstance(value, datetime):
        return Moment(value.isoformat(sep=" "))
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.days} days {value.seconds}.{value.microseconds:06} seconds"
    if isinstance(value, (int, Decimal, UUID, tzinfo, *_NETWORK_TYPES)):
        return str(value)
    raise FixtureError(
        f"{type(value).__name__} can not be written as a value",
        hint="Values are texts, numbers, booleans, dates and times, bytes, UUIDs, lists, mappings and None.",
    )


def _float_text(value: float) -> str:
    """Write a number with all its digits, and what is none in PostgreSQL's words.

    >>> _float_text(0.1), _float_text(1e300), _float_text(-float("inf")), _float_text(float("nan"))
    ('0.1', '1e+300', '-Infinity', 'NaN')
    """
    return {"inf": "Infinity", "-inf": "-Infinity", "nan": "NaN"}.get(repr(value), repr(float(value)))
