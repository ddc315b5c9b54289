"""Sequences that nothing in the catalog links to a column: the application draws from them, or nobody does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from seedkit.core.names import SequenceName, TableName

_STEMS = (
    re.compile(r"(.+?)_?(?:seq|sequence|sq)", re.IGNORECASE),
    re.compile(r"(?:seq|sequence|sq)_(.+)", re.IGNORECASE),
)


class UnlinkedSequence(Struct, frozen=True, kw_only=True):
    """A sequence that nothing links, and the table and column that bear its name, where there are any."""

    name: SequenceName
    table: TableName | None = None
    column: str | None = None

    @property
    def command(self) -> str | None:
        """The command that compares it with the column of its name."""
        return f"seedkit fix-sequence {self.table} {self.column} {self.name}" if self.table else None


def columns_named_by(sequence: str) -> Iterator[tuple[str, str | None]]:
    """List the columns that a sequence may be named after, the likeliest first: a table, and its column or key (None).

    >>> list(columns_named_by("users_id_seq"))[:2], next(columns_named_by("seq_users"))
    ([('users_id', None), ('users', 'id')], ('users', None))
    """
    stem = next((found[1] for pattern in _STEMS if (found := pattern.fullmatch(sequence))), None)
    if stem is None:
        return
    yield stem, None
    for place in reversed([found.start() for found in re.finditer("_", stem)]):
        yield stem[:place], stem[place + 1 :]
    yield f"{stem}s", None
    if stem.endswith("s"):
        yield stem[:-1], None
