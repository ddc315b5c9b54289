"""The formats of a dump by name: what a command takes, and how files end. Imports nothing of what writes them."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath

from seedkit.errors import UsageError


class DumpFormat(StrEnum):
    """A format, by the word that a command takes."""

    YAML = "yaml"
    CSV = "csv"
    JSON_LINES = "jsonl"

    @property
    def suffix(self) -> str:
        """How a file of it ends."""
        return ".yml" if self is DumpFormat.YAML else f".{self.value}"

    @property
    def holds_tables(self) -> bool:
        """Whether a file of it can say of which table its rows are."""
        return self is DumpFormat.YAML


_BY_SUFFIX = {
    ".yml": DumpFormat.YAML,
    ".yaml": DumpFormat.YAML,
    ".csv": DumpFormat.CSV,
    ".jsonl": DumpFormat.JSON_LINES,
}


def named_format(output: str) -> DumpFormat | None:
    """Tell the format of a file by its name; None for one that names a folder. Raises UsageError for a packed one.

    >>> named_format("users.csv"), named_format("fixtures"), named_format("more/users.yaml")
    (<DumpFormat.CSV: 'csv'>, None, <DumpFormat.YAML: 'yaml'>)
    """
    suffix = PurePath(output).suffix.lower()
    if suffix == ".gz":
        raise UsageError(f'"{output}" would be packed', hint="Pack it afterwards: gzip FILE.")
    return _BY_SUFFIX.get(suffix)
