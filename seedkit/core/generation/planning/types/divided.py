"""Whole numbers of which a division leaves what CHECKs say."""

from __future__ import annotations

from seedkit.core.generation.columns.choices import Choice
from seedkit.core.generation.periods import Residues
from seedkit.core.generation.planning.chosen import Made
from seedkit.core.generation.streams import Stream

_FEWEST, _MOST = 8, 4_096


def divided(residues: Residues, low: int, high: int, end: int, stream: Stream) -> Made:
    """Choose from the numbers from 0 on of which a division leaves what it may: between two ends, or so many at least.

    Those behind `high` go on to the `end` that type and CHECKs leave.
    """
    first, last = residues.below(max(0, low)), residues.below(end + 1)
    few = max(1, min(_FEWEST, last - first))
    count = min(_MOST, max(few, residues.below(high + 1) - first))
    texts = tuple(str(residues.number(place)) for place in range(first, first + count))
    return Choice(texts, stream, even=True), f"!between [{low}, {max(high, int(texts[-1]))}]"
