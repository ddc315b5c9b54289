"""Regular expressions that leave open what stands before or behind their texts: those without an anchor there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate

_PART = re.compile(r"\\.|\[\^?\]?(?:\[:\w+:\]|\\.|[^\]])*\]|.", re.DOTALL)
"""A letter, one behind a backslash, or brackets."""


def is_open(pattern: str) -> bool:
    r"""Say whether a pattern leaves an end open.

    >>> is_open("^ORD-"), is_open("^a$|b$"), is_open(r"^5\$"), is_open("^[|]$")
    (True, True, True, False)
    """
    return any(_ends(branch) != (True, True) for branch in _branches(pattern))


def closed(pattern: str, filling: str) -> str:
    """Write a pattern so that it says of all of a text what it is, with what fills up the ends that are open.

    >>> closed("^ORD-", "[0-9]{8}"), closed("(^a|b$)", "c"), closed("(a)(b)$", "c")
    ('^ORD-[0-9]{8}$', '^ac$|^cb$', '^c(a)(b)$')
    """
    return "|".join(_closed(branch, filling) for branch in _branches(pattern))


def _closed(parts: list[str], filling: str) -> str:
    begins, ends = _ends(parts)
    inner = "".join(parts[begins : len(parts) - ends])
    return f"^{'' if begins else filling}{inner}{'' if ends else filling}$"


def _ends(parts: list[str]) -> tuple[bool, bool]:
    """Say whether a branch has an anchor before it, and one behind."""
    return parts[:1] == ["^"], parts[-1:] == ["$"]


def _branches(pattern: str) -> Iterator[list[str]]:
    """Cut a pattern at the bars that stand in no group."""
    depth, branch = 0, list[str]()
    for part in _inside(_PART.findall(pattern)):
        depth += {"(": 1, ")": -1}.get(part, 0)
        if part == "|" and depth == 0:
            yield branch
            branch = []
        else:
            branch.append(part)
    yield branch


def _inside(parts: list[str]) -> list[str]:
    """Leave out parentheses around all of a pattern."""
    depths = list(accumulate({"(": 1, ")": -1}.get(part, 0) for part in parts))
    is_group = parts[:1] == ["("] and parts[1:2] != ["?"] and 0 not in depths[:-1]
    return parts[1:-1] if is_group else parts
