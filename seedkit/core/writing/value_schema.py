"""What JSON Schema can say of a column's values: an editor offers those that are few, and marks what can't be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TypeAlias

from seedkit.core.catalog import Column
from seedkit.core.column_types import ColumnType, TypeKind, text_length
from seedkit.core.generation.expressions.type_names import modifiers
from seedkit.core.generation.spans import Narrowing, Span

Schema: TypeAlias = "dict[str, Any]"

ANY: Schema = {}
LIST_OR_TEXT: Schema = {"type": ["array", "string", "null"]}
COUNTED: Schema = {"type": ["string", "null"], "pattern": r"^\d+(\.\.\d+)?$"}
"""The text of `!count 1..20`, which may stand under a name that is no column."""

_TAGS_TEXT: Schema = {
    "type": "string",
    "pattern": r"[{(.]|^[A-Z][A-Z0-9_]*$|^[a-z]+(_[a-z]+)+$|\d+ ?(s|min|h|d|w|mo|y)$",
}
"""What only a tag's text looks like: `!format`, `!sql`, `!ref a.b`, `!env NAME`, `!like first_name`, `!ago 3d`."""

_TAGS_VALUE: Schema = {"type": ["array", "object"]}
"""`!choice [...]`, `!maybe [...]`, `!faker {...}`."""

_WHOLE = {"smallint": 2**15, "integer": 2**31, "bigint": 2**63}


def value_schema(column: Column, narrowing: Narrowing, *, label: bool) -> Schema:
    """Describe what a column takes; `label` says that another row's label may stand for its key."""
    shape = column.value_type
    listed = _listed(shape, narrowing)
    if listed is not None and not label:
        spelled = [spelling for value in listed for spelling in _as_yaml_reads(value)]
        found: Schema = {"anyOf": [{"enum": spelled}, _TAGS_TEXT, _TAGS_VALUE]}
    else:
        found = _of_type(column, shape, narrowing, label=label)
    return found if column.not_null else _or_null(found)


def _listed(shape: ColumnType, narrowing: Narrowing) -> Sequence[object] | None:
    wanted = narrowing.wanted
    if wanted is not None:
        return wanted if all(isinstance(value, (str, int)) for value in wanted) else None
    return shape.labels if shape.kind is TypeKind.ENUM else None


def _as_yaml_reads(value: object) -> Sequence[object]:
    """Give a value as it is and as an editor reads it where it is not quoted.

    >>> _as_yaml_reads("draft"), _as_yaml_reads("7"), _as_yaml_reads("true")
    (['draft'], ['7', 7], ['true', True])
    """
    if isinstance(value, str) and re.fullmatch(r"\d{1,15}", value):
        return [value, int(value)]
    return [value, value == "true"] if value in ("true", "false") else [value]


def _of_type(column: Column, shape: ColumnType, narrowing: Narrowing, *, label: bool) -> Schema:
    if shape.is_document:
        return ANY
    if shape.kind is TypeKind.ARRAY:
        return _array(shape)
    if shape.kind is not TypeKind.SCALAR or shape.is_vector:
        return {"type": ["array", "object", "string"]}
    if column.category == "N":
        return {"type": ["number", "string", "array", "object"]} | _bounds(column, narrowing.span)
    return _scalar(column, label=label)


def _scalar(column: Column, *, label: bool) -> Schema:
    if column.base_type == "boolean":
        return {"type": ["boolean", "string", "integer", "array", "object"]}
    length = text_length(column.base_type if column.type_sql is None else column.type_sql)
    if length is None or label:
        return {"type": ["string", "number", "boolean", "array", "object"]}
    return {"anyOf": [{"type": ["string", "number", "boolean"], "maxLength": length}, _TAGS_TEXT, _TAGS_VALUE]}


def _array(shape: ColumnType) -> Schema:
    labels = shape.innermost.labels
    items = (
        {"items": {"anyOf": [{"enum": list(labels)}, _TAGS_TEXT, {"type": ["array", "object", "null"]}]}}
        if labels
        else {}
    )
    return {"type": ["array", "object", "string"]} | items


def _bounds(column: Column, span: Span) -> Schema:
    found = _bounds_of_type(column)
    for bound, inside, outside, closed in [
        (span.low, "minimum", "exclusiveMinimum", span.with_low),
        (span.high, "maximum", "exclusiveMaximum", span.with_high),
    ]:
        number = _json_number(bound)
        if number is not None and _is_tighter(number, found, inside, outside):
            found.pop(inside, None)
            found.pop(outside, None)
            found[inside if closed else outside] = number
    return found


def _bounds_of_type(column: Column) -> Schema:
    if column.base_type in _WHOLE:
        return {"minimum": -_WHOLE[column.base_type], "maximum": _WHOLE[column.base_type] - 1}
    if column.base_type != "numeric" or not (digits := modifiers(column.type_name)):
        return {}
    precision, scale = digits
    end = _json_number(Decimal(1).scaleb(precision - scale))
    return {"exclusiveMinimum": -end, "exclusiveMaximum": end} if end else {}


def _is_tighter(number: float, found: Schema, inside: str, outside: str) -> bool:
    """Whether a bound leaves out what another one takes."""
    other = found.get(inside, found.get(outside))
    return other is None or (number >= other if inside == "minimum" else number <= other)


def _json_number(bound: object) -> float | None:
    """Write a number as JSON has it, whole ones to the last digit; None for what is no number.

    >>> _json_number(Decimal("1000.0")), _json_number(Decimal("0.05")), _json_number("2026-01-01")
    (1000, 0.05, None)
    """
    if isinstance(bound, Decimal) and bound.is_finite():
        return int(bound) if bound == bound.to_integral_value() else float(bound)
    return bound if isinstance(bound, int) else None


def _or_null(schema: Schema) -> Schema:
    if isinstance(schema.get("type"), list):
        return schema | {"type": [*schema["type"], "null"]}
    if "anyOf" in schema:
        return schema | {"anyOf": [*schema["anyOf"], {"type": "null"}]}
    return schema
