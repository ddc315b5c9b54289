"""The life of a row: what happens in it in which order, and how many days pass before each step."""

from __future__ import annotations

from seedkit.core.generation.columns.moments import Gap
from seedkit.core.generation.streams import Stream

STEPS = {
    "happened": (1, 1, 1),
    "confirmed": (2, 3, 2),
    "started": (4, 5, 3),
    "updated": (6, 9, 4),
    "shipped": (10, 13, 5),
    "ended": (14, 30, 6),
    "read": (31, 35, 7),
    "lapsed": (36, 39, 7),
    "deleted": (40, 90, 8),
}
"""The steps of a life in their order: after how many days each comes, and after how many in a young life."""
EVENT = "event"
"""What happens at a time of which nothing else is known: after what stands before it in its table."""
_LATER = {"due": (14, 45), "expires": (90, 365)}
"""What is promised when a life begins: in so many days."""
_LASTS = {"end": (1, 30), "valid_to": (30, 365), "check_out": (1, 14), "arrival": (1, 2)}
"""How many days after its beginning what has one ends."""
LATELY = {"seen": (60, 4, 5), "latest": (3, 1, 6)}
"""What comes again and again: between so many days ago, or so many days after the beginning of a young life."""
BEGINS = {"end": "start", "valid_to": "valid_from", "check_out": "check_in", "arrival": "departure"}
"""What begins when something of another meaning ends."""
AFTERWARDS = {**dict.fromkeys(_LATER, False), **dict.fromkeys((*LATELY, EVENT), True)}
"""What is no step of a life and comes after its beginning, and whether that is over in any row that is there."""
OF_A_LIFE = frozenset(("created", EVENT, *STEPS, *_LATER, *_LASTS, *LATELY, *BEGINS.values()))
"""The meanings that tell of a row's life."""


def gaps_of(meaning: str, prefix: str, shared: Stream) -> tuple[tuple[Gap, ...], Gap | None]:
    """Give what passes before a step of a life, and what passes then that may lead past today."""
    begin = BEGINS.get(meaning, meaning)
    gaps: tuple[Gap, ...] = ()
    if meaning in STEPS:
        gaps = (_step(meaning, shared.apart(meaning)),)
    elif meaning in LATELY:
        earliest, latest, young = LATELY[meaning]
        gaps = (Gap(0, earliest - latest, young, shared.apart(meaning, prefix)),)
    elif begin in BEGINS.values():
        gaps = (_step("started", shared.apart(begin, prefix)),)
    if meaning in _LASTS:
        lasts = _gap(*_LASTS[meaning], shared.apart(meaning, prefix))
        return (gaps, lasts) if meaning == "valid_to" else ((*gaps, lasts), None)
    return gaps, _gap(*_LATER[meaning], shared.apart(meaning, prefix)) if meaning in _LATER else None


def least_days(meaning: str) -> int:
    """Say how many days pass at least before a step of a life, or before what has a beginning, or is one.

    >>> least_days("shipped"), least_days("start"), least_days("end")
    (10, 4, 5)
    """
    if meaning in STEPS:
        return STEPS[meaning][0]
    return STEPS["started"][0] + (_LASTS[meaning][0] if meaning in _LASTS else 0)


def _step(name: str, stream: Stream) -> Gap:
    return Gap(*STEPS[name], stream)


def _gap(least: int, most: int, stream: Stream) -> Gap:
    return Gap(least, most, 1, stream)
