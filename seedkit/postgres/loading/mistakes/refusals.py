"""Tells the rows that halving has found, and what is wrong with each as far as PostgreSQL says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

import psycopg
from msgspec import Struct
from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.errors import Origin
from seedkit.postgres.connection import Connection, execute_alone
from seedkit.postgres.identifiers import operator, type_of
from seedkit.postgres.loading.blame import key_of, table_of
from seedkit.postgres.loading.causes import raised_in
from seedkit.postgres.loading.merging.taken_values import TAKEN
from seedkit.postgres.loading.mistakes.failed_checks import check_of
from seedkit.postgres.loading.mistakes.halving import Halving, LoadRows, Refused
from seedkit.postgres.loading.mistakes.mistake import SHOWN, Mistake
from seedkit.postgres.loading.mistakes.rivals import Rivals, stored_rival, told_row
from seedkit.postgres.loading.mistakes.row_triggers import RowTrigger
from seedkit.postgres.loading.table_loads import TableLoad


class Look(Struct, frozen=True, kw_only=True):
    """What is needed to look into an error of some loads: how to load their rows again, and what may change these."""

    connection: Connection
    loads: Sequence[TableLoad]
    load_rows: LoadRows
    triggers: Sequence[RowTrigger]

    @property
    def circular(self) -> bool:
        """Whether rows may refer to rows of the same load."""
        return len(self.loads) > 1 or any(load.table.refers_to_itself for load in self.loads)


def refusals(look: Look, error: psycopg.Error) -> list[Mistake]:
    """List the rows that meet the same refusal as their load, in the order of the files."""
    with look.connection.transaction(force_rollback=True):
        halving = Halving(look.connection, look.loads, look.load_rows, error, circular=look.circular)
        found = [(refused, _stored(look, refused)) for refused in islice(halving.refused(), SHOWN + 1)]
    told = [_told(look, refused, stored, first=number == 0) for number, (refused, stored) in enumerate(found)]
    return sorted(told, key=_place)


def _stored(look: Look, refused: Refused) -> dict[str, str | None]:
    """Ask for the rival of a row while it is in the table; {} where there is none."""
    load = look.loads[refused.row.load]
    ours = table_of(refused.error) == load.table.name or load.table.kind == "p"
    if not (ours and isinstance(refused.error, psycopg.errors.UniqueViolation)):
        return {}
    return stored_rival(look.connection, load.table, load.sources[refused.row.source].key, refused.error)


def _place(mistake: Mistake) -> tuple[str, int]:
    origin = mistake.origin
    return (str(origin.path), origin.line or 0) if origin else ("", 0)


def _told(look: Look, refused: Refused, stored: Mapping[str, str | None], *, first: bool) -> Mistake:
    error, table = refused.error, look.loads[refused.row.load].table
    origin, text = refused.row.origin(look.loads), _text(look, refused, table)
    if isinstance(error, TAKEN):
        rivals = Rivals(connection=look.connection, loads=look.loads, load_rows=look.load_rows)
        if rivals.is_refused(refused):
            text = _with_row(text, told_row(table, stored, error))
        elif other := rivals.in_run(refused, stored, at_any_price=first):
            origin, text = _with_other(text, origin, other)
    if causes := list(_causes(look, refused, table)):
        text = "; ".join([text.removesuffix("."), *causes])
    return Mistake(origin=origin, text=text, message=error.diag.message_primary)


def _text(look: Look, refused: Refused, table: Table) -> str:
    error, shape = refused.error, refused.row.block.shape
    if isinstance(error, psycopg.errors.NotNullViolation) and _is_about(error, table):
        column = error.diag.column_name
        left_out = column not in shape.columns and not table.column(column or "").has_default
        return f'column "{column}" is {"left out and has no default" if left_out else "null"}'
    if isinstance(error, psycopg.errors.CheckViolation) and (condition := check_of(look.connection, error)):
        return f"it must be that {condition}"
    return error.diag.message_detail or error.diag.message_primary or ""


def _is_about(error: psycopg.Error, table: Table) -> bool:
    """Whether an error is about a table's own columns; one about a partition may be."""
    known = any(column.name == error.diag.column_name for column in table.columns)
    return known and (table_of(error) == table.name or table.kind == "p")


def _with_row(text: str, row: str | None) -> str:
    return f"{text.removesuffix('.')}, in the row {row}." if row else text


def _with_other(text: str, origin: Origin | None, other: Origin) -> tuple[Origin | None, str]:
    """Name the other row, and take the one that stands further down for the one that is too many."""
    if origin and origin.path == other.path and (origin.line or 0) < (other.line or 0):
        origin, other = other, origin
    told = text.removesuffix(".")
    if "conflicts" in told:
        return origin, f"{told}, at {other}."
    return origin, f"{told.removesuffix(' already exists')} stands at {other} already."


def _causes(look: Look, refused: Refused, table: Table) -> Iterator[str]:
    """Say where a row was refused, if that was inside of a function, and which triggers have changed it before."""
    if function := raised_in(refused.error):
        yield f"in {function}"
    names = [f'"{trigger.name}"' for trigger in look.triggers if trigger.before and trigger.table == table.oid]
    if names and _has_changed(look.connection, refused, table):
        yield f"the trigger {' or '.join(names)} has made that of what stands there"


def _has_changed(connection: Connection, refused: Refused, table: Table) -> bool:
    """Whether PostgreSQL has refused another value than the row's own."""
    error, values = refused.error, refused.row.values()
    if isinstance(error, psycopg.errors.NotNullViolation) and _is_about(error, table):
        return values.get(error.diag.column_name or "") is not None
    key = key_of(error, table)
    if key is None or not set(key[0]) <= values.keys():
        return False
    given = [(table.column(name), values[name], text) for name, text in zip(*key, strict=True)]
    if any(own is None for _, own, _ in given):
        return True
    same = sql.SQL(" and ").join(
        sql.SQL("{own}::{type} {equality} {text}::{type}").format(
            own=sql.Literal(own), type=type_of(column), equality=operator(column.equality), text=sql.Literal(text)
        )
        for column, own, text in given
    )
    row = execute_alone(connection, sql.SQL("select {}").format(same)).fetchone()
    return row is not None and not row[0]
