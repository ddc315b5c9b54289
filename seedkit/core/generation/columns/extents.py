"""What all values of a generator have in common, as far as that is known without making them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.generation.columns.births import Born
from seedkit.core.generation.columns.blocks import NULL, Constant, Generator, Joined, Sometimes
from seedkit.core.generation.columns.choices import Choice, Mixture, Turned
from seedkit.core.generation.columns.cuts import Cased, Cut, Marked
from seedkit.core.generation.columns.moments import Clock, Day, Epoch, Life, Moment
from seedkit.core.generation.columns.numbers import Counter, Fixed, Hex, Uuid, Whole
from seedkit.core.generation.columns.patterns.matching import Gathered
from seedkit.core.generation.columns.quantiles import NumberQuantiles
from seedkit.core.values.copy_text import field_value
from seedkit.core.values.spellings import pointed

_MOST_LISTED = 5000
_COUNTED = 19
"""Digits of the highest number that a row can have."""


class Extent(Struct, frozen=True):
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
            return _of_choice(texts)
        case Joined(parts):
            return _joined(parts)
        case Mixture() | Turned() | Gathered() | Cut() | Cased() | Marked():
            return _of_others(generator)
        case _:
            return _of_numbers(generator)


@lru_cache(maxsize=64)
def _of_choice(texts: tuple[str, ...]) -> Extent:
    """Look through a list of words once, and not for each column that has them."""
    return _listed(frozenset(texts))


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
        case NumberQuantiles(bounds, scale):
            return _between(pointed(bounds[0], scale), pointed(bounds[-1], scale))
        case Fixed(low, high, scale):
            return _between(pointed(low, scale), pointed(high, scale))
        case Day() | Moment() | Life():
            return _of_days(generator)
        case _:
            return _of_digits(generator)


def _of_digits(generator: Generator) -> Extent:
    match generator:
        case Epoch(ends=(least, most)) | Born(ends=(least, most)):
            return _between(str(least), str(most))
        case Uuid():
            return Extent(shortest=32, longest=32)
        case Hex(digits, _, prefix):
            length = len(field_value(prefix) or "") + digits
            return Extent(shortest=length, longest=length)
        case _:
            return Extent()


def _of_days(generator: Day | Moment | Life) -> Extent:
    first, last = generator.first, generator.first + timedelta(days=generator.days - 1)
    match generator:
        case Day():
            return Extent(low=first.isoformat(), high=last.isoformat())
        case Life(last=latest, behind=behind):
            return Extent(low=f"{first}{behind}", high=f"{latest}{behind}")
        case Moment(zone=zone, between=between):
            return Extent(low=f"{first}{between}00:00:00{zone}", high=f"{last}{between}23:59:59{zone}")


def _of_others(generator: Mixture | Turned | Gathered | Cut | Cased | Marked) -> Extent:
    match generator:
        case Mixture(first, other):
            return _either([extent_of(first), extent_of(other)])
        case Turned(generators):
            return _either(list(map(extent_of, generators)))
        case Gathered():
            return _listed(frozenset(generator.texts_made))
        case Cut() | Cased() | Marked():
            return _changed(generator)


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


def _joined(joined: tuple[Generator, ...]) -> Extent:
    match joined:
        case (Day() | Life() as day, Clock(zone=zone)):
            ends = _of_days(day)
            return Extent(low=f"{ends.low}00:00:00{zone}", high=f"{ends.high}23:59:59{zone}")
        case _:
            return _in_a_row([extent_of(part) for part in joined])


def _in_a_row(parts: list[Extent]) -> Extent:
    longest = [part.longest for part in parts]
    if any(part.nulls for part in parts):
        return Extent()
    return Extent(
        shortest=sum(part.shortest or 0 for part in parts),
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
