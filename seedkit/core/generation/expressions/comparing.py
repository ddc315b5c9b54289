"""Compares values as the operators of their types do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from decimal import Decimal
from operator import eq, ge, gt, le, lt, ne
from typing import Any
from uuid import UUID

from seedkit.core.generation.expressions.values import (
    CaseInsensitive,
    Interval,
    Json,
    NotEvaluatedError,
    Padded,
    ascii_only,
)

COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {"=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
ORDERS = frozenset(("<", "<=", ">", ">="))
MIRRORED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "<>": "<>"}
"""How two values compare where their sides change places."""

_NUMBERS = (int, Decimal, float)


def compared(operator: str, left: object, right: object, *, by_code_point: bool = False) -> bool:
    """Compare two values that are not NULL; raises NotEvaluatedError where only the server can.

    Texts have an order here only `by_code_point`: under the collation "C".

    >>> compared("<=", 1, Decimal("1.0")), compared("=", Padded("de  "), Padded("de"))
    (True, True)
    """
    compare = COMPARISONS[operator]
    if isinstance(left, bool) is isinstance(right, bool) and isinstance(left, _NUMBERS) and isinstance(right, _NUMBERS):
        return compare(left, right)
    if isinstance(left, str) and isinstance(right, str):
        return compare(*_texts(operator, left, right, by_code_point=by_code_point))
    if isinstance(left, date) and isinstance(right, date):
        return compare(*_moments(left, right))
    return compare(*_others(operator, left, right))


def _texts(operator: str, left: str, right: str, *, by_code_point: bool) -> tuple[str, str]:
    if operator not in ("=", "<>") and not by_code_point:
        raise NotEvaluatedError("the order of texts is the collation's")
    for special in (CaseInsensitive, Padded):
        if isinstance(left, special) or isinstance(right, special):
            return canonical_text(special(left)), canonical_text(special(right))
    return left, right


def _moments(left: date, right: date) -> tuple[date, date]:
    if type(left) is type(right) is date:
        return left, right
    return in_utc(left), in_utc(right)


def in_utc(moment: date) -> datetime:
    """Give a date or a time as a moment; sessions that generate have the time zone UTC."""
    if not isinstance(moment, datetime):
        return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _others(operator: str, left: object, right: object) -> tuple[Any, Any]:
    if isinstance(left, Interval) and isinstance(right, Interval):
        return left.length, right.length
    for simple in (time, UUID, bytes):
        if isinstance(left, simple) and isinstance(right, simple):
            return left, right
    if operator in ("=", "<>"):
        for compound in (Json, list):
            if isinstance(left, compound) and isinstance(right, compound):
                return canonical(left), canonical(right)
    raise NotEvaluatedError(f"{type(left).__name__} {operator} {type(right).__name__}")


def canonical(value: object) -> object:
    """Give what is equal where PostgreSQL says that arrays or documents are: True is not 1, 1.0 is 1."""
    match value:
        case Json(document):
            return canonical(document)
        case dict():
            return {key: canonical(item) for key, item in value.items()}
        case list():
            return [canonical(item) for item in value]
        case bool():
            return ("boolean", value)
        case str():
            return canonical_text(value)
        case _:
            return value.length if isinstance(value, Interval) else value


def canonical_text(text: str) -> str:
    """Give what is equal where PostgreSQL says that texts of this type are."""
    if isinstance(text, CaseInsensitive):
        return ascii_only(text).lower()
    return text.unpadded if isinstance(text, Padded) else str(text)
