"""CHECKs of several columns hold in every row: what they ask for is built."""

from __future__ import annotations

import psycopg
import pytest

from tests.runner.generation.conftest import Fill, require_extension, rows

Connection = psycopg.Connection

SHAPES = {
    "ordered": "a date not null, b date, check (b is null or b >= a)",
    "not_far": "a date not null, b date not null, check (b > a and b - a <= 30)",
    "moments": "a timestamptz not null, b timestamptz not null, check (b - a between '1 hour' and '2 days')",
    "narrow": "low int not null, high int not null, check (high > low), check (low >= 990), check (high <= 1003)",
    "product": "price numeric(8, 2) not null, quantity int not null, total numeric(10, 2) not null"
    ", check (total = price * quantity)",
    "any_product": "w numeric not null, h numeric not null, area numeric not null, check (area = w * h)",
    "later": "a timestamp not null, b timestamp not null, check (b = a + interval '1.5 seconds')",
    "below": "total numeric(9, 2) not null, paid numeric(9, 2) not null, check (paid <= total and paid >= 0)",
    "one_of": "a int, b text, c date, check (num_nonnulls(a, b, c) = 1)",
    "attributes": "owner int not null references one_of, kind text not null check (kind in ('a', 'b', 'c'))"
    ", a int, b text, c date, unique (owner, kind), check (num_nonnulls(a, b, c) = 1)"
    ", check (kind <> 'a' or a is not null), check (kind <> 'b' or b is not null)",
    "summed_truths": "a int, b text, c date"
    ", check ((a is not null)::int + (case when b is null then 0 else 1 end) + (c is not null)::int = 2)",
    "together": "a int, b int, check ((a is null) = (b is null))",
    "either": "a int, b int, check ((a is null) <> (b is null))",
    "state": "state text not null check (state in ('open', 'done')), done_at timestamptz"
    ", check ((state = 'done') = (done_at is not null))",
    "implied": "state text not null check (state in ('open', 'paid')), paid_at timestamptz"
    ", check (state <> 'paid' or paid_at is not null)",
    "kinds": "kind text not null check (kind in ('a', 'b')), x int, y int"
    ", check (kind = 'a' and x is not null and y is null or kind = 'b' and y is not null and x is null)",
    "cases": "kind text not null check (kind in ('mail', 'phone')), mail text, phone text"
    ", check (case kind when 'mail' then mail is not null when 'phone' then phone is not null else false end)",
    "joined_length": "a text not null, b text not null, check (char_length(a || ' ' || b) <= 10)",
    "hundred": "a int not null, b int not null, c int not null, check (a + b + c = 100), check (a >= 0 and b >= 0)",
    "different": "a int not null check (a in (1, 2)), b int not null check (b in (1, 2)), check (a <> b)",
    "absolute": "a int not null, b int not null, check (abs(a) < b)",
    "computed": "w int not null, h int not null, area int generated always as (w * h) stored, check (area < 50)",
    "between_two": "low numeric(6, 2) not null, high numeric(6, 2) not null, x numeric(6, 2) not null"
    ", check (x between low and high)",
    "greatest_of": "a int not null, b int not null, m int not null, check (greatest(a, b) <= m)",
    "full_name": "a text not null, b text not null, full_name text not null, check (full_name = a || ' ' || b)",
    "months": "day date not null, month date not null, check (month = date_trunc('month', day)::date)",
    "left_over": "stock int not null, held int not null, check (stock - held >= 0)",
    "not_both": "a bool not null, b bool not null, c bool not null, check (not (a and b)), check (a or b or c)",
    "real_numbers": "low double precision not null, high double precision not null, check (low < high)",
    "clocks": "opens time not null, closes time not null, check (closes > opens)",
    "spans": "least interval not null, most interval not null, check (least < most)",
    "multiple": "a int not null, b int not null, check (a % 7 = 0 and b > a)",
    "pattern": "kind text not null check (kind in ('mail', 'web')), value text not null"
    ", check (kind <> 'mail' or value like '%@%')",
    "begun": "code text not null, country char(2) not null, check (code like country || '-%')",
    "rounded": "net numeric(9, 2) not null, tax numeric(9, 2) not null, check (tax = round(net * 0.19, 2))",
    "sides": "a numeric not null, b numeric not null, c numeric not null"
    ", check (a + b > c and a + c > b and b + c > a)",
    "lasting": "a timestamptz not null, b timestamptz not null, minutes int not null check (minutes > 0)"
    ", check (minutes = extract(epoch from b - a) / 60)",
    "measured": "code text not null, size int not null, check (size = char_length(code))",
    "roots": "parent_id int references roots, depth int not null"
    ", check (parent_id is null and depth = 0 or parent_id is not null and depth > 0), check (parent_id <> id)",
    "padded": "kind character(2) not null, check (upper(kind) = any (array['SC', 'VC'])), other character(3)"
    ", check (other ~ '^[A-Z]{3}$')",
    "owned": "owner int not null check (owner in (1, 2, 3)), is_default boolean not null"
    ", exclude (id with =), other int, check (coalesce(other, 7) <> owner)",
}


STATES = {
    '"Status"': "create type \"Status\" as enum ('OPEN', 'CLOSED')",
    'app."OrderStatus"': "create schema app; create type app.\"OrderStatus\" as enum ('OPEN', 'CLOSED')",
    '"order.status (old)"': "create type \"order.status (old)\" as enum ('OPEN', 'CLOSED')",
    "citext check (state in ('open', 'closed'))": "create extension citext",
    "citext default 'open'": "create extension citext",
}
"""Types that a deparsed CHECK names in quotes, or whose operators it names with their schema."""


@pytest.mark.parametrize("type_", STATES)
def test_a_state_and_its_time_agree_whatever_the_state_s_type_is_called(
    fill: Fill, connection: Connection, type_: str
) -> None:
    if type_.startswith("citext"):
        require_extension(connection, "citext")

    report = fill(
        f"""
        {STATES[type_]};
        create table orders (
            id serial primary key,
            state {type_} not null,
            closed_at timestamptz,
            check ((state = 'CLOSED') = (closed_at is not null))
        );
        """,
        3000,
    )

    assert rows(report) == {"orders": 3000}
    assert connection.execute("select count(distinct state) > 1 from orders").fetchone() == (True,)


@pytest.mark.parametrize("type_", ["int", "smallint", "bigint", "numeric(6, 2)"])
def test_sums_of_numbers_of_a_domain_are_built_as_those_of_its_type(fill: Fill, type_: str) -> None:
    report = fill(
        f"create domain share as {type_} check (value between 0 and 100);"
        " create table wholes (id serial primary key, a share not null, b share not null, check (a + b = 100));"
        " create table parts (id serial primary key, a share not null, b share not null, check (a + b <= 100))",
        500,
    )

    assert rows(report) == {"wholes": 500, "parts": 500}


@pytest.mark.parametrize("type_", ["mood", '"Mood"'])
def test_checks_of_arrays_of_an_enum_are_evaluated(fill: Fill, type_: str) -> None:
    report = fill(
        f"create type {type_} as enum ('GLAD', 'SAD');"
        f" create table days (id serial primary key, moods {type_}[] not null default '{{}}', why text,"
        " check (('SAD' = any (moods)) = (why is not null)))",
        2000,
    )

    assert rows(report) == {"days": 2000}


def test_every_row_of_checks_of_several_columns_is_built(fill: Fill) -> None:
    schema = "".join(f"create table {name} (id serial primary key, {columns});" for name, columns in SHAPES.items())

    report = fill(schema, 60)

    assert [(outcome.table, outcome.reasons) for outcome in report.tables if outcome.rows < outcome.asked] == []


def test_which_of_several_columns_is_set_turns_by_row_and_a_state_keeps_its_share(
    fill: Fill, connection: Connection
) -> None:
    fill("".join(f"create table {name} (id serial primary key, {SHAPES[name]});" for name in ("one_of", "state")), 600)

    one_of = connection.execute("select count(a), count(b), count(c) from one_of").fetchone() or ()
    open_ones = connection.execute("select count(*) from state where state = 'open'").fetchone() or (0,)

    assert min(one_of) > 120
    assert 240 < open_ones[0] < 360


def test_a_unique_column_may_have_the_one_value_that_a_check_names(fill: Fill, connection: Connection) -> None:
    table = """
        create table trees (
            id serial primary key, parent_id int references trees, path text not null unique,
            check ((parent_id is null) = (path = '/'))
        );
    """

    assert rows(fill(table, 100)) == {"trees": 100}
    assert connection.execute("select count(*) from trees where parent_id is null").fetchone() == (1,)


def test_a_row_leaves_a_partial_index_where_its_keys_are_used_up(fill: Fill, connection: Connection) -> None:
    report = fill(
        "create table addresses (id serial primary key, kind text not null check (kind in ('home', 'work')),"
        " is_default boolean not null); create unique index on addresses (kind) where is_default",
        50,
    )

    assert report.tables[0].rows == 50
    assert connection.execute("select count(*) filter (where is_default) from addresses").fetchone() == (2,)


def test_rows_of_a_foreign_key_go_to_another_parent_and_keys_stay(fill: Fill, connection: Connection) -> None:
    fill(
        "create table shops (id serial primary key, name text not null);"
        "create table moves (id serial primary key, source int not null references shops, target int references shops,"
        " weight int not null, check (source <> target), check (weight > id))",
        50,
    )

    found = connection.execute("select count(*), count(target), max(id) from moves").fetchone()

    assert found is not None
    assert (found[0], found[2]) == (50, 50)
    assert found[1] > 35


def test_what_is_mended_hangs_on_its_row_alone(fill: Fill, connection: Connection) -> None:
    columns = ", ".join(SHAPES[name] for name in ("narrow", "state"))
    chosen = "select id, low, high, state, done_at from t where id <= 40 order by id"
    fill(f"create table t (id serial primary key, {columns})", 40)
    before = connection.execute(chosen).fetchall()

    connection.execute("drop table t")
    fill(f"create table t (id serial primary key, more text unique, {columns})", 90)

    assert connection.execute(chosen).fetchall() == before


def test_numbers_of_any_size_and_ends_without_end_are_understood(fill: Fill, connection: Connection) -> None:
    uint256 = "wei < 115792089237316195423570985008687907853269984665640564039457584007913129639936"
    report = fill(
        f"""
        create table transfers (
            wei numeric(78) not null check (wei >= 0 and {uint256}), fee numeric(78) not null, check (fee <= wei)
        );
        create table huge (low numeric not null check (low between 1e40 and 1e45), high numeric, check (high > low));
        create table readings (
            low float8 not null check (low < 'infinity' and low > '-infinity'), high float8, check (high > low)
        );
        """,
        20,
    )

    assert report.right, str(report)
    assert connection.execute("select count(*) from transfers where wei > 1").fetchone() == (20,)


def test_times_stay_inside_of_the_calendar(fill: Fill) -> None:
    report = fill(
        """
        create table late (
            begins date not null check (begins >= '9999-12-25'), ends date not null, check (ends >= begins),
            at timestamptz not null check (at > '9999-12-30'), until timestamptz, check (until > at)
        );
        create table early (day date not null check (day < '0001-01-03'), later date, check (later > day));
        """,
        20,
    )

    assert report.right, str(report)


def test_checks_that_leave_nothing_are_told_and_stop_no_other_table(fill: Fill) -> None:
    report = fill(
        """
        create domain never as integer check (value > 5) check (value < 3);
        create table needed (id serial primary key, number never not null);
        create table optional (id serial primary key, number never);
        create table outside (id serial primary key, number smallint not null check (number > 40000));
        """,
        20,
    )

    assert rows(report) == {"needed": 0, "optional": 20, "outside": 0}


def test_a_row_of_no_fields_and_a_pattern_with_a_brace_are_values_like_others(fill: Fill) -> None:
    report = fill(
        """
        create type unit as ();
        create table units (id serial primary key, unit unit not null, maybe unit);
        create table braces (id serial primary key, text text check (text ~ '^a{b}$'));
        """,
        20,
    )

    assert report.right, str(report)


def test_mail_of_a_narrow_pattern_reaches_nobody(fill: Fill, connection: Connection) -> None:
    report = fill(
        r"""
        create table members (
            email text not null check (email ~ '^[a-z]+@[a-z]+\.[a-z]{2,3}$'),
            other text not null unique check (other ~* '^[a-z]{3,}@[a-z]{3,}\.(com|org)$'),
            contact text not null check (contact like '%@%.com')
        );
        """,
        30,
    )

    harmless = " and ".join(f"{name} like '%@example.com'" for name in ("email", "other", "contact"))
    assert report.right, str(report)
    assert connection.execute(f"select count(*) from members where {harmless}".encode()).fetchone() == (30,)


def test_a_column_whose_domain_refuses_null_is_never_made_null(fill: Fill, connection: Connection) -> None:
    report = fill(
        """
        create domain must as integer not null;
        create table choices (a must, b integer, c integer, check (num_nonnulls(a, b, c) = 1));
        """,
        20,
    )

    assert report.right, str(report)
    assert connection.execute("select count(*) from choices where a is not null").fetchone() == (20,)


def test_what_may_be_empty_is_mostly_not(fill: Fill, connection: Connection) -> None:
    report = fill(
        """
        create table rules (
            roles int[] not null default '{}' check (roles = '{}' or roles <@ array[20, 30, 40]),
            link text not null unique check (link = '' or link ~ '^https://[a-z]{5}$'),
            stock int not null check (stock = 0 or stock >= 10)
        )
        """,
        50,
    )

    assert report.right, str(report)
    full = "select count(*) from rules where roles <> '{}' and link <> '' and stock > 0"
    assert (connection.execute(full).fetchone() or (0,))[0] > 40


TURNS = {
    "a document or its kind": (
        "kind text not null check (kind in ('boolean', 'text')), v jsonb not null"
        ", check (kind <> 'boolean' or jsonb_typeof(v) = 'boolean')",
        "kind = 'boolean'",
    ),
    "kinds of documents": (
        "kind text not null check (kind in ('object', 'array', 'string', 'number')), v jsonb not null"
        ", check (jsonb_typeof(v) = kind)",
        "kind <> 'object'",
    ),
    "one of two amounts": (
        "debit numeric(9, 2) not null, credit numeric(9, 2) not null, check ((debit = 0) <> (credit = 0))",
        "debit = 0",
    ),
    "a dozen": ("qty int not null, check (mod(qty, 12) = 0)", "qty = 12"),
}


@pytest.mark.parametrize(("columns", "condition"), TURNS.values(), ids=TURNS)
def test_no_branch_of_a_condition_is_that_of_every_row(
    fill: Fill, connection: Connection, columns: str, condition: str
) -> None:
    report = fill(f"create table things (id serial primary key, {columns})", 300)

    assert rows(report) == {"things": 300}
    share = connection.execute(f"select avg(({condition})::int) from things".encode()).fetchone()
    assert share is not None
    assert 0.05 < share[0] < 0.95


def test_what_is_computed_of_others_is_mended_when_these_are(
    fill: Fill, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seedkit.core.generation.rows.mending.ROUNDS", 2)  # one that mends, and one that looks

    report = fill(
        "create table wages (id serial primary key, gross numeric(9, 2) not null, tax numeric(9, 2) not null,"
        " social numeric(9, 2) not null, net numeric(9, 2) not null,"
        " check (net = gross - tax - social), check (tax + social <= gross))",
        300,
    )

    assert rows(report) == {"wages": 300}
    assert connection.execute("select min(id), max(id) from wages").fetchone() == (1, 300)
