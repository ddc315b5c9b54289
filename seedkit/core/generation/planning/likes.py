"""All generators by their names: what `!like NAME` and the comment `[seedkit: like NAME]` stand for."""

from __future__ import annotations

from seedkit.core.column_types import TypeKind
from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.columns.patterns.pieces import NoTextsError
from seedkit.core.generation.planning.chosen import Facts, Made, Run
from seedkit.core.generation.planning.making import made_for
from seedkit.core.generation.planning.types import compounds, documents, numbers, scalars, texts, times
from seedkit.core.generation.planning.types.kinds import family_of
from seedkit.core.generation.planning.types.patterned_texts import by_pattern
from seedkit.core.generation.streams import Stream
from seedkit.core.names import did_you_mean, listed

_TRUTHS = frozenset(("mostly_true", "rarely_true", "truth"))
_BY_FAMILY = {
    "text": texts.MEANINGS,
    "number": numbers.MEANINGS | _TRUTHS,
    "time": times.MEANINGS,
    "truth": _TRUTHS,
}
ALL = frozenset().union(
    *_BY_FAMILY.values(), scalars.MEANINGS, documents.MEANINGS, (str(kind) for kind in compounds.KINDS)
)
"""The names of all generators."""


class NoMeaningError(ValueError):
    """Says that there is no such generator, or none for such a column; `hint` what there is."""

    def __init__(self, message: str, hint: str | None) -> None:
        super().__init__(message)
        self.hint = hint


def like(name: str, facts: Facts, run: Run, stream: Stream, prefix: str = "") -> Made:
    """Give the generator that a name stands for, for a column; raises NoMeaningError where there is none.

    A name that is none but has more than letters in it is a regular expression, for texts. Of an array it is the
    meaning of its elements, unless it is `array`.
    """
    if facts.shape.kind is TypeKind.ARRAY and name != "array":
        return _elements_like(name, facts, run, stream)
    if name not in fitting(facts):
        return _by_pattern(name, facts, run, stream)
    made = made_for(facts, name, prefix, run, stream)
    if made is None:
        raise NoMeaningError(f"nothing can be made up for the type {facts.shape.type}", None)
    return made


def families_of(name: str) -> frozenset[str]:
    """Say of which families of types a meaning is by itself: text, number, time or truth; none where there is none."""
    own = {"number": numbers.MEANINGS, "time": times.MEANINGS, "truth": _TRUTHS}
    found = frozenset(family for family, names in own.items() if name in names)
    return found or frozenset(("text",) if name in texts.MEANINGS else ())


def _by_pattern(name: str, facts: Facts, run: Run, stream: Stream) -> Made:
    if name in ALL or name.replace("_", "").isalnum() or family_of(facts.kind) != "text":
        raise _no_meaning(name, facts)
    try:
        return by_pattern(facts, name, run, stream)
    except NoTextsError as error:
        raise NoMeaningError(f"the pattern {name} is not understood at {error}", None) from error


def _elements_like(name: str, facts: Facts, run: Run, stream: Stream) -> Made:
    def element(part: Facts, run: Run, stream: Stream) -> Generator:
        return like(name, part, run, stream)[0]

    made = compounds.compound_generator(facts, run, stream, element)
    if made is None:
        raise NoMeaningError(f"nothing can be made up for the type {facts.shape.type}", None)
    return made[0], f"!like {name}"


def _no_meaning(name: str, facts: Facts) -> NoMeaningError:
    able = sorted(fitting(facts))
    message = f'"{name}" is no meaning of {facts.shape.type}' if name in ALL else f'there is no meaning "{name}"'
    near = did_you_mean(name, able)
    return NoMeaningError(message, near or (f"Such a column can be like {listed(able[:12])}." if able else None))


def fitting(facts: Facts) -> frozenset[str]:
    """Name the generators that a column of such a type can have."""
    family = family_of(facts.kind)
    if family is not None and facts.shape.kind is TypeKind.SCALAR:
        return _BY_FAMILY[family] | (documents.MEANINGS if facts.narrowing.document is not None else frozenset())
    if facts.shape.kind in compounds.KINDS:
        return frozenset((str(facts.shape.kind),))
    if facts.shape.name in documents.DOCUMENTS:
        return documents.MEANINGS
    return frozenset(scalars.fitting(facts.shape.name))
