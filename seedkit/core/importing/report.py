"""What an import made of other tools' files: values of its report, and how its files are called."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum

from msgspec import Struct


class Kind(Enum):
    """How the rows of a file are recognised; the value is what tells its name from that of the table's first file."""

    KEPT = "rows"
    LABELLED = "labelled"
    BY_KEY = "by_key"
    MADE = "made"
    JOINING = "joining"
    SOUGHT = "sought"


class RowsFile(Struct, frozen=True, kw_only=True):
    """A file that an import writes: its table as a fixture names it, how rows are recognised, and by which columns."""

    table: str
    kind: Kind
    key: tuple[str, ...] = ()


class ImportedFile(Struct, frozen=True, kw_only=True):
    """A file that was written; `source` is the one that it is made of, where there is one, `changes` what differs."""

    table: str
    rows: int
    path: str
    source: str | None = None
    changes: tuple[str, ...] = ()


class ImportReport(Struct, frozen=True, kw_only=True):
    """What an import wrote, or would write, and what is to be known of it."""

    files: tuple[ImportedFile, ...]
    notes: tuple[str, ...]
    dry_run: bool = False


def named_files(files: Iterable[RowsFile]) -> Mapping[RowsFile, str]:
    """Give each file the name of its table; a further one of a table says what its rows are.

    >>> rows, made = RowsFile(table="a", kind=Kind.KEPT), RowsFile(table="a", kind=Kind.MADE)
    >>> list(named_files([rows, made]).values())
    ['a', 'a_made']
    """
    names: dict[RowsFile, str] = {}
    for file in files:
        wanted = file.table if file.table not in names.values() else f"{file.table}_{file.kind.value}"
        name, number = wanted, 1
        while name in names.values():
            number += 1
            name = f"{wanted}_{number}"
        names[file] = name
    return names
