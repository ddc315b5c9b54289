"""`!between`, `!after` and `!maybe`: values drawn for their place; `!per` and `!default`, where they can mean none."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_CEILING, Decimal, InvalidOperation

from seedkit.core.fixture_language import bounds, drawn_spans
from seedkit.core.fixture_language.bounds import Bounds
from seedkit.core.fixture_language.other_columns import other_name, other_text
from seedkit.core.fixture_language.row_values import Meaning, RowValues
from seedkit.core.fixtures import Value
from seedkit.errors import FixtureError

_BITS = 64
_MAYBE_HINT = "Write !maybe [20%, VALUE]."


def _between(row: RowValues, column: str, value: Value) -> Value:
    ends = [row.plain(column, end) for end in _pair(value, "!between", "two bounds", bounds.HINT)]
    low, high = (_end(end) for end in ends)
    return _drawn(row, column, bounds.bounds_for(row.around.table.column(column), low, high))


def _end(value: Value) -> str:
    if isinstance(value, str):
        return value
    raise FixtureError("!between takes two bounds that are numbers, dates or times", hint=bounds.HINT)


def _after(row: RowValues, column: str, value: Value) -> Value:
    name, span = (
        _word(part, "!after", drawn_spans.HINT)
        for part in _pair(value, "!after", "a column and a span", drawn_spans.HINT)
    )
    text = other_text(row, column, name, "!after")
    if text is None:
        return None
    table = row.around.table
    other = table.column(other_name(row, name, "!after"))
    return _drawn(row, column, drawn_spans.bounds_after(table.column(column), other, text, span))


def _drawn(row: RowValues, column: str, between: Bounds) -> str:
    """Draw one of what lies between bounds; where that are more than 64 bits can tell apart, by further bits."""
    drawn, bits = row.draw(column), _BITS
    for further in further_bits(between):
        drawn, bits = drawn << _BITS | row.draw(column, str(further)), further + _BITS
    return between.text(drawn * between.count >> bits)


def further_bits(between: Bounds) -> range:
    """Give how many bits are drawn already, each time that further ones are needed."""
    return range(_BITS, between.count.bit_length() + _BITS // 2, _BITS)


def _maybe(row: RowValues, column: str, value: Value) -> Value:
    share, wanted = _pair(value, "!maybe", "a share and a value", _MAYBE_HINT)
    return row.plain(column, wanted) if row.draw(column, "maybe") < drawn_below(share) else None


def drawn_below(share: Value) -> int:
    """Return below which number one of 64 bits is drawn in such a share of cases."""
    return int((share_of(share) * (1 << _BITS)).to_integral_value(ROUND_CEILING))


def share_of(value: Value) -> Decimal:
    """Read a share: `20%`, or 0.2.

    >>> share_of("20%"), share_of("0.5")
    (Decimal('0.2'), Decimal('0.5'))
    """
    text = _word(value, "!maybe", _MAYBE_HINT).strip()
    try:
        share = Decimal(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except InvalidOperation:
        share = Decimal(-1)
    if not 0 <= share <= 1:
        raise FixtureError(f'!maybe takes a share from 0% to 100%, not "{text[:60]}"', hint=_MAYBE_HINT)
    return share


def _pair(value: Value, tag: str, what: str, hint: str) -> tuple[Value, Value]:
    if isinstance(value, list) and len(value) == 2:
        return value[0], value[1]
    raise FixtureError(f"{tag} takes a list of {what}", hint=hint)


def _word(value: Value, tag: str, hint: str) -> str:
    if isinstance(value, str):
        return value
    raise FixtureError(f"{tag} takes a word there, not a list, a mapping or a tag", hint=hint)


def _per(row: RowValues, column: str, value: Value) -> Value:  # noqa: ARG001 - as the other tags
    raise FixtureError(
        "!per says how many rows each parent gets, and stands under _rows of generate.yml alone",
        hint="Write !choice {ref: TABLE} for one of a table's keys.",
    )


def _default(row: RowValues, column: str, value: Value) -> Value:  # noqa: ARG001 - as the other tags
    raise FixtureError("!default stands for the whole value of a column, not for a part of it")


DRAWN: Mapping[str, Meaning] = {
    "!between": _between,
    "!after": _after,
    "!maybe": _maybe,
    "!per": _per,
    "!default": _default,
}
