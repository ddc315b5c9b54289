"""How much a query of ours reads, as the server counts it: a time would be noise."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg import sql

from seedkit.postgres.queries import query


def rows_touched(connection: psycopg.Connection[Any], name: str, parameters: Mapping[str, object]) -> float:
    """Count the rows that all steps of a query gave, with those that they threw away."""
    connection.execute("select set_config('seedkit.schemas', '{public}', false)")
    statement = sql.SQL("explain (analyze, format json) {}").format(query(name))
    return _given(connection.execute(statement, parameters).fetchall()[0][0][0]["Plan"])


def _given(node: Mapping[str, Any]) -> float:
    each = node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Join Filter", 0)
    return float(each * node["Actual Loops"] + sum(map(_given, node.get("Plans", []))))
