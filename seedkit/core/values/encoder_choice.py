"""Chooses how a fixture's values become the text that PostgreSQL reads for a column's type.

The column types the value, not YAML: a scalar keeps its own text, and PostgreSQL is the judge. Only where PostgreSQL
would misread a spelling in silence, or not know it, is the text changed. Lists and mappings are written as literals
of arrays, composites, ranges, hstore and JSON, their parts typed by the types of the parts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from seedkit.core.catalog import Column
from seedkit.core.column_types import ColumnType, TypeKind
from seedkit.core.fixtures import Cell, Quoted, Tagged, Value
from seedkit.core.values.arrays import array_encoder
from seedkit.core.values.composites import composite_encoder
from seedkit.core.values.dates import date_text, has_time
from seedkit.core.values.encoder_parts import Encoder, refused, text_encoder, unknown
from seedkit.core.values.hstore import hstore_encoder
from seedkit.core.values.json_documents import json_text
from seedkit.core.values.ranges import multirange_encoder, range_encoder
from seedkit.core.values.spellings import bytes_text, hex_bytes_text, number_text
from seedkit.core.values.timestamps import drops_an_offset, timestamp_text
from seedkit.core.values.vectors import vector_encoder
from seedkit.errors import FixtureError

__all__ = ["NUMBER_TYPES", "Encoder", "encoder_for"]


def encoder_for(column: Column) -> Encoder:
    """Choose how values of a column become text."""
    return _encoder(column.value_type, f'column "{column.name}"')


def _encoder(type_: ColumnType, place: str) -> Encoder:
    """Choose how values of a type become text; `place` is what holds them, for errors."""
    if type_.part and type_.kind in _OF_PARTS:
        encoder_of_parts, part = _OF_PARTS[type_.kind]
        encode = encoder_of_parts(type_, place, _encoder(type_.part, f"{part} of {place}"))
        return _checked(encode, type_.innermost.base_type, place)
    if type_.kind is TypeKind.COMPOSITE:
        fields = {field.name: _encoder(field.type, f'field "{field.name}" of {place}') for field in type_.fields}
        return composite_encoder(type_, place, fields)
    if type_.kind is TypeKind.HSTORE:
        return hstore_encoder(type_, place)
    return _enum_encoder(type_, place) if type_.kind is TypeKind.ENUM else _scalar_encoder(type_, place)


def _checked(encode: Encoder, base_type: str, place: str) -> Encoder:
    """Refuse a literal of which PostgreSQL would drop parts: only a list or a mapping says which texts are times."""
    if base_type not in _DROPPED:
        return encode
    drops, told, hint = _DROPPED[base_type]

    def encode_checked(value: Value) -> str | None:
        if isinstance(value, str) and drops(value):
            raise FixtureError(f'{place} holds "{value}", and {told}', hint=hint)
        return encode(value)

    return encode_checked


def _scalar_encoder(type_: ColumnType, place: str) -> Encoder:
    if type_.is_document:
        return json_text
    if type_.base_type == "bytea":
        return _bytes_encoder(type_, place)
    if type_.is_vector:
        return vector_encoder(type_, place)
    spelled = partial(date_text, place=place) if type_.base_type == "date" else _SPELLINGS.get(type_.base_type)
    return text_encoder(type_, place) if spelled is None else _spelling_encoder(type_, place, spelled)


def _spelling_encoder(type_: ColumnType, place: str, spelled: Callable[[str], str]) -> Encoder:
    def encode(value: Value) -> str | None:
        if isinstance(value, str):
            return spelled(value)
        if value is None:
            return None
        raise refused(value, type_, place)

    return encode


def _bytes_encoder(type_: ColumnType, place: str) -> Encoder:
    def encode(value: Value) -> str | None:
        if value is None or isinstance(value, Quoted):
            return value
        if isinstance(value, str):
            return hex_bytes_text(value)
        if isinstance(value, Tagged) and value.tag == "!!binary":
            return bytes_text(value.value, place)
        raise refused(value, type_, place)

    return encode


def _enum_encoder(type_: ColumnType, place: str) -> Encoder:
    labels = frozenset(type_.labels)

    def encode(value: Value) -> str | None:
        if value is None or (isinstance(value, str) and value in labels):
            return value
        if not isinstance(value, str):
            raise refused(value, type_, place)
        problem = f'{place} is of type {type_.name}, which has no value "{value}"'
        raise unknown(value, type_.labels, problem, known="Its values")

    return encode


def _number_text(text: str) -> str:
    return text if isinstance(text, Cell) else number_text(text)


_OF_PARTS: dict[TypeKind, tuple[Callable[[ColumnType, str, Encoder], Encoder], str]] = {
    TypeKind.ARRAY: (array_encoder, "an element"),
    TypeKind.RANGE: (range_encoder, "a bound"),
    TypeKind.MULTIRANGE: (multirange_encoder, "a range"),
}
_DROPPED: dict[str, tuple[Callable[[str], bool], str, str]] = {
    "timestamp without time zone": (
        drops_an_offset,
        "a timestamp without time zone would drop the offset",
        "Write a list, or for a range {lower: 2026-01-02T03:04:05+02:00}, or leave out the offset.",
    ),
    "date": (has_time, "a date would drop the time of it", "Leave out the time, or give the column a type with times."),
}
NUMBER_TYPES = ("smallint", "integer", "bigint", "numeric", "real", "double precision", "oid", "money")
_SPELLINGS: dict[str, Callable[[str], str]] = {
    "timestamp without time zone": timestamp_text,
    **dict.fromkeys(NUMBER_TYPES, _number_text),
}
