"""Times as PostgreSQL's settings spell them."""

from __future__ import annotations

import re

_TIME = re.compile(r"(\d+(?:\.\d+)?) *(us|ms|s|min|h|d)?", re.ASCII)
_SECONDS = {"us": 1e-6, "ms": 1e-3, None: 1e-3, "s": 1, "min": 60, "h": 3600, "d": 86400}
_LONGEST = (2**31 - 1) / 1000


def seconds(time: str) -> float | None:
    """Give a time-out in seconds, None where it is 0, for ever; a number without a unit means milliseconds.

    Raises ValueError, which says how one is written, for what is none.

    >>> seconds("1min"), seconds("250"), seconds("0")
    (60.0, 0.25, None)
    """
    found = _TIME.fullmatch(time.strip())
    if found is None or float(found[1]) * _SECONDS[found[2]] > _LONGEST:
        raise ValueError("write a time as PostgreSQL does: 500ms, 5s, 1min; 0 waits for ever")
    return float(found[1]) * _SECONDS[found[2]] or None


def lacks_unit(time: str) -> bool:
    """Tell whether a time is a bare number but 0, by which a person means seconds and PostgreSQL milliseconds.

    >>> lacks_unit("30"), lacks_unit("1.5"), lacks_unit("30s"), lacks_unit("0")
    (True, True, False, False)
    """
    found = _TIME.fullmatch(time.strip())
    return found is not None and found[2] is None and float(found[1]) != 0
