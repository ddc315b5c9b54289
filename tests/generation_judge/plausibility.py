"""What a person would find odd in a column: rules by name and type, none of which knows how the values were made.

Each rule looks at one column's values, or at those of two columns of a row. Columns whose values a CHECK of their own,
a list, a domain or a foreign key decides are not looked at by name: there the schema has spoken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tests.generation_judge.databases import TableContents
from tests.generation_judge.kinds import KINDS, MOMENT, TEXT, Kind
from tests.generation_judge.schema import Column, Table
from tests.generation_judge.verdict import Category, Finding

_LATER = (
    ("created_at", "updated_at"),
    ("created_on", "updated_on"),
    ("inserted_at", "updated_at"),
    ("starts_at", "ends_at"),
    ("started_at", "ended_at"),
    ("started_at", "finished_at"),
    ("starts_on", "ends_on"),
    ("start_date", "end_date"),
    ("created_at", "deleted_at"),
    ("valid_from", "valid_to"),
    ("valid_from", "valid_until"),
    ("birth_date", "created_at"),
    ("begin_date", "end_date"),
)
_PARTS = ("first_name", "last_name", "full_name")


def implausible(table: Table, contents: TableContents) -> Iterator[Finding]:
    """Look at each column that a rule speaks of, and at its values beside NULL and its default."""
    for column in table.columns:
        kind = kind_of(table, column)
        values = [value for (value,) in contents.of([column.name]) if value not in (None, column.default)]
        if kind is not None and values:
            yield _judged(table, column, kind, values)
    for earlier, later in _LATER:
        if {earlier, later} <= {column.name for column in table.columns if column.base in MOMENT}:
            yield _in_order(table, contents, earlier, later)
    if set(_PARTS) <= set(contents.columns):
        yield _one_person(table, contents)


def kind_of(table: Table, column: Column) -> Kind | None:
    """Say which rule speaks of a column: the first one that fits."""
    if column.bound or column.computed:
        return None
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", column.name).lower().replace(" ", "_")
    fitting = (
        kind for kind in KINDS if column.base in kind.types and kind.columns.search(name) and _has_room(kind, column)
    )
    return next(fitting, None)


def _has_room(kind: Kind, column: Column) -> bool:
    """Whether a text may be as long as what it is meant to be; `country char(1)` is a flag."""
    room = re.search(r"\((\d+)\)", column.type)
    least = {
        "e-mail": 16,
        "phone": 8,
        "URL": 16,
        "host": 11,
        "country": 2,
        "sentence": 6,
        "street": 12,
        "time zone": 10,
    }
    return column.base not in TEXT or room is None or int(room[1]) >= least.get(kind.name, 2)


def _judged(table: Table, column: Column, kind: Kind, values: Sequence[str]) -> Finding:
    odd = [value for value in values if not kind.holds(value)]
    why = f"{len(odd)} of {len(values)} are no {kind.name}, such as {odd[0][:60]!r}" if odd else None
    return Finding(Category.PLAUSIBLE, f"{table.name}.{column.name}", why)


def _in_order(table: Table, contents: TableContents, earlier: str, later: str) -> Finding:
    wrong = [row for row in contents.of([earlier, later]) if None not in row and str(row[0]) > str(row[1])]
    why = f"{len(wrong)} rows have {earlier} after {later}, such as {wrong[0]}" if wrong else None
    return Finding(Category.PLAUSIBLE, f"{table.name}.{later}", why)


def _one_person(table: Table, contents: TableContents) -> Finding:
    wrong = [row for row in contents.of(_PARTS) if None not in row and not {row[0], row[1]} <= set(str(row[2]).split())]
    why = f"{len(wrong)} rows have a full name of somebody else, such as {wrong[0]}" if wrong else None
    return Finding(Category.PLAUSIBLE, f"{table.name}.full_name", why)
