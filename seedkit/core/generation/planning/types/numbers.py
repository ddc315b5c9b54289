"""Numbers of a column, within its type and its CHECKs."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from seedkit.core.generation.columns.births import PARTS
from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.columns.choices import Choice, weighted
from seedkit.core.generation.columns.numbers import Counter, Fixed, Pointed, Whole
from seedkit.core.generation.expressions.values import EXACT
from seedkit.core.generation.meanings import words_of
from seedkit.core.generation.planning.chosen import Facts, Made, Run
from seedkit.core.generation.planning.types.births import born
from seedkit.core.generation.planning.types.divided import divided
from seedkit.core.generation.planning.types.epochs import epoch
from seedkit.core.generation.planning.types.halves import half_of, is_an_end
from seedkit.core.generation.planning.types.languages import by_language
from seedkit.core.generation.planning.types.usual_numbers import IN_ALL, PERCENTAGES, SHARES, USUAL
from seedkit.core.generation.streams import Stream
from seedkit.core.generation.words import City

_BITS = {"smallint": 16, "integer": 32, "bigint": 64}
WHOLE = frozenset(_BITS)
FRACTIONAL = frozenset(("numeric", "real", "double precision"))
_TRUE = {"mostly_true": 85, "rarely_true": 5, "truth": 40}
_AMOUNTS = (1, 500)
_MOST_MONEY = 92_233_720_368_547_758
_PLACES = ("latitude", "longitude")
_ANY = (1, 1000)
_USUAL_DIGITS, _USUAL_SCALE = 15, 2
_MOST_DIGITS = {"numeric": 131_072, "double precision": 308, "real": 38}

MEANINGS = frozenset((*USUAL, *SHARES, *PARTS, "year", "expiry_year"))
"""The meanings that a number can have, beside those of a truth."""


def number_generator(facts: Facts, meaning: str | None, prefix: str, run: Run, stream: Stream) -> Made:
    """Give the generator of a number, and its spelling; under a unique key the rows are counted."""
    scale = scale_of(facts)
    if meaning in _TRUE:
        return truth_generator(meaning, stream, "1", "0")
    if meaning in _PLACES and _fits_degrees(facts, scale):
        return _degrees(facts, meaning, prefix, run), f"!like {meaning}"
    if (told := _told(facts, meaning, prefix, run, stream)) is not None:
        return told, f"!like {meaning}"
    low, high = bounds(facts, meaning, scale, run)
    if facts.narrowing.residues is not None:
        unit = 10 ** max(scale, 0)
        return divided(facts.narrowing.residues, low // unit, high // unit, ends(facts, 0)[1], stream)
    return _counted(max(low, 1), scale) if facts.unique else _between(facts, low, high, scale, stream)


def _told(facts: Facts, meaning: str | None, prefix: str, run: Run, stream: Stream) -> Generator | None:
    """Give what other columns of the row tell as well, a time or a birth, where keys and CHECKs leave it."""
    if meaning is None or meaning not in {"epoch", *PARTS} or facts.unique or facts.wide or facts.narrowing.residues:
        return None
    if meaning in PARTS and is_an_end(facts.name):
        return None
    made = epoch(facts, run, stream) if meaning == "epoch" else born(facts, meaning, prefix, run)
    least, most = ends(facts, 0)
    return made if least <= made.ends[0] and made.ends[1] <= most else None


def _between(facts: Facts, low: int, high: int, scale: int, stream: Stream) -> Made:
    if facts.kind in WHOLE:
        return Whole(low, high, stream), f"!between [{low}, {high}]"
    unit = Decimal(1).scaleb(-scale)
    return Fixed(low, high, scale, stream), f"!between [{low * unit:f}, {high * unit:f}]"


def truth_generator(meaning: str | None, stream: Stream, true: str, false: str) -> Made:
    """Give a truth in whatever stands for it, as often true as its name says."""
    share = _TRUE.get(meaning or "truth", _TRUE["truth"])
    true_name, false_name = ("true", "false") if true == "t" else (true, false)
    spelling = f"!choice {{{true_name}: {share}, {false_name}: {100 - share}}}"
    return Choice(weighted({true: share, false: 100 - share}), stream), spelling


def _counted(first: int, scale: int) -> Made:
    if scale <= 0:
        return Counter(first), f"!range {first}.."
    unit = Decimal(1).scaleb(-scale)
    return Pointed(first, scale), f"!range {first * unit}.."


def _fits_degrees(facts: Facts, scale: int) -> bool:
    least, most = _type_ends(facts)
    span = facts.narrowing.span
    inside = all(not isinstance(end, int | Decimal | float) or abs(Decimal(end)) >= 90 for end in (span.low, span.high))
    return scale >= 2 and not facts.unique and inside and least <= -180 * 10**scale and most >= 180 * 10**scale


def _degrees(facts: Facts, meaning: str, prefix: str, run: Run) -> Generator:
    def degree(city: City) -> str:
        return city.latitude if meaning == "latitude" else city.longitude

    place = facts.shared(run).apart("place", prefix)
    return by_language(facts, run, lambda words: Choice(tuple(map(degree, words.cities)), place))


def scale_of(facts: Facts) -> int:
    """Count the digits behind the point that values are given: the type's, else two or more; none of whole ones."""
    if facts.kind in WHOLE:
        return 0
    if facts.kind == "numeric" and facts.limits:
        return facts.limits[1] if len(facts.limits) > 1 else 0
    return _scale_between(facts)


def _scale_between(facts: Facts) -> int:
    """Count two digits; where CHECKs leave no such number, so many that there are a hundred, under a key a million."""
    low, high = _asked(facts, _USUAL_SCALE)
    if low is None or high is None or low <= high:
        return _USUAL_SCALE
    width = Decimal(facts.narrowing.span.high) - Decimal(facts.narrowing.span.low)
    digits = 6 if facts.column.name in facts.rules.unique_columns else 2
    return min(_MOST_DIGITS[facts.kind], digits - width.adjusted()) if width > 0 else _USUAL_SCALE


def _usual(facts: Facts, meaning: str | None, scale: int, run: Run) -> tuple[int, int]:
    """Give what a meaning's values are between, in units of the last digit."""
    factor: int = 10 ** max(scale, 0)
    if meaning == "expiry_year":
        return run.today.year * factor, (run.today.year + 5) * factor
    if meaning == "year":
        return (run.today.year - 36) * factor, run.today.year * factor
    if meaning == "birth_year":
        return (run.today.year - 68) * factor, (run.today.year - 20) * factor
    if meaning == "epoch":
        today = run.today.toordinal() - 719_163
        return (today - 730) * 86_400 * factor, today * 86_400 * factor
    shares = SHARES.get(meaning or "")
    if meaning in PERCENTAGES and scale > 0 and _type_ends(facts)[1] < 100 * factor:
        shares = PERCENTAGES[meaning]
    if shares is not None:
        return int(shares[0] * factor), int(shares[1] * factor)
    low, high = _in_cents(facts, run) if meaning == "price_in_cents" else USUAL.get(meaning or "", _ANY)
    return low * factor, high * factor


def _in_cents(facts: Facts, run: Run) -> tuple[int, int]:
    """Give what amounts in cents are between, those of a bill by the rest of their name."""
    rest = " ".join(word for word in words_of(facts.name) if word not in {"cents", "in"})
    found = run.meanings.of(rest, facts.rules.table.name.name, "number")
    if found is None or found.name not in IN_ALL:
        return USUAL["price_in_cents"]
    low, high = USUAL[found.name]
    return low * 100, high * 100


def bounds(facts: Facts, meaning: str | None, scale: int, run: Run) -> tuple[int, int]:
    """Give the least and the greatest value in units of the last digit: of the name, inside of CHECKs and type.

    Where a CHECK leaves of the usual no more than one end, or nothing, the usual gives way. Where CHECKs leave nothing,
    as far as they are understood, the last of them does.
    """
    usual = _widened(facts, meaning, *_usual(facts, meaning, scale, run))
    low, high = _within(usual, _asked(facts, scale), _type_ends(facts))
    return (low, high) if facts.unique or facts.wide else half_of(facts.name, low, high)


def amounts(facts: Facts) -> tuple[int, int]:
    """Give the least and the greatest amount of money: whole ones, which are read the same in every locale."""
    return _within(_AMOUNTS, _asked(facts, 0), (-_MOST_MONEY, _MOST_MONEY))


def amount_ends(facts: Facts) -> tuple[int, int]:
    """Give the whole amounts that CHECKs leave, of others no more than a table wants."""
    low, high = _asked(facts, 0)
    most = high if high is not None else _MOST_MONEY if low is not None else 1 << 40
    return min(1, most) if low is None else low, most


def _within(usual: tuple[int, int], asked: tuple[int | None, int | None], of_type: tuple[int, int]) -> tuple[int, int]:
    (usual_low, usual_high), (asked_low, asked_high), (least, most) = usual, asked, of_type
    low = max(usual_low, least, asked_low if asked_low is not None else least)
    high = min(usual_high, most, asked_high if asked_high is not None else most)
    if low < high or (low == high and asked_low is None):
        return low, high
    width = usual_high - usual_low
    top = min(most, asked_high if asked_high is not None else most)
    if asked_low is not None:
        low = min(asked_low, most)
        return low, min(low + width, top if low <= top else most)
    low = max(top - width, least)
    return max(low, 0) if usual_low >= 0 and asked_high is None else low, max(top, least)


def _widened(facts: Facts, meaning: str | None, low: int, high: int) -> tuple[int, int]:
    """Widen a range that a key asks more of: what means something four times with each attempt."""
    if not facts.wide:
        return low, high
    if meaning is None:
        return low, max(high, facts.wide)
    return low, max(high, low + min(facts.wide, (high - low) << 2 * facts.attempt))


def ends(facts: Facts, scale: int) -> tuple[int, int]:
    """Give the least and the greatest value that type and CHECKs leave, in units of the last digit."""
    low, high = _asked(facts, scale)
    factor = 10 ** max(0, scale_of(facts) - scale)
    least, most = (int(end / factor) for end in map(Decimal, _type_ends(facts)))
    return max(least, least if low is None else low), min(most, most if high is None else high)


def _asked(facts: Facts, scale: int) -> tuple[int | None, int | None]:
    """Give the ends that CHECKs leave, in units of the last digit."""
    span = facts.narrowing.span
    low = _inner(span.low, scale, ROUND_CEILING, past=0 if span.with_low else 1)
    return low, _inner(span.high, scale, ROUND_FLOOR, past=0 if span.with_high else -1)


def _inner(end: object, scale: int, rounding: str, *, past: int) -> int | None:
    """Give the nearest unit that an end leaves, or the one `past` it; None where there is no end that is finite."""
    if not isinstance(end, int | Decimal | float) or not Decimal(end).is_finite():
        return None
    units = Decimal(end).scaleb(scale, EXACT)
    nearest = int(units.to_integral_value(rounding, EXACT))
    return nearest + past if nearest == units else nearest


def _type_ends(facts: Facts) -> tuple[int, int]:
    if facts.kind in WHOLE:
        most = 2 ** (_BITS[facts.kind] - 1)
        return -most, most - 1
    digits = facts.limits[0] if facts.kind == "numeric" and facts.limits else _digits(facts)
    most = 10**digits - 1
    return -most, most


def _digits(facts: Facts) -> int:
    """Say how many digits numbers have that may have any: the usual, or as many as a CHECK asks for and the type has.

    A digit more than that, lest all of them are the same, and those behind the point.
    """
    span = facts.narrowing.span
    ends = (Decimal(end) for end in (span.low, span.high) if isinstance(end, int | Decimal | float))
    asked = [end.adjusted() + 2 + scale_of(facts) for end in ends if end.is_finite()]
    return min(max([_USUAL_DIGITS, *asked]), _MOST_DIGITS[facts.kind])
