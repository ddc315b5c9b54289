"""The share of a run's fixtures that has been read: by bytes of their files, as far as these are read in chunks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from functools import cached_property
from pathlib import Path

from msgspec.structs import replace

from seedkit.core.fixtures import Chunk, FixtureChunks, FixtureTable
from seedkit.core.planning.load_plan import LoadPlan, TableStep
from seedkit.core.planning.seeders import Seeder
from seedkit.files.packed_files import unpacked_size
from seedkit.progress import Progress


class ReadShares:
    """The files of a plan, by which its progress is measured; a file counts as read once its last step is past."""

    def __init__(self, plan: LoadPlan, progress: Progress) -> None:
        self._plan = plan
        self._progress = progress
        self._read: dict[tuple[Path, int | None], int] = {}
        progress.measure = self

    def of(self, fixture: FixtureTable) -> FixtureTable:
        """Have a fixture's chunks tell how far into its file they are; those of a packed one count what is unpacked."""
        if fixture.chunks is None:
            return fixture
        return replace(fixture, chunks=self._noted(fixture.chunks, (fixture.origin.path, fixture.origin.line)))

    def _noted(self, found: FixtureChunks, place: tuple[Path, int | None]) -> FixtureChunks:
        first: int | None = None

        def noted(chunk: Chunk | None) -> Chunk | None:
            nonlocal first
            if chunk is not None:
                first = chunk.start if first is None else first
                self._read[place] = chunk.start + len(chunk.text) - first
            return chunk

        def chunks(since: Chunk | None) -> Iterator[Chunk | None]:
            # whoever begins further down looks for a row once more
            return map(noted, found.chunks(since)) if since is None else found.chunks(since)

        return replace(found, chunks=chunks)

    def __call__(self) -> float | None:
        """Tell the share of all bytes; None while a seeder runs, of which it is not known how much it will do."""
        step = self._progress.step
        if step and isinstance(self._plan.groups[step - 1][0], Seeder):
            return None
        read = dict.fromkeys(self._sizes, 0)
        for (path, _), size in self._read.copy().items():
            read[path] = read.get(path, 0) + size
        done = (size if self._last_steps[path] < step else min(read[path], size) for path, size in self._sizes.items())
        return sum(done) / max(1, sum(self._sizes.values()))

    @cached_property
    def _sizes(self) -> dict[Path, int]:
        return {path: _size(path) for path in self._last_steps}

    @cached_property
    def _last_steps(self) -> dict[Path, int]:
        return {
            fixture.origin.path: number
            for number, group in enumerate(self._plan.groups, start=1)
            for step in group
            if isinstance(step, TableStep)
            for fixture in step.fixtures
        }


def _size(path: Path) -> int:
    with suppress(OSError):
        return unpacked_size(path)
    return 0
