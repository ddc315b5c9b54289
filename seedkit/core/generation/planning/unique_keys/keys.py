"""Unique keys: which columns make each of them unique by construction, and how many rows they leave.

A key that has a column of endless values is carried by that one. One of finite columns is a walk over their
combinations. What is left is looked at row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import chain, combinations

from msgspec import Struct, field
from msgspec.structs import replace

from seedkit.core.catalog import Table
from seedkit.core.generation.columns.blocks import NULL, Generator, Sometimes
from seedkit.core.generation.keys.columns import KeyColumn, SharedWalk
from seedkit.core.generation.keys.digits import Digit
from seedkit.core.generation.keys.walks import Free, Places, Walk
from seedkit.core.generation.planning.capacity import Capacity
from seedkit.core.generation.planning.chosen import Chosen, Facts, Rung
from seedkit.core.generation.planning.foreign_keys.references import NULLS, References
from seedkit.core.generation.planning.groups import groups
from seedkit.core.generation.planning.unique_keys.alternatives import together_most
from seedkit.core.generation.planning.unique_keys.forms import Form, Forms, refused, taken
from seedkit.core.generation.planning.unique_keys.implications import following, implies
from seedkit.core.generation.planning.unique_keys.lines import carries
from seedkit.core.generation.planning.unique_keys.named import watched
from seedkit.core.generation.planning.unique_keys.subjects import subjects_of
from seedkit.core.generation.schema import UniqueRule
from seedkit.core.generation.streams import Stream

_ENDLESS = 1_000_000
"""So many values of a column are more than a table will want."""


class Keys(Struct):
    """A table's keys as they are planned: `chosen` are their columns, `carriers` those that differ in every row.

    Those `together` go to another place together; `settled` ones are a key's in a way that others don't know of.
    """

    references: References
    facts: Callable[[str], Facts]
    carriers: set[str] = field(default_factory=set)
    chosen: dict[str, Chosen] = field(default_factory=dict)
    together: list[frozenset[str]] = field(default_factory=list)
    settled: set[str] = field(default_factory=set)
    built: set[str] = field(default_factory=set)
    capacity: Capacity = field(default_factory=Capacity)
    _optional: dict[str, Capacity] = field(default_factory=dict)

    def plan(self, rules: Iterable[UniqueRule]) -> None:
        """Build as many keys as can be."""
        ordered = sorted(rules, key=lambda rule: (len(rule.keys), not rule.primary, rule.name))
        for rule in ordered:
            self._carry(rule)
        forms = [form for form in map(self._form, ordered) if form is not None]
        narrow = [form for form in forms if form.span is None and form.rule.predicate is None]
        for group in groups(narrow, lambda form: form.digits.keys()):
            self._build(group)
        for form in forms:
            self._build_span(form)
        self.built |= set(following(ordered, self.built, self._table))
        self.built -= {rule.name for rule in ordered if rule.columns & watched(self.references.rules, self.carriers)}
        for most in together_most(self.references.rules, self._optional, self.references.situation.there):
            self.capacity = self.capacity.least(most)

    @property
    def _table(self) -> Table:
        return self.references.rules.table

    def _form(self, rule: UniqueRule) -> Form | None:
        return None if rule.name in self.built else Forms(self.references, self.facts).of(rule)

    def _carry(self, rule: UniqueRule) -> None:
        """Have a column of endless values carry a key: a text only where nothing else has many."""
        names = [subject.column for subject in subjects_of(rule) if subject is not None]
        if not self.carriers & set(names):
            fit = [name for name in names if may_carry(self.references, name) and self._carries(name)]
            uuids = [name for name in fit if self.facts(name).kind == "uuid"]
            wide = not uuids and Forms(self.references, self.facts).is_wide(rule)
            self.carriers.update((uuids or fit)[: 0 if wide else 1])
        if self.carriers & set(names):
            self.built.add(rule.name)

    def _carries(self, name: str) -> bool:
        return carries(self.facts(name), self.references.run)

    def _build(self, group: Sequence[Form]) -> None:
        """Build keys of few values that have columns in common."""
        least = [form for form in group if not any(implies(other, form) for other in group)]
        if len(least) == 1:
            self._walk(least[0])
        elif not self.references.situation.there:
            self._walk_together(least)
        for form in least:
            if form.rule.name not in self.built and not form.is_optional(self._table) and form.finds_rows:
                self.capacity = self.capacity.least(Capacity(form.total, form.rule.name))

    def _build_span(self, form: Form) -> None:
        if form.span is None or form.rule.name in self.built:
            return
        if form.rule.predicate is None or form.digits[form.span].count >= _ENDLESS:
            free = form.without(self.chosen)
            if free.span is not None:
                self._walk(free)

    def _walk(self, form: Form) -> None:
        """Combine a key's digits, past the combinations that are there."""
        digits = list(form.digits.values())
        span = list(form.digits).index(form.span) if form.span is not None else None
        window = 0 if span is None else digits[span].window
        walk = Walk(self._stream(form), tuple(digit.count for digit in digits), span, window)
        situation = self.references.situation
        gone = chain(taken(form, walk, situation), refused(form, walk, self.references.rules))
        self._keep([form], digits, Places(walk, Free(gone), situation.first, situation.asked))

    def _walk_together(self, forms: Sequence[Form]) -> None:
        """Combine keys that share digits, where what each has beside them is its own."""
        common = _common_digits(forms)
        rests = [[digit for key, digit in form.digits.items() if key not in common] for form in forms]
        if not common or _have_columns_in_common(rests):
            return
        walk = Walk(self._stream(forms[0]), tuple(digit.count for digit in common.values()))
        together = SharedWalk.of(walk, [tuple(digit.count for digit in rest) for rest in rests])
        digits = [*common.values(), *chain(*rests)]
        situation = self.references.situation
        self._keep(forms, digits, Places(together, Free(()), situation.first, situation.asked))

    def _keep(self, forms: Sequence[Form], digits: Sequence[Digit], places: Places) -> None:
        filled = frozenset[str]().union(*(form.filled for form in forms))
        for which, digit in enumerate(digits):
            for name in digit.columns:
                self.chosen[name] = _chosen(self.references, name, KeyColumn(places, digit, which, name), filled)
        self.together.append(frozenset(name for digit in digits for name in digit.columns))
        promised = self.together[-1] & self.references.situation.promised
        if filled or promised or any(form.rule.plain_columns is None for form in forms):
            self.settled |= self.together[-1]
        self.built |= {form.rule.name for form in forms}
        left = Capacity(self.references.situation.there + places.left, forms[0].rule.name)
        if not any(form.is_optional(self._table) for form in forms):
            self.capacity = self.capacity.least(left)
        elif len(digits) == len(digits[0].columns) == 1:
            self._optional[digits[0].columns[0]] = left

    def at(self, attempt: int) -> dict[str, Chosen]:
        """Give the keys' columns at an attempt: at other places, but for those that are settled."""
        moved = {name: attempt if name not in self.settled else 0 for name in self.chosen}
        return {name: replace(one, generator=_at(one.generator, moved[name])) for name, one in self.chosen.items()}

    def _stream(self, form: Form) -> Stream:
        return self.references.run.stream(str(self._table.name), "key", *sorted(form.columns))


def may_carry(references: References, name: str) -> bool:
    """Whether a column's values are made so that they may differ in every row."""
    said = references.situation.refined.get(name)
    return references.is_free(name) if said is None else said.like


def _common_digits(forms: Sequence[Form]) -> Mapping[object, Digit]:
    """Give the digits that all of some keys have; none where they are not alike in each."""
    common = {key: digit for key, digit in forms[0].digits.items() if all(key in form.digits for form in forms)}
    others = ((digit, form.digits[key]) for key, digit in common.items() for form in forms[1:])
    alike = all((digit.columns, digit.count) == (other.columns, other.count) for digit, other in others)
    return common if alike else {}


def _have_columns_in_common(parts: Iterable[Sequence[Digit]]) -> bool:
    columns = [{name for digit in digits for name in digit.columns} for digits in parts]
    return any(one & other for one, other in combinations(columns, 2))


def _chosen(references: References, name: str, column: KeyColumn, filled: frozenset[str]) -> Chosen:
    """Leave a column that may be NULL so where the key has no more, one of a foreign key in some rows besides."""
    if name in filled or references.rules.table.column(name).not_null:
        return Chosen(column=name, generator=column, spelling="!per", rung=Rung.KEY)
    spent = KeyColumn(column.places, column.digit, column.which, name, NULL)
    key = references.optional_key(name)
    if key is None:
        return Chosen(column=name, generator=spent, spelling="!per", rung=Rung.KEY)
    some = Sometimes(spent, NULLS, references.stream(key, 0).apart("null"))
    return Chosen(column=name, generator=some, spelling="!maybe [90%, !per]", rung=Rung.PARENT)


def _at(generator: Generator, attempt: int) -> Generator:
    if isinstance(generator, Sometimes):
        return replace(generator, inner=_at(generator.inner, attempt), stream=generator.stream.at(attempt))
    return replace(generator, places=generator.places.at(attempt)) if isinstance(generator, KeyColumn) else generator
