"""Dates and times of a column: those of a row's life, where created lies before changed, ended and deleted."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from msgspec.structs import replace

from seedkit.core.generation.columns.blocks import Generator, Joined
from seedkit.core.generation.columns.choices import Choice
from seedkit.core.generation.columns.moments import Clock, Day, DayOfRow, Life, Moment
from seedkit.core.generation.keys.composed import Divided
from seedkit.core.generation.keys.lines import Line, clamped
from seedkit.core.generation.planning.chosen import Facts, Made, Run
from seedkit.core.generation.planning.types.beginnings import beginnings
from seedkit.core.generation.planning.types.cycles import CLOCKS, ZONED, cycle_of
from seedkit.core.generation.planning.types.events import gaps_of_event
from seedkit.core.generation.planning.types.lives import BEGINS, EVENT, LATELY, OF_A_LIFE, gaps_of
from seedkit.core.generation.streams import Stream

_BEGUN = (730, 8)
"""A row's life begins between so many days ago."""
_YOUNG = 100
"""In a life that began on one of the last so many days each step comes a day after the one before."""
_DAYS_AGO = {"future": (-1, -180), "birth": (68 * 365, 20 * 365)}
_ANY = (730, 1)
_A_DAY = timedelta(days=1)
_FIRST_DAY, _LAST_DAY = 1, date.max.toordinal()
_SECONDS = 86_400

_MOST = 4_096
"""So many of the values that a CHECK leaves are chosen from."""

MEANINGS = OF_A_LIFE.union(_DAYS_AGO, ("time",))
"""The meanings that a time can have."""

_MORNING, _LATER_THAT_DAY = (6 * 3600, 12 * 3600), (12 * 3600, 22 * 3600)
"""When something begins of which only the time of day is told, and when it ends: in seconds."""


def time_generator(facts: Facts, meaning: str | None, prefix: str, run: Run, stream: Stream) -> Made:
    """Give the generator of a date or a time, and its spelling; `prefix` says which of several periods it is of."""
    zone = "+00" if facts.kind in ZONED else ""
    if (line := recurring(facts, meaning, run)) is not None:
        return _chosen_from(line, stream), f"!like {'time' if facts.kind in CLOCKS else meaning or 'created'}"
    if facts.kind in CLOCKS:
        return _clock(meaning, zone, stream)
    if facts.unique and facts.kind == "date":
        return DayOfRow(run.today), f"!between [{date.min}, {run.today}]"
    life = None if facts.attempt else _life(facts, meaning, prefix, run)
    if life is not None and _holds(facts, life):
        return _written(facts, life, Clock(stream, zone)), f"!like {meaning}"
    first, days = _within(facts, *_widened(facts, *_usual(meaning, run.today)))
    last = first + timedelta(days=days - 1)
    spelling = f"!between [{first}, {last}]"
    if facts.kind == "date":
        return Day(first, days, stream), spelling
    return Moment(first, days, stream, zone), spelling


def day_of_life(facts: Facts, meaning: str | None, prefix: str, run: Run, stream: Stream) -> Life | Day:
    """Give the day of what a meaning tells, of the row's life or of none, whatever CHECKs say."""
    life = None if facts.attempt else _life(facts, meaning, prefix, run)
    return Day(*_usual(meaning, run.today), stream) if life is None else replace(life, behind="")


def _clock(meaning: str | None, zone: str, stream: Stream) -> Made:
    """Give a time of day: what has an end begins in the morning."""
    if meaning in BEGINS.values():
        return Clock(stream, zone, _MORNING), f"!like {meaning}"
    if meaning in BEGINS:
        return Clock(stream, zone, _LATER_THAT_DAY), f"!like {meaning}"
    return Clock(stream, zone), "!like time"


def _life(facts: Facts, meaning: str | None, prefix: str, run: Run) -> Life | None:
    """Give the step of the row's life that a meaning is, or its person's birth; None for what belongs to neither."""
    behind = "" if facts.kind == "date" else " "
    if meaning == "birth":
        return Life(*_usual(meaning, run.today), 0, facts.shared(run).apart(meaning, prefix), behind=behind)
    if meaning is None or meaning not in OF_A_LIFE:
        return None
    shared = facts.shared(run).apart("life")
    gaps, later = gaps_of(meaning, prefix, shared) if meaning != EVENT else (gaps_of_event(facts, run, shared), None)
    first, bounds = _begun(facts, run)
    since = (run.today - first).days - LATELY[meaning][0] if meaning in LATELY else None
    return Life(first, bounds[-1] + 1, _YOUNG, shared, gaps, later, behind, bounds if len(bounds) > 1 else (), since)


def _begun(facts: Facts, run: Run) -> tuple[date, tuple[int, ...]]:
    """Give the first day on which a life may begin, and how many days after it come the bounds of equal shares."""
    if (begun := beginnings(facts, run)) is not None:
        days = begun[1]
        return date.fromordinal(days[0]), tuple(day - days[0] for day in days)
    earliest, latest = _BEGUN
    return run.today - timedelta(days=earliest), (earliest - latest - 1,)


def _holds(facts: Facts, life: Life) -> bool:
    """Whether all of a life lies inside of what CHECKs leave."""
    span = facts.narrowing.span
    low, high = day_of(span.low), day_of(span.high)
    return (low is None or low < life.first) and (high is None or high > life.last)


def recurring(facts: Facts, meaning: str | None, run: Run) -> Line | None:
    """Give the times that CHECKs on their fields leave, the usual ones first; None where they leave all."""
    cycle = cycle_of(facts)
    if cycle is None or facts.kind in CLOCKS:
        return None if cycle is None else clamped(0, _SECONDS, 0, cycle.below(_SECONDS) - 1, cycle)
    first, days = _within(facts, *_widened(facts, *_usual(meaning, run.today)))
    least, most = days_left(facts, first, days)
    one = 1 if facts.kind == "date" else _SECONDS
    begin, low, last, high = (
        _number(cycle, day) for day in (first.toordinal(), least, first.toordinal() + days - 1, most)
    )
    low, high = cycle.below(low), cycle.below(high + one) - 1
    return clamped(cycle.below(begin), cycle.below(last + one) - cycle.below(begin), low, high, cycle)


def _number(cycle: Divided, day: int) -> int:
    return cycle.spelling.read(date.fromordinal(day).isoformat()) or 0


def _chosen_from(line: Line, stream: Stream) -> Choice:
    """Choose from the values of a line that come first, or from some of them where there are many."""
    return Choice(tuple(map(line.text, range(0, line.window, -(-line.window // _MOST)))), stream)


def _written(facts: Facts, life: Life, clock: Clock) -> Generator:
    return life if facts.kind == "date" else Joined((life, clock))


def _usual(meaning: str | None, today: date) -> tuple[date, int]:
    """Give the first day of a meaning, and how many there are."""
    earliest, latest = _DAYS_AGO.get(meaning or "", _ANY)
    return today - timedelta(days=earliest), earliest - latest


def _widened(facts: Facts, first: date, days: int) -> tuple[date, int]:
    """Begin earlier where a key asks for more days: twice as many with each attempt."""
    more = min(days << facts.attempt, first.toordinal() - 1) if facts.wide else 0
    return first - timedelta(days=more), days + more


def _within(facts: Facts, first: date, days: int) -> tuple[date, int]:
    """Move into what CHECKs leave: begin at their lower end, or end at their upper one."""
    span = facts.narrowing.span
    low, high = day_of(span.low), day_of(span.high)
    if low is not None and (first <= low or (high is not None and first >= high)):
        last, first = first + timedelta(days=days), min(low, date.max - _A_DAY) + _A_DAY
        days = (last - first).days if first < last else days  # where that can be the times end as they usually do
    if high is not None and first.toordinal() + days > high.toordinal():
        if low is None or high.toordinal() - days > low.toordinal():
            first = date.fromordinal(max(1, high.toordinal() - days))
        return first, max(1, (high - first).days)
    return first, min(days, date.max.toordinal() - first.toordinal() + 1)


def day_of(end: object) -> date | None:
    """Give the day of an end that CHECKs leave; None where there is none, or no time."""
    if isinstance(end, datetime):
        return end.date()
    return end if isinstance(end, date) else None


def days_left(facts: Facts, first: date, days: int) -> tuple[int, int]:
    """Give the first and the last day that CHECKs leave; without one nothing is later than what is usual."""
    span = facts.narrowing.span
    low, high = day_of(span.low), day_of(span.high)
    whole = facts.kind == "date"
    least = _FIRST_DAY if low is None else low.toordinal() + (0 if whole and span.with_low else 1)
    if high is not None:
        return least, high.toordinal() - (0 if whole and span.with_high else 1)
    return least, _LAST_DAY if low is not None else first.toordinal() + days - 1
