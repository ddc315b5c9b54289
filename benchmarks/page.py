"""Writes the results for people: the table on the terminal, and docs/performance.md with its chart."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.chart import chart
from benchmarks.contests import Contest
from benchmarks.growth_section import sections_of
from benchmarks.read_page import read_page
from benchmarks.rounds import Result

_HEAD = ("", "", "seconds", "ratio", "goal", "CPU s", "peak MB", "round trips", "rounds", "date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What the figures hold for."""

    processor: str
    cores: int
    system: str
    python: str
    postgres: str

    def __str__(self) -> str:
        return f"{self.processor}, {self.cores} cores, {self.system}, Python {self.python}, PostgreSQL {self.postgres}"


def this_machine(postgres: str) -> Machine:
    """Describe the machine at hand, without its name."""
    return Machine(
        processor=_processor(),
        cores=os.cpu_count() or 1,
        system=f"{platform.system()} {platform.machine()}",
        python=platform.python_version(),
        postgres=postgres,
    )


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text().splitlines() if information.exists() else []
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or "unknown processor")


def table(contests: Sequence[Contest], results: Sequence[Result], *, goals: bool = True) -> list[tuple[str, ...]]:
    """Lay out the results; the goal, which holds for the whole size, stands beside our own figure."""
    by_key = {contest.key: contest for contest in contests}
    lines = [_HEAD]
    previous = ""
    for result in results:
        contest = by_key[result.contest]
        title = "" if result.contest == previous else f"{contest.key} {contest.title}"
        lines.append(_line(result, title, f"≤ {contest.goal:g}" if goals else ""))
        previous = result.contest
    return lines


def _line(result: Result, title: str, goal: str) -> tuple[str, ...]:
    return (
        title,
        result.contestant,
        f"{result.seconds:.3f}",
        f"{result.ratio:.2f}",
        goal if result.contestant.startswith("seedkit") else "",
        f"{result.cpu_seconds:.3f}",
        f"{result.peak_bytes / 1e6:.0f}",
        "" if result.round_trips is None else str(result.round_trips),
        str(result.rounds),
        result.date,
    )


def as_text(lines: Sequence[Sequence[str]]) -> str:
    """Align a table for the terminal."""
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    rows = ("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)
    return "\n".join(row.rstrip() for row in rows)


def as_markdown(lines: Sequence[Sequence[str]]) -> str:
    """Write a table in Markdown, figures to the right."""
    head, *body = lines
    rule = ["---" if cell in ("", "area", "measured by", "sizes") else "---:" for cell in head]
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *body))


def write_page(
    docs: Path,
    machine: Machine,
    contests: Sequence[Contest],
    results: Sequence[Result],
    profiles: Mapping[str, Mapping[str, float]],
) -> None:
    """Write performance.md and performance.svg."""
    _write(docs, str(machine), contests, results, {key: _profile(shares) for key, shares in profiles.items()})


def update_page(
    docs: Path,
    machine: Machine,
    contests: Sequence[Contest],
    results: Sequence[Result],
    profiles: Mapping[str, Mapping[str, float]],
) -> None:
    """Write the page again with these results in the place of earlier ones, and what else it has as it was.

    `contests` are all that there are. Results of another machine than the page's say so beside their date.
    """
    page = read_page((docs / "performance.md").read_text(encoding="utf-8"))
    if page.machine != str(machine):
        results = [replace(result, date=f"{result.date} ({machine})") for result in results]
    found = {(result.contest, result.contestant): result for result in (*page.results, *results)}
    places = [(contest.key, contestant.name) for contest in contests for contestant in contest.contestants]
    sections = page.profiles | {key: _profile(shares) for key, shares in profiles.items()}
    _write(docs, page.machine, contests, [found[place] for place in places if place in found], sections)


def _write(
    docs: Path, machine: str, contests: Sequence[Contest], results: Sequence[Result], profiles: Mapping[str, str]
) -> None:
    titles = {contest.key: f"{contest.key}: {contest.title}" for contest in contests}
    measured = [contest for contest in contests if any(result.contest == contest.key for result in results)]
    (docs / "performance.svg").write_text(chart(results, titles), encoding="utf-8")
    sections = [
        _INTRODUCTION.format(machine=machine),
        "## Results",
        as_markdown(table(contests, results)),
        _REPRODUCE,
        as_markdown([("", "measured by"), *((contest.key, f"`{contest.command}`") for contest in measured)]),
        "## Where the time goes",
        _PROFILED,
        *(f"### {key}\n\n{shares}" for key, shares in profiles.items()),
    ]
    page = docs / "performance.md"
    kept = sections_of(page.read_text(encoding="utf-8")) if page.exists() else ""
    page.write_text("\n\n".join(sections) + "\n" + kept, encoding="utf-8")


def _profile(shares: Mapping[str, float]) -> str:
    total = sum(shares.values())
    lines = [(area, f"{seconds:.2f}", f"{seconds / total:.0%}") for area, seconds in shares.items()]
    return as_markdown([("area", "seconds", "share"), *lines])


_INTRODUCTION = """# Performance

Written by `make bench ARGS=--write`; change nothing here by hand. With `--only`, what was measured takes the place of
the earlier rows; the others stay with their date.

What counts is the whole process: start, imports, connection, rows, sequences, commit. The yardstick is what a person
would do by hand with the same rows ready as CSV: `psql` with one `\\copy` a table, in one transaction (for sequences,
one `setval` a table). Every round runs each contestant once, on a fresh copy of the same database; the figures are
medians, the ratio is to the yardstick of the same contest. The server is PostgreSQL's wheel, on the same machine,
without fsync. Python's byte code is compiled beforehand, as an installer does. CPU is the process's own time, without
the server's. Memory is the peak of the process, 11 MB at least (the measuring program's own). Round trips are counted
by a proxy: requests that were sent after an answer had been read. SQLAlchemy is PyYAML's C loader and one bulk insert
a table, Django is `loaddata` of a YAML fixture; both are slow, and run once, as Faker and mimesis do, which make up
values of the same six columns (Faker with `use_weighting=False`) and hand them to psycopg's `write_row`; the rows that
psql loads there are those that `seedkit generate` has made. `import typer, psycopg, yaml` is what no
start of a command in Python on these libraries goes below. How Python was compiled counts too: without profile-guided
optimisation, as pyenv does unless told otherwise, all of ours takes a fifth longer (docs/decisions.md).
`make bench PYTHON=/usr/bin/python3 VENV=.venv-bench` measures another one than the first on the path.

Machine: {machine}.

![Ratio to the yardstick, on a logarithmic scale](performance.svg)"""
_REPRODUCE = "Every figure alone:"
_PROFILED = """One seed under cProfile, by the functions' own time. The profiler makes small Python functions look
dearer than they are, so the sums are higher than the times above."""
