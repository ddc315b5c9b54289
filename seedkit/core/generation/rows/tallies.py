"""Counts what the server takes and refuses of a table's rows, and says when enough is enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct, field

from seedkit.core.generation.rows.shortfalls import Refusal, refused, swallowed

_NONE_TAKEN = 64
"""So many rows are refused, and none taken, before a table is given up."""

_PATIENCE = 1_000
"""So many rows may be refused, and one more for every four that are taken."""

_TOLD = 3


class Tally(Struct):
    """Rows of a table: those `taken`, those `missing` without a word, and what refused others."""

    taken: int = 0
    missing: int = 0
    _refused: Counter[Refusal] = field(default_factory=Counter)
    _left_out: Counter[Refusal] = field(default_factory=Counter)
    _last: dict[int, Refusal] = field(default_factory=dict)

    @property
    def given_up(self) -> bool:
        """Whether so many rows were refused that no further one is tried."""
        if not self.taken and any(refusal.elsewhere for refusal in self._refused):
            return True
        return self._refused.total() >= (_PATIENCE + self.taken // 4 if self.taken else _NONE_TAKEN)

    @property
    def has_refused(self) -> bool:
        """Whether a row was refused, be it that another was taken in its place."""
        return bool(self._refused)

    @property
    def is_empty(self) -> bool:
        """Whether no row has come to the server so far."""
        return not (self.taken or self.missing or self._refused)

    @property
    def is_taken(self) -> bool:
        """Whether a key was refused because another row has it."""
        return any(refusal.is_taken for refusal in self._refused)

    def forget_displaced(self) -> int:
        """Say how many rows were left out as another row has a key of theirs, and take them for rows not asked for.

        None where no further one is to be tried.
        """
        displaced = {refusal: rows for refusal, rows in self._left_out.items() if refusal.is_displaced}
        if self.given_up:
            return 0
        for refusal in displaced:
            del self._left_out[refusal]
        return sum(displaced.values())

    def refuse(self, number: int, refusal: Refusal) -> None:
        """Note that a row was refused."""
        self._last[number] = refusal
        self._refused[refusal] += 1

    def leave_out(self, numbers: Iterable[int]) -> None:
        """Note the rows in whose place no other one was taken either."""
        for number in numbers:
            self._left_out[self._last.get(number) or self._refused.most_common(1)[0][0]] += 1
        self._last.clear()

    def reasons(self, table: str, asked: int, triggers: Sequence[str]) -> Iterator[str]:
        """Say why rows that were asked for are not there."""
        told, tried = (self._refused, self.taken + self._refused.total()) if self.given_up else (self._left_out, asked)
        for refusal, rows in told.most_common(_TOLD):
            yield refused(refusal, table, rows, tried, asked)
        if self.missing:
            yield swallowed(table, self.missing, self.taken + self.missing, triggers)
