"""Numbers that tell of a birth, as a date of it in the same row does."""

from __future__ import annotations

from seedkit.core.generation.columns.births import Born
from seedkit.core.generation.planning.chosen import Facts, Run
from seedkit.core.generation.planning.types.times import day_of_life


def born(facts: Facts, part: str, prefix: str, run: Run) -> Born:
    """Give a part of the birth of the row's person."""
    stream = facts.shared(run).apart("birth", prefix)
    return Born(day_of_life(facts, "birth", prefix, run, stream), run.today, part)
