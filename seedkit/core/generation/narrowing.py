"""What the CHECKs of one column leave of its values: a list, a range, a length, a pattern.

A narrowing makes good values likely, and proves nothing: each row is evaluated against all CHECKs before it is sent.
What is not understood here is simply not narrowed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import reduce
from typing import Any

from msgspec.structs import replace

from seedkit.core.generation.constants import constant_of
from seedkit.core.generation.expressions.comparing import MIRRORED
from seedkit.core.generation.expressions.predicates import IS_JSON
from seedkit.core.generation.expressions.rewriting import without_not
from seedkit.core.generation.expressions.tree import (
    And,
    Call,
    Column,
    Expression,
    IsNotNull,
    IsNull,
    Not,
    Operation,
    Or,
    Quantified,
    columns_of,
    without_casts,
)
from seedkit.core.generation.periods import residues_of
from seedkit.core.generation.spans import EVERYTHING, Narrowing

_LENGTHS = {
    **dict.fromkeys(("char_length", "character_length", "length"), "length"),
    "octet_length": "octets",
    **dict.fromkeys(("cardinality", "array_length"), "items"),
}
_ENCODED = {"hex": "^([0-9a-f]{2}){1,16}$", "base64": "^([A-Za-z0-9+/]{4}){1,8}$"}
"""Patterns of texts that `decode` reads."""
_JSON_KINDS = {"value": "object", "object": "object", "array": "array", "scalar": "string"}
"""What `jsonb_typeof` may say of what `IS JSON` asks for."""
_CASES = frozenset(("lower", "upper", "initcap"))
_IDEMPOTENT = frozenset(("upper", "lower", "btrim", "ltrim", "rtrim"))


def narrowed(column: str, checks: Iterable[Expression]) -> Narrowing:
    """Say what the CHECKs that speak of a column alone leave of it.

    >>> from seedkit.core.generation.expressions.parser import parsed
    >>> narrowed("size", [parsed("((size > 0) AND (size < 10))")]).span
    Span(low=0, high=10, with_low=False, with_high=False)
    """
    return _all_of(EVERYTHING, map(without_not, checks), column)


def _all_of(left: Narrowing, nodes: Iterable[Expression], column: str) -> Narrowing:
    return reduce(lambda narrowing, node: _narrower(narrowing, node, column), nodes, left)


def _narrower(left: Narrowing, node: Expression, column: str) -> Narrowing:
    narrow = _NARROWERS.get(type(node))
    if narrow is None or columns_of(node) != {column}:
        return left
    return narrow(left, node, column) if (found := residues_of(node, column)) is None else left.dividing(found)


def _disjunction(left: Narrowing, node: Or, column: str) -> Narrowing:
    """Take OR as one list where each branch is one, else as its first that is no IS NULL, and lets more be than ''."""
    branches = [operand for operand in node.operands if not isinstance(operand, IsNull)]
    lists = [_narrower(Narrowing(), branch, column).values for branch in branches]
    if all(found is not None for found in lists):
        return left.one_of([value for found in lists for value in found or ()])
    filled = [branch for branch, found in zip(branches, lists, strict=True) if found is None or any(found)]
    return _narrower(left, filled[0], column)


def _null(left: Narrowing, node: IsNull, column: str) -> Narrowing:
    return replace(left, null=True) if _subject(node.operand) == column else left


def _not_null(left: Narrowing, node: IsNotNull, column: str) -> Narrowing:
    match without_casts(node.operand):
        case Call("decode", (text, encoding)) if _subject(text) == column:
            pattern = _ENCODED.get(str(constant_of(encoding)))
            return left if pattern is None else replace(left, patterns=(*left.patterns, pattern))
        case _:
            return replace(left, null=False) if _subject(node.operand) == column else left


def _truth(left: Narrowing, _node: Column, _column: str) -> Narrowing:
    return left.one_of([True])


def _untruth(left: Narrowing, node: Not, column: str) -> Narrowing:
    return left.one_of([False]) if _subject(node.operand) == column else left


def _plain(operator: str) -> str:
    """Take an extension's operator, as those of citext are, for the one of that name: the server looks at the rows.

    >>> _plain("public.="), _plain("<@"), _plain("~")
    ('=', '<@', '~')
    """
    return operator.rpartition(".")[2]


def _list(left: Narrowing, node: Quantified, column: str) -> Narrowing:
    operator = _plain(node.operator)
    if (operator, node.every) == ("=", False):
        values, bare = constant_of(node.array), without_casts(node.left)
        measure = _LENGTHS.get(bare.function) if isinstance(bare, Call) else None
        if measure is not None:
            return _of_length(left, measure, "=", min(values)) if isinstance(values, list) and values else left
        return left.one_of(values) if _unchanged(node.left) == column else left
    if _subject(node.left) != column:
        return left
    return left.none_of(constant_of(node.array)) if (operator, node.every) == ("<>", True) else left


def _unchanged(node: Expression) -> str | None:
    """Name the column that is given as it is, where a function has nothing to change: `upper(c)`, `btrim(c)`."""
    bare = without_casts(node)
    while isinstance(bare, Call) and bare.function in _IDEMPOTENT and bare.arguments:
        bare = without_casts(bare.arguments[0])
    return bare.name if isinstance(bare, Column) else None


def _comparison(left: Narrowing, node: Operation, column: str) -> Narrowing:
    one, operator, other = node.left, _plain(node.operator), node.right
    if one is None:
        return left
    if not columns_of(one) and operator in MIRRORED:
        one, operator, other = other, MIRRORED[operator], one
    if columns_of(other):
        return _against_itself(left, operator, one, other)
    value, bare = constant_of(other), without_casts(one)
    if value is None:
        return left
    if operator == "<@" and isinstance(value, list) and _subject(bare) == column:
        return replace(left, members=tuple(item for item in value if item is not None))
    if isinstance(bare, Call):
        return _of_call(left, bare, operator, value, column)
    return _against(left, operator, value) if _subject(bare) == column else left


def _against(left: Narrowing, operator: str, value: object) -> Narrowing:
    """Compare the column itself with a value."""
    if operator == "=":
        return left.one_of([value])
    if operator == "<>":
        return left.none_of([value])
    if operator in MIRRORED:
        return replace(left, span=left.span.cut(operator, value))
    kind = {"~": "patterns", "~*": "patterns", "~~": "likes", "~~*": "likes"}.get(operator)
    if kind is None or not isinstance(value, str):
        return left
    changed: dict[str, Any] = {kind: (*getattr(left, kind), value)}
    return replace(left, **changed)


def _against_itself(left: Narrowing, operator: str, one: Expression, other: Expression) -> Narrowing:
    """Understand `lower(c) = c`, `upper(c) = c` and `initcap(c) = c`."""
    call = next((side for side in map(without_casts, (one, other)) if isinstance(side, Call)), None)
    if operator != "=" or call is None:
        return left
    return replace(left, case=call.function) if call.function in _CASES else left


def _of_call(left: Narrowing, call: Call, operator: str, value: object, column: str) -> Narrowing:
    """Compare a length, a size or a kind of the column with a value."""
    if operator == "=" and _unchanged(call) == column:
        return left.one_of([value])
    if operator == "=" and isinstance(value, str | int | Decimal):
        return _part(left, call, value, column)
    if call.function in ("btrim", "ltrim", "rtrim") and operator == "<>" and value == "":
        return replace(left, length=left.length.cut(">=", 1))
    return _measured(left, call, operator, value)


def _part(left: Narrowing, call: Call, value: object, column: str) -> Narrowing:
    """Understand what says how a value begins, or of which kind a document is."""
    if call.function in ("jsonb_typeof", "json_typeof"):
        return replace(left, document=str(value)) if _subject(call.arguments[0]) == column else left
    if call.function in ("left", "substring", "substr") and isinstance(value, str):
        return replace(left, likes=(*left.likes, _as_like(value) + "%"))
    return _measured(left, call, "=", value)


def _measured(left: Narrowing, call: Call, operator: str, value: object) -> Narrowing:
    measure = _LENGTHS.get(call.function)
    if measure is None or operator not in MIRRORED or not isinstance(value, int | Decimal):
        return left
    return _of_length(left, measure, operator, int(value))


def _of_length(left: Narrowing, measure: str, operator: str, length: int) -> Narrowing:
    changed: dict[str, Any] = {measure: getattr(left, measure).cut(operator, length)}
    return replace(left, **changed)


def _called(left: Narrowing, node: Call, column: str) -> Narrowing:
    """Understand what stands for a truth by itself: `starts_with(c, 'x')`, `c IS JSON OBJECT`."""
    if node.function not in ("starts_with", IS_JSON) or _subject(node.arguments[0]) != column:
        return left
    start = constant_of(node.arguments[1])
    if node.function == IS_JSON:
        return replace(left, document=_JSON_KINDS[str(start)])
    return replace(left, likes=(*left.likes, _as_like(start) + "%")) if isinstance(start, str) else left


def _as_like(text: str) -> str:
    r"""Write a text as a pattern of LIKE that matches it alone.

    >>> print(_as_like("50%_"))
    50\%\_
    """
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


_NARROWERS: dict[type, Callable[[Narrowing, Any, str], Narrowing]] = {
    And: lambda left, node, column: _all_of(left, node.operands, column),
    Or: _disjunction,
    IsNull: _null,
    IsNotNull: _not_null,
    Column: _truth,
    Call: _called,
    Not: _untruth,
    Quantified: _list,
    Operation: _comparison,
}


def _subject(node: Expression) -> str | None:
    """Name the column that an operand is, casts and collations aside."""
    bare = without_casts(node)
    return bare.name if isinstance(bare, Column) else None
