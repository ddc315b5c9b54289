"""The judge over whole schemas: the example project, Chinook where it lies beside the clone, and all traps at once."""

from __future__ import annotations

import pytest

from tests.conftest import ROOT
from tests.generation_judge.databases import template
from tests.generation_judge.judging import judged
from tests.generation_judge.ours import generated
from tests.generation_judge.verdict import Category, Verdict

CHINOOK = ROOT.parent / "shared" / "data" / "chinook" / "schema.sql"
TORTURE = ROOT / "tests" / "generation_judge" / "schemas" / "torture.sql"


def failures(verdict: Verdict) -> list[str]:
    return [str(finding) for finding in verdict.failed]


def test_the_example_project_passes_in_every_category(server: str) -> None:
    with template(server, (ROOT / "schema.sql").read_bytes()) as fresh:
        verdict = judged("example", fresh, generated)

    assert failures(verdict) == []
    assert verdict.count(Category.FILLED) == (13, 13)


@pytest.mark.skipif(not CHINOOK.exists(), reason="Chinook's schema does not lie beside the clone")
def test_chinook_passes_in_every_category(server: str) -> None:
    with template(server, CHINOOK.read_bytes()) as fresh:
        verdict = judged("chinook", fresh, generated)

    assert failures(verdict) == []


def test_a_schema_of_traps_holds_whatever_is_made_of_it(server: str) -> None:
    with template(server, TORTURE.read_bytes()) as fresh:
        verdict = judged("torture", fresh, generated)

    assert {str(finding) for finding in verdict.failed if finding.category is Category.VALID} == set()
