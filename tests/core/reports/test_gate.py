from __future__ import annotations

import pytest
from msgspec.structs import replace

from seedkit.core.names import QualifiedName, SequenceName, TableName
from seedkit.core.reports.gate import failed_by, gate_lines, gated
from seedkit.core.reports.gate_rules import Gate, IgnoreRule, matches, typed_conditions
from seedkit.core.reports.runs import RepairReport, SequenceReport, SequenceStatus, ServerIdentity
from seedkit.core.sequences.feeding import FedColumn
from seedkit.core.sequences.headroom import headroom
from seedkit.core.sequences.state import SequenceState
from seedkit.core.sequences.unlinked import UnlinkedSequence

SERVER = ServerIdentity(version="18.6", database="shop", host="localhost", port=5432, user="app")
ORDERS = TableName("public", "orders")


def a_report(
    last_value: int = 90, status: SequenceStatus = SequenceStatus.IN_STEP, *, cycle: bool = False
) -> SequenceReport:
    """A sequence that ends at 100."""
    column = FedColumn(table_oid=1, table=ORDERS, name="id", type_name="integer")
    state = SequenceState(last_value=last_value, is_called=True, maximum=100, cycle=cycle)
    return SequenceReport(
        table=ORDERS,
        column="id",
        sequence=SequenceName("public", "orders_id_seq"),
        status=status,
        headroom=headroom(state, None, [column]),
        columns=(column,),
    )


def a_check(*sequences: SequenceReport, fail_on: str) -> RepairReport:
    return RepairReport(server=SERVER, sequences=sequences, fail_on=typed_conditions([fail_on]))


@pytest.mark.parametrize(
    ("report", "fails"),
    [
        (a_report(89), False),
        (a_report(90), True),
        (a_report(90, SequenceStatus.BEHIND), True),
        (a_report(100, SequenceStatus.EXHAUSTED, cycle=True), True),
        (a_report(99, cycle=True), False),
        (replace(a_report(), headroom=None, status=SequenceStatus.SKIPPED), False),
    ],
    ids=["less", "as much", "behind as well", "exhausted", "starts over", "not judged"],
)
def test_a_limit_is_near_from_the_percentage_on(report: SequenceReport, *, fails: bool) -> None:
    assert bool(failed_by(a_check(report, fail_on="near-limit=90"))) is fails


@pytest.mark.parametrize("status", SequenceStatus)
def test_behind_is_all_that_the_next_insert_may_fail_on(status: SequenceStatus) -> None:
    """§7 `--fail-on behind`, which is the default, fails by what is behind, exhausted or not judged."""
    report = a_check(a_report(5, status), fail_on="behind")

    assert bool(failed_by(report)) is (status in {"behind", "exhausted", "skipped"})


def test_the_first_of_many_is_named_and_the_rest_counted():
    reports = [a_report(95), a_report(5, SequenceStatus.BEHIND), a_report(5, SequenceStatus.SKIPPED)]

    lines = gate_lines(a_check(*reports, fail_on="near-limit=90,behind"))

    assert lines == [
        "fails by near-limit=90: orders.id has used 95.0 % of the sequence, 5 values are left",
        "fails by behind: orders.id is behind; and 1 more",
    ]


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("users", QualifiedName("public", "users")),
        ("public.users", QualifiedName("public", "users")),
        ("*.users", QualifiedName("sales", "users")),
        ('sales."Order Items"', QualifiedName("sales", "Order Items")),
        ('"[UV]sers"', QualifiedName("public", "Users")),
    ],
)
def test_a_pattern_is_held_against_the_name_as_it_is_shown_or_with_its_schema(
    pattern: str, name: QualifiedName
) -> None:
    assert matches(pattern, name)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("users", QualifiedName("sales", "users")),
        ("a.b", QualifiedName("public", "a.b")),
        ("USERS", QualifiedName("public", "users")),
        ("*", None),
    ],
)
def test_a_pattern_matches_no_name_but_its_own(pattern: str, name: QualifiedName | None) -> None:
    assert not matches(pattern, name)


def unlinked(name: str) -> UnlinkedSequence:
    return UnlinkedSequence(name=SequenceName("public", name))


def test_unlinked_sequences_fail_a_check_that_is_to_fail_on_them():
    """§7 `--fail-on unlinked` fails the check where a sequence is linked to no column; by default none of them does."""
    report = replace(a_check(fail_on="unlinked"), unlinked=(unlinked("stream"), unlinked("other")))

    assert gate_lines(report) == ["fails by unlinked: nothing links stream to a column; and 1 more"]
    assert not failed_by(replace(report, fail_on=typed_conditions(None)))


def test_an_unlinked_sequence_is_ignored_by_its_own_name_alone():
    rules = (
        IgnoreRule(number=1, sequence="stream*", reason="drawn by the reader"),
        IgnoreRule(number=2, table="*", reason="no table"),
    )
    found = replace(a_check(fail_on="unlinked"), unlinked=(unlinked("streams"), unlinked("other")))

    report = gated(found, Gate(ignore=rules), whole=True)

    assert [(each.column, str(each.sequence), each.status) for each in report.ignored] == [
        (None, "streams", "unlinked")
    ]
    assert ([str(each.name) for each in report.unlinked], report.idle_rules) == (["other"], rules[1:])


def test_what_two_entries_match_leaves_neither_idle():
    rules = tuple(IgnoreRule(number=number, table="orders", reason=f"why {number}") for number in (1, 2))

    report = gated(a_check(a_report(), fail_on="behind"), Gate(ignore=rules), whole=True)

    assert ([each.reason for each in report.ignored], report.idle_rules) == (["why 1"], ())
