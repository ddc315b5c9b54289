r"""Characters beyond U+FFFF in two halves, as JSON escapes them: `\ud83d\udc08`.

`json.dumps` writes such escapes. YAML has none, and libyaml refuses them. A file that has one is read with another
first digit in place of the D, with which no character and no escape of the file begins its four. Such stand-ins can be
told from all else, once the parser has said where text is escaped, and where a backslash is a backslash: there the
escape's own text comes back.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import BinaryIO

from yaml import Event, MarkedYAMLError, ScalarEvent

from seedkit.files.bounded_file import Readable

WINDOW_BYTES = 1 << 16
_LONGEST_BYTES = 10
"""An escape of eight digits."""
_UNFINISHED_BYTES = 5
"""What may stand at the end of a piece of a file, of an escape that goes on in the next one."""

_REFUSED = "invalid Unicode character escape code"
_HALF = re.compile(rb"(?<!\\)((?:\\\\)*\\u)([dD])(?=[89a-fA-F][0-9a-fA-F]{2})")
_HALF_IN_TEXT = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
_DIGITS = "efcba"


def may_hold_half(text: str) -> bool:
    r"""Tell whether a text may hold half a character's escape.

    >>> may_hold_half(r'"\ud83d"'), may_hold_half(r'"\u00e9"')
    (True, False)
    """
    return "\\u" in text and _HALF_IN_TEXT.search(text) is not None


def is_refused_half(error: BaseException | None) -> bool:
    """Tell whether libyaml may have stopped at half a character."""
    return isinstance(error, MarkedYAMLError) and _REFUSED in str(error.problem)


def free_digit(file: BinaryIO) -> str | None:
    """Find a first digit for stand-ins that a file does not use itself, and go back to the file's start."""
    digits, end = _DIGITS, b""
    while digits and (piece := file.read(WINDOW_BYTES)):
        window = end + piece
        digits = "".join(digit for digit in digits if not _USES[digit].search(window))
        end = piece[-_LONGEST_BYTES:]
    file.seek(0)
    return digits[:1] or None


_USES = {
    digit: re.compile(
        rb"(?i:\\u(?:0000)?%c[89a-f])|[%c][\xa0-\xbf]" % (ord(digit), 0xE0 | int(digit, 16)),
    )
    for digit in _DIGITS
}
"""An escape, or a character in UTF-8, whose four digits begin so, and then with 8 or more."""


class StandInFile:
    """A file with stand-ins for halves, as long as itself."""

    def __init__(self, file: Readable, digit: str) -> None:
        self._file = file
        self._digits = {b"d": digit.encode(), b"D": digit.upper().encode()}
        self._held = b""

    def read(self, size: int = -1) -> bytes:
        """Read at most so many bytes, and a few more that were held back; none at the end of the file."""
        piece = self._file.read(size)
        data = self._held + piece
        held = _unfinished(data) if piece else 0
        self._held = data[len(data) - held :]
        data = data[: len(data) - held]
        if held and not data:
            return self.read(size)
        return _HALF.sub(lambda match: match[1] + self._digits[match[2]], data)


def _unfinished(data: bytes) -> int:
    place = data.rfind(b"\\", max(0, len(data) - _UNFINISHED_BYTES))
    run = data[: place + 1]
    escapes = (len(run) - len(run.rstrip(b"\\"))) % 2  # two backslashes are an escape of their own
    return len(data) - place if escapes else 0


class LoneHalf(Exception):  # noqa: N818 - says what is the case
    """Half a character has no other half; its event has the place."""

    def __init__(self, event: Event, escape: str) -> None:
        super().__init__(escape)
        self.event = event
        self.escape = escape


def with_whole_characters(next_event: Callable[[], Event], digit: str) -> Callable[[], Event]:
    """Put what is meant in place of stand-ins, event by event; raises LoneHalf."""
    pairs, halves, written = _patterns(int(digit, 16) << 12, digit)

    def call() -> Event:
        event = next_event()
        if not isinstance(event, ScalarEvent):
            return event
        if event.style != '"':
            event.value = written.sub(lambda match: "\\u" + _restored(match[1]) + match[2], event.value)
            return event
        event.value = pairs.sub(_joined, event.value)
        if lone := halves.search(event.value):
            raise LoneHalf(event, f"\\ud{ord(lone[0]) & 0xFFF:03x}")
        return event

    return call


def _patterns(base: int, digit: str) -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    first, second, last = (chr(base + offset) for offset in (0x800, 0xC00, 0xFFF))
    pairs = re.compile(f"([{first}-{chr(base + 0xBFF)}])([{second}-{last}])")
    written = re.compile(rf"\\u([{digit}{digit.upper()}])([89a-fA-F][0-9a-fA-F]{{2}})")
    return pairs, re.compile(f"[{first}-{last}]"), written


def _joined(match: re.Match[str]) -> str:
    return chr(0x10000 + ((ord(match[1]) & 0x3FF) << 10 | ord(match[2]) & 0x3FF))


def _restored(digit: str) -> str:
    return "d" if digit.islower() else "D"
