"""What PostgreSQL says where a value is taken, and what can be done where rows exchange values and can't be parked."""

from __future__ import annotations

import psycopg

TAKEN = (psycopg.errors.UniqueViolation, psycopg.errors.ExclusionViolation)
"""What PostgreSQL says where another row has a value, or one that excludes it."""


def no_exchange(why: str) -> str:
    """Say what to do where rows could not be put out of the way."""
    return (
        f"If rows exchange values: PostgreSQL checks them one by one, and {why}."
        " Let them exchange in two runs, by way of a value that no row has."
    )
