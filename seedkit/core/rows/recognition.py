"""The rows of a fixture's chunks as blocks of COPY text, where they are recognised and need nothing of the language."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.row_language import RowReading
from seedkit.core.fixture_language.row_plans import stamps_missing
from seedkit.core.fixtures import Chunk, FixtureTable, Spelling, Tagged
from seedkit.core.names import Columns
from seedkit.core.rows.blocks import Block
from seedkit.core.rows.column_recogniser import ColumnRecogniser, Recognised, SpelledRows
from seedkit.core.rows.constant_columns import with_column, with_constants
from seedkit.core.rows.file_order import shape_rule
from seedkit.core.rows.other_spellings import Recogniser, recogniser_of
from seedkit.core.rows.row_encoders import fixture_constants
from seedkit.core.rows.shapes import RowShape
from seedkit.core.rows.tidy_chunks import lines_of_rows, with_line_feeds
from seedkit.core.values.copy_text import WIDE_CHARACTERS, field_text, field_value
from seedkit.core.values.encoder_choice import encoder_for
from seedkit.errors import FixtureError

if TYPE_CHECKING:
    from seedkit.core.rows.spelled_rows import SpelledRecogniser

WORTH_CHARACTERS = 8 * 1024
"""Less is read by the parser before the patterns for it are made."""

_TRIED_AGAIN = 8
"""Where a chunk was not plain, the next ones are not tried as such, but for one of so many."""


_Lines: TypeAlias = Callable[[], Sequence[int]]


class RecognisedBlock(NamedTuple):
    """A block, and what tells the lines of its rows in the file."""

    block: Block
    lines: _Lines


_Placed: TypeAlias = tuple[Block, Sequence[int]]
"""A block, and the numbers of its rows among those of their chunk, from 0."""
_LinesAt: TypeAlias = Callable[[Sequence[int], Chunk], Sequence[int]]
"""Tells the lines in the file of some of a chunk's rows."""


class SeenLabels:
    """The labels of the rows that were read so far."""

    def __init__(self) -> None:
        self.seen: set[str] = set()

    def are_new(self, labels: Sequence[str], *, keep: bool = True) -> bool:
        """Whether no row before has one of these labels, and no two of them are the same; they may be kept in mind."""
        different = set(labels)
        is_new = len(different) == len(labels) and self.seen.isdisjoint(different)
        if keep:
            self.seen |= different
        return is_new

    def blocks_of(
        self, labels: Sequence[str], fixture: FixtureTable, read: Callable[[], list[RecognisedBlock] | None]
    ) -> list[RecognisedBlock] | None:
        """Read rows whose labels are new and ask for a row each, or give None."""
        if not self.are_new(labels, keep=False) or not set(fixture.options.ignore).isdisjoint(labels):
            return None
        if (found := read()) is None or sum(block.rows for block, _ in found) < len(labels):
            return None
        self.are_new(labels)
        return found


class Recognition:
    """Recognises the rows of one fixture, chunk by chunk.

    Those that need stamps or hold labels are not recognised; where one column is `told`, that counts for it alone.
    """

    def __init__(self, fixture: FixtureTable, table: Table, reading: RowReading, *, told: str | None) -> None:
        self._fixture, self._table, self._reading, self._told = fixture, table, reading, told
        self._plain = ColumnRecogniser(table)
        self._spelled: SpelledRecogniser | None = None
        self._other: Recogniser | None = None
        self._shows = shape_rule(table)
        self._complete: dict[tuple[Columns, Columns], bool] = {}
        self._not_plain = 0
        self.labels = SeenLabels()

    def blocks(self, chunk: Chunk) -> list[RecognisedBlock] | None:
        """Give a chunk's rows, if they are recognised: in their order, where that shows."""
        if len(chunk.text) > WIDE_CHARACTERS:
            return None
        if self._fixture.spelling is not Spelling.YAML:
            other = self._other = self._other or recogniser_of(self._fixture, self._table, self._reading)
            spelled = other.recognise(chunk.text) or []
            if not self._fixture.labelled:
                return self._spelled_blocks(spelled, chunk, (), other.lines_at)
            labels = other.labels(chunk.text)
            read = partial(self._spelled_blocks, spelled, chunk, labels, other.lines_at)
            return self.labels.blocks_of(labels, self._fixture, read)
        text = with_line_feeds(chunk.text)
        if not self._fixture.labelled:
            return self._blocks(text, chunk, ())
        if len(text) < WORTH_CHARACTERS and not self.labels.seen:
            return None
        return self._labelled_blocks(text, chunk)

    def _labelled_blocks(self, text: str, chunk: Chunk) -> list[RecognisedBlock] | None:
        from seedkit.core.rows.labelled_chunks import as_list

        labelled = as_list(text)
        if labelled is None:
            return None
        read = partial(self._blocks, labelled.text, chunk, labelled.labels)
        return self.labels.blocks_of(labelled.labels, self._fixture, read)

    def _blocks(self, text: str, chunk: Chunk, labels: Sequence[str]) -> list[RecognisedBlock] | None:
        if self._not_plain % _TRIED_AGAIN == 0 and (plain := self._plain.recognise(text)):
            self._not_plain = 0
            if not labels:
                block = self._block(plain)
                return [RecognisedBlock(block, partial(_evenly, chunk, plain.rows))] if block else None
            spelled: Sequence[SpelledRows] = [SpelledRows(plain.columns, (), plain.text, range(plain.rows))]
        else:
            self._not_plain += 1
            spelled = self._spelled_rows(text) or []
        return self._spelled_blocks(spelled, chunk, labels) if spelled else None

    def _spelled_rows(self, text: str) -> Sequence[SpelledRows] | None:
        if self._spelled is None:
            if len(text) < WORTH_CHARACTERS:
                return None
            from seedkit.core.rows.spelled_rows import SpelledRecogniser

            self._spelled = SpelledRecogniser(self._table, partial(_made, self._reading, self._table))
        return self._spelled.recognise(text)

    def _spelled_blocks(
        self, spelled: Sequence[SpelledRows], chunk: Chunk, labels: Sequence[str], lines_at: _LinesAt | None = None
    ) -> list[RecognisedBlock] | None:
        found: list[_Placed] = []
        for rows in spelled:
            recognised = Recognised(rows.columns, rows.text, len(rows.places))
            lines = partial(lines_at or _lines_at, rows.places, chunk)
            block = self._labelled(recognised, rows, lines, labels) if labels else self._block(recognised, rows.once)
            if block is None:
                return None
            found.append((block, rows.places))
        ordered = _in_order(found, self._shows)
        return [RecognisedBlock(block, partial(lines_at or _lines_at, places, chunk)) for block, places in ordered]

    def _labelled(self, rows: Recognised, spelled: SpelledRows, lines: _Lines, labels: Sequence[str]) -> Block | None:
        """Give labelled rows with the keys that their labels make, unless a label means more than that to them."""
        key, once = self._table.key_column, spelled.once
        if self._fixture.added(rows.columns):
            return None
        if key is None or key in rows.columns:
            return self._block(rows, once)
        own = [labels[place] for place in spelled.places]
        try:
            keys = self._reading.label_keys(rows.columns, own, lines())
        except FixtureError:  # is raised again where the parser reads it
            return None
        if keys is None or (
            keys.once and self._told
        ):  # a row that is there keeps its own, which the labels are asked for
            return None
        added = with_column(rows, self._table, keys.column, keys.texts)
        once = tuple(name for name in added.columns if name in once or (keys.once and name == keys.column))
        return self._block(added, once)

    def _block(self, rows: Recognised, once: Columns = ()) -> Block | None:
        """Give rows with what their file adds to them, unless they need what only the language gives them."""
        recognised: Recognised | None = rows
        if added := self._fixture.added(rows.columns):
            recognised = with_constants(rows, self._table, added, are_plain=self._reading.are_plain)
        if recognised is None or not self._are_complete(recognised.columns, once):
            return None
        columns = recognised.columns
        block = Block(RowShape(columns=columns, once=once), recognised.text, recognised.rows)
        asked = [name for name in columns if self._told in (None, name)]
        labels = self._reading.holds_labels(asked, lambda name: column_texts(block, columns.index(name)))
        return None if labels else block

    def _are_complete(self, columns: Columns, once: Columns) -> bool:
        """Whether rows with these columns need neither stamps nor constants of a key."""
        kind = columns, once
        if kind not in self._complete:
            missing = self._told is None and stamps_missing(self._table, columns)
            given = [name for name in columns if name not in once]
            self._complete[kind] = not (missing or fixture_constants(self._fixture, self._table, given))
        return self._complete[kind]


def _made(reading: RowReading, table: Table, column: str, tag: str, text: str) -> str | None:
    try:
        value = reading.made(column, Tagged(tag=tag, value=text, line=0))
        return field_text(encoder_for(table.column(column))(value))
    except FixtureError:  # is raised again where the parser reads it, with its line
        return None


def column_texts(recognised: Block, place: int) -> list[str | None]:
    """Give what the rows of a block have in one of their columns."""
    fields = recognised.text.decode().replace("\n", "\t").split("\t")[:-1]
    texts = fields[place :: len(recognised.shape.columns)]
    return [field_value(text) for text in texts] if b"\\" in recognised.text else [*texts]


def _in_order(found: Sequence[_Placed], shows: Callable[[RowShape], bool]) -> Sequence[_Placed]:
    shapes = {block.shape for block, _ in found}
    if len(found) > 1 and any(map(shows, shapes)):
        return list(_regrouped(found, consecutive=True))
    return list(_regrouped(found, consecutive=False)) if len(shapes) < len(found) else found


def _regrouped(blocks: Sequence[_Placed], *, consecutive: bool) -> Iterator[_Placed]:
    """Give the rows of blocks in their order in the file, each shape's together, or those that stand together there."""
    rows = [
        (place, block.shape, line)
        for block, places in blocks
        for place, line in zip(places, block.text.decode().split("\n"), strict=False)
    ]
    rows.sort(key=itemgetter(0))
    if consecutive:
        parts = [list(run) for _, run in groupby(rows, key=itemgetter(1))]
    else:
        parts = [[row for row in rows if row[1] == shape] for shape in dict.fromkeys(shape for _, shape, _ in rows)]
    for part in parts:
        text = "\n".join([*(line for _, _, line in part), ""]).encode()
        yield Block(part[0][1], text, len(part)), [place for place, _, _ in part]


def _lines_at(places: Sequence[int], chunk: Chunk) -> list[int]:
    lines = lines_of_rows(with_line_feeds(chunk.text), chunk.line)
    return [lines[place] for place in places]


def _evenly(chunk: Chunk, rows: int) -> Sequence[int]:
    """Tell the lines of a chunk's rows, all of which take the same number of lines."""
    step = (chunk.text.removesuffix("\n").count("\n") + 1) // rows
    return range(chunk.line, chunk.line + rows * step, step)
