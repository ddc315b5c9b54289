"""Holds a report against the rules of a gate: what is taken out of it, and what fails it."""

from __future__ import annotations

from msgspec.structs import replace

from seedkit.core.names import column_of, quote_identifier
from seedkit.core.reports.gate_rules import FAIL_ON_BEHIND, Condition, FailOn, Gate, IgnoreRule, all_match, matches
from seedkit.core.reports.limits import limit_sentence
from seedkit.core.reports.runs import IgnoredSequence, RepairReport, SequenceReport, SequenceStatus
from seedkit.core.reports.sequences import counted, repair_summary, sequence_summary
from seedkit.core.sequences.unlinked import UnlinkedSequence


def gated(report: RepairReport, gate: Gate, *, whole: bool) -> RepairReport:
    """Take what is ignored out of what counts; name the entries that match nothing, where it is a `whole` database."""
    ignored, used = [], set()
    everything: tuple[SequenceReport | UnlinkedSequence, ...] = (*report.sequences, *report.unlinked)
    for found in everything:
        rules = [rule for rule in gate.ignore if _is_meant(rule, found)]
        used.update(rules)
        if rules:
            ignored.append(IgnoredSequence(found=found, reason=rules[0].reason))
    left_out = {id(each.found) for each in ignored}
    return replace(
        report,
        sequences=tuple(each for each in report.sequences if id(each) not in left_out),
        unlinked=tuple(each for each in report.unlinked if id(each) not in left_out),
        ignored=tuple(ignored),
        idle_rules=tuple(rule for rule in gate.ignore if whole and rule not in used),
        fail_on=gate.fail_on,
    )


def _is_meant(rule: IgnoreRule, report: SequenceReport | UnlinkedSequence) -> bool:
    """Whether an entry matches a sequence and all columns that it feeds: those of others are not to be ignored."""
    if isinstance(report, UnlinkedSequence):
        return rule.table is None and matches(rule.sequence, report.name)
    fed = [(column.table, column.name) for column in report.columns if not column.covered]
    fed = fed or [(report.table, report.column)]
    return (
        matches(rule.sequence, report.sequence)
        and all(matches(rule.table, table) for table, _ in fed)
        and all_match(rule.column, [quote_identifier(column) for _, column in fed])
    )


def failed_by(report: RepairReport) -> tuple[FailOn, ...]:
    """List the conditions that fail the check."""
    return tuple(condition for condition in report.fail_on if _failing(report, condition))


def gate_lines(report: RepairReport) -> list[str]:
    """Tell what fails the check where conditions were named, and what is wrong that none of them asks for."""
    if report.fail_on == FAIL_ON_BEHIND:
        return []
    told = [
        f"fails by {condition}: {_first_of(failing)}"
        for condition in report.fail_on
        if (failing := _failing(report, condition))
    ]
    wrong = [sequence for sequence in report.sequences if not sequence.right]
    if wrong and not set(FAIL_ON_BEHIND) & set(report.fail_on):
        asked = ",".join(map(str, report.fail_on))
        told.append(f"passed over by --fail-on {asked}: {sequence_summary(wrong)}")
    return told


def idle_notes(report: RepairReport) -> list[str]:
    """Tell the entries of the ignore list that match nothing."""
    return [f"nothing matches {rule}: it can be taken out" for rule in report.idle_rules]


def check_summary(report: RepairReport) -> str:
    """Count by status, and apart from that what is ignored, which is neither right nor wrong."""
    if not report.ignored:
        return repair_summary(report)
    if not report.sequences and not report.unlinked:
        return f"{counted(len(report.ignored), 'sequence')} ignored"
    return f"{repair_summary(report)}; {len(report.ignored):,} ignored"


def _failing(report: RepairReport, fail_on: FailOn) -> list[str]:
    """Say of all that a condition fails on what is wrong with it."""
    if fail_on.condition is Condition.BEHIND:
        wrong = [each for each in report.sequences if not each.right]
        return [f"{column_of(each.table, each.column)} is {_state(each)}" for each in wrong]
    if fail_on.condition is Condition.UNLINKED:
        return [f"nothing links {each.name} to a column" for each in report.unlinked]
    return [_limit_told(each) for each in report.sequences if _has_used(each, fail_on.percent or 0)]


def _state(report: SequenceReport) -> str:
    return "not judged" if report.status is SequenceStatus.SKIPPED else report.status


def _limit_told(report: SequenceReport) -> str:
    return limit_sentence(report) or f"{column_of(report.table, report.column)} is {report.status}"


def _has_used(report: SequenceReport, percent: int) -> bool:
    """Whether so much of the nearest limit is used, in whole numbers; one that could not be judged has used none."""
    if report.status is SequenceStatus.EXHAUSTED:
        return True
    share = report.headroom.nearest if report.headroom else None
    return share is not None and share.used * 100 >= percent * share.total


def _first_of(told: list[str]) -> str:
    return told[0] if len(told) == 1 else f"{told[0]}; and {len(told) - 1:,} more"
