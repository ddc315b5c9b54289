"""Writes the literals of ranges and multiranges. Each bound comes from the encoder of the subtype."""

from __future__ import annotations

from seedkit.core.column_types import ColumnType
from seedkit.core.fixtures import Value
from seedkit.core.values.encoder_parts import Encoder, collection_encoder, quoted, unknown
from seedkit.errors import FixtureError

_KEYS = ("lower", "upper", "bounds")
_BOUNDS = ("[)", "[]", "(]", "()")


def range_encoder(type_: ColumnType, place: str, bound: Encoder) -> Encoder:
    """Write mappings `{lower, upper, bounds}`; a side that is missing or null is without bound."""

    def literal(values: dict[str, Value]) -> str:
        for key in values:
            if key not in _KEYS:
                problem = f'{place} is of type {type_.name}, and a range has no "{key}"'
                raise unknown(key, _KEYS, problem, known="It has")
        bounds = _bounds(values.get("bounds"), place)
        return f"{bounds[0]}{_side(bound(values.get('lower')))},{_side(bound(values.get('upper')))}{bounds[1]}"

    return collection_encoder(dict, literal, type_, place)


def multirange_encoder(type_: ColumnType, place: str, encode: Encoder) -> Encoder:
    """Write lists of ranges."""

    def range_text(value: Value) -> str:
        text = encode(value)
        if text is None:
            raise FixtureError(f"a range of {place} is null", hint="Take it out, or write {} for one without bounds.")
        return text

    def literal(values: list[Value]) -> str:
        return "{" + ",".join([range_text(value) for value in values]) + "}"

    return collection_encoder(list, literal, type_, place)


def _bounds(value: Value, place: str) -> str:
    if value is None:
        return "[)"
    if isinstance(value, str) and value in _BOUNDS:
        return value
    what = f'"{value}"' if isinstance(value, str) else "a list, a mapping or a tag"
    raise FixtureError(
        f'"bounds" of {place} can not be {what}', hint="Write '[)', '[]', '(]' or '()', with the quotes."
    )


def _side(text: str | None) -> str:
    """Quote a bound: the empty text is another one than none at all."""
    return "" if text is None else quoted(text)
