"""A literal default as one of a column's values."""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation

from seedkit.core.generation.columns.blocks import Constant, Generator
from seedkit.core.generation.columns.choices import Mixture
from seedkit.core.generation.planning.chosen import Facts, Made
from seedkit.core.generation.planning.proving import holds
from seedkit.core.generation.planning.types.kinds import family_of
from seedkit.core.generation.planning.types.usual_numbers import IN_ALL
from seedkit.core.generation.streams import Stream
from seedkit.core.values.copy_text import field_text

_PARTS = (3, 2)
"""Of five rows three have the default, and two something else."""
_RARE = (1, 9)
_MONEY = IN_ALL.union(("price", "price_in_cents", "salary"))
"""The meanings of which a default of 0 stands for what is still to be entered, and is no price."""
_TOGETHER = frozenset(
    (
        *("email", "full_name", "first_name", "last_name", "user_name", "initials"),
        *("street", "address", "city", "region", "postcode", "country", "country_code", "country_code_3"),
        *("latitude", "longitude", "time_zone", "phone"),
    )
)
"""The meanings whose values belong to a row's person or place: a default would tear them apart."""


def with_default(made: Made, facts: Facts, meaning: str | None, stream: Stream) -> Made | None:
    """Give the default to most rows of a plain number or text; None where there is no such default.

    A default that says nothing, '' or 0, is rare where the name says what the column holds, and none of an amount's.
    """
    default = constant_default(facts)
    if default is None or facts.unique or facts.wide or meaning in _TOGETHER:
        return None
    if family_of(facts.kind) not in ("number", "text"):
        return None
    if meaning in _MONEY and _says_nothing(default):
        return None
    chosen = Constant(default)
    if not holds(facts, chosen):
        return None
    default_parts, other_parts = _RARE if meaning is not None and _says_nothing(default) else _PARTS
    other, spelling = made
    generator: Generator = Mixture(
        chosen, other, 256 * default_parts // (default_parts + other_parts), stream.apart("default")
    )
    shown = [json.dumps(facts.column.constant, ensure_ascii=False)] * default_parts + [spelling] * other_parts
    return generator, f"!choice [{', '.join(shown)}]"


def constant_default(facts: Facts) -> str | None:
    """Give the column's literal default, as a COPY text."""
    text = facts.column.constant if facts.part is None else None
    return None if text is None else field_text(text)


def _says_nothing(text: str) -> bool:
    try:
        return not text.strip() or Decimal(text) == 0
    except InvalidOperation:
        return False
