"""The values of a row that has been made, for the expressions that look at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from seedkit.core.catalog import Column
from seedkit.core.generation.expressions.casting import cast
from seedkit.core.generation.expressions.closures import Evaluate
from seedkit.core.generation.expressions.evaluation import Surroundings, evaluator
from seedkit.core.generation.expressions.values import NotEvaluatedError, Unevaluated
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.schema import is_enum
from seedkit.core.values.copy_text import field_value

Read = Callable[["RowValues"], object]
"""Gives the value of a column from a row: read from its COPY text, or computed from others."""


class RowValues(Mapping[str, object]):
    """The values of a row, each read when an expression asks for it."""

    def __init__(self, row: Sequence[str], reads: Mapping[str, Read]) -> None:
        self.row = row
        self._reads = reads
        self._found: dict[str, object] = {}

    def __getitem__(self, name: str) -> object:
        if name not in self._found:
            self._found[name] = self._reads[name](self)
        return self._found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._reads)

    def __len__(self) -> int:
        return len(self._reads)


def readers(plan: PlannedTable, surroundings: Surroundings) -> dict[str, Read]:
    """Say how each column is read; generated ones are computed."""
    reads = {
        chosen.column: _sent(place, plan.rules.table.column(chosen.column)) for place, chosen in enumerate(plan.columns)
    }
    generated = {name: _generated(evaluator(tree, surroundings)) for name, tree in plan.rules.generated.items()}
    return reads | generated


def _sent(place: int, column: Column) -> Read:
    takes_text, type_ = is_enum(column), column.base_type

    def read(values: RowValues) -> object:
        text = field_value(values.row[place])
        return text if text is None or takes_text else cast(text, type_)

    return read


def _generated(evaluate: Evaluate) -> Read:
    def read(values: RowValues) -> object:
        value = evaluate(values)
        if isinstance(value, Unevaluated):
            raise NotEvaluatedError(value.reason)
        return value

    return read
