"""Says of a key that is taken that a trigger may have drawn it, where the run has moved no sequence past its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from seedkit.errors import SeedkitError
from seedkit.runner.generation.planning.planned import CountPlan
from seedkit.runner.generation.request import GenerationRequest

_UNIQUE_VIOLATION = "23505"
_DRY_TRIGGER = (
    "A dry run moves no sequence, as PostgreSQL takes no move back: a trigger that draws from one may meet ids of the "
    "rows that are generated. Without --dry-run sequences are past these before the first row."
)
_TRIGGER_OF_OUT = (
    "With --out no sequence is moved, as PostgreSQL takes no move back: a trigger that draws from one may meet ids of "
    "the rows that are generated. Fill a scratch database, and dump that."
)


@contextmanager
def telling_of_triggers(request: GenerationRequest, plan: CountPlan, group: Sequence[int]) -> Iterator[None]:
    """Say of an error that a key is taken what it may come from."""
    try:
        yield
    except SeedkitError as error:
        if getattr(error.__cause__, "sqlstate", None) == _UNIQUE_VIOLATION:
            error.hint = " ".join(filter(None, [error.hint, *said_of_triggers(request, plan, group)]))
        raise


def said_of_triggers(request: GenerationRequest, plan: CountPlan, group: Sequence[int]) -> tuple[str, ...]:
    """Say what may be the matter, where a trigger of one of some tables may draw from a sequence that was not moved."""
    tables = (plan.tables[oid] for oid in group)
    if not request.takes_back or not any(table.row_triggers or table.statement_triggers for table in tables):
        return ()
    return (_DRY_TRIGGER if request.dry_run else _TRIGGER_OF_OUT,)
