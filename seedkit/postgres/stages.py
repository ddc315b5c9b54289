"""Stages: where the rows of a load stand before one statement compares them with their table.

A stage is a temporary table that COPY fills or, for a few rows, a JSON document inside the statement itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import LiteralString, cast
from zlib import crc32

from psycopg import sql

from seedkit.core.catalog import Column, Table
from seedkit.core.row_keys import OnConflict
from seedkit.core.row_shapes import Columns, RowShape

NUMBER = "seedkit_number"
"""A further column of inline stages, which numbers their rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Rows of one table that have the same shape and are to be treated alike.

    `key` is empty where a row is recognised as a whole. `document` holds the rows of an inline stage, a JSON array of
    objects of texts; None says that they stand in a temporary table.
    """

    table: Table
    shape: RowShape
    key: Columns
    on_conflict: OnConflict
    document: str | None = None

    @property
    def name(self) -> str:
        """The stage's name, the same for rows that are treated alike: a seeder that inserts in a loop reuses it."""
        shape = repr((self.shape, self.key, self.on_conflict)).encode()
        return f"seedkit_stage_{self.table.oid}_{crc32(shape)}"

    @property
    def identifier(self) -> sql.Identifier:
        """The stage's name for SQL; an inline stage is the CTE of that name."""
        return sql.Identifier("pg_temp", self.name) if self.document is None else sql.Identifier(self.name)

    @property
    def target(self) -> sql.Identifier:
        """The table's name for SQL."""
        return table_identifier(self.table)

    @property
    def place(self) -> sql.Identifier:
        """What tells the order of the rows: an inline stage's column, or where COPY has put them."""
        return sql.Identifier("ctid" if self.document is None else NUMBER)

    @property
    def updatable(self) -> Columns:
        """The columns that an update may set: stable ones, but neither the key nor an identity column."""
        identity = {column.name for column in self.table.columns if column.identity}
        return tuple(name for name in self.shape.stable if name not in self.key and name not in identity)


def table_identifier(table: Table) -> sql.Identifier:
    """Write a table's name for SQL."""
    return sql.Identifier(table.name.schema, table.name.name)


def stage_statement(stage: Stage) -> sql.Composed:
    """Create a stage with the columns' own types and none of the table's constraints; it ends with the transaction."""
    return sql.SQL("create temporary table if not exists {} on commit drop as select {} from {} with no data").format(
        stage.identifier, names(stage.shape.columns), stage.target
    )


def copy_statement(target: sql.Composable, columns: Columns) -> sql.Composed:
    """COPY into a table or a stage, in text format."""
    listed = sql.SQL("({})").format(names(columns)) if columns else sql.SQL("")
    return sql.SQL("copy {} {} from stdin").format(target, listed)


def inline_rows(stage: Stage) -> sql.Composed:
    """Select the rows of an inline stage, each text read by its column's type and length as COPY reads it.

    A cast would not do: `'abcd'::varchar(3)` is `abc` without a word, where COPY and this refuse it.
    """
    document = sql.Literal(stage.document)
    columns = [stage.table.column(name) for name in stage.shape.columns]
    if not columns:
        return sql.SQL(
            "select {0} from json_array_elements({1}::json) with ordinality as given (document, {0})"
        ).format(sql.Identifier(NUMBER), document)
    return sql.SQL(
        "select {} from rows from (json_to_recordset({}::json) as ({})) with ordinality as given ({})"
    ).format(
        sql.SQL(", ").join([*map(_read_text, columns), sql.Identifier(NUMBER)]),
        document,
        sql.SQL(", ").join(sql.SQL("{} {}").format(sql.Identifier(column.name), _given(column)) for column in columns),
        names((*stage.shape.columns, NUMBER)),
    )


def _is_document(column: Column) -> bool:
    return column.base_type in ("json", "jsonb")


def _given(column: Column) -> sql.SQL:
    """Name the type that a text is given in: a JSON column would take it for a JSON string."""
    return sql.SQL("text") if _is_document(column) else type_of(column)


def _read_text(column: Column) -> sql.Composable:
    name = sql.Identifier(column.name)
    return sql.SQL("{0}::{1} as {0}").format(name, type_of(column)) if _is_document(column) else name


def type_of(column: Column) -> sql.SQL:
    """Name a column's type as `format_type` has written it, which is SQL with its names quoted."""
    return trusted(column.type_name)


def trusted(text: str) -> sql.SQL:
    """Take as SQL what PostgreSQL itself has written, such as a type or an expression."""
    return sql.SQL(cast(LiteralString, text))


def names(columns: Iterable[str], alias: str | None = None) -> sql.Composed:
    """List columns, of a relation if it has to be said."""
    qualified = (sql.Identifier(name) if alias is None else sql.Identifier(alias, name) for name in columns)
    return sql.SQL(", ").join(qualified)
