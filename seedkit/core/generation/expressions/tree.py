"""What an expression is made of. Each node is a value; what could not be read is a node, too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the row, a parameter of a function (`$1`), or `VALUE`, which a domain's CHECK speaks of."""

    name: str


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal, before its cast; None is NULL."""

    value: str | int | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class Cast:
    """`operand::type`, the type as `format_type` writes it."""

    operand: Expression
    type: str


@dataclass(frozen=True, slots=True)
class Collated:
    """`operand COLLATE "C"`."""

    operand: Expression
    collation: str


@dataclass(frozen=True, slots=True)
class And:
    """True where all are."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """True where one is."""

    operands: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """True where the operand is false."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class IsNull:
    """`IS NULL`; of a row: whether all its fields are."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class IsNotNull:
    """`IS NOT NULL`; of a row: whether none of its fields is, which is not the opposite of `IS NULL`."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class IsTruth:
    """`IS TRUE`, `IS FALSE`, and with None `IS UNKNOWN`."""

    operand: Expression
    truth: bool | None


@dataclass(frozen=True, slots=True)
class IsDistinct:
    """`left IS DISTINCT FROM right`."""

    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator between two operands, or before one: then `left` is None."""

    operator: str
    left: Expression | None
    right: Expression


@dataclass(frozen=True, slots=True)
class Quantified:
    """`left operator ANY (array)`, or with `every` `ALL (array)`."""

    operator: str
    left: Expression
    array: Expression
    every: bool


@dataclass(frozen=True, slots=True)
class ArrayOf:
    """`ARRAY[…]`."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class RowOf:
    """`ROW(…)`."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """`CASE WHEN condition THEN value … ELSE otherwise END`; `CASE x WHEN y` is read as `WHEN x = y`."""

    branches: tuple[tuple[Expression, Expression], ...]
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Call:
    """A function; with its schema, unless that is `pg_catalog`."""

    function: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Subscript:
    """`operand[index]`."""

    operand: Expression
    index: Expression


@dataclass(frozen=True, slots=True)
class Field:
    """`(operand).name`, a field of a composite value."""

    operand: Expression
    name: str


@dataclass(frozen=True, slots=True)
class Unread:
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
