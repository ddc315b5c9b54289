"""Labels without a tag: they stand for another row wherever one row alone can be meant, and a text stays a text."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed
from seedkit.core.reports.runs import SeedReport
from seedkit.errors import Origin

Connection = psycopg.Connection[Any]
Seed = Callable[..., SeedReport]


@pytest.fixture
def load(project: Callable[[dict[str, str]], Path], connection: Connection) -> Seed:
    """Create tables, write fixture files, and seed, twice: the second run changes nothing."""

    def run(schema: str, files: dict[str, str], *only: str) -> SeedReport:
        connection.execute(schema.encode())
        project({f"fixtures/{name}": text for name, text in files.items()})
        first = seed(only, connection=connection)
        second = seed(only, connection=connection)
        assert sum(table.unchanged for table in second.tables) == sum(table.inserted for table in first.tables)
        return first

    return run


def rows(connection: Connection, query: str) -> list[tuple[Any, ...]]:
    return connection.execute(query.encode()).fetchall()


BOOK = "11111111-1111-1111-1111-1111111111ab"
USERS = "create table users (id integer primary key, email text unique);"
USERS_FILE = {"users.yml": "ada: {id: 7, email: ada@x}\nben: {id: 8, email: ben@x}"}


@pytest.mark.parametrize(
    ("column", "written"),
    {
        "the column's name": ("user_id integer", "user_id: ben"),
        "without _id": ("user_id integer", "user: ben"),
        "in camel case": ('"userId" integer', "user: ben"),
        "the column in camel case": ('"userId" integer', "userId: ben"),
        "in capitals": ('"USER_ID" bigint', "USER: ben"),
        "whatever case": ('"userID" bigint', "userid: ben"),
        "one of a list": ("user_id integer", "user: !choice [ben, ben]"),
        "built": ("user_id integer", "user_id: !format 'b{tail}', tail: en"),
        "a tag": ("user_id integer", "user_id: !ref ben"),
        "a key": ("user_id integer", "user: 8"),
    }.values(),
)
@pytest.mark.parametrize("key", ["", " references users"])
def test_a_label_stands_for_a_key_with_a_foreign_key_and_without(
    load: Seed, connection: Connection, column: str, written: str, key: str
) -> None:
    posts = f"create table posts (id integer primary key, {column}{key}, tail text)"

    load(USERS + posts, {**USERS_FILE, "posts.yml": f"- {{id: 1, {written}}}"})

    name = column.partition(" ")[0]
    assert rows(connection, f"select {name}::integer from posts") == [(8,)]


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("category", "category_id"),
        ("categories", "category_id"),
        ("boxes", "box_id"),
        ('"OrderItems"', '"orderItemId"'),
    ],
)
def test_the_table_of_a_column_is_found_by_its_name(
    load: Seed, connection: Connection, table: str, column: str
) -> None:
    schema = f"create table {table} (id serial primary key, name text unique);"
    schema += f"create table a_notes (id integer primary key, {column} integer, other_id integer);"
    name = table.strip('"')

    load(schema, {f"{name}.yml": "one: {name: One}", "a_notes.yml": f"- {{id: 1, {column}: one}}"})

    assert rows(connection, f"select name from {table} join a_notes on {column} = {table}.id") == [("One",)]


def test_the_table_in_the_schema_of_the_rows_comes_first(load: Seed, connection: Connection) -> None:
    schema = USERS + "create schema shop; create table shop.users (id integer primary key);"
    schema += "create table shop.posts (id integer primary key, user_id integer)"
    files = {**USERS_FILE, "shop.users.yml": "ben: {id: 90}", "shop.posts.yml": "- {id: 1, user: ben}"}

    load(schema, files)

    assert rows(connection, "select user_id from shop.posts") == [(90,)]


@pytest.mark.parametrize(
    ("column", "written"),
    [
        ("user_id text", "user_id: ben"),
        ("user text", "user: ben"),
        ("user_id integer, user text", "user: ben"),
        ("nick text references nicks (name)", "nick: ben"),
        ("nick text references nicks (name)", "nick: 'bob'"),
    ],
)
def test_a_text_that_may_be_meant_as_text_stays_one(
    load: Seed, connection: Connection, column: str, written: str
) -> None:
    """A text in a column of text that is no foreign key; and one that is a key itself, or stands in quotes."""
    column = column.replace("user text", '"user" text')
    schema = USERS + "create table nicks (name text primary key);"
    schema += "insert into nicks values ('ben'), ('bob');"
    posts = f"create table posts (id integer primary key, {column})"
    files = {**USERS_FILE, "nicks.yml": "ben: {name: benjamin}\nbob: {name: robert}"}

    load(schema + posts, {**files, "posts.yml": f"- {{id: 1, {written}}}\n"})

    name = '"user"' if "user: " in written else written.partition(":")[0]
    assert rows(connection, f"select {name} from posts") == [(written.partition(": ")[2].strip("'"),)]


COUNTRIES = (
    "create table countries (code varchar(2) primary key, name text, next_code varchar(2) references countries);"
)
COUNTRIES_FILE = {"countries.yml": "germany: {code: DE}\nDE: {code: XX}\nFR: {code: FR, next_code: germany}"}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("country_code: germany", "DE"),
        ("country_code: FR", "FR"),
        ("country_code: DE", "DE"),  # the key of germany, not the row that is called so
        ("country: germany", "DE"),
        ("COUNTRY_CODE: germany", "DE"),
        ("country_code: !choice [germany]", "DE"),
    ],
)
@pytest.mark.parametrize("plain", [True, False])
def test_a_label_stands_for_a_key_of_text_where_it_is_no_key_itself(
    load: Seed, connection: Connection, written: str, expected: str, plain: bool
) -> None:
    schema = COUNTRIES + "create table cities (id integer primary key, country_code varchar(2) references countries)"
    rows_of_file = f"- id: 1\n  {written}\n" if plain else f"one: {{id: 1, {written}}}"

    load(schema, {**COUNTRIES_FILE, "cities.yml": rows_of_file})

    assert rows(connection, "select country_code from cities") == [(expected,)]
    assert rows(connection, "select next_code from countries where code = 'FR'") == [("DE",)]


@pytest.mark.parametrize("key", ["citext", "char(3)"])
@pytest.mark.parametrize("stored", ["", "insert into countries values ('De')"], ids=["in the files", "in the database"])
def test_a_text_that_is_equal_to_a_key_is_no_label_however_it_is_spelled(
    load: Seed, connection: Connection, key: str, stored: str
) -> None:
    schema = f"""
        create extension citext;
        create table countries (code {key} primary key);
        create table cities (id integer primary key, country_code {key} references countries);
        {stored}
        """
    same = "de" if "char" in key else "De"
    countries = "de: {code: XX}\n" + ("" if stored else f"fr: {{code: {same}}}\n")

    load(schema.replace("De", same), {"countries.yml": countries, "cities.yml": "- {id: 1, country_code: de}"})

    assert rows(connection, "select trim(country_code::text) from cities") in ([("De",)], [("de",)])


TENANTS = """
    create table tenants (id integer primary key);
    create table users (
        tenant_id integer references tenants, id integer, name text,
        primary key (tenant_id, id), unique (tenant_id, name)
    );
    """
TENANTS_FILES = {
    "tenants.yml": "acme: {id: 3}",
    "users.yml": "ben: {tenant: acme, id: 8, name: Benjamin}\nada: {tenant: acme, id: 9, name: Ada}",
}


@pytest.mark.parametrize(
    ("columns", "written", "expected"),
    [
        ("tenant_id integer, user_id integer", "user: ben", (3, 8)),
        ("tenant_id integer, user_id integer", "tenant_id: 3, user_id: ben", (3, 8)),
        ("tenant_id integer, user_id integer", "user: !ref ben", (3, 8)),
        ("tenant_id integer, user_id integer", "user: ~", (None, None)),
        ("tenant_id integer, user_id integer", "tenant_id: 3, user: 9", (3, 9)),
        ("user_tenant_id integer, user_id integer", "user: ben", (3, 8)),
        ("tenant_id integer, user_name text", "user: ben", (3, "Benjamin")),
    ],
)
def test_a_label_fills_all_columns_of_a_foreign_key(
    load: Seed, connection: Connection, columns: str, written: str, expected: tuple[Any, ...]
) -> None:
    names = [column.partition(" ")[0] for column in columns.split(", ")]
    referenced = ["tenant_id", "name" if "name" in columns else "id"]
    key = f"foreign key ({', '.join(names)}) references users ({', '.join(referenced)})"
    posts = f"create table posts (no integer primary key, {columns}, {key});"

    load(TENANTS + posts, {**TENANTS_FILES, "posts.yml": f"- {{no: 1, {written}}}"})

    assert rows(connection, f"select {', '.join(names)} from posts") == [expected]


@pytest.mark.parametrize(
    ("options", "written", "told"),
    [
        ("", "tenant_id: 4, user: ben", "is 3, but here that is 4"),
        ("", "tenant: zeta, user: ben", "is 3, but here that is 4"),
        ("_fixture: {defaults: {tenant_id: 4}}\n", "user: ben", "is 3, but here that is 4"),
        ("", "user: ben, editor: zoe", "here that is"),
    ],
)
def test_a_label_of_a_row_that_has_another_value_in_a_column_of_the_key_is_refused(
    load: Seed, connection: Connection, options: str, written: str, told: str
) -> None:
    posts = """
        create table posts (no integer primary key, tenant_id integer references tenants, user_id integer,
            editor_id integer, foreign key (tenant_id, user_id) references users (tenant_id, id),
            foreign key (tenant_id, editor_id) references users (tenant_id, id));
        insert into tenants values (3), (4); insert into users values (4, 8)
        """
    files = {**TENANTS_FILES, "posts.yml": f"{options}- {{no: 1, tenant_id: 3, user: ben}}\n- {{no: 2, {written}}}\n"}
    files["users.yml"] += "\nzoe: {tenant_id: 4, id: 8}"
    files["tenants.yml"] += "\nzeta: {id: 4}"

    with pytest.raises(SeedkitError, match=told) as caught:
        load(TENANTS + posts, files)

    assert (caught.value.origin or Origin(path=Path())).line == (3 if options else 2)


@pytest.mark.parametrize(("tenant", "refused"), [("zeta", True), ("acme", False), (BOOK.upper(), False)])
def test_a_label_of_a_row_with_another_uuid_in_the_key_is_refused(load: Seed, tenant: str, refused: bool) -> None:
    schema = """
        create table tenants (id uuid primary key);
        create table users (tenant_id uuid references tenants, id integer, primary key (tenant_id, id));
        create table posts (no integer primary key, tenant_id uuid references tenants, user_id integer,
            foreign key (tenant_id, user_id) references users (tenant_id, id));
        """
    files = {
        "tenants.yml": f"acme: {{id: {BOOK}}}\nzeta: {{}}",
        "users.yml": "ben: {tenant: acme, id: 8}\nzoe: {tenant: zeta, id: 8}",
        "posts.yml": f"- {{no: 1, tenant: {tenant}, user: ben}}",
    }

    with pytest.raises(SeedkitError, match="but here that is") if refused else nullcontext():
        load(schema, files)


def test_a_row_may_write_what_only_the_insert_of_another_tells(load: Seed, connection: Connection) -> None:
    schema = """
        create function five() returns integer language sql as 'select 5';
        create table users (id integer primary key, tenant_id integer default five(), post_id integer,
            unique (tenant_id, id));
        create table posts (id integer primary key, tenant_id integer, user_id integer,
            foreign key (tenant_id, user_id) references users (tenant_id, id));
        alter table users add foreign key (post_id) references posts
        """

    load(schema, {"users.yml": "ben: {id: 8, post: x}", "posts.yml": "x: {id: 1, tenant_id: 5, user: ben}"})

    assert rows(connection, "select tenant_id, user_id from posts") == [(5, 8)]


OWNED = """
    create table users (id serial primary key, name text unique);
    create table order_items (id uuid primary key, name text);
    create table notes (id integer primary key, owner_id {}, owner_type text);
    """
OWNERS = {"users.yml": "ben: {name: Ben}", "order_items.yml": f"book: {{id: {BOOK}}}"}


@pytest.mark.parametrize(
    ("type_", "written", "expected"),
    [
        ("bigint", "owner: ben (User)", ("1", "User")),
        ("bigint", "owner: ben (users)", ("1", "users")),
        ("text", "owner: ben (Admin::User)", ("1", "Admin::User")),
        ("text", "owner: book (OrderItem)", (BOOK, "OrderItem")),
        ("bigint", "owner: ben, owner_type: User", ("1", "User")),
        ("bigint", "owner_id: ben, owner_type: User", ("1", "User")),
        ("bigint", "owner_id: !ref users.ben, owner_type: User", ("1", "User")),
        ("bigint", "owner: ~", (None, None)),
    ],
)
def test_a_label_with_its_type_fills_both_columns(
    load: Seed, connection: Connection, type_: str, written: str, expected: tuple[Any, ...]
) -> None:
    load(OWNED.format(type_), {**OWNERS, "notes.yml": f"- {{id: 1, {written}}}"})

    assert rows(connection, "select owner_id::text, owner_type from notes") == [expected]


def test_columns_are_found_in_whatever_case(load: Seed, connection: Connection) -> None:
    schema = 'create table users (id serial primary key, "firstName" text, EMAIL text unique, "Nick" text, nick text)'
    fixture = "_fixture: {key: [Email]}\n- {Email: a@x, firstname: Ada, Nick: N, nick: n}\n"
    fixture += '- {Email: b@x, FIRSTNAME: !format "{Email}!"}\n'

    load(schema, {"users.yml": fixture})

    assert rows(connection, 'select email, "firstName", "Nick", nick from users order by id') == [
        ("a@x", "Ada", "N", "n"),
        ("b@x", "b@x!", None, None),
    ]


def test_a_seeder_finds_columns_in_whatever_case(project: Any, connection: Connection) -> None:
    connection.execute('create table users (id serial primary key, "firstName" text, email text unique)')
    project(
        {
            "seeders/users.py": """
                def seed(db):
                    db.insert("users", [{"EMAIL": "a@x", "firstname": "Ada"}], key="Email")
                """
        }
    )

    seed(connection=connection)

    assert rows(connection, 'select email, "firstName" from users') == [("a@x", "Ada")]


@pytest.mark.parametrize(
    "names", [("createdAt", "updatedAt"), ("created_on", "updated_on"), ("CREATED_AT", "UpdatedAt")]
)
def test_timestamps_are_stamped_however_they_are_spelled(
    load: Seed, connection: Connection, names: tuple[str, str]
) -> None:
    columns = ", ".join(f'"{name}" timestamptz not null' for name in names)

    load(f"create table posts (id integer primary key, {columns})", {"posts.yml": "- {id: 1}"})

    assert rows(connection, f'select "{names[0]}" = "{names[1]}" from posts') == [(True,)]


POSTS = """
    create table posts (id integer primary key, author_id integer, external_id text, owner_id integer, owner_type text,
        "Nick" text, "nIck" text);
    """
MISTAKES = {
    "no table is called so": (
        "author_id: ben",
        'nothing says of which table "ben" is the label in column "author_id"',
        "Write author_id: !ref users.ben.",
    ),
    "no table is called so, short": (
        "author: ben",
        'table "posts" has no column "author"',
        'Did you mean "author_id"? If ben is a label, write author_id: !ref users.ben.',
    ),
    "a text": (
        "external: x1",
        'table "posts" has no column "external"',
        'Did you mean "external_id"? If x1 is a label, write external_id: !ref TABLE.LABEL.',
    ),
    "no such label": ("author_id: bob", 'invalid input syntax for type integer: "bob"', ""),
    "no type": (
        "owner: ben",
        '"owner" takes a label with its type, not "ben"',
        "Write owner: ben (Type). Write owner_id: !ref users.ben, and owner_type.",
    ),
    "no such type": (
        "owner: ben (Usr)",
        'no table with labelled rows is called after the type "Usr"',
        "Write owner_id: !ref users.ben, and owner_type.",
    ),
    "no such label of the type": (
        "owner: benn (User)",
        'no row of table "users" is labelled "benn"',
        'Did you mean "ben"? Write owner_id: !ref TABLE.LABEL, and owner_type.',
    ),
    "several columns": (
        "NICK: x",
        '"NICK" fits several columns of table posts',
        'Write "Nick" or "nIck", as it is spelled.',
    ),
    "a column twice": ("Author_id: 1, author_id: 1", 'both mean the column "author_id"', "Keep one of them."),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_what_can_not_be_resolved_is_told_with_what_can(name: str, load: Seed) -> None:
    written, message, hint = MISTAKES[name]

    with pytest.raises(SeedkitError) as caught:
        load(USERS + POSTS, {**USERS_FILE, "posts.yml": f"\n- {{id: 1, {written}}}"})

    assert message in str(caught.value)
    assert hint in (caught.value.hint or "")
    assert str(caught.value.origin) == "fixtures/posts.yml:2"


def test_a_row_that_the_run_does_not_load_gets_no_key_that_no_row_has(load: Seed, connection: Connection) -> None:
    connection.execute("create table users (id serial primary key, name text unique)")
    connection.execute("create table posts (id integer primary key, user_id integer)")
    files = {"users.yml": "ben: {name: Ben}", "posts.yml": "- {id: 1, user: ben}"}

    with pytest.raises(SeedkitError, match='"ben" of table "users" has in "id" is not known') as caught:
        load("", files, "posts")

    assert caught.value.hint == "Load users as well."
    load("", files)
    connection.execute("truncate posts")
    load("", files, "posts")
    assert rows(connection, "select user_id from posts") == [(1,)]
