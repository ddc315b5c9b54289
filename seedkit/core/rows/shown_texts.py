"""Whether a value of a fixture is what PostgreSQL shows as a text."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from seedkit.core.catalog import Column
from seedkit.core.fixtures import Value
from seedkit.core.values.encoder_choice import encoder_for
from seedkit.errors import FixtureError


def reads_as(value: Value, text: str | None, column: Column) -> bool:
    """Compare by the column's spelling: numbers by what they are, all else letter by letter."""
    try:
        given = encoder_for(column)(value)
    except FixtureError:
        return False
    if given is None or text is None or column.category != "N":
        return given == text
    return _same_number(given, text)


def _same_number(first: str, second: str) -> bool:
    try:
        return Decimal(first) == Decimal(second)
    except InvalidOperation:
        return False
