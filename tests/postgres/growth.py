"""How much a query of ours reads, as the server counts it: a time would be noise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import psycopg
from psycopg import sql

from seedkit.postgres.queries import query

Parameters: TypeAlias = "Mapping[str, object] | Sequence[object]"


def rows_touched(connection: psycopg.Connection[Any], name: str, parameters: Mapping[str, object]) -> float:
    """Count the rows that all steps of a query gave, with those that they threw away."""
    connection.execute("select set_config('seedkit.schemas', '{public}', false)")
    return rows_touched_by(connection, query(name), parameters)


def rows_touched_by(
    connection: psycopg.Connection[Any], statement: sql.Composable, parameters: Parameters | None = None
) -> float:
    """Count the same of any statement, which is run."""
    explained = sql.SQL("explain (analyze, format json) {}").format(statement)
    return _given(connection.execute(explained, parameters).fetchall()[0][0][0]["Plan"])


def _given(node: Mapping[str, Any]) -> float:
    each = node["Actual Rows"] + node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Join Filter", 0)
    return float(each * node["Actual Loops"] + sum(map(_given, node.get("Plans", []))))
