"""What the server's error says of a generated row: whether another one might be taken, and what refused it."""

from __future__ import annotations

import re
from collections.abc import Callable

import psycopg
from msgspec.structs import replace

from seedkit.core.generation.planning.tables import PlannedTable
from seedkit.core.generation.rows.shortfalls import Refusal, refusal_by
from seedkit.postgres.connection import Connection
from seedkit.postgres.session_options import option

_NO_ROW = frozenset(("08", "25", "26", "3D", "40", "53", "55", "57", "58", "72", "XX"))
"""Connections, transactions, deadlocks, locks, what the server is short of, interventions, its own errors."""

_NO_ROW_STATES = frozenset(("2200H", "0A000"))
"""An exhausted sequence, and COPY where it is not supported: under row security."""

_POLICIES = "ExecWithCheckOptions"
"""What checks policies in the server."""

_NOT_THERE = frozenset(("3F000", "42P01", "42703", "42704", "42883"))
"""A schema, table, column, type or function that a function names and the session does not see."""

_OF_ONE_ROW = re.compile(r'\d+|(?<=: )".*"$', re.DOTALL)
"""What differs from row to row in a message: numbers, and the value at its end."""

_FUNCTION = re.compile(r"^.*?\bfunction (?P<name>.+?) line ", re.MULTILINE)


def is_refusal(error: psycopg.Error) -> bool:
    """Whether another row in its place might have been taken; what a trigger stumbles over is about its row."""
    state = error.sqlstate or "08"
    if state == "42501":
        return error.diag.source_function in (_POLICIES, "exec_stmt_raise")
    return state[:2] not in _NO_ROW and state not in _NO_ROW_STATES


def is_refusal_of_rows(error: BaseException | None) -> bool:
    """Whether what ended a statement is the server's refusal of a row."""
    return isinstance(error, psycopg.Error) and is_refusal(error)


def told_line(error: psycopg.Error, table: str) -> int | None:
    """Give the number of the line that COPY was at, where the error comes from a row of its own; from 1."""
    begin = f"COPY {table}, "
    for line in (error.diag.context or "").split("\n"):
        if line.startswith(begin):
            found = re.match(r"\D+(\d+)", line.removeprefix(begin))
            return int(found.group(1)) if found else None
    return None


def refusal_of(
    connection: Connection, error: psycopg.Error, plan: PlannedTable, hidden: Callable[[str], str] = str
) -> Refusal:
    """Say what refused a row: a constraint in its own words, a function with what it said, or the server's message.

    `hidden` takes out of a message what nobody is to see, while that is still in one piece.
    """
    found = refusal_by(plan.rules, error.diag.constraint_name, plan.fixed)
    if found is not None:
        taken = isinstance(error, psycopg.errors.UniqueViolation)
        parts = {leaf.name.rpartition(".")[2].strip('"') for leaf in plan.rules.leaves}
        own = error.diag.table_name in {plan.rules.table.name.name, *parts}
        return replace(found, is_taken=taken, is_displaced=taken and own)
    if error.sqlstate == "23502" and error.diag.column_name:
        return Refusal(cause=f"not null of {error.diag.column_name}", columns=(error.diag.column_name,))
    if error.sqlstate == "42501" and error.diag.source_function == _POLICIES:
        return Refusal(cause="row-level security")
    message = _OF_ONE_ROW.sub("…", hidden(error.diag.message_primary or str(error)))
    function = _FUNCTION.search(error.diag.context or "")
    columns = (error.diag.column_name,) if error.diag.column_name else ()
    if function is None:
        return Refusal(cause=f'"{message}"', columns=columns)
    elsewhere = option(connection, "search_path", "…") if error.sqlstate in _NOT_THERE else ""
    return Refusal(cause=f'{function["name"]} ("{message}")', columns=columns, elsewhere=elsewhere)
