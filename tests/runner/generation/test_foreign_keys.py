"""Whatever foreign keys share, lead to or go round in, every one of them holds, and rows that can be are there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import LiteralString

import psycopg
import pytest

from seedkit.core.reports.generation import GenerationReport
from tests.runner.generation.conftest import filled, rows

Connection = psycopg.Connection
ROWS = 20

SCHEMA = """
create table tenants (id uuid primary key default gen_random_uuid(), name text not null);
create table users (tenant_id uuid references tenants, id integer, primary key (tenant_id, id));
create table projects (tenant_id uuid references tenants, id bigserial, primary key (tenant_id, id), unique (id));
create table tasks (
    id serial primary key, tenant_id uuid not null references tenants, owner_id integer, project_id bigint not null,
    foreign key (tenant_id, owner_id) references users, foreign key (tenant_id, project_id) references projects
);
create table roles (
    tenant_id uuid, user_id integer, project_id bigint, role text not null check (role in ('r', 'w')),
    primary key (tenant_id, user_id, project_id, role),
    foreign key (tenant_id, user_id) references users, foreign key (tenant_id, project_id) references projects
);
create table leads (
    tenant_id uuid not null, user_id integer not null, project_id bigint not null, unique (tenant_id, user_id),
    foreign key (tenant_id, user_id) references users, foreign key (tenant_id, project_id) references projects
);
create table one_a_tenant (
    tenant_id uuid primary key, user_id integer not null, foreign key (tenant_id, user_id) references users
);
create table all_or_nothing (
    id serial primary key, tenant_id uuid, user_id integer, foreign key (tenant_id, user_id) references users match full
);
create table folders (
    tenant_id uuid references tenants, id uuid default gen_random_uuid(), parent_id uuid, primary key (tenant_id, id),
    foreign key (tenant_id, parent_id) references folders
);
create table nodes (id text primary key, parent text references nodes);
create table rings (id serial primary key, next_id integer not null references rings);
create table chains (id serial primary key, previous_id integer unique references chains);
create table streams (
    id serial primary key, previous_id integer unique references streams, stream integer not null,
    unique (stream, id), foreign key (stream, previous_id) references streams (stream, id)
);
create table loops (id uuid primary key, self_id uuid not null unique references loops);
create table pairs (
    a integer, b integer, up_a integer, up_b integer, primary key (a, b), foreign key (up_a, up_b) references pairs
);
create table computed (id serial primary key, code text generated always as ('c' || id) stored unique);
create table to_computed (code text not null references computed (code));

create table base (id serial primary key, name text);
create table derived (extra text) inherits (base);
create table of_base (base_id integer not null references base);

create table hens (id serial primary key, egg_id integer not null);
create table eggs (id uuid primary key default gen_random_uuid(), hen_id integer unique references hens);
alter table hens add column best_egg uuid references eggs;
create table spaces (id serial primary key, rules_id integer unique);
create table space_rules (id serial primary key, space_id integer not null unique references spaces);
alter table spaces add foreign key (rules_id) references space_rules;
create table firms (id serial primary key, boss_id integer, unique (id, boss_id));
create table staff (firm_id integer references firms, id integer, primary key (firm_id, id));
alter table firms add foreign key (id, boss_id) references staff;

create table events (
    id bigint generated always as identity, at date not null, primary key (id, at)
) partition by range (at);
create table events_old partition of events for values from (minvalue) to ('2026-01-01');
create table events_new partition of events for values from ('2026-01-01') to (maxvalue);
create table to_events (
    event_id bigint not null, event_at date not null, foreign key (event_id, event_at) references events
);
create table to_new_events (
    event_id bigint not null, event_at date not null, foreign key (event_id, event_at) references events_new
);
"""


@pytest.fixture(scope="module")
def runs(module_database: str) -> Iterator[tuple[Connection, list[GenerationReport]]]:
    """A schema of foreign keys that was filled twice."""
    with psycopg.connect(module_database, autocommit=True) as connection:
        connection.execute(SCHEMA)
        yield connection, [filled(connection, {"*": ROWS}) for _ in range(2)]


def test_every_foreign_key_holds_and_every_row_that_can_be_is_there(
    runs: tuple[Connection, list[GenerationReport]],
) -> None:
    _, reports = runs

    short = [{table for table, count in rows(report).items() if count < ROWS} for report in reports]
    assert short == [{"leads", "one_a_tenant"}] * 2
    assert all(table.full for report in reports for table in report.tables if table.rows < ROWS)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("select count(*) < 40, count(*) > 25 from tasks where owner_id is not null", (True, True)),
        ("select count(*) = 0 from all_or_nothing where num_nulls(tenant_id, user_id) = 1", (True,)),
        ("select count(*) > 0 from folders where parent_id is not null", (True,)),
        ("select count(*) filter (where parent is null) between 5 and 20 from nodes", (True,)),
        ("select count(*) from chains where previous_id is not null", (38,)),
        ("select count(*) from loops where self_id <> id", (0,)),
        (
            "select count(*) > 10, count(*) filter (where num_nulls(up_a, up_b) = 1) from pairs where up_a > 0",
            (True, 0),
        ),
        ("select count(distinct event_at >= '2026-01-01') from to_events", (2,)),
        ("select count(*) > 30 from spaces where rules_id is not null", (True,)),
        ("select count(*) > 25 from hens where best_egg is not null", (True,)),
    ],
)
def test_what_keys_leave_open_is_used(
    runs: tuple[Connection, list[GenerationReport]], asked: LiteralString, answer: tuple[object, ...]
) -> None:
    connection, _ = runs

    assert connection.execute(asked).fetchone() == answer


def test_a_row_that_is_made_again_keeps_what_others_refer_to_and_its_parents_agree_with_that(
    connection: Connection,
) -> None:
    connection.execute("""
        create function is_even(number integer) returns boolean language plpgsql immutable
            as $$ begin return number % 2 = 0; end $$;
        create table tenants (id serial primary key);
        create table users (tenant_id integer references tenants, id integer, primary key (tenant_id, id));
        create table letters (
            tenant_id integer references tenants, id integer, author_id integer not null, editor_id integer,
            parent_id integer, pages integer not null check (is_even(pages)), primary key (tenant_id, id),
            foreign key (tenant_id, author_id) references users, foreign key (tenant_id, editor_id) references users,
            foreign key (tenant_id, parent_id) references letters, check (editor_id <> author_id)
        );
        create table notes (
            tenant_id integer, id uuid, user_id integer not null, parent_id uuid, pages integer check (is_even(pages)),
            primary key (tenant_id, id), foreign key (tenant_id, user_id) references users,
            foreign key (tenant_id, parent_id) references notes
        );
    """)

    report = filled(connection, {"tenants": 8, "users": 50, "letters": 200, "notes": 200})

    assert (rows(report)["letters"], rows(report)["notes"]) == (200, 200)
    edited = connection.execute("select count(editor_id) > 100, count(parent_id) > 50 from letters").fetchone()
    assert edited == (True, True)


def test_rows_refer_to_parents_that_agree_with_what_the_server_computes_in_every_row(connection: Connection) -> None:
    connection.execute("""
        create table persons (
            id serial primary key, kind character(1) not null check (kind in ('N', 'J')), unique (id, kind)
        );
        create table firms (
            id integer primary key, kind character(1) generated always as ('J') stored,
            foreign key (id, kind) references persons (id, kind)
        );
        create table bills (
            id serial primary key, firm_id integer not null, kind character(1) generated always as ('J') stored,
            foreign key (firm_id, kind) references persons (id, kind)
        );
    """)

    reports = [filled(connection, {"firms": 60, "bills": 60, "persons": 60}) for _ in range(2)]

    firms = connection.execute("select count(*) from persons where kind = 'J'").fetchone() or (0,)
    assert [rows(report)["bills"] for report in reports] == [60, 60]
    assert sum(rows(report)["firms"] for report in reports) == firms[0]
    assert [report.right for report in reports] == [True, True]


def test_a_table_whose_parents_have_no_rows_has_null_or_is_named(connection: Connection) -> None:
    connection.execute("""
        create table nobody (id serial primary key check (false));
        create table orphans (id serial primary key, nobody_id integer references nobody);
        create table impossible (id serial primary key, nobody_id integer not null references nobody);
    """)

    report = filled(connection, {"orph*": 3, "imp*": 3})

    reasons = {str(table.table): (table.rows, table.reasons) for table in report.tables}
    assert reasons["orphans"] == (3, ())
    assert reasons["impossible"][0] == 0
    assert "nobody, which has no rows" in reasons["impossible"][1][0]


def test_parents_of_a_circle_are_no_more_than_will_be_there(connection: Connection) -> None:
    connection.execute("""
        create type size as enum ('small', 'large');
        create table sizes (size size primary key, sample integer);
        create table samples (id serial primary key, size size not null references sizes);
        alter table sizes add foreign key (sample) references samples;
    """)

    report = filled(connection, {"sizes": 20, "samples": 20})

    assert rows(report) == {"sizes": 2, "samples": 20}


TENANTS = """
create table boards (tenant_id bigint, id bigserial, main_card bigint {null}, primary key (tenant_id, id));
create table cards (tenant_id bigint, id bigserial, board_id bigint not null, primary key (tenant_id, id),
    foreign key (tenant_id, board_id) references boards);
alter table boards add foreign key (tenant_id, main_card) references cards;
"""


def test_a_circle_whose_keys_have_a_column_in_common_is_opened_where_one_may_be_null(connection: Connection) -> None:
    connection.execute(TENANTS.format(null="").encode())

    report = filled(connection, {"*": 20})

    assert rows(report) == {"boards": 20, "cards": 20}


def test_one_that_nothing_opens_is_told(connection: Connection) -> None:
    connection.execute(TENANTS.format(null="not null").encode())

    report = filled(connection, {"*": 20})

    assert [(table.rows, table.reasons) for table in report.tables] == [
        (0, (f"table {table} has no row to refer to: {key} asks for one of {other}, whose rows need one of its own",))
        for table, key, other in [
            ("boards", "boards_tenant_id_main_card_fkey", "cards"),
            ("cards", "cards_tenant_id_board_id_fkey", "boards"),
        ]
    ]
