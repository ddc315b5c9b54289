"""Dates and times of which CHECKs leave what comes again: each Monday, the first of a month, every half hour.

What a CHECK says of the fields of a time it says again an hour, a day, a week or four years on. One such cycle is
tried, and some others, of which all have to agree: no CHECK is read for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import islice

from msgspec import Struct

from seedkit.core.generation.expressions.casting import cast
from seedkit.core.generation.expressions.evaluation import Surroundings, evaluator
from seedkit.core.generation.expressions.tree import Call, Cast, Expression, columns_of, nodes_of
from seedkit.core.generation.expressions.values import NotEvaluatedError
from seedkit.core.generation.keys.calendar import CalendarDays, CalendarMoments
from seedkit.core.generation.keys.composed import Divided
from seedkit.core.generation.keys.spellings import Clocks, Days, Moments, Spelling
from seedkit.core.generation.periods import Residues
from seedkit.core.generation.planning.chosen import Facts
from seedkit.core.generation.planning.proving import checks_on

CLOCKS = frozenset(("time without time zone", "time with time zone"))
ZONED = frozenset(("timestamp with time zone", "time with time zone"))
MOMENTS = frozenset(("timestamp without time zone", "timestamp with time zone"))

_FIELDS = frozenset(("extract", "date_part", "date_trunc"))
_BEGIN = "2024-01-01"
_DAY, _HOUR, _MINUTE = 86_400, 3_600, 60
_FOUR_YEARS = 4 * 12 * 31
"""Days as `CalendarDays` counts them."""
_SHORT, _STRIDE = 1_500, 19
"""Of longer cycles than so many units not each is compared with another cycle's."""
_EACH_WEEKDAY = 28 * 365 + 7
"""Days until each date has the same weekday again, between 1901 and 2099."""


class _Cycle(Struct, frozen=True):
    """So many units, perhaps `whole` ones alone, and which cycles are tried, counted from one near `_BEGIN`."""

    spelling: Spelling
    modulus: int
    unit: int = 1
    tried: Sequence[int] = (0, 1, 7, -5, -29, -173)
    whole: bool = False

    def numbers(self, which: int, step: int = 0) -> Iterable[int]:
        """Give the numbers at a step of each unit of a cycle."""
        begin = (self.spelling.read(_BEGIN) or 0) // self.unit // self.modulus + which
        return (number * self.unit + step for number in range(begin * self.modulus, (begin + 1) * self.modulus))


def cycle_of(facts: Facts) -> Divided | None:
    """Say what comes again of a date or a time, where CHECKs on its fields leave not all; None where nothing does."""
    name, checks = checks_on(facts)
    spoken = tuple(check for check in checks if facts.kind in CLOCKS or _tells_of_fields(check))
    return _found(facts.kind, name, spoken) if spoken else None


def _tells_of_fields(check: Expression) -> bool:
    return any(columns_of(node) and _is_field(node) for node in nodes_of(check))


def _is_field(node: Expression) -> bool:
    return (isinstance(node, Call) and node.function in _FIELDS) or (isinstance(node, Cast) and node.type in CLOCKS)


def _cycles(kind: str) -> tuple[_Cycle, ...]:
    """Give the cycles that times of a kind may have, the shortest first."""
    zone = "+00" if kind in ZONED else ""
    if kind in CLOCKS:
        clocks = Clocks(zone)
        return _Cycle(clocks, 60, _MINUTE, range(24)), _Cycle(clocks, 24 * 60, _MINUTE, (0,))
    if kind in MOMENTS:
        moments = Moments(1, zone)
        return (
            _Cycle(moments, 60, _MINUTE),
            _Cycle(moments, 24 * 60, _MINUTE, (0, 7, -29)),
            _Cycle(moments, 7 * 24, _HOUR, (0, 1, -29), whole=True),
            _Cycle(moments, 7 * 24 * 60, _MINUTE, (0, -5)),
            _Cycle(CalendarMoments(zone), _FOUR_YEARS, _DAY, (0, -1)),
        )
    return _Cycle(Days(), 7), _Cycle(CalendarDays(), _FOUR_YEARS, 1, (0, -1)), _Cycle(Days(), _EACH_WEEKDAY, 1, (0, -1))


@lru_cache(maxsize=64)
def _found(kind: str, name: str, checks: tuple[Expression, ...]) -> Divided | None:
    """Take whole units where most are left as their beginnings are, else these; None where nothing is ruled out."""
    holds = _holding(kind, name, checks)
    for cycle in _cycles(kind):
        left = _left(cycle, holds)
        whole = _whole(cycle, left, holds)
        if len(whole) == cycle.modulus:
            return None
        if 2 * len(whole) > len(left):
            return Divided(Residues(cycle.modulus, tuple(whole)), cycle.spelling, cycle.unit, cycle.unit)
        if left and not cycle.whole:
            return Divided(Residues(cycle.modulus, tuple(left)), cycle.spelling, cycle.unit)
    return None


def _holding(kind: str, name: str, checks: Iterable[Expression]) -> Callable[[str], bool]:
    """Say whether CHECKs leave a value, as text."""
    rules = [evaluator(check, Surroundings(types={name: kind})) for check in checks]

    def holds(text: str) -> bool:
        try:
            row = {name: cast(text, kind)}
        except NotEvaluatedError:
            return False
        return all(rule(row) is True for rule in rules)

    return holds


def _left(cycle: _Cycle, holds: Callable[[str], bool]) -> list[int]:
    """Give the units whose beginnings are left in a cycle; none where another that is tried says something else."""
    first = [_verdict(cycle, number, holds) for number in cycle.numbers(cycle.tried[0])]
    if True not in first:
        return []
    apart = 1 if cycle.modulus <= _SHORT else _STRIDE
    for which in cycle.tried[1:]:
        others = zip(first[::apart], islice(cycle.numbers(which), None, None, apart), strict=True)
        if any({verdict, _verdict(cycle, number, holds)} == {True, False} for verdict, number in others):
            return []
    return [unit for unit, verdict in enumerate(first) if verdict]


def _verdict(cycle: _Cycle, number: int, holds: Callable[[str], bool]) -> bool | None:
    try:
        return holds(cycle.spelling.write(number))
    except ValueError:
        return None


def _whole(cycle: _Cycle, left: Iterable[int], holds: Callable[[str], bool]) -> list[int]:
    """Give the units that are left as their beginnings are."""
    whole = list(left)
    for step in (1, cycle.unit - 1) if cycle.unit > 1 else ():
        numbers = list(cycle.numbers(cycle.tried[0], step))
        whole = [unit for unit in whole if _verdict(cycle, numbers[unit], holds)]
    return whole
