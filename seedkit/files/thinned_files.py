r"""A file without most of its rows, for whoever wants to know which tables it holds: a look at it costs a tenth then.

Each line keeps its place; what is left out is empty lines. Left out are rows of lists below a key at the top, but for
the first one, if each line of the file is complete in itself: an empty one, a comment, `---`, or `- ` and keys with a
value that ends on its line, below the list's margin; or it is one of a text behind `|`, further right than its key.
For then no line goes on what an earlier one began, and a key that begins its line is one at the top of the file. So
what the parser is not shown are items of the list of which it is shown the first.

The same holds of labelled rows below such a key, where each line at their margin is a label with a mapping: one in
braces, or a key further right is the next thing below it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import NamedTuple

from seedkit.core.rows.tidy_chunks import is_harmless, with_line_feeds
from seedkit.files.bounded_file import Readable
from seedkit.files.lines_together import end_of_lines

WINDOW_BYTES = 1 << 16
LONGEST_BYTES = 1 << 20
"""Of more, that is to be seen together, all is shown to the parser."""
_DOUBLE, _SINGLE = r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"', r"'[^'\n]*+(?:''[^'\n]*+)*+'"
_KEY = rf"(?:[^\W\d][\w.-]*+|{_DOUBLE}|{_SINGLE}|<<)"
_PLAIN = r"[\w./+$(*-][^\n#:]*+(?:(?::[^\s]|(?<=\S)#)[^\n#:]*+)*+"
_QUOTED_INSIDE = rf"(?<=[ :,{{\[])(?:{_DOUBLE}|{_SINGLE})"
_MOST_LINES = r" *+(?:- )?+[A-Za-z_]\w*+:(?: \w[^\n#:]*+(?::\S[^\n#:]*+)*+)?+\n"
"""A plain value, or none, behind a key: found twice as fast as among all lines."""
_NOTHING = r" *+(?:#.*)?+\n(?: *+(?:#.*)?+\n)*+"
"""The rest of a line that holds no more than a comment, and further lines like that."""
_SAME = r"\1"
_DEPTH = 3


def _collection() -> str:
    inside = rf"""[^\n"'{{}}\[\]#]++|(?<=\w)'|{_QUOTED_INSIDE}"""
    collection = rf"[{{\[](?:{inside})*+[}}\]]"
    for _ in range(_DEPTH):
        collection = rf"[{{\[](?:{inside}|{collection})*+[}}\]]"
    return collection


class _Rows(NamedTuple):
    """Rows below a key: a line that stands for one of them, and what finds a line that is none of theirs."""

    stand_in: str
    other: re.Pattern[str]


@cache
def _listed(margin: str) -> _Rows:
    return _Rows(f"{margin}-\n", _no_line_of(margin, "-"))


@cache
def _labelled(margin: str) -> _Rows:
    return _Rows(f"{margin}_: {{}}\n", _no_line_of(margin, _label(margin)))


def _no_line_of(margin: str, row: str) -> re.Pattern[str]:
    return re.compile(rf"\n(?!{margin} )(?!{margin}{row}| *+(?:#.*)?$)", re.MULTILINE)


def _label(margin: str) -> str:
    """Give the pattern of a label as far as it shows that a mapping belongs to it."""
    return rf"[^\W\d][\w.-]*+:(?: ++\{{|{_NOTHING}{margin} ++[^ -])"


class _Patterns(NamedTuple):
    """Lines that are complete in themselves; where a key begins at the top; one below which rows begin, by their kind.

    What matches as the beginning of rows holds what the parser has to see of them.
    """

    complete: re.Pattern[str]
    at_the_top: re.Pattern[str]
    rows: tuple[tuple[re.Pattern[str], Callable[[str], _Rows]], ...]


@cache
def _patterns() -> _Patterns:
    value = rf"(?:&\w++ )?+(?:![a-z!]++ )?+(?:{_collection()}|{_DOUBLE}|{_SINGLE}|{_PLAIN})"
    pair = rf"{_KEY}:(?: ++{value})?+"
    line = rf" *+(?:(?:- ++)++(?:{pair}|{value})|{pair})?+ *+(?:(?<=[ \n])#.*)?+\n"
    begin = f"{_KEY}:{_NOTHING}"
    return _Patterns(
        re.compile(rf"(?:{_MOST_LINES}|{line}|{_text('under', '')}|{_text('item', '- ')}|---\n)*+"),
        re.compile(r"\n(?! )(?=[^\n#-]|---)"),
        (
            (re.compile(rf"{begin}( *+)-[^\n]*+\n"), _listed),
            (re.compile(rf"{begin}( ++){_label(_SAME)}[^\n]*+\n"), _labelled),
        ),
    )


def _text(name: str, sign: str) -> str:
    """Give the pattern of a text behind `|` with its key's line, and what is below it and further right."""
    return rf"(?P<{name}> *+){sign}{_KEY}: ++\|[-+]?\n(?:(?:(?P={name}) {' ' * len(sign)}.*+)?+\n)*+"


class NotThinned(Exception):  # noqa: N818 - says what is the case
    """A line of the file may go on what an earlier one began."""


class ThinnedFile:
    """Reads a file, which is at its start; raises NotThinned while it is read."""

    def __init__(self, file: Readable) -> None:
        self._file = file
        self._rest = b""
        self._ready = b""
        self._rows: _Rows | None = None

    def read(self, size: int = -1) -> bytes:
        """Read about so many bytes, or none at the end."""
        while not self._ready and (window := self._file.read(WINDOW_BYTES)):
            window = self._rest + window
            end = end_of_lines(window)
            if not end and len(window) > LONGEST_BYTES:
                raise NotThinned
            self._ready, self._rest = self._thinned(window[:end]), window[end:]
        if not self._ready and self._rest:
            self._ready, self._rest = self._thinned(self._rest + b"\n"), b""
        size = len(self._ready) if size < 0 else size
        piece, self._ready = self._ready[:size], self._ready[size:]
        return piece

    def _thinned(self, window: bytes) -> bytes:
        try:
            text = with_line_feeds(window.decode())
        except UnicodeDecodeError:
            raise NotThinned from None
        found = _patterns().complete.match(text)
        if not is_harmless(text) or found is None or found.end() < len(text):
            raise NotThinned
        *parts, last = _patterns().at_the_top.split(text)
        return "".join(map(self._part, [*(f"{part}\n" for part in parts), last])).encode()

    def _part(self, part: str) -> str:
        """Thin the lines of one key at the top, or what follows in a further window."""
        if part[:1] in ("", " ", "\n", "#", "-") and not part.startswith("---"):
            return _emptied(part, self._rows) if self._rows and part else part
        for begins, rows_at in _patterns().rows:
            begun = begins.match(part)
            if begun and not (rows := rows_at(begun[1])).other.search(part, begun.end() - 1):
                self._rows = rows
                return begun[0] + "\n" * part.count("\n", begun.end())
        self._rows = None
        return part


def _emptied(lines: str, rows: _Rows) -> str:
    """Leave out lines of rows; one in their place shows whoever counts bytes that the file goes on."""
    if rows.other.search(f"\n{lines}"):
        raise NotThinned
    return rows.stand_in + "\n" * (lines.count("\n") - 1)
