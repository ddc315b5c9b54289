"""The other one of two rows that can't both be there: one of the run, or one that the table had before."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import psycopg
from msgspec import Struct
from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.names import Columns
from seedkit.errors import Origin
from seedkit.postgres.connection import Connection, execute_alone
from seedkit.postgres.identifiers import as_texts, operator, trusted
from seedkit.postgres.loading.blame import values_in
from seedkit.postgres.loading.causes import kind_of
from seedkit.postgres.loading.mistakes.halving import LoadRows, Refused, refusal
from seedkit.postgres.loading.mistakes.mistake import key_text
from seedkit.postgres.loading.mistakes.pieces import Piece, halves, loads_of, rows_in, single_rows
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.postgres.queries import query

_VALUES = re.compile(r"\)=\((?P<values>.*)\)", re.DOTALL)
_FEW_ROWS = 5_000
_TRIED = 3


class Rivals(Struct, frozen=True, kw_only=True):
    """Looks for the rivals of refused rows, by loading them again beside others."""

    connection: Connection
    loads: Sequence[TableLoad]
    load_rows: LoadRows

    def is_refused(self, refused: Refused, others: Sequence[Piece] = ()) -> bool:
        """Whether a row is refused as it was, beside others alone; without any its rival is in the table."""
        with self.connection.transaction(force_rollback=True):
            error = refusal(self.connection, self.load_rows, loads_of(self.loads, [*others, refused.row]))
        return error is not None and kind_of(error) == kind_of(refused.error)

    def in_run(self, refused: Refused, stored: Mapping[str, str | None], *, at_any_price: bool) -> Origin | None:
        """Find the row of the run that a row is refused beside; `stored` is what the table had of it."""
        rival = self._like(refused, stored)
        if rival is None and (at_any_price or rows_in(refused.taken) <= _FEW_ROWS):
            rival = self._by_halving(refused)
        return rival.origin(self.loads) if rival else None

    def _like(self, refused: Refused, stored: Mapping[str, str | None]) -> Piece | None:
        """Choose among rows that look like the stored one."""
        for number, piece in enumerate(_alike(refused.taken, stored)):
            if number == _TRIED:
                break
            if self.is_refused(refused, [piece]):
                return piece
        return None

    def _by_halving(self, refused: Refused) -> Piece | None:
        pieces = list(refused.taken)
        while rows_in(pieces) > 1:
            first, second = halves(pieces)
            pieces = first if self.is_refused(refused, first) else second
        return pieces[0] if pieces and self.is_refused(refused, pieces) else None


def _alike(pieces: Sequence[Piece], stored: Mapping[str, str | None]) -> Iterator[Piece]:
    for piece in pieces:
        known = [name for name in piece.block.shape.columns if name in stored]
        if known:
            wanted = [stored[name] for name in known]
            places = [piece.block.shape.columns.index(name) for name in known]
            yield from single_rows(piece, places, wanted)


def stored_rival(connection: Connection, table: Table, key: Columns, error: psycopg.Error) -> dict[str, str | None]:
    """Ask for the row that has the unique key of an error: its primary key and `key`, column → text; {} for none."""
    told, columns = error.diag, tuple(dict.fromkeys([*(table.primary_key.columns if table.primary_key else ()), *key]))
    names = {"index": told.constraint_name, "schema": told.schema_name}
    keys = connection.execute(query("unique_index"), names).fetchall()
    texts = _texts(error, len(keys))
    if not (columns and keys) or texts is None:
        return {}
    conditions = [
        _same(expression, equality, text) for (expression, equality, _), text in zip(keys, texts, strict=True)
    ]
    conditions += [sql.SQL("({})").format(trusted(predicate)) for _, _, predicate in keys[:1] if predicate]
    statement = sql.SQL("select {} from only {} where {} limit 1").format(
        as_texts(columns),
        sql.Identifier(told.schema_name or "", told.table_name or ""),
        sql.SQL(" and ").join(conditions),
    )
    row = execute_alone(connection, statement).fetchone()
    return dict(zip(columns, row, strict=True)) if row else {}


def told_row(table: Table, stored: Mapping[str, str | None], error: psycopg.Error) -> str | None:
    """Tell a row of the table by its primary key; None where that is what the error tells already."""
    primary = table.primary_key
    if primary is None or primary.name == error.diag.constraint_name or not stored:
        return None
    return key_text(primary.columns, [stored[name] for name in primary.columns]).removeprefix("Key ")


def _texts(error: psycopg.Error, count: int) -> list[str] | None:
    """Read the values of a key from PostgreSQL's detail, or None where they can't be told."""
    match = _VALUES.search(error.diag.message_detail or "")
    return values_in(match["values"], count) if match else None


def _same(expression: str, equality: str, text: str) -> sql.Composed:
    if text == "null":
        return sql.SQL("({}) is null").format(trusted(expression))
    return sql.SQL("({}) {} {}").format(trusted(expression), operator(equality), sql.Literal(text))
