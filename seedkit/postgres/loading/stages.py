"""Stages: where the rows of a load stand before one statement compares them with their table.

A stage is a temporary table that COPY fills or, for a few rows, a JSON document inside the statement itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from zlib import crc32

from msgspec import Struct
from psycopg import sql

from seedkit.core.catalog import Column, Table
from seedkit.core.names import Columns
from seedkit.core.planning.family_order import MovedRow
from seedkit.core.rows.keys import OnConflict
from seedkit.core.rows.shapes import RowShape
from seedkit.postgres.identifiers import definitions, names, own_rows, same, table_identifier, type_of

NUMBER = "seedkit_number"
"""A further column of inline and of numbered stages, which numbers their rows."""


class FileOrder(Struct, frozen=True, kw_only=True):
    """What is needed to insert rows of several shapes together; all numbered stages of a table have the same.

    `left_out` are expressions for the columns that some of the rows leave out, `moved` rows go in behind others.
    """

    left_out: tuple[tuple[str, str], ...] = ()
    moved: tuple[MovedRow, ...] = ()


class Stage(Struct, frozen=True, kw_only=True):
    """Rows of one table that have the same shape and are to be treated alike.

    `key` is empty where a row is recognised as a whole. The rows of a `numbered` stage bring their place among those of
    others, and go in together with these where `file_order` tells how. `document` holds the rows of an inline stage, a
    JSON array of objects of texts, so many as `rows` says if it is told; None that they stand in a temporary table.
    """

    table: Table
    shape: RowShape
    key: Columns
    on_conflict: OnConflict
    numbered: bool = False
    file_order: FileOrder | None = None
    document: str | None = None
    rows: int | None = None

    @property
    def name(self) -> str:
        """The stage's name, the same for rows that are treated alike: a seeder that inserts in a loop reuses it."""
        shape = repr((self.shape, self.key, self.on_conflict, self.numbered)).encode()
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
    def rows_there(self) -> sql.Composable:
        """The rows that the table has: a key holds in one table, so those of tables that inherit are others."""
        return own_rows(self.table)

    @property
    def place(self) -> sql.Identifier:
        """What tells the order of the rows: an inline stage's column, or where COPY has put them."""
        return sql.Identifier(NUMBER if self.numbered or self.document is not None else "ctid")

    @property
    def updatable(self) -> Columns:
        """The columns that an update may set: stable ones but identity columns, and of the key what is spelled anew."""
        kept = {column.name for column in self.table.columns if column.identity or self._same_if_equal(column)}
        return tuple(name for name in self.shape.stable if name not in kept)

    def _same_if_equal(self, column: Column) -> bool:
        """Whether a row that is recognised has the column as the stage has it, or is to keep it."""
        return column.name in self.key and (not column.spelled_variously or column.spelling_stays)

    @property
    def updates(self) -> bool:
        """Whether rows that are there are brought in line with those of the stage."""
        return self.on_conflict is OnConflict.UPDATE and bool(self.key) and bool(self.updatable)

    @property
    def refuses_present(self) -> bool:
        """Whether rows that are there are an error, and one that PostgreSQL does not find by itself."""
        wanted_new = self.on_conflict is OnConflict.ERROR and bool(self.recognised_by)
        return wanted_new and not self.table.enforces(self.key)

    @property
    def may_be_ambiguous(self) -> bool:
        """Whether a row may be recognised as several that are there, and all of them be updated by it."""
        return self.updates and not self.table.enforces(self.key)

    @property
    def recognised_by(self) -> Columns:
        """The columns by which a row is taken for one that is there."""
        return self.key or self.shape.stable


def stage_statement(stage: Stage) -> sql.Composed:
    """Create a stage with the columns' own types and none of the table's constraints; it ends with the transaction."""
    columns: list[sql.Composable] = [sql.Identifier(name) for name in stage.shape.columns]
    if stage.numbered:
        columns.append(sql.SQL("0::pg_catalog.int8 as {}").format(sql.Identifier(NUMBER)))
    return sql.SQL("create temporary table if not exists {} on commit drop as select {} from {} with no data").format(
        stage.identifier, sql.SQL(", ").join(columns), stage.target
    )


def with_stages(stages: Sequence[Stage]) -> sql.Composable:
    """Begin a statement with the inline ones of some stages."""
    inline = [stage_definition(stage) for stage in stages if stage.document is not None]
    return sql.SQL("with {}").format(sql.SQL(", ").join(inline)) if inline else sql.SQL("")


def stage_definition(stage: Stage) -> sql.Composed:
    """Define an inline stage as a CTE."""
    return sql.SQL("{} as materialized ({})").format(stage.identifier, inline_rows(stage))


def same_key(stage: Stage) -> sql.SQL:
    """Say that `target` and `staged` are the same row."""
    not_null = frozenset(column.name for column in stage.table.columns if column.not_null)
    recorded = stage.table.told_apart_in_records(stage.key)
    return same(stage.key, stage.table.equalities(stage.key), not_null, recorded=recorded)


def unnumbered_rows(stage: Stage) -> sql.Composed:
    """Select the rows of an inline stage that has columns, without their numbers; see `inline_rows`."""
    columns = _columns(stage)
    return sql.SQL("select {} from pg_catalog.json_to_recordset({}::pg_catalog.json) as given ({})").format(
        _read(columns), sql.Literal(stage.document), _definitions(columns)
    )


def inline_rows(stage: Stage) -> sql.Composed:
    """Select the rows of an inline stage, each text read by its column's type and length as COPY reads it.

    A cast would not do: `'abcd'::varchar(3)` is `abc` without a word, where COPY and this refuse it. The limit says how
    many rows there are: PostgreSQL would plan for 100, and look through a table of 10,000 to find one row.
    """
    rows = _all_rows(stage)
    return rows if stage.rows is None else sql.SQL("{} limit {}").format(rows, sql.Literal(stage.rows))


def _all_rows(stage: Stage) -> sql.Composed:
    document = sql.Literal(stage.document)
    columns = _columns(stage)
    if stage.numbered:
        return _numbered_rows(stage, columns)
    if not columns:
        return sql.SQL(
            "select {0} from pg_catalog.json_array_elements({1}::pg_catalog.json) with ordinality"
            " as given (document, {0})"
        ).format(sql.Identifier(NUMBER), document)
    return sql.SQL(
        "select {}, {} from rows from (pg_catalog.json_to_recordset({}::pg_catalog.json) as ({})) with ordinality"
        " as given ({})"
    ).format(
        _read(columns),
        sql.Identifier(NUMBER),
        document,
        _definitions(columns),
        names((*stage.shape.columns, NUMBER)),
    )


def _numbered_rows(stage: Stage, columns: Sequence[Column]) -> sql.Composed:
    listed = [_read(columns)] if columns else []
    number = sql.Identifier(NUMBER)
    types = [_definitions(columns)] if columns else []
    return sql.SQL("select {} from pg_catalog.json_to_recordset({}::pg_catalog.json) as given ({})").format(
        sql.SQL(", ").join([*listed, number]),
        sql.Literal(stage.document),
        sql.SQL(", ").join([*types, sql.SQL("{} pg_catalog.int8").format(number)]),
    )


def _columns(stage: Stage) -> list[Column]:
    return [stage.table.column(name) for name in stage.shape.columns]


def _definitions(columns: Sequence[Column]) -> sql.SQL:
    return definitions(tuple((column.name, _given(column)) for column in columns))


def _given(column: Column) -> str:
    """Name the type that a text is given in: a JSON column would take it for a JSON string."""
    if _is_document(column):
        return "pg_catalog.text"
    name = column.type_sql or column.type_name
    return f"{name} collate {column.collation}" if column.collation else name


def _is_document(column: Column) -> bool:
    return column.base_type in ("json", "jsonb")


def _read(columns: Sequence[Column]) -> sql.Composable:
    """List what was given, and what is a JSON document as one."""
    if not any(map(_is_document, columns)):
        return names(tuple(column.name for column in columns))
    return sql.SQL(", ").join(map(_read_text, columns))


def _read_text(column: Column) -> sql.Composable:
    name = sql.Identifier(column.name)
    return sql.SQL("{0}::{1} as {0}").format(name, type_of(column)) if _is_document(column) else name
