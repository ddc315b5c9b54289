"""Slots for ranges that must not overlap: as long, and where, as CHECKs of their ends leave them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta

from msgspec import Struct

from seedkit.core.generation.expressions.casting import cast
from seedkit.core.generation.expressions.evaluation import evaluator
from seedkit.core.generation.expressions.substitution import replaced
from seedkit.core.generation.expressions.tree import Call, Cast, Column, Constant, Expression, columns_of, nodes_of
from seedkit.core.generation.expressions.type_names import without_modifier
from seedkit.core.generation.expressions.values import Interval
from seedkit.core.generation.keys.slots import WRITTEN, Slots, counted
from seedkit.core.generation.narrowing import narrowed
from seedkit.core.generation.planning.capacity import Capacity
from seedkit.core.generation.planning.chosen import Chosen, Run, Rung
from seedkit.core.generation.planning.situation import Situation
from seedkit.core.generation.planning.unique_keys.exclusions import elements_of
from seedkit.core.generation.planning.unique_keys.subjects import subjects_of
from seedkit.core.generation.schema import TableRules

_BOUNDS = {
    "daterange": "date",
    "tsrange": "timestamp without time zone",
    "tstzrange": "timestamp with time zone",
    **dict.fromkeys(("int4range", "int8range", "numrange"), "numeric"),
}
"""The types of ranges that have slots, with that of their ends."""
_MOST = 200_000
"""So many rows have a slot in the time that PostgreSQL knows."""
_WANTED = 1_000
"""In a time that has an end slots are so short that so many fit, or as short as they get."""
_DAY, _HOUR, _MINUTE, _SECOND = 86_400, 3_600, 60, 1_000_000
_LENGTHS = {
    "date": (1, 2, 3, 7, 14, 30),
    "numeric": (5, 1, 2, 10, 100),
    "moment": (
        8 * _HOUR,
        4 * _HOUR,
        2 * _HOUR,
        _HOUR,
        30 * _MINUTE,
        15 * _MINUTE,
        5 * _MINUTE,
        _MINUTE,
        _DAY,
        7 * _DAY,
    ),
}
"""How long slots are, the usual first."""


def slot_columns(rules: TableRules, run: Run) -> dict[str, Chosen]:
    """Choose a slot for each row where ranges must not overlap, or a key has a range in it."""
    found: dict[str, Chosen] = {}
    for ends in _in_exclusions(rules):
        found |= _chosen(ends, rules, run)
    for rule in rules.uniques:
        for subject in subjects_of(rule):
            if subject is not None and _kind(rules, subject.column) in _BOUNDS:
                found |= _chosen(_Ends.of_range(subject.column), rules, run)
    return found


def slots_left(slots: Mapping[str, Chosen], situation: Situation) -> Capacity:
    """Say how many rows the columns that have slots leave."""
    counts = [(chosen.generator.count, name) for name, chosen in slots.items() if isinstance(chosen.generator, Slots)]
    count, name = min(counts, default=(0, None))
    return Capacity() if name is None else Capacity(situation.there + max(0, count - situation.first), name)


class _Ends(Struct, frozen=True):
    """The ends of a range, as CHECKs speak of them, and the columns that have them, with the part that is theirs."""

    lower: Expression
    upper: Expression
    parts: Mapping[str, int | None]

    @classmethod
    def of_range(cls, name: str) -> _Ends:
        """Give the ends of a column that is a range."""
        return cls(Call("lower", (Column(name),)), Call("upper", (Column(name),)), {name: None})


def _in_exclusions(rules: TableRules) -> Iterator[_Ends]:
    """Give the ranges that must not overlap."""
    for exclusion in rules.exclusions:
        for element in elements_of(exclusion) or ():
            match element.operator, element.key:
                case "&&", Column(name):
                    yield _Ends.of_range(name)
                case "&&", Call(function, (Column(first), Column(last), *_)) if function in _BOUNDS:
                    yield _Ends(Column(first), Column(last), {first: 0, last: 1})


def _chosen(ends: _Ends, rules: TableRules, run: Run) -> dict[str, Chosen]:
    kinds = {name: _kind(rules, name) for name in ends.parts}
    if not all(kind in WRITTEN and (kind in _BOUNDS) == (ends.parts[name] is None) for name, kind in kinds.items()):
        return {}
    kind = next(iter(kinds.values()))
    begin, step, length, count = _Fitting.of(ends, rules, _BOUNDS.get(kind, kind)).slots(run.today)
    return {
        name: Chosen(
            column=name,
            generator=Slots(kinds[name], begin, step, length, count, part),
            spelling="!like slot",
            rung=Rung.KEY,
        )
        for name, part in ends.parts.items()
    }


def _kind(rules: TableRules, name: str) -> str:
    column = next((column for column in rules.sent_columns if column.name == name), None)
    return "" if column is None else without_modifier(column.base_type)


class _Fitting(Struct, frozen=True):
    """What CHECKs ask of two ends, which they call `lower` and `upper`, both of a kind."""

    checks: tuple[Expression, ...]
    kind: str

    @classmethod
    def of(cls, ends: _Ends, rules: TableRules, kind: str) -> _Fitting:
        """Gather the CHECKs that speak of the ends alone."""
        names = {ends.lower: Column("lower"), ends.upper: Column("upper")}
        parts = (part.expression for check in rules.checks if check.partition is None for part in check.parts)
        spoken = (replaced(part, names) for part in parts if columns_of(part) and columns_of(part) <= set(ends.parts))
        return cls(tuple(part for part in spoken if columns_of(part) <= {"lower", "upper"}), kind)

    def slots(self, today: date) -> tuple[int, int, int, int]:
        """Give where the first slot begins, how far it is to the next one, how long they are, and how many."""
        usual, apart = self._usual(today)
        lengths = [length for length in self._lengths() if self._holds(usual, length)] or [self._lengths()[0]]
        low, high = self._span(lengths[0])
        if low is None and (high is None or high >= usual):
            return usual, -apart, lengths[0], _MOST
        if low is None or high is None:
            begin, step = (low, 1) if low is not None else (high or 0, -1)
            return begin, step * max(apart, lengths[0]), lengths[0], _MOST
        return self._between(lengths)

    def _between(self, lengths: list[int]) -> tuple[int, int, int, int]:
        """Lay slots side by side between two ends, short ones where there would be few."""
        tried = [(length, *self._span(length)) for length in lengths]
        found = [(length, low, high) for length, low, high in tried if low is not None and high is not None]
        wide = [one for one in found if (one[2] - one[1]) // one[0] >= _WANTED]
        length, low, high = wide[0] if wide else min(found)
        return low, length, length, min(_MOST, max(0, (high - low) // length + 1))

    def _usual(self, today: date) -> tuple[int, int]:
        """Give where the first slot begins where no CHECK says so, and how far apart they are."""
        first = today - timedelta(days=400)
        if self.kind == "date":
            return counted(first), 3
        if self.kind in ("numeric", "integer", "bigint"):
            return 0, -10
        return counted(datetime.combine(first, time(9))), 3 * _DAY

    def _lengths(self) -> list[int]:
        """List how long slots may be: as a CHECK writes it, or as usual."""
        if self.kind in ("date", "numeric"):
            return list(_LENGTHS[self.kind])
        if self.kind in ("integer", "bigint"):
            return list(_LENGTHS["numeric"])
        written = [length for check in self.checks for length in _intervals(check)]
        return list(dict.fromkeys([*_LENGTHS["moment"], *written]))

    def _holds(self, begin: int, length: int) -> bool:
        """Whether what CHECKs say of both ends holds for a slot of a length."""
        row = {"lower": self._value(begin), "upper": self._value(begin + length)}
        both = (check for check in self.checks if len(columns_of(check)) > 1)
        return all(evaluator(check)(row) is not False for check in both)

    def _value(self, number: int) -> object:
        if self.kind == "date":
            return date.fromordinal(number)
        if self.kind in ("numeric", "integer", "bigint"):
            return number
        moment = datetime(1, 1, 1) + timedelta(seconds=number)
        return moment.replace(tzinfo=UTC) if self.kind == "timestamp with time zone" else moment

    def _span(self, length: int) -> tuple[int | None, int | None]:
        """Give between which numbers a slot of a length may begin."""
        lower, upper = self._ends("lower"), self._ends("upper")
        lows = [lower[0], None if upper[0] is None else upper[0] - length]
        highs = [lower[1], None if upper[1] is None else upper[1] - length]
        known = [low for low in lows if low is not None], [high for high in highs if high is not None]
        return max(known[0], default=None), min(known[1], default=None)

    def _ends(self, name: str) -> tuple[int | None, int | None]:
        span = narrowed(name, self.checks).span
        low, high = (self._counted(end) for end in (span.low, span.high))
        return (
            None if low is None else low + (0 if span.with_low else 1),
            None if high is None else high - (0 if span.with_high else 1),
        )

    def _counted(self, end: object) -> int | None:
        if self.kind == "date" and isinstance(end, datetime):
            return counted(end.date())
        if self.kind.startswith("timestamp") and isinstance(end, date) and not isinstance(end, datetime):
            return counted(datetime.combine(end, time()))
        return counted(end) if isinstance(end, date | int) else None


def _intervals(node: Expression) -> Iterator[int]:
    """Give the intervals that a CHECK writes, in seconds."""
    for part in nodes_of(node):
        match part:
            case Cast(Constant(value), "interval") if value is not None:
                span = cast(value, "interval")
                if isinstance(span, Interval) and span.length >= _SECOND:
                    yield span.length // _SECOND
            case _:
                continue
