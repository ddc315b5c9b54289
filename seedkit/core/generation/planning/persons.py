"""Whether a column `name` has a person's whole name, or the part of it that the columns beside it leave.

`nom` beside `prenom` is a surname, and `nombre` beside `apellidos` a given name; beside both it is the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from seedkit.core.generation.meanings import Meanings, prefix_of, words_of
from seedkit.core.generation.planning.chosen import Facts, Run

_BARE = frozenset(("name", "nom", "naam", "nombre", "nome"))
_PARTS = frozenset(("first_name", "last_name"))
_LEFT = {
    frozenset(("first_name",)): "last_name",
    frozenset(("last_name",)): "first_name",
    _PARTS: "full_name",
}
"""What is left by the parts that stand beside."""


def part_of_name(facts: Facts, run: Run) -> str | None:
    """Say which part of a person's name a column has by those beside it; None where none has a part."""
    words = words_of(facts.name)
    if facts.part is not None or not _BARE.issuperset(words[-1:]) or not words:
        return None
    table = facts.rules.table
    beside = _beside(facts.rules.names, table.name.name, run.meanings)
    return _LEFT.get(beside.get(" ".join(words[:-1]), frozenset()))


@lru_cache(maxsize=64)
def _beside(names: tuple[str, ...], table: str, meanings: Meanings) -> Mapping[str, frozenset[str]]:
    """Gather the parts of persons' names that columns have, by what stands before them."""
    found: dict[str, frozenset[str]] = {}
    for name in names:
        meaning = meanings.of(name, table, "text")
        if meaning is not None and meaning.name in _PARTS:
            prefix = prefix_of(name, meaning)
            found[prefix] = found.get(prefix, frozenset()) | {meaning.name}
    return found
