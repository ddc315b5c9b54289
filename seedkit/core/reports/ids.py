"""What is to be told of the ids in a sequence's columns: whose they are, and which of them count for nothing."""

from __future__ import annotations

from collections.abc import Iterator

from seedkit.core.reports.runs import SequenceReport
from seedkit.core.sequences.feeding import FedColumn
from seedkit.core.sequences.judgement import Verdict
from seedkit.core.sequences.nodes import node_of
from seedkit.core.sequences.reach import MOST_COUNTED
from seedkit.core.sequences.reading import SequenceReading

_MOST_NAMED = 5


def warnings_of_ids(found: SequenceReading) -> Iterator[str]:
    """Tell of ids that count for nothing, and of those between the steps of the sequence."""
    if found.beyond:
        own = found.owned_range
        end = f"its range {own}" if own and found.last_id in (own.lowest, own.highest) else f"its end {found.last_id}"
        yield f"{_counted(found.beyond)} beyond {end}, the farthest is {found.farthest}"
    if found.marker is not None:
        nearest = "no other" if found.extreme_id is None else str(found.extreme_id)
        yield f"id {found.marker} at its very end counts as a marker: the one before it is {nearest}"
    if (pool := _pool(found)) is not None:
        yield pool


def warnings_of_nodes(found: SequenceReading) -> Iterator[str]:
    """Tell of a sequence that was set into another node's range, and of ids that are none of the cluster's nodes'."""
    if found.judgement.verdict is Verdict.ASTRAY:
        yield f"it was set into the range of node {node_of(found.state.last_value)}, which gives the same ids"
    nodes = found.sequence.nodes
    strange = [(node, value) for node, value in found.elsewhere if nodes and nodes.others and node not in nodes.others]
    if strange:
        node, value = strange[-1]
        yield f"id {value} lies in the range of node {node}, which is none of this cluster"


def _counted(beyond: int) -> str:
    if beyond > MOST_COUNTED:
        return f"more than {MOST_COUNTED:,} ids lie"
    return "1 id lies" if beyond == 1 else f"{beyond:,} ids lie"


def _pool(found: SequenceReading) -> str | None:
    """Tell what an application that counts down from each value to the one before would meet."""
    state, judgement, highest = found.state, found.judgement, found.extreme_id
    last = state.base if judgement.target is None else judgement.target
    if highest is None or highest < state.minimum or not 0 < highest - last < state.increment or found.used_up:
        return None
    return (
        f"id {highest} lies between its steps (INCREMENT {state.increment}): an application that counts down from "
        f"{last + state.increment} to {last + 1}, from a pool, meets ids that are taken; "
        "fix-sequence with --margin 1 goes one step further"
    )


def shared(report: SequenceReport) -> str | None:
    """Name the other columns that the sequence feeds, the one with the highest id first, where there are any."""
    others = sorted(other_columns(report), key=lambda column: column != report.deciding)
    if not others:
        return None
    names = [f"{column} (with the highest id)" if column == report.deciding else str(column) for column in others]
    more = [f"{len(names) - _MOST_NAMED:,} more"] if len(names) > _MOST_NAMED else []
    return f"also feeds {', '.join([*names[:_MOST_NAMED], *more])}"


def other_columns(report: SequenceReport) -> list[FedColumn]:
    """List the columns that the sequence feeds besides the report's own, and not the leaves of a partitioned table."""
    return [column for column in report.columns if not column.covered and not _is_own(report, column)]


def _is_own(report: SequenceReport, column: FedColumn) -> bool:
    return (column.table, column.name) == (report.table, report.column)
