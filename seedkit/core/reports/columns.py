"""Text set in columns, and cells that stay short."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seedkit.printable import on_one_line

_FILES_IN_A_CELL = 5


def aligned(rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> str:
    """Set rows in columns two spaces apart; `right` are the columns of figures.

    >>> print(aligned([("table", "rows"), ("users", "12")], right=(1,)))
    table  rows
    users    12
    """
    return "\n".join(aligned_lines(rows, right))


def aligned_lines(rows: Sequence[Sequence[str]], right: Iterable[int] = ()) -> list[str]:
    """Set rows in columns, and give them one by one."""
    rows = [[on_one_line(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    figures = set(right)
    return [
        "  ".join(
            cell.rjust(width) if place in figures else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def few(files: Sequence[str]) -> str:
    """Name files in a cell: of many the first three.

    >>> few(["a.yml", "b.yml"]), few([f"f{number}.yml" for number in range(3_000)])
    ('a.yml, b.yml', 'f0.yml, f1.yml, f2.yml and 2,997 more')
    """
    if len(files) <= _FILES_IN_A_CELL:
        return ", ".join(files)
    shown = files[: _FILES_IN_A_CELL - 2]
    return f"{', '.join(shown)} and {len(files) - len(shown):,} more"
