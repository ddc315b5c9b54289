"""Gives JSON documents the kind that `jsonb_typeof` is to say of them."""

from __future__ import annotations

from collections.abc import Iterator

from seedkit.core.generation.satisfying.moves import Moves
from seedkit.core.generation.satisfying.trials import Trial

KINDS = frozenset(("jsonb_typeof", "json_typeof"))
_DOCUMENTS = {
    "object": ('{"size": 1}', '{"size": 2}'),
    "array": ("[1, 2]", "[3]"),
    "string": ('"blue"', '"green"'),
    "number": ("12", "7"),
    "boolean": ("true", "false"),
    "null": ("null", "null"),
}
"""Documents of each kind, as COPY texts."""


def of_kind(moves: Moves, trial: Trial, column: str, operator: str, kind: object) -> Iterator[Trial]:
    """Give a column a document of a kind."""
    room, documents = moves.rooms.get(column), _DOCUMENTS.get(str(kind))
    if room is not None and not room.built and operator == "=" and documents is not None:
        yield trial.put({column: documents[moves.drawn(trial, column) % 2]})
