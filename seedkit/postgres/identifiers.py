"""Identifiers as SQL: a table, and lists of columns, which are written once, as many statements name the same.

psycopg quotes every name each time that a statement is sent; for 500 tables that was half of the client's time
(docs/decisions.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import LiteralString, cast

from psycopg import sql

from seedkit.core.catalog import Column, Table
from seedkit.core.names import Columns, SequenceName, TableName
from seedkit.postgres.unencoded import text_of

_LISTS_KEPT = 1_000


def trusted(text: str) -> sql.SQL:
    """Take as SQL what PostgreSQL itself has written, such as a type or an expression."""
    return sql.SQL(cast(LiteralString, text))


def typed_condition(condition: str) -> sql.Composed:
    """Take a condition as typed: SQL by its nature, of a person who may run any; a comment may end it."""
    return sql.SQL("(\n{}\n)").format(trusted(condition))


def type_of(column: Column) -> sql.SQL:
    """Name a column's type, whatever the search path, as `format_type` has written it."""
    return trusted(column.type_sql or column.type_name)


def operator(name: str) -> sql.SQL:
    """Write an operator that the catalog has named with its schema, whatever the search path."""
    return trusted(f"operator({name})")


def table_identifier(table: Table) -> sql.Identifier:
    """Name a table, with its schema."""
    return sql.Identifier(table.name.schema, table.name.name)


def own_rows(table: Table) -> sql.Composable:
    """Name a table's own rows, where they are looked at: not those of tables that inherit from it."""
    return sql.Identifier("pg_temp", table.copy) if table.copy else real_rows(table)


def real_rows(table: Table) -> sql.Composable:
    """Name a table's own rows where they are: not those of tables that inherit from it, but those of its partitions."""
    return table_identifier(table) if table.kind == "p" else sql.SQL("only {}").format(table_identifier(table))


def nothing_but_tables(tables: Iterable[TableName]) -> sql.Composable:
    """Select nothing from tables; PostgreSQL refuses a statement with this in it where one of them is a view by now.

    TABLESAMPLE takes tables alone, and is looked at before anything runs, under locks that last to the end of the
    transaction. It need not be referred to: `with checked as ({})`.
    """
    return sql.SQL(" union all ").join(
        sql.SQL("select from {} tablesample pg_catalog.system (0) where false").format(
            sql.Identifier(table.schema, table.name)
        )
        for table in dict.fromkeys(tables)
    )


def is_no_view(alias: str) -> sql.Composed:
    """Say what is true of a table or a sequence by this name; PostgreSQL refuses a statement that says it of a view.

    A table's ctid is none of the columns that `*` stands for; a view has none, or has it twice in what is made here.
    Names are looked at before anything runs, and what comes after `else` is dropped before it is planned.
    """
    return sql.SQL(
        "case when true then true else exists (select twice.ctid from (select {0}.*, {0}.ctid) as twice) end"
    ).format(sql.Identifier(alias))


def is_a_sequence(name: SequenceName) -> sql.Composed:
    """Ask something of a sequence that PostgreSQL refuses to tell of any other relation."""
    text = text_of(sql.Identifier(name.schema, name.name))
    return sql.SQL("pg_catalog.has_sequence_privilege({}, 'select')").format(sql.Literal(text))


def written(parts: Iterable[sql.Composable], between: LiteralString = ", ") -> sql.SQL:
    """Join parts, quoted once and for all: what is sent from now on is one text."""
    return trusted(text_of(sql.SQL(between).join(parts)))


@lru_cache(_LISTS_KEPT)
def names(columns: Columns, alias: str | None = None) -> sql.SQL:
    """List columns, of a relation if it has to be said."""
    return written(_column(name, alias) for name in columns)


def _column(name: str, alias: str | None) -> sql.Identifier:
    return sql.Identifier(name) if alias is None else sql.Identifier(alias, name)


@lru_cache(_LISTS_KEPT)
def as_texts(columns: Columns, alias: str | None = None) -> sql.SQL:
    """List columns as text, of a relation if it has to be said."""
    return written(sql.SQL("{}::pg_catalog.text").format(_column(name, alias)) for name in columns)


@lru_cache(_LISTS_KEPT)
def assignments(columns: Columns) -> sql.SQL:
    """Set columns to what `staged` says."""
    return written(sql.SQL("{0} = staged.{0}").format(sql.Identifier(name)) for name in columns)


_SAME = sql.SQL("target.{0} {1} staged.{0}")
_NULL = sql.SQL("(target.{0} is null and staged.{0} is null)")
_SAME_OR_NULL = sql.SQL(
    "(target.{0} {1} staged.{0} or pg_catalog.num_nulls(target.{0}, staged.{0}) operator(pg_catalog.=) 2)"
)
_SAME_RECORD = sql.SQL("row({})::pg_catalog.record operator(pg_catalog.=) row({})::pg_catalog.record")


@lru_cache(_LISTS_KEPT)
def same(
    columns: Columns,
    equalities: tuple[str, ...],
    not_null: frozenset[str],
    null: frozenset[str] = frozenset(),
    recorded: frozenset[str] = frozenset(),
) -> sql.SQL:
    """Say that `target` and `staged` agree in columns, NULL with NULL too, by operators that can use an index.

    Of rows that have no NULL in a column, or nothing else, that is to be said: what fits all of them fits no index.
    `recorded` columns are compared as a record then, to which NULL is a value like others, and which can be sorted:
    any other condition is asked of each row with each. IS NOT DISTINCT FROM would do so as well, and look for an
    operator called = in the search path.
    """
    compared = zip(columns, equalities, strict=True)
    in_record = tuple(name for name in columns if name in recorded and name not in not_null | null)
    conditions: list[sql.Composable] = [
        (_SAME if name in not_null else _NULL if name in null else _SAME_OR_NULL).format(
            sql.Identifier(name), operator(equality)
        )
        for name, equality in compared
        if name not in in_record
    ]
    if in_record:
        conditions.append(_SAME_RECORD.format(names(in_record, "target"), names(in_record, "staged")))
    return written(conditions, " and ")


def images_differ(columns: Columns, one: str = "target", other: str = "staged") -> sql.Composed:
    """Say that two rows differ in columns as they are stored: works for json and point and tells 1.10 from 1.1."""
    return sql.SQL("pg_catalog.record_image_ne(row({}), row({}))").format(names(columns, one), names(columns, other))


@lru_cache(_LISTS_KEPT)
def definitions(columns: tuple[tuple[str, str], ...]) -> sql.SQL:
    """List columns with their types, as for a table."""
    return written(sql.SQL("{} {}").format(sql.Identifier(name), trusted(type_name)) for name, type_name in columns)


def copy_statement(target: sql.Composable, columns: Columns) -> sql.Composed:
    """COPY into a table or a stage, in text format, which knows no empty list of columns."""
    listed = sql.SQL("({})").format(names(columns)) if columns else sql.SQL("")
    return sql.SQL("copy {} {} from stdin").format(target, listed)


def array_of(numbers: Iterable[int]) -> sql.Literal:
    """Write numbers as the text of an array: the driver would name its type without a schema."""
    return sql.Literal(f"{{{','.join(map(str, numbers))}}}")
