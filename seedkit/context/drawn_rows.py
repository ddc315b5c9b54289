"""A seeder's rows as they are drawn from its code: the first of them can be drawn once more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from seedkit.core.rows.python_rows import BLOCK_ROWS, as_mapping
from seedkit.core.values.python_texts import own_type, texts_of
from seedkit.errors import UsageError

_LATE = f"The table was altered in this run: name its new columns within the first {BLOCK_ROWS:,} rows."


class DrawnRows:
    """Rows of which as many as make a block are kept; once there are more, or their code has failed, none is `kept`.

    The `hint` is for a table that was altered, where there are more.
    """

    def __init__(self, rows: Iterable[object]) -> None:
        if not isinstance(rows, Iterable):
            raise UsageError(
                f"rows must be a list, or another iterable of rows, not {rows!r}",
                hint="Write db.insert(TABLE, [row]) for one row.",
            )
        self._rows = rows
        self._drawn: Iterator[object] | None = None
        self._first: list[object] = []
        self.kept = True
        self.hint: str | None = None

    def number_of(self, value: object) -> int | None:
        """Find the row that holds a value, from 1; None where it is not kept."""
        rows = self._rows if isinstance(self._rows, (list, tuple)) else self._first
        holders = (number for number, row in enumerate(rows, start=1) if _holds(row, value))
        return next(holders, None)

    def numbers_of_key(self, key: Sequence[str], texts: Sequence[str | None]) -> list[int]:
        """Find the rows whose columns hold what certain texts mean, from 1; none where rows are not kept."""
        rows = self._rows if isinstance(self._rows, (list, tuple)) else self._first
        return [number for number, row in enumerate(rows, start=1) if _has_key(as_mapping(row), key, texts)]

    def __iter__(self) -> Iterator[object]:
        yield from tuple(self._first)
        self.kept = False
        drawn = self._drawn = self._drawn or iter(self._rows)
        for row in drawn:
            self._first.append(row)
            self.kept = True
            yield row
            self.kept = False
            if len(self._first) == BLOCK_ROWS:
                self._first = []
                self.hint = _LATE
                yield from drawn
                return
        self.kept = True


def _has_key(row: Mapping[str, object], key: Sequence[str], texts: Sequence[str | None]) -> bool:
    return all(name in row and _is_written(row[name], text) for name, text in zip(key, texts, strict=True))


def _is_written(value: object, text: str | None) -> bool:
    if value is None or text is None:
        return value is text
    kind = own_type([value])
    return str(value) == text or (kind is not None and texts_of(kind, [value])[0] == text)


def _holds(row: object, value: object) -> bool:
    return any(each is value for each in as_mapping(row).values())
