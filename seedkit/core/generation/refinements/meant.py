"""Which tables and columns are meant by what is said, and how many rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from fnmatch import fnmatchcase
from functools import partial

from msgspec import Struct, field

from seedkit.core.catalog import Column, Table
from seedkit.core.fixture_language.choices import is_of_a_table
from seedkit.core.fixtures import Tagged, Value
from seedkit.core.generation.refinements.said import Refinements, Said, TableSaid
from seedkit.core.names import did_you_mean, in_quotes, listed
from seedkit.errors import CatalogError, FixtureError, SeedkitError, blamed_on

Find = Callable[[str], int | None]
"""Gives the OID of the table that a name means; raises CatalogError where it may mean several."""

_PER = re.compile(r"\s*(\d{1,9})\s*(?:\.\.\s*(\d{1,9})\s*)?\Z")
_WILD = frozenset("*?[")
_ROWS_HINT = "Write _rows: 1000, or _rows: !per {users: 0..8}."


class Per(Struct, frozen=True):
    """So many rows for each row of a parent: from `least` to `most`."""

    parent: int
    least: int
    most: int


class TableRefinement(Struct):
    """What is said of one table; `rows` is None where nothing says how many, `alone` that it gets none."""

    rows: int | Per | None = None
    rows_said: Said | None = None
    alone: bool = False
    columns: dict[str, Said] = field(default_factory=dict)


def meant(said: Refinements, tables: Mapping[int, Table], find: Find) -> dict[int, TableRefinement]:
    """Find the tables and columns that are meant, by OID; raises SeedkitError at the line of what names none.

    A name wins over a pattern, and of patterns the one further down.
    """
    found = {oid: TableRefinement() for oid in tables}
    for table in said.tables:
        if _is_pattern(table.name):
            _of_table(said, table, tables, found, find)
    _patterns_of_columns(said, tables, found)
    for table in said.tables:
        if not _is_pattern(table.name):
            _of_table(said, table, tables, found, find)
    return found


def _of_table(
    said: Refinements, table: TableSaid, tables: Mapping[int, Table], found: dict[int, TableRefinement], find: Find
) -> None:
    with _at(said, table.line):
        oids = _oids(table, tables, find)
        if not oids and table.alone and "." in table.name:
            _of_columns(table.name, Said(None, table.line), tables, found)
        elif not oids:
            raise _no_table(table.name, tables)
        else:
            _take(said, table, {oid: tables[oid] for oid in oids}, found, partial(_rows, find=find, tables=tables))
            _refuse_other_parents(said, table, oids, tables, find)


def _refuse_other_parents(
    said: Refinements, entry: TableSaid, oids: Iterable[int], tables: Mapping[int, Table], find: Find
) -> None:
    """Raise SeedkitError for a parent that there is not; for one that is another than a named table's."""
    for column, value in entry.columns.items():
        for name in _parents_in(value.value):
            if any(tables[oid].find_column(name) is not None for oid in oids):
                continue  # the column that names the table
            with _at(said, value.line):
                parent = find(name)
                if parent is None:
                    raise _no_table(name, tables)
                for oid in () if _is_pattern(entry.name) or parent not in tables else oids:
                    _refuse_another(tables[oid], column, tables[parent], tables)


def _parents_in(value: Value) -> Iterable[str]:
    """List the tables that `!choice {ref: TABLE}` names in a value."""
    for tagged in tags_in(value):
        if tagged.tag == "!choice" and is_of_a_table(tagged.value):
            yield str(tagged.value["ref"])


def _refuse_another(table: Table, column: str, parent: Table, tables: Mapping[int, Table]) -> None:
    """Raise FixtureError where the foreign keys of a column lead to other tables; where it has none, others tell."""
    keys = [key for key in table.foreign_keys if column in key.columns]
    names = [str(tables[key.references].name) for key in keys if key.references in tables]
    if not names or any(key.soft or parent.oid in key.above or key.leads_to(parent.lineage) for key in keys):
        return
    place = f'column "{column}" of table {in_quotes(table.name)}'
    raise FixtureError(
        f"{place} refers to {listed(names)}, not to {in_quotes(parent.name)}",
        hint=f"Write !choice {{ref: {names[0]}}}.",
    )


def default_rows(said: Refinements) -> int | None:
    """Say how many rows tables get that name no number."""
    if said.rows is None:
        return None
    with _at(said, said.rows.line):
        rows = _rows(said.rows.value, find=lambda _: None, tables={})
        if isinstance(rows, int):
            return rows
        raise FixtureError("!per is of one table, and _rows at the top of all", hint="Write _rows: 50.")


def _take(
    said: Refinements,
    entry: TableSaid,
    tables: Mapping[int, Table],
    found: dict[int, TableRefinement],
    rows: Callable[[Value], int | Per],
) -> None:
    for oid in tables:
        found[oid].alone = entry.alone
        if entry.rows is not None:
            with _at(said, entry.rows.line):
                found[oid].rows, found[oid].rows_said = rows(entry.rows.value), entry.rows
    for name, value in entry.columns.items():
        with _at(said, value.line):
            meaning = {oid: column for oid, table in tables.items() if (column := table.find_column(name)) is not None}
            if not meaning and did_you_mean(name, ["_rows"]):
                raise FixtureError(f'"{name}" is no column', hint=f'Did you mean "_rows"? {_ROWS_HINT}')
            if not meaning:
                next(iter(tables.values())).column(name)
            _say(meaning, value, found)


def _say(meaning: Mapping[int, Column], value: Said, found: dict[int, TableRefinement]) -> None:
    for oid, column in meaning.items():
        if column.generated:
            raise CatalogError(f'column "{column.name}" is generated and can not be written', hint="Take it out.")
        found[oid].columns[column.name] = value


def _patterns_of_columns(said: Refinements, tables: Mapping[int, Table], found: dict[int, TableRefinement]) -> None:
    for pattern, value in sorted(said.columns.items(), key=lambda entry: not _is_pattern(entry[0])):
        with _at(said, value.line):
            _of_columns(pattern, value, tables, found)


def _of_columns(pattern: str, value: Said, tables: Mapping[int, Table], found: dict[int, TableRefinement]) -> None:
    table_pattern, _, column_pattern = pattern.rpartition(".")
    fitting = {oid: table for oid, table in tables.items() if _fits(table, table_pattern)}
    if not fitting:
        raise _no_table(table_pattern, tables)
    names = 0
    for oid, table in fitting.items():
        for column in table.columns:
            if fnmatchcase(column.name, column_pattern) and not column.generated:
                found[oid].columns[column.name] = value
                names += 1
    if not names:
        known = {column.name for table in fitting.values() for column in table.columns}
        hint = did_you_mean(column_pattern, known) or 'Write "*.deleted_at" for a column of every table.'
        raise CatalogError(f'no column is meant by "{pattern}"', hint=hint)


def _oids(entry: TableSaid, tables: Mapping[int, Table], find: Find) -> list[int]:
    if _is_pattern(entry.name):
        return [oid for oid, table in tables.items() if _fits(table, entry.name)]
    oid = find(entry.name)
    return [oid] if oid in tables and oid is not None else []


def _fits(table: Table, pattern: str) -> bool:
    """Whether a pattern fits a table's name, or its name with the schema."""
    name = table.name
    return fnmatchcase(name.name, pattern) or fnmatchcase(f"{name.schema}.{name.name}", pattern)


def _is_pattern(name: str) -> bool:
    return bool(_WILD & set(name))


def _no_table(name: str, tables: Mapping[int, Table]) -> SeedkitError:
    names = sorted(str(table.name) for table in tables.values())
    hint = did_you_mean(name, names) or f"Its tables: {listed(names[:20])}."
    return CatalogError(f"there is no table {in_quotes(name)}", hint=hint)


def _rows(value: Value, find: Find, tables: Mapping[int, Table]) -> int | Per:
    if isinstance(value, Tagged) and value.tag == "!per":
        return _per(value.value, find, tables)
    if isinstance(value, str) and value.replace("_", "").isdecimal() and len(value) <= 15:
        return int(value)
    raise FixtureError("_rows takes a whole number from 0 up, or !per", hint=_ROWS_HINT)


def _per(value: Value, find: Find, tables: Mapping[int, Table]) -> Per:
    if not isinstance(value, dict) or len(value) != 1:
        raise FixtureError("!per takes one parent and how many rows each gets", hint=_ROWS_HINT)
    ((name, span),) = value.items()
    ends = _PER.match(span) if isinstance(span, str) else None
    if ends is None:
        raise FixtureError("!per takes whole numbers, such as 0..8", hint=_ROWS_HINT)
    least, most = int(ends[1]), int(ends[2] or ends[1])
    if most < least:
        raise FixtureError(f"!per {least}..{most} goes downwards", hint=f"Write {most}..{least}.")
    parent = find(name)
    if parent is None:
        near = did_you_mean(name, sorted(str(table.name) for table in tables.values()))
        raise CatalogError(f"there is no table {in_quotes(name)}", hint=near or _ROWS_HINT)
    return Per(parent, least, most)


def _at(said: Refinements, line: int) -> AbstractContextManager[None]:
    return blamed_on(said.place(line))


def tags_in(value: Value) -> Iterable[Tagged]:
    """List the tags that stand in a value, the outer ones first."""
    if isinstance(value, Tagged):
        yield value
        yield from tags_in(value.value)
    elif isinstance(value, list):
        for item in value:
            yield from tags_in(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from tags_in(item)
