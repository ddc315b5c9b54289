"""The statements of loading by way of stages: one statement merges all stages of a table, or of a circle of tables.

PostgreSQL checks foreign keys at the end of a statement. So rows that refer to each other, in one table or in a circle
of tables, load in any order, with NOT NULL and non-deferrable keys, for a plain owner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from psycopg import sql

from seedkit.core.rows.keys import OnConflict
from seedkit.postgres.identifiers import as_texts, assignments, names, same, trusted, written
from seedkit.postgres.loading.stages import Stage, inline_rows, unnumbered_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What there is to do for a stage; a statement that writes nothing would still fire triggers FOR EACH STATEMENT."""

    update: bool = True
    insert: bool = True


def repeated_keys_statement(stages: Sequence[Stage]) -> sql.Composed:
    """Ask for one key, as text, that stands in the stages more than once; a second run takes NULLs for the same."""
    key = stages[0].key
    return sql.SQL("{} select {} from ({}) as staged group by {} having count(*) > 1 limit 1").format(
        with_stages(stages), as_texts(key), _keys(stages), names(key)
    )


def repeated_in_table_statement(stage: Stage, *, with_nulls: bool) -> sql.Composed:
    """Ask for one key, as text, that stands in the stage's table more than once; NULLs count if all rows have it."""
    present = sql.SQL("true") if with_nulls else sql.SQL("(row({})) is not null").format(names(stage.key))
    return sql.SQL("select {} from {} where {} group by {} having count(*) > 1 limit 1").format(
        as_texts(stage.key), stage.target, present, names(stage.key)
    )


def keys_statement(stage: Stage) -> sql.Composed:
    """Ask for the keys of all staged rows, as text."""
    return sql.SQL("{} select {} from {}").format(with_stages([stage]), as_texts(stage.key), stage.identifier)


def work_statement(stages: Sequence[Stage]) -> sql.Composed:
    """Ask for each stage whether a row differs and whether one is missing, without writing anything."""
    asked = [part for stage in stages for part in (_differing(stage), missing_rows(stage, _NO_COLUMNS))]
    return sql.SQL("{} select {}").format(
        with_stages(stages), sql.SQL(", ").join(sql.SQL("exists ({})").format(part) for part in asked)
    )


def merge_statement(stages: Sequence[Stage], works: Sequence[Work] | None = None) -> sql.Composed:
    """Update what differs and insert what is missing, in one statement.

    Gives (updated, inserted) for each stage, and at last whether a key stands in the inline stages more than once.
    """
    planned = works or [Work()] * len(stages)
    parts = [_definition(stage) for stage in stages if stage.document is not None]
    for number, (stage, work) in enumerate(zip(stages, planned, strict=True)):
        update = _counted_update(stage) if work.update else _NOTHING
        parts.append(sql.SQL("{} as ({})").format(_updated(number), update))
    for number, (stage, work) in enumerate(zip(stages, planned, strict=True)):
        same_table = tuple(place for place, other in enumerate(stages) if other.table.oid == stage.table.oid)
        insert = _insert(stage, same_table) if work.insert else _NOTHING
        parts.append(sql.SQL("{} as ({})").format(_inserted(number), insert))
    return sql.SQL("with {} select {}, {}").format(sql.SQL(", ").join(parts), _counts(len(stages)), _repeats(stages))


def fill_statement(stage: Stage) -> sql.Composed:
    """Insert the rows of an inline stage, as they come, into its table that has none; gives what a merge gives.

    It asks for no repeated keys: that is for tables whose key PostgreSQL itself keeps unique.
    """
    return sql.SQL(
        "with inserted as ({} select {} from ({}) as staged returning 1) select 0, count(*), false from inserted"
    ).format(insert_into(stage), inserted_columns(stage), unnumbered_rows(stage))


_NOTHING = sql.SQL("select where false")
_NO_COLUMNS = sql.SQL("")


def _updated(number: int) -> sql.Identifier:
    return sql.Identifier(f"updated_{number}")


def _inserted(number: int) -> sql.Identifier:
    return sql.Identifier(f"inserted_{number}")


@cache
def _counts(stages: int) -> sql.SQL:
    counted = (name(number) for number in range(stages) for name in (_updated, _inserted))
    return written(sql.SQL("(select count(*) from {})").format(name) for name in counted)


def with_stages(stages: Sequence[Stage]) -> sql.Composable:
    """Begin a statement with the inline ones of some stages."""
    inline = [_definition(stage) for stage in stages if stage.document is not None]
    return sql.SQL("with {}").format(sql.SQL(", ").join(inline)) if inline else sql.SQL("")


def _definition(stage: Stage) -> sql.Composed:
    return sql.SQL("{} as materialized ({})").format(stage.identifier, inline_rows(stage))


def _repeats(stages: Sequence[Stage]) -> sql.Composable:
    """Look for repeated keys of inline stages; of the others it was asked before, as a question of its own."""
    sharing: dict[tuple[object, ...], list[Stage]] = {}
    for stage in stages:
        if stage.key and stage.document is not None:
            sharing.setdefault((stage.table.oid, stage.key), []).append(stage)
    found = [
        sql.SQL("exists (select from ({}) as staged group by {} having count(*) > 1)").format(
            _keys(alike), names(alike[0].key)
        )
        for alike in sharing.values()
    ]
    return sql.SQL(" or ").join(found) if found else sql.SQL("false")


def _keys(stages: Sequence[Stage]) -> sql.Composed:
    return sql.SQL(" union all ").join(
        sql.SQL("select {} from {}").format(names(stage.key), stage.identifier) for stage in stages
    )


def _updates(stage: Stage) -> bool:
    return stage.on_conflict is OnConflict.UPDATE and bool(stage.key) and bool(stage.updatable)


def _counted_update(stage: Stage) -> sql.Composable:
    if not _updates(stage):
        return _NOTHING
    return sql.SQL("{} returning 1").format(update_rows(stage, stage.identifier))


def update_rows(stage: Stage, rows: sql.Composable) -> sql.Composed:
    """Update what differs from the stage's rows: `*<>` works for json and point and tells 1.10 from 1.1."""
    return sql.SQL("update {} as target set {} from {} as staged where {}").format(
        stage.target,
        assignments(stage.updatable),
        rows,
        _differs(stage),
    )


def _differing(stage: Stage) -> sql.Composable:
    if not _updates(stage):
        return _NOTHING
    return sql.SQL("select from {} as target, {} as staged where {}").format(
        stage.target, stage.identifier, _differs(stage)
    )


def _differs(stage: Stage) -> sql.Composed:
    return sql.SQL("{} and row({})::record *<> row({})::record").format(
        same_key(stage), names(stage.updatable, "target"), names(stage.updatable, "staged")
    )


def _insert(stage: Stage, updates: tuple[int, ...]) -> sql.Composed:
    """Insert the rows that aren't there, after all updates of their table: these may free a unique value."""
    return sql.SQL("{} {} and {} {} returning 1").format(
        insert_into(stage),
        missing_rows(stage, inserted_columns(stage)),
        _done(updates),
        in_order(stage) if stage.document is not None or _draws(stage) else sql.SQL(""),
    )


@cache
def _done(updates: tuple[int, ...]) -> sql.SQL:
    """Say nothing but that updates are done: PostgreSQL runs one first where its rows are counted."""
    counted = (sql.SQL("(select count(*) from {}) is not null").format(_updated(number)) for number in updates)
    return written(counted, " and ")


def _draws(stage: Stage) -> bool:
    """Whether the server gives new rows values, which should go up as the rows do."""
    written = stage.shape.columns
    return any(column.name not in written and (column.has_default or column.identity) for column in stage.table.columns)


def in_order(stage: Stage) -> sql.Composed:
    """Keep missing rows in the order that they came in; a join may have any."""
    return sql.SQL("order by staged.{}").format(stage.place)


def insert_into(stage: Stage) -> sql.Composed:
    """Begin the insert of a stage's rows: a query for `inserted_columns` follows."""
    columns = names((*stage.shape.columns, *(name for name, _ in stage.shape.computed)))
    return sql.SQL("insert into {} ({}) overriding system value").format(stage.target, columns)


def inserted_columns(stage: Stage) -> sql.Composed:
    """List what is inserted: the staged columns, and what the server is to evaluate for each new row.

    The latter is SQL that stands in the fixture, and nothing else.
    """
    computed = [sql.SQL("({})").format(trusted(text)) for _, text in stage.shape.computed]
    staged = [names(stage.shape.columns, "staged")] if stage.shape.columns else []
    return sql.SQL(", ").join([*staged, *computed])


def missing_rows(stage: Stage, columns: sql.Composable) -> sql.Composed:
    """Select the staged rows that the table hasn't; the statement goes on after its WHERE."""
    if stage.on_conflict is OnConflict.ERROR:
        return sql.SQL("select {} from {} as staged where true").format(columns, stage.identifier)
    if not stage.key:
        return _missing_copies(stage, columns)
    return sql.SQL("select {} from {} as staged where not exists (select from {} as target where {})").format(
        columns, stage.identifier, stage.target, same_key(stage)
    )


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
                row_number() over (partition by {image} order by {place}) as seedkit_copy
            from {stage}
        ) as staged
        left join (
            select {image} as seedkit_image, count(*) as copies
            from {target}
            where {image} in (select {image} from {stage})
            group by 1
        ) as present using (seedkit_image)
        where staged.seedkit_copy > coalesce(present.copies, 0)
        """
    ).format(
        columns=columns,
        listed=sql.SQL("").join(sql.SQL("{}, ").format(sql.Identifier(name)) for name in stage.shape.columns),
        place=stage.place,
        image=sql.SQL("row({})::text").format(names(stage.shape.stable)),
        stage=stage.identifier,
        target=stage.target,
    )


def same_key(stage: Stage) -> sql.SQL:
    """Say that `target` and `staged` are the same row."""
    return same(stage.key, frozenset(column.name for column in stage.table.columns if column.not_null))
