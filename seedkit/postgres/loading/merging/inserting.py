"""Inserts rows of a stage that aren't there: recognised by their key, or counted as equal rows without one."""

from __future__ import annotations

from psycopg import sql

from seedkit.core.names import Columns
from seedkit.core.rows.keys import OnConflict
from seedkit.postgres.identifiers import names, trusted
from seedkit.postgres.loading.merging.key_parts import rows_by_presence
from seedkit.postgres.loading.stages import Stage


def insert_rows_of(stage: Stage) -> sql.Composed:
    """Begin the insert of a stage's rows: a query for `inserted_columns` follows."""
    return insert_into(stage.target, (*stage.shape.columns, *(name for name, _ in stage.shape.computed)))


def insert_into(table: sql.Composable, columns: Columns) -> sql.Composed:
    """Begin an insert of some columns, or of none."""
    if not columns:  # PostgreSQL has no empty list of them
        return sql.SQL("insert into {}").format(table)
    return sql.SQL("insert into {} ({}) overriding system value").format(table, names(columns))


def inserted_columns(stage: Stage) -> sql.Composed:
    """List what is inserted: the staged columns, and what the server is to evaluate for each new row.

    The latter is SQL that stands in the fixture, and nothing else; a comment may end it.
    """
    computed = [sql.SQL("({}\n)").format(trusted(text)) for _, text in stage.shape.computed]
    staged = [names(stage.shape.columns, "staged")] if stage.shape.columns else []
    return sql.SQL(", ").join([*staged, *computed])


def missing_rows(stage: Stage, columns: sql.Composable) -> sql.Composed:
    """Select the staged rows that the table hasn't; the statement goes on after its WHERE."""
    if stage.on_conflict is OnConflict.ERROR:
        return sql.SQL("select {} from {} as staged where true").format(columns, stage.identifier)
    if not stage.key:
        return _missing_copies(stage, columns)
    return rows_by_presence(stage, columns, "not exists")


def _missing_copies(stage: Stage, columns: sql.Composable) -> sql.Composed:
    """Compare whole rows by their text: of n equal rows those are missing that go beyond the number in the table."""
    return sql.SQL(
        """
        select {columns}
        from (
            select
                {listed}
                {place},
                {image} as seedkit_image,
                pg_catalog.row_number() over (partition by {image} order by {place}) as seedkit_copy
            from {stage}
        ) as staged
        left join (
            select {image} as seedkit_image, pg_catalog.count(*) as copies
            from {target}
            where {image} operator(pg_catalog.=) any (select {image} from {stage})
            group by 1
        ) as present on present.seedkit_image operator(pg_catalog.=) staged.seedkit_image
        where staged.seedkit_copy operator(pg_catalog.>) coalesce(present.copies, 0)
        """
    ).format(
        columns=columns,
        listed=sql.SQL("").join(sql.SQL("{}, ").format(sql.Identifier(name)) for name in stage.shape.columns),
        place=stage.place,
        image=sql.SQL("row({})::pg_catalog.text").format(names(stage.shape.stable)),
        stage=stage.identifier,
        target=stage.rows_there,
    )


def in_order(stage: Stage) -> sql.Composed:
    """Keep missing rows in the order that they came in; a join may have any."""
    return sql.SQL("order by staged.{}").format(stage.place)
