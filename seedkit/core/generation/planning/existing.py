"""Values in the shares that the rows of a table have, as far as these are nobody's own: `--like-existing`.

Values themselves are taken where many rows share them, and only of columns that are in no key and whose meaning is
nobody's: a state, a kind, a price. Numbers and days are drawn between quantiles.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from math import gcd

from seedkit.core.column_types import TypeKind
from seedkit.core.generation.columns.blocks import Generator, Joined
from seedkit.core.generation.columns.choices import Choice, Mixture, weighted
from seedkit.core.generation.columns.moments import Clock
from seedkit.core.generation.columns.quantiles import DayQuantiles, NumberQuantiles
from seedkit.core.generation.planning.chosen import Facts, Made, Run
from seedkit.core.generation.planning.listing import few_values
from seedkit.core.generation.planning.own_values import is_nobodys_key, is_personal, may_name
from seedkit.core.generation.planning.proving import holds
from seedkit.core.generation.planning.types.beginnings import beginnings, days_of, fewer
from seedkit.core.generation.planning.types.cycles import ZONED
from seedkit.core.generation.planning.types.kinds import family_of
from seedkit.core.generation.planning.types.lives import OF_A_LIFE
from seedkit.core.generation.planning.types.numbers import WHOLE
from seedkit.core.generation.schema import DATES, TableRules
from seedkit.core.generation.statistics import ColumnStatistics
from seedkit.core.generation.streams import Stream
from seedkit.core.values.copy_text import field_text
from seedkit.core.values.spellings import pointed

_LEAST_ROWS = 5
"""A value that fewer rows have is not taken from them."""
_LONGEST = 60
_NEARLY_ALL = Decimal("0.98")
_WORTH_A_WORD = Decimal("0.01")
_PADDED = ("character", "bpchar")
_PARTS = 10
_DIGITS = 6
_TRUTHS = {"t": "true", "f": "false"}


def like_existing(facts: Facts, meaning: str | None, run: Run, stream: Stream) -> Made | None:
    """Give values in the shares of the rows that are there; None where nothing is known of them, or may be taken."""
    found = known_of(facts)
    if found is None or not is_nobodys_key(facts):
        return None
    made = _made(facts, meaning, found, run, stream.apart("existing"))
    return made if made is not None and holds(facts, made[0]) else None


def known_of(facts: Facts) -> ColumnStatistics | None:
    """Give what is known of a column's rows; nothing of a part of its values."""
    existing = facts.rules.existing
    return None if existing is None or facts.part is not None else existing.columns.get(facts.column.name)


def begins_alike(facts: Facts, run: Run) -> bool:
    """Whether a column tells when rows begin, as those did that are there."""
    begun = beginnings(facts, run) if known_of(facts) is not None else None
    return begun is not None and begun[0] == facts.column.name


def null_share_there(rules: TableRules, column: str) -> Decimal | None:
    """Say how many of the rows that are there have no value in a column; None where that is not known."""
    found = None if rules.existing is None else rules.existing.columns.get(column)
    return None if found is None else round(found.nulls, 2)


def _made(facts: Facts, meaning: str | None, found: ColumnStatistics, run: Run, stream: Stream) -> Made | None:
    known = few_values(facts)
    if known is not None:  # the schema itself tells these
        return _listed(facts, known, found, stream)
    if facts.shape.kind is not TypeKind.SCALAR or is_personal(facts, meaning, run):
        return None
    match family_of(facts.kind):
        case "text":
            texts = [text for text, _ in found.common]
            return None if may_name(facts, meaning, texts, run) else _category(facts, found, stream)
        case "number":
            return _number(facts, found, stream)
        case "time":
            return _time(facts, meaning, found, stream)
        case _:
            return None


def _listed(facts: Facts, known: Collection[str], found: ColumnStatistics, stream: Stream) -> Made | None:
    """Give what is listed in its shares, unless most of what is there is written in other ways."""
    padded = facts.kind in _PADDED
    common = ((text.rstrip(" ") if padded else text, share) for text, share in found.common)
    shares = {text: share for text, share in _as_copied(common) if text in known}
    all_of_them = sum((share for _, share in found.common), Decimal(0))
    return _choice(shares, stream) if sum(shares.values(), Decimal(0)) >= all_of_them * _NEARLY_ALL else None


def _as_copied(common: Iterable[tuple[str, Decimal]]) -> Iterable[tuple[str, Decimal]]:
    return ((field_text(text), share) for text, share in common)


def _category(facts: Facts, found: ColumnStatistics, stream: Stream) -> Made | None:
    """Take texts of which there are few: those that nearly all rows have, and none that is long."""
    if found.share_of_common < _NEARLY_ALL:
        return None
    short = ((text, share) for text, share in _shared(facts, found) if len(text) <= _LONGEST and "\n" not in text)
    return _choice(dict(_as_copied(short)), stream)


def _shared(facts: Facts, found: ColumnStatistics) -> list[tuple[str, Decimal]]:
    """Leave the values that several rows have."""
    rows = 0 if facts.rules.existing is None else facts.rules.existing.rows
    return [(text, share) for text, share in found.common if share * rows >= _LEAST_ROWS]


def _choice(shares: Mapping[str, Decimal], stream: Stream) -> Made | None:
    if not shares:
        return None
    weights = _weights(shares)
    shown = ", ".join(f"{_shown(text)}: {weight}" for text, weight in weights.items())
    return Choice(weighted(weights), stream), f"!choice {{{shown}}}"


def _weights(shares: Mapping[str, Decimal]) -> dict[str, int]:
    """Give shares as small whole numbers, the greatest first, whatever their order.

    >>> _weights({"open": Decimal("0.2"), "paid": Decimal("0.6")})
    {'paid': 3, 'open': 1}
    """
    total = sum(shares.values())
    parts = {text: max(1, round(share * 1000 / total)) for text, share in shares.items()}
    common = gcd(*parts.values())
    ordered = sorted(parts.items(), key=lambda item: (-item[1], item[0]))
    return {text: part // common for text, part in ordered}


def _shown(text: str) -> str:
    return _TRUTHS.get(text) or json.dumps(text, ensure_ascii=False)


def _number(facts: Facts, found: ColumnStatistics, stream: Stream) -> Made | None:
    scale = _scale(facts, found)
    try:
        bounds = tuple(_units(text, scale) for text in found.bounds)
        common = {_written(_units(text, scale), scale): share for text, share in _shared(facts, found)}
    except (InvalidOperation, ValueError, OverflowError):  # NaN and infinite ones are no units
        return None
    if not bounds:
        return _choice(common, stream) if found.share_of_common >= _NEARLY_ALL else None
    common = {text: share for text, share in common.items() if share >= _WORTH_A_WORD}
    parts = round(sum(common.values()) / (1 - found.nulls) * _PARTS)
    spans = fewer(bounds, max(1, _PARTS - parts))
    shown = [f"!between [{_written(low, scale)}, {_written(high, scale)}]" for low, high in pairwise(spans)]
    generator: Generator = NumberQuantiles(spans, scale, stream)
    choice = _choice(common, stream.apart("common")) if parts else None
    if choice is None:
        return generator, f"!choice [{', '.join(shown)}]"
    share = 256 * parts // (parts + len(shown))
    spelling = f"!choice [{', '.join([*[choice[1]] * parts, *shown])}]"
    return Mixture(choice[0], generator, share, stream.apart("which")), spelling


def _scale(facts: Facts, found: ColumnStatistics) -> int:
    """Count the digits behind the point: of the type, else of the values, within reason."""
    if facts.kind in WHOLE:
        return 0
    if facts.kind == "numeric" and facts.limits:
        return max(0, facts.limits[1]) if len(facts.limits) > 1 else 0
    values = (*found.bounds, *(text for text, _ in found.common))
    return min(_DIGITS, max((len(text.partition(".")[2]) for text in values if "e" not in text), default=0))


def _units(text: str, scale: int) -> int:
    return int(Decimal(text).scaleb(scale).to_integral_value())


def _written(units: int, scale: int) -> str:
    return pointed(units, scale) if scale else str(units)


def _time(facts: Facts, meaning: str | None, found: ColumnStatistics, stream: Stream) -> Made | None:
    """Spread days as they are; those of a row's life are, all together, by the day on which it begins."""
    bounds = None if facts.kind not in DATES or meaning in OF_A_LIFE else days_of(found)
    if bounds is None:
        return None
    spans = fewer(bounds, _PARTS)
    shown = ", ".join(f"!between [{date.fromordinal(low)}, {date.fromordinal(high)}]" for low, high in pairwise(spans))
    if facts.kind == "date":
        return DayQuantiles(spans, stream), f"!choice [{shown}]"
    clock = Clock(stream.apart("clock"), "+00" if facts.kind in ZONED else "")
    return Joined((DayQuantiles(spans, stream, " "), clock)), f"!choice [{shown}]"
