"""The values under a key of texts that a pattern asks for, where it says for each place which letters may be there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from seedkit.core.generation.columns.patterns.matching import letters_by_place, letters_of_longest
from seedkit.core.generation.columns.patterns.pieces import NoTextsError, Piece, expression_pieces
from seedkit.core.generation.keys.codes import PlacedLetters, ReservedFirst
from seedkit.core.generation.keys.lines import Values
from seedkit.core.generation.planning.chosen import Facts, Run
from seedkit.core.generation.planning.meant import meant
from seedkit.core.generation.planning.types.patterned_texts import filled_pattern, patterns_of
from seedkit.core.generation.planning.types.texts import reserved_phones


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
    if meant(facts, run)[0] == "phone":
        reserved = reserved_phones(facts, run, stream)
        first = None if reserved is None else _placed(facts, reserved, letters_by_place)
        others = None if first is None else _placed(facts, patterns[0], letters_of_longest)
        if first is not None and others is not None:
            return ReservedFirst(first, others)
    return placed_letters(facts, patterns[0])


def _placed(
    facts: Facts, pattern: str, letters_of: Callable[[Sequence[Piece]], list[str] | None]
) -> PlacedLetters | None:
    try:
        letters = letters_of(expression_pieces(pattern))
    except NoTextsError:
        return None
    fits = letters and facts.least_room <= len(letters) and (facts.room is None or len(letters) <= facts.room)
    return PlacedLetters(tuple(letters)) if letters and fits else None
