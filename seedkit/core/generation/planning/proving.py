"""Whether values that were made hold what their own column's CHECKs ask: tried on some of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seedkit.core.column_types import TypeKind
from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.expressions.casting import cast
from seedkit.core.generation.expressions.closures import Evaluate
from seedkit.core.generation.expressions.evaluation import evaluator
from seedkit.core.generation.expressions.values import NotEvaluatedError
from seedkit.core.generation.planning.chosen import Facts
from seedkit.core.values.copy_text import field_value

_TRIED = 64


def holds(facts: Facts, generator: Generator) -> bool:
    """Say whether the first values of a generator hold all CHECKs that speak of the column alone."""
    name, rules = _rules(facts)
    if not rules:
        return True
    texts = generator.values(range(_TRIED))
    return all(_holds(facts, text, name, rules) for text in texts)


def holding(facts: Facts, texts: Iterable[str]) -> tuple[str, ...]:
    """Leave the COPY texts that hold all CHECKs that speak of the column alone."""
    name, rules = _rules(facts)
    return tuple(text for text in texts if not rules or _holds(facts, text, name, rules))


def _rules(facts: Facts) -> tuple[str, Sequence[Evaluate]]:
    """Name what the CHECKs call the value, and compile them."""
    name, checks = facts.column.name, [check.expression for check in facts.rules.checks_of(facts.column.name)]
    if facts.part is not None:
        name, checks = "value", list(facts.part.checks)
    return name, [evaluator(check, facts.rules.surroundings({})) for check in checks]


def _holds(facts: Facts, text: str, name: str, rules: Sequence[Evaluate]) -> bool:
    value = _value(facts, text)
    return all(rule({name: value}) in (True, None) for rule in rules)


def _value(facts: Facts, text: str) -> object:
    raw = field_value(text)
    if raw is None or facts.shape.kind is TypeKind.ENUM:
        return raw
    try:
        return cast(raw, facts.shape.type)
    except NotEvaluatedError:
        return raw
