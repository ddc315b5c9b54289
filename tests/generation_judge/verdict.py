"""What the judge found: of each table, sequence or column whether it passed in a category, and why not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Category(StrEnum):
    """What is looked at; `plausible` column by column, `sequences` sequence by sequence, all others table by table."""

    FILLED = "filled"
    VALID = "valid"
    SEQUENCES = "sequences"
    AGAIN = "second run"
    SAME = "same"
    STABLE = "stable"
    PLAUSIBLE = "plausible"


@dataclass(frozen=True, slots=True)
class Finding:
    """That something passed in a category, or with `why` that it did not."""

    category: Category
    subject: str
    why: str | None = None

    @property
    def passed(self) -> bool:
        return self.why is None

    def __str__(self) -> str:
        return f"{self.subject}: {self.category}: {self.why}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """All findings over a schema, and how long it took to find them."""

    schema: str
    findings: Sequence[Finding]
    seconds: float = 0.0

    @property
    def failed(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.passed]

    def count(self, category: Category) -> tuple[int, int]:
        """Count how many passed in a category, of how many."""
        found = [finding.passed for finding in self.findings if finding.category is category]
        return sum(found), len(found)


def as_table(verdicts: Iterable[Verdict]) -> str:
    """Set verdicts side by side: a schema a line, a category a column, the sums below."""
    verdicts = list(verdicts)
    everything = Verdict("all", [finding for verdict in verdicts for finding in verdict.findings])
    heads = ["schema", *(str(category) for category in Category), "passed / failed"]
    lines = [[verdict.schema, *_cells(verdict)] for verdict in (*verdicts, everything)]
    widths = [max(map(len, column)) for column in zip(heads, *lines, strict=True)]
    rows = [heads, ["-" * width for width in widths], *lines]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    )


def _cells(verdict: Verdict) -> list[str]:
    counts = [verdict.count(category) for category in Category]
    passed, asked = map(sum, zip(*counts, strict=True))
    return [*(f"{passed}/{asked}" for passed, asked in counts), f"{passed:,} / {asked - passed:,}"]
