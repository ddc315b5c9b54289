"""What `!ref` and bare labels stand for: the value that another row has."""

from __future__ import annotations

from collections.abc import Collection

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.references import (
    Reference,
    foreign_key_of,
    own_key_column,
    possible_references,
    referenced_column,
)
from seedkit.core.fixture_language.row_values import RowValues
from seedkit.core.fixture_language.tags import text_of
from seedkit.core.fixtures import Value
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.names import did_you_mean, in_quotes
from seedkit.errors import FixtureError, UnknownLabelError


def bare_label(row: RowValues, column: str, value: Value) -> Value:
    """Read a text in a foreign key column as a label; one that is a value of the column's type is left as it is."""
    text = text_of(value, "a reference", "Write a label.")
    key = foreign_key_of(row.around.table, column)
    if key is None:
        return value
    target = row.around.labels.table(key.references)
    labels = row.around.labels.named(target)
    if text in labels:
        return row.around.labels.value(target, text, referenced_column(key, column))
    is_literal = row.plan.literals.get(row.given[column])
    if is_literal is None or is_literal(text):
        return value
    raise _unknown_label(row, text, target, labels)


def reference(row: RowValues, column: str, value: Value) -> Value:
    """Give what a `!ref` names: a column of a labelled row, by default the one that the foreign key refers to."""
    text = text_of(value, "!ref", "Write !ref LABEL, !ref TABLE.LABEL or !ref TABLE.LABEL.COLUMN.")
    key = foreign_key_of(row.around.table, column)
    meant = [(found, target) for found in possible_references(text) if (target := _target(row, found, key))]
    for found, target in meant:
        if found.label in row.around.labels.named(target):
            return row.around.labels.value(target, found.label, _column(found, target, key, column))
    if meant:
        found, target = meant[0]
        raise _unknown_label(row, found.label, target, row.around.labels.named(target))
    raise FixtureError(f"!ref {text} names no table, and its column is no foreign key", hint="Write !ref TABLE.LABEL.")


def _target(row: RowValues, found: Reference, key: ForeignKey | None) -> Table | None:
    if found.table is not None:
        return row.around.labels.find(found.table)
    return row.around.labels.table(key.references) if key else None


def _column(found: Reference, target: Table, key: ForeignKey | None, column: str) -> str:
    if found.column is not None:
        return target.column(found.column).name
    return referenced_column(key, column) if key and key.leads_to(target.lineage) else own_key_column(target)


def _unknown_label(row: RowValues, label: str, target: Table, labels: Collection[str]) -> UnknownLabelError:
    if elsewhere := row.around.labels.elsewhere(target, label):
        hint = elsewhere
    elif not labels:
        hint = f"No row of {in_quotes(target.name)} has a label; a fixture gives one as `{label}: {{...}}`."
    else:
        some = ", ".join(list(labels)[:5])
        hint = did_you_mean(label, labels) or f"Its labels are {some}{' ...' if len(labels) > 5 else ''}."
    return UnknownLabelError(label, in_quotes(target.name), hint)
