"""Keys that hold because others do: those of some of their columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from seedkit.core.catalog import Table
from seedkit.core.generation.planning.unique_keys.forms import Form
from seedkit.core.generation.planning.unique_keys.subjects import subjects_of
from seedkit.core.generation.schema import UniqueRule


def following(rules: Collection[UniqueRule], built: Collection[str], table: Table) -> Iterator[str]:
    """Name the keys that hold because one of some of their columns, which is built, does."""
    for rule in rules:
        names = {subject.column for subject in subjects_of(rule) if subject is not None and subject.step == 1}
        others = (other for other in rules if other.name in built and other.predicate is None)
        if any(_is_within(other, names, table) for other in others):
            yield rule.name


def _is_within(rule: UniqueRule, names: Collection[str], table: Table) -> bool:
    subjects = subjects_of(rule)
    own = {subject.column for subject in subjects if subject is not None}
    return None not in subjects and own <= set(names) and all(table.column(name).not_null for name in own)


def implies(one: Form, other: Form) -> bool:
    """Whether a key holds where another one does, which has fewer columns."""
    return one.compared < other.compared or (one.compared == other.compared and one.rule.name < other.rule.name)
