"""Functions of arrays and documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from seedkit.core.generation.expressions.casting import cast
from seedkit.core.generation.expressions.comparing import canonical
from seedkit.core.generation.expressions.predicates import IS_JSON
from seedkit.core.generation.expressions.text_functions import whole
from seedkit.core.generation.expressions.values import Json, NotEvaluatedError, ServerRefusesError

_JSON_TYPES: dict[type, str] = {
    dict: "object",
    list: "array",
    str: "string",
    bool: "boolean",
    int: "number",
    Decimal: "number",
    type(None): "null",
}


def _lengths(value: object) -> list[int]:
    """Measure an array's dimensions; an empty one has none."""
    if not isinstance(value, list):
        raise TypeError("no array")
    lengths: list[int] = []
    inner: object = value
    while isinstance(inner, list) and inner:
        lengths.append(len(inner))
        inner = inner[0]
    return lengths


def _cardinality(value: object) -> int:
    count = 1
    lengths = _lengths(value)
    for length in lengths:
        count *= length
    return count if lengths else 0


def _array_length(value: object, dimension: object) -> int | None:
    lengths, place = _lengths(value), whole(dimension)
    return lengths[place - 1] if 1 <= place <= len(lengths) else None


def array_position(arguments: Sequence[object]) -> int | None:
    """Find an element, NULL among them, in an array of one dimension."""
    array, item, *rest = arguments
    if array is None:
        return None
    if rest or not isinstance(array, list) or len(_lengths(array)) > 1:
        raise NotEvaluatedError("array_position")
    wanted = canonical(item)
    return next((place for place, held in enumerate(map(canonical, array), 1) if held == wanted), None)


def _document(value: object) -> object:
    if not isinstance(value, Json):
        raise TypeError("no document")
    return value.document


def _json_length(value: object) -> int:
    document = _document(value)
    if not isinstance(document, list):
        raise NotEvaluatedError("the length of a document that is no array")
    return len(document)


def _is_json(value: object, kind: object) -> bool:
    """Whether a text is a document, of a kind where that is asked; of escaped code points the server decides."""
    if not isinstance(value, str | Json) or (isinstance(value, str) and "\\u" in value):
        raise NotEvaluatedError(f"{IS_JSON} of {type(value).__name__}")
    try:
        document = _document(cast(value, "json"))
    except ServerRefusesError:
        return False
    found = _JSON_TYPES[type(document)]
    return kind in ("value", found if found in ("object", "array") else "scalar")


ARRAY_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "cardinality": _cardinality,
    "array_length": _array_length,
    "array_upper": _array_length,
    "array_ndims": lambda array: len(_lengths(array)) or None,
    **dict.fromkeys(("jsonb_typeof", "json_typeof"), lambda value: _JSON_TYPES[type(_document(value))]),
    IS_JSON: _is_json,
    **dict.fromkeys(("jsonb_array_length", "json_array_length"), _json_length),
}
