"""The values under a key of what is composed: bits, arrays of values that are listed, what a division leaves."""

from __future__ import annotations

from seedkit.core.column_types import TypeKind
from seedkit.core.generation.keys.composed import Arrays, Divided, VaryingBits
from seedkit.core.generation.keys.lines import Line
from seedkit.core.generation.keys.spellings import Bits
from seedkit.core.generation.periods import Residues
from seedkit.core.generation.planning.chosen import Facts
from seedkit.core.generation.planning.listing import few_values
from seedkit.core.generation.planning.types.kinds import family_of
from seedkit.core.generation.planning.types.numbers import ends

_BITS = 40
"""So many bits are enough for any table, where the type has no bound."""

_FIRST_BITS = 510
"""So many values have eight bits or fewer."""

_ROWS = 10_000_000
"""So many arrays are."""


def composed_values(facts: Facts) -> Line | None:
    """Say which values a column of bits, or of arrays of few values, or of divided numbers may have; else None."""
    if facts.narrowing.residues is not None and family_of(facts.kind) == "number":
        return _divided(facts, facts.narrowing.residues)
    if facts.kind == "bit":
        size = facts.limits[0] if facts.limits else 1
        return Line(0, 1 << size, 0, (1 << size) - 1, Bits(size))
    if facts.kind == "bit varying":
        return _varying_bits(facts)
    return _arrays(facts) if facts.shape.kind is TypeKind.ARRAY else None


def _divided(facts: Facts, residues: Residues) -> Line:
    """Give the numbers of which a division leaves what it may, one after the other from 0 on."""
    least, most = ends(facts, 0)
    low, high = residues.below(max(0, least)), residues.below(most + 1) - 1
    return Line(low, 1, low, high, Divided(residues))


def _varying_bits(facts: Facts) -> Line:
    """Give bits: eight at most where they are used first, and no more than the type has."""
    low = (2 << (max(1, facts.least_room) - 1)) - 2
    count = (2 << (facts.room or _BITS)) - 2 - low
    return Line(low, min(count, _FIRST_BITS), low, low + count - 1, VaryingBits())


def _arrays(facts: Facts) -> Line | None:
    """Give arrays of a few values; without a bound of CHECKs as many as there may be rows."""
    element = facts.shape.part
    if element is None or facts.shape.dimensions > 1 or facts.narrowing.members is not None:
        return None
    items = few_values(facts.of_part(element))
    if not items:
        return None
    arrays, (asked, bound) = Arrays(items), facts.narrowing.items.counts
    least = max(1, asked or 0)
    low = arrays.below(least)
    most = arrays.size_of(low + _ROWS) if bound is None else bound
    return Line(low, arrays.below(min(most, least + 2) + 1) - low, low, arrays.below(most + 1) - 1, arrays)
