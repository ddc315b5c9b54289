"""What CHECKs ask of the ends of ranges: `lower(column)` and `upper(column)`, by names of their own."""

from __future__ import annotations

from collections.abc import Mapping

from seedkit.core.generation.expressions.substitution import replaced
from seedkit.core.generation.expressions.tree import Call, Column, Expression
from seedkit.core.generation.planning.chosen import Facts

LOWER, UPPER = "lower", "upper"


def checks_of_ends(facts: Facts, names: Mapping[str, str]) -> list[Expression]:
    """Give the CHECKs of a column, in which its ends are columns of these names; a part of a column has none."""
    column = Column(facts.column.name)
    ends: dict[Expression, Expression] = {Call(end, (column,)): Column(name) for end, name in names.items()}
    checks = () if facts.part else facts.rules.checks_of(facts.column.name)
    return [replaced(check.expression, ends) for check in checks]
