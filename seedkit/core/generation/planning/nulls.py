"""How many rows leave a column without a value."""

from __future__ import annotations

from decimal import Decimal

from msgspec.structs import replace

from seedkit.core.generation.columns.blocks import NULL, Constant, Sometimes, in_256ths
from seedkit.core.generation.planning.chosen import Chosen, Facts, Run
from seedkit.core.generation.planning.existing import null_share_there
from seedkit.core.generation.planning.meant import meant
from seedkit.core.generation.planning.types.epochs import time_told
from seedkit.core.generation.planning.types.lives import EVENT

_SHARES = {
    **dict.fromkeys(("deleted", "lapsed"), Decimal("0.9")),
    **dict.fromkeys(("created", "happened"), Decimal(0)),
    EVENT: Decimal("0.3"),
}
_NAMES = frozenset(("full_name", "first_name", "last_name", "title", "company", "product", "email", "user_name"))
_PLACES = frozenset(("latitude", "longitude"))
"""Of a place both are known, or none."""
_OF_NAMES, _USUAL = Decimal("0.02"), Decimal("0.15")


def with_nulls(chosen: Chosen, facts: Facts, meaning: str | None, run: Run) -> Chosen:
    """Leave some rows without a value, where the column may be."""
    if facts.narrowing.null is True:
        return replace(chosen, generator=Constant(NULL), spelling="null")
    share = null_share(facts, time_told(facts, run) if meaning == "epoch" else meaning)
    if not share:
        return chosen
    named = ("place", meant(facts, run)[1]) if meaning in _PLACES else (facts.column.name,)
    stream = run.stream(facts.table_name, *named, "null")
    return replace(
        chosen,
        generator=Sometimes(chosen.generator, in_256ths(float(share)), stream),
        spelling=f"!maybe [{(100 - share * 100).normalize():f}%, {chosen.spelling}]",
    )


def null_share(facts: Facts, meaning: str | None) -> Decimal:
    """Say how often a column is NULL: seldom where it is a name, mostly where it tells that a row was deleted."""
    if facts.not_null or facts.unique:
        return Decimal(0)
    if (there := null_share_there(facts.rules, facts.column.name)) is not None:
        return there
    if facts.column.name in facts.rules.defaults:
        return Decimal(0)
    return _SHARES.get(meaning or "", _OF_NAMES if meaning in _NAMES else _USUAL)
