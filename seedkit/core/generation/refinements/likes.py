"""`!like MEANING`: the generator that a column of such a meaning gets."""

from __future__ import annotations

from msgspec.structs import replace

from seedkit.core.column_types import TypeKind
from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.expressions.type_names import without_modifier
from seedkit.core.generation.planning.chosen import Facts, Run
from seedkit.core.generation.planning.likes import ALL, NoMeaningError, families_of, fitting
from seedkit.core.generation.planning.likes import like as like_inferred
from seedkit.core.generation.planning.making import made_for
from seedkit.core.generation.planning.meant import meant
from seedkit.core.generation.planning.types.documents import DOCUMENTS
from seedkit.core.generation.planning.types.kinds import family_of
from seedkit.core.generation.planning.types.usual_numbers import IN_ALL
from seedkit.core.generation.shapes import Shape
from seedkit.core.generation.streams import Stream
from seedkit.core.names import did_you_mean
from seedkit.errors import FixtureError

_FRACTIONS = IN_ALL.union(("price", "salary", "percentage", "low_percentage", "latitude", "longitude"))
_TYPES = {"text": "text", "time": "timestamp with time zone", "truth": "boolean"}
_PATTERNS = 'Write a regular expression of letters, classes and bounds, such as !like "^[A-Z]{3}-[0-9]{2}$".'
_DATED = frozenset(("uuid7",))


def like(facts: Facts, name: str, run: Run) -> Generator:
    """Give the generator of a meaning for a column; raises FixtureError for a name that is none, or does not fit.

    What is no meaning of the column's type, but of another, is written into a text, or into a document.
    """
    stream = run.stream(facts.table_name, facts.column.name).at(facts.attempt)
    try:
        return like_inferred(name, facts, run, stream, prefix_for(facts, name, run))[0]
    except NoMeaningError as error:
        if not families_of(name):
            hint = did_you_mean(name, ALL) or error.hint or _PATTERNS
            raise FixtureError(str(error), hint=hint) from error
        return like_part(facts, name, run)


def like_part(facts: Facts, name: str, run: Run) -> Generator:
    """Give the generator of a meaning for a part of a column's value, such as an element, or a value of a document."""
    stream = run.stream(facts.table_name, facts.column.name).at(facts.attempt)
    if family_of(facts.kind) is None and facts.shape.kind is TypeKind.SCALAR and name in fitting(facts):
        return _made(facts, name, run, stream)
    families = families_of(name)
    if not families:
        hint = did_you_mean(name, ALL) or "Some that there are: email, full_name, city, price, paragraph, created."
        raise FixtureError(f'there is no meaning "{name}"', hint=hint)
    return _made(_typed(facts, name, families), name, run, stream)


def depends_on_today(name: str) -> bool:
    """Whether the values of a meaning are counted from the day of the run."""
    return name in _DATED or (name != "time" and "time" in families_of(name))


def _typed(facts: Facts, name: str, families: frozenset[str]) -> Facts:
    """Take a column as it is, or where it holds a text or a document, as one of the meaning's own type."""
    column = facts.column
    own, kind = facts.shape.innermost, facts.shape.kind
    family = family_of(without_modifier(own.type))
    if family in families and kind in (TypeKind.SCALAR, TypeKind.ARRAY):
        return facts if kind is TypeKind.SCALAR else _of_type(facts, own)
    if not (family == "text" or own.name in DOCUMENTS or kind in (TypeKind.COMPOSITE, TypeKind.HSTORE)):
        raise FixtureError(
            f'"{name}" is no meaning of {column.type_name}, which column "{column.name}" is of',
            hint="Write !between [LEAST, MOST] for numbers and times, !choice [a, b] for what is listed.",
        )
    (first, *_) = sorted(families, reverse=True)
    scaled = "numeric(12,2)" if name in _FRACTIONS else "integer"
    return _of_type(facts, Shape(type=_TYPES.get(first, scaled)))


def _of_type(facts: Facts, shape: Shape) -> Facts:
    return replace(facts, part=shape, unique=False)


def _made(facts: Facts, name: str | None, run: Run, stream: Stream) -> Generator:
    made = made_for(facts, name, prefix_for(facts, name, run), run, stream)
    if made is None:
        raise FixtureError(f'column "{facts.column.name}" of type {facts.column.type_name} is like nothing known')
    return made[0]


def prefix_for(facts: Facts, name: str | None, run: Run) -> str:
    """Say of which of several places or people a column's value is, by what stands before the meaning in its name."""
    meaning, prefix, _ = meant(facts, run)
    return prefix if meaning == name else ""
