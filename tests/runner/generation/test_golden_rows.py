"""The rows of a random seed are the same for ever: on every machine, under every Python, with any number of workers."""

from __future__ import annotations

import psycopg
import pytest

from tests.runner.generation.golden_rows import ROWS, golden_rows


@pytest.mark.parametrize("workers", [0, 1, 2])
def test_ten_tables_have_the_rows_that_are_pinned(connection: psycopg.Connection, workers: int) -> None:
    made = golden_rows(connection, workers)

    told = "another value is a new version of the generator: see tests/runner/generation/golden_rows.py"
    assert made == ROWS.read_text(encoding="utf-8"), told
