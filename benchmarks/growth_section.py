"""The section of docs/performance.md on how costs grow, with its chart, as benchmarks.growth measures them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.chart import Bar, drawn

_HEAD = "\n## How it grows\n"
_SECTION = re.compile(rf"{_HEAD}.*?(?=\n## |\Z)", re.DOTALL)
_WHOLE = """{head}
Written by `make growth WRITE=1`, on another day than the tables above. Each line is a command that meets a number of
something, then four times, then sixteen times as many, each time in a database of its own. The factors are what the
last step, to four times as many, multiplied: 4 is what grows with the work, more would be a bend, and less is what a
command costs anyway. Rows are those that the server's scans have read, catalogs among them; round trips are counted by
a proxy; CPU is the command's own time, its start included, and the only one of the three that another run will not
give again.

Machine: {machine}.

![What four times as many multiply, as a share of four](growth.svg)

{table}
"""
_STEP = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What each of some sizes of something took; each size is four times the one before."""

    title: str
    sizes: tuple[int, ...]
    rows_read: tuple[int, ...]
    round_trips: tuple[int, ...]
    cpu_seconds: tuple[float, ...]


def growth_table(found: Sequence[Growth]) -> list[tuple[str, ...]]:
    """Lay out the sizes, the costs of the largest, and what the last step multiplied."""
    head = ("", "sizes", "rows read", "×", "round trips", "×", "CPU s", "×")
    return [head, *map(_line, found)]


def _line(growth: Growth) -> tuple[str, ...]:
    return (
        growth.title,
        ", ".join(f"{size:,}" for size in growth.sizes),
        f"{growth.rows_read[-1]:,}",
        f"{_factor(growth.rows_read):.1f}",
        str(growth.round_trips[-1]),
        f"{_factor(growth.round_trips):.1f}",
        f"{growth.cpu_seconds[-1]:.2f}",
        f"{_factor(growth.cpu_seconds):.1f}",
    )


def _factor(costs: Sequence[float]) -> float:
    return costs[-1] / max(costs[-2], 1e-9)


def write_section(page: Path, machine: object, found: Sequence[Growth], table: str) -> None:
    """Put the section in the place of the one that the page has, or behind its own tables; and its chart beside."""
    text = page.read_text(encoding="utf-8")
    section = _WHOLE.format(head=_HEAD, machine=machine, table=table)
    own, others = text.removesuffix(sections_of(text)), _SECTION.sub("", sections_of(text))
    page.write_text(own + section + others, encoding="utf-8")
    bars = {growth.title: _bars(growth) for growth in found}
    page.with_name("growth.svg").write_text(drawn(bars), encoding="utf-8")


def _bars(growth: Growth) -> list[Bar]:
    costs = {"rows read": growth.rows_read, "round trips": growth.round_trips, "CPU": growth.cpu_seconds}
    return [
        Bar(name=name, ratio=_factor(cost) / _STEP, text=f"{_factor(cost):.1f}", kind="seedkit")
        for name, cost in costs.items()
    ]


def sections_of(page: str) -> str:
    """Give the part of a page that other scripts than the bench's write: from the first of their sections on."""
    found = re.search(r"\n## (?:How it grows|What is off the fast path)\n", page)
    return page[found.start() :] if found else ""
