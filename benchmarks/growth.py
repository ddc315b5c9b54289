"""Does every cost grow with the work, and no faster? Whole commands at three sizes, each on a database of its own.

make growth            the tests that compare two sizes, then this
make growth WRITE=1    also the section of docs/performance.md and its chart
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import psycopg
from psycopg.conninfo import conninfo_to_dict

from benchmarks.contestants import seedkit_command
from benchmarks.delay_proxy import delay_proxy
from benchmarks.growth_section import Growth, growth_table, write_section
from benchmarks.measure import CommandFailedError, measured
from benchmarks.page import as_markdown, as_text, this_machine
from benchmarks.rounds import copied_database, execute
from tests.servers import ServerMissing, throwaway_server

PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
STEP, SIZES = 4, 3
_VERSION = 18
ROWS, TABLES = 2_000, 25


class Prepared(NamedTuple):
    """What stands in the database, and in the fixtures by their tables."""

    schema: str
    fixtures: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What grows: `least` of it are prepared at first, and met by a command.

    Before it there is a seed where that is to be `again`, and then the statements `between`.
    """

    title: str
    least: int
    prepare: Callable[[int], Prepared]
    command: tuple[str, ...] = ("seed",)
    again: bool = False
    between: tuple[str, ...] = ()


def _lines(line: str, count: int) -> str:
    return "".join(line.replace("{n}", str(number)) for number in range(1, count + 1))


def _people(count: int) -> Prepared:
    schema = "create table people (id serial primary key, email text unique, name text)"
    return Prepared(schema, {"people": _lines("- {id: {n}, email: p{n}@example.com, name: Ada}\n", count)})


def _by_email(count: int) -> Prepared:
    return Prepared(_people(0).schema, {"people": _lines("- {email: p{n}@example.com, name: Ada}\n", count)})


def _by_email_watched(count: int) -> Prepared:
    watched = """;
        create function nothing() returns trigger language plpgsql as $$ begin return null; end $$;
        create trigger watch after update on people for each statement execute function nothing();"""
    return Prepared(_people(0).schema + watched, _by_email(count).fixtures)


_BEHIND = "select setval(oid::regclass, 1, false) from pg_class where relkind = 'S'"
_RENAMED = (
    "alter table people disable trigger all; update people set name = 'Grace'; alter table people enable trigger all"
)


def _labelled(count: int) -> Prepared:
    schema = f"{_people(0).schema}; create table posts (id serial primary key, person_id integer references people)"
    labels = _lines("p{n}: {email: p{n}@example.com}\n", count)
    return Prepared(schema, {"people": labels, "posts": _lines("- {id: {n}, person_id: p{n}}\n", count)})


def _tables(count: int) -> Prepared:
    schema = _lines("create table t{n} (id serial primary key, name text);", count)
    return Prepared(schema, {f"t{number}": _lines("- {id: {n}, name: a}\n", 10) for number in range(1, count + 1)})


def _shapes(count: int) -> Prepared:
    columns = [f"c{bit}" for bit in range(10)]
    rows = (
        "".join(f", {name}: 1" for bit, name in enumerate(columns) if number >> bit & 1)
        for number in range(1, count + 1)
    )
    schema = f"create table things (id serial primary key, {', '.join(f'{name} integer' for name in columns)})"
    return Prepared(schema, {"things": "".join(f"- {{id: {n}{row}}}\n" for n, row in enumerate(rows, 1))})


def _partitions(count: int) -> Prepared:
    schema = "create table events (id bigserial, at integer, name text, primary key (id, at)) partition by list (at);"
    schema += _lines("create table events_{n} partition of events for values in ({n});", count)
    return Prepared(schema, {"events": _lines("- {id: {n}, at: 1, name: a}\n", 10)})


def _chain(count: int) -> Prepared:
    schema = "create table t0 (id integer primary key, t_id integer);"
    schema += "".join(
        f"create table t{number} (id integer primary key, t_id integer references t{number - 1});"
        for number in range(1, count + 1)
    )
    rows = _lines("- {id: {n}, t_id: {n}}\n", 20)
    return Prepared(
        schema + f"alter table t{count} rename to last;",
        {
            **{f"t{number}": rows for number in range(count)},
            "last": rows,
        },
    )


SUBJECTS = (
    Subject(title="rows of a table", least=ROWS, prepare=_people),
    Subject(title="rows that are there already", least=ROWS, prepare=_people, again=True),
    Subject(title="… by a key that may be NULL", least=ROWS, prepare=_by_email, again=True),
    Subject(
        title="… with a trigger for each statement",
        least=ROWS,
        prepare=_by_email_watched,
        again=True,
        between=(_RENAMED,),
    ),
    Subject(title="rows with labels that others name", least=ROWS // 8, prepare=_labelled),
    Subject(title="shapes of rows", least=TABLES, prepare=_shapes),
    Subject(title="tables", least=TABLES, prepare=_tables),
    Subject(title="tables that are there already", least=TABLES, prepare=_tables, again=True),
    Subject(title="partitions of a table", least=TABLES, prepare=_partitions),
    Subject(
        title="sequences that are behind",
        least=TABLES,
        prepare=_tables,
        command=("fix-sequence", "--all"),
        again=True,
        between=(_BEHIND,),
    ),
    Subject(title="rows of a dump", least=ROWS, prepare=_people, command=("dump", "people"), again=True),
    Subject(
        title="tables in a row that a dump follows",
        least=5,
        prepare=_chain,
        command=("dump", "last", "--with-references"),
        again=True,
    ),
    Subject(title="generated rows", least=ROWS, prepare=lambda _: _people(0), command=("generate", "people={size}")),
)


class Costs(NamedTuple):
    """What one run took."""

    rows_read: int
    round_trips: int
    cpu_seconds: float


def main() -> int:
    """Measure all, print what the last step multiplied, and write the page where that is asked for."""
    parser = argparse.ArgumentParser(prog="make growth", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--write", action="store_true", help="write the section of docs/performance.md")
    options = parser.parse_args()
    try:
        with throwaway_server(_VERSION, "autovacuum=off") as server:
            found = [_growth(subject, server) for subject in SUBJECTS]
    except (ServerMissing, CommandFailedError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    table = growth_table(found)
    print(as_text(table))
    if options.write:
        write_section(PAGE, this_machine(str(_VERSION)), found, as_markdown(table))
    return 0


def _growth(subject: Subject, server: str) -> Growth:
    sizes = tuple(subject.least * STEP**step for step in range(SIZES))
    costs = []
    for size in sizes:
        print(f"{subject.title}: {size:,}", file=sys.stderr)
        costs.append(costs_of(subject, size, server))
    rows_read, round_trips, cpu_seconds = zip(*costs, strict=True)
    return Growth(
        title=subject.title, sizes=sizes, rows_read=rows_read, round_trips=round_trips, cpu_seconds=cpu_seconds
    )


def costs_of(subject: Subject, size: int, server: str) -> Costs:
    """Meet so many of something once."""
    prepared = subject.prepare(size)
    with tempfile.TemporaryDirectory(prefix="seedkit-growth-") as name, copied_database(server) as conninfo:
        folder = Path(name)
        (folder / "fixtures").mkdir()
        for table, rows in prepared.fixtures.items():
            (folder / "fixtures" / f"{table}.yml").write_text(rows)
        execute(conninfo, prepared.schema.encode())
        if subject.again:
            measured(seedkit_command("seed")(conninfo), folder)
        for statement in subject.between:
            execute(conninfo, statement.encode())
        before = _rows_read(server, conninfo)
        with delay_proxy(conninfo, 0) as proxy:
            command = [part.format(size=size) for part in subject.command]
            usage = measured(seedkit_command(*command)(proxy.conninfo), folder)
        return Costs(_rows_read(server, conninfo) - before, proxy.round_trips, usage.cpu_seconds)


def _rows_read(server: str, conninfo: str) -> int:
    """Count the rows that scans in a database have read, once all who were there have gone and told theirs."""
    name = conninfo_to_dict(conninfo)["dbname"]
    with psycopg.connect(server, autocommit=True) as connection:
        while connection.execute("select from pg_stat_activity where datname = %s", [name]).fetchone():
            time.sleep(0.01)
        counted = connection.execute(
            "select tup_returned + tup_fetched from pg_stat_database where datname = %s", [name]
        ).fetchone()
    return int(counted[0]) if counted else 0


if __name__ == "__main__":
    sys.exit(main())
