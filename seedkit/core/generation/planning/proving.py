"""Whether values that were made hold what their own column's CHECKs ask: tried on some of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seedkit.core.column_types import TypeKind
from seedkit.core.generation.columns.blocks import NULL, Generator
from seedkit.core.generation.columns.extents import extent_of
from seedkit.core.generation.expressions.casting import cast
from seedkit.core.generation.expressions.closures import Evaluate
from seedkit.core.generation.expressions.evaluation import evaluator
from seedkit.core.generation.expressions.tree import Expression
from seedkit.core.generation.expressions.values import NotEvaluatedError
from seedkit.core.generation.planning.chosen import Facts
from seedkit.core.generation.planning.followings import followings
from seedkit.core.generation.planning.worst_cases import worst_texts
from seedkit.core.values.copy_text import field_value

_TRIED = 64


def holds(facts: Facts, generator: Generator) -> bool:
    """Say whether the first values of a generator hold all CHECKs that speak of the column alone."""
    name, checks = checks_on(facts)
    doubtful = _doubtful(facts, generator, name, checks) if checks else []
    if not doubtful:
        return True
    texts = generator.values(range(_TRIED))
    return all(_holds(facts, text, name, doubtful) for text in texts)


def holding(facts: Facts, texts: Iterable[str]) -> tuple[str, ...]:
    """Leave the COPY texts that hold all CHECKs that speak of the column alone."""
    name, checks = checks_on(facts)
    rules = [_compiled(facts, check) for check in checks]
    return tuple(text for text in texts if not rules or _holds(facts, text, name, rules))


def checks_on(facts: Facts) -> tuple[str, Sequence[Expression]]:
    """Name what the CHECKs call the value, and list them."""
    if facts.part is not None:
        return "value", list(facts.part.checks)
    name, rules = facts.column.name, facts.rules
    return name, [*(check.expression for check in rules.checks_of(name)), *followings(rules, name)]


def _compiled(facts: Facts, check: Expression) -> Evaluate:
    return evaluator(check, facts.rules.surroundings({}))


def _doubtful(facts: Facts, generator: Generator, name: str, checks: Sequence[Expression]) -> list[Evaluate]:
    """Compile the CHECKs that are not known to hold by the ends that the values have."""
    extent, found = extent_of(generator), []
    for check in checks:
        rule, worst = _compiled(facts, check), worst_texts(check, extent)
        tried = None if worst is None else [*worst, *([NULL] if extent.nulls else [])]
        if tried is None or not all(_holds(facts, text, name, [rule]) for text in tried):
            found.append(rule)
    return found


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
