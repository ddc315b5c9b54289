"""What a column's type is made of, as far as writing a value for it needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class TypeKind(StrEnum):
    """How a type's values are put together; a domain has the kind of what it is over."""

    SCALAR = "scalar"
    ENUM = "enum"
    ARRAY = "array"
    COMPOSITE = "composite"
    RANGE = "range"
    MULTIRANGE = "multirange"
    HSTORE = "hstore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A field of a composite type."""

    name: str
    type: ColumnType


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnType:
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
    def takes_lists(self) -> bool:
        """Whether a list is one value of this type."""
        return self.is_document or self.kind in (TypeKind.ARRAY, TypeKind.MULTIRANGE)

    @property
    def innermost(self) -> ColumnType:
        """What arrays, ranges and multiranges are made of in the end."""
        return self.part.innermost if self.part else self
