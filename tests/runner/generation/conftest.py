"""Filling tables that a test creates, and a second database to compare with the first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

import psycopg
import pytest

from seedkit.core.generation.requests.asked import AskedRows
from seedkit.core.reports.generation import GenerationReport
from seedkit.runner.generation.request import GenerationRequest
from seedkit.runner.generation.run import generate
from tests.servers import fresh_database

Connection = psycopg.Connection
Fill = Callable[[str, int], GenerationReport]


def filled(connection: Connection, counts: Mapping[str, int], seed: int = 0) -> GenerationReport:
    """Add so many rows to tables that are named, or to all that a pattern fits."""
    asked = tuple(AskedRows(name, rows) for name, rows in counts.items())
    return generate(connection, GenerationRequest(asked=asked, random_seed=seed, now=date(2026, 11, 30)))


def rows(report: GenerationReport) -> dict[str, int]:
    """Give the rows that tables have got, by their names."""
    return {str(outcome.table): outcome.rows for outcome in report.tables}


@pytest.fixture
def fill(connection: Connection) -> Fill:
    """Create tables and fill all that there are: `fill("create table …", 20)`."""

    def fill(schema: str, rows: int) -> GenerationReport:
        connection.execute(schema.encode())
        return filled(connection, {"*.*": rows})

    return fill


@pytest.fixture
def second(server: str, database_names: Iterator[str]) -> Iterator[Connection]:
    """A connection to another empty database."""
    with (
        fresh_database(server, next(database_names)) as conninfo,
        psycopg.connect(conninfo, autocommit=True) as connection,
    ):
        yield connection


def require_extension(connection: Connection, name: str) -> None:
    """Skip a test whose extension this server's build lacks."""
    if connection.execute("select from pg_available_extensions where name = %s", (name,)).fetchone() is None:
        pytest.skip(f"this server is built without {name}")
