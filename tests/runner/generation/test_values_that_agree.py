"""Values of a row agree with each other, as their names say that they do."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from psycopg import sql

from tests.runner.generation.conftest import Fill

Connection = psycopg.Connection[Any]


def untrue(connection: Connection, claim: str) -> int:
    """Count the rows of the table of which a claim is not true."""
    ((count,),) = connection.execute(f"select count(*) from t where not ({claim})".encode()).fetchall()
    return int(count)


_ENDS = {
    "integer": ["start_year/end_year", "min_qty/max_qty", "min_age/max_age", "min_salary/max_salary", "lft/rgt"],
    "numeric(9, 2)": ["min_price/max_price", "min_value/max_value", "lower_bound/upper_bound", "low/high"],
}


@pytest.mark.parametrize("kind", _ENDS)
def test_the_lower_of_two_ends_is_below_the_upper(fill: Fill, connection: Connection, kind: str) -> None:
    pairs = [pair.split("/") for pair in _ENDS[kind]]
    columns = sql.SQL(", ").join(
        sql.SQL("{} {} not null").format(sql.Identifier(name), sql.SQL(kind)) for pair in pairs for name in pair
    )

    fill(f"create table t ({columns.as_string()})", 400)

    assert [pair for pair in pairs if untrue(connection, " < ".join(pair))] == []


_PEOPLE = """
    create table t (
        age integer not null, birth_date date not null, birth_year integer not null, year_of_birth smallint not null,
        month_of_birth integer not null, day_of_birth integer not null, birth_datetime timestamp not null,
        child_age integer not null, child_birth_date date not null,
        checked_age integer not null check (checked_age < 30),
        salutation text not null, gender text not null, body_weight numeric(5, 2) not null
    )
"""


@pytest.mark.parametrize(
    "claim",
    [
        "age = extract(year from age('2026-11-30', birth_date))",
        "birth_year = extract(year from birth_date) and year_of_birth = birth_year",
        "month_of_birth = extract(month from birth_date) and day_of_birth = extract(day from birth_date)",
        "birth_datetime::date = birth_date",
        "child_age = extract(year from age('2026-11-30', child_birth_date))",
        "checked_age < 30",
        "(salutation = 'Ms') = (gender = 'female')",
        "body_weight between 45 and 120",
    ],
)
def test_what_is_said_of_a_birth_and_a_person_agrees(fill: Fill, connection: Connection, claim: str) -> None:
    fill(_PEOPLE, 300)

    assert untrue(connection, claim) == 0
    assert untrue(connection, "child_birth_date = birth_date") > 250


def test_of_a_place_both_degrees_are_known_or_none(fill: Fill, connection: Connection) -> None:
    fill("create table t (lat numeric(9, 6), lng numeric(9, 6), home_lat float8, home_lng float8)", 500)

    assert untrue(connection, "(lat is null) = (lng is null) and (home_lat is null) = (home_lng is null)") == 0
    assert untrue(connection, "lat is not null") > 30
    assert untrue(connection, "(lat is null) = (home_lat is null)") > 30


_WELL_KNOWN = """
    create table t (
        card_last4 char(4) not null, last4 text not null, cvv text not null, card_brand text not null,
        exp_year integer not null, card_exp_year text not null, exp_month char(2) not null, week integer not null,
        weekday integer not null, blood_type text not null, phone_country_code text not null,
        tax_rate numeric(5, 2) not null, vat_rate numeric(5, 4) not null, error_rate float8 not null,
        percent_off numeric(5, 2) not null
    )
"""


@pytest.mark.parametrize(
    "claim",
    [
        r"card_last4 ~ '^\d{4}$' and last4 ~ '^\d{4}$' and cvv ~ '^\d{3}$'",
        "card_brand in ('Visa', 'Mastercard', 'Amex', 'Discover', 'Maestro', 'Diners')",
        "exp_year between 2026 and 2031 and card_exp_year::integer between 2026 and 2031",
        "exp_month::integer between 1 and 12 and week between 1 and 52 and weekday between 0 and 6",
        "blood_type ~ '^(A|B|AB|O)[+-]$' and phone_country_code like '+%'",
        "tax_rate <= 25 and vat_rate <= 0.25 and error_rate <= 25 and percent_off <= 100",
    ],
)
def test_what_is_well_known_is_as_it_is(fill: Fill, connection: Connection, claim: str) -> None:
    fill(_WELL_KNOWN, 300)

    assert untrue(connection, claim) == 0


_BILL = """
    create table t (
        subtotal numeric(10, 2) not null, discount numeric(10, 2) not null default 0, tax numeric(10, 2) not null,
        shipping numeric(10, 2) not null, total numeric(10, 2) not null, net integer not null,
        vat_amount integer not null, gross integer not null, subtotal_cents bigint not null, tax_cents bigint not null,
        total_in_cents bigint not null, total_price numeric(3, 2) not null
    )
"""


@pytest.mark.parametrize(
    "claim",
    [
        "greatest(discount, tax, shipping) < subtotal and subtotal < total",
        "vat_amount < net and net < gross",
        "tax_cents < subtotal_cents and subtotal_cents < total_in_cents",
        "total_price >= 0",
    ],
)
def test_a_part_of_a_bill_is_less_than_what_it_is_of(fill: Fill, connection: Connection, claim: str) -> None:
    fill(_BILL, 300)

    assert untrue(connection, claim) == 0


@pytest.mark.parametrize(
    ("columns", "claim"),
    [
        ("nom, prenom, email", "email like lower(prenom || '.' || nom) || '%'"),
        ("name, vorname, email", "email like lower(vorname || '.' || name) || '%'"),
        ("naam, voornaam, email", "email like lower(voornaam || '.' || naam) || '%'"),
        ("nombre, apellidos, email", "email like lower(nombre || '.' || apellidos) || '%'"),
        ("nome, cognome, email", "email like lower(nome || '.' || cognome) || '%'"),
        (
            "nombre, apellido_paterno, apellido_materno, email",
            "email like lower(nombre || '.' || apellido_paterno) || '%'",
        ),
        ("first_name, last_name, name", "name = first_name || ' ' || last_name"),
        (
            "tutor_nombre, tutor_apellidos, tutor_email",
            "tutor_email like lower(tutor_nombre || '.' || tutor_apellidos) || '%'",
        ),
        ("given_names, surnames, cardholder_name", "cardholder_name = given_names || ' ' || surnames"),
        ("prenoms, nom, guardian_name", "guardian_name <> prenoms || ' ' || nom and guardian_name like '% %'"),
        ("full_name, emergency_contact_name", "full_name <> emergency_contact_name"),
    ],
)  # fmt: skip
def test_a_name_is_what_the_parts_beside_it_leave_of_a_persons(
    fill: Fill, connection: Connection, columns: str, claim: str
) -> None:
    names = columns.split(", ")
    fill(f"create table eleves (id serial, {', '.join(f'{name} text not null' for name in names)})", 200)

    untrue = f"select count(*) from eleves where not ({claim})".encode()
    ((count,),) = connection.execute(untrue).fetchall()
    assert count <= 2  # two persons may have the same name


@pytest.mark.parametrize("table", ["eleves", "schueler", "adherents", "visitors"])
def test_the_name_of_a_person_is_one_in_other_languages_too(fill: Fill, connection: Connection, table: str) -> None:
    fill(f"create table {table} (id serial, nom text not null)", 50)

    found = connection.execute(f"select bool_and(nom ~ '^[A-Z][a-z]+ [A-Z][A-Za-z '']+$') from {table}".encode())
    assert found.fetchone() == (True,)


@pytest.mark.parametrize(
    ("column", "low", "high"),
    [
        *(("duration_minutes", 5, 480), ("prep_minutes", 5, 480), ("temperature_c", -10, 35), ("wind_speed", 5, 130)),
        *(("population", 1_000, 5_000_000), ("einwohner", 1_000, 5_000_000)),
    ],
)
def test_a_number_is_of_the_size_of_what_it_measures(
    fill: Fill, connection: Connection, column: str, low: int, high: int
) -> None:
    fill(f"create table t (id serial, {column} integer not null)", 100)

    assert untrue(connection, f"{column} between {low} and {high}") == 0


def test_a_method_is_one_of_what_its_table_has_and_citizenship_a_country(fill: Fill, connection: Connection) -> None:
    fill(
        """
        create table t (id serial, citizenship char(2) not null, country char(2) not null);
        create table requests (id serial, method text not null);
        create table payments (id serial, method text not null)
        """,
        100,
    )

    assert untrue(connection, "citizenship = country") == 0
    assert connection.execute("select bool_and(method ~ '^[A-Z]+$') from requests").fetchone() == (True,)
    assert connection.execute("select count(*) > 0 from payments where method = 'bank transfer'").fetchone() == (True,)
