"""A YAML file as a stream of parser events, read as it is asked for. Builds no values.

PyYAML's loaders guess types and keep whole documents; its events do neither, and cost a tenth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from io import BufferedReader, BytesIO
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar

import yaml
from yaml import Event

from seedkit.errors import FixtureError, Origin
from seedkit.files.bounded_file import LONGEST_VALUE_BYTES, BoundedFile, Readable
from seedkit.files.packed_files import open_fixture, refuse_wide_characters, unreadable
from seedkit.files.paths import is_json, shown_path
from seedkit.files.yaml.parts import WHOLE, FilePart, Part
from seedkit.files.yaml.surrogates import (
    LoneHalf,
    StandInFile,
    free_digit,
    is_refused_half,
    may_hold_half,
    with_whole_characters,
)

NextEvent: TypeAlias = Callable[[], Event]
Through: TypeAlias = "Callable[[Readable], Readable]"
_Result = TypeVar("_Result")

_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser where PyYAML was built with it, else the one in Python: slower, with the same events."""


@contextmanager
def open_events(path: Path, part: Part = WHOLE, through: Through = lambda file: file) -> Iterator[NextEvent]:
    """Open a file and give the function that returns its next event; FixtureError where it is no YAML.

    What `through` makes of the file, or of a part of it, is what is read.
    """
    with _open(path) as file:
        if is_json(path):
            from seedkit.files.json_events import json_events

            yield explained(path, partial(next, json_events(path, file)))
            return
        parsers: list[Any] = []
        begin = partial(_begun, path, file, part, parsers, through)
        # PyYAML's own parser takes halves of characters for whole ones, so it never meets one
        try:
            yield _bounded(path, *begin(halves=_Parser is yaml.SafeLoader), begin)
        finally:
            for parser in parsers:
                parser.dispose()


def _begun(
    path: Path, file: BufferedReader, part: Part, parsers: list[Any], through: Through, *, halves: bool
) -> tuple[BoundedFile, NextEvent]:
    """Begin to read a file from its start; `halves` is whether characters may be escaped in two halves."""
    file.seek(0)
    digit = free_digit(file) if halves else None
    read = through(file if part is WHOLE else FilePart(file, part))
    bounded = BoundedFile(StandInFile(read, digit) if digit else read)
    parser = explained(path, _Parser)(bounded)
    parsers.append(parser)
    next_event = with_whole_characters(parser.get_event, digit) if digit else parser.get_event
    return bounded, explained(path, next_event)


def _bounded(path: Path, file: BoundedFile, next_event: NextEvent, begin_again: _Begin) -> NextEvent:
    """Watch that no event takes more of the file than a value may be long; begin again at half a character."""
    line, passed, again = 1, 0, False

    def call() -> Event:
        nonlocal line, passed
        try:
            event = next_event()
        except FixtureError as error:
            if not again and is_refused_half(error.__cause__):
                return renewed()
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
        passed += 1
        return event

    def renewed() -> Event:
        nonlocal file, next_event, passed, again
        file, next_event = begin_again(halves=True)
        passed, known, again = 0, passed, True
        for _ in range(known):
            call()
        return call()

    return call


class _Begin(Protocol):
    def __call__(self, *, halves: bool) -> tuple[BoundedFile, NextEvent]: ...


@contextmanager
def text_events(text: str) -> Iterator[NextEvent]:
    """Give the function that returns a text's next event; its errors are PyYAML's own, and LoneHalf."""
    digit = free_digit(BytesIO(text.encode())) if may_hold_half(text) else None
    parser = _Parser(StandInFile(BytesIO(text.encode()), digit) if digit else text)
    try:
        yield with_whole_characters(parser.get_event, digit) if digit else parser.get_event
    finally:
        parser.dispose()


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
        file = open_fixture(path)
        start = file.peek(4)
    except OSError as error:
        raise unreadable(path, error) from error
    try:
        refuse_wide_characters(path, start)
    except FixtureError:
        file.close()
        raise
    return file


def _lone_half(path: Path, half: LoneHalf) -> FixtureError:
    return error_at(
        path,
        half.event,
        f'"{half.escape}" is one half of a character, and the other one is missing',
        hint="Write the character itself, or both its halves; in single quotes a backslash is a backslash.",
    )


def explained(path: Path, function: Callable[..., _Result]) -> Callable[..., _Result]:
    """Give what does the same as a function that reads a file, and raises FixtureError where it can't be read."""

    def call(*arguments: object) -> _Result:
        try:
            return function(*arguments)
        except yaml.YAMLError as error:
            from seedkit.files.yaml.errors import syntax_error

            raise syntax_error(path, error) from error
        except LoneHalf as half:
            raise _lone_half(path, half) from half
        except OSError as error:
            raise unreadable(path, error) from error

    return call
