"""What has been said of generated rows, as it is written: of tables and columns, by name or by pattern."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from seedkit.core.fixtures import Value, no_attachment
from seedkit.core.values.python_values import fixture_value
from seedkit.errors import Origin

FILE = "generate.yml"


RowFunction = Callable[[Mapping[str, Any]], object]
"""Gives a column's value from a row's others, by their names."""


class Said(NamedTuple):
    """What stands behind a name; `line` counts from 1, and is 0 where a program says so, maybe by a `function`."""

    value: Value
    line: int
    function: RowFunction | None = None


class TableSaid(Struct, frozen=True, kw_only=True):
    """What is said of a table, or of all that a pattern fits: how many rows, and columns; or to leave it `alone`."""

    name: str
    line: int
    rows: Said | None = None
    columns: Mapping[str, Said] = field(default_factory=dict)
    alone: bool = False


class Refinements(Struct, frozen=True, kw_only=True):
    """All that is said; `rows` counts for tables that name no number, `columns` are patterns such as `*.deleted_at`.

    `path` is the file that says so, None where a program does; `attachment` reads what lies beside it.
    """

    path: Path | None = None
    rows: Said | None = None
    tables: tuple[TableSaid, ...] = ()
    columns: Mapping[str, Said] = field(default_factory=dict)
    attachment: Callable[[str], bytes] = no_attachment

    def place(self, line: int) -> Origin | None:
        """Return a line of the file; None where no file says so."""
        return None if self.path is None or not line else Origin(path=self.path, line=line)

    def with_columns(self, table: str, columns: Mapping[str, object]) -> Refinements:
        """Add what a program says of a table's columns, each a constant, a tag or a function; it wins over the file."""
        said = {
            name: Said(None, 0, value) if callable(value) else Said(fixture_value(value), 0)
            for name, value in columns.items()
        }
        return replace(self, tables=(*self.tables, TableSaid(name=table, line=0, columns=said)))


NOTHING = Refinements()
