"""The values that a key's column may have, each with a place of its own: 0 is the first that is used.

A place gives a value's COPY text, and the text of a value that is there gives its place, so that it can be left out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cached_property
from ipaddress import IPv4Address
from typing import Protocol

from seedkit.core.generation.columns.numbers import pointed
from seedkit.core.values.copy_text import field_value


class Values(Protocol):
    """So many values, of which a `window` is used up before the others come."""

    @property
    def count(self) -> int:
        """How many there are."""
        ...

    @property
    def window(self) -> int:
        """How many are used before the others."""
        ...

    def text(self, place: int) -> str:
        """Give a value, as COPY text."""
        ...

    def place(self, value: str) -> int | None:
        """Say which one a value is, None for none of them."""
        ...


@dataclass(frozen=True)
class Listed:
    """Values that are listed, as COPY texts."""

    texts: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.texts)

    window = count

    def text(self, place: int) -> str:
        """Give a value."""
        return self.texts[place]

    def place(self, value: str | None) -> int | None:
        """Say which one a value is; NULL, too, where it is listed."""
        found = self._places.get(value)
        return found if found is not None or value is None else self._alike.get(_plainest(value))

    @cached_property
    def _places(self) -> dict[str | None, int]:
        return {field_value(text): place for place, text in enumerate(self.texts)}

    @cached_property
    def _alike(self) -> dict[str, int]:
        return {_plainest(text): place for text, place in self._places.items() if text is not None}


def _plainest(text: str) -> str:
    """Write what types spell in several ways in one: truths, numbers, characters that blanks fill up.

    >>> _plainest("true"), _plainest("1.50"), _plainest("ab  ")
    ('t', '1.5', 'ab')
    """
    try:
        return str(Decimal(text).normalize())
    except InvalidOperation:
        return {"true": "t", "false": "f"}.get(text, text.rstrip(" "))


@dataclass(frozen=True, slots=True)
class Spelling:
    """How whole numbers are written as values of a type, and read from these; None for what is no such value."""

    write: Callable[[int], str]
    read: Callable[[str], int | None]


@dataclass(frozen=True, slots=True)
class Line:
    """Whole numbers from `low` to `high`: a window of them first, then those above it, then those below it.

    >>> line = Line(10, 3, 8, 14, NUMBERS)
    >>> [line.text(place) for place in range(line.count)], line.place("9")
    (['10', '11', '12', '13', '14', '9', '8'], 5)
    """

    begin: int
    window: int
    low: int
    high: int
    spelling: Spelling

    @property
    def count(self) -> int:
        """How many there are."""
        return self.high - self.low + 1

    def text(self, place: int) -> str:
        """Give a value."""
        number = self.begin + place
        return self.spelling.write(number if number <= self.high else self.begin - (number - self.high))

    def place(self, value: str) -> int | None:
        """Say which one a value is."""
        number = self.spelling.read(value)
        if number is None or not self.low <= number <= self.high:
            return None
        return number - self.begin if number >= self.begin else self.high - number


def fractions(scale: int) -> Spelling:
    """Write numbers of units of the last digit.

    >>> fractions(2).write(150), fractions(2).read("1.5"), fractions(2).read("1.555")
    ('1.50', 150, None)
    """

    def read(text: str) -> int | None:
        try:
            units = Decimal(text).scaleb(scale)
        except InvalidOperation:
            return None
        return int(units) if units.is_finite() and units == units.to_integral_value() else None

    return Spelling(lambda units: pointed(units, scale), read)


NUMBERS = fractions(0)


def _read_day(text: str) -> int | None:
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        return None


DAYS = Spelling(lambda day: date.fromordinal(day).isoformat(), _read_day)
"""Days since the one before 0001-01-01, as dates."""

_EPOCH = datetime(1, 1, 1)


def moments(step: int = 1, zone: str = "") -> Spelling:
    """Write moments, so many seconds apart, counted from 0001-01-01 on.

    >>> moments(86400).write(738000), moments(86400).read("2021-07-30 11:30:00+00")
    ('2021-07-30 00:00:00', 738000)
    """

    def read(text: str) -> int | None:
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        return (moment - _EPOCH) // timedelta(seconds=step)

    return Spelling(lambda number: (_EPOCH + timedelta(seconds=number * step)).isoformat(" ") + zone, read)


def clocks(zone: str = "") -> Spelling:
    """Write seconds of the day as times.

    >>> clocks().write(3661), clocks().read("01:01:01")
    ('01:01:01', 3661)
    """

    def read(text: str) -> int | None:
        hours, _, rest = text[:8].partition(":")
        minutes, _, seconds = rest.partition(":")
        if len(text) - len(zone) != len("00:00:00") or not (hours + minutes + seconds).isdecimal():
            return None
        return int(hours) * 3600 + int(minutes) * 60 + int(seconds)

    return Spelling(lambda second: (_EPOCH + timedelta(seconds=second)).time().isoformat() + zone, read)


def _read_seconds(text: str) -> int | None:
    days, _, clock = text.rpartition(" days ") if " days " in text else text.rpartition(" day ")
    second = clocks().read(clock)
    return None if second is None or not (days or "0").isdecimal() else int(days or 0) * 86_400 + second


SPANS = Spelling(lambda seconds: str(timedelta(seconds=seconds)).replace(",", ""), _read_seconds)
"""Seconds as intervals."""


def addresses(mask: str = "") -> Spelling:
    """Write numbers as addresses of 10.0.0.0/8, of which none is anybody's (RFC 1918).

    >>> addresses("/32").write(258), addresses().read("10.0.1.2"), addresses().read("192.0.2.1")
    ('10.0.1.2/32', 258, None)
    """
    first = int(IPv4Address("10.0.0.0"))

    def read(text: str) -> int | None:
        try:
            return int(IPv4Address(text.removesuffix("/32"))) - first
        except ValueError:
            return None

    return _within(Spelling(lambda number: f"{IPv4Address(first + number)}{mask}", read), 1 << 24)


def _within(spelling: Spelling, count: int) -> Spelling:
    def read(text: str) -> int | None:
        number = spelling.read(text)
        return number if number is not None and 0 <= number < count else None

    return Spelling(spelling.write, read)


def _read_card(text: str) -> int | None:
    digits = text.replace(":", "")
    return int(digits[2:], 16) if digits.startswith("02") and len(digits) == len("02005e100000") else None


def _card(number: int) -> str:
    digits = f"02{number:010x}"
    return ":".join(digits[place : place + 2] for place in range(0, 12, 2))


CARDS = Spelling(_card, _read_card)
"""Numbers as addresses of network cards that nobody has made: the bit for locally administered ones is set."""
