"""Sends a table's rows straight into it by COPY; what the server refuses is found, left out, and made up for.

Some blocks go at once, in a savepoint. Where a row of them is refused they go again in pieces, which grow while all is
taken: COPY says at which line it stood, else a piece is halved. A refused row is made again under its own number, by
the number of the turn alone, so that what else has changed does not matter. Nothing here commits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import psycopg
from psycopg import sql

from seedkit.core.catalog import Table
from seedkit.core.generation.rows.bans import Bans
from seedkit.core.generation.rows.by_column import MadeRows
from seedkit.core.generation.rows.making import RowMaker
from seedkit.core.generation.rows.shortfalls import Refusal, refused, swallowed
from seedkit.postgres.connection import Connection
from seedkit.postgres.generation.refusals import is_refusal, refusal_of, told_line
from seedkit.postgres.generation.rows import rows_there
from seedkit.postgres.identifiers import names

_TURNS = 8
"""How often another row is tried in the place of one that is refused."""

_BANNED_FROM = 3
"""From this turn on rows are made without what was always refused; before, such rows are only not sent."""

_AT_ONCE = 4 * 1024 * 1024
"""Characters that are kept to be sent again."""

_FIRST_PIECE = 64
_NONE_TAKEN = 64
"""So many rows are refused, and none taken, before a table is given up."""

_PATIENCE = 1_000
"""So many rows may be refused, and one more for every four that are taken."""


@dataclass(frozen=True, slots=True)
class Filled:
    """How many rows a table was given, and why it is not more; a key was `taken` where another row has it."""

    rows: int
    reasons: tuple[str, ...] = ()
    taken: bool = False


@dataclass(slots=True)
class TableFilling:
    """A table that is being filled, in savepoints of the transaction that is open."""

    connection: Connection
    maker: RowMaker
    taken: int = 0
    missing: int = 0
    given_up: bool = False
    causes: Counter[Refusal] = field(default_factory=Counter)
    _at_once: int = 0
    _bans: Bans = field(init=False)
    _left_out: Counter[Refusal] = field(default_factory=Counter)
    _last: dict[int, Refusal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._bans = Bans(self.maker.plan)

    @property
    def table(self) -> Table:
        """The table."""
        return self.maker.plan.rules.table

    def fill(self, blocks: Iterator[MadeRows]) -> None:
        """Send blocks: the very first one alone, as it tells whether there is trouble.

        Raises psycopg.Error for what is no row's fault.
        """
        while not self.given_up:
            sent: list[MadeRows] = []
            error = self._send(_kept(blocks, sent, self._at_once))
            if error is not None:
                self._part([row for made in sent for row in zip(made.numbers, made.lines, strict=True)])
            if not sent:
                return
            self._at_once = _AT_ONCE

    def _send(self, texts: Iterable[tuple[str, int]]) -> psycopg.Error | None:
        """Copy rows in a savepoint; give the error where one is refused, and then nothing of them is there."""
        columns = [chosen.column for chosen in self.maker.plan.columns]
        statement = sql.SQL("copy {} ({}) from stdin").format(
            sql.Identifier(self.table.name.schema, self.table.name.name), names(tuple(columns))
        )
        sent = 0
        try:
            with self.connection.transaction(), self.connection.cursor() as cursor:
                with cursor.copy(statement) as copy:
                    for text, rows in texts:
                        copy.write(text)
                        sent += rows
                inserted = cursor.rowcount
        except psycopg.Error as error:
            if self.connection.closed or not is_refusal(error):
                raise
            return error
        self.taken += inserted
        self.missing += sent - inserted
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
        if refused_ones:
            usual = self.causes.most_common(1)[0][0]
            self._left_out.update(self._last.get(number, usual) for number in refused_ones)
        self._last.clear()

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
            good = self._good_ones(piece, error)
            if good is None or (good and self._try(piece[:good]) is not None):
                size = max(1, (len(piece) if good is None else good) // 2)
                continue
            self._refuse(*piece[good], error)
            refused_ones.append(piece[good][0])
            place, size = place + good + 1, max(8, 2 * good)
        return refused_ones

    def _good_ones(self, piece: Sequence[tuple[int, str]], error: psycopg.Error) -> int | None:
        """Say how many rows of a piece come before the one that is refused; None where nothing tells."""
        line = told_line(error, self.table.name.name)
        if line is not None and 1 <= line <= len(piece):
            return line - 1
        return 0 if len(piece) == 1 else None

    def _try(self, piece: Sequence[tuple[int, str]]) -> psycopg.Error | None:
        error = self._send([("".join(line for _, line in piece), len(piece))])
        if error is None:
            self._bans.take(line for _, line in piece)
        return error

    def _refuse(self, number: int, line: str, error: psycopg.Error) -> None:
        cause = refusal_of(error, self.maker.plan)
        self._last[number] = cause
        self.causes[cause] += 1
        self._bans.refuse(line)
        refused_count = self.causes.total()
        self.given_up = refused_count >= (_PATIENCE + self.taken // 4 if self.taken else _NONE_TAKEN)

    def outcome(self, asked: int, there: int) -> Filled:
        """Say what the table was given of the rows that were asked for, and what it lacks beside those `there` before."""
        table, triggers = str(self.table.name), self.maker.plan.rules.triggers
        reasons = []
        if self.given_up:
            tried = self.taken + self.causes.total()
            reasons = [refused(cause, table, rows, tried, asked) for cause, rows in self.causes.most_common(3)]
        else:
            reasons = [refused(cause, table, rows, asked, asked) for cause, rows in self._left_out.most_common(3)]
        gone = self.missing
        if triggers and self.taken:
            gone += max(0, there + self.taken - rows_there(self.connection, self.table, ()).count)
        if gone:
            reasons.append(swallowed(table, gone, self.taken + self.missing, [trigger.name for trigger in triggers]))
        taken = any(cause.is_taken for cause in self.causes)
        return Filled(self.taken + self.missing - gone, tuple(reasons), taken)


def _kept(blocks: Iterator[MadeRows], sent: list[MadeRows], at_once: int) -> Iterator[tuple[str, int]]:
    """Give blocks as long as they are not too many to be kept, and keep them."""
    size = 0
    for made in blocks:
        sent.append(made)
        yield made.text, len(made.numbers)
        size += len(made.text)
        if size >= at_once:
            return
