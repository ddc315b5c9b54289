"""Where a piece of a file may end, so that lines that have to be seen together are in one piece. A guess, made fast."""

from __future__ import annotations

import re

_LINES_BACK = 16
"""So many lines are looked at; where they do not tell, whoever reads them sees lines that are not complete."""

_GOES_ON = re.compile(rb"[^ \n\r#-]|(?:[^\n#]*:)?\s*(?:#[^\n]*)?\n")
"""A key at the top, or one without a value; what says nothing goes with the line above."""
_BEGINS_TEXT = re.compile(rb"( *+)(- )?+[^\n#|:]++: ++\|[-+]?\r?\n")


def end_of_lines(window: bytes) -> int:
    r"""Tell where the last whole line ends that does not go on below: with rows, with a value, or with more of a text.

    >>> window = b"people:\n  ada:\n    id: 1\n  ben:\n    text: |\n      one\n      tw"
    >>> window[end_of_lines(window) :]
    b'  ben:\n    text: |\n      one\n      tw'
    """
    end = window.rfind(b"\n") + 1
    for _ in range(_LINES_BACK):
        end = _before_text(window, end)
        last = window.rfind(b"\n", 0, max(end - 1, 0)) + 1
        if not _GOES_ON.match(window, last, end):
            break
        end = last
    return end


def _before_text(window: bytes, end: int) -> int:
    """Tell where the line begins with the key of a text that reaches up to an end; the end itself if there is none.

    What seems to be one may be a line of another.
    """
    first = place = end
    for _ in range(_LINES_BACK):
        place = window.rfind(b"|", 0, place)
        if place < 0:
            break
        place = window.rfind(b"\n", 0, place) + 1
        found = _BEGINS_TEXT.match(window, place, end)
        if found and _reaches(window, found, end):
            first = place
    return first


def _reaches(window: bytes, text: re.Match[bytes], end: int) -> bool:
    margin = text[1] + b" " * len(text[2] or b"")
    lines = re.compile(rb"(?:(?:%b [^\n]*+| *+\r?)\n)*+" % margin).match(window, text.end(), end)
    return lines is not None and lines.end() == end
