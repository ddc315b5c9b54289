"""What PostgreSQL says where a value is taken, and what can be done where rows exchange values and can't be parked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import psycopg
from psycopg import sql

from seedkit.postgres.loading.stages import Stage

TAKEN = (psycopg.errors.UniqueViolation, psycopg.errors.ExclusionViolation)
"""What PostgreSQL says where another row has a value, or one that excludes it."""

Merge: TypeAlias = "Callable[[], Sequence[Any] | None]"
"""Merges stages, and gives what `merge_statement` does."""

Setting: TypeAlias = "Callable[[Stage, sql.Composable, str, sql.SQL], sql.Composed]"
"""Writes what sets a column to what rows say of a stage's key and of it; the condition says which row is which."""


def no_exchange(why: str) -> str:
    """Say what to do where rows could not be put out of the way."""
    return (
        f"If rows exchange values: PostgreSQL checks them one by one, and {why}."
        " Let them exchange in two runs, by way of a value that no row has."
    )
