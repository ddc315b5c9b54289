from __future__ import annotations

from typing import Any

import pytest

from seedkit.core.names import SequenceName, TableName
from seedkit.core.reports.limits import advice, by_danger, limit_name, limit_sentence, nearest_limit, widening
from seedkit.core.reports.runs import SequenceReport, SequenceStatus
from seedkit.core.sequences.feeding import FedColumn
from seedkit.core.sequences.headroom import headroom
from seedkit.core.sequences.state import SequenceState

INTEGER, BIGINT = 2**31 - 1, 2**63 - 1


def a_report(
    table: str = "orders",
    last_value: int = 41,
    status: SequenceStatus = SequenceStatus.IN_STEP,
    *,
    types: tuple[str, ...] = ("integer",),
    maximum: int = BIGINT,
    **facts: Any,
) -> SequenceReport:
    """A sequence that feeds `id` of the table, and of others if there are more types."""
    names = [table, *(f"{table}_{number}" for number in range(1, len(types)))]
    columns = [
        FedColumn(table_oid=1, table=TableName("public", name), name="id", type_name=type_name)
        for name, type_name in zip(names, types, strict=True)
    ]
    state = SequenceState(last_value=last_value, is_called=True, maximum=maximum)
    return SequenceReport(
        table=columns[0].table,
        column="id",
        sequence=SequenceName("public", f"{table}_id_seq"),
        status=status,
        next_value=state.next_value,
        headroom=headroom(state, None, columns),
        **facts,
    )


def not_judged(table: str) -> SequenceReport:
    return SequenceReport(
        table=TableName("public", table), column="id", sequence=None, status=SequenceStatus.SKIPPED, reason="why"
    )


def test_what_is_wrong_comes_first_and_then_what_is_nearest_to_its_limit():
    found = [
        a_report("calm", 5),
        a_report("nearly_full", 2_000_000_000),
        a_report("also_calm", 5),
        not_judged("hidden"),
        a_report("full", INTEGER, SequenceStatus.EXHAUSTED),
        a_report("late", 1, SequenceStatus.BEHIND),
        a_report("late_and_nearly_full", 2_000_000_000, SequenceStatus.BEHIND),
    ]

    names = [report.table.name for report in by_danger(found)]

    assert names == ["late_and_nearly_full", "late", "full", "hidden", "nearly_full", "also_calm", "calm"]


def test_the_nearest_limit_is_told_from_eighty_percent_on():
    calm, near, nearer = a_report("a", 1_700_000_000), a_report("b", 1_800_000_000), a_report("c", 2_000_000_000)

    assert nearest_limit([calm]) is None
    assert nearest_limit([calm, near, nearer]) is nearer


def test_a_limit_that_is_reached_is_not_called_near():
    assert nearest_limit([a_report(last_value=INTEGER, status=SequenceStatus.EXHAUSTED)]) is None


def test_a_sentence_tells_the_share_the_limit_and_what_is_left():
    sentence = limit_sentence(a_report(last_value=2_000_000_000))

    assert sentence == "orders.id has used 93.1 % of integer, 147,483,647 values are left"


def test_another_column_that_is_narrower_is_named():
    assert limit_name(a_report(types=("bigint", "integer"))) == "integer (orders_1.id)"


@pytest.mark.parametrize(
    ("types", "maximum", "statements"),
    [
        (
            ("integer",),
            INTEGER,
            "alter table orders alter column id type bigint; alter sequence orders_id_seq as bigint",
        ),
        (("integer",), BIGINT, "alter table orders alter column id type bigint;  -- rewrites"),
        (("bigint",), INTEGER, "alter sequence orders_id_seq as bigint no maxvalue;"),
        (("numeric(5,0)",), BIGINT, "alter table orders alter column id type numeric;"),
        (("bigint", "integer"), BIGINT, "alter table orders_1 alter column id type bigint;  -- rewrites"),
    ],
)
def test_room_is_made_where_the_nearest_limit_is(types, maximum, statements):
    made = widening(a_report(types=types, maximum=maximum))

    assert made is not None
    assert made.startswith(statements)


def test_nothing_is_wider_than_bigint():
    assert widening(a_report(types=("bigint",))) is None


def test_advice_is_given_only_when_a_limit_is_near():
    assert advice(a_report(last_value=5)) is None
    assert advice(a_report(last_value=2_000_000_000)) is not None
    assert advice(a_report(last_value=2_000_000_000, hint="Try again.")) == "Try again."
