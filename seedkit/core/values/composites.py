"""Writes the literals of composite types. Each field comes from the encoder of its type."""

from __future__ import annotations

from collections.abc import Mapping

from seedkit.core.column_types import ColumnType
from seedkit.core.fixtures import Value
from seedkit.core.values.encoder_parts import Encoder, collection_encoder, unknown


def composite_encoder(type_: ColumnType, place: str, fields: Mapping[str, Encoder]) -> Encoder:
    """Write mappings by the names of the fields, which come in the type's order; NULL where one is missing."""

    def literal(values: dict[str, Value]) -> str:
        for name in values:
            if name not in fields:
                problem = f'{place} is of type {type_.name}, which has no field "{name}"'
                raise unknown(name, fields, problem, known="Its fields")
        return "(" + ",".join([quoted_field(encode(values.get(name))) for name, encode in fields.items()]) + ")"

    return collection_encoder(dict, literal, type_, place)


def quoted_field(text: str | None) -> str:
    r"""Quote a field; NULL is nothing at all.

    >>> print(quoted_field('a"b'), quoted_field(""), repr(quoted_field(None)))
    "a""b" "" ''
    """
    return "" if text is None else '"' + text.replace("\\", "\\\\").replace('"', '""') + '"'
