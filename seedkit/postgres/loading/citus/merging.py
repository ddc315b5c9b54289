"""Merges stages into tables that Citus keeps, table by table: there is no one statement for several of them.

What is compared are copies of their rows, from before. Each shard checks foreign keys at the end of each statement. So
of tables that refer to each other in a circle a row goes in without what is not there yet, and gets it afterwards,
where that may be NULL; a key that is INITIALLY DEFERRED waits for the commit by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

import psycopg
from msgspec import Struct
from psycopg import sql

from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.names import Columns
from seedkit.core.planning.dependency_order import load_order
from seedkit.postgres.connection import Connection, Cursor, execute_alone
from seedkit.postgres.identifiers import assignments, images_differ, names, real_rows, trusted, type_of
from seedkit.postgres.loading.merging.inserting import in_order, insert_rows_of, missing_rows
from seedkit.postgres.loading.merging.key_parts import key_parts
from seedkit.postgres.loading.merging.merge import Counts, counts_by_stage
from seedkit.postgres.loading.merging.parking import parked
from seedkit.postgres.loading.merging.together import insert_together
from seedkit.postgres.loading.merging.updating import differing_rows
from seedkit.postgres.loading.stages import Stage, same_key
from seedkit.postgres.shard_errors import as_of_tables


class _Part(Struct, frozen=True, kw_only=True):
    """A stage of a merge; `circular` columns may refer to its rows, `late` ones to such as go in after the stage's."""

    number: int
    stage: Stage
    circular: Columns
    late: Columns


def merge_spread(connection: Connection, stages: Sequence[Stage]) -> list[Counts]:
    """Update what differs and insert what is missing, and count it for each stage, as `merge` does."""

    def merge() -> tuple[list[int], bool]:
        return [number for counts in _merged(connection, stages) for number in counts], False

    return counts_by_stage(parked(connection, stages, merge, _set_by_rows) or ())


def _merged(connection: Connection, stages: Sequence[Stage]) -> list[Counts]:
    parts = list(_parts(stages))
    updated = {part.number: _update_early(connection, part) for part in parts}
    inserted = _insert_all(connection, parts)
    for part in parts:
        circular = tuple(name for name in part.stage.updatable if name in part.circular)
        if updated[part.number] and circular:
            _update(connection, part.stage, circular)
        if part.late:
            _complete(connection, part)
    return [(updated[number], inserted.get(number, 0)) for number in range(len(stages))]


def _parts(stages: Sequence[Stage]) -> Iterator[_Part]:
    """Give the stages in an order in which each finds what it can't go in without."""
    numbered: dict[int, list[tuple[int, Stage]]] = {}
    for number, stage in enumerate(stages):
        numbered.setdefault(stage.table.oid, []).append((number, stage))
    order = load_order(list(numbered), lambda oid: _needed(numbered[oid][0][1], stages))
    done: set[int] = set()
    for oid in chain.from_iterable(order):
        for number, stage in numbered[oid]:
            at_once = stage.file_order is not None or len(numbered[oid]) == 1
            yield _part(number, stage, stages, {*done, oid} if at_once else done)
        done.add(oid)


def _part(number: int, stage: Stage, stages: Sequence[Stage], there: set[int]) -> _Part:
    """Say which columns of a stage wait for other rows; those of tables that are `there` are when it goes in."""
    led_to = [(key, _tables_led_to(key, stages)) for key in stage.table.foreign_keys]
    circular = (name for key, tables in led_to if tables for name in key.columns if name not in stage.key)
    late = (name for key, tables in led_to if not tables <= there for name in _open(key, stage))
    return _Part(number=number, stage=stage, circular=tuple(dict.fromkeys(circular)), late=tuple(dict.fromkeys(late)))


def _tables_led_to(key: ForeignKey, stages: Sequence[Stage]) -> set[int]:
    return {stage.table.oid for stage in stages if _leads_to(key, stage)}


def _leads_to(key: ForeignKey, stage: Stage) -> bool:
    return key.leads_to(stage.table.lineage)


def _needed(stage: Stage, stages: Sequence[Stage]) -> list[int]:
    """List the tables of a merge whose rows a stage's can't go in without."""
    keys = [key for key in stage.table.foreign_keys if not _open(key, stage)]
    return [other.table.oid for other in stages if any(_leads_to(key, other) for key in keys)]


def _open(key: ForeignKey, stage: Stage) -> Columns:
    """List the columns of a foreign key that may be NULL for a while; none where a row could not be found again."""
    columns = (stage.table.column(name) for name in key.columns if name in stage.shape.columns)
    return tuple(
        column.name for column in columns if stage.key and column.name not in stage.key and not column.not_null
    )


def _update_early(connection: Connection, part: _Part) -> int:
    """Update what refers to no row of the merge, and count all rows that differ."""
    stage = part.stage
    if not stage.updates:
        return 0
    early = tuple(name for name in stage.updatable if name not in part.circular)
    if early == stage.updatable:
        return _update(connection, stage, early)
    differing = sql.SQL("select pg_catalog.count(*) from ({}) as row").format(differing_rows(stage))
    [number] = execute_alone(connection, differing).fetchone() or (0,)
    if number and early:
        _update(connection, stage, early)
    return int(number)


def _update(connection: Connection, stage: Stage, columns: Columns) -> int:
    """Bring columns of rows that are there in line, and count these rows."""
    rows = sql.SQL(" union all ").join(
        sql.SQL("select {} from {} as target, {} as staged where {} and {}").format(
            names(tuple(dict.fromkeys((*stage.key, *columns))), "staged"),
            stage.rows_there,
            stage.identifier,
            part.same,
            images_differ(columns),
        )
        for part in key_parts(stage)
    )
    return _set(connection, stage, columns, rows)


def _complete(connection: Connection, part: _Part) -> None:
    """Give rows that have gone in without some columns what they are to have there."""
    stage = part.stage
    listed = names((*stage.key, *part.late), "staged")
    rows = sql.SQL("{} and pg_catalog.num_nonnulls({}) operator(pg_catalog.>) 0").format(
        missing_rows(stage, listed), names(part.late, "staged")
    )
    _set(connection, stage, part.late, rows)


def _set(connection: Connection, stage: Stage, columns: Columns, rows: sql.Composable) -> int:
    """Set columns, and count the rows."""
    [number] = _executed(connection, _set_statement(stage, rows, columns, same_key(stage)), stage).fetchone() or (0,)
    return int(number)


def _set_statement(stage: Stage, rows: sql.Composable, columns: Columns, same: sql.SQL) -> sql.Composed:
    """Set columns to what some rows of ours have; written so, no kind of table refuses them."""
    return sql.SQL(
        "with staged as materialized ({}),"
        " updated as (update {} as target set {} from staged where {} returning 1)"
        " select pg_catalog.count(*) from updated"
    ).format(rows, real_rows(stage.table), assignments(columns), same)


def _set_by_rows(stage: Stage, rows: sql.Composable, column: str, same: sql.SQL) -> sql.Composed:
    return _set_statement(stage, rows, (column,), same)


def _executed(connection: Connection, statement: sql.Composed, stage: Stage) -> Cursor:
    """Execute what writes; raises psycopg.Error as the table knows it."""
    try:
        return execute_alone(connection, statement)
    except psycopg.Error as error:
        if connection.closed:
            raise
        raise as_of_tables(error, [stage.table]) from error


def _insert_all(connection: Connection, parts: Sequence[_Part]) -> dict[int, int]:
    """Insert what is missing, rows with numbers of one table together and last; count it by the stages' numbers."""
    inserted: dict[int, int] = {}
    for oid in dict.fromkeys(part.stage.table.oid for part in parts):
        ours = [part for part in parts if part.stage.table.oid == oid]
        together = [part for part in ours if part.stage.file_order is not None and not part.late]
        for part in (part for part in ours if part not in together):
            inserted[part.number] = _insert(connection, part)
        if together:
            statement = insert_together([part.stage for part in together])
            inserted[together[0].number] = _executed(connection, statement, together[0].stage).rowcount
    return inserted


def _insert(connection: Connection, part: _Part) -> int:
    stage = part.stage
    columns = sql.SQL(", ").join(_inserted(part)) if stage.shape.columns or stage.shape.computed else sql.SQL("")
    statement = sql.SQL("{} {} {}").format(insert_rows_of(stage), missing_rows(stage, columns), in_order(stage))
    try:
        return _executed(connection, statement, stage).rowcount
    except psycopg.errors.ForeignKeyViolation as error:
        if part.circular:
            error.add_note(
                "Of tables that refer to each other in a circle Citus takes rows whose foreign key may be NULL"
                " until the other row is there, or is DEFERRABLE INITIALLY DEFERRED."
            )
        raise


def _inserted(part: _Part) -> Iterator[sql.Composable]:
    """List what is inserted, as `inserted_columns` does, but for what is to come."""
    stage = part.stage
    for name in stage.shape.columns:
        if name in part.late:
            yield sql.SQL("null::{}").format(type_of(stage.table.column(name)))
        else:
            yield sql.SQL("staged.{}").format(sql.Identifier(name))
    yield from (sql.SQL("({}\n)").format(trusted(text)) for _, text in stage.shape.computed)
