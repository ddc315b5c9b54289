"""`colour: #ff0000` is an empty value and a comment: YAML has it so, and whoever wrote it is told."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from seedkit import seed
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]


@pytest.fixture(autouse=True)
def tables(connection: Connection) -> None:
    """Two tables with colours."""
    connection.execute("create table products (id integer primary key, colour text, tags text[])")
    connection.execute("create table shades (id integer primary key, colour text)")


def warnings(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]


def test_a_value_that_is_a_comment_is_null_and_told_with_its_line(
    connection: Connection, project: Write, caplog: pytest.LogCaptureFixture
) -> None:
    project({"fixtures/products.yml": "- id: 1\n  colour: #ff0000\n- id: 2\n  colour: '#00ff00'\n"})

    seed(connection=connection)

    assert connection.execute("select * from products").fetchall() == [(1, None, None), (2, "#00ff00", None)]
    assert warnings(caplog) == [
        'warning: fixtures/products.yml:2: "colour" is empty, as #ff0000 is a comment; '
        'write "#ff0000" if it is the value'
    ]


def test_every_file_is_looked_through_once_whatever_tables_stand_in_it(
    connection: Connection, project: Write, caplog: pytest.LogCaptureFixture
) -> None:
    project(
        {
            "fixtures/shop.yml": "products:\n  - id: 1\n    tags:\n      - #new\n"
            'shades:\n  - id: 1\n    colour: #"a"\n',
        }
    )

    seed(connection=connection)

    assert connection.execute("select tags from products").fetchall() == [([None],)]
    assert warnings(caplog) == [
        'warning: fixtures/shop.yml:4: "tags" is empty, as #new is a comment; write "#new" if it is the value',
        'warning: fixtures/shop.yml:7: "colour" is empty, as #"a" is a comment; write \'#"a"\' if it is the value',
    ]


def test_the_first_ten_are_told_and_that_there_are_more(
    connection: Connection, project: Write, caplog: pytest.LogCaptureFixture
) -> None:
    rows = "".join(f"- id: {number}\n  colour: #{number:06}\n" for number in range(2_000))
    project({"fixtures/products.yml": rows})

    seed(connection=connection)

    told = warnings(caplog)
    assert len(told) == 11
    assert told[-1] == "warning: there are more of these in fixtures/products.yml"


def test_files_that_this_run_does_not_load_are_passed_over(
    connection: Connection, project: Write, caplog: pytest.LogCaptureFixture
) -> None:
    project(
        {
            "fixtures/products.yml": "_fixture: {environments: [demo]}\nred:\n  id: 1\n  colour: #ff0000\n",
            "fixtures/shades.yml": "- {id: 1}\n",
        }
    )

    seed(connection=connection)

    assert warnings(caplog) == []


def test_the_command_shows_the_warning_beside_its_report(seedkit: Run, database: str, project: Write) -> None:
    project({"fixtures/products.yml": "- id: 1\n  colour: #ff0000\n"})

    done = seedkit("seed", DATABASE_URL=database)

    assert done.returncode == 0
    assert "warning: fixtures/products.yml:2: " in done.stderr
