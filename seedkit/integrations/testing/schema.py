"""What makes the tables of a template, and tells itself from another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import ContextVar
from pathlib import Path

from msgspec import Struct, field

from seedkit.errors import UsageError

WHERE = (
    "without a folder it is looked for in pytest's root directory, then where pytest was started; "
    "Path(__file__).parent is the folder of conftest.py."
)
"""Ends a hint on a file that is not there."""

_root: ContextVar[Path | None] = ContextVar("seedkit_root", default=None)


def look_from(root: Path | None) -> None:
    """Have files without a folder looked for in pytest's root directory: that stays, wherever pytest is started."""
    _root.set(root)


def located(path: str | Path) -> Path:
    """Find a file that may be named without a folder: below pytest's root directory, else where pytest was started."""
    root, here = _root.get(), Path(path).absolute()
    if root is None or (here.exists() and not (root / path).exists()):
        return here
    return root / path


class Schema(Struct, frozen=True, kw_only=True):
    """`create` makes the tables in the empty database of a URL; `content` gives what it makes them from, in parts.

    `connected` gives the connection on which that database is then seeded, where it is to be another than our own.
    """

    create: Callable[[str], None]
    content: Callable[[], Iterator[bytes]] = field(default=lambda: iter(()))
    connected: Callable[[str], AbstractContextManager[object]] = field(default=lambda _url: nullcontext())


def sql_files(*paths: str | Path) -> Schema:
    """Make the tables by SQL files, in their order and in one transaction; psql runs them."""
    files = tuple(map(located, paths))

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
