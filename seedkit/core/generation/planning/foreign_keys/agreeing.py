"""Parents that rows can refer to whose keys have a column that the server computes: those that agree with it.

Only what is the same in every row is known here. What is computed from other columns is left to the server.
"""

from __future__ import annotations

from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.expressions.evaluation import evaluator
from seedkit.core.generation.expressions.tree import columns_of
from seedkit.core.generation.expressions.values import Unevaluated
from seedkit.core.generation.planning.situation import Parents
from seedkit.core.generation.reading import cast_or_doubt, full_type, read_column
from seedkit.core.generation.schema import TableRules


def agreeing(rules: TableRules, key: ForeignKey, parents: Parents) -> Parents:
    """Leave the parents that have what generated columns of a key have in every row."""
    for name, other in zip(key.columns, key.referenced_columns, strict=True):
        value = _in_every_row(rules, name) if parents.count else None
        if value is not None:
            read, text = read_column(rules.table.column(name)), parents.keys[other]
            parents = parents.only(place for place in range(parents.count) if read(text(place)) == value)
    return parents


def _in_every_row(rules: TableRules, name: str) -> object:
    """Give the value that a generated column has in every row; None where it has others, or NULL."""
    tree, column = rules.generated.get(name), rules.table.column(name)
    if tree is None or columns_of(tree):
        return None
    value = evaluator(tree, rules.surroundings({}))({})
    if value is not None and not isinstance(value, Unevaluated):
        value = cast_or_doubt(value, full_type(column))
    return None if isinstance(value, Unevaluated) else value
