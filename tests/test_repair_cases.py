"""The page of repair cases is made from the tests, so it can't go stale."""

from __future__ import annotations

from tests.repair_cases import PAGE, SECTIONS, Case, collect, page


def test_the_page_of_repair_cases_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(collect()), "run: python -m tests.repair_cases"


def test_a_sentence_stands_beside_its_test() -> None:
    case = Case(section=2, sentence="In step means no write.", test="tests/test_a.py::test_b")

    written = page([case])

    assert "## 2. Behind or not\n\n- In step means no write.<br>`tests/test_a.py::test_b`\n" in written
    assert "## 1." not in written


def test_every_test_of_ways_and_values_has_its_sentence() -> None:
    told = {case.test for case in collect()}

    assert all(case.section in SECTIONS for case in collect())
    assert sum("sequences/test_feeding.py" in test for test in told) > 50
    assert sum("test_repair_values.py" in test for test in told) > 30
