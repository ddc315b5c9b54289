"""Looks at, and moves, what other nodes of a Citus cluster have of a sequence, each through the coordinator.

Their sequences are moved by sessions of their own, outside of our transaction, as no ROLLBACK takes back a `nextval`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from msgspec.structs import replace
from psycopg import sql
from psycopg.rows import tuple_row

from seedkit.core.reports.moves import moved_report
from seedkit.core.reports.runs import SequenceReport
from seedkit.core.reports.sequences import report_sequence
from seedkit.core.sequences.node_readings import other_reading, unread
from seedkit.core.sequences.reading import SequenceReading, Unjudged, is_behind
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.core.sequences.rungs import rung_for
from seedkit.errors import SequenceError
from seedkit.postgres.sequences.node_statements import ON_WORKERS, moving_command, states_command
from seedkit.postgres.session import Session
from seedkit.postgres.transactions.lock_waits import LockWaits
from seedkit.postgres.transactions.short_transactions import short_transaction

_HINT = "Is that node there, and may this role use the sequence on it? Look at: select * from pg_dist_node;"


class _Answer(NamedTuple):
    """What a node answered to a command, an error where it did not succeed."""

    node: int
    success: bool
    result: str


def check_others(
    connection: Session, here: Sequence[SequenceReading | Unjudged], options: RepairOptions, waits: LockWaits
) -> list[SequenceReport]:
    """Judge the sequences of the other nodes by the ids that were read here; report those that are not right."""
    found = read_others(connection, here, options, waits)
    return [report for report in map(report_sequence, found) if not report.right]


def read_others(
    connection: Session, here: Sequence[SequenceReading | Unjudged], options: RepairOptions, waits: LockWaits
) -> list[SequenceReading | Unjudged]:
    """Judge the sequences of the other nodes by the ids that were read here."""
    return _read(connection, _spread(here), options, waits)


def repair_others(
    connection: Session, here: Sequence[SequenceReading | Unjudged], options: RepairOptions, waits: LockWaits
) -> list[SequenceReport]:
    """Move the sequences of the other nodes that are behind, and report those that were, or that are not right."""
    readings = _spread(here)
    first = _read(connection, readings, options, waits)
    behind, refused = _movable([found for found in first if is_behind(found)])
    reason = _moved(connection, behind, waits) if behind else {}
    again = _read(connection, readings, options, waits) if behind else first
    last = {_place(found): found for found in again}
    reports = []
    for before in first:
        after = last.get(_place(before), before)
        told = refused.get(_place(before)) or reason.get(before.node)
        report = moved_report(before, _explained(after, told) if is_behind(after) else after)
        reports += [report] if is_behind(before) or not report.right else []
    return reports


def _explained(found: SequenceReading, reason: str | None) -> SequenceReading:
    return replace(found, reason=reason or "other sessions kept it behind", hint=_HINT if reason else "Try again.")


def _spread(here: Sequence[SequenceReading | Unjudged]) -> list[SequenceReading]:
    judged = (found for found in here if isinstance(found, SequenceReading))
    return [found for found in judged if found.sequence.nodes and found.sequence.nodes.others]


def _place(found: SequenceReading | Unjudged) -> tuple[int, int | None]:
    return found.sequence.oid, found.node


def _read(
    connection: Session, here: Sequence[SequenceReading], options: RepairOptions, waits: LockWaits
) -> list[SequenceReading | Unjudged]:
    """Ask all nodes at once; of a node that does not answer, no sequence is called right."""
    if not here:
        return []
    with waits.alone() as timeout:
        answers = _asked(connection, states_command([reading.sequence for reading in here], timeout), timeout)
    found: list[SequenceReading | Unjudged] = []
    for answer in answers:
        if not answer.success:
            found += unread(here, answer.node, f"node {answer.node} says: {answer.result}", _HINT)
            continue
        states: list[Any] = json.loads(answer.result)
        told = (other_reading(each, answer.node, state, options) for each, state in zip(here, states, strict=True))
        found += [reading for reading in told if reading is not None]
    return found


def _movable(
    behind: Sequence[SequenceReading],
) -> tuple[list[SequenceReading], dict[tuple[int, int | None], str]]:
    """Leave out those that this role has no way to move, with the reason."""
    refused = {}
    for reading in behind:
        try:
            rung_for(reading, in_transaction=True)
        except SequenceError as error:
            refused[_place(reading)] = error.message
    return [reading for reading in behind if _place(reading) not in refused], refused


def _moved(connection: Session, behind: Sequence[SequenceReading], waits: LockWaits) -> dict[int | None, str]:
    """Move all at once, and give by node why one could not."""
    with waits.alone() as timeout:
        answers = _asked(connection, moving_command(behind, timeout), timeout)
    return {answer.node: answer.result for answer in answers if not answer.success}


def _asked(connection: Session, command: str, timeout: str | None) -> Iterator[_Answer]:
    with short_transaction(connection, timeout):
        asked = connection.cursor(row_factory=tuple_row).execute(ON_WORKERS.format(command=sql.Literal(command)))
        return map(_Answer._make, asked.fetchall())
