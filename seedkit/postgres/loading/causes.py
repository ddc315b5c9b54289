"""What an error of the server is about: a row, or nothing that a row could help."""

from __future__ import annotations

from typing import TypeAlias

import psycopg

ROW_CLASSES = frozenset({"21", "22", "23", "27", "2F", "38", "39", "44", "54", "P0"})
"""Classes of SQLSTATE that a row's values bring about: what its triggers do with them is among that."""

_NO_ROW_CLASSES = frozenset({"08", "40", "53", "57", "58", "XX"})
"""Connections, deadlocks, what the server is short of, interventions, the system's own errors."""

_LOCKS, _NO_RIGHT = "55", "42501"

_SEQUENCE_EXHAUSTED = "2200H"

_ROW_FUNCTIONS = frozenset({"exec_stmt_raise", "ExecWithCheckOptions"})
"""PL/pgSQL's RAISE, which takes any SQLSTATE, and the policies of row-level security, which have that of GRANT."""

Kind: TypeAlias = "tuple[str | None, ...]"


def is_about_a_row(error: psycopg.Error) -> bool:
    """Whether another row in its place might have been taken."""
    state = error.sqlstate or ""
    if state[:2] in _NO_ROW_CLASSES or state == _SEQUENCE_EXHAUSTED:
        return False
    return state[:2] in ROW_CLASSES or error.diag.source_function in _ROW_FUNCTIONS


def blames_no_row(error: psycopg.Error) -> bool:
    """Whether it is known that no row has brought it about: it would have come with another one in its place, too."""
    state = error.sqlstate or ""
    unless_raised = state.startswith((_LOCKS, _NO_RIGHT))
    return state[:2] in _NO_ROW_CLASSES or (unless_raised and not is_about_a_row(error))


def kind_of(error: psycopg.Error) -> Kind:
    """Say what errors have in common that are the same mistake."""
    told = error.diag
    return (error.sqlstate, told.schema_name, told.table_name, told.constraint_name, told.column_name)


def raised_in(error: psycopg.Error) -> str | None:
    """Name the function that an error was raised in, as PostgreSQL does; None where it was the server itself."""
    lines = (error.diag.context or "").split("\n")
    return next((line for line in lines if " function " in line), None)
