"""What all values of a generator have in common, as far as that is known without making them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from seedkit.core.generation.columns.blocks import NULL, Constant, Generator, Joined, Sometimes
from seedkit.core.generation.columns.choices import Choice, Mixture, Turned
from seedkit.core.generation.columns.cuts import Cased, Cut, Marked
from seedkit.core.generation.columns.moments import Clock, Day, Life, Moment
from seedkit.core.generation.columns.numbers import Counter, Fixed, Hex, Uuid, Whole, pointed
from seedkit.core.generation.columns.patterned import Gathered
from seedkit.core.values.copy_text import field_value

_MOST_LISTED = 5000
_COUNTED = 19
"""Digits of the highest number that a row can have."""


@dataclass(frozen=True, slots=True)
class Extent:
    """All of a generator's values as COPY texts, or their ends, or the lengths of texts; None for what is not known.

    `nulls` says that some are NULL, which is none of the ends and has no length.
    """

    texts: frozenset[str] | None = None
    low: str | None = None
    high: str | None = None
    shortest: int | None = None
    longest: int | None = None
    nulls: bool = False


def extent_of(generator: Generator) -> Extent:
    """Say what is known of a generator's values.

    >>> extent_of(Counter(7)).low, extent_of(Joined((Constant("a-"), Counter(1)))).shortest
    ('7', 3)
    """
    match generator:
        case Sometimes(inner):
            return replace(extent_of(inner), nulls=True)
        case Constant(text):
            return _listed(frozenset((text,)))
        case Choice(texts):
            return _listed(frozenset(texts))
        case Joined((Life() as life, Clock(zone=zone))):
            return _moments(life.first, life.last, zone)
        case Joined(parts):
            return _joined([extent_of(part) for part in parts])
        case _:
            return _of_several(generator)


def _of_several(generator: Generator) -> Extent:
    match generator:
        case Mixture(first, other):
            return _either([extent_of(first), extent_of(other)])
        case Turned(generators):
            return _either(list(map(extent_of, generators)))
        case Gathered():
            return _listed(frozenset(generator.texts_made))
        case Cut() | Cased() | Marked():
            return _changed(generator)
        case _:
            return _of_numbers(generator)


def _listed(texts: frozenset[str]) -> Extent:
    lengths = [len(field_value(text) or "") for text in texts if text != NULL]
    return Extent(
        texts=texts if len(texts) <= _MOST_LISTED else None,
        shortest=min(lengths, default=None),
        longest=max(lengths, default=None),
        nulls=NULL in texts,
    )


def _of_numbers(generator: Generator) -> Extent:
    match generator:
        case Counter(first, step) if step > 0 and first >= 0:
            return Extent(low=str(first), shortest=len(str(first)), longest=_COUNTED)
        case Whole(low, high):
            return _between(str(low), str(high))
        case Fixed(low, high, scale):
            return _between(pointed(low, scale), pointed(high, scale))
        case Day() | Moment() | Life():
            return _of_days(generator)
        case _:
            return _of_digits(generator)


def _of_digits(generator: Generator) -> Extent:
    match generator:
        case Uuid():
            return Extent(shortest=32, longest=32)
        case Hex(digits, _, prefix):
            length = len(field_value(prefix) or "") + digits
            return Extent(shortest=length, longest=length)
        case _:
            return Extent()


def _of_days(generator: Day | Moment | Life) -> Extent:
    first = generator.first
    last = generator.last if isinstance(generator, Life) else first + timedelta(days=generator.days - 1)
    if isinstance(generator, Moment):
        return _moments(first, last, generator.zone)
    return Extent(low=first.isoformat(), high=last.isoformat())


def _moments(first: date, last: date, zone: str) -> Extent:
    return Extent(low=f"{first} 00:00:00{zone}", high=f"{last} 23:59:59{zone}")


def _either(extents: list[Extent]) -> Extent:
    """Say what is known of values that are one generator's or another's: their ends, where these are numbers."""
    texts, shortest, longest = ([getattr(one, name) for one in extents] for name in ("texts", "shortest", "longest"))
    return Extent(
        texts=None if None in texts else frozenset[str]().union(*texts),
        low=_end(min, [_low_of(one) for one in extents]),
        high=_end(max, [_high_of(one) for one in extents]),
        shortest=None if None in shortest else min(shortest),
        longest=None if None in longest else max(longest),
        nulls=any(one.nulls for one in extents),
    )


def _low_of(extent: Extent) -> str | None:
    return extent.low if extent.texts is None else _end(min, extent.texts)


def _high_of(extent: Extent) -> str | None:
    return extent.high if extent.texts is None else _end(max, extent.texts)


def _end(pick: Callable[[Iterable[Decimal]], Decimal], texts: Iterable[str | None]) -> str | None:
    """Give the least or the greatest of some numbers; None where one is none."""
    try:
        return str(pick([Decimal(text or "none") for text in texts]))
    except (InvalidOperation, ValueError):
        return None


def _between(low: str, high: str) -> Extent:
    lengths = (len(low), len(high))
    return Extent(low=low, high=high, shortest=1, longest=max(lengths))


def _joined(parts: list[Extent]) -> Extent:
    shortest, longest = [part.shortest for part in parts], [part.longest for part in parts]
    if any(part.nulls for part in parts):
        return Extent()
    return Extent(
        shortest=sum(length or 0 for length in shortest),
        longest=None if None in longest else sum(length or 0 for length in longest),
    )


def _changed(generator: Cut | Cased | Marked) -> Extent:
    inner = extent_of(generator.inner)
    shortest, longest = inner.shortest, inner.longest
    match generator:
        case Marked(_, _, length):
            return Extent(shortest=1, longest=length)
        case Cut() | Cased() if inner.texts is not None:
            return _listed(frozenset(map(generator.changed, inner.texts)))
        case Cased():
            return Extent(shortest=shortest, longest=longest, nulls=inner.nulls)
        case Cut(_, length):
            at_least = None if shortest is None else min(shortest, 1)
            return Extent(shortest=at_least, longest=min(length, longest or length), nulls=inner.nulls)
