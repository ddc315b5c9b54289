"""Fills tables that refer to each other in a circle: all at once, by one statement.

Where it is refused, a row of one of them is to blame, or several. Each table's rows are tried by themselves then, with
keys of the circle as broken as they have to be, and taken back: what is refused is made up for. What refers to a row
that is left out has NULL there, or is left out with it. Then all go once more.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial

from msgspec import Struct, field

from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.columns.blocks import NULL
from seedkit.core.generation.rows.shortfalls import swallowed
from seedkit.core.generation.streams import BLOCK
from seedkit.core.names import column_of
from seedkit.errors import LoadError
from seedkit.postgres.connection import Connection
from seedkit.postgres.generation.filling import TableFilling
from seedkit.postgres.generation.refusals import is_refusal_of_rows
from seedkit.postgres.generation.rows import rows_added
from seedkit.postgres.generation.trials import Trial, tried_alone
from seedkit.runner.generation.filling.around import Around
from seedkit.runner.generation.filling.loads import Texts, as_load
from seedkit.runner.generation.filling.outcomes import TableOutcome, TableRows
from seedkit.runner.generation.planning.ordering import referred_and_overwritten

Hidden = Callable[[str], str]


def circle_filled(
    connection: Connection,
    circle: Sequence[TableRows],
    around: Around,
    again: Callable[[], Sequence[TableRows]],
    hidden: Hidden,
) -> dict[int, TableOutcome]:
    """Fill tables that refer to each other, whose rows can be made `again`.

    Raises LoadError where no row can be said to be to blame.
    """
    try:
        with connection.transaction():
            made = [partial(_made, rows, around) for rows in circle]
            loaded = _loaded(connection, circle, _heard(circle, around, made))
    except LoadError as error:
        if not is_refusal_of_rows(error.__cause__):
            raise
        error.hint = _overwriting(circle) or error.hint
        return _Circle(connection, again(), around, hidden).filled(error)
    return {rows.table.oid: _outcome(connection, rows, count) for rows, count in zip(circle, loaded, strict=True)}


def _overwriting(circle: Sequence[TableRows]) -> str | None:
    """Say which keys triggers overwrite that the tables refer to."""
    tables = {rows.table.oid: rows.table for rows in circle}
    found = referred_and_overwritten(list(tables), tables, {rows.table.oid: rows.maker.plan.rules for rows in circle})
    named = [column_of(tables[oid].name, name) for oid, names in found.items() for name in sorted(names)]
    if not named:
        return None
    return (
        f"A trigger seems to overwrite {', '.join(named)}, which the circle refers to: let it keep a key that is given."
    )


def _made(rows: TableRows, around: Around) -> Iterator[tuple[str, int]]:
    for made in around.sent(rows.table, rows.maker.blocks(rows.first, rows.count)):
        yield made.text, len(made.numbers)


def _heard(
    circle: Sequence[TableRows], around: Around, texts: Sequence[Callable[[], Texts]]
) -> list[Callable[[], Texts]]:
    """Have note taken of rows as they are sent, from the start again where they are sent again."""
    group = [rows.table.oid for rows in circle]

    def noted(rows: TableRows, made: Callable[[], Texts]) -> Iterator[tuple[str, int]]:
        heard = around.taking(rows.table, rows.columns, rows.maker.plan.left, group)
        for text, count in made():
            heard(text)
            yield text, count

    return [partial(noted, rows, made) for rows, made in zip(circle, texts, strict=True)]


def _loaded(connection: Connection, circle: Sequence[TableRows], texts: Sequence[Callable[[], Texts]]) -> list[int]:
    """Load all tables by one statement; say how many rows each was given."""
    from seedkit.postgres.loading.ways import load_tables

    loads = [as_load(rows.table, rows.columns, made) for rows, made in zip(circle, texts, strict=True)]
    return [report.inserted for report in load_tables(connection, loads)]


def _outcome(connection: Connection, rows: TableRows, inserted: int, refusals: Sequence[str] = ()) -> TableOutcome:
    """Say what came of a table's rows, and what triggers did to them."""
    rules = rows.maker.plan.rules
    if not rules.triggers:
        return rows.outcome(inserted, refusals)
    made = rows.count - sum(shortfall.rows for shortfall in rows.maker.short.values())
    sent = max(inserted if refusals else made, inserted)
    added = rows_added(connection, rows.table, rows.there, sent)
    reasons = [swallowed(str(rows.table.name), sent - added, sent, rules.swallowing)] if added < sent else []
    return rows.outcome(added, [*refusals, *reasons])


class _Circle(Struct):
    """Tables whose rows were refused together; `lines` are those that each takes by itself, in fields."""

    connection: Connection
    circle: Sequence[TableRows]
    around: Around
    hidden: Hidden
    _lines: dict[int, list[list[str]]] = field(default_factory=dict)
    _reasons: dict[int, list[str]] = field(default_factory=dict)
    _refused: bool = False

    def filled(self, error: LoadError) -> dict[int, TableOutcome]:
        """Try each table's rows, and load what is left of all; raises the error where no row is refused alone."""
        for rows in self.circle:
            self._try(rows)
        if not self._refused:
            raise error
        changed = True
        while changed:
            changed = max([self._without_dangling(rows) for rows in self.circle])
        texts = [partial(_texts, self._lines[rows.table.oid]) for rows in self.circle]
        with self.connection.transaction():
            loaded = _loaded(self.connection, self.circle, _heard(self.circle, self.around, texts))
        return {
            rows.table.oid: _outcome(self.connection, rows, count, self._reasons[rows.table.oid])
            for rows, count in zip(self.circle, loaded, strict=True)
        }

    def _try(self, rows: TableRows) -> None:
        trial = Trial(rows.send, [key.name for key in self._keys(rows)])
        filling = TableFilling(self.connection, rows.maker, self.hidden, send=trial)
        tried_alone(self.connection, filling, rows.maker.blocks(rows.first, rows.count))
        self._lines[rows.table.oid] = trial.lines
        self._reasons[rows.table.oid] = list(filling.tally.reasons(str(rows.table.name), rows.count, ()))
        self._refused = self._refused or filling.tally.has_refused

    def _keys(self, rows: TableRows) -> list[ForeignKey]:
        """List the keys of a table that lead into the circle."""
        there = {other.table.oid for other in self.circle}
        return [key for key in rows.table.foreign_keys if key.references in there and not key.soft]

    def _without_dangling(self, rows: TableRows) -> bool:
        """Let no row of a table refer to one that is left out; says whether rows are left out for that."""
        for key in self._keys(rows):
            referred = next(other for other in self.circle if other.table.oid == key.references)
            there = set(map(_fields(referred, key.referenced_columns), self._lines[key.references]))
            self._mend(rows, key, there)
        return self._leave_out(rows)

    def _mend(self, rows: TableRows, key: ForeignKey, there: Collection[tuple[str, ...]]) -> None:
        read = _fields(rows, key.columns)
        nullable = [rows.columns.index(name) for name in key.columns if rows.table.column(name).may_be_null]
        for line in self._lines[rows.table.oid]:
            if NULL not in (found := read(line)) and found not in there:
                for place in nullable:
                    line[place] = NULL
                if not nullable:
                    line.clear()

    def _leave_out(self, rows: TableRows) -> bool:
        lines = self._lines[rows.table.oid]
        kept = [line for line in lines if line]
        if len(kept) == len(lines):
            return False
        name, left_out = str(rows.table.name), len(lines) - len(kept)
        self._reasons[rows.table.oid].append(f"table {name}: {left_out:,} rows need others that are left out")
        self._lines[rows.table.oid] = kept
        return True


def _fields(rows: TableRows, names: Sequence[str]) -> Callable[[list[str]], tuple[str, ...]]:
    places = [rows.columns.index(name) for name in names]
    return lambda line: tuple(line[place] for place in places) if line else (NULL,)


def _texts(lines: Sequence[Sequence[str]]) -> Iterator[tuple[str, int]]:
    for place in range(0, len(lines), BLOCK):
        block = lines[place : place + BLOCK]
        yield "".join("\t".join(line) + "\n" for line in block), len(block)
