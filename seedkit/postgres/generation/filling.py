"""Sends a table's rows straight into it, mostly by COPY; what the server refuses is found, left out, and made up for.

Some blocks go at once, in a savepoint. Where a row of them is refused they go again in pieces, which grow while all is
taken: COPY says at which line it stood, else a piece is halved. A refused row is made again under its own number, by
the number of the turn alone, so that what else has changed does not matter. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TypeAlias

import psycopg
from msgspec import Struct

from seedkit.core.catalog import Table
from seedkit.core.generation.rows.bans import Bans
from seedkit.core.generation.rows.by_column import MadeRows
from seedkit.core.generation.rows.making import RowMaker
from seedkit.core.generation.rows.shortfalls import given_up
from seedkit.core.generation.rows.tallies import Tally
from seedkit.postgres.connection import Connection
from seedkit.postgres.generation.refusals import is_refusal, refusal_of, told_line
from seedkit.postgres.generation.rows import rows_added
from seedkit.postgres.identifiers import copy_statement, table_identifier
from seedkit.postgres.shard_errors import as_of_tables
from seedkit.progress import CHECKING_FOREIGN_KEYS, current

_TURNS = 8
"""How often another row is tried in the place of one that is refused."""

_BANNED_FROM = 3
"""From this turn on rows are made without what was always refused; before, such rows are only not sent."""

_NONE_MADE = 1_000
"""So many rows can't be made, and no other was, before a table is given up: all of a block, as far as was looked."""

_AT_ONCE = 1024 * 1024
"""Characters that are kept to be sent again."""

_FIRST_PIECE = 64


class Filled(Struct, frozen=True):
    """How many rows a table was given, and why it is not more; a key was `taken` where another row has it."""

    rows: int
    reasons: tuple[str, ...] = ()
    taken: bool = False


Send: TypeAlias = Callable[[Connection, Table, tuple[str, ...], Iterable[tuple[str, int]]], tuple[int, int]]
"""Sends COPY texts of some columns, each of so many rows; gives how many were sent and how many are there."""


def copied(
    connection: Connection, table: Table, columns: tuple[str, ...], texts: Iterable[tuple[str, int]]
) -> tuple[int, int]:
    """Send rows by COPY, straight into their table."""
    sent, progress = 0, current()
    with progress.at("making and copying rows"), connection.cursor() as cursor:
        with cursor.copy(copy_statement(table_identifier(table), columns)) as copy:
            for text, rows in texts:
                copy.write(text)
                sent += rows
            if table.foreign_keys:
                progress.turn_to(CHECKING_FOREIGN_KEYS)
        return sent, cursor.rowcount


@dataclass(slots=True)
class TableFilling:
    """A table that is being filled, in savepoints; errors are told `hidden`, and `heard` is told of all rows taken."""

    connection: Connection
    maker: RowMaker
    hidden: Callable[[str], str] = str
    heard: Callable[[str], object] = str
    tally: Tally = field(default_factory=Tally)
    send: Send = copied
    _at_once: int = 0
    _bans: Bans = field(init=False)

    def __post_init__(self) -> None:
        self._bans = Bans(self.maker.plan)

    @property
    def table(self) -> Table:
        """The table."""
        return self.maker.plan.rules.table

    @property
    def taken(self) -> int:
        """How many rows are there."""
        return self.tally.taken

    @property
    def given_up(self) -> bool:
        """Whether so many rows were refused, or could not be made, that no further one is tried."""
        return self.tally.given_up or (self.tally.is_empty and self._lost >= _NONE_MADE)

    @property
    def _lost(self) -> int:
        """How many rows could not be made."""
        return sum(shortfall.rows for shortfall in self.maker.short.values())

    def fill(self, blocks: Iterator[MadeRows]) -> None:
        """Send blocks: the very first one alone, as it tells whether there is trouble.

        Raises psycopg.Error for what is no row's fault.
        """
        ahead = _Ahead(blocks)
        while not self.given_up and ahead.make():
            sent: list[MadeRows] = []
            error = self._send(_kept(ahead, sent, self._at_once))
            if error is not None:
                self._part([row for made in sent for row in zip(made.numbers, made.lines, strict=True)])
            self._at_once = _AT_ONCE

    def _send(self, texts: Iterable[tuple[str, int]]) -> psycopg.Error | None:
        """Send rows in a savepoint; give the error where one is refused, and then nothing of them is there."""
        written: list[str] = []
        try:
            with self.connection.transaction():
                columns = self.maker.plan.column_names
                sent, inserted = self.send(self.connection, self.table, columns, _noted(texts, written))
        except psycopg.Error as error:
            told = as_of_tables(error, [self.table])
            if self.connection.closed or not is_refusal(told):
                raise
            return told
        self.tally.taken += inserted
        self.tally.missing += sent - inserted
        for text in written:
            self.heard(text)
        return None

    def _part(self, rows: Sequence[tuple[int, str]]) -> None:
        """Send rows in pieces, and others in the place of those that are refused, turn by turn."""
        refused_ones = self._pieces(rows)
        for turn in range(1, _TURNS + 1):
            if not refused_ones or self.given_up:
                break
            bans = self._bans.found if turn >= _BANNED_FROM else ()
            made = self.maker.again(refused_ones, turn, bans)
            unmade = set(refused_ones) - set(made.numbers)
            refused_ones = sorted([*unmade, *self._pieces(list(zip(made.numbers, made.lines, strict=True)))])
        self.tally.leave_out(refused_ones)

    def _pieces(self, rows: Sequence[tuple[int, str]]) -> list[int]:
        """Send rows piece by piece; give the numbers of those that are refused, or would be."""
        refused_ones = [number for number, line in rows if self._bans.forbid(line)]
        waiting = [row for row in rows if not self._bans.forbid(row[1])]
        place, size = 0, _FIRST_PIECE
        while place < len(waiting) and not self.given_up:
            piece = waiting[place : place + size]
            error = self._try(piece)
            if error is None:
                place, size = place + len(piece), size * 2
                continue
            good = _good_ones(piece, told_line(error, self.table.name.name))
            if good is None or (good and self._try(piece[:good]) is not None):
                size = max(1, (len(piece) if good is None else good) // 2)
                continue
            number, line = piece[good]
            self.tally.refuse(number, refusal_of(self.connection, error, self.maker.plan, self.hidden))
            self._bans.refuse(line)
            refused_ones.append(number)
            place, size = place + good + 1, max(8, 2 * good)
        return refused_ones

    def _try(self, piece: Sequence[tuple[int, str]]) -> psycopg.Error | None:
        if (error := self._send([("".join(line for _, line in piece), len(piece))])) is None:
            self._bans.take(line for _, line in piece)
        return error

    def outcome(self, asked: int, there: int) -> Filled:
        """Say what the table was given of the rows that were asked for, beside those `there` before, and why."""
        rules = self.maker.plan.rules
        if self.taken and (rules.triggers or self.table.rules):
            left = rows_added(self.connection, self.table, there, self.taken)
            self.tally.missing += self.taken - left
            self.tally.taken = left
        reasons = list(self.tally.reasons(str(self.table.name), asked, rules.swallowing))
        if self.tally.is_empty and self._lost < asked and self.given_up:
            reasons.append(given_up(str(self.table.name), self._lost, asked))
        return Filled(self.taken, tuple(reasons), self.tally.is_taken)


class _Ahead:
    """Blocks one behind the other, the next of which can be made before it is asked for."""

    def __init__(self, blocks: Iterator[MadeRows]) -> None:
        self._blocks = blocks
        self._made: list[MadeRows] = []

    def __iter__(self) -> Iterator[MadeRows]:
        return self

    def __next__(self) -> MadeRows:
        return self._made.pop() if self._made else next(self._blocks)

    def make(self) -> bool:
        """Make the next block, and say whether there is one."""
        if not self._made:
            self._made = list(islice(self._blocks, 1))
        return bool(self._made)


def _noted(texts: Iterable[tuple[str, int]], written: list[str]) -> Iterator[tuple[str, int]]:
    for text, rows in texts:
        written.append(text)
        yield text, rows


def _good_ones(piece: Sequence[tuple[int, str]], line: int | None) -> int | None:
    """Say how many rows of a piece come before the one that is refused; None where nothing tells."""
    if line is not None and 1 <= line <= len(piece):
        return line - 1
    return 0 if len(piece) == 1 else None


def _kept(blocks: _Ahead, sent: list[MadeRows], at_once: int) -> Iterator[tuple[str, int]]:
    """Give blocks as long as they are not too many to be kept, and keep them.

    The block after that is made while the server is still busy with these: at the end of a COPY it is waited for.
    """
    size = 0
    for made in blocks:
        sent.append(made)
        yield made.text, len(made.numbers)
        size += len(made.text)
        if size >= at_once:
            blocks.make()
            return
