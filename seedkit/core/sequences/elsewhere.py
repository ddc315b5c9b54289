"""Tells where a column draws from another sequence than the one that is named for it: mostly that is a slip."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from seedkit.core.catalog import Column, Table
from seedkit.core.names import column_of, in_quotes, quote_identifier
from seedkit.core.sequences.feeding import FedColumn, Feeding, FeedingSequence, Link, UnresolvedDefault
from seedkit.core.sequences.late_names import some_of
from seedkit.core.sequences.parent_keys import KeyOrigin
from seedkit.errors import SequenceError


class Elsewhere(Struct, frozen=True, kw_only=True):
    """What a column draws from, and what to do about that."""

    why: str
    remedy: str


def drawn_elsewhere(
    table: Table, column: Column, sequence: str, feeding: Feeding, origin: KeyOrigin | None = None
) -> Elsewhere | None:
    """Say what a column draws from if it is not the named sequence; None where it is, may be, or nothing is known.

    `origin` is where the key of a child takes its values from.
    """
    place = column_of(table.name, column.name)
    tied = list(_ties(table, column, feeding))
    doubts = [
        default for default in feeding.unresolved if (default.table_oid, default.column) == (table.oid, column.name)
    ]
    if any(str(found.name) == sequence for found, _ in tied) or any(_may_be(default, sequence) for default in doubts):
        return None
    if drawn := [found for found, fed in tied if fed.link is Link.DRAWS]:
        return Elsewhere(why=f"{place} draws from {_names(drawn)}", remedy=_repair(table, column, drawn))
    if tied and _fed(sequence, feeding):
        owned = [found for found, _ in tied]
        return Elsewhere(why=f"{place} owns {_names(owned)}", remedy=_repair(table, column, owned))
    if doubts:
        return _looked_up(place, doubts[0])
    if origin is not None and origin.sequences and sequence not in origin.sequences:
        return Elsewhere(why=f"{place} takes its values from {origin}", remedy=f"Run {origin.command}")
    return None


def _names(sequences: Sequence[FeedingSequence]) -> str:
    return ", ".join(str(sequence.name) for sequence in sequences)


def _repair(table: Table, column: Column, sequences: Sequence[FeedingSequence]) -> str:
    first = sequences[0]
    if first.kept:
        return f"That is left alone, as it belongs to {first.keeper or first.columns[0].keeper}"
    return f"Run seedkit fix-sequence {table.name} {quote_identifier(column.name)}"


def refuse(elsewhere: Elsewhere, column: str, sequence: str, feeding: Feeding) -> SequenceError:
    """Phrase the error for a sequence that is named for a column which draws from another."""
    fed = _fed(sequence, feeding)
    feeds = f"feeds {', '.join(map(str, fed))}, not {column}" if fed else "feeds nothing"
    return SequenceError(
        f"sequence {in_quotes(sequence)} {feeds}: {elsewhere.why}",
        hint=f"{elsewhere.remedy}; with --force the named one is moved all the same.",
    )


def _ties(table: Table, column: Column, feeding: Feeding) -> Iterator[tuple[FeedingSequence, FedColumn]]:
    for found in (*feeding.sequences, *feeding.kept):
        for fed in found.columns:
            if (fed.table_oid, fed.name) == (table.oid, column.name):
                yield found, fed


def _fed(sequence: str, feeding: Feeding) -> list[FedColumn]:
    named = (found for found in (*feeding.sequences, *feeding.kept) if str(found.name) == sequence)
    return [fed for found in named for fed in found.columns]


def _may_be(default: UnresolvedDefault, sequence: str) -> bool:
    return default.late_name is None or sequence in map(str, default.candidates)


def _looked_up(place: str, default: UnresolvedDefault) -> Elsewhere:
    names = f"Name one of {some_of(default.candidates)}"
    remedy = names if default.candidates else "There is no such sequence: create it, or change the default"
    return Elsewhere(
        why=f"{place} draws from {in_quotes(default.late_name)}, which is looked up at every insert", remedy=remedy
    )
