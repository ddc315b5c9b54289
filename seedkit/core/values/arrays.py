"""Writes array literals. Each element comes from the encoder of the element type."""

from __future__ import annotations

from seedkit.core.column_types import ColumnType
from seedkit.core.fixtures import Value
from seedkit.core.values.encoder_parts import Encoder, collection_encoder, quoted
from seedkit.errors import FixtureError


def array_encoder(type_: ColumnType, place: str, element: Encoder) -> Encoder:
    """Write lists as arrays, and lists of lists as arrays of more dimensions.

    Where the element type takes lists itself (JSON documents, domains over arrays), a list in the list is an element.
    """
    has_dimensions = type_.part is None or not type_.part.takes_lists

    def literal(items: list[Value]) -> str:
        return "{" + type_.delimiter.join([item(value) for value in items]) + "}"

    def item(value: Value) -> str:
        if has_dimensions and isinstance(value, list):
            return literal(value)
        text = element(value)
        return "NULL" if text is None else quoted(text)

    def whole(items: list[Value]) -> str:
        return "{}" if has_dimensions and 0 in _lengths(items, place) else literal(items)

    return collection_encoder(list, whole, type_, place)


def _lengths(items: list[Value], place: str) -> tuple[int, ...]:
    """Measure a list and the lists in it; PostgreSQL has no array whose lists differ in length.

    >>> _lengths([["a", "b", None], ["c", "d", "e"]], "a column")
    (2, 3)
    """
    inner = {_lengths(item, place) if isinstance(item, list) else () for item in items}
    if len(inner) > 1:
        raise FixtureError(
            f"the lists in {place} differ in length",
            hint="PostgreSQL's arrays are rectangular: write null for an element that is missing.",
        )
    return (len(items), *(inner.pop() if inner else ()))
