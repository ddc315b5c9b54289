"""Reads docs/performance.md back, for a page of which only some rows are written anew."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.rounds import Result

_MACHINE = re.compile(r"^Machine: (.+)\.$", re.MULTILINE)
_PROFILE = re.compile(r"^### (.+)\n\n((?:\|.*\n)+)", re.MULTILINE)
_RESULTS = re.compile(r"^## Results\n\n.*\n.*\n((?:\|.*\n)+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page says; `profiles` are its tables of where the time goes, by contest."""

    machine: str
    results: tuple[Result, ...]
    profiles: dict[str, str]


def read_page(text: str) -> Page:
    """Read a page; its figures are as exact as they are written."""
    machine, rows = _MACHINE.search(text), _RESULTS.search(text)
    return Page(
        machine=machine[1] if machine else "",
        results=tuple(_results(rows[1])) if rows else (),
        profiles={key: table.rstrip("\n") for key, table in _PROFILE.findall(text)},
    )


def _results(rows: str) -> Iterator[Result]:
    contest = ""
    for line in rows.splitlines():
        title, contestant, seconds, ratio, _, cpu, megabytes, trips, rounds, date = line[2:-2].split(" | ")
        contest = title.partition(" ")[0] or contest
        yield Result(
            contest=contest,
            contestant=contestant,
            seconds=float(seconds),
            ratio=float(ratio),
            cpu_seconds=float(cpu),
            peak_bytes=int(megabytes) * 1_000_000,
            round_trips=int(trips) if trips else None,
            rounds=int(rounds),
            date=date,
        )
