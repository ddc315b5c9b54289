"""A sequence that counts for one tenant among others: what docs/sequences.md says instead of a `--where`."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import fix_sequence

Connection = psycopg.Connection[Any]

PAGE = (Path(__file__).parents[2] / "docs" / "sequences.md").read_text(encoding="utf-8")
INVOICES = """
    create sequence acme_numbers;
    create table invoices (account_id integer, number integer, unique (account_id, number)) {};
"""


def the_pages_statement() -> str:
    (found,) = re.findall(r"```sql\n(select count\(nextval.+?)```", PAGE, flags=re.DOTALL)
    return str(found)


@pytest.mark.parametrize("before", ["", "select setval('acme_numbers', 3)", "select setval('acme_numbers', 1, false)"])
def test_the_pages_statement_moves_a_tenants_sequence_past_its_own_numbers(connection: Connection, before: str) -> None:
    connection.execute(INVOICES.format(""))
    connection.execute("insert into invoices select 2, generate_series(1, 7) union all select 3, 900")
    connection.execute(before)

    connection.execute(the_pages_statement().encode())

    assert connection.execute("select nextval('acme_numbers')").fetchone() == (8,)


@pytest.mark.parametrize("rows", ["select 2, generate_series(1, 7)", "select 3, 900"])
def test_the_pages_statement_never_moves_it_back(connection: Connection, rows: str) -> None:
    connection.execute(INVOICES.format("") + f"insert into invoices {rows};")
    connection.execute("select setval('acme_numbers', 40)")

    connection.execute(the_pages_statement().encode())

    assert connection.execute("select nextval('acme_numbers')").fetchone() == (41,)


def test_the_partition_of_a_tenant_is_named_as_any_table(connection: Connection) -> None:
    """§1 A partition is named as any table is, and its own rows alone count for a sequence named beside it."""
    connection.execute(INVOICES.format("partition by list (account_id)"))
    connection.execute("create table invoices_acme partition of invoices for values in (2)")
    connection.execute("create table invoices_others partition of invoices default")
    connection.execute("insert into invoices select 2, generate_series(1, 7) union all select 3, 900")

    repair = fix_sequence("invoices_acme", "number", "acme_numbers", connection=connection)

    assert (repair.status, repair.next_value) == ("fixed", 8)
