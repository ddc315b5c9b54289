"""A mistake far down in a large file: what was sent before it is known to be right, and is not looked at again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg import sql

from seedkit import SeedkitError, seed
from seedkit.core.rows.fixture_source import fixture_source
from seedkit.errors import Origin
from seedkit.files.fixture_files import read_fixture
from seedkit.postgres.catalog.tables import read_tables
from seedkit.postgres.loading.mistakes.doubts import doubt
from tests.core.builders import plain_rows
from tests.postgres.loads import Connection, rows_of

PEOPLE = "create table people (id integer primary key, name text, score integer)"


def rows(count: int) -> list[str]:
    return [f"- {{id: {number}, name: Ada, score: {number}}}" for number in range(1, count + 1)]


def laid_out(connection: Connection, folder: Path, lines: list[str]) -> int:
    """Lay out the rows of a file of which the last one was refused, and count them."""
    (folder / "people.yml").write_text("\n".join(lines))
    [fixture] = read_fixture(folder / "people.yml", lambda _: True)
    [(oid,)] = rows_of(connection, "select 'people'::regclass::oid::int8")
    table = read_tables(connection, [oid])[oid]
    since = Origin(path=fixture.origin.path, line=len(lines))
    with connection.transaction(force_rollback=True):
        found = doubt(connection, 0, table, [fixture_source(fixture, table, plain_rows)], since)
        counted = [sql.SQL("(select count(*) from {})").format(each.name) for each in found]
        [(count,)] = connection.execute(sql.SQL("select {}").format(sql.SQL(" + ").join(counted))).fetchall()
    return int(count)


@pytest.mark.growth
def test_what_is_laid_out_for_the_last_row_does_not_grow_with_those_before(
    connection: Connection, tmp_path: Path
) -> None:
    connection.execute(PEOPLE.encode())

    few, many = (laid_out(connection, tmp_path, rows(count)) for count in (4_000, 16_000))

    assert many < 2 * few < 4_000


def test_rows_of_several_shapes_are_all_laid_out_as_each_shape_was_sent_by_itself(
    connection: Connection, tmp_path: Path
) -> None:
    connection.execute(PEOPLE.encode())

    assert laid_out(connection, tmp_path, [*rows(4_000), "- {id: 4001}"]) == 4_001


@pytest.mark.parametrize("there", [False, True])
def test_all_mistakes_are_told_wherever_the_first_one_stands(
    connection: Connection, project: Callable[[dict[str, str]], Path], *, there: bool
) -> None:
    connection.execute(PEOPLE.encode())
    if there:
        connection.execute("insert into people values (1, 'there', 1)")
    lines = rows(5_000)
    for number in (4_000, 4_990):
        lines[number - 1] = f"- {{id: {number}, name: Ada, score: many}}"
    project({"fixtures/people.yml": "\n".join(lines)})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert str(caught.value.origin) == "fixtures/people.yml:4000"
    assert "fixtures/people.yml:4990" in str(caught.value.detail)


def test_a_mistake_in_a_row_of_another_shape_is_told_though_it_stands_further_up(
    connection: Connection, project: Callable[[dict[str, str]], Path]
) -> None:
    connection.execute(PEOPLE.encode())
    lines = rows(5_000)
    lines[2] = "- {id: 3, score: some}"
    lines[3_999] = "- {id: 4000, name: Ada, score: many}"
    project({"fixtures/people.yml": "\n".join(lines)})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    told = f"{caught.value.origin} {caught.value.detail}"
    assert "people.yml:3" in told
    assert "people.yml:4000" in told


@pytest.mark.parametrize(("column", "value"), [("name", "null"), ("score", "-5")])
def test_all_rows_that_break_a_rule_are_told_wherever_the_first_one_stands(
    connection: Connection, project: Callable[[dict[str, str]], Path], column: str, value: str
) -> None:
    connection.execute(
        "create table people (id integer primary key, name text not null, score integer check (score > 0))"
    )
    lines = rows(5_000)
    for number in (4_000, 4_990):
        values = {"id": str(number), "name": "Ada", "score": "1", column: value}
        lines[number - 1] = f"- {{{', '.join(f'{name}: {text}' for name, text in values.items())}}}"
    project({"fixtures/people.yml": "\n".join(lines)})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert str(caught.value.origin) == "fixtures/people.yml:4000"
    assert "fixtures/people.yml:4990" in str(caught.value.detail)
