"""The operators between two values, and the few before one."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from seedkit.core.generation.expressions.arithmetic import absolute, calculated, negated
from seedkit.core.generation.expressions.casting import text_of
from seedkit.core.generation.expressions.comparing import COMPARISONS, canonical, compared
from seedkit.core.generation.expressions.patterns import is_like, matches
from seedkit.core.generation.expressions.values import CaseInsensitive, Json, NotEvaluatedError

Operator = Callable[[object, object], object]
"""Applied to two values that are not NULL; raises NotEvaluatedError where only the server knows the result."""


def operator_named(name: str, *, by_code_point: bool = False) -> Operator:
    """Find an operator; one that is not known is one that only the server applies."""
    if name in COMPARISONS:
        return lambda left, right: compared(name, left, right, by_code_point=by_code_point)
    if name in _CALCULATING:
        return lambda left, right: calculated(name, left, right)
    return _OTHERS.get(name) or _unknown(name)


def prefix_named(name: str) -> Callable[[object], object]:
    """Find an operator that stands before its one operand."""
    unknown = _unknown(name)
    return _PREFIXES.get(name) or (lambda value: unknown(None, value))


def _unknown(name: str) -> Operator:
    def refuse(left: object, right: object) -> object:
        raise NotEvaluatedError(f"{type(left).__name__} {name} {type(right).__name__}")

    return refuse


def _pattern_operator(test: Callable[..., bool], *, folds: bool, negates: bool) -> Operator:
    def applied(text: object, pattern: object) -> bool:
        if not isinstance(text, str) or not isinstance(pattern, str):
            raise NotEvaluatedError(f"a pattern on {type(text).__name__}")
        ignores_case = folds or isinstance(text, CaseInsensitive) or isinstance(pattern, CaseInsensitive)
        return test(str(text), str(pattern), folds=ignores_case) is not negates

    return applied


def _joined(left: object, right: object) -> object:
    if isinstance(left, list) or isinstance(right, list):
        return [*_as_list(left), *_as_list(right)]
    if isinstance(left, Json) or isinstance(right, Json) or isinstance(left, bytes):
        raise NotEvaluatedError(f"{type(left).__name__} || {type(right).__name__}")
    return text_of(left) + text_of(right)


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def _members(value: object) -> list[object]:
    """Give the elements of an array, of whatever dimensions, but for NULL, which equals nothing."""
    if not isinstance(value, list):
        raise NotEvaluatedError(f"containment of {type(value).__name__}")
    flat: list[object] = []
    for item in value:
        flat.extend(_members(item) if isinstance(item, list) else [canonical(item)])
    return flat


def _contains(left: object, right: object) -> bool:
    """Whether an array has all elements of another; an element that is NULL is never had."""
    held, asked = _members(left), _members(right)
    return None not in asked and all(item in held for item in asked)


def _overlaps(left: object, right: object) -> bool:
    held = _members(left)
    return any(item is not None and item in held for item in _members(right))


def _document(value: object) -> object:
    if isinstance(value, Json):
        return value.document
    raise NotEvaluatedError(f"a document in {type(value).__name__}")


def _part(value: object, key: object) -> Json | None:
    """Give a member of a document, by its name or from its place; a scalar is an array of one there."""
    document = _document(value)
    if isinstance(document, dict) and isinstance(key, str):
        return Json(document[key]) if key in document else None
    if isinstance(document, list) and isinstance(key, int):
        return Json(document[key]) if -len(document) <= key < len(document) else None
    is_scalar = document is not None and not isinstance(document, dict | list)
    return value if is_scalar and key in (0, -1) and isinstance(value, Json) else None


def _part_as_text(value: object, key: object) -> str | None:
    part = _part(value, key)
    document = None if part is None else part.document
    if isinstance(document, dict | list | Decimal):
        raise NotEvaluatedError("the text of a document")
    return None if document is None else text_of(document)


def _has_key(value: object, key: object) -> bool:
    document = _document(value)
    return key in document if isinstance(document, dict | list) else document == key


def _has_any(value: object, keys: object) -> bool:
    return any(_has_key(value, key) for key in _as_list(keys))


def _has_all(value: object, keys: object) -> bool:
    return all(_has_key(value, key) for key in _as_list(keys))


def _inverted(value: object) -> object:
    if type(value) is int:
        return ~value
    raise NotEvaluatedError(f"~ {type(value).__name__}")


_CALCULATING = frozenset(("+", "-", "*", "/", "%", "&", "|", "#", ">>"))
_OTHERS: dict[str, Operator] = {
    "~": _pattern_operator(matches, folds=False, negates=False),
    "~*": _pattern_operator(matches, folds=True, negates=False),
    "!~": _pattern_operator(matches, folds=False, negates=True),
    "!~*": _pattern_operator(matches, folds=True, negates=True),
    "~~": _pattern_operator(is_like, folds=False, negates=False),
    "~~*": _pattern_operator(is_like, folds=True, negates=False),
    "!~~": _pattern_operator(is_like, folds=False, negates=True),
    "!~~*": _pattern_operator(is_like, folds=True, negates=True),
    "||": _joined,
    "@>": _contains,
    "<@": lambda left, right: _contains(right, left),
    "&&": _overlaps,
    "->": _part,
    "->>": _part_as_text,
    "?": _has_key,
    "?|": _has_any,
    "?&": _has_all,
}
_PREFIXES: dict[str, Callable[[object], object]] = {
    "-": negated,
    "+": lambda value: value,
    "@": absolute,
    "~": _inverted,
}
