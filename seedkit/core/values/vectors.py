"""Writes the vectors of pgvector: lists of numbers in brackets, as embeddings are given everywhere."""

from __future__ import annotations

from seedkit.core.column_types import ColumnType
from seedkit.core.fixtures import Value
from seedkit.core.values.encoder_parts import Encoder, collection_encoder
from seedkit.core.values.spellings import number_text
from seedkit.errors import FixtureError


def vector_encoder(type_: ColumnType, place: str) -> Encoder:
    """Write lists of numbers as vectors.

    >>> encode = vector_encoder(ColumnType(name="vector(3)", base_type="vector"), "a column")
    >>> encode(["1", "-2.5e-3", "1_000"]), encode("[1,2]"), encode(None)
    ('[1,-2.5e-3,1000]', '[1,2]', None)
    """

    def number(item: Value) -> str:
        if isinstance(item, str):
            return number_text(item)
        raise FixtureError(f"{place} is of type {type_.name}, which holds numbers and nothing else")

    return collection_encoder(list, lambda items: f"[{','.join(map(number, items))}]", type_, place)
