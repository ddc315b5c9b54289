"""What is wrong with generate.yml is told with its line, and what is near, before the first row is sent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit.core.generation.requests.asked import AskedRows
from seedkit.errors import SeedkitError
from seedkit.files.refinement_files import read_refinements
from seedkit.runner.generation.planning.planned import planned_counts
from seedkit.runner.generation.refinements import WhatIsSaid
from seedkit.runner.generation.request import GenerationRequest
from seedkit.runner.generation.run import generate

Connection = psycopg.Connection[Any]

SCHEMA = """
create type mood as enum ('glad', 'sad');
create table users (
    id serial primary key, name text, mood mood, ip inet, born date, at timestamptz, wait interval, about jsonb,
    numbers integer[], during int4range, place point, bits bit(3), key uuid, age integer, price numeric(8, 2),
    active boolean
);
create table orders (id serial primary key, user_id integer not null references users);
"""


def fill(connection: Connection, path: Path) -> None:
    """Fill all tables by what a file says."""
    said = WhatIsSaid(refinements=read_refinements(path))
    generate(connection, GenerationRequest(asked=(AskedRows("*", 5),), now=date(2026, 11, 30), said=said))


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ('users: {ip: "300.1.1.1"}', 'column "ip": invalid input syntax for type inet: "300.1.1.1"', None),
        ('users: {ip: !maybe [50%, !choice ["10.0.0.1", "abc"]]}', 'type inet: "abc"', None),
        ("users: {mood: gald}", 'is of type mood, which has no value "gald"', None),
        ("users: {born: 2026-02-31}", "date/time field value out of range", None),
        ("users: {at: yesterdayish}", "invalid input syntax for type timestamp", None),
        ("users: {wait: 3 foos}", "invalid input syntax for type interval", None),
        ("users: {about: '{a:'}", "invalid input syntax for type json", None),
        ("users: {numbers: ['1', x]}", "invalid input syntax for type integer", None),
        ("users: {during: '[5,1)'}", "range lower bound must be less than or equal", None),
        ("users: {place: '1'}", "invalid input syntax for type point", None),
        ("users: {bits: '0101'}", "bit string length 4 does not match type bit(3)", None),
        ("users: {key: 'urn:uuid:0f0e0d0c-0b0a-4908-8706-050403020100'}", 'has no value "urn:uuid:0f0e', None),
        ("users: {age: 0b2}", 'invalid input syntax for type integer: "0b2"', None),
        ("users: {price: NaNa}", 'column "price" is of type numeric(8,2), which has no value "NaNa"', None),
        ("users: {active: o}", 'column "active" is of type boolean, which has no value "o"', None),
        ("_row: 50", '"_row" is no table', 'Did you mean "_rows"?'),
        ("users: {_row: 5}", '"_row" is no column', 'Did you mean "_rows"?'),
        ('users: {name: !like "["}', "the pattern [ is not understood", "Write a regular expression"),
        ("orders: {_rows: !per {usr: 1..2}}", 'there is no table "usr"', 'Did you mean "users"?'),
    ],
)
def test_it_is_told_where_it_stands(connection: Connection, tmp_path: Path, text: str, message: str, hint: str) -> None:
    connection.execute(SCHEMA.encode())
    path = tmp_path / "generate.yml"
    path.write_text(f"# what we know better\n{text}\n", encoding="utf-8")

    with pytest.raises(SeedkitError) as caught:
        fill(connection, path)

    assert message in str(caught.value.message)
    assert (caught.value.hint or "").startswith(hint or "")
    assert caught.value.origin is not None
    assert caught.value.origin.line == 2
    assert connection.execute("select count(*) from users").fetchone() == (0,)


def test_what_the_server_reads_is_taken_however_it_is_spelled(connection: Connection, tmp_path: Path) -> None:
    if connection.info.server_version < 160000:
        pytest.skip("PostgreSQL 15 has no 0x1F and no 1_000")
    connection.execute(SCHEMA.encode())
    path = tmp_path / "generate.yml"
    path.write_text("users: {active: !choice [tru, fal], age: '0x1F', price: '1_000.5'}\n", encoding="utf-8")

    fill(connection, path)

    found = connection.execute("select distinct age, price from users where active is not null").fetchall()
    assert found == [(31, Decimal("1000.50"))]


def test_rows_that_parents_count_are_known_before_the_first(connection: Connection, tmp_path: Path) -> None:
    connection.execute(SCHEMA.encode())
    connection.execute("create table items (id serial primary key, order_id integer not null references orders)")
    path = tmp_path / "generate.yml"
    path.write_text("orders: {_rows: !per {users: 0..8}}\nitems: {_rows: !per {orders: 1..5}}\n", encoding="utf-8")
    said = WhatIsSaid(refinements=read_refinements(path))

    planned = planned_counts(connection, (), (), said.refinements, random_seed=3)
    report = generate(connection, GenerationRequest(random_seed=3, now=date(2026, 11, 30), said=said))

    found = {str(planned.tables[oid].name): rows for oid, rows in planned.counts.items()}
    assert found == {str(table.table): table.rows for table in report.tables}
    assert found["orders"] != 400
