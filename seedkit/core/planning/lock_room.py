"""Judges whether the server has room for the locks of a run: each table, index and sequence is one, to the commit."""

from __future__ import annotations

from enum import Enum, auto

from msgspec import Struct

_MOST_OF_THE_ROOM = 1.75
"""The most that a server took that had nothing else to do, of its locks for all processes (measured on 15, 16, 18)."""

_SPARE = 1.2
"""For the locks of others, and those of tables that the plan does not name."""

_STEP = 32


class Room(Enum):
    """What is known before the first row."""

    ENOUGH = auto()
    DOUBTFUL = auto()
    TOO_LITTLE = auto()


class LockRoom(Struct, frozen=True, kw_only=True):
    """A run's `tables` with their indexes and sequences, and a server's settings.

    There is room for `locks_each` (max_locks_per_transaction) of each of its `sessions` (max_connections and
    max_prepared_transactions), and for some more where none of its `processes` needs any.
    """

    tables: int
    indexes: int
    sequences: int
    sessions: int
    processes: int
    locks_each: int

    @property
    def needed(self) -> int:
        """How many locks the run takes."""
        return self.tables + self.indexes + self.sequences

    @property
    def promised(self) -> int:
        """For how many there is room, whatever else the server does."""
        return self.locks_each * self.sessions

    @property
    def room(self) -> Room:
        """Judge it.

        >>> def room(tables):
        ...     many = {"tables": tables, "indexes": tables, "sequences": tables}
        ...     return LockRoom(**many, sessions=100, processes=136, locks_each=64).room.name
        >>> room(2_000), room(3_000), room(6_000)
        ('ENOUGH', 'DOUBTFUL', 'TOO_LITTLE')
        """
        if self.needed <= self.promised:
            return Room.ENOUGH
        most = self.locks_each * self.processes * _MOST_OF_THE_ROOM
        return Room.DOUBTFUL if self.needed <= most else Room.TOO_LITTLE

    @property
    def locks_each_needed(self) -> int:
        """The max_locks_per_transaction with which there would be room, and some to spare.

        >>> many = {"tables": 6_000, "indexes": 6_000, "sequences": 6_000}
        >>> LockRoom(**many, sessions=100, processes=136, locks_each=64).locks_each_needed
        224
        """
        steps = self.needed * _SPARE / (self.sessions * _STEP)
        return (int(steps) + 1) * _STEP

    def __str__(self) -> str:
        return (
            f"{self.needed:,} locks ({self.tables:,} tables, {self.indexes:,} indexes, {self.sequences:,} sequences), "
            f"where the server has room for {self.promised:,} in all"
        )
