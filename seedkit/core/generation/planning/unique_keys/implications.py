"""Keys that hold because others do: those of some of their columns."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from seedkit.core.catalog import Table
from seedkit.core.generation.planning.unique_keys.forms import Form
from seedkit.core.generation.planning.unique_keys.subjects import subjects_of
from seedkit.core.generation.schema import UniqueRule


def following(rules: Collection[UniqueRule], built: Collection[str], table: Table) -> Iterator[str]:
    """Name the keys that hold because one of some of their columns, which is built, does."""
    holding: dict[str, list[frozenset[str]]] = {}
    for rule in rules:
        columns = _columns(rule, table) if rule.name in built else None  # built are keys for all rows, not some
        if columns:
            holding.setdefault(min(columns), []).append(columns)
    for rule in rules:
        names = {subject.column for subject in subjects_of(rule) if subject is not None and subject.step == 1}
        if any(columns <= names for name in names for columns in holding.get(name, ())):
            yield rule.name


def _columns(rule: UniqueRule, table: Table) -> frozenset[str] | None:
    """Give the columns of a key by which it holds for every row; None where it speaks of more, or one may be NULL."""
    subjects = subjects_of(rule)
    names = frozenset(subject.column for subject in subjects if subject is not None)
    return names if None not in subjects and all(table.column(name).not_null for name in names) else None


def implies(one: Form, other: Form) -> bool:
    """Whether a key holds where another one does, which has fewer columns."""
    return one.compared < other.compared or (one.compared == other.compared and one.rule.name < other.rule.name)
