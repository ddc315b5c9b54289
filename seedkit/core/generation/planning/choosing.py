"""Chooses a column's generator by the first rung that fits: listed values, comment, default, name, type."""

from __future__ import annotations

from contextlib import suppress

from msgspec.structs import replace

from seedkit.core.generation.columns.blocks import NULL, Constant
from seedkit.core.generation.planning.chosen import Chosen, Facts, Made, Run, Rung
from seedkit.core.generation.planning.defaults import constant_default, with_default
from seedkit.core.generation.planning.existing import begins_alike, like_existing
from seedkit.core.generation.planning.likes import NoMeaningError, like
from seedkit.core.generation.planning.making import listed, made_for
from seedkit.core.generation.planning.meant import meant
from seedkit.core.generation.planning.nulls import with_nulls
from seedkit.core.generation.streams import Stream
from seedkit.core.names import in_quotes
from seedkit.errors import CatalogError

_OF_THE_SERVER = frozenset(("oid", "xid", "xid8", "cid", "tid", "pg_lsn", "pg_snapshot", "txid_snapshot", "refcursor"))


def chosen_for(facts: Facts, run: Run, attempt: int = 0) -> Chosen:
    """Choose for a column that is neither a key of counted rows nor a foreign key; other values at each attempt.

    Raises CatalogError where the column's comment asks for a meaning that there is not.
    """
    facts = replace(facts, attempt=attempt)
    stream = run.stream(facts.table_name, facts.column.name).at(attempt)
    found, meaning, rung = _found(facts, run, stream)
    if found is None:
        return _nothing(facts)
    generator, spelling = found
    chosen = Chosen(column=facts.column.name, generator=generator, spelling=spelling, rung=rung)
    return with_nulls(chosen, facts, meaning, run)


def as_inferred(said: Chosen, facts: Facts, run: Run, attempt: int) -> Chosen:
    """Take what is said of a column for what is inferred where that is the same: then a repair may do the same, too."""
    with suppress(CatalogError):
        found = chosen_for(facts, run, attempt)
        return found if found.generator == said.generator else said
    return said


def _found(facts: Facts, run: Run, stream: Stream) -> tuple[Made | None, str | None, Rung]:
    """Give what the first rung that fits makes, with what the column means."""
    made = listed(facts, stream)
    meaning, prefix, rung = meant(facts, run)
    if (alike := like_existing(facts, meaning, run, stream)) is not None:
        return alike, meaning, Rung.EXISTING
    if made is not None:
        return made, None if rung is Rung.COMMENT else meaning, Rung.LISTED
    if rung is Rung.COMMENT:
        return _commented(meaning or "", facts, run, stream, prefix), meaning, rung
    made = made_for(facts, meaning, prefix, run, stream)
    if made is not None and (usual := with_default(made, facts, meaning, stream)) is not None:
        return usual, meaning, Rung.DEFAULT
    return made, meaning, Rung.EXISTING if begins_alike(facts, run) else rung


def _commented(name: str, facts: Facts, run: Run, stream: Stream, prefix: str) -> Made:
    try:
        return like(name, facts, run, stream, prefix)
    except NoMeaningError as error:
        raise CatalogError(f"{facts.place}, in its comment: {error}", hint=error.hint) from error


def _nothing(facts: Facts) -> Chosen:
    """Give NULL, or the default, to a column whose type nobody can make up; refuse one that has to have a value."""
    default = constant_default(facts)
    text, spelling = (NULL, "null") if default is None else (default, "!default")
    refused = _refusal(facts) if default is None and facts.not_null else None
    return Chosen(
        column=facts.column.name, generator=Constant(text), spelling=spelling, rung=Rung.NONE, refused=refused
    )


def _refusal(facts: Facts) -> str:
    """Say why a column has no value, and what to write."""
    name, kind, inner = facts.column.name, facts.shape.type, facts.shape.innermost
    if inner.holds_nothing:
        why = "this server was built without libxml"
    elif inner.name.startswith("reg") or inner.name in _OF_THE_SERVER:
        why = "it names things of the server"
    else:
        why = "nothing is known of its values"
    table = facts.rules.table.name.name
    return (
        f"has a column {in_quotes(name)} of type {kind} that is not null, and {why}: write {table}: {{{name}: VALUE}}"
    )
