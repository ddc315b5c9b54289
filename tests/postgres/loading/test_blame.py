"""Only rows that PostgreSQL refuses are blamed, each at its own line, whatever refuses them."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed
from tests.conftest import Write

Connection = psycopg.Connection[Any]
Blamed = Callable[..., list[str]]

CROWD = 700
"""Rows that are right, and too many for one statement."""


WAYS = ("few", "into the empty table", "into the filled table")
every_way = pytest.mark.parametrize("blamed", WAYS, indirect=True)


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


@pytest.fixture
def blamed(request: pytest.FixtureRequest, project: Write, connection: Connection) -> Blamed:
    """Seed rows of `items` that are wrong, alone or among many, and give the lines of the error from its place on."""

    def run(schema: str, rows: str, filler: str = "id: {0}, name: crowd {0}", options: str = "") -> list[str]:
        connection.execute(schema.encode())
        way = getattr(request, "param", "few")
        many = CROWD if way != "few" else 0
        crowd = "".join(f"\n- {{{filler.format(number)}}}" for number in range(1_000, 1_000 + many))
        head = f"_fixture: {options}" if options else "# items"
        if way == "into the filled table":
            project({"fixtures/items.yml": head + crowd})
            seed(connection=connection)
        project({"fixtures/items.yml": "\n".join([head, dedent(rows).strip()]) + crowd})
        before = connection.execute("select * from items order by id").fetchall()
        with pytest.raises(SeedkitError) as caught:
            seed(connection=connection)
        assert connection.execute("select * from items order by id").fetchall() == before
        error = caught.value
        return [str(error.origin).removeprefix("fixtures/items.yml:"), *(error.detail or "").split("\n  ")]

    return run


@every_way
def test_a_row_that_is_there_is_blamed_for_a_parent_that_it_comes_to_name_beside_its_own_key(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id int, tenant int, part_of int, name text, primary key (tenant, id),"
        " foreign key (tenant, part_of) references items); insert into items values (1, 1), (2, 1)",
        """
        - {tenant: 1, id: 1, name: a}
        - {tenant: 1, id: 2, part_of: 7}
        """,
        "tenant: 1, id: {0}, name: crowd {0}",
    )

    assert lines == ["3", 'Key (tenant, part_of)=(1, 7) is not present in table "items".']


@every_way
def test_rows_outside_of_a_partial_index_are_not_blamed(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text, gone boolean not null default false);"
        "create unique index on items (name) where not gone",
        """
        - {id: 1, name: a, gone: true}
        - {id: 2, name: a, gone: true}
        - {id: 3, name: a}
        - {id: 4, name: a}
        """,
    )

    assert lines == ["5", "Key (name)=(a) stands at fixtures/items.yml:4 already."]


def test_a_row_outside_of_a_partial_index_is_not_blamed_for_one_in_the_table(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text, gone boolean not null default false);"
        "create unique index on items (name) where not gone;"
        " insert into items values (90, 'a', false), (91, 'a', true)",
        "- {id: 1, name: a, gone: true}\n- {id: 2, name: b}\n- {id: 3, name: a}",
    )

    assert lines == ["4", "Key (name)=(a) already exists, in the row (id)=(90)."]


def test_an_unchanged_row_is_not_blamed_for_anothers_duplicate(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id serial primary key, name text unique, email text unique);"
        "insert into items values (90, 'a', 'a@x')",
        "- {name: a, email: a@x}\n- {name: b, email: b@x}\n- {name: c, email: a@x}",
        filler="name: crowd {0}",
        options="{key: [name]}",
    )

    assert lines == ["4", "Key (email)=(a@x) stands at fixtures/items.yml:2 already."]


@every_way
def test_a_row_that_gives_its_value_up_is_not_blamed_nor_named(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id serial primary key, name text unique, email text unique);"
        "insert into items values (90, 'a', 'a@x'), (91, 'd', 'd@x')",
        "- {name: a, email: new@x}\n- {name: b, email: a@x}\n- {name: c, email: d@x}",
        filler="name: crowd {0}",
        options="{key: [name]}",
    )

    assert lines == ["4", "Key (email)=(d@x) already exists, in the row (id)=(91)."]


def test_a_row_that_is_skipped_is_not_blamed(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text, email text unique, size integer check (size > 0));"
        "insert into items values (1, 'a', 'a@x')",
        "- {id: 1, name: a, email: b@x, size: -1}\n- {id: 2, name: b, email: b@x, size: -1}",
        options="{on_conflict: skip}",
    )

    assert lines == ["3", "it must be that (size > 0)"]


@every_way
def test_an_update_that_leaves_out_a_column_is_not_blamed_for_its_null(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text, email text not null);"
        "insert into items values (1, 'a', 'a@x')",
        "- {id: 1, name: b}\n- {id: 2, name: c}\n- {id: 3, name: d, email: d@x}\n- {id: 4, name: e, email: ~}",
        filler="id: {0}, name: crowd, email: x",
    )

    assert lines == [
        "3",
        'column "email" is left out and has no default',
        'also at fixtures/items.yml:5: column "email" is null',
    ]


@every_way
def test_an_update_is_checked_by_what_the_table_has_in_other_columns(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text, low integer default 5, high integer"
        ", check (low < high));"
        "insert into items values (1, 'a', 1, 9), (2, 'b', 1, 9)",
        "- {id: 1, high: 3}\n- {id: 2, high: 0}\n- {id: 3, high: 3}\n- {id: 4, low: 2, high: 3}",
    )

    assert lines == [
        "3",
        "it must be that (low < high)",
        "also at fixtures/items.yml:4: it must be that (low < high)",
    ]


def test_a_check_of_a_generated_column_is_blamed_on_the_row_that_it_is_made_of(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text, size integer,"
        "twice integer generated always as (size * 2) stored check (twice < 100))",
        "- {id: 1, size: 2}\n- {id: 2, size: 70}",
    )

    assert lines == ["3", "it must be that (twice < 100)"]


def test_quoted_columns_are_found(blamed: Blamed) -> None:
    lines = blamed(
        'create table items (id integer primary key, name text, "userId" integer, "a, b" text,'
        ' unique ("userId", "a, b"))',
        '- {id: 1, userId: 7, "a, b": x}\n- {id: 2, userId: 7, "a, b": y}\n- {id: 3, userId: 7, "a, b": x}',
    )

    assert lines == ["4", "Key (userId, a, b)=(7, x) stands at fixtures/items.yml:2 already."]


@every_way
def test_an_expression_index_is_blamed_on_the_rows_it_sees_as_equal(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text); create unique index on items (lower(name))",
        "- {id: 1, name: a}\n- {id: 2, name: b}\n- {id: 3, name: A}",
    )

    assert lines == ["4", "Key (lower(name))=(a) stands at fixtures/items.yml:2 already."]


def test_an_expression_index_names_the_row_of_the_table(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text); create unique index on items (lower(name), (id % 2));"
        "insert into items values (90, 'a'), (91, 'a')",
        "- {id: 1, name: b}\n- {id: 3, name: A}",
    )

    assert lines == ["3", "Key (lower(name), (id % 2))=(a, 1) already exists, in the row (id)=(91)."]


@every_way
def test_a_trigger_that_rewrites_a_key_is_named(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text unique);"
        "create function lowered() returns trigger language plpgsql as"
        " $$begin new.name := lower(new.name); return new; end$$;"
        "create trigger lowers before insert or update on items for each row execute function lowered()",
        "- {id: 1, name: a}\n- {id: 2, name: b}\n- {id: 3, name: A}",
    )

    assert lines == [
        "4",
        "Key (name)=(a) stands at fixtures/items.yml:2 already; "
        'the trigger "lowers" has made that of what stands there',
    ]


def test_a_trigger_is_not_named_for_what_the_file_says_itself(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text unique, size numeric unique);"
        "create function same() returns trigger language plpgsql as $$begin return new; end$$;"
        "create trigger same before insert on items for each row execute function same()",
        "- {id: 1, size: 1.0}\n- {id: 2, size: 1.00}",
    )

    assert lines[:2] == ["3", "Key (size)=(1.00) stands at fixtures/items.yml:2 already, as size 1.0."]


def test_a_trigger_that_empties_a_column_is_named(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text not null);"
        "create function emptied() returns trigger language plpgsql as"
        " $$begin new.name := nullif(new.name, 'b'); return new; end$$;"
        "create trigger empties before insert on items for each row execute function emptied()",
        "- {id: 1, name: a}\n- {id: 2, name: b}",
    )

    assert lines == ["3", 'column "name" is null; the trigger "empties" has made that of what stands there']


def test_a_row_that_a_trigger_gives_what_it_lacks_is_not_blamed(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text not null);"
        "create function filled() returns trigger language plpgsql as"
        " $$begin new.name := coalesce(new.name, case when new.id <> 3 then 'x' end); return new; end$$;"
        "create trigger fills before insert on items for each row execute function filled()",
        "- {id: 1}\n- {id: 2, name: ~}\n- {id: 3}\n- {id: 4, name: x}",
    )

    assert lines == ["4", 'column "name" is left out and has no default']


@pytest.mark.parametrize("timing", ["before", "after"])
def test_a_row_that_a_trigger_refuses_is_found(blamed: Blamed, timing: str) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text); insert into items values (90, 'a');"
        "create function refused() returns trigger language plpgsql as"
        " $$begin if new.name = 'evil' then raise 'no % here', new.name; end if; return new; end$$;"
        f"create trigger refuses {timing} insert on items for each row execute function refused()",
        "- {id: 1, name: a}\n- {id: 2, name: evil}\n- {id: 3, name: b}\n- {id: 4, name: evil}",
    )

    where = "in PL/pgSQL function refused() line 1 at RAISE"
    assert lines == ["3", where, f"also at fixtures/items.yml:5: no evil here; {where}"]


def test_what_a_trigger_writes_elsewhere_is_blamed_on_the_row_it_was_fired_by(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text); create table log (name text unique);"
        "create function logged() returns trigger language plpgsql as"
        " $$begin if new.name not like 'crowd%' then "
        "insert into log values (left(new.name, 1)); end if; return new; end$$;"
        "create trigger logs after insert on items for each row execute function logged()",
        "- {id: 1, name: ab}\n- {id: 2, name: b}\n- {id: 3, name: a}",
    )

    assert lines[0] == "4"
    assert lines[1].startswith("Key (name)=(a) stands at fixtures/items.yml:2 already; in PL/pgSQL function logged()")


@every_way
def test_a_row_for_which_there_is_no_partition_is_found(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer, name text, primary key (id)) partition by range (id);"
        "create table items_1 partition of items for values from (1) to (50);"
        "create table items_2 partition of items for values from (60) to (100000); insert into items values (70, 'a')",
        "- {id: 1, name: a}\n- {id: 55, name: b}\n- {id: 61, name: c}",
    )

    assert lines == ["3", "Partition key of the failing row contains (id) = (55)."]


def test_a_key_of_a_partition_is_found(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer, name text, primary key (id), unique (name, id)) partition by range (id);"
        "create table items_1 partition of items for values from (1) to (100000);"
        "create unique index on items_1 (name); insert into items values (70, 'a')",
        "- {id: 1, name: b}\n- {id: 2, name: a}",
    )

    assert lines == ["3", "Key (name)=(a) already exists, in the row (id)=(70)."]


def test_a_check_of_a_partition_is_found(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer, name text, primary key (id)) partition by range (id);"
        "create table items_1 partition of items for values from (1) to (100000);"
        "alter table items_1 add constraint short check (name <> 'a')",
        "- {id: 1, name: b}\n- {id: 2, name: a}",
    )

    assert lines == ["3", "it must be that (name <> 'a'::text)"]


@every_way
def test_an_exclusion_constraint_names_both_rows(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text, during int4range, exclude using gist (during with &&))",
        "- {id: 1, during: '[1,5)'}\n- {id: 2, during: '[5,9)'}\n- {id: 3, during: '[4,5)'}",
    )

    assert lines == [
        "4",
        "Key (during)=([4,5)) conflicts with existing key (during)=([1,5)), at fixtures/items.yml:2.",
    ]


def test_nulls_are_not_taken_for_the_same(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text, a integer, b integer, unique (a, b))",
        "- {id: 1, a: 1, b: ~}\n- {id: 2, a: 1, b: ~}\n- {id: 3, a: 1, b: 2}\n- {id: 4, a: 1, b: 2}",
    )

    assert lines == ["5", "Key (a, b)=(1, 2) stands at fixtures/items.yml:4 already."]


def test_nulls_that_are_the_same_are_found(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text, a integer, b integer,"
        " unique nulls not distinct (a, b))",
        "- {id: 1, a: 1, b: 2}\n- {id: 2, a: 1, b: ~}\n- {id: 3, a: 1, b: ~}",
        filler="id: {0}, a: {0}",
    )

    assert lines == ["4", "Key (a, b)=(1, null) stands at fixtures/items.yml:3 already."]


def test_a_null_of_the_table_that_is_the_same_is_named(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text, a integer, b integer,"
        " unique nulls not distinct (a, b));"
        "insert into items values (90, 'x', 1, null)",
        "- {id: 1, a: 1, b: 2}\n- {id: 2, a: 1, b: ~}",
        filler="id: {0}, a: {0}",
    )

    assert lines == ["3", "Key (a, b)=(1, null) already exists, in the row (id)=(90)."]


@pytest.fixture
def nocase(connection: Connection) -> None:
    """A collation that tells no case, where the server's build has any."""
    try:
        connection.execute(
            "create collation nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
        )
    except psycopg.errors.FeatureNotSupported:
        pytest.skip("this server is built without ICU")


@pytest.mark.usefixtures("nocase")
def test_spellings_that_a_collation_takes_for_the_same_are_found(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text collate nocase unique)",
        "- {id: 1, name: Ada}\n- {id: 2, name: ben}\n- {id: 3, name: ADA}",
    )

    assert lines == ["4", "Key (name)=(ADA) stands at fixtures/items.yml:2 already, as name Ada."]


@pytest.mark.usefixtures("nocase")
def test_a_spelling_of_the_table_that_a_collation_takes_for_the_same_is_named(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text collate nocase unique);"
        "insert into items values (90, 'Ada')",
        "- {id: 1, name: ben}\n- {id: 2, name: ADA}",
    )

    assert lines == ["3", "Key (name)=(ADA) already exists, in the row (id)=(90)."]


def test_a_key_that_is_too_long_for_its_index_is_found(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text, doc text unique);"
        "create function long() returns text language sql as"
        " $$select string_agg(md5(i::text), '') from generate_series(1, 400) as i$$",
        "- {id: 1, doc: a}\n- {id: 2, doc: !sql long()}",
    )

    assert lines[0] == "3"


def test_a_default_that_can_not_be_worked_out_is_blamed_on_the_row_that_needs_it(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text, size integer, share integer generated always as"
        " (100 / size) stored)",
        "- {id: 1, size: 1}\n- {id: 2, size: 0}\n- {id: 3, size: 0}",
    )

    assert lines[0] == "3"
    assert lines[-1].startswith("also at fixtures/items.yml:4: division by zero")


def test_a_foreign_key_that_mixes_null_and_values_is_found(blamed: Blamed) -> None:
    lines = blamed(
        "create table pairs (a integer, b integer, primary key (a, b)); insert into pairs values (1, 1);"
        "create table items (id integer primary key, name text, a integer, b integer,"
        " foreign key (a, b) references pairs match full)",
        "- {id: 1, a: 1, b: 1}\n- {id: 2, a: 1, b: ~}",
    )

    assert lines == ["3", "MATCH FULL does not allow mixing of null and nonnull key values."]


def test_a_referenced_key_that_may_not_change_is_found(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text, code text unique); create table users ("
        "code text references items (code)); insert into items values (1, 'x', 'a'), (2, 'x', 'b');"
        "insert into users values ('b')",
        "- {id: 1, code: b2}\n- {id: 2, code: d}\n- {id: 3, code: e}",
    )

    assert lines == ["3", 'Key (code)=(b) is still referenced from table "users".']


@every_way
def test_a_refused_row_of_a_tree_is_found_whatever_the_order(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text, parent_id integer references items);"
        "create unique index on items (lower(name)); insert into items values (90, 'x')",
        "- {id: 1, name: a, parent_id: 3}\n- {id: 2, name: b}\n- {id: 3, name: c}\n- {id: 4, name: B, parent_id: 1}",
    )

    assert lines == ["5", "Key (lower(name))=(b) stands at fixtures/items.yml:3 already."]


def test_the_first_ten_rows_that_a_trigger_refuses_are_told(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text);"
        "create function refused() returns trigger language plpgsql as"
        " $$begin if new.id < 100 then raise 'too small'; end if; return new; end$$;"
        "create trigger refuses before insert on items for each row execute function refused()",
        "\n".join(f"- {{id: {number}, name: a}}" for number in range(30)),
    )

    assert (lines[0], len(lines), lines[-1]) == ("2", 12, "and more")


@every_way
def test_rows_whose_key_is_spelled_in_two_ways_are_both_named(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer generated by default as identity, name text, at timestamp primary key)",
        "- {at: 2024-01-01}\n- {at: 2024-01-02}\n- {at: '2024-01-01 00:00'}",
        filler="at: 2025-01-01 01:01:01.{0}",
    )

    assert lines == ["4", "Key (at)=(2024-01-01 00:00:00) stands at fixtures/items.yml:2 already."]


def test_a_trigger_for_each_statement_blames_no_row(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text);"
        "create function stopped() returns trigger language plpgsql as $$begin raise 'closed today'; end$$;"
        "create trigger stops before insert on items for each statement execute function stopped()",
        "- {id: 1, name: a}\n- {id: 2, name: b}",
    )

    assert lines == ["fixtures/items.yml", "(while loading items from fixtures/items.yml)"]


@pytest.mark.parametrize(
    ("expression", "told"),
    [
        ("upperx('x')", "function upperx(unknown) does not exist"),
        ("1/0", "division by zero"),
        ("1/(random() * 0)::int", "division by zero"),
        ("array[1]", 'column "tags" is of type integer but expression is of type integer[]'),
    ],
)
def test_sql_that_fails_is_found_where_it_stands(blamed: Blamed, expression: str, told: str) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text, tags int)",
        f"- {{id: 1, name: !sql upper('a')}}\n- {{id: 2, tags: !sql \"{expression}\"}}\n- {{id: 3, name: c}}\n"
        f'- {{id: 4, tags: !sql "{expression}"}}\n',
    )

    assert (lines[0], lines[-1]) == ("3", f"also at fixtures/items.yml:5: {told}")


def test_a_missing_grant_blames_no_row(connection: Connection, plain_owner: Connection, blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text); insert into items values (1, 'b');"
        "revoke update on items from current_user",
        "- {id: 1, name: a}\n- {id: 2, name: b}",
    )

    assert lines == ["fixtures/items.yml", "(while loading items)"]


def test_rows_that_a_policy_refuses_are_found(plain_owner: Connection, blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text); insert into items values (1, 'b');"
        "alter table items enable row level security; alter table items force row level security;"
        "create policy own on items using (true) with check (name <> 'x')",
        "- {id: 1, name: c}\n- {id: 2, name: x}\n- {id: 3, name: x}",
    )

    assert lines[0] == "3"
    assert lines[-1] == 'also at fixtures/items.yml:4: new row violates row-level security policy for table "items"'


def test_rows_that_go_through_rules_are_found(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text check (name <> 'x')); create table log (name text);"
        "create rule logged as on insert to items do also insert into log values (new.name);"
        "create unique index on items (lower(name))",
        "- {id: 1, name: a}\n- {id: 2, name: b}\n- {id: 3, name: A}",
    )

    assert lines == ["4", "Key (lower(name))=(a) stands at fixtures/items.yml:2 already."]


def test_what_has_no_time_left_blames_no_row(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text);"
        "create function slept() returns trigger language plpgsql as"
        " $$begin if new.id = 2 then perform pg_sleep(1); end if; return new; end$$;"
        "create trigger sleeps before insert on items for each row execute function slept();"
        "set statement_timeout = 100",
        "- {id: 1, name: a}\n- {id: 2, name: b}",
    )

    assert lines == ["fixtures/items.yml", "(while loading items)"]


def test_what_a_look_does_stays_with_nobody(connection: Connection, blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text); create table log (name text);"
        "create function logged() returns trigger language plpgsql as"
        " $$begin insert into log values (new.name); if new.id = 9 then raise 'nine'; end if; return new; end$$;"
        "create trigger logs before insert on items for each row execute function logged()",
        "- {id: 1, name: a}\n- {id: 9, name: b}",
    )

    assert lines[0] == "3"
    assert connection.execute("select count(*) from log").fetchone() == (0,)


def test_the_child_of_a_refused_row_is_not_blamed(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id integer primary key, name text, parent_id integer references items);"
        "create function refused() returns trigger language plpgsql as"
        " $$begin if new.name = 'x' then raise 'no x'; end if; return new; end$$;"
        "create trigger refuses before insert on items for each row execute function refused()",
        "- {id: 1, name: a}\n- {id: 2, name: x, parent_id: 1}\n- {id: 3, name: b, parent_id: 2}\n- {id: 4, name: x}",
    )

    where = "in PL/pgSQL function refused() line 1 at RAISE"
    assert lines == ["3", where, f"also at fixtures/items.yml:5: no x; {where}"]


def test_labelled_rows_that_refer_to_others_are_found(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id serial primary key, name text, parent_id integer references items);"
        "create unique index on items (lower(name))",
        "root: {name: a}\nleaf: {name: b, parent: root}\nother: {name: B, parent: leaf}",
        options="{key: [name]}",
    )

    assert lines == ["4", "Key (lower(name))=(b) stands at fixtures/items.yml:3 already."]


def test_rows_that_draw_their_key_are_not_blamed_for_the_keys_of_others(blamed: Blamed) -> None:
    lines = blamed(
        "create table items (id serial primary key, name text unique, size integer);"
        "create function lowered() returns trigger language plpgsql as"
        " $$begin new.name := lower(new.name); return new; end$$;"
        "create trigger lowers before insert on items for each row execute function lowered()",
        "- {id: 1, name: a}\n- {id: 2, name: b}\n- {name: c}\n- {name: d}\n- {id: 3, name: A}\n- {id: 4, name: e}",
    )

    assert lines[0] == "6"
    assert lines[1].startswith("Key (name)=(a) stands at fixtures/items.yml:2 already")
    assert len(lines) == 2
