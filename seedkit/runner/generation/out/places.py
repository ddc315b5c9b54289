"""Where rows go that are not to stay in the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeAlias

from seedkit.core.catalog import Table
from seedkit.core.sequences.reading import SequenceReading
from seedkit.postgres.connection import Connection
from seedkit.runner.generation.out.gathered import Gathered

Due: TypeAlias = "Mapping[int, Sequence[SequenceReading]]"
"""Sequences that are behind rows of tables, by the tables' OIDs."""


class Out(Protocol):
    """Takes the rows of a run."""

    @property
    def place(self) -> str:
        """Where they go, for people."""

    def expect(self, connection: Connection, tables: Sequence[Table]) -> None:
        """Hear which tables will come, before the first row; raises UsageError for what is in the way."""

    def write(self, gathered: Gathered, due: Due, made_by: str) -> None:
        """Write all rows; `due` are the sequences that these would be ahead of."""
