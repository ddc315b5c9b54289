"""Evaluates expressions on rows, in three-valued logic, as PostgreSQL does.

An expression is compiled once, to closures, and then evaluated on many rows. What only the server can know — the order
of texts, a function of the user's — is `Unevaluated` and says why; AND and OR do without it where they can.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct, field

from seedkit.core.generation.expressions import operations, truths
from seedkit.core.generation.expressions.casting import cast
from seedkit.core.generation.expressions.closures import Evaluate, Row, never, strict
from seedkit.core.generation.expressions.functions import applied
from seedkit.core.generation.expressions.substitution import SqlFunction, inlined
from seedkit.core.generation.expressions.tree import (
    And,
    ArrayOf,
    Call,
    Case,
    Cast,
    Collated,
    Column,
    Constant,
    Expression,
    Field,
    IsDistinct,
    IsNotNull,
    IsNull,
    IsTruth,
    Not,
    Operation,
    Or,
    Quantified,
    RowOf,
    Subscript,
    Unread,
    columns_of,
)
from seedkit.core.generation.expressions.type_names import enums_as_texts
from seedkit.core.generation.expressions.values import NotEvaluatedError, Unevaluated

_MOMENTS: dict[str, Callable[[datetime], date]] = {
    **dict.fromkeys(("now", "transaction_timestamp", "current_timestamp"), lambda now: now),
    "localtimestamp": lambda now: now.replace(tzinfo=None),
    "current_date": lambda now: now.date(),
}


class Surroundings(Struct, frozen=True, kw_only=True):
    """What expressions depend on beside the row: the transaction's moment in UTC, columns' types, functions in SQL.

    The values of `enums`, types by their names without a schema, are texts whose order is the server's.
    """

    now: datetime | None = None
    types: Mapping[str, str] = field(default_factory=dict)
    enums: frozenset[str] = frozenset()
    functions: Mapping[str, SqlFunction] = field(default_factory=dict)


def evaluator(expression: Expression, surroundings: Surroundings | None = None) -> Evaluate:
    """Compile an expression; what comes back gives its value on a row, or `Unevaluated`, and raises nothing.

    Columns of which the row says nothing are not evaluated, nor those whose value is `Unevaluated`.

    >>> from seedkit.core.generation.expressions.parser import parsed
    >>> positive = evaluator(parsed("(price > (0)::numeric)"))
    >>> positive({"price": 3}), positive({"price": None}), positive({})
    (True, None, Unevaluated(reason='the column price'))
    """
    evaluate = _Compiler(surroundings or Surroundings())(expression)

    def value(row: Row) -> object:
        try:
            return evaluate(row)
        except NotEvaluatedError as error:
            return Unevaluated(str(error))

    return value


class _Compiler(Struct, frozen=True):
    """Makes a closure of a node; what no column is in is evaluated at once."""

    surroundings: Surroundings

    def __call__(self, node: Expression) -> Evaluate:
        evaluate = self._closure(node)
        if isinstance(node, Column) or columns_of(node):
            return evaluate
        try:
            constant = evaluate({})
        except NotEvaluatedError:
            return evaluate
        return lambda _row: constant

    def _closure(self, node: Expression) -> Evaluate:
        if isinstance(node, Call):
            return _call(node, self, self.surroundings)
        if isinstance(node, Operation):
            return operations.operation(node, self, self.surroundings.types)
        return _CLOSURES[type(node)](node, self)


def _column(node: Column, _: _Compiler) -> Evaluate:
    name = node.name

    def evaluate(row: Row) -> object:
        try:
            value = row[name]
        except KeyError:
            raise NotEvaluatedError(f"the column {name}") from None
        if type(value) is Unevaluated:
            raise NotEvaluatedError(value.reason)
        return value

    return evaluate


def _constant(node: Constant, _: _Compiler) -> Evaluate:
    return lambda _row: node.value


def _cast(node: Cast, compiled: _Compiler) -> Evaluate:
    operand, type_ = compiled(node.operand), enums_as_texts(node.type, compiled.surroundings.enums)
    is_text = type_ in ("text", "character varying")

    def evaluate(row: Row) -> object:
        value = operand(row)
        if value is None or (is_text and type(value) is str):
            return value
        return cast(value, type_)

    return evaluate


def _array(node: ArrayOf, compiled: _Compiler) -> Evaluate:
    items = [compiled(item) for item in node.items]
    return lambda row: [item(row) for item in items]


def _row(node: RowOf, compiled: _Compiler) -> Evaluate:
    items = [compiled(item) for item in node.items]
    return lambda row: tuple([item(row) for item in items])


def _case(node: Case, compiled: _Compiler) -> Evaluate:
    branches = [(compiled(condition), compiled(value)) for condition, value in node.branches]
    otherwise = compiled(node.otherwise)

    def evaluate(row: Row) -> object:
        for condition, value in branches:
            if condition(row) is True:
                return value(row)
        return otherwise(row)

    return evaluate


def _call(node: Call, compiled: _Compiler, surroundings: Surroundings) -> Evaluate:
    seen_through = inlined(node, surroundings.functions)
    if seen_through is not None:
        return compiled(seen_through)
    if node.function in _MOMENTS and not node.arguments:
        return _moment(node.function, surroundings.now)
    arguments = [compiled(argument) for argument in node.arguments]
    if node.function == "coalesce":
        return _first_not_null(arguments)
    return lambda row: applied(node.function, [argument(row) for argument in arguments])


def _moment(name: str, now: datetime | None) -> Evaluate:
    if now is None:
        return never("the present moment")
    moment = _MOMENTS[name](now)
    return lambda _row: moment


def _first_not_null(operands: Sequence[Evaluate]) -> Evaluate:
    def evaluate(row: Row) -> object:
        for operand in operands:
            value = operand(row)
            if value is not None:
                return value
        return None

    return evaluate


def _subscript(node: Subscript, compiled: _Compiler) -> Evaluate:
    return strict(_item, [compiled(node.operand), compiled(node.index)])


def _item(values: Sequence[object]) -> object:
    array, index = values
    if not isinstance(array, list) or type(index) is not int:
        raise NotEvaluatedError(f"{type(array).__name__}[{type(index).__name__}]")
    if not 1 <= index <= len(array):
        return None
    if isinstance(array[index - 1], list):
        raise NotEvaluatedError("an array of several dimensions")
    return array[index - 1]


def _field(node: Field, compiled: _Compiler) -> Evaluate:
    operand, name = compiled(node.operand), node.name

    def evaluate(row: Row) -> object:
        value = operand(row)
        if value is None:
            return None
        if not isinstance(value, Mapping) or name not in value:
            raise NotEvaluatedError(f"the field {name}")
        return value[name]

    return evaluate


def _unread(node: Unread, _: _Compiler) -> Evaluate:
    return never(node.reason)


_CLOSURES: dict[type, Callable[[Any, _Compiler], Evaluate]] = {
    Column: _column,
    Constant: _constant,
    Cast: _cast,
    Collated: lambda node, compiled: compiled(node.operand),
    And: truths.conjunction,
    Or: truths.disjunction,
    Not: truths.negation,
    IsNull: truths.null_test,
    IsNotNull: truths.not_null_test,
    IsTruth: truths.truth_test,
    IsDistinct: operations.distinction,
    Quantified: operations.quantified,
    ArrayOf: _array,
    RowOf: _row,
    Case: _case,
    Subscript: _subscript,
    Field: _field,
    Unread: _unread,
}
