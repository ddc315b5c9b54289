"""Writes rows into tables: COPY into an empty table, otherwise by way of stages that are compared with the table.

All happens in the caller's transaction; nothing here commits. The statements are made in `seedkit.postgres.merging`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import psycopg
from psycopg import sql
from psycopg.types.json import Json, Jsonb

from seedkit.core.catalog import Table
from seedkit.core.names import TableName
from seedkit.core.reports import TableReport
from seedkit.core.row_blocks import Block, RowSource, ValueBlock
from seedkit.core.row_keys import row_key
from seedkit.core.row_shapes import RowShape
from seedkit.errors import LoadError, Origin, SeedkitError
from seedkit.postgres.connection import Connection, explain
from seedkit.postgres.merging import Stage, copy_statement, merge_statement, repeated_keys_statement, stage_statement

_COPY_LINE = re.compile(r"\bCOPY \S.*?, line (\d+)")
_KEY_DETAIL = re.compile(r"Key \((?P<columns>.+?)\)=\((?P<values>.*?)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLoad:
    """The rows that a run has for one table."""

    table: Table
    sources: tuple[RowSource, ...]


@dataclass(slots=True, kw_only=True)
class _Progress:
    """How far one table's load has come: the rows sent into its stages."""

    load: TableLoad
    rows: int = 0
    stages: list[Stage] = field(default_factory=list)


def load_tables(connection: Connection, loads: Sequence[TableLoad]) -> list[TableReport]:
    """Load one table, or several that refer to each other in a circle, and count what it did to their rows.

    Raises LoadError, with the row's place where it can be found, for what PostgreSQL refuses; CatalogError and
    FixtureError for what can be told without it. Then nothing of the rows is left, whoever goes on after the error.
    """
    try:
        if len(loads) == 1 and _takes_copy(connection, loads[0].table):
            with connection.transaction():
                return [_copy_directly(connection, loads[0])]
        return _load_by_stages(connection, [_Progress(load=load) for load in loads])
    except psycopg.Error as error:
        raise _addressed(error, loads) from error


def _takes_copy(connection: Connection, table: Table) -> bool:
    """Whether rows can go straight in: COPY compares nothing, and checks foreign keys once per statement."""
    if table.refers_to_itself:
        return False
    statement = sql.SQL("select exists (select from {})").format(_identifier(table.name))
    row = connection.execute(statement).fetchone()
    return row is not None and not row[0]


def _copy_directly(connection: Connection, load: TableLoad) -> TableReport:
    target = _identifier(load.table.name)
    sent = inserted = 0
    for run in _runs(load):
        row_key(load.table, run.shape.stable, run.source.key, run.source.on_conflict, run.source.origin)
        inserted += _copy(connection, target, run)
        sent += run.rows
    return _report(load, inserted=inserted, updated=0, rows=sent)


def _load_by_stages(connection: Connection, progress: Sequence[_Progress]) -> list[TableReport]:
    try:
        for loaded in progress:
            _copy_to_stages(connection, loaded)
        return _merge(connection, progress)
    finally:
        _empty(connection, [stage for loaded in progress for stage in loaded.stages])


def _copy_to_stages(connection: Connection, progress: _Progress) -> None:
    for run in _runs(progress.load):
        stage = _stage(connection, progress, run)
        _copy(connection, stage.identifier, run)
        progress.rows += run.rows


def _stage(connection: Connection, progress: _Progress, run: _Run) -> Stage:
    """Find or create the stage for rows of these columns that are to be treated alike."""
    source, table = run.source, run.load.table
    key = row_key(table, run.shape.stable, source.key, source.on_conflict, source.origin)
    stage = Stage(table=table, shape=run.shape, key=key, on_conflict=source.on_conflict)
    if stage not in progress.stages:
        progress.stages.append(stage)
        connection.execute(stage_statement(stage))
    return stage


@dataclass(slots=True, kw_only=True)
class _Run:
    """Consecutive blocks of a source that one COPY takes; `before` counts its rows of this shape in earlier ones."""

    load: TableLoad
    source: RowSource
    shape: RowShape
    blocks: Iterator[Block | ValueBlock]
    before: int
    rows: int = 0


def _runs(load: TableLoad) -> Iterator[_Run]:
    """Split a table's rows where another COPY must begin."""
    for source in load.sources:
        sent: Counter[RowShape] = Counter()
        for shape, blocks in _copies(source):
            run = _Run(load=load, source=source, shape=shape, blocks=blocks, before=sent[shape])
            yield run
            sent[shape] += run.rows


def _copies(source: RowSource) -> Iterator[tuple[RowShape, Iterator[Block | ValueBlock]]]:
    """Group the blocks that one COPY takes: those of the same shape, but each block of a seeder's rows alone."""
    if source.may_query:
        yield from ((block.shape, iter([block])) for block in source.blocks())
    else:
        yield from groupby(source.blocks(), key=lambda block: block.shape)


def _copy(connection: Connection, target: sql.Composable, run: _Run) -> int:
    """Send a run's rows, and give how many PostgreSQL took: a trigger may have refused some without a word."""
    try:
        with connection.cursor() as cursor:
            with cursor.copy(copy_statement(target, run.shape.columns)) as copy:
                for block in run.blocks:
                    _write(copy, block, run.load.table)
                    run.rows += block.rows
            return cursor.rowcount
    except psycopg.Error as error:
        raise _located(error, run) from error


def _write(copy: psycopg.Copy, block: Block | ValueBlock, table: Table) -> None:
    if isinstance(block, Block):
        copy.write(block.text)
        return
    documents = [table.column(name).base_type in ("json", "jsonb") for name in block.shape.columns]
    for values in block.values:
        copy.write_row([_adapted(value) if json else value for value, json in zip(values, documents, strict=True)])


def _adapted(value: object) -> object:
    """Write a value as a JSON document, as a fixture's are, unless it is NULL or wrapped already."""
    return value if value is None or isinstance(value, (Json, Jsonb)) else Json(value)


def _merge(connection: Connection, progress: Sequence[_Progress]) -> list[TableReport]:
    for loaded in progress:
        _refuse_repeated_keys(connection, loaded)
    by_stage = _merged_counts(connection, [stage for loaded in progress for stage in loaded.stages])
    return [
        _report(
            loaded.load,
            inserted=sum(by_stage[stage][1] for stage in loaded.stages),
            updated=sum(by_stage[stage][0] for stage in loaded.stages),
            rows=loaded.rows,
        )
        for loaded in progress
    ]


def _merged_counts(connection: Connection, stages: Sequence[Stage]) -> dict[Stage, tuple[int, int]]:
    """Run the merge, and give (updated, inserted) for each stage."""
    if not stages:
        return {}
    counts = connection.execute(merge_statement(stages)).fetchone() or ()
    return dict(zip(stages, zip(counts[::2], counts[1::2], strict=True), strict=True))


def _empty(connection: Connection, stages: Sequence[Stage]) -> None:
    """Empty the stages for their next use; in a transaction that has failed they go with it."""
    if stages and connection.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS:
        connection.execute(sql.SQL("truncate {}").format(sql.SQL(", ").join(stage.identifier for stage in stages)))


def _refuse_repeated_keys(connection: Connection, loaded: _Progress) -> None:
    """Two rows of one run with the same key are an error, whatever files they stand in."""
    for key in dict.fromkeys(stage.key for stage in loaded.stages if stage.key):
        stages = [stage for stage in loaded.stages if stage.key == key]
        repeated = connection.execute(repeated_keys_statement(stages)).fetchone()
        if repeated is not None:
            raise _repeated(loaded.load, key, repeated)


def _repeated(load: TableLoad, key: Sequence[str], texts: Sequence[str | None]) -> LoadError:
    places = [place for source in load.sources for place in source.locate_key(key, texts)]
    shown = ", ".join(f"{name} {'null' if text is None else text}" for name, text in zip(key, texts, strict=True))
    return LoadError(
        f'two rows of table "{load.table.name}" have the same key, {shown}',
        origin=places[0] if places else load.sources[0].origin,
        detail=f"The other one: {places[1]}." if len(places) > 1 else None,
        hint="Give one of them another key, or take it out.",
    )


def _report(load: TableLoad, *, inserted: int, updated: int, rows: int) -> TableReport:
    return TableReport(
        table=load.table.name,
        source=", ".join(dict.fromkeys(source.name for source in load.sources)),
        inserted=inserted,
        updated=updated,
        unchanged=rows - inserted - updated,
    )


def _identifier(name: TableName) -> sql.Identifier:
    return sql.Identifier(name.schema, name.name)


def _located(error: psycopg.Error, run: _Run) -> SeedkitError:
    """Explain an error of one COPY: PostgreSQL counts its lines, and a line is a row.

    Only an empty table takes rows directly, so a key that is there already is one of the run's own.
    """
    if isinstance(error, psycopg.errors.UniqueViolation) and (key := _key_of(error)):
        return _repeated(run.load, *key)
    explained = explain(error, f"loading {run.load.table.name} from {run.source.name}")
    match = _COPY_LINE.search(error.diag.context or "")
    origin = run.source.locate(run.shape, run.before + int(match[1])) if match else None
    explained.origin = origin or _place_of_key(error, [run.source]) or run.source.origin
    return explained


def _addressed(error: psycopg.Error, loads: Sequence[TableLoad]) -> SeedkitError:
    """Explain an error of the statement that merges the stages; it names the table and mostly the key."""
    table = error.diag.table_name
    blamed = [load for load in loads if load.table.name.name == table] or list(loads)
    names = ", ".join(str(load.table.name) for load in loads)
    explained = explain(error, f"loading {names}")
    sources = [source for load in blamed for source in load.sources]
    explained.origin = _place_of_key(error, sources) or sources[0].origin
    return explained


def _place_of_key(error: psycopg.Error, sources: Sequence[RowSource]) -> Origin | None:
    key = _key_of(error)
    return next((place for source in sources for place in source.locate_key(*key)), None) if key else None


def _key_of(error: psycopg.Error) -> tuple[list[str], list[str]] | None:
    """Read the columns and their values from PostgreSQL's detail, or None where a value with a comma hides them."""
    match = _KEY_DETAIL.search(error.diag.message_detail or "")
    if match is None:
        return None
    columns, texts = match["columns"].split(", "), match["values"].split(", ")
    return (columns, texts) if len(columns) == len(texts) else None
