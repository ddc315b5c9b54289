"""How whole numbers are written as values of a type, and read from them; each can be sent to a worker."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from ipaddress import IPv4Address
from typing import Protocol

from msgspec import Struct

from seedkit.core.generation.expressions.values import EXACT
from seedkit.core.values.spellings import pointed


class Spelling(Protocol):
    """Writes whole numbers as values, and reads these."""

    def write(self, number: int) -> str:
        """Write a number as a value."""
        ...

    def read(self, text: str) -> int | None:
        """Read the number of a value; None for what is no such value."""
        ...


class Fractions(Struct, frozen=True):
    """Units of the last of `scale` digits behind the point.

    >>> Fractions(2).write(150), Fractions(2).read("1.5"), Fractions(2).read("1.555")
    ('1.50', 150, None)
    """

    scale: int = 0

    def write(self, number: int) -> str:
        """Write units as a number."""
        return pointed(number, self.scale)

    def read(self, text: str) -> int | None:
        """Read the units of a number."""
        try:
            units = Decimal(text).scaleb(self.scale, EXACT)
        except InvalidOperation:
            return None
        return int(units) if units.is_finite() and units == units.to_integral_value() else None


class Days(Struct, frozen=True):
    """Dates, so many days apart, counted from the one before 0001-01-01.

    >>> Days().write(738000), Days(7).read(Days(7).write(105000))
    ('2021-07-29', 105000)
    """

    step: int = 1

    def write(self, number: int) -> str:
        """Write a number as a date."""
        return date.fromordinal(number * self.step).isoformat()

    def read(self, text: str) -> int | None:
        """Read the number of a date."""
        try:
            return date.fromisoformat(text).toordinal() // self.step
        except ValueError:
            return None


EPOCH = datetime(1, 1, 1)


class Moments(Struct, frozen=True):
    """Moments, so many seconds apart, counted from 0001-01-01 on.

    >>> Moments(86400).write(738000), Moments(86400).read("2021-07-30 11:30:00+00")
    ('2021-07-30 00:00:00', 738000)
    """

    step: int = 1
    zone: str = ""

    def write(self, number: int) -> str:
        """Write a number as a moment."""
        return (EPOCH + timedelta(seconds=number * self.step)).isoformat(" ") + self.zone

    def read(self, text: str) -> int | None:
        """Read the number of the moment that is not later."""
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        if moment.tzinfo is not None:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        return (moment - EPOCH) // timedelta(seconds=self.step)


class Clocks(Struct, frozen=True):
    """Seconds of the day as times.

    >>> Clocks().write(3661), Clocks().read("01:01:01"), Clocks("+00").read("01:01:01+00")
    ('01:01:01', 3661, 3661)
    """

    zone: str = ""

    def write(self, number: int) -> str:
        """Write a second as a time."""
        return (EPOCH + timedelta(seconds=number)).time().isoformat() + self.zone

    def read(self, text: str) -> int | None:
        """Read the second of a time."""
        hours, _, rest = text.removesuffix(self.zone).partition(":")
        minutes, _, seconds = rest.partition(":")
        if len(hours + minutes + seconds) != len("000000") or not (hours + minutes + seconds).isdecimal():
            return None
        return int(hours) * 3600 + int(minutes) * 60 + int(seconds)


class Spans(Struct, frozen=True):
    """Seconds as intervals.

    >>> Spans().write(86461), Spans().read("1 day 00:01:01")
    ('1 day 0:01:01', 86461)
    """

    def write(self, number: int) -> str:
        """Write seconds as an interval."""
        return str(timedelta(seconds=number)).replace(",", "")

    def read(self, text: str) -> int | None:
        """Read the seconds of an interval of days and hours."""
        days, _, clock = text.replace("days", "day").rpartition(" day ")
        second = Clocks().read(clock)
        return None if second is None or not (days or "0").isdecimal() else int(days or 0) * 86_400 + second


class Addresses(Struct, frozen=True):
    """Addresses of 10.0.0.0/8, of which none is anybody's (RFC 1918).

    >>> Addresses("/32").write(258), Addresses().read("10.0.1.2"), Addresses().read("192.0.2.1")
    ('10.0.1.2/32', 258, None)
    """

    mask: str = ""

    def write(self, number: int) -> str:
        """Write a number as an address."""
        return f"{IPv4Address((10 << 24) + number)}{self.mask}"

    def read(self, text: str) -> int | None:
        """Read the number of an address."""
        try:
            number = int(IPv4Address(text.removesuffix("/32"))) - (10 << 24)
        except ValueError:
            return None
        return number if 0 <= number < 1 << 24 else None


class Cards(Struct, frozen=True):
    """Addresses of network cards that nobody has made: the bit for locally administered ones is set."""

    def write(self, number: int) -> str:
        """Write a number as an address."""
        digits = f"02{number:010x}"
        return ":".join(digits[place : place + 2] for place in range(0, 12, 2))

    def read(self, text: str) -> int | None:
        """Read the number of an address."""
        digits = text.replace(":", "")
        return int(digits[2:], 16) if digits.startswith("02") and len(digits) == len("02005e100000") else None


class Amounts(Struct, frozen=True):
    """Whole amounts of money, which are read the same in every locale.

    >>> Amounts().read("$1,250.00"), Amounts().read("$0.50")
    (1250, None)
    """

    def write(self, number: int) -> str:
        """Write an amount."""
        return str(number)

    def read(self, text: str) -> int | None:
        """Read a whole amount."""
        whole, _, cents = "".join(letter for letter in text if letter.isdecimal() or letter == ".").partition(".")
        return int(whole) if whole and not cents.strip("0") else None


_NUMBERED = '{"number": '


class Documents(Struct, frozen=True):
    """Documents that have a number."""

    def write(self, number: int) -> str:
        """Write a document."""
        return f"{_NUMBERED}{number}}}"

    def read(self, text: str) -> int | None:
        """Read the number of a document that has nothing else."""
        digits = text.removeprefix(_NUMBERED).removesuffix("}")
        return int(digits) if text.startswith(_NUMBERED) and digits.isdecimal() else None


class Bits(Struct, frozen=True):
    """So many bits.

    >>> Bits(3).write(5), Bits(3).read("101"), Bits(3).read("1")
    ('101', 5, None)
    """

    size: int

    def write(self, number: int) -> str:
        """Write a number as bits."""
        return f"{number:0{self.size}b}"

    def read(self, text: str) -> int | None:
        """Read the number of bits."""
        return int(text, 2) if len(text) == self.size and not set(text) - {"0", "1"} else None
