"""What an expression is made of. Each node is a value; what could not be read is a node, too."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import fields


class Column(Struct, frozen=True):
    """A column of the row, a parameter of a function (`$1`), or `VALUE`, which a domain's CHECK speaks of."""

    name: str


class Constant(Struct, frozen=True):
    """A literal, before its cast; None is NULL."""

    value: str | int | Decimal | bool | None


class Cast(Struct, frozen=True):
    """`operand::type`, the type as `format_type` writes it."""

    operand: Expression
    type: str


class Collated(Struct, frozen=True):
    """`operand COLLATE "C"`."""

    operand: Expression
    collation: str


class And(Struct, frozen=True):
    """True where all are."""

    operands: tuple[Expression, ...]


class Or(Struct, frozen=True):
    """True where one is."""

    operands: tuple[Expression, ...]


class Not(Struct, frozen=True):
    """True where the operand is false."""

    operand: Expression


class IsNull(Struct, frozen=True):
    """`IS NULL`; of a row: whether all its fields are."""

    operand: Expression


class IsNotNull(Struct, frozen=True):
    """`IS NOT NULL`; of a row: whether none of its fields is, which is not the opposite of `IS NULL`."""

    operand: Expression


class IsTruth(Struct, frozen=True):
    """`IS TRUE`, `IS FALSE`, and with None `IS UNKNOWN`."""

    operand: Expression
    truth: bool | None


class IsDistinct(Struct, frozen=True):
    """`left IS DISTINCT FROM right`."""

    left: Expression
    right: Expression


class Operation(Struct, frozen=True):
    """An operator between two operands, or before one: then `left` is None."""

    operator: str
    left: Expression | None
    right: Expression


class Quantified(Struct, frozen=True):
    """`left operator ANY (array)`, or with `every` `ALL (array)`."""

    operator: str
    left: Expression
    array: Expression
    every: bool


class ArrayOf(Struct, frozen=True):
    """`ARRAY[…]`."""

    items: tuple[Expression, ...]


class RowOf(Struct, frozen=True):
    """`ROW(…)`."""

    items: tuple[Expression, ...]


class Case(Struct, frozen=True):
    """`CASE WHEN condition THEN value … ELSE otherwise END`; `CASE x WHEN y` is read as `WHEN x = y`."""

    branches: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression


class Call(Struct, frozen=True):
    """A function; with its schema, unless that is `pg_catalog`."""

    function: str
    arguments: tuple[Expression, ...]


class Subscript(Struct, frozen=True):
    """`operand[index]`."""

    operand: Expression
    index: Expression


class Field(Struct, frozen=True):
    """`(operand).name`, a field of a composite value."""

    operand: Expression
    name: str


class Unread(Struct, frozen=True):
    """What the parser does not know: PostgreSQL's text, and why. It never has a value."""

    text: str
    reason: str


Expression: TypeAlias = (
    Column
    | Constant
    | Cast
    | Collated
    | And
    | Or
    | Not
    | IsNull
    | IsNotNull
    | IsTruth
    | IsDistinct
    | Operation
    | Quantified
    | ArrayOf
    | RowOf
    | Case
    | Call
    | Subscript
    | Field
    | Unread
)

NULL = Constant(None)


def columns_of(expression: Expression) -> frozenset[str]:
    """Name the columns that an expression depends on.

    >>> columns_of(Operation("<", Column("starts"), Column("ends"))) == {"starts", "ends"}
    True
    """
    return frozenset(node.name for node in nodes_of(expression) if isinstance(node, Column))


def nodes_of(expression: Expression) -> Iterator[Expression]:
    """Give an expression and all below it."""
    waiting: list[object] = [expression]
    while waiting:
        node = waiting.pop()
        if isinstance(node, tuple):
            waiting.extend(node)
        elif isinstance(node, Expression):
            yield node
            waiting.extend(getattr(node, field.name) for field in fields(node))


def without_casts(node: Expression) -> Expression:
    """Give what stands below casts and collations."""
    while isinstance(node, Cast | Collated):
        node = node.operand
    return node
