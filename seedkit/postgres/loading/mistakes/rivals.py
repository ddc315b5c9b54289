"""The other one of two rows that can't both be there: one of the run, or one that the table had before."""

from __future__ import annotations

import re
from collections.abc import Sequence

import psycopg
from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.errors import Origin
from seedkit.postgres.connection import Connection, execute_alone
from seedkit.postgres.identifiers import as_texts, operator, trusted
from seedkit.postgres.loading.mistakes.causes import kind_of
from seedkit.postgres.loading.mistakes.halving import LoadRows, Refused, refusal
from seedkit.postgres.loading.mistakes.mistake import key_text
from seedkit.postgres.loading.mistakes.pieces import Piece, halves, loads_of, rows_in
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.postgres.queries import query

_VALUES = re.compile(r"\)=\((?P<values>.*)\) already exists", re.DOTALL)


def is_refused_alone(connection: Connection, loads: Sequence[TableLoad], load_rows: LoadRows, refused: Refused) -> bool:
    """Whether a row is refused without any other of the run, so that its rival is in the table."""
    return _is_refused(connection, loads, load_rows, refused, [])


def rival_in_run(
    connection: Connection, loads: Sequence[TableLoad], load_rows: LoadRows, refused: Refused
) -> Origin | None:
    """Find the row before it that a row is refused beside, by loading it with halves of those."""
    pieces = list(refused.taken)
    while rows_in(pieces) > 1:
        first, second = halves(pieces)
        pieces = first if _is_refused(connection, loads, load_rows, refused, first) else second
    found = pieces and _is_refused(connection, loads, load_rows, refused, pieces)
    return pieces[0].origin(loads) if found else None


def _is_refused(
    connection: Connection,
    loads: Sequence[TableLoad],
    load_rows: LoadRows,
    refused: Refused,
    others: Sequence[Piece],
) -> bool:
    """Whether a row is refused with others as it was."""
    with connection.transaction(force_rollback=True):
        error = refusal(connection, load_rows, loads_of(loads, [*others, refused.row]))
    return error is not None and kind_of(error) == kind_of(refused.error)


def rival_in_table(connection: Connection, table: Table, error: psycopg.Error) -> str | None:
    """Tell the row of the table that has the unique key of an error, by its primary key; None where that is it."""
    primary, told = table.primary_key, error.diag
    names = {"index": told.constraint_name, "schema": told.schema_name}
    keys = connection.execute(query("unique_index"), names).fetchall()
    texts = _texts(error, len(keys))
    if primary is None or primary.name == told.constraint_name or not keys or texts is None:
        return None
    conditions = [
        _same(expression, equality, text) for (expression, equality, _), text in zip(keys, texts, strict=True)
    ]
    conditions += [sql.SQL("({})").format(trusted(predicate)) for _, _, predicate in keys[:1] if predicate]
    statement = sql.SQL("select {} from only {} where {} limit 1").format(
        as_texts(primary.columns),
        sql.Identifier(told.schema_name or "", told.table_name or ""),
        sql.SQL(" and ").join(conditions),
    )
    row = execute_alone(connection, statement).fetchone()
    return key_text(primary.columns, row).removeprefix("Key ") if row else None


def _texts(error: psycopg.Error, count: int) -> list[str] | None:
    """Read the values of a key from PostgreSQL's detail, or None where a value with a comma hides them."""
    match = _VALUES.search(error.diag.message_detail or "")
    texts = match["values"].split(", ", -1 if count > 1 else 0) if match else []
    return texts if len(texts) == count else None


def _same(expression: str, equality: str, text: str) -> sql.Composed:
    if text == "null":
        return sql.SQL("({}) is null").format(trusted(expression))
    return sql.SQL("({}) {} {}").format(trusted(expression), operator(equality), sql.Literal(text))
