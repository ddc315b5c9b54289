"""What times mean by their names, and when what is called by a verb that nobody knows has happened.

People name columns in the order in which things happen: `listed_at` stands before `sold_at`. A column that is added
later stands behind those that are there, and moves none of them.
"""

from __future__ import annotations

from functools import lru_cache

from msgspec import Struct

from seedkit.core.generation.columns.moments import Gap
from seedkit.core.generation.meanings import Meanings, prefix_of, singular, words_of
from seedkit.core.generation.planning.chosen import Facts, Run
from seedkit.core.generation.planning.types.lives import BEGINS, EVENT, STEPS, gaps_of, least_days
from seedkit.core.generation.schema import TableRules
from seedkit.core.generation.streams import Stream

_LASTING = frozenset(("confirmed", "shipped", "ended", "read", *BEGINS.values(), *BEGINS)) - {"valid_to"}
"""What an event may follow: steps that come once, and are over."""
_MOST = 12
"""So many events follow each other; more fall on the same days."""
_LAST_YOUNG = max(young for _, _, young in STEPS.values())
_DONE = frozenset(
    (
        *("attempted", "began", "closed", "completed", "delivered", "dispatched", "done", "ended", "executed"),
        *("finished", "fired", "handled", "performed", "processed", "published", "ran", "released", "resolved"),
        *("sent", "started"),
    )
)
"""Verbs that say that what was scheduled has been done since."""


def meant_by_time(name: str, rules: TableRules, run: Run) -> tuple[str, str] | None:
    """Say what a time means by its name, and what stands before that in it; None where the name says nothing.

    What happened last, as in `last_posted_at`, comes again. What a table's only bare time tells has `happened`.
    """
    return _meant(name, rules.table.name.name, _are_done(rules.dated), run.meanings)


def gaps_of_event(facts: Facts, run: Run, shared: Stream) -> tuple[Gap, ...]:
    """Give what passes before an event: the gaps before what it follows, and its own."""
    places = _places(facts.rules.dated, facts.rules.table.name.name, run.meanings)
    place = places.get(facts.column.name, _Place())
    after = () if place.after is None else gaps_of(*place.after, shared)[0]
    turn = min(place.turn, _MOST)
    day = 2 * turn - 1 if after else 2 * turn
    young = min(turn if after else turn + 1, _LAST_YOUNG - sum(gap.young for gap in after))
    return (*after, Gap(day, day + 1, young, shared.apart(EVENT, facts.name)))


class _Place(Struct, frozen=True):
    """Which event a column is after a step of the row's life, or after its beginning."""

    after: tuple[str, str] | None = None
    turn: int = 1


@lru_cache(maxsize=64)
def _places(names: tuple[str, ...], table: str, meanings: Meanings) -> dict[str, _Place]:
    """Go through the times of a table once, and place the events among them."""
    found: dict[str, _Place] = {}
    done = _are_done(names)
    after, begun, events = None, 1, 0
    for name in names:
        meant = _meant(name, table, done, meanings)
        if meant is None:
            continue
        if meant[0] == EVENT:
            events += 1
            found[name] = _Place(after, events)
        elif meant[0] in _LASTING and (least := least_days(meant[0])) > begun + 2 * events:
            after, begun, events = meant, least, 0
    return found


@lru_cache(maxsize=64)
def _are_done(names: tuple[str, ...]) -> bool:
    return any(not _DONE.isdisjoint(words_of(name)) for name in names)


def _meant(name: str, table: str, done: bool, meanings: Meanings) -> tuple[str, str] | None:  # noqa: FBT001
    found = meanings.of(name, table, "time")
    if found is None:
        return None
    meaning, prefix = found.name, prefix_of(name, found)
    if meaning in ("happened", EVENT) and words_of(name)[0] == "last":
        meaning = "seen"
    elif meaning == EVENT and (found.says_all(name) or prefix == singular(words_of(table)[-1:])):
        meaning = "happened"
    elif meaning == "scheduled":
        meaning = "happened" if done else "future"
    return meaning, prefix
