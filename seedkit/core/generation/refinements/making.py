"""Generators of what is said of a column: by the block where a generator makes it, else row by row."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal

from msgspec import Struct

from seedkit.core.fixture_language.bounds import NumberBounds, bounds_for
from seedkit.core.fixture_language.choices import is_of_a_table
from seedkit.core.fixture_language.drawn_values import share_of
from seedkit.core.fixtures import Tagged, Value
from seedkit.core.generation.columns.blocks import NULL, Constant, Generator, Sometimes, in_256ths
from seedkit.core.generation.columns.choices import Choice, Mixture, weighted
from seedkit.core.generation.columns.derived import Derived
from seedkit.core.generation.columns.instants import Instant
from seedkit.core.generation.columns.moments import Day, Moment
from seedkit.core.generation.columns.numbers import Counter, Fixed, Pointed, Whole
from seedkit.core.generation.planning.chosen import Facts, Run
from seedkit.core.generation.planning.types.numbers import WHOLE, scale_of
from seedkit.core.generation.refinements.language import Language
from seedkit.core.generation.refinements.likes import like
from seedkit.core.generation.refinements.meant import tags_in
from seedkit.core.generation.refinements.said import Said
from seedkit.core.generation.refinements.spelling import spelled
from seedkit.core.generation.streams import Stream
from seedkit.errors import FixtureError

_MOST_WEIGHT = 10_000
_FIRST = re.compile(r"-?\d{1,15}(?:\.\d{1,9})?")
_TRUTHS = {"true": "t", "false": "f"}
_BY_ROW = frozenset(("!faker", "!format", "!after", "!like", "!between", "!choice", "!maybe"))
"""Tags that give a row something else than the next one."""


class Making(Struct, frozen=True, kw_only=True):
    """What a column's generator is made with; `others` are the generators of the columns that it reads."""

    facts: Facts
    run: Run
    language: Language
    line: int
    others: Mapping[str, Generator]

    @property
    def stream(self) -> Stream:
        """The column's own randomness."""
        return self.run.stream(self.facts.table_name, self.facts.column.name).at(self.facts.attempt)

    def generator(self, value: Value) -> Generator:
        """Give the generator of a value; raises FixtureError for what is none."""
        if isinstance(value, Tagged) and value.tag in _MAKERS:
            made = _MAKERS[value.tag](self, value.value)
            if made is not None:
                return made
        if not _differs(value):
            return Constant(self.constant(value))
        name, said = self.facts.column.name, Said(value, self.line)
        reads = self.language.reads(name, said)
        parts = tuple(self.others[read] for read in reads)
        return Derived(reads, parts, self.language.making(name, said, reads, self.facts.attempt))

    def constant(self, value: Value) -> str:
        """Give the COPY text of a value that is the same in every row."""
        if value is None:
            return NULL
        text = self.language.text(self.facts.column.name, Said(value, self.line))
        return _TRUTHS.get(text.lower(), text) if self.facts.kind == "boolean" else text


def _like(making: Making, value: Value) -> Generator | None:
    return like(making.facts, value, making.run) if isinstance(value, str) else None


def _between(making: Making, value: Value) -> Generator | None:
    ends = _ends(making, value)
    if ends is None:
        return None
    bounds, stream = bounds_for(making.facts.column, *ends), making.stream
    if isinstance(bounds, NumberBounds):
        if making.facts.kind in WHOLE:
            return Whole(bounds.low, bounds.high, stream)
        return Fixed(bounds.low, bounds.high, bounds.scale, stream)
    if bounds.step == timedelta(days=1):
        return Day(bounds.first.date(), bounds.count, stream)
    if bounds.by_days and bounds.base_type.startswith("timestamp"):
        days = -(-bounds.count // 86_400)
        zone = "+00" if bounds.base_type == "timestamp with time zone" else ""
        return Moment(bounds.first.date(), days, stream, zone)
    return Instant(bounds, stream)


def _ends(making: Making, value: Value) -> tuple[str, str] | None:
    """Give two bounds as texts; None for what the language itself is to refuse."""
    if not isinstance(value, list) or len(value) != 2:
        return None
    ends = [making.language.plain(making.facts.column.name, Said(end, making.line)) for end in value]
    return (ends[0], ends[1]) if isinstance(ends[0], str) and isinstance(ends[1], str) else None


def _choice(making: Making, value: Value) -> Generator | None:
    values = choices_of(making.constant, value)
    return _mixture(making, value) if values is None else Choice(values, making.stream)


def _mixture(making: Making, value: Value) -> Generator | None:
    """Mix one constant value, written several times, with one other: as what a column's default is in most rows."""
    items = value if isinstance(value, list) else []
    constants = [item for item in items if not _differs(item)]
    others = [item for item in items if _differs(item)]
    if len(set(map(spelled, constants))) != 1 or len(set(map(spelled, others))) != 1:
        return None
    other = making.generator(others[0])
    if isinstance(other, Derived):
        return None
    share = 256 * len(constants) // len(items)
    return Mixture(Constant(making.constant(constants[0])), other, share, making.stream.apart("default"))


def _differs(value: Value) -> bool:
    """Whether a value may be another one in the next row."""
    return any(tagged.tag in _BY_ROW for tagged in tags_in(value))


def choices_of(constant: Callable[[Value], str], value: Value) -> tuple[str, ...] | None:
    """Give the values of a choice as COPY texts, each as often as it weighs; None where they are not all constant."""
    if _differs(value):
        return None
    if isinstance(value, list) and value:
        return tuple(map(constant, value))
    if isinstance(value, dict) and not is_of_a_table(value):
        weights = {name: weight for name, text in value.items() if (weight := _weight(text)) is not None}
        if len(weights) == len(value) and 0 < sum(weights.values()) <= _MOST_WEIGHT:
            return weighted({constant(name): weight for name, weight in weights.items()})
    return None


def _weight(value: Value) -> int | None:
    return int(value) if isinstance(value, str) and value.isdecimal() and len(value) < 6 else None


def _maybe(making: Making, value: Value) -> Generator | None:
    if not isinstance(value, list) or len(value) != 2:
        return None
    share, wanted = value
    inner = making.generator(wanted)
    if isinstance(inner, Derived):
        return None
    chance = share_of(share)
    nulls = in_256ths(float(1 - chance))
    if chance and abs(nulls - 256 * (1 - chance)) * 4 > 256 * chance:  # a share too small for that
        return None
    stream = making.run.stream(making.facts.table_name, making.facts.column.name, "null")
    return Sometimes(inner, nulls, stream) if nulls else inner


def _range(making: Making, value: Value) -> Generator:
    text = value.removesuffix("..") if isinstance(value, str) else "1"
    if _FIRST.fullmatch(text) is None:
        raise FixtureError(
            "!range takes the first number where rows are generated",
            hint="Write !range 1.. for numbers that go up; _rows: 1000 says how many rows there are.",
        )
    if making.facts.kind not in (*WHOLE, "numeric"):
        raise FixtureError(f'column "{making.facts.column.name}" does not count', hint="Write !format with a number.")
    scale = scale_of(making.facts)
    return Counter(int(Decimal(text))) if scale <= 0 else Pointed(int(Decimal(text).scaleb(scale)), scale)


_MAKERS: dict[str, Callable[[Making, Value], Generator | None]] = {
    "!like": _like,
    "!between": _between,
    "!choice": _choice,
    "!maybe": _maybe,
    "!range": _range,
}
