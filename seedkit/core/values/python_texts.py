"""Writes values of one column for COPY, all at once, by the Python type that they have in common.

They are the texts that psycopg's own dumpers of these types give. What is of another type, a subclass among them, or
of several, is left to whoever writes values one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from types import NoneType
from typing import Any
from uuid import UUID

from seedkit.core.values.copy_text import field_texts


def own_type(values: Sequence[object]) -> type | None:
    """Return the type that all values have but for None, if it is one that is written here.

    >>> own_type([1, None]), own_type([None]), own_type([1, True])
    (<class 'int'>, <class 'NoneType'>, None)
    """
    kinds = {*map(type, values)} - {NoneType}
    kind = kinds.pop() if kinds else NoneType
    return kind if kind in _TEXTS and not kinds else None


def texts_of(kind: type, values: Sequence[object]) -> Sequence[str]:
    r"""Write values of one type, or None, as fields of COPY text.

    >>> texts_of(bool, [True, None]), texts_of(str, ["a", "a\tb"])
    (['t', '\\N'], ['a', 'a\\tb'])
    """
    if None not in values:
        return _TEXTS[kind](values)
    texts = iter(_TEXTS[kind]([value for value in values if value is not None]))
    return ["\\N" if value is None else next(texts) for value in values]


_day = lru_cache(maxsize=4_096)(date.isoformat)


def _moments(values: Sequence[datetime]) -> Sequence[str]:
    """Write moments: mostly they are of a few days, and in UTC, whose offset takes the longest to be asked for."""
    if [value.tzinfo for value in values].count(UTC) < len(values):
        return list(map(str, values))
    return [_day(value.date()) + " " + value.time().isoformat() + "+00:00" for value in values]


_TEXTS: Mapping[type, Callable[[Sequence[Any]], Sequence[str]]] = {
    NoneType: list,
    str: field_texts,
    int: lambda values: list(map(str, values)),
    bool: lambda values: ["t" if value else "f" for value in values],
    float: lambda values: list(map(str, values)),
    Decimal: lambda values: ["NaN" if value.is_nan() else str(value) for value in values],
    date: lambda values: list(map(str, values)),
    datetime: _moments,
    UUID: lambda values: [value.hex for value in values],
}
