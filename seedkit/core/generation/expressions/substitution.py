"""Sees through functions in SQL that are one expression."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from msgspec import Struct
from msgspec.structs import fields

from seedkit.core.generation.expressions.parser import parsed
from seedkit.core.generation.expressions.tree import (
    NULL,
    Call,
    Case,
    Column,
    Expression,
    IsNull,
    Or,
    Unread,
    columns_of,
)

_BODY = re.compile(r"\s*(?:select|return)\s+(?P<expression>.*?)\s*;?\s*", re.DOTALL | re.IGNORECASE)
_BLOCK = re.compile(r"\s*begin\s+atomic\s+(?P<body>[^;]*;?)\s*end\s*;?\s*", re.DOTALL | re.IGNORECASE)


class SqlFunction(Struct, frozen=True):
    """The names of a function's parameters, "" for one without, and what it returns; `strict`: NULL for a NULL."""

    parameters: tuple[str, ...]
    body: Expression
    strict: bool = False


def sql_function(parameters: tuple[str, ...], source: str, *, strict: bool = False) -> SqlFunction | None:
    """Read a function's source; None where it is more than one expression over its parameters.

    >>> sql_function(("n",), "select n > 0").body
    Operation(operator='>', left=Column(name='n'), right=Constant(value=0))
    >>> sql_function((), "select 1 from users") is None
    True
    """
    block = _BLOCK.fullmatch(source)
    found = _BODY.fullmatch(block.group("body") if block else source)
    body = parsed(found.group("expression")) if found else Unread(source, "no expression")
    known = {*parameters, *(f"${number}" for number in range(1, len(parameters) + 1))}
    if isinstance(body, Unread) or not columns_of(body) <= known:
        return None
    return SqlFunction(parameters, body, strict)


def inlined(call: Call, functions: Mapping[str, SqlFunction]) -> Expression | None:
    """Put the arguments of a call into the function's body; None where it can't be seen through."""
    function = functions.get(call.function)
    if function is None or len(function.parameters) != len(call.arguments):
        return None
    values = {f"${number}": argument for number, argument in enumerate(call.arguments, 1)}
    named = {name: argument for name, argument in zip(function.parameters, call.arguments, strict=True) if name}
    body = substituted(function.body, values | named)
    if not function.strict or not call.arguments:
        return body
    return Case(((Or(tuple(map(IsNull, call.arguments))), NULL),), body)


def substituted(node: Expression, values: Mapping[str, Expression]) -> Expression:
    """Put expressions in the place of columns.

    >>> substituted(Column("value"), {"value": Column("price")})
    Column(name='price')
    """
    return replaced(node, {Column(name): value for name, value in values.items()})


def replaced(node: Expression, values: Mapping[Expression, Expression]) -> Expression:
    """Put expressions in the place of others.

    >>> replaced(Call("lower", (Column("during"),)), {Call("lower", (Column("during"),)): Column("begin")})
    Column(name='begin')
    """
    return cast(Expression, _with_parts(node, values))


def _with_parts(node: object, values: Mapping[Expression, Expression]) -> object:
    if isinstance(node, Expression) and node in values:
        return values[node]
    if isinstance(node, tuple):
        return tuple(_with_parts(item, values) for item in node)
    if isinstance(node, Expression):
        parts: list[Any] = [_with_parts(getattr(node, field.name), values) for field in fields(node)]
        return type(node)(*parts)
    return node
