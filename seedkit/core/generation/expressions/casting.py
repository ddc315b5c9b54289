"""Casts values between types, as far as the result does not depend on settings."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from seedkit.core.generation.expressions.array_texts import array_of
from seedkit.core.generation.expressions.moment_casts import to_date, to_interval, to_time, to_timestamp, to_timestamptz
from seedkit.core.generation.expressions.number_casts import to_float, to_integer, to_numeric
from seedkit.core.generation.expressions.type_names import element_type, modifiers, without_modifier
from seedkit.core.generation.expressions.values import CaseInsensitive, Json, NotEvaluatedError, Padded, refused

_TRUTHS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
_UUID = re.compile(r"(\{)?([0-9a-f]{4}-?){7}[0-9a-f]{4}(?(1)\})", re.IGNORECASE)
_BLANKS = " \t\n\v\f\r"


def cast(value: object, type_: str) -> object:
    """Cast a value that is not NULL, explicitly; raises NotEvaluatedError where only the server can, or would refuse.

    >>> cast("2.5", "integer")
    Traceback (most recent call last):
        ...
    seedkit.core.generation.expressions.values.ServerRefusesError: invalid input for integer: '2.5'
    >>> cast(Decimal("2.5"), "integer"), cast("ab", "character(3)"), cast("Ada", "character varying(2)")
    (3, 'ab ', 'Ad')
    """
    element = element_type(type_)
    if element is not None:
        return _array(value, element)
    plain = _SYNONYMS.get(without_modifier(type_), without_modifier(type_))
    kind = plain.rpartition(".")[2] if plain.endswith(".citext") else plain
    if kind not in _CASTS:
        raise NotEvaluatedError(f"the type {type_}")
    return _CASTS[kind](value, kind, modifiers(type_))


def _array(value: object, element: str) -> list[object]:
    if isinstance(value, str):
        value = array_of(value)
    if not isinstance(value, list):
        raise refused(value, f"{element}[]")
    return [
        None if item is None else _array(item, element) if isinstance(item, list) else cast(item, element)
        for item in value
    ]


def _to_boolean(value: object, type_: str, _: tuple[int, ...]) -> bool:
    if isinstance(value, bool):
        return value
    if type(value) is int:
        return value != 0
    text = value.strip(_BLANKS).lower() if isinstance(value, str) else ""
    found = {truth for word, truth in _TRUTHS.items() if text and word.startswith(text)}
    if len(found) != 1:
        raise refused(value, type_)
    return found.pop()


def text_of(value: object) -> str:
    """Write a value as its type's output function does; raises NotEvaluatedError where that is up to settings."""
    writers: dict[type, Callable[[Any], str]] = {
        str: str,
        CaseInsensitive: str,
        Padded: lambda padded: str(padded.unpadded),
        bool: lambda truth: "true" if truth else "false",
        int: str,
        Decimal: lambda number: f"{number:f}",
        date: str,
        UUID: str,
        bytes: lambda octets: "\\x" + octets.hex(),
        datetime: _moment_text,
        time: lambda clock: _short(str(clock)),
    }
    if type(value) not in writers:
        raise NotEvaluatedError(f"the text of a {type(value).__name__}")
    return writers[type(value)](value)


def _moment_text(moment: datetime) -> str:
    return _short(moment.replace(tzinfo=None).isoformat(" ")) + ("" if moment.tzinfo is None else "+00")


def _short(text: str) -> str:
    return text.rstrip("0") if "." in text else text


def _to_text(value: object, _: str, limits: tuple[int, ...]) -> str:
    text = text_of(value)
    return text[: limits[0]] if limits else text


def _to_padded(value: object, type_: str, limits: tuple[int, ...]) -> str:
    text = str(value) if isinstance(value, Padded) else text_of(value)
    length = limits[0] if limits else (1 if type_ == "character" else len(text))
    return Padded(text[:length].ljust(length))


def _to_citext(value: object, _: str, __: tuple[int, ...]) -> str:
    return CaseInsensitive(text_of(value))


def _to_uuid(value: object, type_: str, _: tuple[int, ...]) -> UUID:
    if isinstance(value, UUID):
        return value
    if _UUID.fullmatch(text_of(value)) is None:
        raise refused(value, type_)
    return UUID(text_of(value))


def _to_bytes(value: object, type_: str, _: tuple[int, ...]) -> bytes:
    if isinstance(value, bytes):
        return value
    try:
        if isinstance(value, str) and value.startswith("\\x"):
            return bytes.fromhex(value[2:])
    except ValueError as error:
        raise refused(value, type_) from error
    raise NotEvaluatedError(f"bytes of {value!r}")  # with backslashes, or not


def _to_json(value: object, type_: str, _: tuple[int, ...]) -> Json:
    if isinstance(value, Json):
        return value
    try:
        return Json(json.loads(text_of(value), parse_float=Decimal, parse_constant=_no_json))
    except ValueError as error:
        raise refused(value, type_) from error


def _no_json(name: str) -> None:
    raise ValueError(name)


_SYNONYMS = {
    "varchar": "character varying",
    "int": "integer",
    "int2": "smallint",
    "int4": "integer",
    "int8": "bigint",
    "bool": "boolean",
    "float8": "double precision",
    "float4": "real",
    "decimal": "numeric",
    "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
}
_CASTS: dict[str, Callable[[object, str, tuple[int, ...]], object]] = {
    **dict.fromkeys(("smallint", "integer", "bigint"), to_integer),
    **dict.fromkeys(("text", "character varying", "name"), _to_text),
    **dict.fromkeys(("double precision", "real"), to_float),
    **dict.fromkeys(("json", "jsonb"), _to_json),
    "numeric": to_numeric,
    "boolean": _to_boolean,
    **dict.fromkeys(("character", "bpchar"), _to_padded),
    "citext": _to_citext,
    "date": to_date,
    "timestamp without time zone": to_timestamp,
    "timestamp with time zone": to_timestamptz,
    "time without time zone": to_time,
    "interval": to_interval,
    "uuid": _to_uuid,
    "bytea": _to_bytes,
}
