"""Decides, once for all rows that name the same keys, what each key means for the table, and what is to be added."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from seedkit.core.catalog import Column, Table
from seedkit.core.fixture_language.references import literal_test, reference_column
from seedkit.core.fixtures import Counted, Quoted, Row, Tagged, Value
from seedkit.errors import FixtureError

STAMPS = ("created_at", "updated_at")
_PLAIN = frozenset({str, Quoted, type(None)})


@dataclass(frozen=True, slots=True, kw_only=True)
class RowPlan:
    """The meaning of a row's keys.

    `columns` maps each key to its column; `literals` are the foreign key columns whose texts may be labels, with the
    test by which they are not; `stamped` the columns that take the run's moment. A labelled row whose table's key,
    `missing_key`, it leaves out may be given one, from its label where that is a uuid (`uuid_key`).
    """

    columns: Mapping[str, str]
    literals: Mapping[str, Callable[[str], object]]
    stamped: tuple[str, ...]
    missing_key: str | None
    uuid_key: bool
    renames: bool

    def tells(self, column: str, value: Value) -> bool:
        """Whether the value that stands under a column's name is that column's as it is."""
        return value.__class__ in _PLAIN and self.columns.get(column) == column and column not in self.literals

    def passes(self, row: Row) -> bool:
        """Whether a row is plain already, but for its stamps."""
        if self.renames or (self.missing_key and row.label is not None):
            return False
        for value in row.values.values():
            if value.__class__ not in _PLAIN and (_holds_tag(value) or isinstance(value, Counted)):
                return False
        for name, is_literal in self.literals.items():
            value = row.values[name]
            if isinstance(value, str) and not is_literal(value):
                return False
        return True


def _holds_tag(value: Value) -> bool:
    if isinstance(value, Tagged):
        return value.tag not in ("!!binary", "!json")
    if isinstance(value, list):
        return any(map(_holds_tag, value))
    return isinstance(value, dict) and any(map(_holds_tag, value.values()))


def plan_rows(table: Table, names: tuple[str, ...], joins: Collection[str]) -> RowPlan:
    """Plan for rows with these keys; `joins` are no columns. Raises FixtureError where two keys mean one column."""
    known = {column.name: column for column in table.columns}
    columns = {name: _column_of(table, name, known) for name in names if name in known or name not in joins}
    _refuse_doubles(columns)
    given = set(columns.values())
    missing_key = table.key_column if table.key_column not in given else None
    return RowPlan(
        columns=columns,
        literals=_literals(table, columns, known),
        stamped=stamps_missing(table, given),
        missing_key=missing_key,
        uuid_key=missing_key is not None and known[missing_key].base_type == "uuid",
        renames=len(columns) < len(names) or any(name != column for name, column in columns.items()),
    )


def stamps_missing(table: Table, given: Collection[str]) -> tuple[str, ...]:
    """List the columns that must have the moment of the insert where rows give only some columns."""
    known = {column.name: column for column in table.columns}
    return tuple(name for name in STAMPS if name not in given and _wants_stamp(known.get(name)))


def _column_of(table: Table, name: str, known: Mapping[str, Column]) -> str:
    """Give the column of a key; a key that means none is left as it is, for the encoder to refuse."""
    return name if name in known else reference_column(table, name) or name


def _refuse_doubles(columns: Mapping[str, str]) -> None:
    first: dict[str, str] = {}
    for name, column in columns.items():
        if column in first:
            raise FixtureError(
                f'"{first[column]}" and "{name}" both mean the column "{column}"', hint="Keep one of them."
            )
        first[column] = name


def _literals(
    table: Table, columns: Mapping[str, str], known: Mapping[str, Column]
) -> dict[str, Callable[[str], object]]:
    single = {key.columns[0] for key in table.foreign_keys if len(key.columns) == 1}
    tests = {name: literal_test(known[column]) for name, column in columns.items() if column in single}
    return {name: test for name, test in tests.items() if test is not None}


def _wants_stamp(column: Column | None) -> bool:
    return (
        column is not None
        and column.not_null
        and not column.has_default
        and not column.generated
        and column.base_type in ("timestamp with time zone", "timestamp without time zone", "date")
    )
