"""Whether values that were made hold what their own column's CHECKs ask: tried on some of them."""

from __future__ import annotations

from itertools import islice

from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.expressions.casting import cast
from seedkit.core.generation.expressions.evaluation import evaluator
from seedkit.core.generation.expressions.values import NotEvaluatedError
from seedkit.core.generation.planning.chosen import Facts
from seedkit.core.values.copy_text import field_value

_TRIED = 64


def holds(facts: Facts, generator: Generator) -> bool:
    """Say whether the first values of a generator hold all CHECKs that speak of the column alone."""
    name = facts.column.name if facts.part is None else "value"
    checks = facts.part.checks if facts.part else [check.expression for check in facts.rules.checks_of(name)]
    rules = [evaluator(check, facts.rules.surroundings({})) for check in checks]
    return all(rule({name: value}) is True for value in _values(facts, generator) for rule in rules)


def _values(facts: Facts, generator: Generator) -> list[object]:
    texts = [field_value(text) for text in islice(generator.block(0), _TRIED)]
    try:
        return [None if text is None else cast(text, facts.shape.type) for text in texts]
    except NotEvaluatedError:
        return list(texts)
