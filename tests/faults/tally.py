"""What the fault tests have found, over all of them: the closing table of a run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Line:
    """The faults of one kind. `all_kept` and `none_kept` count the runs that committed and those that did not."""

    injected: int = 0
    all_kept: int = 0
    none_kept: int = 0
    rows_lost: int = 0
    behind: int = 0
    lies: int = 0

    def add(self, other: Line) -> None:
        """Count another one's faults too."""
        for name in Line.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(slots=True, kw_only=True)
class Tally:
    """A line for each kind of fault."""

    lines: dict[str, Line] = field(default_factory=dict)

    def line(self, kind: str) -> Line:
        """Give the line of a kind of fault, a new one if it is the first."""
        return self.lines.setdefault(kind, Line())

    def table(self) -> Iterable[str]:
        """Write the table, and its sums last."""
        rows = [*self.lines.items(), ("all", self._sum())]
        width = max(len(kind) for kind, _ in rows)
        yield f"{'fault':<{width}}  injected  all kept  none kept  rows lost  sequences behind  lies"
        for kind, line in rows:
            yield (
                f"{kind:<{width}}  {line.injected:>8,}  {line.all_kept:>8,}  {line.none_kept:>9,}"
                f"  {line.rows_lost:>9,}  {line.behind:>16,}  {line.lies:>4,}"
            )

    def closing(self) -> str:
        """Say it in one line."""
        total = self._sum()
        return (
            f"faults injected: {total.injected:,}, rows lost: {total.rows_lost:,}, "
            f"sequences behind: {total.behind:,}, lies: {total.lies:,}"
        )

    def _sum(self) -> Line:
        total = Line()
        for line in self.lines.values():
            total.add(line)
        return total
