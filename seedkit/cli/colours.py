"""A modest use of colour: what stands at a line's beginning and the words of a status, where somebody looks.

`--color` wins over NO_COLOR (https://no-color.org), that over FORCE_COLOR, that over whether it is a terminal. What a
program reads is never coloured.
"""

from __future__ import annotations

import os
import re
from enum import StrEnum
from typing import TextIO

_END = "\x1b[0m"
_RED, _GREEN, _YELLOW, _BOLD, _CYAN = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[1m", "\x1b[36m"
"""Of the eight that each terminal has its own shades of, for a light background and a dark one."""
_LEADS = {"error": _BOLD + _RED, "warning": _YELLOW, "hint": _CYAN, "note": _CYAN}
_STATUSES = {"fixed": _GREEN, "behind": _BOLD + _RED, "exhausted": _BOLD + _RED, "skipped": _YELLOW}
_LEAD = rf"(?m)^( *)({'|'.join(_LEADS)}):"
_STATUS = rf"(?m)^(\S.*  )({'|'.join(_STATUSES)})(?=  |: |$)"
"""The last cell of a line that is one of the words: names stand left of it."""


class When(StrEnum):
    """When there is colour: where somebody looks at a terminal, always, never."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def is_coloured(when: When, stream: TextIO) -> bool:
    """Whether what goes to a stream is to be coloured."""
    if when is not When.AUTO:
        return when is When.ALWAYS
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in ("", "0"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def coloured(text: str) -> str:
    r"""Colour the lines of a report or a message; other text stays as it is.

    >>> coloured("error: no") == "\x1b[1m\x1b[31merror:\x1b[0m no"
    True
    >>> coloured("users.id  users_id_seq  41  fixed") == "users.id  users_id_seq  41  \x1b[32mfixed\x1b[0m"
    True
    """
    led = re.sub(_LEAD, lambda found: f"{found[1]}{_LEADS[found[2]]}{found[2]}:{_END}", text)
    return re.sub(_STATUS, lambda found: f"{found[1]}{_STATUSES[found[2]]}{found[2]}{_END}", led)
