"""What a column's type is made of, as far as writing a value for it needs to know."""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct

_LENGTH = re.compile(r"character(?: varying)?\((\d+)\)")


class TypeKind(StrEnum):
    """How a type's values are put together; a domain has the kind of what it is over."""

    SCALAR = "scalar"
    ENUM = "enum"
    ARRAY = "array"
    COMPOSITE = "composite"
    RANGE = "range"
    MULTIRANGE = "multirange"
    HSTORE = "hstore"


VECTORS = ("vector", "halfvec")
"""The types of pgvector whose values are written as JSON's lists of numbers, `[1,2.5]`; a sparsevec is not."""


class Field(Struct, frozen=True, kw_only=True):
    """A field of a composite type."""

    name: str
    type: ColumnType


class ColumnType(Struct, frozen=True, kw_only=True):
    """A type: `name` as `format_type` shows it, `base_type` likewise, below all domains.

    `part` is an array's element type, a range's subtype or a multirange's range type; `delimiter` stands between the
    elements of an array (`;` for box, else a comma); `labels` are an enum's.
    """

    name: str
    base_type: str
    kind: TypeKind = TypeKind.SCALAR
    part: ColumnType | None = None
    delimiter: str = ","
    fields: tuple[Field, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def is_document(self) -> bool:
        """Whether its values are JSON documents."""
        return self.base_type in ("json", "jsonb")

    @property
    def is_vector(self) -> bool:
        """Whether its values are vectors of pgvector, in whatever schema that is: known by the name of the type.

        >>> ColumnType(name="vector(3)", base_type="extensions.vector").is_vector
        True
        """
        return self.kind is TypeKind.SCALAR and self.base_type.rpartition(".")[2] in VECTORS

    @property
    def takes_lists(self) -> bool:
        """Whether a list is one value of this type."""
        return self.is_document or self.is_vector or self.kind in (TypeKind.ARRAY, TypeKind.MULTIRANGE)

    @property
    def innermost(self) -> ColumnType:
        """What arrays, ranges and multiranges are made of in the end."""
        return self.part.innermost if self.part else self


def text_length(type_name: str) -> int | None:
    """Give the greatest length of a type of texts, in characters; None where it has none.

    >>> text_length("character varying(20)"), text_length("text")
    (20, None)
    """
    found = _LENGTH.fullmatch(type_name)
    return int(found[1]) if found else None
