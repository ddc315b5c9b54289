"""What the rows of a template have in a column, made for many rows together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.fixture_language.fakes import random_seeds_for
from seedkit.core.fixture_language.text_templates import WIDEST as WIDEST_FORMAT
from seedkit.core.fixtures import Quoted, Value
from seedkit.errors import FixtureError

WIDEST = 64 * 1024
"""A longer text would be in memory as often as rows are made together."""
_DIGITS = 4
"""How many digits to the base of two stand for one to the base of ten."""


class SomeRows(Struct, frozen=True):
    """Rows of a template: their numbers, and the names that generated values go by."""

    numbers: Sequence[int]
    names: Sequence[str]
    random_seed: int
    table: str

    def only(self, places: Sequence[int]) -> SomeRows:
        """Give some of the rows, by their places among them."""
        numbers, names = ([each[place] for place in places] for each in (self.numbers, self.names))
        return replace(self, numbers=numbers, names=names)

    def draw(self, column: str, *further: str) -> Sequence[int]:
        """Draw for each row the number of 64 bits that belongs to its place, as `RowValues.draw` does."""
        return random_seeds_for(self.random_seed, self.table, self.names, [column, *further])


_Values: TypeAlias = "Callable[[SomeRows], Sequence[Value]]"


class Picked(NamedTuple):
    """A column of a few values: `picks` tells which of them each row has, None where there is but one."""

    options: Sequence[Value]
    picks: Callable[[SomeRows], Sequence[int]] | None = None


class Made(NamedTuple):
    """A column of values that are made for some rows; None for `longest` where nobody knows how long they are."""

    values: _Values
    longest: int | None


TemplateColumn: TypeAlias = "Picked | Made"


def for_some(values: _Values, draw: Callable[[SomeRows], Sequence[int]], limit: int) -> _Values:
    """Make values only for the rows that draw a number below a limit: those of others may be refused."""

    def made(rows: SomeRows) -> Sequence[Value]:
        drawn = draw(rows)
        found = iter(values(rows.only([place for place, number in enumerate(drawn) if number < limit])))
        return [next(found) if number < limit else None for number in drawn]

    return made


def with_format(column: TemplateColumn | None, formatted: Callable[[str], str]) -> Made | None:
    """Give a column's values the format that they are to have in a text; None where not all are known to be texts."""
    return _of_a_few(column, formatted) if isinstance(column, Picked) else _of_all(column, formatted)


def _of_a_few(column: Picked, formatted: Callable[[str], str]) -> Made | None:
    picks, texts = column.picks, list[str]()
    with suppress(FixtureError):  # of a value that no row may have
        texts += [formatted(option or "") for option in column.options if option is None or isinstance(option, str)]
    if len(texts) < len(column.options):
        return None
    longest = max(map(len, texts))
    return Made(lambda rows: [texts[pick] for pick in picks(rows)] if picks else texts * len(rows.names), longest)


def _of_all(column: Made | None, formatted: Callable[[str], str]) -> Made | None:
    if column is None or column.longest is None:
        return None
    values, longest = column.values, _DIGITS * column.longest + 2 * WIDEST_FORMAT
    return Made(lambda rows: [formatted(str(value or "")) for value in values(rows)], longest)


def put_together(pieces: Sequence[Made | None]) -> Made | None:
    """Put texts together; None where some are not known, or they are long."""
    known = [piece for piece in pieces if piece]
    longest = sum(piece.longest or 0 for piece in known)
    if not known or len(known) < len(pieces) or longest > WIDEST:
        return None

    def texts(rows: SomeRows) -> Sequence[str]:
        parts = zip(*(piece.values(rows) for piece in known), strict=True)
        return [Quoted("".join(map(str, each))) for each in parts]

    return Made(texts, longest)
