"""The statements of loading by way of stages: one statement merges all stages of a table, or of a circle of tables.

PostgreSQL checks foreign keys at the end of a statement. So rows that refer to each other, in one table or in a circle
of tables, load in any order, with NOT NULL and non-deferrable keys, for a plain owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import LiteralString, cast
from zlib import crc32

from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.row_keys import OnConflict
from seedkit.core.row_shapes import Columns, RowShape


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A temporary table for the rows of one table that have the same shape.

    `key` is empty where a row is recognised as a whole.
    """

    table: Table
    shape: RowShape
    key: Columns
    on_conflict: OnConflict

    @property
    def name(self) -> str:
        """The stage's name, the same for rows that are treated alike: a seeder that inserts in a loop reuses it."""
        shape = repr((self.shape, self.key, self.on_conflict)).encode()
        return f"seedkit_stage_{self.table.oid}_{crc32(shape)}"

    @property
    def identifier(self) -> sql.Identifier:
        """The stage's name for SQL."""
        return sql.Identifier("pg_temp", self.name)

    @property
    def target(self) -> sql.Identifier:
        """The table's name for SQL."""
        return sql.Identifier(self.table.name.schema, self.table.name.name)

    @property
    def updatable(self) -> Columns:
        """The columns that an update may set: stable ones, but neither the key nor an identity column."""
        identity = {column.name for column in self.table.columns if column.identity}
        return tuple(name for name in self.shape.stable if name not in self.key and name not in identity)


def copy_statement(target: sql.Composable, columns: Columns) -> sql.Composed:
    """COPY into a table or a stage, in text format."""
    return sql.SQL("copy {} ({}) from stdin").format(target, _names(columns))


def stage_statement(stage: Stage) -> sql.Composed:
    """Create a stage with the columns' own types and none of the table's constraints; it ends with the transaction."""
    return sql.SQL("create temporary table if not exists {} on commit drop as select {} from {} with no data").format(
        stage.identifier, _names(stage.shape.columns), stage.target
    )


def repeated_keys_statement(stages: Sequence[Stage]) -> sql.Composed:
    """Ask for one key, as text, that stands in the stages more than once; a second run takes NULLs for the same."""
    key = stages[0].key
    rows = sql.SQL(" union all ").join(
        sql.SQL("select {} from {}").format(_names(key), stage.identifier) for stage in stages
    )
    return sql.SQL("select {} from ({}) as staged group by {} having count(*) > 1 limit 1").format(
        sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in key),
        rows,
        _names(key),
    )


def merge_statement(stages: Sequence[Stage]) -> sql.Composed:
    """Update what differs and insert what is missing, in one statement; gives (updated, inserted) for each stage."""
    parts: list[sql.Composed] = []
    counts: list[sql.Composed] = []
    for number, stage in enumerate(stages):
        updates, inserts = sql.Identifier(f"updated_{number}"), sql.Identifier(f"inserted_{number}")
        parts.append(sql.SQL("{} as ({})").format(updates, _update(stage)))
        counts += [sql.SQL("(select count(*) from {})").format(name) for name in (updates, inserts)]
    for number, stage in enumerate(stages):
        same_table = [place for place, other in enumerate(stages) if other.table == stage.table]
        earlier = [sql.Identifier(f"updated_{place}") for place in same_table]
        parts.append(sql.SQL("{} as ({})").format(sql.Identifier(f"inserted_{number}"), _insert(stage, earlier)))
    return sql.SQL("with {} select {}").format(sql.SQL(", ").join(parts), sql.SQL(", ").join(counts))


def _update(stage: Stage) -> sql.Composable:
    """Update the rows whose image differs: `*<>` works for json and point and tells 1.10 from 1.1."""
    if stage.on_conflict is not OnConflict.UPDATE or not stage.key or not stage.updatable:
        return sql.SQL("select where false")
    return sql.SQL(
        "update {} as target set {} from {} as staged where {} and row({})::record *<> row({})::record returning 1"
    ).format(
        stage.target,
        sql.SQL(", ").join(sql.SQL("{0} = staged.{0}").format(sql.Identifier(name)) for name in stage.updatable),
        stage.identifier,
        _same_key(stage),
        _names(stage.updatable, "target"),
        _names(stage.updatable, "staged"),
    )


def _insert(stage: Stage, updates: Iterable[sql.Identifier]) -> sql.Composed:
    """Insert the rows that aren't there, after all updates of their table: these may free a unique value.

    PostgreSQL runs an update first where its rows are counted.
    """
    return sql.SQL(
        "insert into {} ({}) overriding system value select {} from {} as staged where {} and {} returning 1"
    ).format(
        stage.target,
        _names((*stage.shape.columns, *(name for name, _ in stage.shape.computed))),
        sql.SQL(", ").join([_names(stage.shape.columns, "staged"), *_expressions(stage)]),
        stage.identifier,
        sql.SQL(" and ").join(sql.SQL("(select count(*) from {}) is not null").format(name) for name in updates),
        _missing(stage),
    )


def _expressions(stage: Stage) -> list[sql.Composed]:
    """Put down what the server is to evaluate for each new row: SQL that stands in the fixture, and nothing else."""
    return [sql.SQL("({})").format(sql.SQL(cast(LiteralString, text))) for _, text in stage.shape.computed]


def _missing(stage: Stage) -> sql.Composable:
    if stage.on_conflict is OnConflict.ERROR:
        return sql.SQL("true")
    same = _same_key(stage) if stage.key else _same_row(stage)
    return sql.SQL("not exists (select from {} as target where {})").format(stage.target, same)


def _same_key(stage: Stage) -> sql.Composed:
    not_null = {column.name for column in stage.table.columns if column.not_null}
    return sql.SQL(" and ").join(
        sql.SQL("target.{0} = staged.{0}" if name in not_null else "target.{0} is not distinct from staged.{0}").format(
            sql.Identifier(name)
        )
        for name in stage.key
    )


def _same_row(stage: Stage) -> sql.Composed:
    """Compare whole rows by image; the hash beside it lets PostgreSQL join by hash instead of row by row."""
    target, staged = _names(stage.shape.stable, "target"), _names(stage.shape.stable, "staged")
    return sql.SQL(
        "hashtext(row({0})::text) = hashtext(row({1})::text) and row({0})::record *= row({1})::record"
    ).format(target, staged)


def _names(columns: Iterable[str], alias: str | None = None) -> sql.Composed:
    qualified = (sql.Identifier(name) if alias is None else sql.Identifier(alias, name) for name in columns)
    return sql.SQL(", ").join(qualified)
