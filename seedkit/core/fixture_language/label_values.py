"""What `!ref` and bare labels stand for: the value that another row has."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress

from seedkit.core.catalog import Column, Table
from seedkit.core.fixture_language.label_mistakes import full_reference, homes, unknown_label, untold_label
from seedkit.core.fixture_language.pointers import Pointer, called_tables, typed_label
from seedkit.core.fixture_language.references import (
    Reference,
    foreign_key_of,
    own_key_column,
    possible_references,
    referenced_column,
)
from seedkit.core.fixture_language.row_values import RowValues
from seedkit.core.fixture_language.tags import text_of
from seedkit.core.fixtures import Quoted, Tagged, Value
from seedkit.core.foreign_keys import ForeignKey
from seedkit.errors import FixtureError, blamed_on

_WHOLE = re.compile(r"[+-]?[0-9]+\Z")
_NO_HEX = re.compile(r"[^0-9a-fA-F]")


def bare_label(row: RowValues, column: str, value: Value) -> Value:
    """Read a text as a label; one that is a value of the column's type is left as it is."""
    text = text_of(value, "a reference", "Write a label.")
    pointer = row.plan.pointers.get(column)
    if pointer is None:
        return value
    label, type_ = (text, None) if pointer.key else _typed(row, column, text)
    tables = _tables(row, pointer, type_)
    for target in tables:
        if label in row.around.labels.named(target):
            return row.around.labels.value(target, label, _pointed_column(pointer, target, column))
    is_literal = row.plan.literals.get(row.given[column])
    if is_literal(text) if is_literal else pointer.key:
        return value
    if pointer.key:
        raise unknown_label(row.around.labels, text, tables[0])
    if pointer.by_name or homes(row.around.labels, label):
        raise untold_label(row, column, label, type_, tables)
    return value  # PostgreSQL says why it is none


def _typed(row: RowValues, column: str, text: str) -> tuple[str, str | None]:
    """Read `ben (User)`, under the name that stands for the label and its type; else the row says the type beside."""
    type_column = row.plan.pointers[column].type_column
    if type_column is None:
        return text, None
    if type_column in row.plan.fills:
        return typed_label(text)
    told = row.value(type_column) if type_column in row.given else None
    return text, told if isinstance(told, str) else None


def _tables(row: RowValues, pointer: Pointer, type_: str | None) -> Sequence[Table]:
    if pointer.key:
        return (row.around.labels.table(pointer.key.references),)
    typed = called_tables(type_, row.around.table, row.around.labels) if type_ else ()
    return typed or (() if type_ and not pointer.tables else pointer.tables)


def _pointed_column(pointer: Pointer, target: Table, column: str) -> str:
    return referenced_column(pointer.key, column) if pointer.key else own_key_column(target)


def filled_columns(row: RowValues) -> dict[str, Value]:
    """Give what a row's references tell besides their own columns: the rest of a key, or the type of the row."""
    with blamed_on(row.around.place(row.row.line)):
        told = {column: _filled(row, column, name) for column, name in row.plan.fills.items()}
        _refuse_contradiction(row, told)
    return {column: value for column, value in told.items() if value is not None}


def _refuse_contradiction(row: RowValues, filled: Mapping[str, Value]) -> None:
    """Raise FixtureError where a reference means a row with another value in a column than the row comes to there.

    Such a row would refer to one that nobody means, or to none.
    """
    for column, name in row.plan.told:
        own = filled[column] if column in filled else row.value(column)
        meant: Value = None
        with suppress(FixtureError):  # what nothing tells before it is inserted contradicts nothing yet
            meant = _filled(row, column, name)
        if column not in row.computed and _differ(row.around.table.column(column), own, meant):
            raise FixtureError(
                f'"{name}" means a row whose "{column}" is {meant}, but here that is {own}',
                hint="Correct one of them.",
            )


def _differ(column: Column, own: Value, meant: Value) -> bool:
    """Whether two values are different for certain, however they are spelled."""
    if not isinstance(own, str) or not isinstance(meant, str):
        return False
    if _WHOLE.match(own) and _WHOLE.match(meant):
        return int(own) != int(meant)
    if column.base_type == "uuid":
        return _NO_HEX.sub("", own).lower() != _NO_HEX.sub("", meant).lower()
    return column.category == "S" and not column.spelled_variously and own.strip() != meant.strip()


def _filled(row: RowValues, column: str, name: str) -> Value:
    pointer, value = row.plan.pointers[row.plan.columns[name]], row.row.values[name]
    if pointer.key is None:
        type_ = typed_label(value)[1] if isinstance(value, str) else None
        return Quoted(type_) if type_ else None
    target = row.around.labels.table(pointer.key.references)
    label = _label_in(row, value, target)
    return row.around.labels.value(target, label, referenced_column(pointer.key, column)) if label else None


def _label_in(row: RowValues, value: Value, target: Table) -> str | None:
    """Return the label of a table that a bare label or a `!ref` means."""
    text = value.value if isinstance(value, Tagged) and value.tag == "!ref" else value
    if not isinstance(text, str):
        return None
    labels = row.around.labels.named(target)
    readings = [text, *(found.label for found in possible_references(text))] if text is not value else [text]
    return next((label for label in readings if label in labels), None)


def reference(row: RowValues, column: str, value: Value) -> Value:
    """Give what a `!ref` names: a column of a labelled row, by default the one that the foreign key refers to."""
    text = text_of(value, "!ref", "Write !ref LABEL, !ref TABLE.LABEL or !ref TABLE.LABEL.COLUMN.")
    key = foreign_key_of(row.around.table, column)
    meant = [(found, target) for found in possible_references(text) for target in _targets(row, found, column, key)]
    for found, target in meant:
        if found.label in row.around.labels.named(target):
            return row.around.labels.value(target, found.label, _column(found, target, key, column))
    if meant:
        found, target = meant[0]
        raise unknown_label(row.around.labels, found.label, target)
    raise FixtureError(
        f"!ref {text} names no table, and its column is no foreign key",
        hint=f"Write {full_reference(row.around.labels, text)}.",
    )


def _targets(row: RowValues, found: Reference, column: str, key: ForeignKey | None) -> Sequence[Table]:
    if found.table is not None:
        target = row.around.labels.find(found.table)
        return (target,) if target else ()
    if key is not None:
        return (row.around.labels.table(key.references),)
    pointer = row.plan.pointers.get(column)
    return _tables(row, pointer, None) if pointer else ()


def _column(found: Reference, target: Table, key: ForeignKey | None, column: str) -> str:
    if found.column is not None:
        return target.column(found.column).name
    return referenced_column(key, column) if key and key.leads_to(target.lineage) else own_key_column(target)


def own_key(row: RowValues, column: str) -> Value:
    """Give the key that a row has or will have, None where its insert is to give it one."""
    if row.gives(column):
        return row.value(column)
    if row.row.label is None or not row.derives(column):
        return None
    return row.around.labels.value(row.around.table, row.row.label, column)
