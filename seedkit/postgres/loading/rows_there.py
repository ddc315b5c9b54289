"""Refuses rows for those that are there, which no key of the table sees to: that must be new, or that mean several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from psycopg import sql

from seedkit.core.names import in_quotes
from seedkit.errors import LoadError, Origin, lines
from seedkit.postgres.connection import Connection, execute_alone
from seedkit.postgres.loading.blame import shown_row
from seedkit.postgres.loading.merging.ambiguous_rows import ambiguous_rows_statement
from seedkit.postgres.loading.merging.present_rows import present_rows_statement
from seedkit.postgres.loading.stages import Stage
from seedkit.postgres.loading.table_loads import TableLoad


def refuse_rows_there(connection: Connection, load: TableLoad, stages: Iterable[Stage]) -> None:
    """Raise LoadError for rows of a load's stages that must not be there and are, or that mean several at once.

    It names the first ten of a stage.
    """
    for stage in stages:
        if stage.refuses_present:
            _refuse(connection, load, stage, _PRESENT)
        elif stage.may_be_ambiguous:
            _refuse(connection, load, stage, _AMBIGUOUS)


class _Refusal(NamedTuple):
    """A question that gives the rows that are refused, and what is said of them."""

    question: Callable[[Stage, int], sql.Composed]
    message: str
    hint: str


_PRESENT = _Refusal(
    present_rows_statement,
    "table {} has a row like this one already, {}",
    "Take it out, or choose the columns that identify a row with the option key"
    ' and write on_conflict "update" or "skip".',
)
_AMBIGUOUS = _Refusal(
    ambiguous_rows_statement,
    "table {} has several rows that this one means, by {}",
    "It would update all of them. Choose columns that tell rows apart with the option key, or leave those that are"
    ' there alone: on_conflict "skip".',
)


def _refuse(connection: Connection, load: TableLoad, stage: Stage, refusal: _Refusal) -> None:
    from seedkit.postgres.loading.mistakes.mistake import SHOWN, Mistake, listed_below

    found = execute_alone(connection, refusal.question(stage, SHOWN + 1)).fetchall()
    places = {texts: _places(load, stage, texts) for texts in found}
    mistakes = [
        Mistake(origin=next(places[texts], None), text=shown_row(stage.recognised_by, texts)) for texts in found
    ]
    if mistakes:
        first, *others = mistakes
        raise LoadError(
            refusal.message.format(in_quotes(load.table.name), first.text),
            origin=first.origin or load.sources[0].origin,
            detail=lines(listed_below(others)) if others else None,
            hint=refusal.hint,
        )


def _places(load: TableLoad, stage: Stage, texts: Sequence[str | None]) -> Iterator[Origin]:
    """Give the places of equal rows one after the other, as the stage has them."""
    sources = (source for source in load.sources if source.on_conflict is stage.on_conflict)
    return (place for source in sources for place in source.locate_key(stage.recognised_by, texts))
