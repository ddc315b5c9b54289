"""The values of rows that have been made, for the expressions that look at them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import TypeVar

from msgspec import Struct

from seedkit.core.catalog import Column
from seedkit.core.generation.columns.blocks import NULL
from seedkit.core.generation.expressions.closures import Evaluate
from seedkit.core.generation.expressions.evaluation import Surroundings, evaluator
from seedkit.core.generation.expressions.tree import Call, Expression, IsNotNull, IsNull, columns_of, nodes_of
from seedkit.core.generation.expressions.tree import Column as ColumnNode
from seedkit.core.generation.expressions.values import Unevaluated
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.reading import cast_or_doubt, full_type, read_column

Values = dict[str, object]
"""A row's values by column, as far as an expression asks for them."""

_KEPT = 4096
_NULL_COUNTS = frozenset(("num_nulls", "num_nonnulls"))

_Read = TypeVar("_Read")


class Texts(dict[str, _Read]):
    """What is read of a column's COPY texts: each once, as long as there are few."""

    def __init__(self, read: Callable[[str], _Read]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> _Read:
        value = self._read(text)
        if len(self) < _KEPT:
            self[text] = value
        return value


class RowReader(Struct, frozen=True):
    """Reads the columns that some expressions ask for, by their places in the row, and computes the generated ones."""

    places: Mapping[str, int]
    texts: Mapping[str, Texts[object]]
    generated: Mapping[str, Evaluate]

    def rows(self, columns: Sequence[Sequence[str]]) -> Iterator[Values]:
        """Read rows that lie column by column, as COPY texts of the planned columns; as many as there are."""
        names, generated = tuple(self.places), self.generated
        read = [map(self.texts[name].__getitem__, columns[place]) for name, place in self.places.items()]
        for found in zip(*read, strict=True) if read else repeat((), len(columns[0])):
            row: Values = dict(zip(names, found, strict=True))
            if generated:
                self._compute(row)
            yield row

    def only(self, asked: Collection[str]) -> RowReader:
        """Read no more than some columns; all that are read for generated ones, where one of these is asked for."""
        if self.generated.keys() & set(asked):
            return self
        return RowReader({name: place for name, place in self.places.items() if name in asked}, self.texts, {})

    def row(self, texts: Sequence[str]) -> Values:
        """Read a row."""
        row: Values = {name: self.texts[name][texts[place]] for name, place in self.places.items()}
        self._compute(row)
        return row

    def changed(self, row: Values, texts: Mapping[str, str]) -> Values:
        """Read a row again of which some columns have other texts."""
        changed = dict(row)
        for name, text in texts.items():
            if name in changed:
                changed[name] = self.texts[name][text]
        if self.generated:
            self._compute(changed)
        return changed

    def _compute(self, row: Values) -> None:
        for name, evaluate in self.generated.items():
            row[name] = evaluate(row)


def row_reader(
    plan: PlannedTable, expressions: Collection[Expression], keys: Collection[Expression], surroundings: Surroundings
) -> RowReader:
    """Say how the columns are read that expressions and keys ask for; read is no more of them than that takes."""
    expressions = [*expressions, *(key for key in keys if not isinstance(key, ColumnNode))]
    compared = {key.name for key in keys if isinstance(key, ColumnNode)}
    asked = _named(expressions) | compared
    computed = {name: tree for name, tree in plan.rules.generated.items() if name in asked}
    used = frozenset[str]().union(asked, *map(columns_of, computed.values()))
    valued = _valued([*expressions, *computed.values()])
    compared -= valued
    sent = {chosen.column: place for place, chosen in enumerate(plan.columns) if chosen.column in used}
    table = plan.rules.table
    return RowReader(
        sent,
        {name: Texts(_reading(table.column(name), valued, compared)) for name in sent},
        {name: _computed(tree, table.column(name), surroundings) for name, tree in computed.items()},
    )


def _named(expressions: Iterable[Expression]) -> frozenset[str]:
    return frozenset[str]().union(*map(columns_of, expressions))


def _reading(column: Column, valued: Collection[str], compared: Collection[str]) -> Callable[[str], object]:
    """Choose how a column's texts are read: those of a key alone need not be UUIDs to be told from each other."""
    if column.name in compared and column.base_type == "uuid":
        return lambda text: None if text == NULL else text.replace("-", "").lower()
    return read_column(column) if column.name in valued or column.name in compared else _whether_null


def _valued(expressions: Iterable[Expression]) -> frozenset[str]:
    """Name the columns whose values matter, beside whether they are NULL."""
    found: set[str] = set()
    for expression in expressions:
        nodes = list(nodes_of(expression))
        asked_for_null = (operand for node in nodes for operand in _asked_for_null(node))
        found.update(_counted(nodes) - _counted(asked_for_null))
    return frozenset(found)


def _counted(nodes: Iterable[Expression]) -> Counter[str]:
    """Say how often each column stands among some nodes."""
    return Counter(node.name for node in nodes if isinstance(node, ColumnNode))


def _asked_for_null(node: Expression) -> tuple[Expression, ...]:
    if isinstance(node, IsNull | IsNotNull):
        return (node.operand,)
    return node.arguments if isinstance(node, Call) and node.function in _NULL_COUNTS else ()


def _whether_null(text: str) -> object:
    return None if text == NULL else True


def _computed(tree: Expression, column: Column, surroundings: Surroundings) -> Evaluate:
    evaluate, type_ = evaluator(tree, surroundings), full_type(column)

    def compute(row: Mapping[str, object]) -> object:
        value = evaluate(row)
        return value if value is None or isinstance(value, Unevaluated) else cast_or_doubt(value, type_)

    return compute
