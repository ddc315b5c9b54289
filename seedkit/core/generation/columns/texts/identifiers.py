"""Numbers that carry a check digit. Each is of a valid form, and none was ever given to anybody."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from seedkit.core.generation.streams import Stream

_STRIDE = 7_368_787
"""Coprime to every power of ten: a row times this leaves no two rows with the same last digits."""


class Numbered(Struct, frozen=True):
    """The row's number, in another order, as so many digits, and what a rule makes of them: no two rows are alike."""

    digits: int
    written: Callable[[str], str]
    stream: Stream

    def values(self, rows: range) -> Iterable[str]:
        """Give a number for each row."""
        space = 10**self.digits
        start = int.from_bytes(self.stream.key[:8], "little") % space
        written, digits = self.written, self.digits
        return [written(f"{(start + (row + 1) * _STRIDE) % space:0{digits}}") for row in rows]


def with_ean_digit(digits: str) -> str:
    """Put the check digit of an EAN-13 behind twelve digits (GS1 General Specifications, 7.9.1).

    >>> with_ean_digit("978030640615")
    '9780306406157'
    """
    weighed = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighed % 10}"


def isbn(digits: str) -> str:
    """Write six digits as an ISBN of a group that no agency has: 979-9.

    >>> isbn("000123")
    '979-9-00-000123-0'
    """
    whole = with_ean_digit(f"979900{digits}")
    return f"{whole[:3]}-{whole[3]}-{whole[4:6]}-{whole[6:12]}-{whole[12]}"


def barcode(digits: str) -> str:
    """Write nine digits as an EAN-13 for use inside of a shop, which GS1 gives to nobody: 200 and on.

    >>> barcode("000000123")
    '2000000001234'
    """
    return with_ean_digit(f"200{digits}")


def iban(digits: str) -> str:
    """Write ten digits as a German IBAN (ISO 13616) at a bank code that no bank has: 9 begins none.

    >>> iban("0000000123")
    'DE97999999990000000123'
    """
    account = f"99999999{digits}"
    check = 98 - int(f"{account}131400") % 97
    return f"DE{check:02}{account}"
