"""Changes of a text that leave all else of it as it is, comments too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Edit(NamedTuple):
    """What is to stand in place of a part of a text; `what` names the kind of change for a report."""

    start: int
    end: int
    text: str
    what: str


def edited(text: str, edits: Iterable[Edit]) -> str:
    r"""Make the changes.

    >>> edited("a: 1", [Edit(0, 0, "# x\n", ""), Edit(3, 4, "2", "")])
    '# x\na: 2'
    """
    parts, place = [], 0
    for edit in sorted(edits):
        parts += [text[place : edit.start], edit.text]
        place = edit.end
    return "".join([*parts, text[place:]])


def line_at(text: str, place: int) -> int:
    """Give the number of the line on which a place is."""
    return text.count("\n", 0, place) + 1
