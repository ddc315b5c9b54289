"""Makes the generator of a column, or of a part of its values: what is listed, else by meaning and type."""

from __future__ import annotations

import json

from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.columns.choices import Choice
from seedkit.core.generation.planning.chosen import Facts, Made, Run
from seedkit.core.generation.planning.listing import listed_values
from seedkit.core.generation.planning.meant import meant
from seedkit.core.generation.planning.types import compounds, documents, members, numbers, scalars, texts, times
from seedkit.core.generation.planning.types.kinds import family_of
from seedkit.core.generation.streams import Stream
from seedkit.core.values.copy_text import field_value


def listed(facts: Facts, stream: Stream) -> Made | None:
    """Choose from the values that a CHECK or the type lists; None where none does."""
    values = listed_values(facts)
    if values is None:
        return None
    return Choice(values, stream), f"!choice {json.dumps(list(map(field_value, values)), ensure_ascii=False)}"


def made_for(facts: Facts, meaning: str | None, prefix: str, run: Run, stream: Stream) -> Made | None:
    """Give the generator of a value by its meaning and its type; None for a type that nobody can make up."""
    if facts.shape.kind in compounds.KINDS:
        return compounds.compound_generator(facts, run, stream, _part)
    match None if facts.narrowing.document is not None else family_of(facts.kind):
        case "text":
            return texts.text_generator(facts, meaning, prefix, run, stream)
        case "number":
            return numbers.number_generator(facts, meaning, prefix, run, stream)
        case "time":
            return times.time_generator(facts, meaning, prefix, run, stream)
        case "truth":
            return numbers.truth_generator(meaning, stream, "t", "f")
        case _:
            return _other(facts, meaning, run, stream)


def _other(facts: Facts, meaning: str | None, run: Run, stream: Stream) -> Made | None:
    if facts.shape.name in documents.DOCUMENTS or facts.narrowing.document is not None:
        asked = members.document_of_members(facts, run, stream, _part)
        return asked or documents.document_generator(facts, meaning, run, stream)
    return scalars.scalar_generator(facts, meaning, run, stream)


def _part(facts: Facts, run: Run, stream: Stream) -> Generator | None:
    made = listed(facts, stream)
    if made is None:
        meaning, prefix, _ = meant(facts, run)
        made = made_for(facts, meaning, prefix, run, stream)
    return None if made is None else made[0]
