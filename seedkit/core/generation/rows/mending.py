"""Mends rows: builds what a broken rule asks for, looks, draws again what was not built, up to ten times.

All of it is a function of the row's number and the attempt.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from seedkit.core.generation.expressions.tree import columns_of
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
    """Knows a table's rules, and the keys of its rows so far.

    Every row is looked at for its `doubtful` rules; the others hold as the columns are made, and may break by mending.
    `quick` reads what that takes, `reader` all that is asked of rows that are mended. What is `usual` holds in a row
    that is mended where the rules leave that.
    """

    rules: Sequence[Rule]
    doubtful: Sequence[Rule]
    keys: Sequence[Key]
    reader: RowReader
    redraws: Redraws
    usual: Sequence[Rule]
    seen: Mapping[str, Digests]
    quick: RowReader = field(init=False)
    broken_last: str = field(default="", init=False)

    def __post_init__(self) -> None:
        asked = [columns_of(rule.expression) for rule in self.doubtful]
        self.quick = self.reader.only(frozenset[str]().union(*asked, *(key.asked for key in self.keys)))

    def holds(self, values: Values) -> bool:
        """Whether a row as it was made holds every CHECK, and is the first with its keys; then these are noted."""
        for rule in self.doubtful:
            if rule.evaluate(values) is False:
                return False
        return not self.keys or self._taken_key(values) is None

    def mended(self, number: int, values: Values, base: int, derive: Derive | None = None) -> Mapping[str, str] | None:
        """Give the texts of columns that change so that a row holds all rules, None where that can't be found.

        `base` is the number of the attempt that the row was made at.
        """
        trial = Trial(number, base, values, self.reader, derive=derive)
        for attempt in range(base, base + ROUNDS):
            sure, trial = self._swept(trial.at(attempt))
            if not sure:
                continue
            trial = self._as_usual(trial)
            key = self._taken_key(trial.values)
            if key is None:
                return trial.changed
            self.broken_last = key.name
            trial = self._freed(key, trial)
        return None

    def _swept(self, trial: Trial) -> tuple[bool, Trial]:
        """Mend rule after rule; say whether all hold for sure: those that were mended share no column with others."""
        sure = True
        for rule in self.rules:
            if rule.evaluate(trial.values) is False:
                self.broken_last = rule.name
                built = self._built(rule, trial)
                sure = sure and built is not None and not rule.beside
                trial = built or self._drawn_again(rule, trial)
        return sure, trial

    def _as_usual(self, trial: Trial) -> Trial:
        for custom in self.usual:
            if custom.evaluate(trial.values) is False:
                proposals = (one for one in islice(custom.solve(trial), _PROPOSALS) if self._may_be(custom, one))
                trial = next(proposals, trial)
        return trial

    def _may_be(self, custom: Rule, trial: Trial) -> bool:
        held = all(rule.evaluate(trial.values) is not False for rule in self.rules)
        return held and custom.evaluate(trial.values) is True

    def _taken_key(self, values: Values) -> Key | None:
        digests = [(key, digest_of(key, values)) for key in self.keys]
        for key, digest in digests:
            if digest is not None and digest in self.seen[key.name]:
                return key
        for key, digest in digests:
            if digest is not None:
                self.seen[key.name].add(digest)
        return None

    def _built(self, broken: Rule, trial: Trial) -> Trial | None:
        """Take the first proposal that breaks no other rule; at every other attempt else the one that breaks least."""
        before, best, least = self._cost(broken, trial.values), None, len(self.rules)
        for proposed in islice(broken.solve(trial), _PROPOSALS):
            if broken.evaluate(proposed.values) is False:
                continue
            cost = self._cost(broken, proposed.values)
            if cost <= before:
                return proposed
            if cost < least:
                best, least = proposed, cost
        return best if trial.attempt % 2 else None

    def _cost(self, broken: Rule, values: Values) -> int:
        """Count the broken ones of the rules that speak of the same columns."""
        return sum(rule.evaluate(values) is False for rule in broken.beside) if broken.beside else 0

    def _freed(self, key: Key, trial: Trial) -> Trial:
        """Draw a key again, and at every fourth attempt take the row out of its index, where that can be."""
        if trial.attempt % 4 == 3 or not key.columns:
            for proposed in islice(key.solve(trial), _PROPOSALS):
                held = all(rule.evaluate(proposed.values) is not False for rule in self.rules)
                if held and digest_of(key, proposed.values) is None:
                    return proposed
        return self._drawn_again(key, trial)

    def _drawn_again(self, broken: Rule | Key, trial: Trial) -> Trial:
        attempt = trial.attempt + 1
        return trial.put({name: self.redraws.text(name, trial.place, attempt) for name in sorted(broken.columns)})
