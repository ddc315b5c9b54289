"""Runs a contest: every contestant once a round, each time on a fresh copy of the same database."""

from __future__ import annotations

import itertools
import os
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from benchmarks.contestants import PSQL_COPY, SEED, Contestant, generate
from benchmarks.contests import Contest
from benchmarks.delay_proxy import delay_proxy
from benchmarks.measure import Usage, measured
from benchmarks.workloads import Workload, write_django_fixture, write_project

_NUMBERS = itertools.count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a contestant took: the median of its rounds; `ratio` to the yardstick of the same contest, `date` in UTC."""

    contest: str
    contestant: str
    seconds: float
    ratio: float
    cpu_seconds: float
    peak_bytes: int
    round_trips: int | None
    rounds: int
    date: str


@dataclass(slots=True)
class _Record:
    usages: list[Usage] = field(default_factory=list)
    round_trips: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arena:
    """Where a contest takes place: the maintenance database, and the databases that each run gets a copy of."""

    server: str
    folder: Path
    empty: str
    loaded: str


def run_contest(
    contest: Contest, server: str, folder: Path, *, rounds: int, tell: Callable[[str], None]
) -> list[Result]:
    """Measure a contest on a server; the folder is new, and the databases are gone afterwards.

    The round before the first warms up and counts the round trips through a proxy; its time doesn't count.
    """
    entrants = [contestant for contestant in contest.contestants if contestant.available]
    records = {contestant.name: _Record() for contestant in entrants}
    with _arena(contest, server, folder) as arena:
        for number in range(rounds + 1):
            for contestant in entrants:
                if not contestant.slow or number == 1:
                    tell(f"{contest.key}: {contestant.name}, round {number} of {rounds}")
                    _run_once(contest, contestant, arena, records[contestant.name], warm_up=number == 0)
    return _results(contest, records)


def _results(contest: Contest, records: dict[str, _Record]) -> list[Result]:
    medians = {name: statistics.median(usage.seconds for usage in record.usages) for name, record in records.items()}
    yardstick = next(iter(medians.values()))
    return [
        Result(
            contest=contest.key,
            contestant=name,
            seconds=medians[name],
            ratio=medians[name] / yardstick,
            cpu_seconds=statistics.median(usage.cpu_seconds for usage in record.usages),
            peak_bytes=max(usage.peak_bytes for usage in record.usages),
            round_trips=record.round_trips,
            rounds=len(record.usages),
            date=datetime.now(UTC).date().isoformat(),
        )
        for name, record in records.items()
    ]


def _run_once(contest: Contest, contestant: Contestant, arena: _Arena, record: _Record, *, warm_up: bool) -> None:
    template = arena.loaded if contestant.again or contest.drifted else arena.empty
    with copied_database(arena.server, template) as conninfo:
        if not warm_up and not contest.delay_seconds:
            record.usages.append(measured(contestant.command(conninfo), arena.folder))
            return
        with delay_proxy(conninfo, contest.delay_seconds) as proxy:
            usage = measured(contestant.command(proxy.conninfo), arena.folder)
        record.round_trips = proxy.round_trips
        if not warm_up:
            record.usages.append(usage)


@contextmanager
def _arena(contest: Contest, server: str, folder: Path) -> Iterator[_Arena]:
    write_project(contest.workload, folder)
    if any(contestant.needs == "django" and contestant.available for contestant in contest.contestants):
        write_django_fixture(contest.workload, folder)
    with _database(server, "template1") as empty, _database(server, "template1") as loaded:
        arena = _Arena(server=server, folder=folder, empty=empty, loaded=loaded)
        for name in (empty, loaded):
            execute(make_conninfo(server, dbname=name), (folder / "schema.sql").read_bytes())
        if contest.workload.generated:
            measured(generate(contest.workload).command(make_conninfo(server, dbname=loaded)), folder)
            _write_csv(make_conninfo(server, dbname=loaded), contest.workload, folder)
        elif any(table.template for table in contest.workload.tables):
            measured(SEED.command(make_conninfo(server, dbname=loaded)), folder)
            _write_csv(make_conninfo(server, dbname=loaded), contest.workload, folder)
        elif contest.drifted:
            measured(PSQL_COPY.command(make_conninfo(server, dbname=loaded)), folder)
        elif any(contestant.again for contestant in contest.contestants):
            measured(SEED.command(make_conninfo(server, dbname=loaded)), folder)
        yield arena


def _write_csv(conninfo: str, workload: Workload, folder: Path) -> None:
    """Write rows that stand in no list as CSV, for those who load the same."""
    with psycopg.connect(conninfo) as connection, connection.cursor() as cursor:
        for table in workload.tables:
            columns = sql.SQL(", ").join(map(sql.Identifier, table.names))
            statement = sql.SQL("copy {} ({}) to stdout (format csv)").format(sql.Identifier(table.name), columns)
            with (folder / "csv" / f"{table.name}.csv").open("wb") as file, cursor.copy(statement) as copy:
                file.writelines(copy)


@contextmanager
def _database(server: str, template: str) -> Iterator[str]:
    name = f"bench_{os.getpid()}_{next(_NUMBERS)}"
    create = sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
    execute(server, create)
    try:
        yield name
    finally:
        execute(server, sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@contextmanager
def copied_database(server: str, template: str = "template1") -> Iterator[str]:
    """Make a database that is a copy of another, give its conninfo, and drop it at the end."""
    with _database(server, template) as name:
        yield make_conninfo(server, dbname=name)


def execute(conninfo: str, statement: bytes | sql.Composed) -> None:
    """Run one statement, or several given as bytes, on a connection of its own."""
    with psycopg.connect(conninfo, autocommit=True) as connection:
        connection.execute(statement)
