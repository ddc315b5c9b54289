"""What a fixture holds once it is read: rows of values that no type has touched yet.

A value keeps the text of the file; only its column decides what the text means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import Enum, auto
from pathlib import Path
from typing import NamedTuple, TypeAlias

from msgspec import Struct, field

from seedkit.errors import FixtureError, Origin
from seedkit.printable import on_one_line

RANGE_ROWS = 10_000_000
"""For how many rows one `!range` or `!count` stands at most, unless a project's settings say otherwise."""

NULL_WORDS = frozenset({"", "~", "null", "Null", "NULL"})
"""Plain scalars that are NULL: nothing, and the words of YAML's core schema."""

_SHOWN = 60


class Quoted(str):
    """The text of a quoted or block scalar: never NULL, and a string where YAML's schema asks."""

    __slots__ = ()


class Cell(Quoted):
    """The text of a cell of a CSV file: what its column's type reads, as COPY would give it."""

    __slots__ = ()


class Moment(str):
    """A moment that was made for whatever column it stands in: a date or a time takes its part of it."""

    __slots__ = ()


class Counted(str):
    """The number of a row that a `!count` made, under a name that is no column: for other columns to take up."""

    __slots__ = ()


class Tagged(Struct, frozen=True, kw_only=True):
    """A value with a tag of the fixture language, such as `!ref ada`; `line` counts from 1."""

    tag: str
    value: Value
    line: int


Value: TypeAlias = "str | list[Value] | dict[str, Value] | Tagged | None"
"""None is a plain null; a plain scalar is its text; a quoted one is `Quoted`."""


UNREAD = Tagged(tag="!!unread", value=None, line=0)
"""Stands for a value that could not be read, where reading has gone on."""

NoteError: TypeAlias = Callable[[FixtureError], None]
"""Takes an error in place of its being raised."""


class Row(NamedTuple):
    """One row of a fixture; `line` counts from 1.

    Rows may share values (YAML's aliases and merge keys): never change them.
    """

    label: str | None
    line: int
    values: dict[str, Value]


class LostValue(Struct, frozen=True, kw_only=True):
    """A value that a file seems to have, and that is a comment: `key` is empty, `text` follows."""

    origin: Origin
    key: str
    text: str

    def __str__(self) -> str:
        written = self.text if len(self.text) <= _SHOWN else f"{self.text[:_SHOWN]}…"
        quoted = f'"{written}"' if '"' not in written else "'" + written.replace("'", "''") + "'"
        return on_one_line(
            f'{self.origin}: "{self.key}" is empty, as {written} is a comment; write {quoted} if it is the value'
        )


class RowDefault(NamedTuple):
    """What the rows of a file have under a key that they leave out; `line` counts from 1."""

    value: Value
    line: int


class FixtureOptions(Struct, frozen=True, kw_only=True):
    """What `_fixture:` says of a file; `on_conflict` and `ids` are None where the file leaves them to the run.

    `defaults` are values by key, for the rows that leave them out; `rest` is the line that has all others generated, 0
    where none does.
    """

    table: str | None = None
    on_conflict: str | None = None
    key: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    defaults: Mapping[str, RowDefault] = field(default_factory=dict)
    ids: str | None = None
    rest: int = 0


class FixtureLimits(Struct, frozen=True, kw_only=True):
    """What the fixtures of a project may ask for, as its settings say.

    `sql` is whether `!sql` is read; `environment` are the patterns of the variables that `!env` may name, None where
    any may be named that does not look like a secret; `!file` reads below the fixture's own folder and `folders`; a
    `!range` or a `!count` stands for at most `range_rows` rows. Labelled rows without an id take it from their label
    where `ids_from_labels` says so, and no file says otherwise.
    """

    sql: bool = True
    environment: tuple[str, ...] | None = None
    folders: tuple[Path, ...] = ()
    range_rows: int = RANGE_ROWS
    ids_from_labels: bool = False
    lost_values: Callable[[], Iterator[LostValue]] = lambda: iter(())


DEFAULT_LIMITS = FixtureLimits()


def no_attachment(name: str) -> bytes:
    """Refuse to read a file beside rows that come from none."""
    raise FixtureError(f'there is no file "{name}" beside rows that stand in none')


OPTIONS_KEY = "_fixture"
"""What a file's options stand under."""


class Spelling(Enum):
    """How the rows of a file are written."""

    YAML = auto()
    CSV = auto()
    JSON = auto()
    JSON_LINES = auto()
    JSON_LABELS = auto()


class Chunk(NamedTuple):
    """A part of a file that starts with an entry of its list, a row of a CSV file, or an object of a JSON file.

    `line` is its first one's number in the file, `start` the byte there with which it begins.
    """

    text: str
    line: int
    start: int = 0


class FixtureChunks(Struct, frozen=True, kw_only=True):
    """A list of rows, cut.

    `chunks` gives the parts of the file, from one on that it gave before, if there is one; None means that from there
    on only `FixtureTable.rows` can tell the rows. `rows` reads a chunk, if it can be read without the others. Both hold
    only while every chunk before was read.
    """

    chunks: Callable[[Chunk | None], Iterator[Chunk | None]]
    rows: Callable[[Chunk], list[Row] | None]


class FixtureTable(Struct, frozen=True, kw_only=True):
    """The rows that one file holds for one table.

    `table` is the name as the file has it. `rows` reads the file anew at each call, in bounded memory, and raises
    FixtureError where the file can't be read as rows. `labelled` says that rows may have labels, `tags` which tags of
    the fixture language may stand in the file, `may_name` whether a word may be a key there. `attachment` reads a file
    that lies beside it. `joins` are keys whose values are rows of a join table, and no columns. `chunks` gives
    the same rows in parts, where they are a list. `range_rows` is for how many rows one `!range` or `!count` may stand.
    `ids_from_labels` makes the ids that labelled rows leave out. `lost_values` looks through the file for values that
    are comments. `looked_through` gives the rows as `rows` does, but notes what is wrong with single values and rows,
    and goes on behind them. `added` gives what `rows` adds to a row that has only certain keys: the file's defaults.
    `warn` is told what is odd of a column's value. `chosen_from` names the tables whose keys `!choice {ref: ...}` may
    ask for, None where that can't be told. `spelling` says how the chunks are written, `header` names the columns of a
    CSV file.
    """

    table: str
    origin: Origin
    options: FixtureOptions
    rows: Callable[[], Iterator[Row]]
    labelled: bool = False
    tags: frozenset[str] = frozenset()
    attachment: Callable[[str], bytes] = no_attachment
    joins: frozenset[str] = frozenset()
    may_name: Callable[[str], bool] = lambda _: True
    chunks: FixtureChunks | None = None
    range_rows: int = RANGE_ROWS
    ids_from_labels: bool = False
    lost_values: Callable[[], Iterator[LostValue]] = lambda: iter(())
    looked_through: Callable[[NoteError], Iterator[Row]] | None = None
    added: Callable[[tuple[str, ...]], Mapping[str, Value]] = lambda _: {}
    warn: Callable[[Origin, str, str], None] = lambda _origin, _column, _text: None
    chosen_from: Callable[[], frozenset[str] | None] = lambda: None
    spelling: Spelling = Spelling.YAML
    header: tuple[str, ...] = ()


FROM_LABELS, FROM_DATABASE = "from-labels", "from-database"
"""Where the ids come from that labelled rows leave out."""
