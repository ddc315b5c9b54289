"""Writes a repair down as a script, for psql or any other client, which may be run later and on another database.

So it names what it means, and does nothing where that is not as it was here. It moves sequences past the ids that were
seen here: it reads no user's table, waits for none, and needs no right to one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct
from psycopg import sql

from seedkit.core.names import column_of
from seedkit.core.reports.runs import SequenceReport
from seedkit.core.reports.sequences import report_sequence
from seedkit.core.sequences.feeding import FeedingSequence
from seedkit.core.sequences.reading import SequenceReading, Unjudged, is_behind
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.core.sequences.rungs import Rung, rung_for, widest_race
from seedkit.errors import SequenceError
from seedkit.postgres.connection import Connection
from seedkit.postgres.sequences.reading import chunks, read_sequences
from seedkit.postgres.sequences.script_check import Link, check_statement, read_links
from seedkit.postgres.sequences.script_moves import climb_block, first_value_block
from seedkit.postgres.sequences.statements import (
    LOCK_TIMEOUT,
    by_name,
    rewriting_statement,
    set_statement,
)
from seedkit.postgres.transactions.lock_waits import LockWaits
from seedkit.postgres.unencoded import has_no_encoding, passes_bytes, text_of
from seedkit.printable import on_one_line

TOGETHER = 100
"""Sequences that are climbed in one transaction, and links that every transaction of a script checks."""

_INTRODUCTION = """\
-- Moves sequences of database "{}" past the highest ids that were there. It checks first that all it names
-- is as it was there, and raises an error before anything moves. Ids that have come since, it knows nothing of.
"""
_SAFE_PATH = sql.SQL("set local search_path = pg_catalog, pg_temp")
_Statement: TypeAlias = "sql.SQL | sql.Composed"


class _Move(Struct, frozen=True, kw_only=True):
    """A sequence that is behind, and the way to move it; without one, why there is none."""

    reading: SequenceReading
    rung: Rung | None
    why_not: str = ""

    @property
    def heading(self) -> str:
        """The comment in front of it."""
        report = report_sequence(self.reading)
        named = on_one_line(f"{column_of(report.table, report.column)}, sequence {report.shown_sequence}")
        first = f"-- {named}: next value {report.next_value}, highest id {report.highest_id}\n"
        return f"{first}-- can not be fixed by this role: {on_one_line(self.why_not)}\n" if self.why_not else first


def repair_statements(
    connection: Connection, sequences: Sequence[FeedingSequence], options: RepairOptions
) -> tuple[list[SequenceReport], str]:
    """Judge sequences, and write down as a script what a repair would run; nothing is executed.

    Those that are climbed come first, a hundred to a transaction; each of the others has a transaction of its own. Each
    transaction checks what it is about to move. The first one checks all that is named, and so do all others where that
    is not much: a psql that is not told to stop at errors goes on with the next.
    """
    waits = LockWaits(options.lock_timeout)
    found = [reading for chunk in chunks(sequences) for reading in read_sequences(connection, chunk, options, waits)]
    if any(sequence.nodes for sequence in sequences):
        from seedkit.postgres.sequences.other_nodes import read_others

        others = read_others(connection, found, options, waits)
        found += [reading for reading in others if isinstance(reading, Unjudged) or is_behind(reading)]
    moves = [_move(reading) for reading in found if is_behind(reading)]
    return [report_sequence(reading) for reading in found], _script(connection, moves, options)


def _move(reading: SequenceReading) -> _Move:
    try:
        return _Move(reading=reading, rung=rung_for(reading, in_transaction=bool(reading.node)))
    except SequenceError as error:
        return _Move(reading=reading, rung=None, why_not=f"{error.message}; {error.hint}")


def _script(connection: Connection, moves: Sequence[_Move], options: RepairOptions) -> str:
    parts = [move.heading for move in moves if move.rung is None]
    transactions = list(_transactions([move for move in moves if move.rung is not None]))
    if transactions:
        parts.insert(0, _INTRODUCTION.format(on_one_line(connection.info.dbname)))
    links = read_links(connection, [move.reading for transaction in transactions for move in transaction], options)
    everything = [link for found in links.values() for link in found]
    for transaction in transactions:
        own = [link for move in transaction for link in links[move.reading.sequence.oid]]
        check = everything if transaction is transactions[0] or len(everything) <= TOGETHER else own
        parts.append(_transaction(connection, transaction, check))
    return "\n".join(parts)


def _transactions(moves: Sequence[_Move]) -> Iterator[list[_Move]]:
    """Divide the moves into transactions: those on other nodes come last, when nobody gives their ids here any more."""
    here = [move for move in moves if not move.reading.node]
    climbs = [move for move in here if move.rung is Rung.CLIMB]
    yield from (climbs[start : start + TOGETHER] for start in range(0, len(climbs), TOGETHER))
    yield from ([move] for move in here if move.rung is not Rung.CLIMB)
    yield from ([move] for move in moves if move.reading.node)


def _transaction(connection: Connection, moves: Sequence[_Move], check: Sequence[Link]) -> str:
    lines = ["begin;\n", *_texts(connection, [check_statement(connection, check), *_preparation(moves[0])])]
    for move in moves:
        lines += [move.heading, *_texts(connection, _moving(connection, move))]
    text = "".join(lines)
    if not text.isascii():
        encoding = sql.Literal("SQL_ASCII" if has_no_encoding(connection) else "UTF8")
        lines.insert(1, _text(connection, sql.SQL("set local client_encoding = {}").format(encoding)))
    return _in_bytes_of_the_database(connection, "".join([*lines, "commit;\n"]))


def _in_bytes_of_the_database(connection: Connection, text: str) -> str:
    """Have what was read in an encoding that somebody has asked for be written in it too, where the server has none."""
    if not has_no_encoding(connection) or passes_bytes(connection):
        return text
    return text.encode(connection.info.encoding).decode("utf-8", "surrogateescape")


def _texts(connection: Connection, statements: Sequence[_Statement]) -> list[str]:
    return [_text(connection, statement) for statement in statements]


def _text(connection: Connection, statement: _Statement) -> str:
    return f"{text_of(statement, connection)};\n"


def _preparation(move: _Move) -> list[_Statement]:
    """Write what comes before a move of its kind.

    Others are kept out by what names no role and no owner: elsewhere they may be others, and must stay so. That may
    fire event triggers, whose names are others', and comes before the safe path.
    """
    timeout = sql.SQL("set local lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT))
    lock = [timeout, rewriting_statement(move.reading)] if move.rung is Rung.SET_UNDER_LOCK else []
    return [*lock, _SAFE_PATH]


def _moving(connection: Connection, move: _Move) -> Sequence[_Statement]:
    if move.reading.node is not None and (move.reading.node or move.rung is Rung.BRING_BACK):
        from seedkit.postgres.sequences.way_back import script_of_nodes

        return script_of_nodes(move.reading)
    if move.rung is Rung.CLIMB:
        return [climb_block(move.reading, connection)]
    further_than = widest_race(move.reading) if move.rung is Rung.SET_ACROSS_GAP else 0
    return [first_value_block(move.reading, connection), set_statement(move.reading, further_than, found_by=by_name)]
