"""The values of a column under a key of several: those of its generator, then all that type and CHECKs leave."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.columns.choices import Choice
from seedkit.core.generation.columns.moments import Clock, Day, Moment
from seedkit.core.generation.columns.numbers import Fixed, Whole
from seedkit.core.generation.columns.patterns.open_ends import is_open
from seedkit.core.generation.keys.lines import Line, Listed, Values, clamped
from seedkit.core.generation.keys.spellings import (
    Addresses,
    Amounts,
    Cards,
    Clocks,
    Days,
    Documents,
    Fractions,
    Moments,
    Spans,
    Spelling,
)
from seedkit.core.generation.planning.choosing import chosen_for
from seedkit.core.generation.planning.chosen import Facts, Run
from seedkit.core.generation.planning.listing import few_values
from seedkit.core.generation.planning.meant import meant
from seedkit.core.generation.planning.types.kinds import family_of
from seedkit.core.generation.planning.types.numbers import amount_ends, ends, scale_of
from seedkit.core.generation.planning.types.patterned_texts import patterns_of
from seedkit.core.generation.planning.types.texts import keeps_meaning
from seedkit.core.generation.planning.types.times import days_left, recurring
from seedkit.core.generation.planning.unique_keys.composed import composed_values
from seedkit.core.generation.planning.unique_keys.patterned import patterned
from seedkit.core.generation.planning.unique_keys.worded import (
    has_room,
    is_address,
    is_spelled,
    plainest,
    worded,
)

_COUNTED = 99
"""Numbers of so many values and more are counted from their first on: positions, and what is just a number."""

_DAY = 86_400


def values_of(facts: Facts, run: Run, step: int = 1) -> Values | None:
    """Say which values a column may have, and in which order they come; None where they have no order here.

    Those of moments are so many seconds apart.
    """
    listed = few_values(facts)
    if listed is not None:
        return Listed(listed)
    if not _keeps_texts(facts, run):
        return patterned(facts, run)
    if family_of(facts.kind) == "text":
        return _ADDRESSES if is_address(facts, run) else worded(facts, run)
    composed = composed_values(facts) or _OTHERS.get(facts.kind) or _of_fields(facts, run, step)
    return composed or _of_numbers(facts, run, step)


def _of_fields(facts: Facts, run: Run, step: int) -> Values | None:
    """Give the times that CHECKs on their fields leave, but where a key has them further apart."""
    return recurring(facts, meant(facts, run)[0], run) if step == 1 and family_of(facts.kind) == "time" else None


def _of_numbers(facts: Facts, run: Run, step: int) -> Values | None:
    return _line(facts, plainest(chosen_for(replace(facts, unique=False), run).generator), step)


def carries(facts: Facts, run: Run) -> bool:
    """Whether a column has so many values that it differs in every row by itself, whatever else a key has."""
    if few_values(facts) is not None or not _keeps_texts(facts, run):
        return False
    if facts.kind == "uuid":
        return True
    return family_of(facts.kind) == "text" and has_room(facts) and not is_spelled(facts, run)


def _keeps_texts(facts: Facts, run: Run) -> bool:
    """Whether a column's texts are those of its meaning, also where a CHECK asks for how they begin, end, or hold."""
    if not facts.narrowing.patterns and not facts.narrowing.likes:
        return True
    stream = run.stream(facts.table_name, facts.column.name)
    meaning, prefix, _ = meant(facts, run)
    is_free = family_of(facts.kind) == "text" and has_room(facts) and all(map(is_open, patterns_of(facts)))
    return is_free and keeps_meaning(replace(facts, unique=True), meaning, prefix, run, stream)


_ADDRESSES = Line(1, (1 << 24) - 2, 1, (1 << 24) - 2, Addresses())
_OTHERS: dict[str, Values] = {
    "inet": _ADDRESSES,
    "cidr": Line(1, (1 << 24) - 2, 1, (1 << 24) - 2, Addresses("/32")),
    "macaddr": Line(0x5E_10_00_00_00, 1 << 24, 0, (1 << 40) - 1, Cards()),
    "jsonb": Line(1, 1 << 40, 1, 1 << 40, Documents()),
    "interval": Line(1, 30 * _DAY, 1, 1 << 31, Spans()),
}


def _line(facts: Facts, generator: Generator, step: int) -> Values | None:
    match generator:
        case Whole(low=low, high=high) if facts.kind == "money":
            return clamped(low, high - low + 1, *amount_ends(facts), Amounts())
        case Whole(low=low, high=high):
            least, most = ends(facts, 0)
            few = high - low + 1 if high - low < _COUNTED else 1
            return clamped(max(low, 1) if few == 1 else low, few, least, most, Fractions(0))
        case Fixed(low=low, high=high, scale=scale):
            least, most = ends(facts, scale)
            return clamped(low, high - low + 1, least, most, Fractions(scale))
        case Choice(texts=texts) if family_of(facts.kind) == "number":
            scale = max(0, scale_of(facts))
            least, most = ends(facts, scale)
            begin, window = (0, 2) if set(texts) == {"0", "1"} else (-90 * 10**scale, 180 * 10**scale)
            return clamped(begin, window, least, most, Fractions(scale))
        case _:
            return _of_time(facts, generator, step)


def _of_time(facts: Facts, generator: Generator, step: int) -> Values | None:
    match generator:
        case Day(first=first, days=days):
            least, most = days_left(facts, first, days)
            return _spaced(first, days, least, most, step // _DAY or 1)
        case Moment(first=first, days=days, zone=zone):
            return _moments(facts, first, days, Moments(step, zone), step)
        case Clock(zone=zone):
            return Line(0, _DAY, 0, _DAY - 1, Clocks(zone))
        case _:
            return None


def _spaced(first: date, days: int, least: int, most: int, step: int) -> Line:
    """Give days that are so far apart."""
    return clamped(-(-first.toordinal() // step), days // step, -(-least // step), most // step, Days(step))


def _moments(facts: Facts, first: date, days: int, spelling: Spelling, step: int) -> Line:
    least, most = days_left(facts, first, days)
    begin, low = (-(-(day - 1) * _DAY // step) for day in (first.toordinal(), least))
    return clamped(begin, days * _DAY // step, low, most * _DAY // step - 1, spelling)
