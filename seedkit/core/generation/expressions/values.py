"""What PostgreSQL's values are in Python while an expression is evaluated: a class a type, so that no type gets lost.

smallint, integer, bigint: int. numeric: Decimal. double precision: float. boolean: bool. text, varchar: str. bytea:
bytes. date, time without time zone, timestamp: datetime's own, naive; timestamptz: aware, in UTC. uuid: UUID. Arrays:
list, rows: tuple. The rest is below. NULL is None everywhere.
"""

from __future__ import annotations

import struct
from decimal import Context
from typing import NamedTuple

from msgspec import Struct

EXACT = Context(prec=2000)
"""In which numerics are calculated: Python's own would round them to 28 digits."""


class NotEvaluatedError(Exception):
    """Says why a value is not known here; the server will know it."""


class ServerRefusesError(NotEvaluatedError):
    """Says why the server refuses to evaluate: a division by zero, a text that is no number."""


def refused(value: object, type_: str) -> ServerRefusesError:
    """Say that a type has no such value."""
    return ServerRefusesError(f"invalid input for {type_}: {value!r}")


class Unevaluated(Struct, frozen=True):
    """In place of a value: why there is none."""

    reason: str


class Padded(str):
    """A `character(n)`, with its blanks: patterns see them, comparisons and lengths do not."""

    __slots__ = ()

    @property
    def unpadded(self) -> str:
        """The text without them."""
        return self.rstrip(" ")


class CaseInsensitive(str):
    """A `citext`."""

    __slots__ = ()


class Real(float):
    """A `real`, already as near as four bytes can be; its operations are the server's."""

    __slots__ = ()

    @classmethod
    def nearest(cls, value: float) -> Real:
        """Round to four bytes; raises OverflowError beyond them."""
        return cls(struct.unpack("<f", struct.pack("<f", value))[0])


class Interval(NamedTuple):
    """An `interval`: its three parts are kept apart, as a month has no length of its own."""

    months: int = 0
    days: int = 0
    microseconds: int = 0

    @property
    def length(self) -> int:
        """In microseconds, with months of 30 days: how PostgreSQL compares intervals."""
        return (self.months * 30 + self.days) * DAY + self.microseconds


DAY = 24 * 60 * 60 * 1_000_000
"""In microseconds."""


class Json(Struct, frozen=True):
    """A `json` or `jsonb`: numbers are int or Decimal."""

    document: object


def ascii_only(text: str) -> str:
    """Give a text back whose letters mean the same in every locale; raises NotEvaluatedError for others."""
    if not text.isascii():
        raise NotEvaluatedError("letters beyond ASCII depend on the database's locale")
    return text
