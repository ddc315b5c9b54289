"""Counts the rows of a table, to see whether a gap is in proportion to them."""

from __future__ import annotations

import psycopg
from psycopg import sql

from seedkit.core.sequences.consent import COUNTED_ROWS
from seedkit.core.sequences.feeding import FedColumn
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.postgres.as_owners import AsOwners
from seedkit.postgres.connection import Connection
from seedkit.postgres.driver_errors import explain
from seedkit.postgres.identifiers import is_no_view
from seedkit.postgres.transactions.short_transactions import rows_of_each


def count_rows(connection: Connection, column: FedColumn, options: RepairOptions) -> int:
    """Count a table's rows, as far as counting is quick; of a large one, take what PostgreSQL believes."""
    owners = AsOwners()
    statement = _statement(column, owners)
    transactions = [[*owners.statements(), statement]]
    try:
        rows = rows_of_each(connection, transactions, options.lock_timeout, taken_back=bool(owners))
    except psycopg.Error as error:
        raise explain(error, f"counting the rows of {column.table}") from error
    return int(rows[0]["rows"])


def _statement(column: FedColumn, owners: AsOwners) -> sql.Composed:
    counted = sql.SQL("(select concat(count(*)) from (select from {} as fed where {} limit {}) as counted)").format(
        sql.Identifier(column.table.schema, column.table.name), is_no_view("fed"), sql.Literal(COUNTED_ROWS)
    )
    asked = owners.evaluate(column.read_as, counted)
    tables = owners.common_tables()
    return sql.SQL(
        "{} select greatest({}::int8, (select reltuples::int8 from pg_class where oid = {}::oid)) as rows"
    ).format(
        sql.SQL("with {}").format(sql.SQL(", ").join(tables)) if tables else sql.SQL(""),
        asked,
        sql.Literal(column.table_oid),
    )
