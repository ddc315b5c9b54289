"""What `generate --explain` says of tables, as values: what makes each column, and why; what bounds the rows."""

from __future__ import annotations

from datetime import date

from msgspec import Struct

from seedkit.core.names import TableName
from seedkit.core.reports.runs import ServerIdentity, as_text


class ExplainedColumn(Struct, frozen=True, kw_only=True):
    """A column: its generator, written in the fixture language, and what decided about it."""

    name: str
    type_name: str
    generator: str
    why: str


class ExplainedTable(Struct, frozen=True, kw_only=True):
    """A table: what makes its columns, how many rows it can hold, and by what; None for any number.

    Rows are made by the row where something has to be looked at row by row, `looks` says what; else by the column.
    `bound_by` says what has no more after `most_rows`, where the tables that it refers to have as many rows as they are
    given without a word. `notes` are what is to be known besides.
    """

    table: TableName
    columns: tuple[ExplainedColumn, ...]
    most_rows: int | None = None
    bound_by: str | None = None
    looks: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def mode(self) -> str:
        """How its rows are made: by the column, or by the row."""
        return "row" if self.looks else "column"


class Explanation(Struct, frozen=True, kw_only=True):
    """What a run would make the columns of tables by. `parent_rows` is what the tables that rows refer to are given."""

    server: ServerIdentity
    tables: tuple[ExplainedTable, ...]
    parent_rows: int
    generator: int
    random_seed: int
    now: date
    locale: str = "en"
    words_from: str | None = None
    like_existing: bool = False

    def __str__(self) -> str:
        return as_text(self)
