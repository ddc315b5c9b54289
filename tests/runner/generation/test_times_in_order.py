"""What was created before it was changed, ended or deleted is so in every row, whatever made or mended its times."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql

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


_LIVES = """
    create table lives (
        created_at timestamptz not null, invited_at timestamptz not null, bumped_at timestamp not null,
        placed_at timestamptz not null, authorized_at timestamptz not null, captured_at timestamptz not null,
        sent_at timestamptz not null, delivered_at timestamptz not null, read_at timestamptz not null,
        requested_at timestamptz not null, responded_at timestamptz not null, queued_at timestamp not null,
        dequeued_at timestamp not null, admitted_at timestamp not null, discharged_at timestamp not null,
        l_shipdate date not null, l_receiptdate date not null, create_date timestamp not null,
        write_date timestamp not null, date_joined timestamptz not null, last_login timestamptz not null,
        first_seen timestamptz not null, last_seen timestamptz not null, first_posted_at timestamptz not null,
        last_posted_at timestamptz not null, last_sign_in_at timestamptz not null,
        current_sign_in_at timestamptz not null, visit_start_date date not null, visit_start_datetime timestamp not null
    )
"""


@pytest.mark.parametrize(
    "claim",
    [
        "created_at < least(invited_at, bumped_at, placed_at, authorized_at, last_login, current_sign_in_at)",
        "authorized_at < captured_at",
        "sent_at < delivered_at and delivered_at < read_at",
        "requested_at < responded_at and queued_at < dequeued_at and admitted_at < discharged_at",
        "l_shipdate < l_receiptdate",
        "create_date < write_date",
        "date_joined < last_login and first_seen < last_seen and first_posted_at < last_posted_at",
        "last_sign_in_at < current_sign_in_at",
        "visit_start_date = visit_start_datetime::date",
        "greatest(read_at, last_seen, current_sign_in_at) < '2026-11-30'",
    ],
)
def test_what_happens_later_is_later(fill: Fill, connection: Connection, claim: LiteralString) -> None:
    fill(_LIVES, 400)

    assert connection.execute(f"select count(*) from lives where not ({claim})".encode()).fetchone() == (0,)


_PERIODS = {
    "timestamp": ["start_ts/end_ts", "start_dt/end_dt", "visit_start_datetime/visit_end_datetime"],
    "time": ["start_time/end_time", "opens/closes", "check_in_time/check_out_time", "clock_in/clock_out"],
    "date": ["date_start/date_stop", "date_begin/date_end", "first_used/last_used", "login_time/logout_time"],
}


@pytest.mark.parametrize(("kind", "pair"), [(kind, pair) for kind, pairs in _PERIODS.items() for pair in pairs])
def test_the_first_of_two_ends_comes_before_the_second(
    fill: Fill, connection: Connection, kind: str, pair: str
) -> None:
    first, last = pair.split("/")
    columns = sql.SQL(f"{first} {kind} not null, {last} {kind} not null, created_at date not null")

    fill(f"create table t ({columns.as_string()})", 400)

    found = sql.SQL("select count(*) from t where {} >= {}").format(sql.Identifier(first), sql.Identifier(last))
    assert connection.execute(found).fetchone() == (0,)


@pytest.mark.parametrize(
    "rest",
    [
        "rental_date timestamp not null unique, last_update timestamp not null",
        "film_id integer not null, rental_date timestamp not null, last_update timestamp not null,"
        " unique (rental_date, film_id)",
        "created_at timestamptz not null, booked_at timestamptz not null, rental_date date not null,"
        " return_date date not null, exclude using gist (daterange(rental_date, return_date) with &&),"
        " last_update date not null",
    ],
    ids=["a key", "a key of two", "an exclusion"],
)
def test_a_life_follows_a_time_that_a_key_makes(fill: Fill, connection: Connection, rest: str) -> None:
    fill(f"create table t (id serial primary key, {rest})", 200)

    ((row,),) = connection.execute("select jsonb_agg(t) from t").fetchall()
    lives = [[each[name] for name in _IN_A_LIFE if name in each] for each in row]
    assert [life for life in lives if life != sorted(life)] == []


_IN_A_LIFE = ("created_at", "booked_at", "rental_date", "last_update")


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


_SECONDS = """
    created_unix bigint not null, updated_unix bigint not null, closed_unix bigint not null, created_at bigint not null,
    updated_at integer not null, deleted_at bigint not null, event_time bigint not null, expires bigint not null,
    modified bigint not null, start_time bigint not null check (start_time > 0), end_time bigint not null,
    last_login bigint not null, created_ts double precision not null, cpu_time bigint not null
"""


@pytest.mark.parametrize(
    "claim",
    [
        "created_unix < updated_unix and updated_unix < closed_unix",
        "created_at < updated_at and updated_at < deleted_at and created_at < last_login",
        "start_time < end_time and created_at < modified",
        "expires > created_at + 80 * 86400",
        "to_timestamp(least(created_ts, event_time, start_time)) >= '2024-11-30'",
        "to_timestamp(greatest(deleted_at, last_login, end_time, closed_unix)) < '2026-11-30'",
        "cpu_time < 1001",
    ],
)
def test_seconds_since_1970_are_in_order_as_other_times_are(
    fill: Fill, connection: Connection, claim: LiteralString
) -> None:
    report = fill(f"create table t ({_SECONDS})", 300)

    assert report.tables[0].complete
    assert connection.execute(f"select count(*) from t where not ({claim})".encode()).fetchone() == (0,)


@pytest.mark.parametrize("kind", ["date", "timestamptz"])
@pytest.mark.parametrize(
    "life",
    [
        *("hired_on/terminated_on", "married_on/divorced_on", "ordered_on/expected_on", "opened_on/closed_on"),
        *("rechnungsdatum/faelligkeitsdatum", "eintrittsdatum/austrittsdatum", "seit/bis", "von/bis", "desde/hasta"),
        *("received_at/processed_at", "sent_at/delivered_at/opened_at/clicked_at", "ordered_at/shipped_at/received_at"),
        *("picked_up_at/dropped_off_at", "collected_at/resulted_at", "issued_at/scanned_at", "entered_at/exited_at"),
        *("listed_at/sold_at", "queued_at/processed_at/completed_at", "zapped_at/zipped_at/zopped_at"),
        *("inserted_at/scheduled_at/attempted_at/completed_at", "processed_at/shipped_at", "shipped_at/inspected_at"),
    ],
)
def test_what_columns_tell_one_after_the_other_happens_so(
    fill: Fill, connection: Connection, kind: str, life: str
) -> None:
    names = life.split("/")
    columns = sql.SQL(", ").join(sql.SQL(f"{name} {kind} not null") for name in names)

    fill(f"create table t ({columns.as_string()})", 400)

    before = sql.SQL(" or ").join(sql.SQL(f"{one} >= {other}") for one, other in pairwise(names))
    assert connection.execute(sql.SQL("select count(*) from t where {}").format(before)).fetchone() == (0,)


def test_what_is_scheduled_and_never_done_lies_ahead(fill: Fill, connection: Connection) -> None:
    fill("create table visits (created_at timestamptz not null, scheduled_at timestamptz not null)", 50)

    assert connection.execute("select min(scheduled_at) > '2026-11-30' from visits").fetchone() == (True,)


@pytest.mark.parametrize(
    ("columns", "least", "most"),
    [
        ("bounced_at flagged_at churned_at fired_on quit_at deceased_at died_on termination_date cancelled_at", 3, 20),
        ("zapped_at sold_at opened_at", 50, 90),
        ("date placed_at", 100, 100),
    ],
)
def test_what_need_not_have_happened_has_not_in_every_row(
    fill: Fill, connection: Connection, columns: str, least: int, most: int
) -> None:
    names = columns.split()
    fill(f"create table t (id serial, {', '.join(f'{name} timestamptz' for name in names)})", 300)

    counts = connection.execute(f"select {', '.join(f'count({name})' for name in names)} from t".encode()).fetchone()
    assert counts is not None
    assert [
        (name, count / 3) for name, count in zip(names, counts, strict=True) if not least <= count / 3 <= most
    ] == []


def test_a_column_that_is_added_moves_no_time(fill: Fill, connection: Connection) -> None:
    columns = "id serial primary key, listed_at date not null, sold_at date not null, paid_back_at date not null"
    fill(f"create table t ({columns})", 60)
    before = connection.execute("select * from t order by id").fetchall()
    connection.execute("drop table t")

    fill(f"create table t ({columns}, zapped_at date, started_at date, amount integer)", 60)

    found = connection.execute("select id, listed_at, sold_at, paid_back_at from t order by id").fetchall()
    assert found == before


def test_whole_numbers_with_names_of_times_are_all_seconds_since_1970(fill: Fill, connection: Connection) -> None:
    fill(
        """
        create table jobs (
            id bigserial primary key, attempts smallint not null, reserved_at integer, available_at integer not null,
            created_at integer not null
        );
        create table cache (key varchar(255) primary key, value text not null, expiration integer not null);
        create table job_batches (id text primary key, cancelled_at integer, created_at integer, finished_at integer)
        """,
        200,
    )

    seconds = """
        select least(min(reserved_at), min(available_at), min(created_at), (select min(expiration) from cache),
            (select least(min(cancelled_at), min(finished_at)) from job_batches)) > 1730000000,
            bool_and(created_at < least(available_at, reserved_at)), (select count(cancelled_at) < 60 from job_batches)
        from jobs
    """
    assert connection.execute(seconds).fetchone() == (True, True, True)


def test_a_number_that_counts_or_refers_is_no_time(fill: Fill, connection: Connection) -> None:
    fill("create table t (duration integer not null, depends_on integer not null, retries integer not null)", 50)

    assert connection.execute("select greatest(max(duration), max(depends_on)) < 10000000 from t").fetchone() == (True,)
