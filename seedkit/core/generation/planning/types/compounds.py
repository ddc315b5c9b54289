"""Arrays, rows, ranges and multiranges: each part gets its generator as a column would."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from msgspec.structs import replace

from seedkit.core.column_types import TypeKind
from seedkit.core.generation.columns.blocks import NULL, Constant, Generator
from seedkit.core.generation.columns.choices import Choice
from seedkit.core.generation.columns.parts import ArrayOf, RangeOf, RangesOf, RowOf
from seedkit.core.generation.columns.texts.making import joined
from seedkit.core.generation.expressions.casting import text_of
from seedkit.core.generation.expressions.tree import columns_of
from seedkit.core.generation.expressions.values import NotEvaluatedError
from seedkit.core.generation.keys.ranges import RangeOfLength
from seedkit.core.generation.meanings import singular, words_of
from seedkit.core.generation.narrowing import narrowed
from seedkit.core.generation.planning.chosen import Facts, Made, Run
from seedkit.core.generation.planning.types.ends_of_ranges import LOWER, UPPER, checks_of_ends
from seedkit.core.generation.planning.types.kinds import family_of
from seedkit.core.generation.planning.types.lengths_of_ranges import lengths_of
from seedkit.core.generation.planning.types.times import day_of
from seedkit.core.generation.schema import DATES
from seedkit.core.generation.spans import Span
from seedkit.core.generation.streams import Stream
from seedkit.core.values.copy_text import field_text

Part = Callable[[Facts, Run, Stream], Generator | None]
"""Chooses the generator of a part; None for a type that nobody can make up."""

_USUAL_ITEMS = 4
_MOST_ITEMS = 1_000
_RANGES = 2
_REACH = timedelta(days=400)


def compound_generator(facts: Facts, run: Run, stream: Stream, part: Part) -> Made | None:
    """Give the generator of a value that is made of others, and its spelling; None where a part of it has none."""
    generator = _COMPOUNDS[facts.shape.kind](facts, run, stream, part)
    return None if generator is None else (generator, f"!like {facts.shape.kind}")


def _array(facts: Facts, run: Run, stream: Stream, part: Part) -> Generator | None:
    element = facts.shape.part
    if element is None:
        return None
    least, most = _count(facts)
    called = " ".join([*words_of(facts.name)[:-1], singular(words_of(facts.name)[-1:])])
    members = None if facts.narrowing.members is None else _members(facts.narrowing.members)
    items = [
        Choice(members, stream.apart("item", place))
        if members
        else part(facts.of_part(element, called, item=str(place)), run, stream.apart("item", place))
        for place in range(most)
    ]
    found = [item for item in items if item is not None]
    if not found:
        return None if most else Constant("{}")
    flat = ArrayOf(tuple(found), least, stream.apart("count"), element.delimiter)
    if facts.shape.dimensions == 1:
        return flat
    same = replace(flat, least=len(found))
    return ArrayOf((same, replace(same, items=same.items[::-1])), 2, stream, element.delimiter, nested=True)


def _members(values: tuple[object, ...]) -> tuple[str, ...] | None:
    """Write what CHECKs let an array be made of; None where only the server can."""
    try:
        return tuple(field_text(text_of(value)) for value in values)
    except NotEvaluatedError:
        return None


def _count(facts: Facts) -> tuple[int, int]:
    """Say how many elements an array has, from CHECKs on its cardinality."""
    if facts.shape.dimensions > 1:
        return (2, 2)
    least, most = facts.narrowing.items.counts
    least = max(0, least or 0)
    usual = max(least, _USUAL_ITEMS)
    return least, max(0, min(_MOST_ITEMS, usual if most is None else min(most, usual)))


def _row(facts: Facts, run: Run, stream: Stream, part: Part) -> Generator | None:
    found = []
    for name, shape in facts.shape.fields:
        made = part(facts.of_part(shape, name, within=facts.name), run, stream.apart("field", name))
        if made is None and shape.not_null:
            return None
        found.append(made or Constant(NULL))
    return RowOf(tuple(found))


def _multirange(facts: Facts, run: Run, stream: Stream, part: Part) -> Generator | None:
    element = facts.shape.part
    if element is None:
        return None
    ranges = [_range(facts.of_part(element), run, stream.apart("range", place), part) for place in range(_RANGES)]
    found = [made for made in ranges if made is not None]
    return RangesOf(tuple(found), stream) if found else None


def _range(facts: Facts, run: Run, stream: Stream, part: Part) -> Generator | None:
    """Draw the lower bound from one half of what the subtype may be, and the upper one from the other."""
    subtype = facts.shape.part
    if subtype is None:
        return None
    bound = _within_ends(facts, facts.of_part(subtype))
    family = family_of(bound.kind)
    if family == "text":
        return RangeOf(joined("a", *_letters(stream, "lower")), joined("z", *_letters(stream, "upper")))
    halves = _halves(bound, run)
    if halves is None:
        return _few_ranges(bound, stream)
    low, high = (
        part(_end(facts, bound, name, span), run, stream.apart(name))
        for span, name in zip(halves, (LOWER, UPPER), strict=True)
    )
    if low is not None and (fitting := lengths_of(facts, bound.kind)) is not None:
        return RangeOfLength(low, fitting.spelling, fitting.lengths, stream.apart("length"))
    return None if low is None or high is None else RangeOf(low, high)


def _end(facts: Facts, bound: Facts, name: str, span: Span) -> Facts:
    """Have one bound hold what CHECKs ask of it alone, within a span."""
    own = tuple(check for check in checks_of_ends(facts, {name: "value"}) if columns_of(check) == {"value"})
    shape = replace(bound.shape, checks=(*bound.shape.checks, *own))
    return replace(bound, part=shape, narrowing=replace(bound.narrowing, span=span))


def _within_ends(facts: Facts, bound: Facts) -> Facts:
    """Have a bound hold what CHECKs ask of `lower(column)` and of `upper(column)`, both of either."""
    span = narrowed("bound", checks_of_ends(facts, {LOWER: "bound", UPPER: "bound"})).span
    return bound if span == Span() else replace(bound, narrowing=replace(bound.narrowing, span=span))


def _halves(bound: Facts, run: Run) -> tuple[Span, Span] | None:
    """Part what a subtype may be in two; None for a subtype that is no number and no day."""
    if bound.kind in DATES:
        return _halves_of_days(bound, run)
    if family_of(bound.kind) != "number":
        return None
    span = bound.narrowing.span
    low = Decimal(span.low) if isinstance(span.low, int | Decimal) else Decimal(1)
    high = Decimal(span.high) if isinstance(span.high, int | Decimal) else low + 98
    half = Decimal(int((low + high) / 2))
    return Span(low, half), Span(half + 1, max(high, half + 1))


def _halves_of_days(bound: Facts, run: Run) -> tuple[Span, Span]:
    middle = run.today - timedelta(days=180)
    low, high = day_of(bound.narrowing.span.low), day_of(bound.narrowing.span.high)
    if low is None and high is None:
        return Span(middle - _REACH, middle), Span(middle, middle + _REACH)
    first = min(middle - _REACH, (high or middle) - _REACH) if low is None else low
    last = max(middle + _REACH, first + _REACH) if high is None else high
    return Span(first, first + (last - first) / 2), Span(first + (last - first) / 2, last)


def _few_ranges(bound: Facts, stream: Stream) -> Generator | None:
    texts = _BOUNDS.get(bound.shape.name)
    return None if texts is None else Choice(tuple(f"[{low},{high})" for low, high in texts), stream)


_BOUNDS: dict[str, list[tuple[str, str]]] = {
    "time without time zone": [(f"{hour:02}:00:00", f"{hour + 2:02}:30:00") for hour in range(6, 20)],
    "time with time zone": [(f"{hour:02}:00:00+00", f"{hour + 2:02}:30:00+00") for hour in range(6, 20)],
    "interval": [(f"{hour}:00:00", f"{hour + 3}:00:00") for hour in range(1, 20)],
    "inet": [(f"192.0.2.{low}", f"192.0.2.{low + 9}") for low in range(1, 240, 10)],
    "cidr": [(f"10.{low}.0.0/16", f"10.{low + 1}.0.0/16") for low in range(1, 60)],
    "macaddr": [(f"02:00:5e:00:00:{low:02x}", f"02:00:5e:00:00:{low + 4:02x}") for low in range(0, 240, 5)],
    "uuid": [(f"{low:08x}-0000-4000-8000-000000000000", f"{low:08x}-0000-4000-8000-00000000ffff") for low in range(64)],
    "money": [(str(low), str(low + 5)) for low in range(1, 60)],
}
"""Bounds of subtypes that have an order of their own."""


def _letters(stream: Stream, end: str) -> list[Generator]:
    return [Choice(tuple("abcdefghijklmnopqrstuvwxyz"), stream.apart(end, place)) for place in range(3)]


_COMPOUNDS: dict[TypeKind, Callable[[Facts, Run, Stream, Part], Generator | None]] = {
    TypeKind.ARRAY: _array,
    TypeKind.COMPOSITE: _row,
    TypeKind.RANGE: _range,
    TypeKind.MULTIRANGE: _multirange,
}
KINDS = frozenset(_COMPOUNDS)
"""The kinds of types that are made of others."""
