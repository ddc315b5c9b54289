"""References of the fixture language: what `!ref users.ada` may name, and which texts may be labels. Looks none up."""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec import Struct

from seedkit.core.catalog import Column, Table
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.names import in_quotes
from seedkit.errors import FixtureError

_NUMBER = re.compile(
    r"\s*[+-]?\.?[0-9][0-9A-Za-z_.+-]*\s*\Z|\s*[+-]?(?:infinity|inf|nan|\.inf|\.nan)\s*\Z", re.IGNORECASE
)
_CAPITAL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_UUID = re.compile(r"\s*\{?(?:[0-9a-fA-F]-?){32}\}?\s*\Z")


class Reference(Struct, frozen=True, kw_only=True):
    """A labelled row, and the column of it whose value is meant; what is None follows from the foreign key."""

    label: str
    table: str | None = None
    column: str | None = None


def possible_references(text: str) -> list[Reference]:
    """List what the text of a `!ref` can mean, the likeliest first: a label may hold dots, a table have a schema.

    >>> [(found.table, found.label, found.column) for found in possible_references("users.ada")]
    [('users', 'ada', None), (None, 'users.ada', None)]
    """
    parts = text.split(".")
    found = []
    if len(parts) == 4:
        found.append(Reference(table=f"{parts[0]}.{parts[1]}", label=parts[2], column=parts[3]))
    if len(parts) == 3:
        found.append(Reference(table=parts[0], label=parts[1], column=parts[2]))
        found.append(Reference(table=f"{parts[0]}.{parts[1]}", label=parts[2]))
    if len(parts) > 1:
        found.append(Reference(table=parts[0], label=".".join(parts[1:])))
    return [*found, Reference(label=text)]


def foreign_key_of(table: Table, column: str) -> ForeignKey | None:
    """Return the foreign key in which a column stands: one of that column alone before one of several."""
    keys = [key for key in table.foreign_keys if column in key.columns]
    return min(keys, key=lambda key: len(key.columns), default=None)


def referenced_column(key: ForeignKey, column: str) -> str:
    """Return the column that a column of a foreign key refers to."""
    return key.referenced_columns[key.columns.index(column)]


def literal_test(column: Column) -> Callable[[str], object] | None:
    """Give the test by which a text is a value of the column's type and no label; None where any text is a value.

    >>> from seedkit.core.catalog import Column
    >>> test = literal_test(Column(number=1, name="user_id", type_name="bigint", base_type="bigint", category="N",
    ...     not_null=True, has_default=False, identity="", generated=False))
    >>> bool(test("7")), bool(test("1_000")), bool(test("ada"))
    (True, True, False)
    """
    if column.category == "N":
        return _NUMBER.match
    return _UUID.match if column.base_type == "uuid" else None


def stem_of(column: str, referenced: str = "id") -> str | None:
    """Return what a column that refers to a row is called without the name of the column there.

    >>> stem_of("author_id"), stem_of("authorId"), stem_of("AUTHOR_ID"), stem_of("country_code", "code")
    ('author', 'author', 'AUTHOR', 'country')
    >>> stem_of("paid"), stem_of("_id"), stem_of("country_code")
    (None, None, None)
    """
    word = re.escape(referenced)
    camel = f"(?<=[a-z0-9]){re.escape(referenced[:1].upper())}{re.escape(referenced[1:])}"
    if match := re.search(
        f"(?i:_{word})\\Z|{camel}\\Z" + ("|(?<=[a-z0-9])ID\\Z" if referenced == "id" else ""), column
    ):
        return column[: match.start()] or None
    return None


def reference_column(table: Table, name: str) -> str | None:
    """Return the foreign key column that `author: ada` means, such as `author_id` or `authorId`, or None.

    A foreign key of one column comes first; of one of several columns, a column counts that is no other row's as well,
    as the tenant's is. A column may also be called after the one that it refers to: `country` means `country_code`.
    """
    for single in (True, False):
        keys = [key for key in table.foreign_keys if (len(key.columns) == 1) is single]
        pairs = [pair for key in keys for pair in zip(key.columns, key.referenced_columns, strict=True)]
        found = dict.fromkeys(
            column
            for column, referenced in pairs
            if (single or column != referenced) and name.lower() in _stems(column, referenced)
        )
        if f"{name}_id" in found:
            return f"{name}_id"
        if found:
            return next(iter(found)) if len(found) == 1 else None
    return None


def _stems(column: str, referenced: str) -> list[str]:
    return [stem.lower() for stem in (stem_of(column), stem_of(column, referenced)) if stem is not None]


def table_names(stem: str) -> tuple[list[str], list[str]]:
    """List the tables that a name in the singular may mean: `user`, or a type such as `Admin::OrderItem`.

    The second list is of those in an irregular plural, which count where none of the first is there.

    >>> table_names("user"), table_names("sales_person")[1]
    ((['user', 'users', 'useres'], []), ['sales_people'])
    >>> table_names("Admin::OrderItem")[0][:4]
    ['Admin_OrderItem', 'Admin_OrderItems', 'Admin_OrderItemes', 'admin_order_item']
    """
    from seedkit.core.fixture_language.plurals import irregular_plurals, plurals

    whole = stem.replace("::", "_")
    last = stem.rpartition("::")[2]
    singular = dict.fromkeys(name for each in (whole, last) for name in (each, underscored(each)))
    regular = [plural for name in singular for plural in plurals(name)]
    return regular, [plural for name in singular for plural in irregular_plurals(name)]


def underscored(name: str) -> str:
    """Spell the name of a class as Rails spells tables.

    >>> underscored("OrderItem"), underscored("orders")
    ('order_item', 'orders')
    """
    return _CAPITAL.sub("_", name).lower()


def own_key_column(table: Table) -> str:
    """Return the one column of a table's primary key; raises FixtureError where it has none, or several."""
    if table.key_column is not None:
        return table.key_column
    what = "no primary key" if table.primary_key is None else "a primary key of several columns"
    raise FixtureError(
        f"table {in_quotes(table.name)} has {what}, so a reference must name the column that it means",
        hint=f"Write !ref {table.name}.LABEL.COLUMN.",
    )
