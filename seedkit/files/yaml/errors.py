"""Why a file is no YAML, said for the person who wrote it. Reads the file again, to see what stands there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Any, Protocol

from msgspec import Struct
from yaml import MarkedYAMLError, YAMLError

from seedkit.errors import FixtureError, Origin
from seedkit.files.packed_files import open_fixture
from seedkit.files.paths import shown_path
from seedkit.files.yaml.swallowed import last_with_content, swallowed


def syntax_error(path: Path, error: YAMLError) -> FixtureError:
    """Translate what PyYAML says of a file."""
    if isinstance(error, MarkedYAMLError):
        return _misplaced(path, error)
    return _unreadable_character(path, error)


def template_error(origin: Origin) -> FixtureError:
    """Refuse what a template engine should have replaced."""
    return FixtureError(
        "a template of another tool stands in the fixture",
        origin=origin,
        hint="Render it first, or use a tag (!format, !range, !env); in quotes it is plain text.",
    )


class _Translation(Struct, frozen=True, kw_only=True):
    """`said` finds PyYAML's problem; `opens` puts the error where the unfinished thing starts."""

    said: str
    message: str
    hint: str | None = None
    opens: bool = False


_QUOTE_IT = "Put a value that starts or ends like YAML's own signs in quotes."
_MISSES_VALUE = "expected (the )?node content"
_LEFT_OPEN = re.compile(rf"{_MISSES_VALUE}|(did not find )?expected ',' or '[}}\]]'")
_TAG_GOES_ON = re.compile("expected whitespace or line break|expected ' ', but found")
_LONGEST_SHOWN_TAG = 40
_LOOKED_BACK = 100
"""Lines in which what was left open is looked for, where nothing says where it opens."""
_SAME_COLUMN = "Rows of a list, and keys of a row, start in one column."
_TRANSLATIONS = (
    _Translation(
        said="mapping values are not allowed",
        message='unexpected ":"',
        hint='Put a value that holds ": " in quotes; else look at the indentation.',
    ),
    _Translation(said="unexpected end of stream", message="the quote that opens here is never closed", opens=True),
    _Translation(said="unexpected document indicator", message="the quote that opens here is never closed", opens=True),
    _Translation(said=r"(did not find )?expected ',' or '}'", message='"," or "}" is missing', hint=_QUOTE_IT),
    _Translation(said=r"(did not find )?expected ',' or '\]'", message='"," or "]" is missing', hint=_QUOTE_IT),
    _Translation(said="could not find expected ':'", message='a key without ":"', opens=True),
    _Translation(
        said="did not find expected (key|'-' indicator)|expected <block end>",
        message="the line does not continue what stands above it",
        hint=_SAME_COLUMN,
    ),
    _Translation(
        said="unknown escape character|escape code|expected hexdecimal number|expected escape sequence",
        message="YAML does not know this escape",
        hint="Double the backslash, or use single quotes, in which a backslash is a backslash.",
    ),
    _Translation(said="undefined tag handle", message="the tag's handle is not declared"),
    _Translation(said="expected tag URI|expected URI", message="a tag without a name", hint=_QUOTE_IT),
    _Translation(said="expected alphabetic or numeric", message='"*" or "&" without a name', hint=_QUOTE_IT),
    _Translation(said=_MISSES_VALUE, message="a key or a value is missing"),
    _Translation(
        said="found unexpected ':'",
        message='a blank is missing behind ":"',
        hint='Write ": " behind a key; put a value that ends in ":" in quotes.',
    ),
)
_TEMPLATE_LINE = re.compile(r"\s*(?:<%|\{%)|.*<%=|(?:.*[:\-\[,])?\s*\{\{")


def _misplaced(path: Path, error: MarkedYAMLError) -> FixtureError:
    mark: Any = error.problem_mark or error.context_mark
    opening: Any = error.context_mark or mark
    suspects = _lines(path, {opening.line, mark.line - 1, mark.line})
    for number, text in sorted(suspects.items()):
        if _TEMPLATE_LINE.match(text):
            return template_error(_origin(path, number))
    character = suspects.get(mark.line, "")[mark.column : mark.column + 1]
    if character == "\t" or "tab character" in str(error.problem):
        return _misplaced_tab(path, mark, suspects.get(mark.line, ""))
    if "\ufeff" in suspects.get(mark.line, "")[: mark.column + 1]:
        return FixtureError("a byte order mark stands inside the file", origin=_at(path, mark))
    if "cannot start any token" in str(error.problem):
        return FixtureError(f'a value cannot start with "{character}"', origin=_at(path, mark), hint=_QUOTE_IT)
    return (
        _tag_goes_on(path, error, suspects)
        or _swallowed(path, str(error.problem), mark, opening)
        or _translated(path, str(error.problem), mark, opening)
    )


def _tag_goes_on(path: Path, error: MarkedYAMLError, lines: dict[int, str]) -> FixtureError | None:
    """Translate what is said of `!default}`."""
    if "scanning a tag" not in str(error.context) or not _TAG_GOES_ON.search(str(error.problem)):
        return None
    mark: Any = error.problem_mark
    opening: Any = error.context_mark
    tag, sign = lines[mark.line][opening.column : mark.column], lines[mark.line][mark.column]
    return FixtureError(
        "a blank is missing behind the tag",
        origin=_at(path, mark),
        hint=f'Write "{tag if len(tag) <= _LONGEST_SHOWN_TAG else "!…"} {sign}": '
        "YAML takes what stands directly behind a tag for a part of its name.",
    )


def _swallowed(path: Path, problem: str, mark: _Mark, opening: _Mark) -> FixtureError | None:
    """Look for a comment where something was left open; libyaml says where the row opens, or only what came instead."""
    if not _LEFT_OPEN.search(problem):
        return None
    first = mark.line - _LOOKED_BACK if re.search(_MISSES_VALUE, problem) else opening.line
    lines = (line for line in _numbered_lines(path, mark.line - 1) if line[0] >= first)
    found = swallowed(last_with_content(lines) if re.search(_MISSES_VALUE, problem) else lines)
    if found is None:
        return None
    return FixtureError(found.message, origin=_origin(path, found.line, found.column), hint=found.hint)


def _translated(path: Path, problem: str, mark: _Mark, opening: _Mark) -> FixtureError:
    for translation in _TRANSLATIONS:
        if re.search(translation.said, problem):
            origin = _at(path, opening if translation.opens else mark)
            detail = None if opening.line == mark.line or translation.opens else _begun(path, opening)
            return FixtureError(translation.message, origin=origin, detail=detail, hint=translation.hint)
    return FixtureError(f"the file is no YAML: {problem}", origin=_at(path, mark))


def _begun(path: Path, opening: _Mark) -> str:
    return f"in what begins at {_at(path, opening)}"


def _misplaced_tab(path: Path, mark: _Mark, text: str) -> FixtureError:
    indents = not text[: mark.column].strip()
    return FixtureError(
        "a tab indents the line" if indents else "a tab stands where YAML takes spaces only",
        origin=_at(path, mark),
        hint="Use spaces: YAML does not say how wide a tab is.",
    )


class _Mark(Protocol):
    line: int
    column: int


_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _unreadable_character(path: Path, error: YAMLError) -> FixtureError:
    with open_fixture(path) as file:
        for number, line in enumerate(file):
            found = _wrong_encoding(path, number, line) or _control_character(path, number, line)
            if found:
                return found
    return FixtureError(f"the file is no YAML: {getattr(error, 'reason', error)}", origin=_origin(path, 0))


def _wrong_encoding(path: Path, number: int, line: bytes) -> FixtureError | None:
    try:
        line.decode()
    except UnicodeDecodeError as error:
        column = len(line[: error.start].decode())
        return FixtureError(
            f"the file is not UTF-8: byte 0x{line[error.start]:02X} ({error.reason})",
            origin=_origin(path, number, column),
            hint=f"If it is Latin-1: iconv -f LATIN1 -t UTF-8 {path.name}",
        )
    return None


_NO_ZERO = "Take it out: PostgreSQL has this character in no text."


def _control_character(path: Path, number: int, line: bytes) -> FixtureError | None:
    found = _FORBIDDEN.search(line.decode())
    if found is None:
        return None
    return FixtureError(
        f"the control character U+{ord(found[0]):04X} cannot stand in YAML",
        origin=_origin(path, number, found.start()),
        hint=f'Write it as an escape in double quotes: "\\u{ord(found[0]):04x}".' if ord(found[0]) else _NO_ZERO,
    )


def _lines(path: Path, numbers: set[int]) -> dict[int, str]:
    return {number: text for number, text in _numbered_lines(path, max(numbers)) if number in numbers}


def _numbered_lines(path: Path, last: int) -> Iterator[tuple[int, str]]:
    with open_fixture(path) as read, TextIOWrapper(read, encoding="utf-8-sig", errors="replace") as file:
        for number, text in enumerate(file):
            if number > last:
                return
            yield number, text


def _at(path: Path, mark: _Mark) -> Origin:
    return _origin(path, mark.line, mark.column)


def _origin(path: Path, line: int, column: int | None = None) -> Origin:
    return Origin(path=shown_path(path), line=line + 1, column=None if column is None else column + 1)
