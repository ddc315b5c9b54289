"""Refuses rows that are there already, where the author wants them to be new and no key of the table sees to it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from seedkit.core.names import in_quotes
from seedkit.errors import LoadError, Origin, lines
from seedkit.postgres.connection import Connection, execute_alone
from seedkit.postgres.loading.blame import shown_row
from seedkit.postgres.loading.merging.present_rows import present_rows_statement
from seedkit.postgres.loading.stages import Stage
from seedkit.postgres.loading.table_loads import TableLoad


def refuse_rows_there(connection: Connection, load: TableLoad, stages: Iterable[Stage]) -> None:
    """Raise LoadError for rows of a load's stages that must not be there and are; it names the first ten of a stage."""
    for stage in stages:
        if stage.refuses_present:
            _refuse(connection, load, stage)


def _refuse(connection: Connection, load: TableLoad, stage: Stage) -> None:
    from seedkit.postgres.loading.mistakes.mistake import SHOWN, Mistake, listed_below

    found = execute_alone(connection, present_rows_statement(stage, SHOWN + 1)).fetchall()
    places = {texts: _places(load, stage, texts) for texts in found}
    mistakes = [
        Mistake(origin=next(places[texts], None), text=shown_row(stage.recognised_by, texts)) for texts in found
    ]
    if mistakes:
        first, *others = mistakes
        raise LoadError(
            f"table {in_quotes(load.table.name)} has a row like this one already, {first.text}",
            origin=first.origin or load.sources[0].origin,
            detail=lines(listed_below(others)) if others else None,
            hint="Take it out, or choose the columns that identify a row with the option key"
            ' and write on_conflict "update" or "skip".',
        )


def _places(load: TableLoad, stage: Stage, texts: Sequence[str | None]) -> Iterator[Origin]:
    """Give the places of equal rows one after the other, as the stage has them."""
    sources = (source for source in load.sources if source.on_conflict is stage.on_conflict)
    return (place for source in sources for place in source.locate_key(stage.recognised_by, texts))
