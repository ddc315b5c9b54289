from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from msgspec.structs import replace

from seedkit.core.names import SequenceName, TableName
from seedkit.core.reports.generation import GeneratedTable, GenerationReport
from seedkit.core.reports.runs import (
    SeedReport,
    SequenceReport,
    SequenceStatus,
    ServerIdentity,
    SkippedStep,
    TableReport,
)
from seedkit.core.reports.times import step_times
from seedkit.progress import Spent
from seedkit.reports.pages.run import failed_html, generation_html, seed_html
from tests.reports.read_pages import Page

NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)
SERVER = ServerIdentity(version="18.6", database="shop", host="localhost", port=5432, user="app")
ATTACK = """<script>alert("1")</script> & 'co'"""
TIMES = step_times(
    {
        ("", "connecting"): Spent(0.5),
        ("users", "copying rows"): Spent(1.0),
        ("users", "checking foreign keys"): Spent(0.5),
        ("users", ""): Spent(0.0001),
    }
)


def a_seed(name: str = "users", **facts: Any) -> SeedReport:
    """Forty-one rows of a table whose sequence was behind."""
    table = TableName("public", name)
    report = SeedReport(
        server=SERVER,
        tables=(TableReport(table=table, source=f"fixtures/{name}.yml", inserted=41, unchanged=2_000),),
        seeders=(),
        sequences=(
            SequenceReport(
                table=table,
                column="id",
                sequence=SequenceName("public", "users_id_seq"),
                status=SequenceStatus.FIXED,
                next_value_before=1,
                next_value=42,
                highest_id=41,
            ),
        ),
        skipped=(SkippedStep(name=f"only_{name}", reason="only for demo"),),
        seconds=2.0,
    )
    return replace(report, **facts)


def test_a_page_says_what_a_seed_did_to_each_table_and_sequence():
    page = Page(seed_html(a_seed(), TIMES, NOW))

    assert "seeded 1 table: 41 inserted, 0 updated, 2,000 unchanged; 1 sequence fixed (in 2.00 s)" in page.text
    assert page.rows[0] == "users 41 0 2,000 fixtures/users.yml"
    assert "1 → 42" in page.rows[-1]
    assert "only_users" in page.text
    assert "only for demo" in page.text


def test_a_page_says_what_took_how_long_and_its_share():
    page = Page(seed_html(a_seed(), TIMES, NOW))

    assert page.rows[1] == "around the steps connecting0.500 s 0.50 s 25 %"
    assert page.rows[2] == "users copying rows1.000 schecking foreign keys0.500 s 1.50 s 75 %"
    assert page.bars[:2] == ["25.00%", "75.00%"]


def test_a_page_says_what_was_generated_and_why_it_is_not_more():
    table = GeneratedTable(table=TableName("public", "users"), rows=80, asked=100, reasons=("a key is full",))
    report = GenerationReport(
        server=SERVER,
        tables=(table,),
        sequences=(),
        left_alone=(),
        seconds=1.0,
        generator=1,
        random_seed=0,
        now=date(2026, 11, 30),
    )

    page = Page(generation_html(report, TIMES, NOW))

    assert page.rows[0] == "usersa key is full 80 100 0"
    assert "The same values come again from generator 1, --random-seed 0" in page.text


def test_a_page_of_a_run_that_failed_says_why_and_how_far_it_came():
    page = Page(failed_html("seedkit seed", "no such table\n  at fixtures/users.yml:3", TIMES, NOW))

    assert "seedkit seed failed" in page.text
    assert "error: no such table at fixtures/users.yml:3" in page.text.replace("tableat", "table at")
    assert len(page.rows) == 2


def test_every_text_of_a_run_is_escaped():
    hostile = replace(SERVER, database=ATTACK, user=ATTACK, host=ATTACK)
    times = step_times({(ATTACK, "copying rows"): Spent(1.0)})

    pages = [
        Page(seed_html(a_seed(ATTACK, server=hostile), times, NOW)),
        Page(failed_html("seedkit seed", ATTACK, times, NOW)),
    ]

    assert all("script" not in page.tags and "<script>" not in page.source for page in pages)
    assert pages[0].text.count("<script>alert(") >= 7


def test_the_page_of_a_run_needs_nothing_beside_itself():
    page = Page(seed_html(a_seed(), TIMES, NOW))

    assert page.tags.isdisjoint({"script", "link", "img", "iframe", "object"})
    assert "url(" not in page.source
    assert "://" not in page.source
