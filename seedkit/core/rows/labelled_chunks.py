r"""A chunk of labelled rows, written as one of a list, so that it is recognised as such.

It is the same where each line at the margin is a label: the rows below are at one distance from it, or in braces beside
it, and no line is an item of a list already. A label is a word that no sign of YAML's stands in.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from seedkit.core.rows.tidy_chunks import is_harmless, without_empty_lines
from seedkit.core.rows.values_below import with_values_beside

_LABEL = re.compile(r"^([^\W_][\w .@/+-]{0,200}+(?<! )):(?:(?: ++#.*)?+\n +(?=[^ ])| ++(?=\{))", re.MULTILINE)
_MARGIN = re.compile(r"\n( +)")


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
    if chunk.startswith("- ") or "\n- " in chunk or "$LABEL" in chunk:
        return None
    margin = _MARGIN.search(chunk)
    labels, text = _LABEL.findall(chunk), _LABEL.sub("- ", chunk)
    if margin is not None:
        if chunk.count(margin[0]) < chunk.count("\n ") or f"{margin[0]} " in chunk:
            return None
        text = text.replace(margin[0], "\n  ")
    return Labelled(labels, text) if text.startswith("- ") else None
