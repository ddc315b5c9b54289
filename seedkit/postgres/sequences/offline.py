"""Writes a repair down for a database that is not there yet, as a migration's script: all is found when it runs.

A DO block looks sequences up in the catalog; where column and sequence are named, a plain statement will do. Both judge
by the ids that are there then, and move forward only. They know fewer links than a repair with a connection: an
identity, a serial, a default that is a plain nextval. What else feeds a column, they refuse to guess.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import LiteralString

from psycopg import sql

from seedkit.core.names import ExactName, quote_identifier, readings
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.postgres.queries import query
from seedkit.postgres.sequences.script_check import in_do_block
from seedkit.postgres.unencoded import text_of

_NULL = sql.SQL("null")


def repair_block(
    tables: Sequence[str] | None,
    options: RepairOptions,
    *,
    column: str | None = None,
    schemas: Iterable[str] | None = None,
) -> str:
    """Write the block that moves the sequences of some tables (or of one column of them), of some schemas, or all."""
    body = query("offline_repair").format(
        names=_NULL if tables is None else _array(map(sql.Literal, tables), "text"),
        tables=_NULL if tables is None else _array(map(_found, tables), "oid"),
        column=sql.Literal(column and _parts(column)[-1]),
        schemas=_NULL if schemas is None else _array(map(sql.Literal, schemas), "text"),
        wait=sql.Literal(options.wait),
        lock_timeout=sql.Literal(options.lock_timeout or "0"),
        **_numbers(options),
    )
    return text_of(in_do_block(text_of(body)))


def _numbers(options: RepairOptions) -> dict[str, sql.Literal]:
    own = options.id_range
    return {
        "margin": sql.Literal(options.margin),
        "lowest": sql.Literal(own and own.lowest),
        "highest": sql.Literal(own and own.highest),
    }


def _array(items: Iterable[sql.Composable], type_name: LiteralString) -> sql.Composed:
    return sql.SQL("array[{}]::pg_catalog.{}[]").format(sql.SQL(", ").join(items), sql.SQL(type_name))


def _found(table: str) -> sql.Composed:
    """Find a table as it is spelled, or one that is typed else in lower case; null where there is none."""
    spellings = [[part] if isinstance(table, ExactName) else [part, part.lower()] for part in _parts(table)]
    names = dict.fromkeys(
        _quoted(reversed(parts)) for parts in product(*reversed(spellings))
    )  # the schema varies first
    asked = (sql.SQL("pg_catalog.to_regclass({})").format(sql.Literal(name)) for name in names)
    return sql.SQL("coalesce({})").format(sql.SQL(", ").join(asked))


def _parts(name: str) -> list[str]:
    return [part for part in readings(name)[0] if part is not None]


def _quoted(parts: Iterable[str]) -> str:
    return ".".join(map(quote_identifier, parts))


def repair_statement(table: str, column: str, sequence: str, options: RepairOptions) -> str:
    """Write the statement that moves one sequence past the ids of one column, as both are named."""
    statement = query("offline_statement").format(
        table=sql.Identifier(*_parts(table)),
        relation=sql.Literal(_quoted(_parts(table))),
        column=sql.Identifier(_parts(column)[-1]),
        sequence=sql.Identifier(*_parts(sequence)),
        named=sql.Literal(_quoted(_parts(sequence))),
        **_numbers(options),
    )
    return text_of(statement).rstrip()
