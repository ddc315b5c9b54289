"""`!like MEANING`: the generator that a column of such a meaning gets."""

from __future__ import annotations

from dataclasses import replace

from seedkit.core.column_types import ColumnType, TypeKind
from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.expressions.tree import Call
from seedkit.core.generation.meanings import prefix_of
from seedkit.core.generation.planning.choosing import made_for
from seedkit.core.generation.planning.chosen import Facts, Run
from seedkit.core.generation.planning.kinds import family_of
from seedkit.core.generation.streams import Stream
from seedkit.core.names import did_you_mean, listed
from seedkit.errors import FixtureError

_FRACTIONS = frozenset(("price", "salary", "percentage", "latitude", "longitude"))
_TYPES = {"text": "text", "time": "timestamp with time zone", "truth": "boolean"}
_FURTHER = {"words": "text", "time": "time"}
_OTHERS = {
    "uuid": ("uuid", "uuid7"),
    "bytea": ("bytes",),
    **dict.fromkeys(("json", "jsonb"), ("json_object", "json_array", "json_string", "json_number", "json_boolean")),
}
_DATED = frozenset(("uuid7",))


def like(facts: Facts, name: str, run: Run, attempt: int = 0) -> Generator:
    """Give the generator of a meaning for a column; raises FixtureError for a name that is none, or does not fit."""
    stream = run.stream(facts.table_name, facts.column.name).at(attempt)
    if name in _OTHERS.get(facts.kind, ()):
        return _made(_with_name(facts, name), None, run, stream)
    families = families_of(name, run)
    if not families:
        known = [*_FURTHER, *(meaning.name for meaning in run.meanings.meanings), *_OTHERS.get(facts.kind, ())]
        hint = did_you_mean(name, known) or "Some that there are: email, full_name, city, price, paragraph, created."
        raise FixtureError(f'there is no meaning "{name}"', hint=hint)
    return _made(_typed(facts, name, families), name, run, stream)


def families_of(name: str, run: Run) -> frozenset[str]:
    """Say of which families of types a meaning is: text, number, time or truth; none where there is no such."""
    found = {meaning.family for meaning in run.meanings.meanings if meaning.name == name}
    return frozenset(found | ({_FURTHER[name]} if name in _FURTHER else set()))


def depends_on_today(name: str, run: Run) -> bool:
    """Whether the values of a meaning are counted from the day of the run."""
    return name in _DATED or (name != "time" and "time" in families_of(name, run))


def _typed(facts: Facts, name: str, families: frozenset[str]) -> Facts:
    """Take a column as it is, or where it holds a text or a document, as one of the meaning's own type."""
    column = facts.column
    own, kind = column.value_type.innermost, column.value_type.kind
    family = family_of(own.base_type)
    if family in families and kind in (TypeKind.SCALAR, TypeKind.ARRAY):
        return facts if kind is TypeKind.SCALAR else _of_type(facts, own)
    if not (family == "text" or own.is_document or kind in (TypeKind.COMPOSITE, TypeKind.HSTORE)):
        raise FixtureError(
            f'"{name}" is no meaning of {column.type_name}, which column "{column.name}" is of',
            hint="Write !between [LEAST, MOST] for numbers and times, !choice [a, b] for what is listed.",
        )
    (first, *_) = sorted(families, reverse=True)
    scaled = "numeric(12,2)" if name in _FRACTIONS else "integer"
    type_ = _TYPES.get(first, scaled)
    return _of_type(facts, ColumnType(name=type_, base_type=type_.partition("(")[0]))


def _of_type(facts: Facts, type_: ColumnType) -> Facts:
    column = replace(facts.column, type_name=type_.name, base_type=type_.base_type, structure=None)
    return replace(facts, column=column, unique=False)


def _with_name(facts: Facts, name: str) -> Facts:
    """Tell by a meaning's name what else only a default or a CHECK tells: the version of a uuid, a document's kind."""
    if name == "uuid7":
        defaults = {**facts.rules.defaults, facts.column.name: Call("uuidv7", ())}
        return replace(facts, rules=replace(facts.rules, defaults=defaults))
    if name.startswith("json_"):
        return replace(facts, narrowing=replace(facts.narrowing, document=name.removeprefix("json_")))
    return facts


def _made(facts: Facts, name: str | None, run: Run, stream: Stream) -> Generator:
    made = made_for(facts, name, prefix_for(facts, name, run), run, stream)
    if made is None:
        raise FixtureError(f'column "{facts.column.name}" of type {facts.column.type_name} is like nothing known')
    return made[0]


def prefix_for(facts: Facts, name: str | None, run: Run) -> str:
    """Say of which of several places or people a column's value is, by what stands before the meaning in its name."""
    family = family_of(facts.kind)
    if name is None or family is None:
        return ""
    room = facts.room if family == "text" else None
    found = run.meanings.of(facts.column.name, facts.rules.table.name.name, family, room)
    return prefix_of(facts.column.name, found) if found and found.name == name else ""


def known(facts: Facts, run: Run) -> str:
    """List the meanings that a column may have, for people."""
    family = family_of(facts.kind)
    names = {meaning.name for meaning in run.meanings.meanings if meaning.family == family}
    return listed(sorted(names))
