import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedkit.core.secrets import redact_of, secrets_in


def shown(conninfo: str, text: str) -> str:
    return redact_of(text, [conninfo])


@pytest.mark.parametrize(
    "conninfo",
    [
        "postgresql://ada:lovelace@localhost/app",
        "postgres://ada:lovelace@localhost:5432/app",
        "postgresql+psycopg://ada:lovelace@localhost/app",
        "postgresql://:lovelace@localhost/app",
        "postgresql://localhost/app?user=ada&password=lovelace&sslmode=disable",
        "host=localhost password=lovelace dbname=app",
        "host=localhost PASSWORD = 'lovelace' dbname=app",
        "host=localhost sslpassword=lovelace dbname=app",
        "postgresql://ada@server:lovelace@server.example.com/app",
    ],
)
def test_the_password_of_a_conninfo_is_not_shown(conninfo: str) -> None:
    assert "lovelace" not in shown(conninfo, conninfo)


def test_what_is_no_password_is_shown() -> None:
    conninfo = "postgresql://ada:lovelace@localhost/app"

    assert shown(conninfo, conninfo) == "postgresql://ada:***@localhost/app"


@pytest.mark.parametrize("conninfo", ["postgresql://ada@localhost:5432/app", "host=localhost port=5432", ""])
def test_a_conninfo_without_a_password_has_no_secrets(conninfo: str) -> None:
    assert secrets_in(conninfo) == frozenset()


def test_a_percent_encoded_password_is_hidden_in_both_spellings() -> None:
    conninfo = "postgresql://ada:love%40lace@localhost/app"

    assert shown(conninfo, "love%40lace and love@lace") == "*** and ***"


def test_a_quoted_password_with_escapes_is_hidden() -> None:
    conninfo = r"host=localhost password='it\'s love' dbname=app"

    assert "love" not in shown(conninfo, conninfo)


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("se/cret", 'invalid integer value "se" for connection option "port"'),
        ("a/b", 'invalid integer value "a" for connection option "port"'),
        ("123/456", 'could not connect to database "456@localhost/app"'),
        ("se@cret", 'could not translate host name "cret@localhost"'),
        ("se#cret", 'could not translate host name "se#cret"'),
        ("s[e]cret", 'invalid host "[e]cret"'),
    ],
)
def test_a_piece_of_a_badly_quoted_password_in_libpqs_message_is_hidden(password: str, message: str) -> None:
    text = shown(f"postgresql://ada:{password}@localhost/app", message)

    assert not any(piece in re.findall(r"\w+", text) for piece in re.split(r"\W+", password))


def test_a_short_piece_hides_no_part_of_another_word() -> None:
    text = shown("postgresql://ada:a/b@localhost/app", 'invalid value "a" for a database')

    assert text == 'invalid value "***" for a database'


@pytest.mark.parametrize("password", ["secret%401", "secret@1", "p@row", "p%40row", "on/from#up"])
@pytest.mark.parametrize(
    "text",
    [
        "range-rows must be a whole number from 1 up",
        'connection to server at "127.0.0.1", port 5432 failed',
        "entry 1 of [tool.seedkit.check] ignore",
    ],
)
def test_a_short_piece_hides_nothing_where_no_part_of_a_url_stands(password: str, text: str) -> None:
    assert shown(f"postgresql://ada:{password}@localhost/app", text) == text


@pytest.mark.parametrize(
    "text",
    ['host name "row@localhost"', "on row@localhost", "ada:p@row:5432", 'port "p"', "x: /tmp/ada:p@row@localhost"],
)
def test_a_short_piece_is_hidden_where_a_part_of_a_url_stands(text: str) -> None:
    told = shown("postgresql://ada:p@row@localhost/app", text)

    assert not {"p", "row"} & set(re.findall(r"\w+", told))


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters='\0%*"'), min_size=1, max_size=12))
def test_no_password_survives_in_its_own_url(password: str) -> None:
    conninfo = f"postgresql://ada:{password}@localhost/app"

    assert shown(conninfo, f'"{password}"') == '"***"'
