"""What a column of a row may be changed to: inside its type and its own CHECKs, and never a key.

Columns of foreign keys go to another parent, all of a key together, or become NULL. A column that is unique by
construction is drawn again by what constructs it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from hashlib import blake2b

from msgspec import Struct, field

from seedkit.core.generation.columns.blocks import NULL
from seedkit.core.generation.columns.cuts import cut
from seedkit.core.generation.columns.patterns.matching import texts_of
from seedkit.core.generation.columns.patterns.pieces import NoTextsError, Piece
from seedkit.core.generation.expressions.casting import text_of
from seedkit.core.generation.expressions.comparing import compared
from seedkit.core.generation.expressions.values import Json, NotEvaluatedError
from seedkit.core.generation.planning.chosen import Facts, Rung
from seedkit.core.generation.planning.facts import facts_of
from seedkit.core.generation.planning.listing import few_values
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.planning.types.kinds import family_of
from seedkit.core.generation.satisfying.ladders import Ladder, ends_of, ladder_of
from seedkit.core.generation.satisfying.trials import Fresh, Trial
from seedkit.core.generation.streams import Stream
from seedkit.core.values.copy_text import field_text

_TRIES = 4


class Room(Struct, frozen=True, dict=True):
    """What a column may hold: whether NULL, whether values of our own, which columns go with it."""

    facts: Facts
    together: tuple[str, ...]
    nullable: bool
    built: bool
    null_together: bool
    key: bytes

    @cached_property
    def ladder(self) -> Ladder | None:
        """Where its values are counted: by what."""
        return ladder_of(self.facts) if self.listed is None else None

    @cached_property
    def ends(self) -> tuple[int | None, int | None]:
        """The ends that its CHECKs leave, in steps of the ladder."""
        return (None, None) if self.ladder is None else ends_of(self.facts, self.ladder)

    @cached_property
    def listed(self) -> tuple[str, ...] | None:
        """All its COPY texts, where they are few."""
        return few_values(self.facts)

    @cached_property
    def is_text(self) -> bool:
        """Whether any text may be put into it that is short enough."""
        return family_of(self.facts.kind) == "text"


class Moves(Struct, frozen=True):
    """The changes of a table's columns, by the rooms of those that may change at all."""

    rooms: Mapping[str, Room]
    fresh_text: Fresh
    values: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def null(self, trial: Trial, column: str) -> Iterator[Trial]:
        """Make a column NULL, where it may be."""
        room = self.rooms.get(column)
        if room is not None and room.nullable:
            yield trial.put(dict.fromkeys(room.together if room.null_together else (column,), NULL))

    def fresh(self, trial: Trial, column: str, *, null: bool = False) -> Iterator[Trial]:
        """Give a column another of its own values, not NULL unless asked for; a foreign key another parent."""
        room = self.rooms.get(column)
        if room is None:
            return
        for attempt in range(trial.attempt, trial.attempt + _TRIES):
            texts = {name: self.fresh_text(name, trial.place, attempt) for name in room.together}
            drawn = {name: text for name, text in texts.items() if text is not None}
            if len(drawn) == len(room.together) and (null or drawn[column] != NULL):
                yield trial.put(drawn)

    def near(self, trial: Trial, column: str, operator: str, bound: object) -> Iterator[Trial]:
        """Give a column a value that compares so with a bound: equal, or not far from it."""
        room = self.rooms.get(column)
        if room is None:
            return
        if room.built:
            yield from self._fitting(trial, column, operator, bound)
        elif room.listed is not None:
            yield from self._of_list(trial, column, operator, bound)
        elif operator == "<>":
            yield from self._apart(trial, column, room, bound)
        elif room.ladder is not None:
            yield from self._counted(trial, column, room, operator, bound)
            if operator == "=" and room.ladder.has_between(bound, room.ends):
                yield from self._same(trial, column, room, bound)
        elif operator == "=":
            yield from self._same(trial, column, room, bound)

    def member(self, trial: Trial, column: str, key: str, value: object) -> Iterator[Trial]:
        """Give an object a member of some value."""
        room, own = self.rooms.get(column), trial.values.get(column)
        if room is None or room.built or not isinstance(own, Json) or not isinstance(own.document, dict):
            return
        if isinstance(value, str | int | Decimal):
            document = json.dumps(own.document | {key: value}, ensure_ascii=False, default=float)
            yield trial.put({column: field_text(document)})

    def sized(self, trial: Trial, column: str, least: int, most: int) -> Iterator[Trial]:
        """Cut a text, or write on, so that it has so many characters."""
        room, text = self.rooms.get(column), trial.values.get(column)
        if room is None or room.built or not room.is_text or not isinstance(text, str) or most < 0:
            return
        most = most if room.facts.room is None else min(most, room.facts.room)
        if len(text) > most:
            yield trial.put({column: field_text(cut(text, most) or text[:most])})
            yield trial.put({column: field_text(text[:most])})
        elif len(text) < least <= most:
            longer = (text + " ") * (least // (len(text) + 1) + 1)
            yield trial.put({column: field_text(longer[:least].rstrip().ljust(least, "x"))})

    def matching(self, trial: Trial, column: str, pieces: tuple[Piece, ...]) -> Iterator[Trial]:
        """Give a text a pattern that it matches."""
        room = self.rooms.get(column)
        if room is None or not room.is_text or room.built:
            return
        try:
            texts = texts_of(pieces, room.facts.least_room, room.facts.room, Stream(room.key))
        except NoTextsError:
            return
        yield trial.put({column: field_text(texts.text(trial.number << 16 | trial.attempt))})

    def drawn(self, trial: Trial, column: str) -> int:
        """Draw a number for a column of the row, at this attempt."""
        name = (trial.number << 16 | trial.attempt).to_bytes(10, "little")
        return int.from_bytes(blake2b(name, digest_size=8, key=self.rooms[column].key).digest(), "little")

    def _fitting(self, trial: Trial, column: str, operator: str, bound: object) -> Iterator[Trial]:
        """Look among other parents, or what else is drawn, for one that compares so."""
        for tried in self.fresh(trial, column):
            if _holds(operator, tried.values.get(column), bound):
                yield tried

    def _of_list(self, trial: Trial, column: str, operator: str, bound: object) -> Iterator[Trial]:
        read = self.values.get(column, {})
        fitting = [text for text in self.rooms[column].listed or () if _holds(operator, read[text], bound)]
        if fitting:
            yield trial.put({column: fitting[self.drawn(trial, column) % len(fitting)]})

    def _apart(self, trial: Trial, column: str, room: Room, bound: object) -> Iterator[Trial]:
        yield from self._fitting(trial, column, "<>", bound)
        if room.ladder is not None:
            yield from self._counted(trial, column, room, ">", bound)
            yield from self._counted(trial, column, room, "<", bound)

    def _counted(self, trial: Trial, column: str, room: Room, operator: str, bound: object) -> Iterator[Trial]:
        ladder = room.ladder
        span = None if ladder is None else ladder.between(operator, bound, room.ends)
        if ladder is None or span is None:
            return
        low, high = span
        if low < high:
            yield trial.put({column: ladder.text(low + self.drawn(trial, column) % (high - low + 1))})
        for end in {low: None, high: None}:
            yield trial.put({column: ladder.text(end)})

    def _same(self, trial: Trial, column: str, room: Room, bound: object) -> Iterator[Trial]:
        try:
            text = text_of(bound)
        except NotEvaluatedError:
            return
        if room.ladder is not None and room.ladder.count(text) != room.ladder.steps(bound):
            return
        if not room.is_text or room.facts.room is None or len(text) <= room.facts.room:
            yield trial.put({column: field_text(text)})


def _holds(operator: str, value: object, bound: object) -> bool:
    try:
        return value is not None and compared(operator, value, bound)
    except NotEvaluatedError:
        return False


def rooms_of(plan: PlannedTable) -> dict[str, Room]:
    """Say what the columns may hold that a repair may change: all but keys, and what others are computed from."""
    table = plan.rules.table
    constructed = plan.carriers.union(*plan.together, *(key.columns for key in table.foreign_keys))
    rooms = {}
    for chosen in plan.columns:
        facts = facts_of(plan.rules, table.column(chosen.column))
        if chosen.column in plan.fixed:
            continue
        said = chosen.rung is Rung.REFINED
        rooms[chosen.column] = Room(
            facts=facts,
            together=tuple(sorted(together_with(plan, {chosen.column}) - plan.fixed)),
            nullable=not (facts.not_null or said),
            built=said or chosen.column in constructed,
            null_together=_is_match_full(plan, chosen.column),
            key=plan.run.stream(str(table.name), chosen.column, "mend").key,
        )
    return rooms


def _is_match_full(plan: PlannedTable, column: str) -> bool:
    return any(column in key.columns and key.name in plan.rules.match_full for key in plan.rules.table.foreign_keys)


def together_with(plan: PlannedTable, columns: set[str]) -> set[str]:
    """Name the columns that change when some do: those of their foreign keys, and of keys by construction."""
    found = set(columns)
    groups = [*(set(key.columns) for key in plan.rules.table.foreign_keys), *plan.together]
    while True:
        more = {name for group in groups if found & group for name in group}
        if more <= found:
            return found
        found |= more
