"""How what makes columns is set in lines, and told in JSON."""

from __future__ import annotations

import json
from datetime import date

from inline_snapshot import snapshot

from seedkit.core.names import TableName
from seedkit.core.reports.explained import ExplainedColumn, ExplainedTable, Explanation
from seedkit.reports.explanation import explanation_json, explanation_text
from tests.reports.test_text import ITEMS, SERVER, USERS


def column(name: str, generator: str, why: str) -> ExplainedColumn:
    return ExplainedColumn(name=name, type_name="text", generator=generator, why=why)


def explanation(*tables: ExplainedTable) -> Explanation:
    return Explanation(
        server=SERVER, tables=tables, parent_rows=100, generator=1, random_seed=7, now=date(2026, 11, 30)
    )


ITEM = ExplainedTable(
    table=ITEMS,
    columns=(column("id", "!range", "key"), column("mood", f"!choice [{', '.join('abcdefgh' * 9)}]", "listed")),
    most_rows=72,
    bound_by="Order Items_key",
    looks=("one_check", "other_key"),
    notes=("half of the users are taken as parents",),
)
USER = ExplainedTable(table=USERS, columns=(column("id", "!range", "key"),), most_rows=2**31 - 1, bound_by="id")


def test_tables_are_shown_with_what_bounds_them_and_why_they_are_looked_at() -> None:
    assert explanation_text(explanation(ITEM, USER)) == snapshot("""\
PostgreSQL 18.6, database "shop" on db.example.com:5432 as ada

sales."Order Items": made by the row
  at most 72 rows: Order Items_key
  because of one_check, other_key
  id    !range                                                                                key
  mood  !choice [a, b, c, d, e, f, g, h, a, b, c, d, e, f, g, h, a, b, c, d, e, f, g, h, a,…  listed
  note: half of the users are taken as parents

users: made by the column
  id  !range  key

bounds are those with 100 rows in each table that rows refer to
generator 1, --random-seed 7 --now 2026-11-30\
""")


def test_nothing_is_cut_in_json() -> None:
    (item,) = json.loads(explanation_json(explanation(ITEM)))["tables"]

    assert len(item["columns"][1]["generator"]) > 200
    assert (item["mode"], item["most_rows"], item["bound_by"]) == ("row", 72, "Order Items_key")


def test_a_table_without_columns_is_shown_too() -> None:
    empty = ExplainedTable(table=TableName("public", "nothing"), columns=())

    assert "nothing: made by the column\n" in str(explanation(empty))
