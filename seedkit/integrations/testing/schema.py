"""What makes the tables of a template, and tells itself from another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from seedkit.errors import UsageError

WHERE = (
    "without a folder it is looked for where pytest was started; Path(__file__).parent is the folder of conftest.py."
)
"""Ends a hint on a file that is not there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    """`create` makes the tables in the empty database of a URL; `content` gives what it makes them from, in parts.

    `connected` gives the connection on which that database is then seeded, where it is to be another than our own.
    """

    create: Callable[[str], None]
    content: Callable[[], Iterator[bytes]] = field(default=lambda: iter(()))
    connected: Callable[[str], AbstractContextManager[object]] = field(default=lambda _url: nullcontext())


def sql_files(*paths: str | Path) -> Schema:
    """Make the tables by SQL files, in their order and in one transaction; psql runs them."""
    files = tuple(Path(path).absolute() for path in paths)

    def create(url: str) -> None:
        from seedkit.runner.database import run_files

        _refuse_missing(files)
        run_files(url, "the template", files)

    return Schema(create=create, content=lambda: contents(files))


def _refuse_missing(files: Sequence[Path]) -> None:
    for path in files:
        if not path.is_file():
            raise UsageError(
                f"there is no {path}",
                hint=f"Name the files: sql_files(PATH, …); {WHERE}",
            )


def contents(files: Sequence[Path] | Iterator[Path]) -> Iterator[bytes]:
    """Give the names and contents of files; one that is missing is told by whoever makes the tables."""
    for path in files:
        yield path.name.encode(errors="surrogateescape")
        yield path.read_bytes() if path.is_file() else b""
