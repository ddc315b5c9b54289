"""`generate`: rows from the schema alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

import seedkit.reports.generation  # noqa: F401 - what str(report) gives
from seedkit.api.connections import refuse_other_than, settings_for, usable_connection
from seedkit.api.generation_settings import guard_of, said_by
from seedkit.config import Settings
from seedkit.context.run import running_seed
from seedkit.core.generation.requests.asked import AskedRows, asked_tables
from seedkit.core.reports.generation import GenerationReport
from seedkit.errors import UsageError
from seedkit.orm.table_names import TableLike, counted_names, names_of
from seedkit.postgres.borrowing import borrowed
from seedkit.runner.generation import run as generating
from seedkit.runner.generation.refinements import with_columns
from seedkit.runner.generation.request import GenerationRequest

if TYPE_CHECKING:
    from seedkit.runner.generation.out.places import Out


def generate(  # noqa: PLR0913 - the options of the command, all of them by keyword
    tables: TableLike | Mapping[Any, int] | None = None,
    rows: int | None = None,
    *,
    connection: object = None,
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
    """Fill tables with rows that their schema accepts, made from it alone, and leave every sequence right.

    `tables` is a table and `rows` the rows to add (100), or a mapping of tables to numbers; names may be patterns
    (`"app.*"`). Without tables every empty one gets 100 rows; so do empty ones that others need. With `top_up` the
    numbers are totals. `random_seed` and `now` (a day; today in UTC) decide about the values, and the `locale` about
    their language (`"de:3,fr:1"`); `like_existing` gives them the shares of the rows that are there, by statistics.

    All happens in one transaction, committed on a connection of ours or an Engine's, left open on one that is given;
    `commit_every` commits whenever so many rows are there. `out` has it taken back, and the rows written as fixtures
    into that folder. Raises SeedkitError for what was wrong with a named table, of which run no row is left, and
    ProtectedDatabaseError on a production database without `force`. `columns` and further keywords say what those of
    the one table have: a constant, a tag or a function of a row. So many `workers` are processes that make rows.
    """
    settings = settings_for(connection, url=url, environment=environment, directory=directory)
    request = GenerationRequest(
        asked=_asked(tables, rows),
        excluded=names_of("excluded", excluded),
        total=top_up,
        random_seed=random_seed,
        now=now.date() if isinstance(now, datetime) else now,
        locale=locale,
        dry_run=dry_run,
        commit_every=commit_every,
        workers=workers,
        like_existing=like_existing,
        out=_folder(out),
    )
    return _generated(settings, _of_project(request, settings, _all_said(columns, said), force=force), connection)


def _generated(settings: Settings, request: GenerationRequest, connection: object) -> GenerationReport:
    return _generate_here(settings, request) if connection is None else _generate_on(connection, request)


def _of_project(
    request: GenerationRequest, settings: Settings, columns: Mapping[str, object], *, force: bool
) -> GenerationRequest:
    """Add what the project says, and over that what the program says of columns."""
    refuse_other_than(date, now=request.now)
    refuse_other_than(str, locale=request.locale)
    refuse_other_than(int, commit_every=request.commit_every, workers=request.workers)
    said = with_columns(said_by(settings), request.asked, columns)
    return replace(request, said=said, guard=guard_of(settings, force=force))


def _all_said(columns: Mapping[str, object] | None, said: Mapping[str, object]) -> Mapping[str, object]:
    refuse_other_than(Mapping, columns=columns)
    return {**(columns or {}), **said}


def _folder(out: str | Path | None) -> Out | None:
    refuse_other_than((str, Path), out=out)
    if out is None:
        return None
    from seedkit.runner.generation.out.fixtures import FixtureFolder

    return FixtureFolder(Path(out))


def _generate_here(settings: Settings, request: GenerationRequest) -> GenerationReport:
    with usable_connection(settings) as usable:
        run = running_seed()
        return generating.generate(usable, replace(request, still=run is not None and run.dry_run))


def _asked(tables: TableLike | Mapping[Any, int] | None, rows: int | None) -> tuple[AskedRows, ...]:
    if tables is not None:
        return asked_tables(counted_names(tables, rows))
    if rows is not None:
        raise UsageError("rows was given without a table", hint='Write generate("*", rows) for all tables.')
    return ()


def _generate_on(given: object, request: GenerationRequest) -> GenerationReport:
    """Generate on a connection that is lent; on one of Django's inside `transaction.atomic`."""
    from seedkit.orm.django_transactions import known_to_django

    with borrowed(given) as connection, known_to_django(given, roll_back=request.dry_run) as begun:
        return generating.generate(connection, replace(request, begun=begun))
