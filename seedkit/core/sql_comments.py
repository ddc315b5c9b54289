"""Comments in SQL that begin with a slash and a star: there may be comments in them."""

from __future__ import annotations

import re

_SIGN = re.compile(r"/\*|\*/")


def end_of_comment(text: str, start: int) -> int | None:
    """Find the place behind the comment that begins at a place; None where it is left open.

    >>> end_of_comment("/* a /* b */ c */ d", 0), end_of_comment("/* a /* b */", 0)
    (17, None)
    """
    depth = 0
    for sign in _SIGN.finditer(text, start):
        depth += 1 if sign[0] == "/*" else -1
        if depth == 0:
            return sign.end()
    return None
