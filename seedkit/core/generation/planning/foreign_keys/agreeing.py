"""Parents that rows can refer to where a column of the key is not free: those that agree with what it has.

That is what the server computes of it, where it is the same in every row, or one of what people have said. What is
computed from other columns is left to the server.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.expressions.evaluation import evaluator
from seedkit.core.generation.expressions.tree import columns_of
from seedkit.core.generation.expressions.values import Unevaluated
from seedkit.core.generation.planning.situation import Parents
from seedkit.core.generation.reading import cast_or_doubt, full_type, read_column
from seedkit.core.generation.schema import TableRules
from seedkit.core.values.copy_text import field_text


def agreeing(rules: TableRules, key: ForeignKey, parents: Parents, said: Mapping[str, Sequence[str]]) -> Parents:
    """Leave the parents that have what generated columns of a key have in every row, and what is `said` of others."""
    for name, other in zip(key.columns, key.referenced_columns, strict=True):
        values = _known(rules, name, said.get(name, ())) if parents.count else []
        if values:
            read, text = read_column(rules.table.column(name)), parents.keys[other]
            parents = parents.only(place for place in range(parents.count) if read(text(place)) in values)
    return parents


def _known(rules: TableRules, name: str, said: Sequence[str]) -> list[object]:
    """List the values that a column may have; none where that is not known."""
    value = _in_every_row(rules, name)
    read = read_column(rules.table.column(name))
    return [read(field_text(text)) for text in said] if value is None else [value]


def _in_every_row(rules: TableRules, name: str) -> object:
    """Give the value that a generated column has in every row; None where it has others, or NULL."""
    tree, column = rules.generated.get(name), rules.table.column(name)
    if tree is None or columns_of(tree):
        return None
    value = evaluator(tree, rules.surroundings({}))({})
    if value is not None and not isinstance(value, Unevaluated):
        value = cast_or_doubt(value, full_type(column))
    return None if isinstance(value, Unevaluated) else value
