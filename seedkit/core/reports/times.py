"""What a run spent its time on, step by step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from seedkit.progress import Spent


class StepTime(Struct, frozen=True, kw_only=True):
    """A step, the first without a name: what is done around all others; `parts` are what it took how many seconds."""

    name: str
    parts: tuple[tuple[str, float], ...]

    @property
    def seconds(self) -> float:
        """The wall-clock time of the step."""
        return sum(seconds for _, seconds in self.parts)


def step_times(spent: Mapping[tuple[str, str], Spent]) -> tuple[StepTime, ...]:
    """Put together what was spent on each step, in the order in which they began.

    >>> [step] = step_times({("users", "copying rows"): Spent(1.5), ("users", ""): Spent(0.25)})
    >>> step.seconds, step.parts
    (1.75, (('copying rows', 1.5), ('all else', 0.25)))
    """
    steps: dict[str, dict[str, float]] = {}
    for (about, doing), found in spent.items():
        steps.setdefault(about, {})[doing] = found.seconds
    return tuple(StepTime(name=name, parts=tuple(_with_the_rest(parts))) for name, parts in steps.items())


def _with_the_rest(parts: Mapping[str, float]) -> Iterator[tuple[str, float]]:
    yield from ((doing, seconds) for doing, seconds in parts.items() if doing)
    if "" in parts:
        yield "all else", parts[""]
