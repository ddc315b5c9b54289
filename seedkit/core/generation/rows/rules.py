"""What has to be true of a row, and what no two rows may have in common."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from seedkit.core.generation.expressions.closures import Evaluate
from seedkit.core.generation.expressions.evaluation import Surroundings, evaluator
from seedkit.core.generation.expressions.substitution import substituted
from seedkit.core.generation.expressions.tree import (
    And,
    Column,
    Expression,
    IsNull,
    Not,
    Operation,
    Or,
    columns_of,
    without_casts,
)
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.rows.derived_columns import derived_reads
from seedkit.core.generation.satisfying.moves import together_with
from seedkit.core.generation.satisfying.solvers import Solvers
from seedkit.core.generation.satisfying.trials import Solve
from seedkit.core.generation.schema import Check, UniqueRule


class Rule(Struct, frozen=True):
    """What is true of a row that holds the rule; the columns it speaks of, and what mends a row that breaks it.

    `beside` are the other rules that speak of the same columns.
    """

    name: str
    expression: Expression
    columns: frozenset[str]
    evaluate: Evaluate
    solve: Solve
    beside: list[Rule] = field(default_factory=list)


class Key(Struct, frozen=True):
    """A key that no other row has, and the columns that it is asked of.

    `solve` takes a row out of its index, where it is not in there by its keys alone.
    """

    name: str
    asked: frozenset[str]
    columns: frozenset[str]
    evaluate: tuple[Evaluate, ...]
    predicate: Evaluate | None
    nulls_not_distinct: bool
    solve: Solve


def rules_of(checks: Sequence[Check], plan: PlannedTable, surroundings: Surroundings, solvers: Solvers) -> list[Rule]:
    """Compile CHECKs, and say which of them speak of the same columns.

    Those that compute a column of others come last: it follows from what these have in the end.
    """
    ordered = sorted(checks, key=lambda check: _computes(check.expression))
    rules = [_rule(check, plan, surroundings, solvers) for check in ordered]
    for rule in rules:
        rule.beside.extend(other for other in rules if other is not rule and other.columns & rule.columns)
    return rules


def _computes(node: Expression) -> bool:
    """Whether a CHECK says what a column is of several others."""
    if not isinstance(node, Operation) or node.operator != "=" or node.left is None:
        return False
    sides = (node.left, node.right), (node.right, node.left)
    return any(isinstance(without_casts(one), Column) and len(columns_of(other)) > 1 for one, other in sides)


def _rule(check: Check, plan: PlannedTable, surroundings: Surroundings, solvers: Solvers) -> Rule:
    """Compile a CHECK; generated columns are mended by what they are computed from."""
    return Rule(
        check.name,
        check.expression,
        _free(check.expression, plan),
        evaluator(check.expression, surroundings),
        solvers(substituted(check.expression, plan.rules.generated)),
    )


def key_of(rule: UniqueRule, plan: PlannedTable, surroundings: Surroundings, solvers: Solvers) -> Key:
    """Compile a unique index."""
    leaving: list[Expression] = [] if rule.nulls_not_distinct else [IsNull(key) for key in rule.keys]
    if rule.predicate is not None:
        leaving.append(Not(rule.predicate))
    return Key(
        rule.name,
        rule.columns,
        frozenset[str]().union(*(_free(node, plan) for node in rule.expressions)),
        tuple(evaluator(key, surroundings) for key in rule.keys),
        None if rule.predicate is None else evaluator(rule.predicate, surroundings),
        rule.nulls_not_distinct,
        solvers(substituted(Or(tuple(leaving)), plan.rules.generated)),
    )


def _free(node: Expression, plan: PlannedTable) -> frozenset[str]:
    """Give what may be drawn again so that a rule holds: for a generated column what it is computed from.

    The columns of a foreign key go to another parent together.
    """
    names = set(columns_of(substituted(And((node,)), plan.rules.generated)))
    names |= {read for name in names for read in derived_reads(plan, name)}
    return frozenset(together_with(plan, names) - plan.fixed)
