"""The values under a key of texts that a pattern asks for, where it says for each place which letters may be there."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain

from seedkit.core.generation.columns.patterns.matching import letters_by_place, letters_of_longest
from seedkit.core.generation.columns.patterns.pieces import NoTextsError, Piece, expression_pieces
from seedkit.core.generation.keys.codes import PlacedLetters
from seedkit.core.generation.keys.lines import Values
from seedkit.core.generation.keys.words import InTurn, ReservedFirst
from seedkit.core.generation.planning.chosen import Facts, Run
from seedkit.core.generation.planning.meant import meant
from seedkit.core.generation.planning.types.patterned_texts import filled_pattern, patterns_of
from seedkit.core.generation.planning.types.phones import nowhere_patterns, reserved_patterns
from seedkit.core.generation.planning.types.texts import admitted, are_phones


def placed_letters(facts: Facts, pattern: str) -> PlacedLetters | None:
    """Give the texts of a pattern that says for each place which letters may stand there; None where none fits."""
    return _placed(facts, pattern, letters_by_place)


def patterned(facts: Facts, run: Run) -> Values | None:
    """Give the texts of a pattern that says for each place which letters may stand there; of telephones nobody's first.

    Of several lengths the texts have no order, but of telephones, whose longest come then.
    """
    stream, patterns = run.stream(facts.table_name, facts.column.name), patterns_of(facts)
    filled = filled_pattern(facts, run, stream)
    if filled is not None:
        return placed_letters(facts, filled)
    if len(patterns) != 1:
        return None
    if are_phones(facts, meant(facts, run)[0]) and (phones := _phones(facts, patterns[0], run)) is not None:
        return phones
    return placed_letters(facts, patterns[0])


def _phones(facts: Facts, pattern: str, run: Run) -> Values | None:
    """Give telephone numbers: nobody's, then those of a country that there is not, and only then all others."""
    stream = run.stream(facts.table_name, facts.column.name)
    found = admitted(facts, chain(reserved_patterns(), nowhere_patterns()), run, stream)
    first = tuple(placed for each in found if (placed := _placed(facts, each, letters_by_place)) is not None)
    others = _placed(facts, pattern, letters_of_longest) if first else None
    return None if others is None else ReservedFirst(InTurn(first), others)


def _placed(
    facts: Facts, pattern: str, letters_of: Callable[[Sequence[Piece]], list[str] | None]
) -> PlacedLetters | None:
    try:
        letters = letters_of(expression_pieces(pattern))
    except NoTextsError:
        return None
    fits = letters and facts.least_room <= len(letters) and (facts.room is None or len(letters) <= facts.room)
    return PlacedLetters(tuple(letters)) if letters and fits else None
