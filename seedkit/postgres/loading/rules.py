"""Loads tables with rules. A rule's own statements read the rows of ours again, so these must be the same then.

That is why an insert brings nothing but the rows that are missing, and why nothing that writes has a CTE, which
PostgreSQL forbids where rules add statements.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial

from msgspec.structs import replace
from psycopg import sql

from seedkit.core.names import in_quotes
from seedkit.core.reports.runs import TableReport
from seedkit.errors import LoadError
from seedkit.postgres.connection import Connection, execute_alone
from seedkit.postgres.loading.batches import load_in_batches
from seedkit.postgres.loading.merging.inserting import in_order, insert_rows_of, inserted_columns, missing_rows
from seedkit.postgres.loading.merging.merge import Counts, works_of
from seedkit.postgres.loading.merging.taken_values import TAKEN, no_exchange
from seedkit.postgres.loading.merging.updating import update_rows
from seedkit.postgres.loading.stages import Stage, inline_rows, with_stages
from seedkit.postgres.loading.table_loads import TableLoad


def load_through_rules(connection: Connection, loads: Sequence[TableLoad]) -> list[TableReport]:
    """Load a table with rules; raises LoadError for one of several that refer to each other in a circle.

    Those would need a single statement, and with rules there is none.
    """
    if len(loads) > 1:
        raise _in_circle(loads)
    [load] = loads
    if not load.table.refers_to_itself:
        return [load_in_batches(connection, load, _send)]
    from seedkit.postgres.loading.family_runs import runs_in_family_order

    return [load_in_batches(connection, load, _send, partial(runs_in_family_order, connection))]


def _in_circle(loads: Sequence[TableLoad]) -> LoadError:
    load = next(load for load in loads if load.table.rules)
    others = ", ".join(str(other.table.name) for other in loads if other is not load)
    return LoadError(
        f"table {in_quotes(load.table.name)} has rules, and refers to {others} in a circle",
        origin=load.sources[0].origin,
        detail="A circle of tables is loaded by one statement, which PostgreSQL does not allow together with rules.",
        hint="Make its rules triggers, or make a foreign key of the circle deferrable and insert the rows in a seeder.",
    )


def _send(connection: Connection, stage: Stage) -> Counts:
    updated = _update(connection, stage)
    columns = sql.SQL(", ").join(
        sql.SQL("staged.{}::pg_catalog.text").format(sql.Identifier(name)) for name in stage.shape.columns
    )
    question = sql.SQL("{} {} {}").format(with_stages([stage]), missing_rows(stage, columns), in_order(stage))
    missing = execute_alone(connection, question).fetchall()
    return updated, _insert(connection, stage, missing) if missing else 0


def _update(connection: Connection, stage: Stage) -> int:
    if not works_of(connection, [stage])[0].update:
        return 0
    rows = sql.SQL("({})").format(inline_rows(stage))
    try:
        return execute_alone(connection, update_rows(stage, rows)).rowcount
    except TAKEN as error:
        error.add_note(no_exchange("rules would see those that are put out of the way"))
        raise


def _insert(connection: Connection, stage: Stage, rows: Sequence[Sequence[str | None]]) -> int:
    columns = stage.shape.columns
    document = json.dumps([dict(zip(columns, row, strict=True)) for row in rows], ensure_ascii=False)
    statement = sql.SQL("{} select {} from ({}) as staged").format(
        insert_rows_of(stage), inserted_columns(stage), inline_rows(replace(stage, document=document, rows=len(rows)))
    )
    return execute_alone(connection, statement).rowcount
