"""The functions of the public API for code that awaits: on connections that are awaited, or on one of seedkit's own.

The work is done in a thread, and the event loop goes on. Where the task is cancelled or times out, the work is ended
early and cleans up behind itself before the task ends: the connection is as it was, and a transaction that was open
takes statements. Sequences that were moved by then stay moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from seedkit.api import seeding, sequences
from seedkit.core.reports.generation import GenerationReport
from seedkit.core.reports.runs import RepairReport, SeedReport, SequenceReport
from seedkit.orm.table_names import TableLike, numbered_name
from seedkit.postgres.beside import beside, beside_lent, sync_part

_Report = TypeVar("_Report")


async def fix_sequence(
    table_name: TableLike,
    id_column: str | None = None,
    sequence_name: str | None = None,
    *,
    id_range: tuple[int, int] | None = None,
    force: bool = False,
    connection: object = None,
) -> SequenceReport:
    """Move the sequence of a table past its highest id, as `seedkit.fix_sequence` does.

    `connection` is a SQLAlchemy AsyncSession, AsyncConnection or AsyncEngine on asyncpg or psycopg, or a connection of
    these: a psycopg.AsyncConnection, an asyncpg.Connection. It is used inside its open transaction, never committed,
    and left as found; an AsyncSession is flushed first. An AsyncEngine gives a connection for it, where each repair is
    committed, as on the one to the configured database that is opened where none is lent.
    """
    name = await _named(table_name, connection)
    return await _on(
        connection,
        lambda usable: sequences.fix_sequence(
            name, id_column, sequence_name, id_range=id_range, force=force, connection=usable
        ),
    )


async def fix_sequences(
    tables: Sequence[TableLike] | None = None,
    *,
    schema: str | Sequence[str] | None = None,
    margin: int = 0,
    id_range: tuple[int, int] | None = None,
    wait: bool = False,
    lock_timeout: str | None = "5s",
    dry_run: bool = False,
    connection: object = None,
) -> RepairReport:
    """Repair the sequences of some tables, by default of all, as `seedkit.fix_sequences`; see `fix_sequence`."""
    names = await _all_named(tables, connection)
    return await _on(
        connection,
        lambda usable: sequences.fix_sequences(
            names,
            schema=schema,
            margin=margin,
            id_range=id_range,
            wait=wait,
            lock_timeout=lock_timeout,
            dry_run=dry_run,
            connection=usable,
        ),
    )


async def check_sequences(
    tables: Sequence[TableLike] | None = None,
    *,
    schema: str | Sequence[str] | None = None,
    id_range: tuple[int, int] | None = None,
    connection: object = None,
) -> RepairReport:
    """Judge sequences and write nothing, as `seedkit.check_sequences`; see `fix_sequence`."""
    names = await _all_named(tables, connection)
    return await _on(
        connection,
        lambda usable: sequences.check_sequences(names, schema=schema, id_range=id_range, connection=usable),
    )


async def seed(  # noqa: PLR0913 - the options of the command, all of them by keyword
    names: Sequence[TableLike] = (),
    *,
    url: str | None = None,
    directory: str | Path | None = None,
    environment: str | None = None,
    random_seed: int = 0,
    now: datetime | None = None,
    dry_run: bool = False,
    force: bool = False,
    fresh: str | None = None,
    bulk_foreign_keys: bool = False,
    wait: bool = False,
    sql: bool = True,
    require_migrated: bool = False,
) -> SeedReport:
    """Load the fixtures and run the seeders of a project, as `seedkit.seed`: in a thread, on a connection of its own.

    The run does not see what a transaction of yours has not committed, and waits for what that has locked: commit
    first. Seeders run in that thread too, and are plain functions. A run that is cancelled leaves not one row; one that
    was committing by then may have.
    """
    return await beside(
        lambda: seeding.seed(
            names,
            url=url,
            directory=directory,
            environment=environment,
            random_seed=random_seed,
            now=now,
            dry_run=dry_run,
            force=force,
            fresh=fresh,
            bulk_foreign_keys=bulk_foreign_keys,
            wait=wait,
            sql=sql,
            require_migrated=require_migrated,
        )
    )


async def generate(  # noqa: PLR0913 - the options of the command, all of them by keyword
    tables: TableLike | Mapping[Any, int] | None = None,
    rows: int | None = None,
    *,
    url: str | None = None,
    directory: str | Path | None = None,
    environment: str | None = None,
    excluded: Sequence[TableLike] = (),
    top_up: bool = False,
    random_seed: int = 0,
    now: date | None = None,
    locale: str = "en",
    dry_run: bool = False,
    force: bool = False,
    commit_every: int | None = None,
    workers: int | None = None,
    like_existing: bool = False,
    out: str | Path | None = None,
    columns: Mapping[str, object] | None = None,
    **said: object,
) -> GenerationReport:
    """Fill tables from their schema alone, as `seedkit.generate`, in a thread and on a connection as `seed`'s."""
    from seedkit.api import generation

    return await beside(
        lambda: generation.generate(
            tables,
            rows,
            url=url,
            directory=directory,
            environment=environment,
            excluded=excluded,
            top_up=top_up,
            random_seed=random_seed,
            now=now,
            locale=locale,
            dry_run=dry_run,
            force=force,
            commit_every=commit_every,
            workers=workers,
            like_existing=like_existing,
            out=out,
            columns=columns,
            **said,
        )
    )


async def _all_named(tables: Sequence[TableLike] | None, connection: object) -> Sequence[TableLike] | None:
    if isinstance(tables, str) or not isinstance(tables, Iterable):
        return tables  # nothing, or what is refused
    return [await _named(table, connection) for table in tables]


async def _named(table: TableLike, connection: object) -> TableLike:
    """Name the table that a class means on the connection, which may translate its schema."""
    return table if isinstance(table, str) else numbered_name(table, await sync_part(connection))


async def _on(connection: object, work: Callable[[object], _Report]) -> _Report:
    if connection is None:
        return await beside(lambda: work(None))
    return await beside_lent(connection, work)
