"""Asks what is read of the schema of tables that get rows; who asks more in the same round trip takes the answers."""

from __future__ import annotations

from collections.abc import Collection

import psycopg
from msgspec import Struct
from psycopg.rows import dict_row

from seedkit.postgres.catalog.types import ask_types
from seedkit.postgres.connection import Connection
from seedkit.postgres.generation.deferred import Deferred, ask_deferred
from seedkit.postgres.queries import query
from seedkit.postgres.session import Answer


class AskedRules(Struct, frozen=True, kw_only=True):
    """What constraints, indexes, defaults and triggers say, the types of columns, and the functions in SQL."""

    described: Answer
    types: Answer
    functions: Answer


class AskedSchema(Struct, frozen=True, kw_only=True):
    """The rules of tables, and their constraints that wait for the end."""

    rules: AskedRules
    deferred: psycopg.Cursor[Deferred]


def ask_schema(connection: Connection, tables: Collection[int]) -> AskedSchema:
    """Ask for everything about tables (OIDs), on the safe path."""
    return AskedSchema(deferred=ask_deferred(connection, tables), rules=ask_rules(connection, tables))


def ask_rules(connection: Connection, tables: Collection[int]) -> AskedRules:
    """Ask for the rules of tables (OIDs)."""
    return AskedRules(
        described=connection.cursor(row_factory=dict_row).execute(query("generation_rules"), {"tables": list(tables)}),
        types=ask_types(connection, tables=tables),
        functions=connection.execute(query("generation_functions")),
    )
