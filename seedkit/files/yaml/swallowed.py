"""What a comment has swallowed where a file is no YAML: in `- {id: 1, colour: #ff0000}` the bracket, and the value.

In brackets that is an error some lines below, in a block it is an empty value (`lost_values`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

_LONGEST_LINE = 1 << 14
_SHOWN = 40
_QUOTED = re.compile(r"""(?<=[\s\[{,:])(?:'(?:[^']|'')*'|"(?:[^"\\]|\\.)*")""")
_COMMENT = re.compile(r"(?:^|(?<=[ \t]))#")
_BEFORE_A_VALUE = re.compile(r"[:,\[{][ \t]+(?:[&!]\S+[ \t]+)?$|[\[{]$")
_VALUE = re.compile(r"#[^\s,\[\]{}]+")


class Swallowed(Struct, frozen=True, kw_only=True):
    """A comment that holds what was meant to count; lines and columns are from 0."""

    line: int
    column: int
    text: str
    value: str | None

    @property
    def message(self) -> str:
        """What is wrong.

        >>> Swallowed(line=0, column=12, text="#ff0000}", value="#ff0000").message
        '"#ff0000}" is a comment, and nothing of it counts'
        """
        text = self.text if len(self.text) <= _SHOWN else f"{self.text[:_SHOWN]}…"
        return f'"{text}" is a comment, and nothing of it counts'

    @property
    def hint(self) -> str:
        """What helps."""
        if self.value and len(self.value) <= _SHOWN:
            quoted = f'"{self.value}"' if '"' not in self.value else "'" + self.value.replace("'", "''") + "'"
            return f"Write {quoted} in quotes if it is the value."
        return "Close the row or the list before its comment, or put the value in quotes."


def swallowed(lines: Iterable[tuple[int, str]]) -> Swallowed | None:
    """Find the first comment that stands where a value should, or has a closing bracket in it.

    >>> swallowed([(0, "- {id: 1,  # the first one"), (1, "   colour: #ff0000}")]).column
    11
    >>> swallowed([(0, "- {id: 1, colour: '#ff0000'}  # red"), (1, "- {id: 2, note: a#1}")])
    """
    for number, line in lines:
        text = line[:_LONGEST_LINE].rstrip()
        bare = _QUOTED.sub(lambda found: "x" * len(found[0]), text)
        if found := _COMMENT.search(bare):
            comment, before = text[found.start() :], bare[: found.start()]
            value = _VALUE.match(comment) if _BEFORE_A_VALUE.search(before) else None
            if value or ("}" in comment or "]" in comment):
                return Swallowed(line=number, column=found.start(), text=comment, value=value and value[0])
    return None


def last_with_content(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Give the last line that is neither empty nor a comment alone, if there is one.

    >>> list(last_with_content([(0, "- {id: 1, colour: #ff0000}"), (1, ""), (2, "# more")]))
    [(0, '- {id: 1, colour: #ff0000}')]
    """
    last = None
    for number, line in lines:
        if not line.isspace() and line and not line.lstrip().startswith("#"):
            last = number, line
    if last:
        yield last
