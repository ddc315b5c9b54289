"""`!like`, `!between`, `!after`, `!maybe` and `!default` in fixtures, as a whole run reads them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed
from seedkit.core.reports.runs import SeedReport

Connection = psycopg.Connection[Any]
Load = Callable[..., SeedReport]
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@pytest.fixture
def load(project: Callable[[dict[str, str]], Path], connection: Connection) -> Load:
    """Create a table `t` of some columns, write `t.yml`, and seed."""

    def run(columns: str, rows: str, **options: Any) -> SeedReport:
        connection.execute(f"create table if not exists t ({columns})".encode())
        project({"fixtures/t.yml": rows})
        return seed(connection=connection, now=options.pop("now", NOW), **options)

    return run


def values(connection: Connection, column: str) -> list[Any]:
    return [value for (value,) in connection.execute(f"select {column} from t order by id".encode())]


@pytest.mark.parametrize(
    ("type_", "written", "least", "most"),
    [
        ("integer", "!between [5, 7]", 5, 7),
        ("numeric(8,2)", "!between [1, 1_000]", Decimal(1), Decimal(1000)),
        ("numeric", "!between [0.25, 0.5]", Decimal("0.25"), Decimal("0.5")),
        ("numeric", "!between [0, 99999999999999999999999999999]", Decimal(0), Decimal(99999999999999999999999999999)),
        ("double precision", "!between [-0.5, 0.5]", -0.5, 0.5),
        ("date", "!between [2026-01-01, 2026-01-31]", date(2026, 1, 1), date(2026, 1, 31)),
        ("date", "!between [!ago 2d, !ago 0d]", date(2026, 3, 2), date(2026, 3, 4)),
        ("timestamp", "!between [2026-01-01, 2026-01-01]", datetime(2026, 1, 1), datetime(2026, 1, 1, 23, 59, 59)),
        ("timestamptz", "!between [!ago 2y, !ago 1d]", NOW.replace(year=2024), NOW - timedelta(days=1)),
        ("time", "!between [08:00, 17:30]", time(8), time(17, 30)),
        ("interval", "!maybe [100%, 3 days]", timedelta(days=3), timedelta(days=3)),
    ],
)
def test_a_value_lies_between_its_bounds_as_the_columns_type_has_them(
    load: Load, connection: Connection, type_: str, written: str, least: object, most: object
) -> None:
    load(f"id integer primary key, v {type_} not null", f"- {{id: !range 1..60, v: {written}}}")

    found = values(connection, "v")
    assert min(found) >= least
    assert max(found) <= most
    assert len(set(found)) > 1 or least == most


def test_bounds_are_met_at_both_ends_and_numbers_have_the_digits_that_are_written(
    load: Load, connection: Connection
) -> None:
    load(
        "id integer primary key, n integer, share text, part numeric",
        '- {id: !range 1..200, n: !between [1, 3], share: !between ["0.10", 0.30], part: !between [1, 2.5]}',
    )

    assert set(values(connection, "n")) == {1, 2, 3}
    assert {len(text) for text in values(connection, "share")} == {4}
    assert {value.as_tuple().exponent for value in values(connection, "part")} == {-1}


def test_a_value_comes_after_that_of_another_column(load: Load, connection: Connection) -> None:
    columns = (
        "id integer primary key, placed timestamptz, shipped timestamp, due date, low integer, high integer, none date"
    )
    rows = (
        "- {id: !range 1..50, placed: !between [!ago 1y, !ago 30d], shipped: !after [placed, 1h..5d],"
        " due: !after [shipped, 1mo], low: !between [1, 9], high: !after [low, 1..3], none: !after [blank, 1d],"
        " blank: ~}"
    )

    load(f"{columns}, blank date", rows)

    apart = [
        (later - sooner)
        for later, sooner in zip(
            values(connection, "shipped"), values(connection, "placed at time zone 'UTC'"), strict=True
        )
    ]
    assert timedelta(hours=1) <= min(apart) < max(apart) <= timedelta(days=5)
    assert values(connection, "due = (shipped + interval '1 month')::date") == [True] * 50
    assert set(values(connection, "high - low")) == {1, 2, 3}
    assert set(values(connection, "none")) == {None}


def test_a_share_of_the_rows_has_a_value(load: Load, connection: Connection) -> None:
    load(
        "id integer primary key, note text, plan text",
        "- {id: !range 1..1000, note: !maybe [20%, !format '{id}!'], plan: !choice [!maybe [0%, x], !maybe [1, y]]}",
    )

    notes = values(connection, "note")
    assert 150 < sum(note is not None for note in notes) < 250
    assert all(note in (None, f"{number}!") for number, note in enumerate(notes, start=1))
    assert set(values(connection, "plan")) == {None, "y"}


def test_a_label_may_be_missing(load: Load, connection: Connection) -> None:
    load("id integer primary key, boss integer references t", "ada: {id: 1}\nben: {id: 2, boss: !maybe [100%, ada]}")

    assert values(connection, "boss") == [None, 1]


def test_what_is_left_to_the_database_takes_its_default_and_stays(load: Load, connection: Connection) -> None:
    columns = "id integer primary key, plan text default 'free', created_at timestamptz not null"
    rows = "_fixture: {defaults: {plan: pro}}\n- {id: 1}\n- {id: 2, plan: !default , created_at: !default }"

    load(columns, rows)
    connection.execute("update t set plan = 'own' where id = 2")
    second = load(columns, rows)

    assert values(connection, "plan") == ["pro", "own"]
    assert values(connection, "created_at") == [NOW, NOW]
    assert second.tables[0].unchanged == 2


PEOPLE = "id integer primary key, first_name text, email text unique, city varchar(6), price numeric(8,2), born date,"
PEOPLE += " ready boolean, key uuid, tags text[], about jsonb, size integer"
LIKE_PEOPLE = """
- id: !range 1..300
  first_name: !like first_name
  email: !like email
  city: !like city
  price: !like price
  born: !like birth
  ready: !like mostly_true
  key: !like uuid
  tags: [!like word]
  about: {city: !like city, price: !like price, admin: !like rarely_true, since: !like created}
  size: !maybe [50%, !like quantity]
"""


def test_values_are_like_what_they_mean(load: Load, connection: Connection) -> None:
    load(PEOPLE, LIKE_PEOPLE)

    first, email, about = values(connection, "first_name")[0], values(connection, "email"), values(connection, "about")
    assert email[0].startswith(f"{first.lower()}.")
    assert len(set(email)) == 300
    assert max(map(len, values(connection, "city"))) <= 6
    assert all(1 <= price <= 500 for price in values(connection, "price"))
    assert all(18 <= 2026 - born.year <= 69 for born in values(connection, "born"))
    assert {type(value) for row in about for value in row.values()} == {str, float, bool}


def test_the_same_row_is_like_the_same_in_two_runs_and_whatever_else_is_written(
    load: Load, connection: Connection
) -> None:
    load(PEOPLE, LIKE_PEOPLE)
    first = connection.execute("select * from t where id between 7 and 9 order by id").fetchall()
    again = load(PEOPLE, LIKE_PEOPLE, now=NOW + timedelta(days=9))
    connection.execute("truncate t")
    load(PEOPLE, LIKE_PEOPLE.replace("1..300", "7..9") + "- {id: 5, email: !like email}")

    assert again.tables[0].unchanged == 300
    assert connection.execute("select * from t where id > 6 order by id").fetchall() == first


@pytest.mark.parametrize(
    ("columns", "rows"),
    {
        "labels": ("id serial primary key, email text unique", "user: {n: !count 500, email: !like email}"),
        "places": ("id serial, email text unique", "- {n: !count 500, email: !like email}"),
        "texts": (
            "id text primary key, email text unique",
            '- {n: !count 500, id: !format "u{n}", email: !like email}',
        ),
        "cities": ("id serial primary key, email text unique", "user: {n: !count 500, email: !like city}"),
    }.values(),
)
def test_what_has_to_be_unique_is_whatever_the_rows_go_by(
    load: Load, connection: Connection, columns: str, rows: str
) -> None:
    load(columns, rows)

    assert len(set(values(connection, "email"))) == 500


MISTAKES = {
    "no meaning": ("!like emial", 'there is no meaning "emial"', 'Did you mean "email"'),
    "a misfit": ("!like city", '"city" is no meaning of integer, which column "v" is of', "!between"),
    "no text": ("!like [city]", "!like takes a text", "!like email"),
    "one bound": ("!between [1]", "!between takes a list of two bounds", "!between [1, 10]"),
    "downwards": ("!between [9, 1]", "!between [9, 1] goes downwards", "!between [1, 9]"),
    "a fraction": ("!between [1, 2.5]", 'column "v" takes whole numbers, not 2.5', None),
    "no number": ("!between [1, many]", '!between can not count from "many"', "!between [1, 10]"),
    "endless": ("!between [1, 1e999999999]", "!between can not count from", None),
    "no column": ("!after [nothing, 1d]", '!after names "nothing", which the row does not give', "It gives"),
    "no span": ("1, until: !after [day, soon]", '"soon" is no span of time', "!after [placed_at, 1h..5d]"),
    "not a time": ("!after [day, 1d]", '!after can not count from "day" to "v"', None),
    "itself": ("!after [v, 1]", "!after goes in a circle: v → v", None),
    "no share": ("!maybe [often, 1]", '!maybe takes a share from 0% to 100%, not "often"', "20%"),
    "a share of too much": ("!maybe [120%, 1]", "!maybe takes a share from 0% to 100%", "20%"),
    "per": ("!per {t: 0..8}", "stands under _rows of generate.yml alone", "!choice {ref: TABLE}"),
    "a part by default": ("!choice [!default , 1]", "!default stands for the whole value of a column", None),
}

MISTAKEN = "id integer primary key, v integer, day date, until date"


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_has_an_address_and_a_way_out(name: str, load: Load) -> None:
    written, message, hint = MISTAKES[name]

    with pytest.raises(SeedkitError) as caught:
        load(MISTAKEN, f"# one row\n- {{id: 1, day: 2026-01-01, v: {written}}}")

    assert message in str(caught.value)
    assert str(caught.value.origin) == "fixtures/t.yml:2"
    assert (hint or "") in (caught.value.hint or "")


def test_nothing_of_generation_is_imported_where_nothing_is_like_a_meaning() -> None:
    code = "import sys, seedkit, seedkit.runner.seed; print([n for n in sys.modules if 'generation' in n])"

    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert ran.stdout == "[]\n"
