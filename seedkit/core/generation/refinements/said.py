"""What has been said of generated rows, as it is written: of tables and columns, by name or by pattern."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from seedkit.core.fixtures import Value, no_attachment
from seedkit.errors import Origin

FILE = "generate.yml"


class Said(NamedTuple):
    """What stands behind a name; `line` counts from 1."""

    value: Value
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSaid:
    """What is said of a table, or of all that a pattern fits: how many rows, and columns; or to leave it `alone`."""

    name: str
    line: int
    rows: Said | None = None
    columns: Mapping[str, Said] = field(default_factory=dict)
    alone: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Refinements:
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
        return None if self.path is None else Origin(path=self.path, line=line)


NOTHING = Refinements()
