"""How the work of generating grows: counted in calls of our own functions and in round trips, as times are noise."""

from __future__ import annotations

import gc
import os
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType

import psycopg
import pytest

import seedkit
from seedkit.runner.generation.explaining import explain
from seedkit.runner.generation.request import GenerationRequest
from tests.runner.generation.conftest import filled

Connection = psycopg.Connection

HERE = str(Path(seedkit.__file__).parent)
FEW, MANY = 4, 16
SLACK, FEW_CALLS = 1.15, 50
"""What caches and the last of a list may make of four times as much, and calls that are too few to tell."""


def chained_tables(count: int) -> str:
    """Tables that each refer to one before, with CHECKs and keys of all sorts."""
    return "".join(
        f"""create table t{number} (
            id serial primary key, parent_id integer {f"not null references t{number // 2}" if number else ""},
            email text not null unique check (char_length(email) <= 200), status text check (status in ('new', 'paid')),
            starts_on date not null, ends_on date check (ends_on >= starts_on), price numeric(10, 2) check (price > 0)
        );"""
        for number in range(count)
    )


def circle_of_tables(count: int) -> str:
    """Tables of which each refers to the next, and the last to the first."""
    created = (f"create table t{number} (id serial primary key, other integer, name text);" for number in range(count))
    tied = (
        f"alter table t{number} add foreign key (other) references t{(number + 1) % count};" for number in range(count)
    )
    return "".join((*created, *tied))


def one_table_of(parts: Callable[[int], str]) -> Callable[[int], str]:
    """Make a schema of one wide table beside a parent."""

    def schema(count: int) -> str:
        columns = ", ".join(map(parts, range(count)))
        return f"create table parent (id serial primary key); create table wide (id serial primary key, {columns});"

    return schema


SCHEMAS: Mapping[str, Callable[[int], str]] = {
    "tables": chained_tables,
    "tables of a circle": circle_of_tables,
    "columns": one_table_of(lambda n: f"name_{n} text, amount_{n} integer not null, made_at_{n} timestamptz"),
    "CHECKs": one_table_of(lambda n: f"a{n} integer not null check (a{n} > 0), b{n} integer, check (b{n} > a{n})"),
    "states": one_table_of(
        lambda n: f"s{n} text check (s{n} in ('x', 'y')), d{n} date, check ((s{n} = 'x') = (d{n} is not null))"
    ),
    "foreign keys": one_table_of(lambda n: f"p{n} integer references parent"),
    "unique keys": one_table_of(lambda n: f"p{n} integer not null, q{n} text not null, unique (p{n}, q{n})"),
}


def calls(work: Callable[[], object]) -> Counter[str]:
    """Count how often functions of ours are called, by their names."""
    made = Counter[str]()

    def note(frame: FrameType, event: str, _: object) -> None:
        code = frame.f_code
        if event == "call" and code.co_filename.startswith(HERE):
            made[f"{code.co_filename.removeprefix(HERE)}: {code.co_qualname}"] += 1

    gc.collect()  # what other tests have left suspended is called once more as it is closed
    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return made


def faster(few: Counter[str], many: Counter[str]) -> dict[str, tuple[int, int]]:
    """Give the functions whose calls have grown faster than what there was to do."""
    bound = MANY // FEW * SLACK
    return {name: (few[name], count) for name, count in many.items() if count > few[name] * bound + FEW_CALLS}


def create_anew(connection: Connection, schema: str) -> None:
    """Create a schema in the place of the one that was there."""
    connection.execute(f"drop schema public cascade; create schema public; {schema}".encode())


@pytest.mark.growth
@pytest.mark.parametrize("dimension", SCHEMAS)
def test_four_times_as_much_of_a_schema_is_four_times_the_work(connection: Connection, dimension: str) -> None:
    def work(count: int) -> Counter[str]:
        create_anew(connection, SCHEMAS[dimension](count))
        return calls(lambda: filled(connection, {"*": 20}))

    work(MANY)  # what is read once for all schemas
    few, many = work(FEW), work(MANY)

    assert faster(few, many) == {}


@pytest.mark.growth
def test_four_times_as_many_tables_are_four_times_the_plan(connection: Connection) -> None:
    def work(count: int) -> Counter[str]:
        create_anew(connection, chained_tables(count))
        return calls(lambda: explain(connection, GenerationRequest(asked=())))

    work(MANY)
    few, many = work(FEW), work(MANY)

    assert faster(few, many) == {}


@pytest.mark.growth
def test_round_trips_grow_with_tables_and_no_faster(connection: Connection, tmp_path: Path) -> None:
    def round_trips(count: int) -> int:
        create_anew(connection, chained_tables(count))
        with (tmp_path / "trace").open("wb") as file:
            connection.pgconn.trace(file.fileno())
            filled(connection, {"*": 20})
            connection.pgconn.untrace()
            os.fsync(file.fileno())
        return (tmp_path / "trace").read_text().count("ReadyForQuery")

    few, many = round_trips(FEW), round_trips(MANY)

    assert many - few <= 11 * (MANY - FEW)  # each reads its rows and its parents', moves a sequence and is filled


@pytest.mark.growth
def test_further_rows_of_a_block_are_made_without_a_further_call(connection: Connection) -> None:
    def work(rows: int) -> int:
        create_anew(connection, chained_tables(1).replace("check (ends_on >= starts_on)", ""))
        return calls(lambda: filled(connection, {"*": rows})).total()

    work(100)

    assert work(8_000) <= work(2_000) + 100


@pytest.mark.growth
def test_a_table_that_no_row_fits_is_given_up_after_the_same_work_whatever_was_asked_for(
    connection: Connection,
) -> None:
    def work(rows: int) -> int:
        create_anew(connection, "create table t (a integer not null, b integer not null, check (a > b and a < b))")
        return calls(lambda: filled(connection, {"*": rows})).total()

    assert work(20_000) * SLACK >= work(1_000_000)
