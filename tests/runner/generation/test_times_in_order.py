"""What was created before it was changed, ended or deleted is so in every row, whatever made or mended its times."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest

from seedkit.core.generation.requests.asked import AskedRows
from seedkit.files.refinement_files import read_refinements
from seedkit.runner.generation.refinements import WhatIsSaid
from seedkit.runner.generation.request import GenerationRequest
from seedkit.runner.generation.run import generate
from tests.runner.generation.conftest import Fill

Connection = psycopg.Connection[Any]

_TIMES = "created_at timestamp not null, updated_at timestamp not null, deleted_at timestamp"
_OUT_OF_ORDER = """
    select count(*) from t where created_at > updated_at or updated_at > deleted_at or created_at > deleted_at
        or greatest(created_at, updated_at, deleted_at) > '2026-11-30'
"""


@pytest.mark.parametrize(
    "schema",
    [
        f"create table t (name text not null, {_TIMES}, unique (name, deleted_at))",
        f"""
            create table t (
                kind char not null check (kind in ('a', 'b')), part integer not null check (part < 20), {_TIMES}
            );
            create unique index on t (kind, part) where created_at >= '2023-01-01' and deleted_at is null
        """,
        f"create table t ({_TIMES}, check (created_at > '2026-10-01'))",
        f"create table t ({_TIMES}, check (updated_at < '2020-01-01'))",
        "create table t (created_at date primary key, updated_at timestamptz not null, deleted_at timestamptz)",
    ],
    ids=["a key of a time", "a key's predicate", "a later beginning", "an earlier end", "a day a row"],
)  # fmt: skip
def test_times_are_in_order_whatever_a_key_or_a_check_makes_of_them(
    fill: Fill, connection: Connection, schema: LiteralString
) -> None:
    report = fill(schema, 60)

    assert report.tables[0].complete
    assert connection.execute(_OUT_OF_ORDER).fetchone() == (0,)


def test_times_follow_one_that_is_said(connection: Connection, tmp_path: Path) -> None:
    connection.execute(f"create table t (id serial primary key, {_TIMES})".encode())
    path = tmp_path / "generate.yml"
    path.write_text("t: {created_at: !between [2026-01-01, 2026-11-29]}\n", encoding="utf-8")
    said = WhatIsSaid(refinements=read_refinements(path))

    generate(connection, GenerationRequest(asked=(AskedRows("t", 100),), now=date(2026, 11, 30), said=said))

    assert connection.execute(_OUT_OF_ORDER).fetchone() == (0,)
    assert connection.execute("select min(created_at) >= '2026-01-01' from t").fetchone() == (True,)


def test_a_price_is_not_0_because_that_is_the_default(fill: Fill, connection: Connection) -> None:
    fill(
        "create table t (price numeric(10, 2) not null default 0, total_cents integer not null default 0,"
        " quantity integer not null default 0)",
        400,
    )

    found = "select min(price) > 0, min(total_cents) > 0, count(*) filter (where quantity = 0) between 1 and 80 from t"
    assert connection.execute(found).fetchone() == (True, True, True)
