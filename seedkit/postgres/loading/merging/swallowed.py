"""Counts what a merge will have to write: where less was written, a trigger or a rule took rows without a word."""

from __future__ import annotations

from collections.abc import Sequence

import psycopg
from psycopg import sql

from seedkit.postgres.connection import Connection, as_bytes, execute_alone
from seedkit.postgres.loading.merging.inserting import missing_rows
from seedkit.postgres.loading.merging.updating import differing_rows
from seedkit.postgres.loading.stages import Stage, with_stages

Wanted = psycopg.Cursor[tuple[list[int]]]


def ask_wanted(connection: Connection, stages: Sequence[Stage]) -> Wanted | None:
    """Ask how many rows of each stage are missing or differ; None where nothing of their tables could take them."""
    if not any(stage.table.insert_triggers or stage.table.rules for stage in stages):
        return None
    asked = (part for stage in stages for part in (missing_rows(stage, sql.SQL("1")), differing_rows(stage)))
    counts = [sql.SQL("(select pg_catalog.count(*) from ({}) as row)").format(part) for part in asked]
    sums = map(sql.SQL("{} operator(pg_catalog.+) {}").format, counts[::2], counts[1::2])
    statement = sql.SQL("{} select array[{}]").format(with_stages(stages), sql.SQL(", ").join(sums))
    return execute_alone(connection, as_bytes(connection, statement))


def told(wanted: Wanted | None, stages: Sequence[Stage]) -> list[int]:
    """Read the answer, a number for each stage; none is more than what is written, where nothing was asked."""
    row = wanted.fetchone() if wanted else None
    return row[0] if row else [0] * len(stages)
