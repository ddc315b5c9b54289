"""Writes the literals of hstore: keys and values are texts, a null stays NULL."""

from __future__ import annotations

from seedkit.core.column_types import ColumnType
from seedkit.core.fixtures import Value
from seedkit.core.values.encoder_parts import Encoder, collection_encoder, quoted
from seedkit.errors import FixtureError


def hstore_encoder(type_: ColumnType, place: str) -> Encoder:
    """Write mappings of texts."""

    def literal(values: dict[str, Value]) -> str:
        return ",".join([f"{quoted(key)}=>{_text(key, value, place)}" for key, value in values.items()])

    return collection_encoder(dict, literal, type_, place)


def _text(key: str, value: Value, place: str) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, str):
        return quoted(value)
    raise FixtureError(
        f'"{key}" in {place} is no text, and hstore holds nothing else',
        hint="Write a text, or make the column jsonb.",
    )
