"""The statements of a merge: one statement merges all stages of a table, or of a circle of tables.

PostgreSQL checks foreign keys at the end of a statement. So rows that refer to each other, in one table or in a circle
of tables, load in any order, with NOT NULL and non-deferrable keys, for a plain owner.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from msgspec import Struct
from psycopg import sql

from seedkit.core.rows.file_order import shows_order
from seedkit.postgres.identifiers import written
from seedkit.postgres.loading.merging.ambiguous_rows import inline_ambiguities
from seedkit.postgres.loading.merging.inserting import in_order, insert_rows_of, inserted_columns, missing_rows
from seedkit.postgres.loading.merging.key_parts import update_parts
from seedkit.postgres.loading.merging.present_rows import inline_presents
from seedkit.postgres.loading.merging.repeated_key_queries import inline_repeats
from seedkit.postgres.loading.merging.together import insert_together
from seedkit.postgres.loading.merging.updating import NOTHING, differing_rows, update_rows
from seedkit.postgres.loading.stages import Stage, stage_definition, unnumbered_rows, with_stages


class Work(Struct, frozen=True, kw_only=True):
    """What there is to do for a stage; a statement that writes nothing would still fire triggers FOR EACH STATEMENT."""

    update: bool = True
    insert: bool = True


def work_statement(stages: Sequence[Stage]) -> sql.Composed:
    """Ask for each stage whether a row differs and whether one is missing, without writing anything.

    Answers of many stages are one array: a row has no more than 1,664 columns.
    """
    asked = [part for stage in stages for part in (differing_rows(stage), missing_rows(stage, _NO_COLUMNS))]
    return sql.SQL("{} select array[{}]").format(
        with_stages(stages), sql.SQL(", ").join(sql.SQL("exists ({})").format(part) for part in asked)
    )


def merge_statement(stages: Sequence[Stage], works: Sequence[Work] | None = None) -> sql.Composed:
    """Update what differs and insert what is missing, in one statement.

    Gives an array, updated and inserted for each stage, and whether inline stages have what is an error: a key that
    stands in them more than once, a row that is there and must not be, or one that means several.
    """
    planned = works or [Work()] * len(stages)
    parts = [stage_definition(stage) for stage in stages if stage.document is not None]
    for number, (stage, work) in enumerate(zip(stages, planned, strict=True)):
        parts += _updates(number, stage) if work.update and stage.updates else [_named(_updated(number), NOTHING)]
    parts += _all_updates(stages)
    parts += _inserts(stages, planned)
    errors = [*inline_repeats(stages), *inline_presents(stages), *inline_ambiguities(stages)]
    return sql.SQL("with {} select array[{}], {}").format(sql.SQL(", ").join(parts), _counts(len(stages)), _any(errors))


def _inserts(stages: Sequence[Stage], works: Sequence[Work]) -> list[sql.Composed]:
    """Insert what is missing of each stage, those of one table that go by their numbers together and last."""
    inserts: list[sql.Composed] = []
    for numbers in _by_table(stages):
        together, done = [], _done(_all_updated(numbers[0]))
        for number in numbers:
            if stages[number].file_order is not None and works[number].insert:
                together.append(number)
                continue
            insert = _insert(stages[number], done) if works[number].insert else NOTHING
            inserts.append(_named(_inserted(number), insert))
        if together:
            earlier = [number for number in numbers if stages[number].file_order is None]
            insert = _insert_together([stages[number] for number in together], done, earlier)
            inserts.append(_named(_inserted(together[0]), insert))
            inserts += [_named(_inserted(number), NOTHING) for number in together[1:]]
    return inserts


def _by_table(stages: Sequence[Stage]) -> list[list[int]]:
    """Give the numbers of the stages of each table."""
    numbers: dict[int, list[int]] = {}
    for number, stage in enumerate(stages):
        numbers.setdefault(stage.table.oid, []).append(number)
    return list(numbers.values())


def _insert_together(stages: Sequence[Stage], updates_done: sql.Composed, earlier: Sequence[int]) -> sql.Composed:
    """Insert after all updates of the table, and after its rows without numbers, which come first."""
    done = sql.SQL(" and ").join([updates_done, *(_done(_inserted(number)) for number in earlier)])
    return sql.SQL("{} and {} returning 1").format(insert_together(stages), done)


def fill_statement(stage: Stage) -> sql.Composed:
    """Insert the rows of an inline stage, as they come, into its table that has none; gives what a merge gives.

    It asks for no repeated keys: that is for tables whose key PostgreSQL itself keeps unique.
    """
    return sql.SQL(
        "with inserted as ({} select {} from ({}) as staged returning 1)"
        " select array[0, pg_catalog.count(*)], false from inserted"
    ).format(insert_rows_of(stage), inserted_columns(stage), unnumbered_rows(stage))


_NO_COLUMNS = sql.SQL("1")


def _any(conditions: Sequence[sql.Composable]) -> sql.Composable:
    return sql.SQL(" or ").join(conditions) if conditions else sql.SQL("false")


def _updated(number: int) -> sql.Identifier:
    return sql.Identifier(f"updated_{number}")


def _all_updated(first: int) -> sql.Identifier:
    return sql.Identifier(f"all_updated_{first}")


def _inserted(number: int) -> sql.Identifier:
    return sql.Identifier(f"inserted_{number}")


@cache
def _counts(stages: int) -> sql.SQL:
    counted = (name(number) for number in range(stages) for name in (_updated, _inserted))
    return written(sql.SQL("(select pg_catalog.count(*) from {})").format(name) for name in counted)


def _named(name: sql.Identifier, statement: sql.Composable) -> sql.Composed:
    return sql.SQL("{} as ({})").format(name, statement)


def _updates(number: int, stage: Stage) -> list[sql.Composed]:
    """Update the rows of each part of a stage, and count them together."""
    updates = [
        sql.SQL("{} returning 1").format(update_rows(stage, stage.identifier, part.same))
        for part in update_parts(stage)
    ]
    if len(updates) == 1:
        return [_named(_updated(number), updates[0])]
    names = [sql.Identifier(f"updated_{number}_{part}") for part in range(len(updates))]
    return [*map(_named, names, updates), _named(_updated(number), _rows_of(names))]


def _rows_of(names: Iterable[sql.Identifier]) -> sql.Composed:
    return sql.SQL(" union all ").join(sql.SQL("select 1 from {}").format(name) for name in names)


def _all_updates(stages: Sequence[Stage]) -> Iterator[sql.Composed]:
    """Count the updates of each table together, under the number of its first stage: its inserts name them at once."""
    for numbers in _by_table(stages):
        counted = _rows_of(_updated(number) for number in numbers)
        yield sql.SQL("{} as materialized (select pg_catalog.count(*) as rows from ({}) as updated)").format(
            _all_updated(numbers[0]), counted
        )


def _insert(stage: Stage, updates_done: sql.Composed) -> sql.Composed:
    """Insert the rows that aren't there, after all updates of their table: these may free a unique value."""
    return sql.SQL("{} {} and {} {} returning 1").format(
        insert_rows_of(stage),
        missing_rows(stage, inserted_columns(stage)),
        updates_done,
        in_order(stage) if _goes_in_order(stage) else sql.SQL(""),
    )


def _done(name: sql.Identifier) -> sql.Composed:
    """Say nothing but that an update or an insert is done: PostgreSQL runs one first where its rows are counted."""
    return sql.SQL("(select pg_catalog.count(*) from {}) is not null").format(name)


def _goes_in_order(stage: Stage) -> bool:
    return stage.document is not None or stage.numbered or shows_order(stage.table, stage.shape) or _defaults(stage)


def _defaults(stage: Stage) -> bool:
    """Whether the server gives new rows values, which should go up as the rows do."""
    written = stage.shape.columns
    return any(column.name not in written and (column.has_default or column.identity) for column in stage.table.columns)
