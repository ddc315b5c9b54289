"""Says what was kept of a run that has ended early, and how to go on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from seedkit.core.names import TableName
from seedkit.core.reports.columns import few
from seedkit.core.reports.sequences import counted
from seedkit.errors import InterruptedRunError, SeedkitError


@contextmanager
def telling_what_was_kept(kept: Counter[TableName], command: Callable[[], str]) -> Iterator[None]:
    """Have whatever ends a run say which rows of it were committed by then, and the command that goes on."""
    try:
        yield
    except KeyboardInterrupt:
        if not kept:
            raise
        raise InterruptedRunError(detail=_told(kept), hint=_goes_on(command())) from None
    except SeedkitError as error:
        if kept:
            error.detail = " ".join(filter(None, [error.detail, f"({_told(kept)})"]))
            error.hint = " ".join(filter(None, [error.hint, _goes_on(command())]))
        raise


def _told(kept: Counter[TableName]) -> str:
    rows = few([f"{counted(rows, 'row')} of {table}" for table, rows in kept.items()])
    return f"kept: {rows}"


def _goes_on(command: str) -> str:
    return f"`{command}` goes on where this ended."
