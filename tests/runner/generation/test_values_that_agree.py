"""Values of a row agree with each other, as their names say that they do."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.runner.generation.conftest import Fill

Connection = psycopg.Connection[Any]


def untrue(connection: Connection, claim: str) -> int:
    """Count the rows of the table of which a claim is not true."""
    ((count,),) = connection.execute(f"select count(*) from t where not ({claim})".encode()).fetchall()
    return int(count)


_ENDS = {
    "integer": ["start_year/end_year", "min_qty/max_qty", "min_age/max_age", "min_salary/max_salary", "lft/rgt"],
    "numeric(9, 2)": ["min_price/max_price", "min_value/max_value", "lower_bound/upper_bound", "low/high"],
}


@pytest.mark.parametrize("kind", _ENDS)
def test_the_lower_of_two_ends_is_below_the_upper(fill: Fill, connection: Connection, kind: str) -> None:
    pairs = [pair.split("/") for pair in _ENDS[kind]]
    columns = sql.SQL(", ").join(
        sql.SQL("{} {} not null").format(sql.Identifier(name), sql.SQL(kind)) for pair in pairs for name in pair
    )

    fill(f"create table t ({columns.as_string()})", 400)

    assert [pair for pair in pairs if untrue(connection, " < ".join(pair))] == []
