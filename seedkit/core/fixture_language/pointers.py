"""Whose labels may stand in a column: what a foreign key says, else what the column is called. Looks up no label.

`author: ada` is plain where one thing alone can be meant. A number, or a uuid, is never a label where it is a value; a
text in a column of text is first of all itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from msgspec import Struct

from seedkit.core.catalog import Column, Table
from seedkit.core.fixture_language.labels import Labels
from seedkit.core.fixture_language.references import (
    foreign_key_of,
    literal_test,
    reference_column,
    stem_of,
    table_names,
)
from seedkit.core.fixtures import Quoted
from seedkit.core.foreign_keys import ForeignKey

_KEYS = ("smallint", "integer", "bigint", "numeric", "uuid")
_TYPED = re.compile(r"\s*(.*\S)\s*\(\s*([^()]*[^()\s])\s*\)\s*\Z", re.DOTALL)


class Pointer(Struct, frozen=True, kw_only=True):
    """Where the labels in a column are looked for.

    In the table of the foreign key `key`; else in the table that is named with the label or in `type_column` (Rails'
    polymorphic references), else in `tables`, which are called as the column is. One that says none of these only
    looks like a reference.
    """

    key: ForeignKey | None = None
    tables: tuple[Table, ...] = ()
    type_column: str | None = None

    @property
    def by_name(self) -> bool:
        """Whether names tell what no foreign key does."""
        return bool(self.tables or self.type_column)


def typed_label(text: str) -> tuple[str, str | None]:
    """Take a label and the type behind it apart.

    >>> typed_label("ben (User)"), typed_label("ben")
    (('ben', 'User'), ('ben', None))
    """
    match = _TYPED.match(text)
    return (match[1], match[2]) if match else (text.strip(), None)


def named_column(table: Table, name: str, labels: Labels) -> str | None:
    """Return the column that a key of a row means, in whatever case or as a reference; None where it means none."""
    if (column := table.find_column(name)) is not None:
        return column.name
    return reference_column(table, name) or _column_by_name(table, name, labels)


def _column_by_name(table: Table, name: str, labels: Labels) -> str | None:
    """Return the column that `author` means without a foreign key, where its labels can be looked for."""
    pointers = {column: pointer_of(table, table.column(column), labels) for column in columns_called(table, name)}
    found = [column for column, pointer in pointers.items() if pointer is not None and pointer.by_name]
    return found[0] if len(found) == 1 else None


def columns_called(table: Table, name: str) -> list[str]:
    """List the columns that are called like references under a name: `author_id` for `author`."""
    return [column.name for column in table.columns if (stem_of(column.name) or "").lower() == name.lower()]


def pointer_of(table: Table, column: Column, labels: Labels) -> Pointer | None:
    """Tell where the labels of a column are looked for; None where it holds none."""
    if key := foreign_key_of(table, column.name):
        return Pointer(key=key)
    stem = stem_of(column.name)
    if stem is None or not labels.labelled_tables() or not (column.base_type in _KEYS or column.category == "S"):
        return None
    return Pointer(tables=called_tables(stem, table, labels), type_column=_type_column(table, stem))


def refers_by_name(table: Table, labels: Labels) -> bool:
    """Whether rows of a table may refer to labels by what their columns are called."""
    pointers = (pointer_of(table, column, labels) for column in table.columns if stem_of(column.name))
    return any(pointer is not None and pointer.by_name for pointer in pointers)


def called_tables(name: str, near: Table, labels: Labels) -> tuple[Table, ...]:
    """List the tables that a word in the singular may mean, of those whose rows have labels."""
    for names in table_names(name):
        found = (labels.called(plural, near.name.schema) for plural in names)
        if tables := {table.oid: table for table in found if table is not None}:
            return tuple(tables.values())
    return ()


def _type_column(table: Table, stem: str) -> str | None:
    for column in table.columns:
        if column.category in "SE" and (stem_of(column.name, "type") or "").lower() == stem.lower():
            return column.name
    return None


def label_test(column: Column, pointer: Pointer, labels: Labels, *, own_name: bool) -> Callable[[str], object] | None:
    """Give the test by which a text in a column is no label; None where any text is a value.

    Under its own name a text in a column of text is a label only if nothing else could be meant: see `Labels.renames`.
    """
    if (test := literal_test(column)) is not None:
        return test if pointer.key or column.base_type in _KEYS else None
    renamed = _renaming_test(column, pointer.key, labels) if pointer.key and own_name else None
    return None if renamed is None else lambda text: isinstance(text, Quoted) or not renamed(text)


def renaming_tests(table: Table, labels: Labels) -> Mapping[str, Callable[[str], bool]]:
    """Give for each column of text whose plain texts may be labels the test that one is; mostly there are none."""
    tests: dict[str, Callable[[str], bool]] = {}
    for key in table.foreign_keys:
        column = table.column(key.columns[0])
        if test := _renaming_test(column, key, labels):
            tests.setdefault(column.name, test)
    return tests


def _renaming_test(column: Column, key: ForeignKey, labels: Labels) -> Callable[[str], bool] | None:
    """Give the test that a text in a column of a foreign key is a label; None where none can be."""
    if len(key.columns) > 1 or column.category != "S" or key.references not in labels.labelled_tables():
        return None
    target, referenced = labels.table(key.references), key.referenced_columns[0]
    return lambda text: labels.renames(target, text, referenced)
