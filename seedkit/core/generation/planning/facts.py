"""What is known of a column by its table's rules, and by its partitions'."""

from __future__ import annotations

from seedkit.core.catalog import Column
from seedkit.core.generation.narrowing import narrowed
from seedkit.core.generation.planning.chosen import Facts
from seedkit.core.generation.planning.followings import followings
from seedkit.core.generation.planning.partitions import Partitions
from seedkit.core.generation.schema import TableRules


def facts_of(rules: TableRules, column: Column) -> Facts:
    """Gather what is known of a column by its table's rules, and by its partitions'."""
    checks = [*(check.expression for check in rules.checks_of(column.name)), *followings(rules, column.name)]
    narrowing = Partitions.of(rules).hull(column.name, narrowed(column.name, checks))
    return Facts(rules=rules, column=column, narrowing=narrowing, unique=column.name in rules.unique_columns)
