"""The values of rows that have been made, for the expressions that look at them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from seedkit.core.catalog import Column
from seedkit.core.generation.columns.blocks import NULL
from seedkit.core.generation.expressions.casting import cast
from seedkit.core.generation.expressions.closures import Evaluate
from seedkit.core.generation.expressions.evaluation import Surroundings, evaluator
from seedkit.core.generation.expressions.tree import Call, Expression, IsNotNull, IsNull, columns_of, nodes_of
from seedkit.core.generation.expressions.tree import Column as ColumnNode
from seedkit.core.generation.expressions.values import NotEvaluatedError, Unevaluated
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.schema import is_enum
from seedkit.core.values.copy_text import field_value

Values = dict[str, object]
"""A row's values by column, as far as an expression asks for them."""

_KEPT = 4096
_NULL_COUNTS = frozenset(("num_nulls", "num_nonnulls"))


class Texts(dict[str, object]):
    """The values of a column's COPY texts: each is read once, as long as there are few."""

    def __init__(self, read: Callable[[str], object]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> object:
        value = self._read(text)
        if len(self) < _KEPT:
            self[text] = value
        return value


@dataclass(frozen=True, slots=True)
class RowReader:
    """Reads the columns that some expressions ask for, and computes the generated ones."""

    names: tuple[str, ...]
    places: tuple[int, ...]
    texts: tuple[Texts, ...]
    generated: Mapping[str, Evaluate]

    def rows(self, columns: Sequence[Sequence[str]]) -> Iterator[Values]:
        """Read rows that lie column by column, as COPY texts of the planned columns."""
        names, generated = self.names, self.generated
        read = [map(texts.__getitem__, columns[place]) for place, texts in zip(self.places, self.texts, strict=True)]
        for found in zip(*read, strict=True):
            row = dict(zip(names, found, strict=True))
            if generated:
                self._compute(row)
            yield row

    def row(self, texts: Sequence[str]) -> Values:
        """Read a row."""
        read = zip(self.names, self.places, self.texts, strict=True)
        row: Values = {name: values[texts[place]] for name, place, values in read}
        self._compute(row)
        return row

    def changed(self, row: Values, texts: Mapping[str, str]) -> Values:
        """Read a row again of which some columns have other texts."""
        read = zip(self.names, self.texts, strict=True)
        row = {**row, **{name: values[texts[name]] for name, values in read if name in texts}}
        self._compute(row)
        return row

    def _compute(self, row: Values) -> None:
        for name, evaluate in self.generated.items():
            row[name] = evaluate(row)


def row_reader(plan: PlannedTable, expressions: Collection[Expression], surroundings: Surroundings) -> RowReader:
    """Say how the columns are read that expressions ask for; what they only ask whether it is NULL is not read."""
    asked = frozenset[str]().union(*map(columns_of, expressions))
    computed = {name: tree for name, tree in plan.rules.generated.items() if name in asked}
    used = frozenset[str]().union(asked, *map(columns_of, computed.values()))
    valued = _valued([*expressions, *computed.values()])
    sent = {chosen.column: place for place, chosen in enumerate(plan.columns) if chosen.column in used}
    table = plan.rules.table
    return RowReader(
        tuple(sent),
        tuple(sent.values()),
        tuple(Texts(_read(table.column(name)) if name in valued else _whether_null) for name in sent),
        {name: _computed(tree, table.column(name), surroundings) for name, tree in computed.items()},
    )


def _valued(expressions: Iterable[Expression]) -> frozenset[str]:
    """Name the columns whose values matter, beside whether they are NULL."""
    found: set[str] = set()
    for expression in expressions:
        asked_for_null = [
            operand
            for node in nodes_of(expression)
            for operand in _asked_for_null(node)
            if isinstance(operand, ColumnNode)
        ]
        every = [node for node in nodes_of(expression) if isinstance(node, ColumnNode)]
        for name in {node.name for node in every}:
            if sum(node.name == name for node in every) > sum(node.name == name for node in asked_for_null):
                found.add(name)
    return frozenset(found)


def _asked_for_null(node: Expression) -> tuple[Expression, ...]:
    if isinstance(node, IsNull | IsNotNull):
        return (node.operand,)
    return node.arguments if isinstance(node, Call) and node.function in _NULL_COUNTS else ()


def _whether_null(text: str) -> object:
    return None if text == NULL else True


def _read(column: Column) -> Callable[[str], object]:
    takes_text, type_ = is_enum(column), column.base_type

    def read(text: str) -> object:
        value = field_value(text)
        return value if value is None or takes_text else _cast(value, type_)

    return read


def _cast(value: object, type_: str) -> object:
    try:
        return cast(value, type_)
    except NotEvaluatedError as error:
        return Unevaluated(str(error))


def _computed(tree: Expression, column: Column, surroundings: Surroundings) -> Evaluate:
    evaluate, is_text = evaluator(tree, surroundings), is_enum(column)

    def compute(row: Mapping[str, object]) -> object:
        value = evaluate(row)
        return value if value is None or is_text or isinstance(value, Unevaluated) else _cast(value, column.base_type)

    return compute
