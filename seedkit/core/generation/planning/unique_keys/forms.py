"""What a unique key is combined of, where that is known."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from itertools import chain
from math import prod

from msgspec import Struct

from seedkit.core.catalog import Table
from seedkit.core.generation.columns.blocks import NULL
from seedkit.core.generation.expressions.evaluation import evaluator
from seedkit.core.generation.keys.digits import Digit, OneColumn, OneParent, TypedParents
from seedkit.core.generation.keys.lines import Listed, Windowed
from seedkit.core.generation.keys.walks import Walk
from seedkit.core.generation.planning.chosen import Facts
from seedkit.core.generation.planning.foreign_keys.pairs import TypedPairs
from seedkit.core.generation.planning.foreign_keys.references import References
from seedkit.core.generation.planning.partitions import Partitions
from seedkit.core.generation.planning.situation import Situation
from seedkit.core.generation.planning.types.kinds import family_of
from seedkit.core.generation.planning.unique_keys.lines import values_of
from seedkit.core.generation.planning.unique_keys.subjects import Subject, subjects_of
from seedkit.core.generation.reading import read_column
from seedkit.core.generation.schema import TableRules, UniqueRule

_FEW = 1_000
"""So many values are a digit beside a column of more."""

_LOOKED_AT = 20_000
"""So many combinations are looked at before the first row, so that it is known how many hold the table's CHECKs."""

_READ = 4_000_000
"""Of so many rows that are there the keys are read; they take 32 MB."""


class Form(Struct, frozen=True, dict=True):
    """A key, and what it is combined of, by what decides it; `span` is what has more values than are used at first."""

    rule: UniqueRule
    digits: Mapping[object, Digit]
    span: object = None

    @property
    def total(self) -> int:
        """How many combinations there are."""
        return prod(digit.count for digit in self.digits.values())

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that are decided together."""
        return tuple(dict.fromkeys(chain(*(digit.columns for digit in self.digits.values()))))

    @property
    def compared(self) -> frozenset[str]:
        """The columns that the key compares, as far as they are known."""
        return frozenset(subject.column for subject in subjects_of(self.rule) if subject is not None)

    @property
    def filled(self) -> frozenset[str]:
        """The columns in which NULL is a value like others."""
        return frozenset(subject.column for subject in subjects_of(self.rule) if subject is not None and subject.fills)

    @property
    def finds_rows(self) -> bool:
        """Whether the combinations that rows have are among those that there are: not where parents are new ones."""
        parents = [digit for digit in self.digits.values() if isinstance(digit, OneParent)]
        parents += [
            one for digit in self.digits.values() if isinstance(digit, TypedParents) for _, one in digit.parents
        ]
        return all(one.find is not None for one in parents)

    def is_optional(self, table: Table) -> bool:
        """Whether rows can go without the key, by a NULL in it."""
        return any(not table.column(name).not_null for name in self.compared - self.filled)

    def without(self, decided: Iterable[str]) -> Form:
        """Leave out what is decided already."""
        digits = {key: digit for key, digit in self.digits.items() if not set(decided) & set(digit.columns)}
        return Form(self.rule, digits, self.span if self.span in digits else None)


class Forms(Struct, frozen=True):
    """Finds what keys of a table are combined of."""

    references: References
    facts: Callable[[str], Facts]

    def of(self, rule: UniqueRule) -> Form | None:
        """Say what a key is combined of; None where that is not known."""
        subjects = subjects_of(rule)
        known = [subject for subject in subjects if subject is not None]
        digits = self._parents({subject.column for subject in known})
        lines = {line.column: line for subject in known if (line := self._line(rule, subject)) is not None}
        lines = {name: line for name, line in lines.items() if name not in self._tied(lines)}
        span = _span_of(lines)
        for name, line in lines.items():
            if name == span or not _is_wide(line):
                digits[name] = line
            elif 1 < line.window <= _FEW:
                digits[name] = OneColumn(name, Windowed(line.values))
        covered = {name for digit in digits.values() for name in digit.columns}
        whole = len(known) == len(subjects) and covered >= {subject.column for subject in known}
        return Form(rule, digits, span) if whole or span is not None else None

    def _tied(self, lines: Mapping[str, OneColumn]) -> Collection[str]:
        """Name the columns that are better left to their generators: times in an order, columns of a partition."""
        times = {name for name in lines if family_of(self.facts(name).kind) == "time"}
        if len(times) > 1:
            return times
        deciding = lines.keys() & Partitions.of(self.references.rules).columns()
        span = _span_of(lines)
        return deciding - {span} if len(deciding) > 1 and span is not None else ()

    def is_wide(self, rule: UniqueRule) -> bool:
        """Whether a column of a key has values in an order, so many that no text has to be numbered for it."""
        form = self.of(rule)
        return form is not None and form.span is not None

    def _parents(self, names: set[str]) -> dict[object, Digit]:
        digits: dict[object, Digit] = {}
        for component in self.references.components:
            wanted = frozenset(names & set(component.columns))
            digit = component.digit(wanted) if wanted else None
            if digit is not None:
                digits[component.columns] = digit
        for pair in TypedPairs(self.references).known:
            if {pair.type, pair.id} <= names and pair.type not in self.references.situation.refined:
                digits[pair.type, pair.id] = pair.digit
        return digits

    def _line(self, rule: UniqueRule, subject: Subject) -> OneColumn | None:
        said = self.references.situation.refined.get(subject.column)
        if said is not None:
            return None if said.values is None else OneColumn(subject.column, Listed(said.values))
        if not self.references.is_free(subject.column):
            return None
        values = values_of(self.facts(subject.column), self.references.run, subject.step)
        nullable = not self.references.rules.table.column(subject.column).not_null
        if isinstance(values, Listed) and rule.nulls_not_distinct and nullable:
            values = Listed((*values.texts, NULL))
        return None if values is None else OneColumn(subject.column, values)


def _is_wide(line: OneColumn) -> bool:
    """Whether a column has more values than are used at first, and than a digit may have."""
    return line.count > max(line.window, _FEW)


def _span_of(lines: Mapping[str, OneColumn]) -> str | None:
    """Name the column whose values go on when the first of them are used up: one that is counted, else of the most."""
    wide = [name for name, line in lines.items() if _is_wide(line)]
    return max(wide, key=lambda name: (lines[name].window == 1, lines[name].window), default=None)


def taken(form: Form, walk: Walk, situation: Situation) -> Iterator[int]:
    """Give the positions of a walk that rows which are there have taken."""
    if not 0 < situation.there <= _READ:
        return
    names = form.columns
    for row in situation.taken(names):
        values = dict(zip(names, row, strict=True))
        places = [_place(digit, values) for digit in form.digits.values()]
        known = [place for place in places if place is not None]
        if len(known) == len(places):
            yield walk.position_of(known)


def refused(form: Form, walk: Walk, rules: TableRules) -> Iterator[int]:
    """Give the positions of a walk that a CHECK of its columns refuses; of a long one they are seen row by row."""
    columns = set(form.columns)
    checks = [check for check in rules.checks if check.partition is None and check.columns <= columns]
    wanted = sorted(frozenset[str]().union(*(check.columns for check in checks)))
    if not wanted or walk.total > _LOOKED_AT:
        return
    surroundings = rules.surroundings({})
    holds = [evaluator(check.expression, surroundings) for check in checks]
    which = {name: number for number, digit in enumerate(form.digits.values()) for name in digit.columns}
    digits = list(form.digits.values())
    read = {name: read_column(rules.table.column(name)) for name in wanted}
    for position in range(walk.total):
        places = walk[position]
        row = {name: read[name](digits[which[name]].text(places[which[name]], name, position)) for name in wanted}
        if any(check(row) is False for check in holds):
            yield position


def _place(digit: Digit, values: Mapping[str, str | None]) -> int | None:
    if isinstance(digit, OneColumn) and isinstance(digit.values, Listed):
        return digit.values.place(values[digit.column])
    there = {name: value for name in digit.columns if (value := values[name]) is not None}
    return digit.place(there) if len(there) == len(digit.columns) else None
