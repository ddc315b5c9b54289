"""Puts what was found out about a sequence into the words of a report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from seedkit.core.reports.ids import shared, warnings_of_ids, warnings_of_nodes
from seedkit.core.reports.limits import advice
from seedkit.core.reports.links import owner_hint, remarks_on_links
from seedkit.core.reports.remedies import remedy, remedy_for_narrow
from seedkit.core.reports.runs import RepairReport, SequenceReport, SequenceStatus
from seedkit.core.reports.standby import ASK_PRIMARY, ON_STANDBY
from seedkit.core.sequences.feeding import FedColumn, UnresolvedDefault
from seedkit.core.sequences.headroom import Headroom, headroom
from seedkit.core.sequences.ids import whole_range
from seedkit.core.sequences.judgement import Verdict
from seedkit.core.sequences.reading import SequenceReading, Unjudged

_STATUS = {
    Verdict.IN_STEP: SequenceStatus.IN_STEP,
    Verdict.AHEAD: SequenceStatus.AHEAD,
    Verdict.BEHIND: SequenceStatus.BEHIND,
    Verdict.ASTRAY: SequenceStatus.BEHIND,
    Verdict.EXHAUSTED: SequenceStatus.EXHAUSTED,
    Verdict.OUT_OF_RANGE: SequenceStatus.EXHAUSTED,
}


_BY_HAND = "Naming a sequence would not help: its ids are no values of one. How they are made, the source says."


def report_sequence(found: SequenceReading | Unjudged) -> SequenceReport:
    """Report one sequence as it stands, under the first column that it feeds."""
    asked = found.sequence.columns[0]
    report = SequenceReport(
        table=asked.table,
        column=asked.name,
        sequence=found.sequence.name,
        status=SequenceStatus.SKIPPED,
        columns=found.sequence.columns,
        node=found.node,
    )
    if isinstance(found, Unjudged):
        return replace(report, reason=found.reason, hint=found.hint, removable=found.removable)
    if found.doubtful:
        return replace(
            report, highest_id=found.extreme_id, deciding=found.deciding, reason=ON_STANDBY, hint=ASK_PRIMARY
        )
    report = replace(
        report,
        status=_STATUS[found.judgement.verdict],
        next_value_before=found.state.next_value,
        next_value=found.state.next_value,
        highest_id=found.extreme_id,
        deciding=found.deciding,
        ids_beyond=found.beyond,
        farthest_id=found.farthest,
        reason=found.reason,
        hint=found.hint,
        warning=warning_on(found),
        headroom=_headroom(found),
        indexed=all(column.indexed and not column.spelled for column in found.sequence.columns if not column.covered),
    )
    return _with_reason(_with_owner(report, found), found)


def _headroom(found: SequenceReading) -> Headroom | None:
    """Measure what is used; of a sequence that has to go back, only the way back will tell."""
    if found.judgement.verdict is Verdict.ASTRAY:
        return None
    return headroom(found.state, found.extreme_id, found.sequence.columns, found.owned_range)


def _with_owner(report: SequenceReport, found: SequenceReading) -> SequenceReport:
    """Say how a sequence gets an owner that draws from it, beside how it gets room where it needs that as well."""
    owner = owner_hint(found.sequence)
    if owner is None or report.hint is not None:
        return report
    return replace(report, hint=f"{advice(report) or ''} {owner}".strip())


def warning_on(found: SequenceReading, *, discarded: bool = False) -> str | None:
    """Tell what is true of a sequence though its next value is free, or None.

    `discarded` says that other sessions have lost what they held of its CACHE.
    """
    state, told = found.state, []
    if found.extreme_id is not None and state.cycle and _may_have_wrapped(found):
        told.append(f"it may have started again (CYCLE): ids from {state.near_end} on may be taken")
    if found.extreme_id is not None and state.is_called and state.cache > 1 and not discarded:
        told.append(f"CACHE {state.cache}: other sessions may still give out lower values that they hold")
    told += (*warnings_of_ids(found), *warnings_of_nodes(found))
    hidden = dict.fromkeys(column.table for column in found.sequence.columns if column.row_security)
    told += [f"row-level security may hide rows of {table} from this role: the rest was not judged" for table in hidden]
    told += [
        f"{column} {_uncompared(column)} was not compared" for column in found.sequence.columns if not column.tells
    ]
    return "; ".join([*told, *remarks_on_links(found.sequence)]) or None


def _uncompared(column: FedColumn) -> str:
    return f"({column.type_name})" if column.entitled else "(its owner has no right to the sequence)"


def _may_have_wrapped(found: SequenceReading) -> bool:
    state, steps = found.state, found.judgement.steps
    starts_again = state.next_value == state.near_end and state.is_called
    return starts_again or steps > 0 or found.judgement.verdict is Verdict.EXHAUSTED


def report_unresolved(found: UnresolvedDefault) -> SequenceReport:
    """Report a column whose sequence can't be known: never as right."""
    return SequenceReport(
        table=found.table,
        column=found.column,
        sequence=found.owned,
        status=SequenceStatus.SKIPPED,
        reason=found.reason,
        hint=_how_to_name(found),
    )


def _how_to_name(found: UnresolvedDefault) -> str:
    if found.computed:
        return _BY_HAND
    if found.late_name is not None and not found.candidates:
        return "Create that sequence, or change the default."
    only = found.candidates[0].qualified if len(found.candidates) == 1 else None
    named = (found.owned if found.late_name is None else only) or "SEQUENCE"
    return f"If a sequence feeds it, name it: seedkit fix-sequence {found.table} {found.column} {named}"


def _with_reason(report: SequenceReport, found: SequenceReading) -> SequenceReport:
    verdict, limit = found.judgement.verdict, _limit(report, found)
    if verdict is Verdict.OUT_OF_RANGE:
        return replace(report, reason=f"id {found.extreme_id} is past {limit}", hint=remedy(report, found))
    if verdict is Verdict.EXHAUSTED:
        return replace(report, reason=_why_exhausted(found, limit), hint=remedy(report, found))
    return replace(report, hint=report.hint or remedy_for_narrow(report, found))


def _why_exhausted(found: SequenceReading, limit: str) -> str:
    if found.used_up and found.marker is not None:
        return f"nothing is left before id {found.marker}, a marker at its very end"
    if found.used_up:
        return f"{limit} is used up"
    if found.state.cycle and found.last_id == found.state.far_end:
        told = f"it starts again after {limit} (CYCLE) and may have done so"
    elif found.margin and replace(found, margin=0).judgement.verdict is not Verdict.EXHAUSTED:
        told = f"a margin of {found.margin} does not fit between id {found.extreme_id} and {limit}"
    else:
        told = f"after id {found.extreme_id} nothing is left before {limit}"
    return f"{told}; it was left where it is"


def _limit(report: SequenceReport, found: SequenceReading) -> str:
    """Name the last id that can be given: the sequence's own limit, or that of the narrowest column."""
    last = found.last_id
    if last == found.state.far_end or report.headroom is None:
        return f"its limit {last}"
    if found.owned_range and last in (found.owned_range.lowest, found.owned_range.highest):
        return f"{last}, the end of its range"
    column = report.headroom.narrowest
    if column.spelled:
        return f"{last}, the limit of {column.limited_by}"
    return f"{last}, the limit of {column.type_name}, the type of {column}"


def sequence_summary(reports: Sequence[SequenceReport]) -> str:
    """Count by status, what is ahead as in step: 2 sequences in step; or 2 sequences: 1 in step, 1 behind."""
    counts = {status: sum(report.status is status for report in reports) for status in SequenceStatus}
    counts[SequenceStatus.IN_STEP] += counts.pop(SequenceStatus.AHEAD)
    present = {status: count for status, count in counts.items() if count}
    sequences = counted(len(reports), "sequence")
    if len(present) <= 1:
        return " ".join([sequences, *present])
    return f"{sequences}: {', '.join(f'{count:,} {status}' for status, count in present.items())}"


def repair_summary(report: RepairReport) -> str:
    """Count by status, and then what nothing links to a column; no sequence at all is told as well."""
    unlinked = f"{counted(len(report.unlinked), 'sequence')} unlinked"
    if not report.sequences:
        return unlinked if report.unlinked else "no column of a table draws from a sequence"
    return (
        f"{sequence_summary(report.sequences)}; {unlinked}" if report.unlinked else sequence_summary(report.sequences)
    )


def by_table(reports: Iterable[SequenceReport]) -> tuple[SequenceReport, ...]:
    """Sort reports by table, then by sequence."""
    return tuple(sorted(reports, key=lambda report: (report.table, str(report.sequence))))


def notes(report: SequenceReport) -> list[str]:
    """Tell what `check` has to say beside the figures."""
    told = [told for told in (report.reason, report.warning, shared(report)) if told]
    return told if report.indexed else [*told, "no index: scanned the whole table"]


def counted(count: int, noun: str) -> str:
    """Count a noun.

    >>> counted(1, "table"), counted(2_000, "table")
    ('1 table', '2,000 tables')
    """
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def why_unjudgeable(column: FedColumn, *, by_visible_rows: bool = False) -> str | None:
    """Say what keeps a column's highest id from being known, or None.

    Row-level security hides rows from max() without a word, so a quiet answer would be worth nothing; what it leaves
    visible is enough only for one who has written it and adds that the rest was not judged.
    """
    if column.row_security and not by_visible_rows:
        return f"row-level security may hide rows of {column.table} from this role, so its highest id can't be known"
    if not column.readable:
        return f"this role may not read {column}"
    if column.strange_leaves:
        return (
            f"some rows of {column.table} are in foreign tables of other roles, whom a superuser's reading would serve"
        )
    return _why_silent(column)


def _why_silent(column: FedColumn) -> str | None:
    if column.without_contents:
        return f"{column} or its sequence is unlogged, and has no contents on a standby"
    if not column.entitled:
        owner = f"the owner of {column.table}{f' or of {column.function}' if column.function else ''}"
        return f"{owner} has no right to the sequence, so its ids count for nothing"
    if whole_range(column.type_name) is None and not column.spelled:
        return f"{column} is of type {column.type_name}, whose highest value says nothing about a sequence"
    if column.computed or column.held is None:
        by = f" by {column.function}" if column.function else ""
        told = f"{column} is computed from the sequence's values{by}"
        return f"{told}, so its highest value says nothing about the sequence"
    return None
