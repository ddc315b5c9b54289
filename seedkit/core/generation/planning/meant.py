"""What a column means: by its comment, else by its name."""

from __future__ import annotations

import re

from seedkit.core.generation.meanings import begins_as_question, prefix_of, singular, words_of
from seedkit.core.generation.planning.chosen import Facts, Run, Rung
from seedkit.core.generation.planning.identifiers import identifier_of
from seedkit.core.generation.planning.persons import part_of_name
from seedkit.core.generation.planning.types.documents import DOCUMENTS
from seedkit.core.generation.planning.types.epochs import is_epoch
from seedkit.core.generation.planning.types.events import meant_by_time
from seedkit.core.generation.planning.types.kinds import family_of
from seedkit.core.generation.planning.types.numbers import WHOLE

_COMMENT = re.compile(r"\[seedkit:\s*like\s+(\S+?)\s*\](?=[\s.,;]|$)")


def meant(facts: Facts, run: Run) -> tuple[str | None, str, Rung]:
    """Say what a column means, what stands before that in its name, and which rung says so."""
    said = commented(facts)
    if said is not None:
        return said, facts.within, Rung.COMMENT
    meaning, prefix = _named(facts, run)
    whole = " ".join(word for word in (facts.within, prefix) if word)
    return meaning, whole, Rung.TYPE if meaning is None else Rung.NAME


def commented(facts: Facts) -> str | None:
    """Give the meaning that the column's comment asks for, `[seedkit: like city]`."""
    if facts.part is not None and not facts.item:
        return None
    said = _COMMENT.search(facts.rules.comments.get(facts.column.name, ""))
    return said.group(1) if said else None


def _named(facts: Facts, run: Run) -> tuple[str | None, str]:
    family = "document" if facts.shape.name in DOCUMENTS else family_of(facts.kind)
    if family is None:
        return None, ""
    room = facts.room if family == "text" else None
    if family == "text" and (part := part_of_name(facts, run)) is not None:
        return part, _prefix(facts, " ".join(words_of(facts.name)[:-1]))
    found = run.meanings.of(facts.name, facts.rules.table.name.name, family, room)
    if found is None and family == "text":
        return _truth(facts, run) or identifier_of(facts), ""
    if found is None:
        return _of_number(facts, run), ""
    time = meant_by_time(facts.name, facts.rules, run) if family == "time" else None
    return time[0] if time else found.name, _prefix(facts, prefix_of(facts.name, found))


def _of_number(facts: Facts, run: Run) -> str | None:
    """Say what a number is whose name means none: a truth, or a time."""
    truth = _truth(facts, run) if facts.kind in WHOLE else None
    return "epoch" if truth is None and is_epoch(facts, run) else truth


def _prefix(facts: Facts, prefix: str) -> str:
    """Leave out what says no more than the table: `customer_city` of customers is their city."""
    owner = singular(words_of(facts.rules.table.name.name)[-1:])
    return "" if prefix == owner else prefix


def _truth(facts: Facts, run: Run) -> str | None:
    """Take `is_active integer` for a truth, and `active smallint`."""
    asks = begins_as_question(facts.name)
    found = run.meanings.of(facts.name, facts.rules.table.name.name, "truth")
    if found is not None and (asks or facts.kind == "smallint" or found.says_all(facts.name)):
        return found.name
    return "truth" if asks else None
