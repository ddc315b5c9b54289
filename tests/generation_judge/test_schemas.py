"""The judge over whole schemas: the example project, Chinook where it lies beside the clone, and all traps at once."""

from __future__ import annotations

import psycopg
import pytest

from tests.conftest import ROOT
from tests.generation_judge.databases import template
from tests.generation_judge.judging import judged
from tests.generation_judge.ours import generated
from tests.generation_judge.verdict import Category, Verdict

CHINOOK = ROOT.parent / "shared" / "data" / "chinook" / "schema.sql"
SCHEMAS = ROOT / "tests" / "generation_judge" / "schemas"
NEEDED = ["btree_gist", "citext", "cube", "hstore", "ltree"]


class Beginning(str):
    """A text that is equal to every one that begins so."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and other.startswith(str(self))

    __hash__ = str.__hash__


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


UNFILLABLE = {
    "unfillable.no_partition": "is partitioned and has no partition: create table unfillable.no_partition_rest",
    "unfillable.of_no_partition": "has no row to refer to: of_no_partition_parent_fkey asks for one of",
    "unfillable.of_the_server": 'has a column "class" of type regclass that is not null',
}


def test_a_schema_of_traps_passes_but_for_what_nobody_can_fill(server: str) -> None:
    with template(server, (SCHEMAS / "torture.sql").read_bytes()) as fresh:
        verdict = judged("torture", fresh, generated)

    assert {finding.subject: str(finding) for finding in verdict.failed} == {
        name: Beginning(f"{name}: filled: 0 of 20 rows: table {name} {why}") for name, why in UNFILLABLE.items()
    }


def test_what_the_newest_postgresql_and_extensions_bring_passes_too(server: str) -> None:
    with psycopg.connect(server) as connection:
        extensions = connection.execute("select count(*) from pg_available_extensions where name = any (%s)", [NEEDED])
        if connection.info.server_version < 180000 or extensions.fetchone() != (len(NEEDED),):
            pytest.skip("needs PostgreSQL 18 with its extensions")

    with template(server, (SCHEMAS / "newest.sql").read_bytes()) as fresh:
        verdict = judged("newest", fresh, generated)

    assert failures(verdict) == []
