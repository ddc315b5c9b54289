"""What the encoders of all types share: NULL and text pass, and what no column of a type can take is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias, TypeVar

from seedkit.core.column_types import ColumnType, TypeKind
from seedkit.core.fixtures import Tagged, Value
from seedkit.core.names import did_you_mean, listed
from seedkit.errors import FixtureError

Encoder: TypeAlias = Callable[[Value], str | None]
"""Gives the text for PostgreSQL, or None for NULL; raises FixtureError for a value that no such column can take."""

_Collection = TypeVar("_Collection", list[Value], dict[str, Value])

_HINTS = {
    TypeKind.ARRAY: "Write a list: [a, b].",
    TypeKind.RANGE: 'Write {lower: 1, upper: 10}, or PostgreSQL\'s own text: "[1,10)".',
    TypeKind.MULTIRANGE: "Write a list of ranges: [{lower: 1, upper: 10}, {lower: 20}].",
    TypeKind.HSTORE: "Write a mapping of texts: {key: value}.",
}


def text_encoder(type_: ColumnType, place: str) -> Encoder:
    """Leave every text as it is, and refuse the rest; `place` is what holds the value, for errors."""

    def encode(value: Value) -> str | None:
        if value is None or isinstance(value, str):
            return value
        raise refused(value, type_, place)

    return encode


def collection_encoder(
    collection: type[_Collection], literal: Callable[[_Collection], str], type_: ColumnType, place: str
) -> Encoder:
    """Write lists, or mappings, as a type's literals; a scalar is the type's own text."""

    def encode(value: Value) -> str | None:
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, collection):
            return literal(value)
        raise refused(value, type_, place)

    return encode


def refused(value: Value, type_: ColumnType, place: str) -> FixtureError:
    """Say that a list, a mapping or a tag can't be a value of a type."""
    if isinstance(value, Tagged):
        hint = "Bytes go into a bytea column." if value.tag == "!!binary" else None
        return FixtureError(f"{place} can not take the tag {value.tag}", hint=hint)
    what = "a list" if isinstance(value, list) else "a mapping"
    return FixtureError(f"{place} is of type {type_.name} and can not take {what}", hint=_hint(type_))


def unknown(name: str, names: Iterable[str], problem: str, *, known: str) -> FixtureError:
    """Say what is wrong with a name, and which of those that would do is near."""
    candidates = list(names)
    return FixtureError(problem, hint=did_you_mean(name, candidates) or f"{known}: {listed(candidates)}.")


def quoted(text: str) -> str:
    r"""Quote a text that stands in an array or a hstore, or as the bound of a range.

    >>> print(quoted('say "hi"'))
    "say \"hi\""
    """
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _hint(type_: ColumnType) -> str:
    if type_.kind is TypeKind.COMPOSITE:
        fields = ", ".join(f"{field.name}: …" for field in type_.fields)
        return f"Write a mapping of its fields: {{{fields}}}."
    return _HINTS.get(type_.kind, "Quote the value if it is meant as text.")
