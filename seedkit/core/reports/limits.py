"""What a person should know of the limits that sequences come near to: which is nearest, and how it is moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seedkit.core.names import quote_identifier
from seedkit.core.reports.runs import SequenceReport, SequenceStatus
from seedkit.core.sequences.headroom import Share

NEAR = 0.8
"""The used share from which a limit is called near."""

_MOST_DANGEROUS = (SequenceStatus.BEHIND, SequenceStatus.EXHAUSTED, SequenceStatus.SKIPPED)


def by_danger(reports: Iterable[SequenceReport]) -> tuple[SequenceReport, ...]:
    """Sort: what is behind, exhausted or not judged, then by the used share of the nearest limit, then by name."""
    return tuple(sorted(reports, key=_danger))


def _danger(report: SequenceReport) -> tuple[object, ...]:
    rank = _MOST_DANGEROUS.index(report.status) if report.status in _MOST_DANGEROUS else len(_MOST_DANGEROUS)
    share = _nearest(report)
    return rank, -share.fraction if share else 0.0, report.table, report.column, str(report.sequence)


def nearest_limit(reports: Sequence[SequenceReport]) -> SequenceReport | None:
    """Pick the sequence nearest to its end that is not there yet, if one is near at all."""
    near = [report for report in reports if is_near(report) and report.status is not SequenceStatus.EXHAUSTED]
    return min(near, key=_danger_of_limit, default=None)


def _danger_of_limit(report: SequenceReport) -> tuple[object, ...]:
    return _danger(report)[1:]


def is_near(report: SequenceReport) -> bool:
    """Whether more than 80 % of the nearest limit is used."""
    share = _nearest(report)
    return share is not None and share.fraction > NEAR


def limit_name(report: SequenceReport) -> str:
    """Name what the nearest limit is one of, and the column where it is another than the report's."""
    room = report.headroom
    if room is None or room.nearest is None:
        return ""
    elsewhere = (room.narrowest.table, room.narrowest.name) != (report.table, report.column)
    return f"{room.nearest_name} ({room.narrowest})" if room.by_column and elsewhere else room.nearest_name


def limit_sentence(report: SequenceReport) -> str:
    """Tell how near the limit is: orders.id has used 93.1 % of integer, 147,483,647 values are left."""
    share = _nearest(report)
    if share is None:
        return ""
    left = "1 value is left" if share.left == 1 else f"{share.left:,} values are left"
    return f"{report.table}.{report.column} has used {share.percent} of {limit_name(report)}, {left}"


def advice(report: SequenceReport) -> str | None:
    """Say what to do: the report's own hint, or how to make room before a limit that is near."""
    return report.hint or (widening(report) if is_near(report) else None)


def widening(report: SequenceReport) -> str | None:
    """Write down what moves the nearest limit, None where nothing does.

    `no maxvalue` besides `as bigint`, as PostgreSQL keeps a bound that is not the old type's own.
    """
    room = report.headroom
    if room is None or room.nearest is None or room.nearest.limit in (2**63 - 1, -(2**63)):
        return None
    bound = "maxvalue" if room.ascending else "minvalue"
    sequence = f"alter sequence {report.sequence} as bigint no {bound};"
    if not room.by_column:
        return sequence
    column = room.narrowest
    if column.spelled:
        return f"Widen the padding in what spells {column}: a number of more digits is cut."
    table = f"alter table {column.table} alter column {quote_identifier(column.name)} type"
    both = f" {sequence}" if room.sequence is not None and room.sequence.limit == room.nearest.limit else ""
    if column.type_name.startswith("numeric"):
        return f"{table} numeric;{both}"
    return f"{table} bigint;{both}  (rewrites the table under a lock; columns that refer to it need it too)"


def _nearest(report: SequenceReport) -> Share | None:
    return report.headroom.nearest if report.headroom else None
