"""Partial unique indexes whose predicate says nothing: `unique (a) where a is not null`, as no NULL is like another."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from seedkit.core.generation.expressions.tree import And, Column, Expression, IsNotNull
from seedkit.core.generation.planning.unique_keys.subjects import subject_of
from seedkit.core.generation.schema import UniqueRule


def without_null_tests(rule: UniqueRule) -> UniqueRule:
    """Leave out of a predicate that columns are not NULL which the key compares: with a NULL it holds anyway."""
    if rule.predicate is None:
        return rule
    parts = rule.predicate.operands if isinstance(rule.predicate, And) else (rule.predicate,)
    compared = {subject.column for subject in map(subject_of, rule.keys) if subject is not None and not subject.fills}
    left = [part for part in parts if _tested(part) not in compared]
    if len(left) == len(parts) or (rule.nulls_not_distinct and not _tests_all(parts, rule)):
        return rule
    return replace(rule, predicate=_all_of(left), nulls_not_distinct=False)


def _tested(part: Expression) -> str | None:
    return part.operand.name if isinstance(part, IsNotNull) and isinstance(part.operand, Column) else None


def _tests_all(parts: Sequence[Expression], rule: UniqueRule) -> bool:
    return {Column(name) for name in map(_tested, parts) if name is not None} >= set(rule.keys)


def _all_of(parts: Sequence[Expression]) -> Expression | None:
    return And(tuple(parts)) if len(parts) > 1 else next(iter(parts), None)
