"""Filling tables that a test creates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import psycopg
import pytest

from seedkit.core.generation.requests.asked import AskedRows
from seedkit.core.reports.generation import GenerationReport
from seedkit.runner.generation.run import GenerationRequest, generate

Fill = Callable[[str, int], GenerationReport]


@pytest.fixture
def fill(connection: psycopg.Connection) -> Fill:
    """Create tables and fill all that there are: `fill("create table …", 20)`."""

    def filled(schema: str, rows: int) -> GenerationReport:
        connection.execute(schema.encode())
        return generate(connection, GenerationRequest(asked=(AskedRows("*.*", rows),), now=date(2026, 11, 30)))

    return filled
