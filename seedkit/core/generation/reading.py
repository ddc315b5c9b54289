"""How columns' COPY texts are read as values that expressions can be evaluated with."""

from __future__ import annotations

from collections.abc import Callable

from seedkit.core.catalog import Column
from seedkit.core.column_types import TypeKind
from seedkit.core.generation.expressions.casting import cast
from seedkit.core.generation.expressions.type_names import modifiers, without_modifier
from seedkit.core.generation.expressions.values import NotEvaluatedError, Unevaluated
from seedkit.core.generation.schema import innermost_type
from seedkit.core.values.copy_text import field_value

_TEXTS = frozenset(("text", "character varying", "name"))


def read_column(column: Column) -> Callable[[str], object]:
    """Say how a column's COPY texts are read."""
    type_ = full_type(column)
    if type_ in _TEXTS:
        return field_value

    def read(text: str) -> object:
        value = field_value(text)
        return value if value is None else cast_or_doubt(value, type_)

    return read


def full_type(column: Column) -> str:
    """Name the type below all domains; of `character` with its length, as patterns see its blanks; of enums text."""
    innermost = innermost_type(column)
    if innermost is not None and innermost.kind is TypeKind.ENUM:
        return "text[]" if column.base_type.endswith("[]") else "text"
    if without_modifier(column.base_type) not in ("character", "bpchar"):
        return column.base_type
    length = modifiers(column.type_name) or modifiers(column.base_type)
    return f"character({length[0]})" if length else "bpchar"


def cast_or_doubt(value: object, type_: str) -> object:
    """Cast a value that is not NULL; what only the server can is a value, too."""
    try:
        return cast(value, type_)
    except NotEvaluatedError as error:
        return Unevaluated(str(error))
