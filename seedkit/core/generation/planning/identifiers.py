"""Texts that identify rows and whose name says no more than that: what they are, their length tells."""

from __future__ import annotations

from seedkit.core.generation.meanings import words_of
from seedkit.core.generation.planning.chosen import Facts

_BY_LENGTH = {36: "uuid", 32: "md5", 26: "ulid", 24: "object_id"}
"""What has so many characters, and as a rule nothing else."""
_LONGEST = 36
_CALLED = frozenset(("id", "uuid", "guid", "ulid"))


def identifier_of(facts: Facts) -> str | None:
    """Say what a column `id` or `thing_id` is, or the column that is its table's key; None where nothing tells."""
    if facts.part is not None:
        return None
    called = not _CALLED.isdisjoint(words_of(facts.name)[-1:])
    if called and (facts.room is None or facts.room > _LONGEST):
        return "uuid"
    fixed = facts.kind == "character" or facts.room == _LONGEST
    told = called or (fixed and facts.rules.table.key_column == facts.name)
    return _BY_LENGTH.get(facts.room or 0) if told else None
