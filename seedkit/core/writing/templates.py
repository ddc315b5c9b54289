"""The first text of a fixture, a seeder and a project's settings. Decides no path and writes nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from seedkit.core.catalog import Column, Table
from seedkit.core.names import column_of
from seedkit.core.writing.yaml_text import text_scalar, word_scalar
from seedkit.printable import on_one_line

_LENGTH = re.compile(r"\((\d+)\)")
_LONGEST_FACT = 60
_WIDEST_VALUE = 40


class ColumnFacts(Struct, frozen=True, kw_only=True):
    """What a person who writes a row wants to know of a column besides its type; `labels` are an enum's values."""

    name: str
    default: str | None
    labels: Sequence[str]
    comment: str | None


def fixture_template(
    table: Table, facts: Mapping[str, ColumnFacts], table_names: Mapping[int, str], *, under_name: str | None = None
) -> str:
    """Write a fixture that is all comment: an example row, and beside each value what its column takes.

    `table_names` are those that foreign keys refer to; `under_name` is the table's name if the file can't have it.
    """
    indent = "  " if under_name else ""
    lines = list(_example_row(table, facts, table_names, indent))
    width = min(max((len(line) for line, _ in lines), default=0), _WIDEST_VALUE)
    return "".join(
        [
            f'# Rows of table {on_one_line(str(table.name))}. For a first row, take the "# " off the lines below.\n',
            "#\n",
            f"# {word_scalar(under_name)}:\n" if under_name else "",
            *(f"# {line.ljust(width)}  # {told}\n" for line, told in lines),
        ]
    )


def _example_row(
    table: Table, facts: Mapping[str, ColumnFacts], table_names: Mapping[int, str], indent: str
) -> Iterator[tuple[str, str]]:
    columns = [column for column in table.columns if not column.generated]
    for number, column in enumerate(columns):
        mark = "- " if number == 0 else "  "
        value = _placeholder(column, facts[column.name])
        told = "; ".join(_told(table, column, facts[column.name], table_names))
        yield f"{indent}{mark}{word_scalar(column.name)}: {value}", on_one_line(told)


def _told(table: Table, column: Column, facts: ColumnFacts, table_names: Mapping[int, str]) -> Iterator[str]:
    yield column.type_name
    primary = table.primary_key
    if primary and column.name in primary.columns:
        yield "primary key" if len(primary.columns) == 1 else f"primary key with {_others(primary.columns, column)}"
    elif column.not_null:
        yield "not null"
    if any(key.columns == (column.name,) and not key.primary for key in table.keys):
        yield "unique"
    if column.identity:
        yield "numbered by the database where it is left out"
    elif facts.default is not None:
        yield f"default {_shortened(facts.default)}"
    if facts.labels:
        yield f"one of {_shortened(', '.join(facts.labels))}"
    yield from _references(table, column, table_names)
    if facts.comment:
        yield _shortened(facts.comment)


def _references(table: Table, column: Column, table_names: Mapping[int, str]) -> Iterator[str]:
    for key in table.foreign_keys:
        for name, referenced in zip(key.columns, key.referenced_columns, strict=True):
            if name == column.name:
                yield f"refers to {column_of(table_names[key.references], referenced)}"


def _others(names: Sequence[str], column: Column) -> str:
    return ", ".join(name for name in names if name != column.name)


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_FACT else f"{text[: _LONGEST_FACT - 2].rstrip()} …"


def _placeholder(column: Column, facts: ColumnFacts) -> str:
    """Give a value that the column's type takes."""
    if facts.labels:
        return text_scalar(facts.labels[0])
    known = _PLACEHOLDERS.get(column.base_type)
    return known or _placeholder_of_category(column)


def _placeholder_of_category(column: Column) -> str:
    found = _LENGTH.search(column.type_name)
    if column.category == "S":
        return text_scalar("text"[: int(found[1])]) if found else "text"
    if column.category == "V":
        return f"'{'0' * int(found[1] if found else 1)}'"
    if column.base_type.endswith("multirange"):
        return "'{}'"
    return _BY_CATEGORY.get(column.category, "null")


_PLACEHOLDERS = {
    "smallint": "1",
    "integer": "1",
    "bigint": "1",
    "boolean": "true",
    "date": "2026-01-02",
    "timestamp without time zone": "2026-01-02 03:04:05",
    "timestamp with time zone": "2026-01-02 03:04:05Z",
    "time without time zone": "03:04:05",
    "time with time zone": "03:04:05Z",
    "interval": "1 day",
    "uuid": "00000000-0000-4000-8000-000000000001",
    "json": "{}",
    "jsonb": "{}",
    "bytea": r"'\x00'",
    "inet": "192.0.2.1",
    "cidr": "192.0.2.0/24",
    "xml": "<a/>",
    "hstore": "''",
    "tsvector": "text",
}
_BY_CATEGORY = {"A": "[]", "N": "0", "R": "empty"}

SEEDER_TEMPLATE = '''\
"""Rows that Python computes. `seedkit seed {name}` runs this seeder with all that it depends on."""

from __future__ import annotations

from seedkit import SeedContext, seeder


@seeder(depends_on=[])  # names of seeders or of tables that must be filled before
def {name}(db: SeedContext) -> None:
    """Describe here, in one line, what is inserted."""
    # `db.fake` is a Faker that gives the same values at each run; explicit ids let a second run recognise its rows.
    # db.insert("{name}", ({{"id": number, "name": db.fake.name()}} for number in range(1, 11)))
'''

EXAMPLE_FIXTURE = """\
# A fixture is a list of rows; the file's name is the table's.
# `seedkit new fixture TABLE` writes one with the real columns. For a table "users", in a file users.yml, it could be:
#
# - id: 1
#   name: Ada Lovelace
#   country: GB
# - id: 2
#   name: Kristen Nygaard
#   country: NO
"""

EXAMPLE_SCHEMA = """\
-- The tables of seedkit's own PostgreSQL, on which it works without a DATABASE_URL. Write yours in place of this one.
create table users (
    id integer generated by default as identity primary key,
    name text not null,
    country char(2)
);
"""


def project_settings(schema_files: Sequence[str]) -> str:
    """Write the part of pyproject.toml that makes a folder a project of seedkit.

    >>> print(project_settings(["schema.sql"]))
    [tool.seedkit]
    fixtures = "fixtures"
    seeders = "seeders"
    <BLANKLINE>
    # Without a DATABASE_URL, work on a PostgreSQL of seedkit's own, with these files' tables.
    [tool.seedkit.embedded]
    schema = ["schema.sql"]
    <BLANKLINE>
    """
    listed = ", ".join(f'"{name}"' for name in schema_files)
    return (
        '[tool.seedkit]\nfixtures = "fixtures"\nseeders = "seeders"\n\n'
        "# Without a DATABASE_URL, work on a PostgreSQL of seedkit's own, with these files' tables.\n"
        f"[tool.seedkit.embedded]\nschema = [{listed}]\n"
    )
