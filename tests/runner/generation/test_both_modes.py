"""Rows made by the column and rows that are looked at are the same bytes, but for what a repair has changed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from seedkit.core.generation.planning.tables import TablePlanner
from seedkit.core.generation.rows.by_column import ColumnRows, MadeRows
from seedkit.core.generation.rows.making import RowMaker
from seedkit.runner.generation.filling.engine import Engine
from seedkit.runner.generation.filling.outcomes import TableRows
from tests.conftest import ROOT
from tests.runner.generation.conftest import Fill
from tests.runner.generation.test_checks_that_hold import SHAPES
from tests.runner.generation.test_engine import TORTURE

ROWS = 40
SCHEMAS = {
    "example": (ROOT / "schema.sql").read_text(),
    "traps": TORTURE,
    "checks": "".join(f"create table {name} (id serial primary key, {columns});" for name, columns in SHAPES.items()),
}


@pytest.fixture
def makers(monkeypatch: pytest.MonkeyPatch) -> list[tuple[RowMaker, int]]:
    """What makes the rows of each table of a run, and the number of its first row."""
    found: list[tuple[RowMaker, int]] = []
    make = Engine._rows

    def kept(self: Engine, oid: int, planner: TablePlanner) -> TableRows:
        rows = make(self, oid, planner)
        found.append((RowMaker(rows.maker.planned, rows.maker.surroundings), rows.first))
        return rows

    monkeypatch.setattr(Engine, "_rows", kept)
    return found


def rows_of(made: Iterator[MadeRows]) -> dict[int, list[str]]:
    return {
        number: line.rstrip("\n").split("\t")
        for rows in made
        for number, line in zip(rows.numbers, rows.lines, strict=True)
    }


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_a_row_differs_only_where_a_rule_was_broken_and_in_what_the_rule_speaks_of(
    name: str, fill: Fill, makers: list[tuple[RowMaker, int]]
) -> None:
    fill(SCHEMAS[name], ROWS)

    differing = 0
    for maker, first in makers:
        count = ROWS if maker.plan.capacity.rows is None else min(ROWS, maker.plan.capacity.rows)
        by_column = rows_of(ColumnRows(tuple(chosen.generator for chosen in maker.plan.columns)).blocks(first, count))
        looked_at = rows_of(maker.blocks(first, count))
        columns = [chosen.column for chosen in maker.plan.columns]
        free = frozenset[str]().union(*(rule.columns for rule in maker._mender.rules), maker.keys_to_note)
        for number, row in looked_at.items():
            changed = {column for column, a, b in zip(columns, row, by_column[number], strict=True) if a != b}
            assert changed <= free, maker.plan.rules.table.name
            differing += bool(changed)

    assert makers
    assert differing < ROWS * len(makers) * 2 / 3


@pytest.mark.parametrize("name", ["checks", "traps"])
def test_rows_are_the_same_whatever_number_the_run_begins_with(
    name: str, fill: Fill, makers: list[tuple[RowMaker, int]]
) -> None:
    fill(SCHEMAS[name], ROWS)

    for maker, first in makers:
        if maker.to_send is None or maker.plan.capacity.rows is not None:
            continue
        whole = rows_of(maker.blocks(first, ROWS))
        parted = {**rows_of(maker.blocks(first, 15)), **rows_of(maker.blocks(first + 15, ROWS - 15))}
        assert parted == whole, maker.plan.rules.table.name


def test_columns_that_are_tied_for_sure_need_no_look_and_the_server_takes_every_row(
    fill: Fill, makers: list[tuple[RowMaker, int]]
) -> None:
    names = ("one_of", "ordered", "below", "implied", "state", "narrow")

    report = fill("".join(f"create table {name} (id serial primary key, {SHAPES[name]});" for name in names), 3_000)

    by_column = {maker.plan.rules.table.name.name: maker.by_column for maker, _ in makers}
    assert by_column == dict.fromkeys(names, True) | {"narrow": False}
    assert [table.rows for table in report.tables] == [3_000] * len(names)
