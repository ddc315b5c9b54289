"""What `!env` and `!file` have read is in no error: neither the command's nor the API's, nor in what caused it."""

from __future__ import annotations

import json
import traceback
from typing import Any
from urllib.parse import unquote

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedkit import SeedkitError, seed
from seedkit.core.read_secrets import Secrets
from tests.conftest import Run, Write

Connection = psycopg.Connection[Any]

SECRET = "hunter2 correct'horse\"battery"
PIECES = ("hunter2", "correct", "horse", "battery", SECRET.encode().hex()[:16])

SCHEMA = """
    create table parents (code text primary key);
    create table notes (
        id integer primary key, parent text references parents, number integer,
        short varchar(3), day date, document jsonb, numbers integer[], checked text check (length(checked) < 5),
        taken text unique, must text not null default '', icon bytea check (length(icon) < 5), active boolean,
        during int4range, other uuid, place point, raised text
    );
    insert into notes (id, taken) values (99, 'hunter2 correct''horse"battery');
    create function raised() returns trigger language plpgsql as
        'begin if new.raised is not null then raise exception ''no: %'', new.raised using hint = new.raised; end if;
         return new; end';
    create trigger raised before insert on notes for each row execute function raised();
    """

MISTAKES = {
    "foreign key": "{id: 1, parent: SECRET}",
    "number": "{id: 1, number: SECRET}",
    "too long": "{id: 1, short: SECRET}",
    "date": "{id: 1, day: SECRET}",
    "list": "{id: 1, numbers: [SECRET]}",
    "check": "{id: 1, checked: SECRET}",
    "key that is taken": "{id: 1, taken: SECRET}",
    "null beside it": "{id: 1, checked: ~, must: ~, taken: SECRET}",
    "bytes": "{id: 1, icon: SECRET}",
    "boolean": "{id: 1, active: SECRET}",
    "range": "{id: 1, during: {lower: SECRET, upper: 9}}",
    "uuid": "{id: 1, other: SECRET}",
    "point": "{id: 1, place: SECRET}",
    "in a text with others": "{id: 1, must: SECRET, number: !format 'no. {must}'}",
    "of a trigger": "{id: 1, raised: SECRET}",
    "document": "{id: 1, document: {a: SECRET}, must: ~}",
    "two rows with one key": "{id: 1, taken: SECRET}\n- {id: 2, taken: SECRET}",
}
TAKEN = {"environment": "!env MOTTO", "file": "!file motto.txt"}


def written(project: Write, connection: Connection, monkeypatch: pytest.MonkeyPatch, rows: str, taken: str) -> None:
    connection.execute(SCHEMA.encode())
    monkeypatch.setenv("MOTTO", SECRET)
    files = {"fixtures/motto.txt": SECRET, "fixtures/notes.yml": f"- {rows.replace('SECRET', TAKEN[taken])}\n"}
    project(files)


def everything_of(error: BaseException) -> str:
    """What an error says in any way that somebody might print or log it, with all that stands behind it."""
    texts = ["".join(traceback.format_exception(error)), repr(error), str(error), *map(str, error.args)]
    behind = [found for found in (error.__cause__, error.__context__) if found is not None]
    return "\n".join(texts + [everything_of(found) for found in behind])


@pytest.mark.parametrize("count", [1, 600])
@pytest.mark.parametrize("taken", TAKEN)
@pytest.mark.parametrize("mistake", MISTAKES)
def test_no_error_of_the_api_shows_what_was_read(
    project: Write, connection: Connection, monkeypatch: pytest.MonkeyPatch, mistake: str, taken: str, count: int
) -> None:
    further = "".join(f"\n- {{id: {number}}}" for number in range(1_000, 1_000 + count))
    written(project, connection, monkeypatch, MISTAKES[mistake] + further, taken)

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    shown = everything_of(caught.value)
    assert not [piece for piece in PIECES if piece in shown], shown
    assert caught.value.origin is not None


@pytest.mark.parametrize("mistake", ["number", "check", "foreign key"])
def test_no_output_of_the_command_shows_what_was_read(
    project: Write, connection: Connection, database: str, monkeypatch: pytest.MonkeyPatch, seedkit: Run, mistake: str
) -> None:
    written(project, connection, monkeypatch, MISTAKES[mistake], "environment")

    ran = seedkit("seed", "--debug", "--json", DATABASE_URL=database, MOTTO=SECRET)

    assert ran.returncode == 1
    assert not [piece for piece in PIECES if piece in ran.stdout + ran.stderr], ran.stderr
    assert json.loads(ran.stdout)["error"]


MADE = {
    "its beginning": ("must: !env MOTTO, number: !format '{must:.7}'", ["hunter2"]),
    "its first character in a word": ("must: !env MOTTO, number: !format 'ab{must:.1}cd'", ["abhcd"]),
    "its first two characters in a word": ("must: !env MOTTO, number: !format '7{must:.2}7'", ["7hu7"]),
    "its first character twice": ("must: !env MOTTO, number: !format '{must:.1}{must:.1}'", ["hh"]),
    "a digit of a number in a word": ("must: !env PIN, number: !format '<{must:.1e}>x'", ["1.2e+07"]),
    "a character by way of another column": (
        "must: !env MOTTO, taken: !format '{must:.1}', number: !format 'ab{taken}'",
        ["abh"],
    ),
    "a character in a word in a word": (
        "must: !env MOTTO, taken: !format 'a{must:.1}', number: !format 'xy{taken}z'",
        ["xyahz"],
    ),
    "its first three characters": ("must: !env MOTTO, number: !format '{must:.3}'", ["hun"]),
    "its beginning in a text": ("must: !env MOTTO, number: !format 'no. {must:.7}!'", ["hunter2"]),
    "its beginning's beginning": (
        "must: !env MOTTO, taken: !format '{must:.7}', number: !format '{taken:.4}'",
        ["hunt"],
    ),
    "the beginning of a text with it": (
        "must: !env MOTTO, taken: !format 'ab{must}', number: !format '{taken:.7}'",
        ["hunte"],
    ),
    "filled up": ("must: !env MOTTO, number: !format '{must:_>9.5}'", ["hunte"]),
    "a number in hex": ("must: !env PIN, number: !format '{must:x}'", ["bc614e"]),
    "a number with commas": ("must: !env PIN, number: !format '{must:,}'", ["12,345,678"]),
    "a number as a fraction": ("must: !env PIN, number: !format '{must:.2f} EUR'", ["12345678.00"]),
    "of a choice": ("must: !choice [!env MOTTO], number: !format '{must:.5}'", ["hunte"]),
    "of a file": ("must: !file motto.txt, number: !format '{must:.5}'", ["hunte"]),
}


@pytest.mark.parametrize("count", [1, 600])
@pytest.mark.parametrize("name", MADE)
def test_what_a_format_makes_of_it_is_in_no_error_either(
    project: Write, connection: Connection, monkeypatch: pytest.MonkeyPatch, name: str, count: int
) -> None:
    row, made = MADE[name]
    monkeypatch.setenv("PIN", "12345678")
    further = "".join(f"\n- {{id: {number}}}" for number in range(1_000, 1_000 + count))
    written(project, connection, monkeypatch, f"{{id: 1, {row}}}{further}", "environment")

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    shown = everything_of(caught.value)
    assert not [piece for piece in made if piece in shown], shown
    assert caught.value.origin is not None


def test_what_a_format_makes_of_a_row_that_refers_to_it_is_in_no_error_either(
    project: Write, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "ada: {id: 1, must: !env MOTTO}\nbob: {id: 2, must: !ref notes.ada.must, number: !format '{must:.7}'}\n"
    written(project, connection, monkeypatch, "{id: 3}", "environment")
    project({"fixtures/notes.yml": rows})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert "hunter2" not in everything_of(caught.value)


def test_what_a_format_makes_of_other_columns_is_shown(
    project: Write, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = "{id: 1, must: !env MOTTO, taken: lovelace, number: !format '{taken:.4}'}"
    written(project, connection, monkeypatch, row, "environment")

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert caught.value.message == 'invalid input syntax for type integer: "love"'


@pytest.mark.parametrize("userinfo", ["ghp_0123456789", "a1-b2-c", "tok", "x%2Dy%2Dz123456", "ada:pa%20ss", ":se-cret"])
def test_what_stands_before_the_host_of_a_url_is_hidden_where_it_is_told_alone(userinfo: str) -> None:
    secrets = Secrets()
    secrets.add(f"see https://{userinfo}@example.org/path and ssh://git@example.org")
    part = userinfo.rpartition(":")[2]

    for told in (f'"https://{userinfo}@example.org"', f'user "{part}" is not known', f'no user "{unquote(part)}"'):
        shown = secrets.hidden(told)
        assert part not in shown
        assert unquote(part) not in shown
    assert secrets.hidden("the legitimate digits") == "the legitimate digits"


def test_a_token_before_the_host_of_a_url_is_in_no_error_of_a_seeder(
    project: Write, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASE", "https://to-k3n@example.org")
    written(project, connection, monkeypatch, "{id: 1, must: !env BASE}", "environment")
    told = """
        from urllib.parse import urlsplit

        def seed(db):
            [row] = db.execute("select must from notes where id = 1")
            raise LookupError(f"no account {urlsplit(str(row)[2:-3]).username}")
    """
    project({"seeders/more.py": told})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert "no account ***" in str(caught.value)
    assert "to-k3n" not in everything_of(caught.value)


def test_where_very_much_was_made_of_a_secret_nothing_is_shown_rather_than_some_of_it() -> None:
    secrets = Secrets()
    secrets.add(SECRET)

    for number in range(1_000_000, 1_010_000):
        secrets.follow(f"{number}{SECRET}", f"{number}h")

    assert secrets.hidden("Failing row contains (1009999h).") == "***"


def test_an_error_that_quotes_nothing_of_it_stays_as_it_is(
    project: Write, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(project, connection, monkeypatch, "{id: 1, checked: !env LANG_}\n- {id: 2, number: seven}", "environment")
    monkeypatch.setenv("LANG_", "en")

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert caught.value.message == 'invalid input syntax for type integer: "seven"'
    assert isinstance(caught.value.__cause__, psycopg.Error)


def test_an_error_of_a_seeder_that_quotes_a_row_does_not_show_it(
    project: Write, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    written(project, connection, monkeypatch, "{id: 1, must: SECRET}", "environment")
    seeder = (
        "def seed(db):\n    [row] = db.execute('select must from notes where id = 1')\n    raise RuntimeError(row)\n"
    )
    project({"seeders/more.py": seeder})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    assert not [piece for piece in PIECES if piece in everything_of(caught.value)]


@given(secret=st.text(min_size=8), before=st.text(), after=st.text())
def test_a_secret_is_not_in_a_text_that_held_it(secret: str, before: str, after: str) -> None:
    secrets = Secrets()
    secrets.add(secret)

    hidden = secrets.hidden(f"{before}{secret}{after}")

    assert not secret.strip() or secret.strip() in "***" or secret.strip() not in hidden


def test_the_beginning_of_a_long_secret_hides_the_rest() -> None:
    secrets = Secrets()
    secret = "".join(f"{number:08}" for number in range(100_000))
    secrets.add(secret)

    hidden = secrets.hidden(f'invalid input syntax for type integer: "{secret}"')

    assert hidden == 'invalid input syntax for type integer: "***…'
