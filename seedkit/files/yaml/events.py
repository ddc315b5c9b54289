"""A YAML file as a stream of parser events, read as it is asked for. Builds no values.

PyYAML's loaders guess types and keep whole documents; its events do neither, and cost a tenth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import yaml
from yaml import Event

from seedkit.errors import FixtureError, Origin
from seedkit.files.bounded_file import LONGEST_VALUE_BYTES, BoundedFile
from seedkit.files.paths import shown_path
from seedkit.files.regular_files import open_regular

NextEvent: TypeAlias = Callable[[], Event]
_Result = TypeVar("_Result")

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser where PyYAML was built with it, else the one in Python: slower, with the same events."""

_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@contextmanager
def open_events(path: Path) -> Iterator[NextEvent]:
    """Open a file and give the function that returns its next event; FixtureError where it is no YAML."""
    with _open(path) as file:
        bounded = BoundedFile(file)
        parser = _explained(path, _Parser)(bounded)
        try:
            yield _bounded(path, bounded, _explained(path, parser.get_event))
        finally:
            parser.dispose()


def _bounded(path: Path, file: BoundedFile, next_event: NextEvent) -> NextEvent:
    """Watch that no event takes more of the file than a value may be long."""
    line = 1

    def call() -> Event:
        nonlocal line
        try:
            event = next_event()
        except FixtureError:
            if not file.is_beyond:
                raise
            event = None
        if event is None or file.is_beyond:
            raise FixtureError(
                f"a value is longer than {LONGEST_VALUE_BYTES >> 20} MB",
                origin=Origin(path=shown_path(path), line=line),
            )
        file.begin()
        line = line_of(event)
        return event

    return call


def new_parser(text: str) -> Any:  # noqa: ANN401 - PyYAML's C loader has no types
    """Make a parser of a text; its errors are PyYAML's own."""
    return _Parser(text)


def line_of(event: Event) -> int:
    """Give the line on which an event starts, from 1."""
    mark: Any = event.start_mark
    line: int = mark.line
    return line + 1


def origin_of(path: Path, event: Event) -> Origin:
    """Say where an event stands."""
    return Origin(path=shown_path(path), line=line_of(event))


def error_at(
    path: Path, event: Event, message: str, *, detail: str | None = None, hint: str | None = None
) -> FixtureError:
    """Make an error that stands where the event does."""
    return FixtureError(message, origin=origin_of(path, event), detail=detail, hint=hint)


def _open(path: Path) -> BufferedReader:
    try:
        file = open_regular(path)
        start = file.peek(2)[:2]
    except OSError as error:
        raise _unreadable(path, error) from error
    if start in _UTF16_MARKS:
        file.close()
        raise _utf16(path)
    return file


def _unreadable(path: Path, error: OSError) -> FixtureError:
    reason = (error.strerror or str(error)).lower()
    return FixtureError(f"cannot read the fixture: {reason}", origin=Origin(path=shown_path(path)))


def _utf16(path: Path) -> FixtureError:
    return FixtureError(
        "the file is UTF-16, not UTF-8",
        origin=Origin(path=shown_path(path), line=1),
        hint=f"Save it as UTF-8: iconv -f UTF-16 -t UTF-8 {path.name}",
    )


def _explained(path: Path, function: Callable[..., _Result]) -> Callable[..., _Result]:
    def call(*arguments: object) -> _Result:
        try:
            return function(*arguments)
        except yaml.YAMLError as error:
            from seedkit.files.yaml.errors import syntax_error

            raise syntax_error(path, error) from error
        except OSError as error:
            raise _unreadable(path, error) from error

    return call
