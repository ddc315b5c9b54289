"""Rows of a table, block by block: made by the column, looked at by the row, and mended where a rule does not hold.

A value that is drawn again hangs on its row and the number of the attempt alone, so what else has changed does not
matter. Where no rule needs a look, a block is its columns side by side, and the same bytes come out either way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice

from seedkit.core.generation.expressions.closures import Evaluate
from seedkit.core.generation.expressions.evaluation import Surroundings, evaluator
from seedkit.core.generation.expressions.tree import columns_of
from seedkit.core.generation.expressions.values import Unevaluated
from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.row_values import Read, RowValues, readers
from seedkit.core.generation.schema import UniqueRule
from seedkit.core.generation.streams import BLOCK
from seedkit.core.names import in_quotes

_ATTEMPTS = 10

Planned = Callable[[int], PlannedTable]
"""Plans the table for an attempt, from 0 on: each has other values of the same kinds."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What has to be true of a row, or is a key that no other row has; the columns that it speaks of."""

    name: str
    columns: frozenset[str]
    evaluate: tuple[Evaluate, ...]
    unique: bool = False
    predicate: Evaluate | None = None
    nulls_not_distinct: bool = False


@dataclass(slots=True)
class Shortfall:
    """How many rows of a table could not be made so that a rule holds."""

    rule: str
    rows: int = 0


@dataclass(slots=True)
class RowMaker:
    """Makes the rows of a planned table from one number on, as COPY text."""

    planned: Planned
    surroundings: Surroundings
    plan: PlannedTable = field(init=False)
    short: dict[str, Shortfall] = field(default_factory=dict)
    _seen: dict[str, set[bytes]] = field(default_factory=dict)
    _again: dict[tuple[str, int, int], list[str]] = field(default_factory=dict)
    _attempts: dict[int, PlannedTable] = field(default_factory=dict)
    _rules: tuple[Rule, ...] = ()
    _reads: Mapping[str, Read] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.plan = self.planned(0)
        self._reads = readers(self.plan, self.surroundings)
        self._rules = tuple(_rules(self.plan, self.surroundings))

    @property
    def by_column(self) -> bool:
        """Whether no rule needs a look at a row."""
        return not self._rules

    def texts(self, first: int, count: int) -> Iterator[tuple[str, int]]:
        """Give the rows from number `first` (0-based) on as COPY text, a block at a time, with their number."""
        for number in range(first // BLOCK, (first + count - 1) // BLOCK + 1 if count else 0):
            begin, end = max(first, number * BLOCK), min(first + count, (number + 1) * BLOCK)
            rows = self._rows(number, begin - number * BLOCK, end - number * BLOCK)
            lines = ["\t".join(row) for row in rows if row is not None]
            if lines:
                yield "\n".join(lines) + "\n", len(lines)

    def _rows(self, number: int, begin: int, end: int) -> Iterator[Sequence[str] | None]:
        columns = (chosen.generator.block(number) for chosen in self.plan.columns)
        made = islice(zip(*columns, strict=True), begin, end)
        if self.by_column:
            yield from made
            return
        self._again.clear()
        for place, row in enumerate(made, begin):
            yield self._held(number, place, list(row))

    def _held(self, number: int, place: int, row: list[str]) -> Sequence[str] | None:
        """Give a row that holds all rules, or None; what is drawn again are the columns of the rule that does not."""
        broken = self._broken(row)
        for attempt in range(1, _ATTEMPTS + 1):
            if broken is None:
                break
            self._draw_again(number, place, row, broken, attempt)
            broken = self._broken(row)
        if broken is None:
            return row
        self.short.setdefault(broken.name, Shortfall(broken.name)).rows += 1
        return None

    def _broken(self, row: Sequence[str]) -> Rule | None:
        """Find the first rule that a row breaks; keys are noted once all others hold."""
        values = RowValues(row, self._reads)
        keys = []
        for rule in self._rules:
            if not rule.unique:
                if rule.evaluate[0](values) is False:
                    return rule
                continue
            key = _key(rule, values)
            if key is not None and key in self._seen.setdefault(rule.name, set()):
                return rule
            if key is not None:
                keys.append((rule.name, key))
        for name, key in keys:
            self._seen[name].add(key)
        return None

    def _draw_again(self, number: int, place: int, row: list[str], rule: Rule, attempt: int) -> None:
        for position, chosen in enumerate(self.plan.columns):
            if chosen.column in rule.columns and chosen.column not in self.plan.fixed:
                row[position] = self._drawn(chosen.column, number, attempt)[place]

    def _drawn(self, column: str, number: int, attempt: int) -> list[str]:
        found = self._again.get((column, number, attempt))
        if found is None:
            (chosen,) = [chosen for chosen in self._plans(attempt).columns if chosen.column == column]
            found = self._again[column, number, attempt] = list(chosen.generator.block(number))
        return found

    def _plans(self, attempt: int) -> PlannedTable:
        if attempt not in self._attempts:
            self._attempts[attempt] = self.planned(attempt)
        return self._attempts[attempt]

    def note(self, rows: Iterable[Sequence[str]]) -> None:
        """Note the keys of rows that are there, as COPY texts of the planned columns."""
        for row in rows:
            values = RowValues(row, self._reads)
            for rule in self._rules:
                if rule.unique and (key := _key(rule, values)) is not None:
                    self._seen.setdefault(rule.name, set()).add(key)

    @property
    def keys_to_note(self) -> frozenset[str]:
        """The columns of keys that are looked at row by row; of rows that are there their values have to be known."""
        return frozenset[str]().union(*(rule.columns for rule in self._rules if rule.unique))


def _rules(plan: PlannedTable, surroundings: Surroundings) -> Iterator[Rule]:
    for check in plan.checks:
        if check.columns - {chosen.column for chosen in plan.columns} - plan.rules.generated.keys():
            continue
        yield Rule(check.name, _free(check.columns, plan), (evaluator(check.expression, surroundings),))
    for unique in plan.uniques:
        yield _unique_rule(unique, plan, surroundings)


def _unique_rule(unique: UniqueRule, plan: PlannedTable, surroundings: Surroundings) -> Rule:
    spoken = (*unique.keys, *([] if unique.predicate is None else [unique.predicate]))
    columns = frozenset[str]().union(*map(columns_of, spoken))
    return Rule(
        unique.name,
        _free(columns, plan),
        tuple(evaluator(key, surroundings) for key in unique.keys),
        unique=True,
        predicate=None if unique.predicate is None else evaluator(unique.predicate, surroundings),
        nulls_not_distinct=unique.nulls_not_distinct,
    )


def _free(columns: Iterable[str], plan: PlannedTable) -> frozenset[str]:
    """Give what may be drawn again so that a rule holds: for a generated column what it is computed from.

    The columns of a foreign key go to another parent together.
    """
    found: set[str] = set()
    for name in columns:
        generated = plan.rules.generated.get(name)
        found |= columns_of(generated) if generated is not None else {name}
    for key in plan.rules.table.foreign_keys:
        if found & set(key.columns):
            found |= set(key.columns)
    return frozenset(found)


def _key(rule: Rule, values: Mapping[str, object]) -> bytes | None:
    """Give a digest of a row's key, None where the index has no place for it: of a NULL, or outside its predicate.

    A predicate that only the server can evaluate counts as true.
    """
    if rule.predicate is not None and rule.predicate(values) in (False, None):
        return None
    key = [evaluate(values) for evaluate in rule.evaluate]
    if any(isinstance(value, Unevaluated) or (value is None and not rule.nulls_not_distinct) for value in key):
        return None
    return blake2b(repr(key).encode(), digest_size=8).digest()


def told(shortfall: Shortfall, table: str) -> str:
    """Say what a rule has cost a table."""
    return f"table {in_quotes(table)}: {shortfall.rows:,} rows could not be made so that {shortfall.rule} holds"
