"""The last section of docs/performance.md: what each spelling of rows costs, as benchmarks.spellings measures it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

_HEAD = "\n## What is off the fast path\n"
_WHOLE = """{head}
Written by `python -m benchmarks.spellings --write`, on another day than the tables above. The same {rows:,} rows of six
columns, spelled in different ways: the processor's time of a whole seed in a process that has begun already, as a
multiple of that of a plain list (`- {{id: 1, name: Ada}}`) beside it. What takes more than {most:g} × is read by YAML's
parser, or worked out row by row.

Machine: {machine}.

|  | × a plain list |
| --- | ---: |
{lines}
"""


def section_of(page: str) -> str:
    """Give the section as the page has it."""
    _, head, rest = page.partition(_HEAD)
    return head + rest


def write_section(page: Path, machine: object, factors: Mapping[str, float], *, rows: int, most: float) -> None:
    """Put the section with these factors in the place of the one that the page has."""
    text = page.read_text(encoding="utf-8")
    before = text.removesuffix(section_of(text))
    lines = "\n".join(f"| {name} | {factor:.1f} |" for name, factor in factors.items())
    page.write_text(
        before + _WHOLE.format(head=_HEAD, machine=machine, lines=lines, rows=rows, most=most), encoding="utf-8"
    )
