"""`seedkit generate` as a tool that the judge can look at."""

from __future__ import annotations

from datetime import date

import psycopg

from seedkit.core.generation.requests.asked import AskedRows
from seedkit.core.reports.generation import GeneratedTable
from seedkit.errors import SeedkitError
from seedkit.runner.generation.request import GenerationRequest
from seedkit.runner.generation.run import generate
from tests.generation_judge.judging import LEFT_ALONE, Reasons

EVERY_TABLE = "*"
NOW = date(2026, 11, 30)


def generated(database: str, rows: int, random_seed: int = 0) -> Reasons:
    """Add rows to every table; an error that stops the run is every table's reason."""
    request = GenerationRequest(asked=(AskedRows(EVERY_TABLE, rows),), random_seed=random_seed, now=NOW)
    with psycopg.connect(database, autocommit=True) as connection:
        try:
            report = generate(connection, request)
        except SeedkitError as error:
            return {"*": f"the run stopped: {error.message}"}
        names = _written(connection)
    told = {names[table.table.schema, table.table.name]: _reason(table) for table in report.tables}
    return {name: told.get(name, LEFT_ALONE) for name in names.values() if told.get(name, LEFT_ALONE)}


def _written(connection: psycopg.Connection) -> dict[tuple[str, str], str]:
    """Give all tables' names as the server writes them."""
    found = connection.execute(
        """
        select n.nspname, c.relname, c.oid::regclass::text
        from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p')
        """
    ).fetchall()
    return {(schema, name): written for schema, name, written in found}


def _reason(table: GeneratedTable) -> str:
    """Say why a table is short, nothing where it is not."""
    told = "; ".join(table.reasons)
    return ("full: " if table.full else "") + told if table.rows < table.asked else ""
