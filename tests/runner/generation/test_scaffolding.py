"""Every generator that is inferred has a spelling: what is written down and read back gives the same rows."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from seedkit.core.generation.requests.asked import AskedRows
from seedkit.files.refinement_files import read_refinements
from seedkit.postgres.catalog.tables import read_catalog
from seedkit.runner.generation.refinements import NOTHING_IS_SAID, WhatIsSaid
from seedkit.runner.generation.request import GenerationRequest
from seedkit.runner.generation.run import generate
from seedkit.runner.generation.scaffolding import scaffolded
from tests.conftest import ROOT
from tests.runner.generation.test_engine import TORTURE
from tests.runner.generation.test_filling_triggers import INTO, sharded

Connection = psycopg.Connection[Any]
NOW = date(2026, 11, 30)
TYPES = """
create type mood as enum ('glad', 'so so', 'it''s "fine"');
create table types (
    id bigserial primary key, tiny smallint, whole integer not null check (whole between 5 and 90), big bigint,
    price numeric(10, 2), free numeric, ratio double precision, name varchar(12) not null, code char(4),
    email text unique, note text check (note ~ '^[a-z]{3}-[0-9]+$'),
    active boolean not null default true, day date, at timestamp, zoned timestamptz default now(), clock time,
    mood mood, plan text not null default 'free', size text check (size in ('S', 'M\\L')), tags text[], about jsonb,
    raw json, key uuid default gen_random_uuid(), bytes bytea, address inet, during daterange
);
create table "Order Items" (type_id bigint references types, "on" integer, number integer, primary key (type_id, "on"));
"""
BY_NAME = """
create table users (id bigserial primary key, name text);
create table notes (
    id bigserial primary key, body text, user_id bigint not null default 0, author_user_id bigint,
    noteable_type text check (noteable_type in ('User', 'Photo')), noteable_id bigint
);
create table photos (id bigserial primary key, title text);
"""
COMPUTED = """
create table sizes (id int primary key, twice int generated always as (id * 2) stored unique, name text);
create table boxes (id serial primary key, size int references sizes (twice), weight int not null);
"""


def contents(connection: Connection) -> dict[str, list[Any]]:
    names = [relation.name for relation in read_catalog(connection).relations if relation.kind == "r"]
    query = sql.SQL("select t::text from {} as t order by 1")
    return {
        str(name): connection.execute(query.format(sql.Identifier(name.schema, name.name))).fetchall() for name in names
    }


@pytest.mark.parametrize(
    ("schema", "least"),
    [
        (TYPES, 20),
        (TORTURE, 15),
        ((ROOT / "schema.sql").read_text(encoding="utf-8"), 20),
        (sharded(INTO), 4),
        (BY_NAME, 4),
        (COMPUTED, 3),
    ],
    ids=["types", "traps", "the example project", "what triggers fill", "keys by names", "keys that are computed"],
)
def test_what_is_written_down_gives_the_same_rows(
    connection: Connection, second: Connection, tmp_path: Path, schema: str, least: int
) -> None:
    for each in (connection, second):
        each.execute(schema.encode())
    path = tmp_path / "generate.yml"
    path.write_text(scaffolded(connection, GenerationRequest(now=NOW)), encoding="utf-8")
    said = WhatIsSaid(refinements=read_refinements(path))

    for each, what in ((connection, NOTHING_IS_SAID), (second, said)):
        generate(each, GenerationRequest(asked=(AskedRows("*.*", 120),), now=NOW, said=what))

    assert contents(connection) == contents(second)
    assert sum(len(table.columns) for table in said.refinements.tables) >= least
