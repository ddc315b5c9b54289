"""The values of a column that are few and known."""

from __future__ import annotations

from seedkit.core.column_types import TypeKind
from seedkit.core.generation.expressions.casting import text_of
from seedkit.core.generation.expressions.values import NotEvaluatedError
from seedkit.core.generation.planning.chosen import Facts
from seedkit.core.generation.planning.proving import holding
from seedkit.core.values.copy_text import field_text


def listed_values(facts: Facts) -> tuple[str, ...] | None:
    """Give the values that a CHECK or the type lists, as COPY texts."""
    if facts.narrowing.wanted is not None:
        try:
            texts = tuple(field_text(text_of(value)) for value in facts.narrowing.wanted)
        except NotEvaluatedError:
            return None
    elif facts.shape.kind is TypeKind.ENUM:
        texts = tuple(map(field_text, facts.shape.labels))
    else:
        return None
    return holding(facts, texts) or texts or None


def few_values(facts: Facts) -> tuple[str, ...] | None:
    """Give all values of a column, as COPY texts, where a key can be made of them: what is listed, and truths."""
    return listed_values(facts) or (("t", "f") if facts.kind == "boolean" else None)
