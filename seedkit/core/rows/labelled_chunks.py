r"""A chunk of labelled rows, written as one of a list, so that it is recognised as such.

It is the same where each line at the margin is a label: the rows below are at one distance from it, or in braces beside
it, what stands below their keys is written beside these, and no line is an item of a list already. A label is a word
that no sign of YAML's stands in.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from seedkit.core.rows.tidy_chunks import is_harmless, without_empty_lines
from seedkit.core.rows.values_below import with_values_beside

_LABEL = r"\n([^\W_][\w .@/+-]{0,200}+(?<! )):(?:(?: ++#.*)?+\n%s(?=[^ ])| ++(?=\{))"
_MARGIN = re.compile(r"\n( +)")
_IN_LISTS = "  "


class Labelled(NamedTuple):
    """Labels, and the rows that they belong to as a list's."""

    labels: list[str]
    text: str


def as_list(chunk: str) -> Labelled | None:
    r"""Write a chunk of labelled rows as one of a list; None where it isn't surely the same.

    >>> as_list("ada:\n    id: 1\n    name: Ada\nben: {id: 2}\n")
    Labelled(labels=['ada', 'ben'], text='- id: 1\n  name: Ada\n- {id: 2}\n')
    >>> as_list("-:name:\n") is None
    True
    """
    if not is_harmless(chunk):
        return None
    chunk = without_empty_lines(with_values_beside(chunk))
    if chunk.startswith("- ") or "\n- " in chunk or ("$" in chunk and "$LABEL" in chunk):
        return None
    found = _MARGIN.search(chunk)
    margin = found[1] if found else _IN_LISTS
    if f"\n{margin} " in chunk:
        return None
    above, *parts = _label_at(margin).split(f"\n{chunk}")
    if above:
        return None
    text = "- " + "\n- ".join(parts[1::2])
    if margin != _IN_LISTS:
        if text.count(f"\n{margin}") < text.count("\n "):
            return None
        text = text.replace(f"\n{margin}", f"\n{_IN_LISTS}")
    return Labelled(parts[::2], text)


@cache
def _label_at(margin: str) -> re.Pattern[str]:
    """Find a label and what is between it and its row, which begins so far to the right, or in braces."""
    return re.compile(_LABEL % margin)
