"""Texts by the patterns that CHECKs ask for: of one that leaves an end open with some letters or figures there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress

from seedkit.core.generation.columns.patterns.matching import matching
from seedkit.core.generation.columns.patterns.open_ends import closed, is_open
from seedkit.core.generation.columns.patterns.pieces import NoTextsError, expression_of_like, expression_pieces
from seedkit.core.generation.planning.chosen import Facts, Made, Run
from seedkit.core.generation.planning.proving import holds
from seedkit.core.generation.streams import Stream

_PADDED = ("character", '"char"')
_FILLINGS = ("[0-9a-z]", "[0-9]", "[0-9A-Z]")
_CAPITALS = ("[0-9A-Z]", "[0-9]", "[0-9a-z]")
"""What stands where a pattern leaves an end open, the second where it has no small letters: `ORD-7K2M94QX`."""
_FILLED = 8
"""So many letters stand there where there is room: more texts than a key will want."""
_LONGEST = 64


def patterns_of(facts: Facts) -> list[str]:
    """List the regular expressions that CHECKs ask for, those of LIKE among them."""
    return [*facts.narrowing.patterns, *map(expression_of_like, facts.narrowing.likes)]


def by_pattern(facts: Facts, pattern: str, run: Run, stream: Stream) -> Made:
    """Make texts by a regular expression; raises NoTextsError where it is not understood, or has none so long."""
    least, most = facts.least_room, facts.room
    if facts.kind in _PADDED and most is not None:
        least = most  # the server's patterns see the blanks that a shorter text is filled up with
    words = () if facts.attempt else run.words.lists["nouns"]
    generator = matching(expression_pieces(pattern), least, most, stream, unique=facts.unique, words=words)
    return generator, f"!like {json.dumps(pattern, ensure_ascii=False)}"


def patterned(facts: Facts, run: Run, stream: Stream) -> Made | None:
    """Make texts by the pattern that a CHECK asks for, where it is understood."""
    whole = filled_pattern(facts, run, stream)
    for pattern in patterns_of(facts) if whole is None else (whole,):
        with suppress(NoTextsError):
            return by_pattern(facts, pattern, run, stream)
    return None


def filled_pattern(facts: Facts, run: Run, stream: Stream) -> str | None:
    """Give a pattern whose open ends are filled, so that all CHECKs hold; None where there is none."""
    for pattern in patterns_of(facts):
        for filling in _fillings(pattern) if is_open(pattern) else ():
            found = next(_fitting(facts, pattern, filling, run, stream), None)
            if found is not None and holds(facts, by_pattern(facts, found, run, stream)[0]):
                return found
    return None


def _fillings(pattern: str) -> tuple[str, ...]:
    return _CAPITALS if pattern.isupper() else _FILLINGS


def _fitting(facts: Facts, pattern: str, filling: str, run: Run, stream: Stream) -> Iterator[str]:
    """Fill the ends up with as many letters as there is room for, or as there have to be."""
    for size in (*range(_FILLED, 0, -1), *range(_FILLED + 1, min(_LONGEST, facts.least_room) + 1)):
        with suppress(NoTextsError):
            by_pattern(facts, found := closed(pattern, f"{filling}{{{size}}}"), run, stream)
            yield found
