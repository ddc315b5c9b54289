"""Amounts of money, as far as their texts don't hang on the server's lc_monetary."""

from __future__ import annotations

import re
from decimal import Decimal

_TEXT = re.compile(r"(?P<sign>-?)[^\d.,()-]*(?P<whole>\d{1,3}(,\d{3})*|\d+)(?P<cents>\.\d\d)?")


def amount_of(value: object) -> Decimal | None:
    """Give the amount of a number or of a text; None for what other countries may read otherwise.

    >>> amount_of("$1,250.50"), amount_of("-$3.00"), amount_of("1.250,50 €")
    (Decimal('1250.50'), Decimal('-3.00'), None)
    """
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Decimal(value)
    found = _TEXT.fullmatch(value) if isinstance(value, str) else None
    return None if found is None else Decimal(found[0][: len(found["sign"])] + _digits(found))


def _digits(found: re.Match[str]) -> str:
    return found["whole"].replace(",", "") + (found["cents"] or "")
