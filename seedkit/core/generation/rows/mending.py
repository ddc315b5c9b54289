"""Mends rows: builds what a broken rule asks for, looks, draws again what was not built, up to ten times.

All of it is a function of the row's number and the attempt.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from seedkit.core.generation.row_values import RowReader, Values
from seedkit.core.generation.rows.digests import Digests, digest_of
from seedkit.core.generation.rows.drawing import Redraws
from seedkit.core.generation.rows.rules import Key, Rule
from seedkit.core.generation.satisfying.trials import Derive, Trial

ROUNDS = 10
"""How often a row is mended before another one is made in its place."""

_PROPOSALS = 24


@dataclass(slots=True)
class Mender:
    """Knows a table's rules, and the keys of its rows so far."""

    rules: Sequence[Rule]
    keys: Sequence[Key]
    reader: RowReader
    redraws: Redraws
    seen: Mapping[str, Digests]
    broken_last: str = field(default="", init=False)

    def holds(self, values: Values) -> bool:
        """Whether a row holds every CHECK, and is the first one with its keys; then these are noted."""
        for rule in self.rules:
            if rule.evaluate(values) is False:
                return False
        return not self.keys or self._taken_key(values) is None

    def mended(
        self, number: int, place: int, values: Values, base: int, derive: Derive | None = None
    ) -> Mapping[str, str] | None:
        """Give the texts of columns that change so that a row holds all rules, None where that can't be found.

        `base` is the number of the attempt that the row was made at.
        """
        trial = Trial(number, place, base, values, self.reader, derive=derive)
        for attempt in range(base + 1, base + ROUNDS + 1):
            broken = self._broken(trial.values)
            if broken is None:
                return trial.changed
            self.broken_last = broken.name
            trial = Trial(number, place, attempt - 1, trial.values, self.reader, trial.changed, derive)
            trial = self._built(broken, trial) or self._drawn_again(broken, trial, attempt)
        return None if self._broken(trial.values) is not None else trial.changed

    def _broken(self, values: Values) -> Rule | Key | None:
        """Find the first rule that a row breaks; its keys are noted once all hold."""
        for rule in self.rules:
            if rule.evaluate(values) is False:
                return rule
        return self._taken_key(values)

    def _taken_key(self, values: Values) -> Key | None:
        digests = [(key, digest_of(key, values)) for key in self.keys]
        for key, digest in digests:
            if digest is not None and digest in self.seen[key.name]:
                return key
        for key, digest in digests:
            if digest is not None:
                self.seen[key.name].add(digest)
        return None

    def _built(self, broken: Rule | Key, trial: Trial) -> Trial | None:
        """Take the first proposal that breaks nothing, else the one that breaks least; None where none breaks less.

        A key is drawn again at every other attempt: a row leaves its index only where that does not help.
        """
        if isinstance(broken, Key) and trial.attempt % 4 != 3 and broken.columns:
            return None
        best, least = None, self._cost(trial.values) + isinstance(broken, Key)
        for proposed in self._proposals(broken, trial):
            cost = self._cost(proposed.values)
            if cost < least:
                best, least = proposed, cost
            if cost == 0:
                break
        return best

    def _proposals(self, broken: Rule | Key, trial: Trial) -> Iterator[Trial]:
        for proposed in islice(broken.solve(trial), _PROPOSALS):
            if isinstance(broken, Rule):
                if broken.evaluate(proposed.values) is not False:
                    yield proposed
            elif digest_of(broken, proposed.values) is None:
                yield proposed

    def _cost(self, values: Values) -> int:
        return sum(rule.evaluate(values) is False for rule in self.rules)

    def _drawn_again(self, broken: Rule | Key, trial: Trial, attempt: int) -> Trial:
        texts = {name: self.redraws.text(name, trial.place, attempt) for name in sorted(broken.columns)}
        return trial.put(texts)
