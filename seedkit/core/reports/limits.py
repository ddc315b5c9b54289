"""What a person should know of the limits that sequences come near to: which is nearest, and how it is moved."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from seedkit.core.names import column_of, quote_identifier
from seedkit.core.reports.runs import SeedReport, SequenceReport, SequenceStatus
from seedkit.core.sequences.feeding import FedColumn
from seedkit.core.sequences.headroom import Headroom, Share, limited_range

NEAR = 0.8
"""The used share from which a limit is called near."""

_ENDS_OF_BIGINT = (2**63 - 1, -(2**63))

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
    return f"{column_of(report.table, report.column)} has used {share.percent} of {limit_name(report)}, {left}"


def notes_on_label_ids(report: SeedReport) -> list[str]:
    """Tell how many ids are left where they come from labels, spread over half of the integers."""
    return [
        f"{sentence}: its ids are made from labels"
        for sequence in report.sequences
        if sequence.table in report.ids_from_labels and (sentence := limit_sentence(sequence))
    ]


def advice(report: SequenceReport) -> str | None:
    """Say what to do: the report's own hint, or how to make room before a limit that is near."""
    if report.hint or not is_near(report):
        return report.hint
    share = _nearest(report)
    return widening(report, f"it then goes on beyond {share.limit}" if share else None)


def widening(report: SequenceReport, effect: str | None = None) -> str | None:
    """Write down what moves the nearest limit, None where nothing does; and behind `--` what else that would do.

    `no maxvalue` besides `as bigint`, as PostgreSQL keeps a bound that is not the old type's own. A sequence never gets
    a wider end than its columns have; where each node of a cluster has one, none is altered.
    """
    room = report.headroom
    if report.node is not None or room is None or room.nearest is None or room.nearest.limit in _ENDS_OF_BIGINT:
        return None
    effect = _past_all(report) if report.ids_beyond else effect
    if room.by_column:
        return _with_columns(report, room, effect)
    if room.ranged:
        return None
    if room.column is None or room.column.limit in _ENDS_OF_BIGINT:
        return _with_effects(_unbounded(report, room), effect)
    if room.column.fraction > NEAR:
        return _with_columns(report, room, effect)
    return _up_to_the_column(report, room, room.column.limit, effect)


def _past_all(report: SequenceReport) -> str:
    return f"a repair then moves it past id {report.farthest_id}, which lies beyond its end now"


def _unbounded(report: SequenceReport, room: Headroom) -> str:
    return f"alter sequence {report.sequence} as bigint no {_far_bound(room)};"


def _far_bound(room: Headroom) -> str:
    return "maxvalue" if room.ascending else "minvalue"


def _up_to_the_column(report: SequenceReport, room: Headroom, limit: int, effect: str | None) -> str:
    """Let a sequence run to the end of the narrowest column and no further, which rewrites no table."""
    column = room.narrowest
    reached = report.farthest_id is None or abs(report.farthest_id) < abs(limit)
    effects = [f"the end of {column.type_name}, the type of {column}", effect if reached else None]
    return _with_effects(f"alter sequence {report.sequence} as bigint {_far_bound(room)} {limit};", *effects)


def _with_columns(report: SequenceReport, room: Headroom, effect: str | None) -> str:
    """Widen columns, and the sequence with them where it would end as soon, or sooner."""
    if room.narrowest.padded:
        return f"Widen the padding in what spells {room.narrowest}: a number of more digits is cut."
    together = room.sequence is not None and room.sequence.left <= (room.column.left if room.column else 0)
    narrow = _narrow_columns(report, room, all_of_them=together)
    statements = [
        f"alter table {column.table} alter column {quote_identifier(column.name)} type {_wide_type(column)};"
        for column in narrow
    ]
    effects = [
        "rewrites the table under a lock; columns that refer to it need it too"
        if any(_wide_type(column) == "bigint" for column in narrow)
        else None,
        effect,
    ]
    sequence = [_unbounded(report, room)] if together and not room.ranged else []
    return _with_effects(" ".join([*statements, *sequence]), *effects)


def _narrow_columns(report: SequenceReport, room: Headroom, *, all_of_them: bool) -> list[FedColumn]:
    """List the columns that end with the narrowest, or all that end before bigint does."""
    ends = {column: held for column in report.columns if not column.covered and (held := limited_range(column))}
    nearest = limited_range(room.narrowest)
    narrow = [column for column, held in ends.items() if held == nearest or all_of_them]
    return [column for column in narrow if column.type_name != "bigint"] or [room.narrowest]


def _wide_type(column: FedColumn) -> str:
    if column.spelled:
        return "text"
    return "numeric" if column.type_name.startswith("numeric") else "bigint"


def _with_effects(statements: str, *effects: str | None) -> str:
    told = "; ".join(effect for effect in effects if effect)
    return f"{statements}  -- {told}" if told else statements


def _nearest(report: SequenceReport) -> Share | None:
    return report.headroom.nearest if report.headroom else None
