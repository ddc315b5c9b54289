"""A key of texts that have a form has no number behind them, which would break it."""

from __future__ import annotations

import psycopg
import pytest

from seedkit.files.generation.meanings import read_words
from tests.runner.generation.conftest import Fill, filled

Connection = psycopg.Connection


@pytest.mark.parametrize(
    ("column", "form"),
    [
        ("ip text", r"^10(\.\d{1,3}){3}$"),
        ("phone varchar(15)", r"^\+1 \d{3}-555-01\d\d$"),
        ("phone varchar(12)", r"^\+999\d{8}$"),
        ("mobile varchar(10)", r"^\+999\d{6}$"),
        ("hex_color char(7)", "^#[0-9a-f]{6}$"),
        ("bic text", "^ZZ[A-Z]{2}US[0-9A-Z]0$"),
        ("swift_code char(8)", "^ZZ[A-Z]{2}US[0-9A-Z]0$"),
        ("credit_card varchar(19)", r"^0000 0000 \d{4} \d{4}$"),
        ("ssn char(11)", r"^000-\d{2}-\d{4}$"),
        ("zip text", r"^\d{5}$"),
        ("plz char(5)", r"^\d{5}$"),
        ("vat_number varchar(11)", r"^DE0\d{8}$"),
        ("version text", r"^\d\.\d\.\d$"),
        ("license_plate text", r"^X[A-Z] \d{4}$"),
        ("coordinates text", r"^\d\d\.\d{4},\d{3}\.\d{4}$"),
        ("locale varchar(5)", "^[a-z]{2}-[A-Z]{2}$"),
        ("timezone text", "^[A-Z][a-z]+(/[A-Z][A-Za-z_-]+){1,2}$"),
        ("email varchar(15)", r"^u\d+@x\.test$"),
        ("email varchar(20)", r"^u\d+@example\.com$"),
    ],
)
def test_a_key_has_the_form_of_what_it_means(fill: Fill, connection: Connection, column: str, form: str) -> None:
    name = column.partition(" ")[0]

    reports = [fill(f"create table t ({column} primary key)", 150), filled(connection, {"t": 150})]

    assert [report.tables[0].complete for report in reports] == [True, True]
    broken = connection.execute(f"select {name} from t where {name} !~ %s".encode(), [form])
    assert broken.fetchall() == []


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("country_code char(2)", "every_country_code"),
        ("iso3 char(3)", "every_country_code_3"),
        ("currency_code char(3)", "every_currency"),
        ("language_code char(2)", "every_language"),
        ("time_zone varchar(40)", "every_time_zone"),
        ("locale text", "every_locale"),
    ],
)
def test_a_key_has_all_words_that_there_are_before_any_other(
    fill: Fill, connection: Connection, column: str, words: str
) -> None:
    every = read_words().lists[words]

    fill(f"create table t ({column} primary key)", 150)

    found = {text for (text,) in connection.execute("select * from t").fetchall()}
    assert len(found) == 150
    assert found <= set(every)


def test_telephones_under_a_key_go_on_in_a_country_that_there_is_not(fill: Fill, connection: Connection) -> None:
    fill("create table t (phone text primary key)", 60_000)

    found = connection.execute("select count(*), count(*) filter (where phone ~ '^\\+999') from t")
    assert found.fetchone() == (60_000, 4_000)


@pytest.mark.parametrize("room", [12, 15, 18, 40])
def test_mail_has_an_address_in_whatever_room_it_has(fill: Fill, connection: Connection, room: int) -> None:
    fill(f"create table t (email varchar({room}) not null, mail varchar({room}) unique)", 200)

    found = connection.execute("select bool_and(t.* is not null and email ~ %s and mail ~ %s) from t", [_MAIL, _MAIL])
    assert found.fetchone() == (True,)


_MAIL = r"^[a-z0-9.]+@(example\.(com|net|org)|x\.test)$"


_UUID = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"


@pytest.mark.parametrize(
    ("column", "form"),
    [
        ("id varchar(36)", _UUID),
        ("realm varchar(36)", _UUID),
        ("id text", _UUID),
        ("guid char(36)", _UUID),
        ("id char(32)", "^[0-9a-f]{32}$"),
        ("id varchar(26)", "^01[0-9A-HJKMNP-TV-Z]{24}$"),
        ("realm char(26)", "^01[0-9A-HJKMNP-TV-Z]{24}$"),
        ("id char(24)", "^6[0-9a-f]{23}$"),
    ],
)
def test_a_key_that_means_nothing_is_what_its_length_says(
    fill: Fill, connection: Connection, column: str, form: str
) -> None:
    name = column.partition(" ")[0]

    report = fill(f"create table t ({column} primary key)", 150)

    assert report.tables[0].complete
    assert connection.execute(f"select {name} from t where {name} !~ %s".encode(), [form]).fetchall() == []


def test_what_is_called_an_id_is_one_also_where_it_is_no_key(fill: Fill, connection: Connection) -> None:
    fill("create table t (thing_id varchar(36) not null, realm varchar(36) not null)", 50)

    found = connection.execute("select bool_and(thing_id ~ %s), bool_or(realm ~ %s) from t", [_UUID, _UUID])
    assert found.fetchone() == (True, False)
