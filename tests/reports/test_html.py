from __future__ import annotations

import re
import tomllib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from msgspec.structs import replace

from seedkit.core.names import SequenceName, TableName
from seedkit.core.reports.runs import IgnoredSequence, RepairReport, SequenceReport, SequenceStatus, ServerIdentity
from seedkit.core.sequences.feeding import FedColumn
from seedkit.core.sequences.headroom import headroom
from seedkit.core.sequences.state import SequenceState
from seedkit.core.sequences.unlinked import UnlinkedSequence
from seedkit.reports.pages.check import check_html
from tests.reports.read_pages import Page

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
SERVER = ServerIdentity(version="18.6", database="shop", host="localhost", port=5432, user="app")
ATTACK = """<script>alert("1")</script> & 'co'"""


def a_report(table: str = "users", used: int = 41, **facts: Any) -> SequenceReport:
    """A sequence in step that feeds `id`, an integer."""
    column = FedColumn(table_oid=1, table=TableName("public", table), name="id", type_name="integer")
    state = SequenceState(last_value=used, is_called=True)
    report = SequenceReport(
        table=column.table,
        column="id",
        sequence=SequenceName("public", f"{table}_id_seq"),
        status=SequenceStatus.IN_STEP,
        next_value=state.next_value,
        highest_id=used,
        headroom=headroom(state, used, [column]),
    )
    return replace(report, **facts)


def page_of(*sequences: SequenceReport, server: ServerIdentity = SERVER, now: datetime = NOW) -> Page:
    return Page(check_html(RepairReport(server=server, sequences=sequences, dry_run=True), now))


def test_the_page_says_where_and_when_it_was_made():
    page = page_of(a_report())

    assert 'PostgreSQL 18.6, database "shop" on localhost:5432 as app' in page.text
    assert "2026-11-22 17:30:00 UTC" in page.text


def test_the_time_is_told_in_utc_wherever_the_check_ran():
    page = page_of(now=NOW.astimezone(timezone(timedelta(hours=9))))

    assert "2026-11-22 17:30:00 UTC" in page.text


def test_a_line_on_top_sums_it_up():
    page = page_of(a_report("late", status=SequenceStatus.BEHIND), a_report("users"))

    assert page.text.index("2 sequences: 1 in step, 1 behind") < page.text.index("late.id")
    assert "seedkit fix-sequence --all moves the sequences that are behind" in page.text


def test_what_is_ignored_stands_apart_with_its_reason_and_nothing_of_it_acts():
    ignored = IgnoredSequence(found=a_report(ATTACK, sequence=None), reason=ATTACK)

    page = Page(check_html(RepairReport(server=SERVER, sequences=(a_report(),), ignored=(ignored,)), NOW))

    assert "1 sequence in step; 1 ignored" in page.text
    assert f"no known sequence{ATTACK}" in page.text
    assert "script" not in page.tags


def test_the_nearest_limit_is_told_on_top():
    page = page_of(a_report("orders", 2_000_000_000))

    assert "Nearest limit: orders.id has used 93.1 % of integer, 147,483,647 values are left." in page.text


def test_a_bar_is_as_wide_as_the_share_that_is_used():
    page = page_of(a_report("orders", 2_000_000_000), a_report("invoices", 1_073_741_823), a_report("users", 0))

    assert page.bars == ["93.13%", "50.00%", "0.00%"]


def test_each_bar_has_its_share_beside_it_in_words():
    page = page_of(a_report("orders", 2_000_000_000))

    assert "93.1 % of integer" in page.rows[0]
    assert "147,483,647 left" in page.rows[0]


def test_rows_stand_in_the_order_of_the_report():
    page = page_of(a_report("c"), a_report("a"), a_report("b"))

    assert [row.split(".")[0] for row in page.rows] == ["c", "a", "b"]


def test_a_status_is_told_by_a_word_and_a_sign_besides_its_colour():
    page = page_of(*(a_report(status=status) for status in SequenceStatus))

    for row, status in zip(page.rows, SequenceStatus, strict=True):
        assert re.search(rf"[✓✗?] {status}", row)


def test_the_reason_and_the_hint_stand_in_the_row():
    page = page_of(a_report(status=SequenceStatus.SKIPPED, headroom=None, reason="no right", hint="grant it"))

    assert "no right" in page.rows[0]
    assert "hint: grant it" in page.rows[0]
    assert "not known" in page.rows[0]


def test_a_scan_of_the_whole_table_is_owned_up_to():
    assert "no index: scanned the whole table" in page_of(a_report(indexed=False)).rows[0]


def test_every_text_of_the_database_is_escaped():
    server = replace(SERVER, database=ATTACK, user=ATTACK, host=ATTACK)
    hostile = a_report(ATTACK, column=ATTACK, sequence=SequenceName(ATTACK, ATTACK), reason=ATTACK, hint=ATTACK)

    page = page_of(hostile, server=server)

    assert "script" not in page.tags
    assert "<script>" not in page.source
    assert page.text.count("<script>alert(") == 12
    assert page.attributes == page_of(a_report(reason="none", hint="none")).attributes


def test_the_page_needs_nothing_beside_itself():
    page = page_of(a_report("orders", 2_000_000_000), a_report(indexed=False))

    assert page.tags.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert "url(" not in page.source
    assert "://" not in page.source


def test_figures_are_a_real_table_to_a_screen_reader():
    page = page_of(a_report())

    assert {"table", "thead", "tbody", "th", "td"} <= page.tags
    assert {"columnheader", "rowheader", "col", "row"} <= page.attributes


def test_a_database_without_sequences_has_a_page_too():
    page = page_of()

    assert "No column of a table draws from a sequence." in page.text
    assert "table" not in page.tags


# What is to be done


def test_what_could_not_be_judged_comes_with_the_statements_that_help_once_each():
    grant = "grant select on users to app;"
    skipped = [a_report(status=SequenceStatus.SKIPPED, headroom=None, reason="no right", hint=grant) for _ in range(2)]
    hidden = a_report("hidden", status=SequenceStatus.SKIPPED, headroom=None, reason="row-level security")

    page = page_of(*skipped, hidden)

    needs = page.text.partition("Not judged")[2]
    assert needs.count(grant) == 1
    assert "hidden.id row-level security" in needs.replace("hidden.idrow", "hidden.id row")


def test_an_unlinked_sequence_comes_with_what_compares_links_and_ignores_it():
    named = UnlinkedSequence(
        name=SequenceName("public", "orders_id_seq"), table=TableName("public", "orders"), column="id"
    )
    other = UnlinkedSequence(name=SequenceName("public", "tickets[1]"))

    page = Page(check_html(RepairReport(server=SERVER, sequences=(), unlinked=(named, other)), NOW))

    assert "seedkit fix-sequence orders id orders_id_seq compares the two" in page.text
    assert "alter sequence orders_id_seq owned by orders.id; has it judged from now on" in page.text
    assert 'seedkit fix-sequence TABLE COLUMN "tickets[1]" compares it' in page.text
    ignored = tomllib.loads(page.code)["tool"]["seedkit"]["check"]["ignore"]
    assert [entry["sequence"] for entry in ignored] == ["orders_id_seq", '"tickets[[]1]"']
