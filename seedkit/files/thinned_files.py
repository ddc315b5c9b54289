r"""A file without most of its rows, for whoever wants to know which tables it holds: a look at it costs a tenth then.

Each line keeps its place; what is left out is empty lines. Left out are rows of lists below a key at the top, but for
the first one, if each line of the file is complete in itself: an empty one, a comment, `---`, or `- ` and keys with a
value that ends on its line, below the list's margin. For then no line goes on what an earlier one began, and a key
that begins its line is one at the top of the file. So what the parser is not shown are items of the list of which it
is shown the first.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from seedkit.core.rows.tidy_chunks import is_harmless, with_line_feeds
from seedkit.files.bounded_file import Readable

WINDOW_BYTES = 1 << 16
_DOUBLE, _SINGLE = r'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"', r"'[^'\n]*+(?:''[^'\n]*+)*+'"
_KEY = rf"(?:[^\W\d][\w.-]*+|{_DOUBLE}|{_SINGLE}|<<)"
_PLAIN = r"[\w./+$(*-][^\n#:]*+(?:(?::[^\s]|(?<=\S)#)[^\n#:]*+)*+"
_QUOTED_INSIDE = rf"(?<=[ :,{{\[])(?:{_DOUBLE}|{_SINGLE})"
_DEPTH = 3


def _collection() -> str:
    inside = rf"""[^\n"'{{}}\[\]#]++|(?<=\w)'|{_QUOTED_INSIDE}"""
    collection = rf"[{{\[](?:{inside})*+[}}\]]"
    for _ in range(_DEPTH):
        collection = rf"[{{\[](?:{inside}|{collection})*+[}}\]]"
    return collection


class _Patterns(NamedTuple):
    """Lines that are complete in themselves; where a key begins at the top; one below which a list begins."""

    complete: re.Pattern[str]
    at_the_top: re.Pattern[str]
    begins_list: re.Pattern[str]


@cache
def _patterns() -> _Patterns:
    value = rf"(?:&\w++ )?+(?:![a-z!]++ )?+(?:{_collection()}|{_DOUBLE}|{_SINGLE}|{_PLAIN})"
    pair = rf"{_KEY}:(?: ++{value})?+"
    line = rf" *+(?:(?:- ++)++(?:{pair}|{value})|{pair})?+ *+(?:(?<=[ \n])#.*)?+\n"
    return _Patterns(
        re.compile(rf"(?:{line}|---\n)*+"),
        re.compile(r"^(?=[^ \n#-])|^(?=---)", re.MULTILINE),
        re.compile(rf"{_KEY}: *+(?:#.*)?+\n(?: *+(?:#.*)?+\n)*+( *+)-[^\n]*+\n"),
    )


_NO_KEY = (b"", b" ", b"\n", b"\r", b"#", b"-")


class NotThinned(Exception):  # noqa: N818 - says what is the case
    """A line of the file may go on what an earlier one began."""


class ThinnedFile:
    """Reads a file, which is at its start; raises NotThinned while it is read."""

    def __init__(self, file: Readable) -> None:
        self._file = file
        self._rest = b""
        self._ready = b""
        self._margin: str | None = None

    def read(self, size: int = -1) -> bytes:
        """Read about so many bytes, or none at the end."""
        while not self._ready and (window := self._file.read(WINDOW_BYTES)):
            window = self._rest + window
            end = _end_of_lines(window)
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
        return "".join(map(self._part, _patterns().at_the_top.split(text))).encode()

    def _part(self, part: str) -> str:
        """Thin the lines of one key at the top, or what follows in a further window."""
        if part[:1] in ("", " ", "\n", "#", "-") and not part.startswith("---"):
            return part if self._margin is None or not part else _emptied(part, self._margin, f"{self._margin}-\n")
        begun = _patterns().begins_list.match(part)
        self._margin = begun[1] if begun else None
        return begun[0] + _emptied(part[begun.end() :], begun[1]) if begun else part


def _end_of_lines(window: bytes) -> int:
    """Tell where the last whole line ends that is no key at the top: what follows such a one is to be seen with it."""
    end = window.rfind(b"\n") + 1
    last = window.rfind(b"\n", 0, max(end - 1, 0)) + 1
    return end if window[last : last + 1] in _NO_KEY else last


@cache
def _of_no_item(margin: str) -> re.Pattern[str]:
    """Find a line that is neither an item of a list with that margin nor below one: the parser has to see it."""
    return re.compile(rf"^(?! *+(?:#.*)?$|{margin}[ -])", re.MULTILINE)


def _emptied(lines: str, margin: str, item: str = "\n") -> str:
    """Leave out lines of a list; an item in their place shows whoever counts bytes that the file goes on."""
    if _of_no_item(margin).search(lines):
        raise NotThinned
    return item + "\n" * (lines.count("\n") - 1) if lines else ""
