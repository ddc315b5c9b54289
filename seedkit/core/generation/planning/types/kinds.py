"""The kinds of types, as far as the name of a column matters to them."""

from __future__ import annotations

from seedkit.core.generation.planning.types.cycles import CLOCKS
from seedkit.core.generation.planning.types.numbers import FRACTIONAL, WHOLE
from seedkit.core.generation.schema import DATES

TEXTS = frozenset(("text", "character varying", "character", "bpchar", "name", "citext", '"char"'))


def family_of(kind: str) -> str | None:
    """Say which family of meanings a type's columns belong to.

    >>> family_of("citext"), family_of("numeric"), family_of("uuid")
    ('text', 'number', None)
    """
    plain = "citext" if kind.endswith(".citext") else kind
    if plain in TEXTS:
        return "text"
    if plain in WHOLE | FRACTIONAL:
        return "number"
    if plain in DATES | CLOCKS:
        return "time"
    return "truth" if plain == "boolean" else None
