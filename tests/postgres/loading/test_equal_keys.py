"""Keys that are equal and yet not the same: their spelling is brought in line with the file, as any other column is."""

from __future__ import annotations

from typing import LiteralString

import psycopg
import pytest

from seedkit.errors import LoadError
from tests.postgres.loads import Connection, Load, Refusal, rows_of

pytestmark = pytest.mark.usefixtures("way")

NEEDED: dict[str, LiteralString] = {
    "citext": "create extension citext",
    "domain": "create extension citext; create domain label as citext",
    "collation": "create collation any_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
}
TYPES: dict[str, tuple[LiteralString, str, str]] = {
    "citext": ("public.citext", "IPHONE", "iPhone"),
    "collation": ("text collate any_case", "IPHONE", "iPhone"),
    "domain": ("label", "IPHONE", "iPhone"),
    "numeric": ("numeric", "1.0", "1.00"),
    "padding": ("bpchar", "'a'", "'a  '"),
    "interval": ("interval", "24:00:00", "1 day"),
    "array": ("numeric[]", "[1.0]", "[1.00]"),
    "range": ("numrange", "'[1.0,2)'", "'[1.00,2)'"),
}


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


def create_tags(connection: Connection, kind: str, others: str) -> None:
    """Create `tags` whose column `name` has one of TYPES."""
    column = TYPES[kind][0]
    try:
        connection.execute(NEEDED.get(kind, ""))
    except psycopg.errors.FeatureNotSupported as missing:
        pytest.skip(str(missing))
    connection.execute(f"create table tags (name {column} {others})".encode())


@pytest.fixture(params=list(TYPES))
def spelled(request: pytest.FixtureRequest, connection: Connection) -> tuple[str, str]:
    """Two spellings of one value; `tags` has it as its key."""
    create_tags(connection, request.param, "primary key, note text")
    _, first, second = TYPES[request.param]
    return first, second


def stored(connection: Connection) -> list[str]:
    return [name for (name,) in rows_of(connection, "select row(name)::text from tags order by 1")]


def test_a_keys_spelling_is_brought_in_line_with_the_file(
    connection: Connection, load: Load, spelled: tuple[str, str]
) -> None:
    load(tags=f"- {{name: {spelled[0]}, note: a}}\n")
    before = stored(connection)

    loaded = [load(tags=f"- {{name: {spelled[1]}, note: a}}\n") for _ in range(2)]

    assert loaded == [{"tags": (0, 1, 0)}, {"tags": (0, 0, 1)}]
    assert stored(connection) != before


def test_rows_that_are_nothing_but_a_key_are_brought_in_line_too(connection: Connection, load: Load) -> None:
    create_tags(connection, "numeric", "primary key")
    load(tags="- {name: 1.0}\n")

    loaded = [load(tags="- {name: 1.00}\n") for _ in range(2)]

    assert loaded == [{"tags": (0, 1, 0)}, {"tags": (0, 0, 1)}]


@pytest.mark.parametrize("before", ["", "insert into tags values ('7')"], ids=["empty", "filled"])
@pytest.mark.parametrize("kind", ["citext", "collation", "numeric"])
def test_two_spellings_of_one_key_are_told_with_both_places(
    connection: Connection, refusal: Refusal, kind: str, before: LiteralString
) -> None:
    _, first, second = TYPES[kind]
    create_tags(connection, kind, "primary key, note text")
    connection.execute(before)

    error = refusal(tags=f"- {{name: {first}}}\n- {{name: {second}, note: b}}\n")

    assert isinstance(error, LoadError)
    assert 'two rows of table "tags" have the same key' in error.message
    assert "tags.yml:1" in str(error)
    assert "tags.yml:2" in str(error)


@pytest.mark.parametrize("kind", ["citext", "collation", "numeric"])
def test_two_spellings_of_a_key_that_the_author_has_chosen_are_told_too(
    connection: Connection, refusal: Refusal, kind: str
) -> None:
    _, first, second = TYPES[kind]
    create_tags(connection, kind, "not null, id serial primary key, note text")

    error = refusal(tags=f"_fixture: {{key: [name]}}\n- {{name: {first}}}\n- {{name: {second}, note: b}}\n")

    assert 'two rows of table "tags" have the same key' in error.message
    assert "tags.yml:2" in str(error)
    assert "tags.yml:3" in str(error)


def test_a_child_keeps_the_spelling_that_its_own_file_has(connection: Connection, load: Load) -> None:
    connection.execute(
        """
        create table tags (name numeric primary key);
        create table posts (id integer primary key, tag numeric references tags on update cascade);
        insert into tags values (1.0);
        insert into posts values (1, 1.0), (2, 1.0)
        """
    )
    fixtures = {"tags": "- {name: 1.00}\n", "posts": "- {id: 1, tag: 1.000}\n"}

    loaded = [load(**fixtures), load(**fixtures)]

    assert loaded == [{"tags": (0, 1, 0), "posts": (0, 1, 0)}, {"tags": (0, 0, 1), "posts": (0, 0, 1)}]
    assert rows_of(connection, "select tag::text from posts order by id") == [("1.000",), ("1.00",)]


def test_a_spelling_that_may_not_change_stays(connection: Connection, load: Load) -> None:
    connection.execute(
        """
        create table tags (name numeric primary key, note text);
        create table posts (id integer primary key, tag numeric references tags on update restrict);
        insert into tags values (1.0, 'a');
        insert into posts values (1, 1.0)
        """
    )

    loaded = [load(tags="- {name: 1.00, note: b}\n") for _ in range(2)]

    assert loaded == [{"tags": (0, 1, 0)}, {"tags": (0, 0, 1)}]
    assert rows_of(connection, "select name::text, note from tags") == [("1.0", "b")]


def test_a_role_that_may_not_update_leaves_the_spelling(plain_owner: Connection, load: Load) -> None:
    role = plain_owner.execute("select session_user").fetchall()[0][0]
    plain_owner.execute("reset session authorization")
    plain_owner.execute(
        f"create table tags (name numeric primary key); grant select, insert on tags to {role}".encode()
    )
    plain_owner.execute("insert into tags values (1.0)")
    plain_owner.execute(f"set session authorization {role}".encode())

    assert load(tags="- {name: 1.00}\n- {name: 2}\n") == {"tags": (1, 0, 1)}


def test_values_are_exchanged_where_a_key_is_spelled_anew(connection: Connection, load: Load) -> None:
    connection.execute("create table tags (name numeric primary key, place integer not null unique)")
    connection.execute("insert into tags values (1.0, 1), (2.0, 2)")

    loaded = load(tags="- {name: 1.00, place: 2}\n- {name: 2.00, place: 1}\n")

    assert loaded == {"tags": (0, 2, 0)}
    assert rows_of(connection, "select name::text, place from tags order by name") == [("1.00", 2), ("2.00", 1)]


def test_keys_with_one_spelling_are_never_updated(connection: Connection, load: Load) -> None:
    values = {"integer": "7", "text": "7", "varchar(9)": "7", "char(40)": "7", "date": "2026-01-01"}
    connection.execute(
        "create function refuse() returns trigger language plpgsql as 'begin raise exception $$no$$; end'"
    )
    for number, kind in enumerate(values):
        connection.execute(
            f"create table tags_{number} (name {kind} primary key, note text);"
            f"create trigger t before update of name on tags_{number} for each row execute function refuse()".encode()
        )
    fixtures = {f"tags_{number}": f"- {{name: {value}, note: a}}\n" for number, value in enumerate(values.values())}
    load(**fixtures)

    loaded = load(**{name: text.replace("note: a", "note: b") for name, text in fixtures.items()})

    assert loaded == dict.fromkeys(fixtures, (0, 1, 0))
