"""Where a dump goes: a file for each table in a folder, all of them or none, or one stream."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol

from seedkit.core.fixture_language.file_names import file_stems
from seedkit.errors import UsageError
from seedkit.files.new_files import private_file, refuse_existing, refuse_strangers_links, writable
from seedkit.files.paths import shown_path
from seedkit.files.read_pipe import Writable


class DumpTarget(Protocol):
    """Takes tables one after the other; used as a context, whose end makes the dump valid."""

    def __enter__(self) -> DumpTarget: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def expect(self, certain: Sequence[str], possible: Sequence[str]) -> None:
        """Hear which tables will come, and which may, before the first row; raises UsageError."""

    def is_shared(self, table: str) -> bool:
        """Whether the table's rows must stand under its name."""

    def write(self, table: str, pieces: Iterable[str]) -> str:
        """Write one table, and say where to."""


class StreamTarget:
    """One stream for all tables; several stand under their names."""

    def __init__(self, stream: Writable) -> None:
        self._stream = stream
        self._several = False

    def __enter__(self) -> StreamTarget:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self._stream.flush()

    def expect(self, certain: Sequence[str], possible: Sequence[str]) -> None:
        """See whether there is more than one table."""
        self._several = len(certain) + len(possible) > 1

    def is_shared(self, table: str) -> bool:  # noqa: ARG002 - one answer for all
        """Whether the table's rows must stand under its name."""
        return self._several

    def write(self, table: str, pieces: Iterable[str]) -> str:  # noqa: ARG002 - its name is in the pieces
        """Write one table."""
        for piece in pieces:
            self._stream.write(piece.encode())
        return "standard output"


class FolderTarget:
    """A file for each table, for its owner alone: rows may be anybody's secrets.

    Until all are complete they are hidden files, which a seed passes over. `free` says what to do where one is there.
    Files end in the `suffix`.
    """

    def __init__(
        self,
        folder: Path,
        *,
        force: bool,
        free: str = "Name another folder, or overwrite it with --force.",
        suffix: str = ".yml",
    ) -> None:
        self._folder = folder
        self._force = force
        self._free = free
        self._suffix = suffix
        self._stems: Mapping[str, str] = {}
        self._partial: dict[Path, Path] = {}

    def __enter__(self) -> FolderTarget:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                for path, partial in self._partial.items():
                    self._refuse_existing(path)
                    with writable(path):
                        partial.replace(path)
        finally:
            for partial in self._partial.values():
                partial.unlink(missing_ok=True)

    def expect(self, certain: Sequence[str], possible: Sequence[str]) -> None:
        """Refuse files that are there before anything is read; make the folder."""
        self._stems = file_stems([*certain, *possible])
        for table in certain:
            self._refuse_existing(self._named(self._stems[table]))
        with writable(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            refuse_strangers_links(self._folder)  # one may have come since

    def is_shared(self, table: str) -> bool:
        """Whether the table's rows must stand under its name, as no file can have it."""
        return self._stems[table] != table

    def write(self, table: str, pieces: Iterable[str]) -> str:
        """Write one table's file, still hidden."""
        path = self._named(self._stems[table])
        self._refuse_existing(path)
        with writable(path), private_file(path) as file:
            self._partial[path] = Path(file.name)
            file.writelines(pieces)
        return str(shown_path(path))

    def _named(self, stem: str) -> Path:
        return self._folder / f"{stem}{self._suffix}"

    def _refuse_existing(self, path: Path) -> None:
        if not self._force:
            refuse_existing(path, self._free)


class FileTarget(FolderTarget):
    """A file for the rows of one table; under its name, where the file has another one."""

    def __init__(self, path: Path, *, force: bool) -> None:
        super().__init__(path.parent, force=force, free="Name another file, or overwrite it with --force.")
        self._path = path

    def expect(self, certain: Sequence[str], possible: Sequence[str]) -> None:
        """Refuse several tables, and a file that is there; make its folder."""
        if len(certain) + len(possible) > 1:
            raise UsageError("several tables go into a folder, not into a file", hint="Write --output FOLDER.")
        super().expect(certain, possible)

    def is_shared(self, table: str) -> bool:
        """Whether the table's rows must stand under its name, as the file is not called after it."""
        return self._path.stem != table

    def _named(self, stem: str) -> Path:  # noqa: ARG002 - the file has its name
        return self._path
