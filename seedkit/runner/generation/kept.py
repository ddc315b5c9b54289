"""Says what was kept of a run that has ended early, and how to go on; and which numbers are used up all the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from seedkit.core.names import TableName
from seedkit.core.reports.columns import few
from seedkit.core.reports.runs import SequenceReport
from seedkit.core.reports.sequences import counted
from seedkit.errors import InterruptedRunError, SeedkitError

_MANY = 10_000
"""So many numbers are worth a word."""


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


@contextmanager
def telling_what_stays_moved(moved: Sequence[SequenceReport]) -> Iterator[None]:
    """Have what ends a run say how far sequences were moved ahead of its rows: PostgreSQL takes no move back."""
    try:
        yield
    except KeyboardInterrupt:
        if not (far := _far(moved)):
            raise
        raise InterruptedRunError(detail=_used_up(far), hint=_back(far)) from None
    except SeedkitError as error:
        if far := _far(moved):
            error.detail = " ".join(filter(None, [error.detail, f"({_used_up(far)})"]))
            error.hint = " ".join(filter(None, [error.hint, _back(far)]))
        raise


def _far(moved: Sequence[SequenceReport]) -> list[SequenceReport]:
    return [report for report in moved if abs((report.highest_id or 0) - (report.next_value_before or 0)) >= _MANY]


def _used_up(far: Sequence[SequenceReport]) -> str:
    moves = few([f"{report.sequence} from {report.next_value_before} past {report.highest_id}" for report in far])
    return f"sequences stay moved: {moves}"


def _back(far: Sequence[SequenceReport]) -> str:
    back = " ".join(f"alter sequence {report.sequence} restart with {report.next_value_before};" for report in far)
    return f"If nobody has drawn from it since: {back}"
