"""Counts the rows of a table, to see whether a gap is in proportion to them."""

from __future__ import annotations

import psycopg
from psycopg import sql

from seedkit.core.sequences.consent import COUNTED_ROWS
from seedkit.core.sequences.feeding import FedColumn
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.postgres.as_owners import AsOwner, can_act_as_owners, rows_as_owners
from seedkit.postgres.driver_errors import explain
from seedkit.postgres.identifiers import is_no_view
from seedkit.postgres.session import Session
from seedkit.postgres.transactions.short_transactions import rows_of_each


def count_rows(connection: Session, column: FedColumn, options: RepairOptions) -> int:
    """Count a table's rows, as far as counting is quick; of a large one, take what PostgreSQL believes.

    That also where the table is others' and can't be counted with its owner's rights.
    """
    planned = not column.read_apart and (column.read_as is None or can_act_as_owners(connection))
    owner = AsOwner(column.read_as if planned else None)
    statement = _statement(column, owner, planned=planned)
    ask = rows_of_each if column.read_as is None or not planned else rows_as_owners
    try:
        rows = ask(connection, [[*owner.statements(), statement]], options.lock_timeout)
    except psycopg.Error as error:
        raise explain(error, f"counting the rows of {column.table}") from error
    return int(rows[0]["rows"])


def _statement(column: FedColumn, owner: AsOwner, *, planned: bool) -> sql.Composed:
    counted = sql.SQL("(select concat(count(*)) from (select from {} as fed where {} limit {}) as counted)").format(
        sql.Identifier(column.table.schema, column.table.name), is_no_view("fed"), sql.Literal(COUNTED_ROWS)
    )
    asked = owner.evaluate(column.read_as, counted) if planned else sql.SQL("0")
    tables = owner.common_tables()
    return sql.SQL(
        "{} select greatest({}::int8, (select reltuples::int8 from pg_class where oid = {}::oid)) as rows"
    ).format(
        sql.SQL("with {}").format(sql.SQL(", ").join(tables)) if tables else sql.SQL(""),
        asked,
        sql.Literal(column.table_oid),
    )
