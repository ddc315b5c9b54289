"""Each folder of `tests/scenarios` is a test: its fixtures, loaded into its schema, give the rows of `expected.yml`.

`expected.yml` is table → rows, each value as PostgreSQL's text, `~` for NULL. A bug report can be a folder.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from psycopg import sql

from seedkit import seed
from seedkit.core.names import readings
from tests.conftest import ROOT, Write

SCENARIOS = sorted(path.parent for path in (ROOT / "tests" / "scenarios").glob("*/schema.sql"))


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda path: path.name)
def test_a_scenario_gives_the_rows_it_expects_and_a_second_run_changes_nothing(
    scenario: Path, project: Write, connection: psycopg.Connection[Any]
) -> None:
    shutil.copytree(scenario / "fixtures", project({}) / "fixtures")
    connection.execute((scenario / "schema.sql").read_bytes())
    expected = yaml.load((scenario / "expected.yml").read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - text

    first = seed(connection=connection)
    second = seed(connection=connection)

    assert {name: rows_of(connection, name, rows) for name, rows in expected.items()} == {
        name: in_order(rows) for name, rows in expected.items()
    }
    assert sum(table.unchanged for table in second.tables) == sum(table.inserted for table in first.tables)
    assert first.right
    assert second.right


def rows_of(connection: psycopg.Connection[Any], name: str, expected: list[dict[str, str]]) -> list[dict[str, str]]:
    schema, table = readings(name)[0]
    columns = list(expected[0])
    query = sql.SQL("select {} from {}").format(
        sql.SQL(", ").join(sql.SQL("coalesce({}::text, '~')").format(sql.Identifier(column)) for column in columns),
        sql.Identifier(schema or "public", table),
    )
    return in_order([dict(zip(columns, row, strict=True)) for row in connection.execute(query)])


def in_order(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    return sorted(rows, key=lambda row: list(row.values()))
