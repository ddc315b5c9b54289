"""What is said of labels that no row has, and of texts that may be labels and do not say of which table."""

from __future__ import annotations

from collections.abc import Sequence

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.djangos_rows import is_djangos, refusal
from seedkit.core.fixture_language.labels import Labels
from seedkit.core.fixture_language.pointers import columns_called
from seedkit.core.fixture_language.row_plans import RowPlan
from seedkit.core.fixture_language.row_values import RowValues, Surroundings
from seedkit.core.fixtures import Counted, Row
from seedkit.core.names import did_you_mean, in_quotes, listed_or
from seedkit.errors import CatalogError, FixtureError, UnknownLabelError


def unknown_label(labels: Labels, label: str, target: Table) -> UnknownLabelError:
    """Say that no row of a table has a label."""
    named = labels.named(target)
    if elsewhere := labels.elsewhere(target, label):
        hint = elsewhere
    elif not named:
        hint = f"No row of {in_quotes(target.name)} has a label; a fixture gives one as `{label}: {{...}}`."
    else:
        some = ", ".join(list(named)[:5])
        hint = did_you_mean(label, named) or f"Its labels are {some}{' ...' if len(named) > 5 else ''}."
    return UnknownLabelError(label, in_quotes(target.name), hint)


def untold_label(row: RowValues, column: str, label: str, type_: str | None, tables: Sequence[Table]) -> FixtureError:
    """Say what a label lacks in a column that no foreign key explains, and how it is written out."""
    name, labels = row.given[column], row.around.labels
    type_column = row.plan.pointers[column].type_column
    written = f"Write {column}: {full_reference(labels, label)}" + (f", and {type_column}." if type_column else ".")
    if tables:
        error = unknown_label(labels, label, tables[0])
        return FixtureError(error.message, hint=f"{error.hint} {written}")
    if type_:
        return FixtureError(f'no table with labelled rows is called after the type "{type_}"', hint=written)
    if type_column in row.plan.fills:
        hint = f"Write {name}: {label} (Type). {written}"
        return FixtureError(f'"{name}" takes a label with its type, not "{label}"', hint=hint)
    return FixtureError(f'nothing says of which table "{label}" is the label in column "{column}"', hint=written)


def full_reference(labels: Labels, label: str) -> str:
    """Write a reference with the table in which rows have the label."""
    found = homes(labels, label)
    return f"!ref {found[0].name}.{label}" if found else "!ref TABLE.LABEL"


def homes(labels: Labels, label: str) -> list[Table]:
    """List the tables in which rows have a label."""
    tables = sorted(map(labels.table, labels.labelled_tables()), key=lambda table: table.name)
    return [table for table in tables if label in labels.named(table)]


def refuse_unknown_keys(around: Surroundings, row: Row, plan: RowPlan) -> None:
    """Raise CatalogError for a key that is no column and would be one with `_id`, where that is no plain reference.

    Raise FixtureError for a row of Django's.
    """
    if is_djangos(row.values) and around.table.find_column("fields") is None:
        raise refusal(around.place(row.line))
    for name in plan.columns:
        near, value = columns_called(around.table, name), row.values[name]
        if not near or plan.columns[name] != name or isinstance(value, Counted) or around.table.find_column(name):
            continue
        hint = f"Did you mean {listed_or(near)}?"
        if isinstance(value, str):
            reference = full_reference(around.labels, value)
            hint += f" If {value} is a label, write {near[0]}: {reference}."
        raise CatalogError(f'table {in_quotes(around.table.name)} has no column "{name}"', hint=hint)
