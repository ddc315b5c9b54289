"""Decides, once for all rows that name the same keys, what each key means for the table, and what is to be added."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from msgspec import Struct

from seedkit.core.catalog import Column, Table
from seedkit.core.fixture_language.choices import is_looked_up
from seedkit.core.fixture_language.label_keys import KeyOfLabel, key_of_label
from seedkit.core.fixture_language.labels import Labels
from seedkit.core.fixture_language.pointers import Pointer, label_test, named_column, pointer_of
from seedkit.core.fixtures import Cell, Counted, FixtureTable, Quoted, Row, Tagged, Value
from seedkit.errors import FixtureError

STAMPS = frozenset({"createdat", "updatedat", "createdon", "updatedon"})
"""Rails' names, without the underscore and in lower case."""
NO_LANGUAGE = frozenset({"!!binary", "!json"})
"""Tags that the column's type reads."""
_PLAIN = frozenset({str, Quoted, Cell, type(None)})


class RowPlan(Struct, frozen=True, kw_only=True):
    """The meaning of a row's keys.

    `columns` maps each key to its column; `pointers` are the columns that may hold labels, `literals` the keys whose
    texts may be ones, with the test by which they are not; `fills` further columns that a reference fills, with its
    key, `told` those that another reference or the row tells as well; `stamped` the columns that take the run's moment.
    A labelled row whose table's key, `missing_key`, it leaves out may be given one, from its label where `label_key`
    makes it, unless it is `recognised_otherwise`.
    """

    columns: Mapping[str, str]
    pointers: Mapping[str, Pointer]
    literals: Mapping[str, Callable[[str], object]]
    fills: Mapping[str, str]
    told: tuple[tuple[str, str], ...]
    stamped: tuple[str, ...]
    missing_key: str | None
    label_key: KeyOfLabel | None
    recognised_otherwise: bool
    renames: bool

    def tells(self, column: str, value: Value) -> bool:
        """Whether the value that stands under a column's name is that column's as it is."""
        return value.__class__ in _PLAIN and self.columns.get(column) == column and column not in self.literals

    def passes(self, row: Row) -> bool:
        """Whether a row is plain already, but for its stamps."""
        if self.renames or (self.missing_key and row.label is not None):
            return False
        for value in row.values.values():
            if value.__class__ not in _PLAIN and (holds_tag(value) or isinstance(value, Counted)):
                return False
        for name, is_literal in self.literals.items():
            value = row.values[name]
            if isinstance(value, str) and not is_literal(value):
                return False
        return True


def holds_tag(value: Value) -> bool:
    """Whether a tag of the fixture language stands in a value."""
    if isinstance(value, Tagged):
        return value.tag not in NO_LANGUAGE
    if isinstance(value, list):
        return any(map(holds_tag, value))
    return isinstance(value, dict) and any(map(holds_tag, value.values()))


def may_be_label(plan: RowPlan, name: str, written: Value, text: str) -> bool:
    """Whether a text may be a label: what tags make too, where it is no value and was not looked up as one."""
    if isinstance(written, Tagged) and is_looked_up(written):
        return False
    is_literal = plan.literals.get(name)
    no_value = is_literal is not None and not is_literal(text)
    return no_value or not (isinstance(written, Tagged) or name.lower() == plan.columns[name].lower())


def plan_rows(table: Table, names: tuple[str, ...], fixture: FixtureTable, labels: Labels) -> RowPlan:
    """Plan for rows with these keys. Raises FixtureError where two keys mean one column."""
    known = {column.name: column for column in table.columns}
    columns = {
        name: name if name in known else named_column(table, name, labels) or name
        for name in names
        if name in known or name not in fixture.joins
    }
    _refuse_doubles(columns)
    given = set(columns.values())
    may_be_labels = given if labels.labelled_tables() or not fixture.header else ()
    pointers = {
        name: pointer for name in may_be_labels if name in known and (pointer := pointer_of(table, known[name], labels))
    }
    fills = _fills(columns, pointers)
    missing_key = table.key_column if table.key_column not in given else None
    asked = [column.name for name in fixture.options.key if (column := table.find_column(name))]
    return RowPlan(
        columns=columns,
        pointers=pointers,
        literals=_literals(table, columns, pointers, labels),
        fills=fills,
        told=_told(columns, pointers, fills),
        stamped=stamps_missing(table, given),
        missing_key=missing_key,
        label_key=None
        if missing_key is None
        else key_of_label(table, known[missing_key], ids_from_labels=fixture.ids_from_labels),
        recognised_otherwise=bool(asked) and missing_key not in asked,
        renames=len(columns) < len(names) or any(name != column for name, column in columns.items()),
    )


def stamps_missing(table: Table, given: Collection[str]) -> tuple[str, ...]:
    """List the columns that must have the moment of the insert where rows give only some columns."""
    return tuple(column.name for column in table.columns if column.name not in given and _wants_stamp(column))


def _refuse_doubles(columns: Mapping[str, str]) -> None:
    first: dict[str, str] = {}
    for name, column in columns.items():
        if column in first:
            raise FixtureError(
                f'"{first[column]}" and "{name}" both mean the column "{column}"', hint="Keep one of them."
            )
        first[column] = name


def _literals(
    table: Table, columns: Mapping[str, str], pointers: Mapping[str, Pointer], labels: Labels
) -> dict[str, Callable[[str], object]]:
    tests = {}
    for name, column in columns.items():
        if pointer := pointers.get(column):
            is_own = name.lower() == column.lower()
            tests[name] = label_test(table.column(column), pointer, labels, own_name=is_own)
    return {name: test for name, test in tests.items() if test is not None}


def _fills(columns: Mapping[str, str], pointers: Mapping[str, Pointer]) -> dict[str, str]:
    """Map what a row leaves out of a key of several columns, or of a type beside it, to the reference that tells it."""
    fills: dict[str, str] = {}
    for name, column in columns.items():
        pointer = pointers.get(column)
        if pointer is None or name.lower() == column.lower():
            continue
        further = pointer.key.columns if pointer.key else (pointer.type_column,)
        fills |= {each: name for each in further if each is not None and each not in columns.values()}
    return fills


def _told(
    columns: Mapping[str, str], pointers: Mapping[str, Pointer], fills: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    """List the further columns of keys of several columns that a reference tells, but for those that it fills."""
    return tuple(
        (each, name)
        for name, column in columns.items()
        if (pointer := pointers.get(column)) and pointer.key and name.lower() != column.lower()
        for each in pointer.key.columns
        if each != column and fills.get(each) != name
    )


def _wants_stamp(column: Column) -> bool:
    return (
        column.not_null
        and not column.has_default
        and not column.generated
        and column.base_type in ("timestamp with time zone", "timestamp without time zone", "date")
        and column.name.replace("_", "").lower() in STAMPS
    )
