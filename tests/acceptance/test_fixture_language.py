"""What the tags of a fixture do in a whole run, where a scenario's one list of expected rows can't show it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed
from seedkit.core.reports.runs import SeedReport
from seedkit.errors import FixtureError, UsageError

Connection = psycopg.Connection[Any]
Seed = Callable[..., SeedReport]


@pytest.fixture
def load(project: Callable[[dict[str, str]], Path], connection: Connection) -> Seed:
    """Create tables, write fixture files, and seed: `load("create table ...", {"users.yml": "..."}, now=...)`."""

    def run(schema: str, files: dict[str, str], **options: Any) -> SeedReport:
        connection.execute(schema.encode())
        project({f"fixtures/{name}": text for name, text in files.items()})
        return seed(connection=connection, **options)

    return run


def column(connection: Connection, query: str) -> list[Any]:
    return [value for (value,) in connection.execute(query.encode())]


USERS = (
    "create table if not exists users (id integer primary key, email text, plan text, age integer, joined timestamptz)"
)


def test_two_runs_generate_the_same_bytes(load: Seed, connection: Connection) -> None:
    fixture = """
        - id: !range 1..50
          email: !faker unique.email
          age: !faker {provider: pyint, min_value: 18, max_value: 99}
          plan: !choice {free: 90, pro: 10}
        """

    load(USERS, {"users.yml": fixture})
    first = connection.execute("select * from users order by id").fetchall()
    connection.execute("truncate users")
    load(USERS, {"users.yml": fixture})

    assert connection.execute("select * from users order by id").fetchall() == first
    assert len({email for _, email, *_ in first}) == 50
    assert all(18 <= row[3] <= 99 for row in first)


def test_another_random_seed_generates_other_values(load: Seed, connection: Connection) -> None:
    fixture = "- {id: !range 1..20, email: !faker email}"

    load(USERS, {"users.yml": fixture})
    first = column(connection, "select email from users order by id")
    report = load(USERS, {"users.yml": fixture}, random_seed=1)

    assert report.tables[0].updated >= 19
    assert column(connection, "select email from users order by id") != first


def test_a_row_or_a_column_more_changes_no_other_value(load: Seed, connection: Connection) -> None:
    load(USERS, {"users.yml": "- {id: 7, email: !faker email}\n- {id: 8, email: !faker email}"})
    before = column(connection, "select email from users order by id")
    more = "- {id: 3, age: !faker pyint}\n- {id: 7, plan: !choice [a, b], email: !faker email}\n"
    more += "- {id: 8, email: !faker email}"
    load(USERS, {"users.yml": more})

    assert column(connection, "select email from users where id in (7, 8) order by id") == before


def test_unique_values_are_redrawn_until_they_differ(load: Seed, connection: Connection) -> None:
    digits = "- {id: !range 1..10, age: !faker {provider: pyint, max_value: 9, unique: true}}"

    load(USERS, {"users.yml": digits})

    assert sorted(column(connection, "select age from users")) == list(range(10))


def test_where_no_unique_value_is_left_the_row_is_named(load: Seed) -> None:
    digits = "\n- {id: !range 1..11, age: !faker {provider: pyint, max_value: 9, unique: true}}"

    with pytest.raises(SeedkitError, match="no further value after 10 different ones") as caught:
        load(USERS, {"users.yml": digits})

    assert str(caught.value.origin) == "fixtures/users.yml:2"


def test_weights_are_kept_about(load: Seed, connection: Connection) -> None:
    load(USERS, {"users.yml": "- {id: !range 1..1000, plan: !choice {free: 90, pro: 10}}"})

    counts = Counter(column(connection, "select plan from users"))

    assert 850 < counts["free"] < 950
    assert counts["free"] + counts["pro"] == 1000


def test_a_key_is_chosen_from_the_fixture_and_a_new_one_takes_only_what_it_wins(
    load: Seed, connection: Connection
) -> None:
    schema = USERS + "; create table if not exists visits (id integer primary key, user_id integer references users)"
    visits = "- {id: !range 1..300, user_id: !choice {ref: users}}"
    load(schema, {"users.yml": "- {id: 1}\n- {id: 2}\n- {id: 3}", "visits.yml": visits})
    before = dict(connection.execute("select id, user_id from visits").fetchall())

    load(schema, {"users.yml": "- {id: 1}\n- {id: 2}\n- {id: 3}\n- {id: 4}", "visits.yml": visits})

    after = dict(connection.execute("select id, user_id from visits").fetchall())
    assert set(before.values()) == {1, 2, 3}
    assert {after[visit] for visit in after if after[visit] != before[visit]} == {4}
    assert 40 < sum(user == 4 for user in after.values()) < 110


def test_a_key_is_chosen_from_the_table_where_no_fixture_tells_its_keys(load: Seed, connection: Connection) -> None:
    schema = "create table users (id serial primary key, email text unique); insert into users (id) values (40), (41);"
    schema += "create table visits (id integer primary key, user_id integer references users)"

    load(schema, {"visits.yml": "- {id: !range 1..20, user_id: !choice {ref: users}}"})

    assert set(column(connection, "select user_id from visits")) == {40, 41}


VISITS = """
    create table if not exists users (id {type} primary key, note text, created_at timestamp not null);
    create table if not exists visits (id integer primary key, user_id {type} references users)
"""


@pytest.mark.parametrize(
    ("key_type", "users", "keys"),
    {
        "plain rows": ("integer", "- {id: 7, note: a}\n- {id: 8, note: b}", [7, 8]),
        "plain rows with the key last": ("integer", "- note: a\n  id: 7\n- note: b\n  id: 8", [7, 8]),
        "quoted rows": ("text", "- {id: 'x y', note: null}\n- {id: \"it's\", note: ''}", ["it's", "x y"]),
        "escaped rows": ("text", '- {id: "a\\tb"}\n- {id: "c\\\\d"}', ["a\tb", "c\\d"]),
        "plain rows, then others": ("integer", "- {id: 7}\n- {id: !range 8..9}\n- {id: 10}", [7, 8, 9, 10]),
        "made up": ("text", "- {id: !format '{note}!', note: a}\n- {id: b, note: b}", ["a!", "b"]),
        "labelled": ("integer", "ada: {id: 7}\nben: {id: 8}", [7, 8]),
    }.values(),
)
def test_the_keys_that_a_fixture_writes_are_chosen_however_its_rows_are_written(
    load: Seed, connection: Connection, key_type: str, users: str, keys: list[Any]
) -> None:
    schema = VISITS.format(type=key_type) + "; insert into users values ('1234', 'another', now())"

    load(schema, {"users.yml": users, "visits.yml": "- {id: !range 1..100, user_id: !choice {ref: users}}"})

    assert column(connection, "select distinct user_id from visits order by user_id") == keys


def test_keys_of_the_table_are_chosen_as_they_are_whatever_their_text(load: Seed, connection: Connection) -> None:
    keys = ["", "NULL", "\\N", "a\nb", "a\tb", "c\\d", "köln"]
    connection.execute(VISITS.format(type="text").encode())
    connection.execute("insert into users select key, null, now() from unnest(%s::text[]) as key", (keys,))

    load("", {"visits.yml": "- {id: !range 1..200, user_id: !choice {ref: users}}"})

    assert sorted(column(connection, "select distinct user_id from visits")) == sorted(keys)


@pytest.mark.parametrize("choice", ["!choice {ref: users}", "!choice {'ref': users}", "!choice\n    ref: users"])
def test_many_keys_are_the_same_whether_rows_are_read_ahead_or_wait_for_others(
    load: Seed, connection: Connection, choice: str
) -> None:
    schema = VISITS.format(type="integer")

    load(schema, {"users.yml": "- {id: !range 1..900}", "visits.yml": f"- id: !range 1..20000\n  user_id: {choice}\n"})

    digest = "select md5(string_agg(user_id::text, ' ' order by id)) from visits"
    assert column(connection, digest) == ["95895953c32a350c163c6363022744d3"]


def test_tables_whose_keys_are_chosen_from_each_other_are_loaded(load: Seed, connection: Connection) -> None:
    schema = "create table cats (id integer primary key, dog integer); create table dogs (like cats including all)"
    files = {
        "cats.yml": "- {id: !range 1..9, dog: !choice {ref: dogs}}",
        "dogs.yml": "- {id: !range 11..19, dog: !choice {ref: cats}}",
    }

    load(schema, files)

    assert min(column(connection, "select dog from cats")) > 9 >= max(column(connection, "select dog from dogs"))


def test_a_choice_that_hides_from_a_look_at_the_file_is_refused(load: Seed) -> None:
    """It would use the connection while rows are sent."""
    schema = VISITS.format(type="integer") + "; insert into users values (1, 'a', now())"
    visits = "- {id: 1, user_id: !choice [1]}\n- {id: !range 2..20000, user_id: !%63hoice {ref: users}}\n"

    with pytest.raises(SeedkitError, match="!choice is not written out") as caught:
        load(schema, {"visits.yml": visits})

    assert caught.value.hint == "Write !choice {ref: users}."


def test_keys_are_chosen_in_about_the_time_of_values_of_a_list(load: Seed) -> None:
    schema = VISITS.format(type="integer") + "; create table if not exists picks (id integer, user_id integer)"
    users = {"users.yml": "- {id: !range 1..6000, created_at: 2026-01-01}"}
    load(schema, users)
    seconds = []

    for choice in ("[1, 2, 3]", "{ref: users}"):
        start = time.perf_counter()
        load("", {**users, "picks.yml": f"- {{id: !range 1..6000, user_id: !choice {choice}}}"})
        seconds.append(time.perf_counter() - start)

    of_three, of_all = seconds
    assert of_all < 4 * of_three


def test_relative_times_are_written_once_and_count_from_now(load: Seed, connection: Connection) -> None:
    fixture = "- {id: 1, joined: !ago 3d, plan: !format '{joined}'}\n- {id: 2, joined: !ahead 2h}"

    load(USERS, {"users.yml": fixture}, now=datetime(2026, 3, 4, 12, tzinfo=UTC))
    second = load(USERS, {"users.yml": fixture}, now=datetime(2027, 1, 1, tzinfo=UTC))

    assert column(connection, "select joined from users order by id") == [
        datetime(2026, 3, 1, 12, tzinfo=UTC),
        datetime(2026, 3, 4, 14, tzinfo=UTC),
    ]
    assert (second.tables[0].updated, second.tables[0].unchanged) == (0, 2)


def test_faker_values_that_count_from_today_are_written_once(load: Seed) -> None:
    fixture = "- {id: 1, joined: !faker past_datetime}"

    load(USERS, {"users.yml": fixture})
    second = load(USERS, {"users.yml": fixture}, random_seed=1)

    assert second.tables[0].unchanged == 1


def test_timestamps_that_must_be_there_take_the_moment_of_the_insert(load: Seed, connection: Connection) -> None:
    schema = """
        create table if not exists posts (
            id integer primary key, title text, created_at timestamptz not null, updated_at timestamp not null
        )
        """
    load(schema, {"posts.yml": "- {id: 1, title: One}"}, now=datetime(2026, 3, 4, tzinfo=UTC))

    second = load(schema, {"posts.yml": "- {id: 1, title: Two}"}, now=datetime(2027, 1, 1, tzinfo=UTC))

    assert connection.execute("select title, created_at, updated_at from posts").fetchall() == [
        ("Two", datetime(2026, 3, 4, tzinfo=UTC), datetime(2026, 3, 4))
    ]
    assert second.tables[0].updated == 1


def test_the_environment_gives_values(load: Seed, connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SUPPORT_EMAIL", "help@example.com")

    load(USERS, {"users.yml": "- {id: 1, email: !env SUPPORT_EMAIL, plan: !env {name: NO_SUCH_PLAN, default: free}}"})

    assert connection.execute("select email, plan from users").fetchall() == [("help@example.com", "free")]


def test_labelled_rows_without_a_key_keep_the_key_that_the_database_gave_them(
    load: Seed, connection: Connection
) -> None:
    schema = """
        create table posts (id integer primary key, user_id integer not null references users);
        """
    connection.execute("create table users (id serial primary key, email text not null unique)")
    connection.execute("insert into users (id, email) values (41, 'ada@example.com')")
    files = {"users.yml": "ada: {email: ada@example.com}\nbob: {email: bob@example.com}"}

    load(schema, {**files, "posts.yml": "- {id: 1, user: ada}\n- {id: 2, user: bob}"})

    assert connection.execute("select id, user_id from posts order by id").fetchall() == [(1, 41), (2, 1)]


MISTAKES = {
    "no label": ("- {id: 1, user: adda}", 'no row of table "users" is labelled "adda"', 'Did you mean "ada"?'),
    "no label in a ref": (
        "- {id: 1, user_id: !ref adda}",
        'no row of table "users" is labelled',
        'Did you mean "ada"?',
    ),
    "no table": ("- {id: 1, note: !ref ada}", "names no table, and its column is no foreign key", "!ref users.ada"),
    "no column": ("- {id: 1, note: !ref users.ada.emial}", 'table "users" has no column "emial"', 'mean "email"'),
    "column twice": ("- {id: 1, user: ada, user_id: 1}", '"user" and "user_id" both mean the column "user_id"', "Keep"),
    "circle": ("- {id: 1, note: !format '{note}'}", "!format goes in a circle: note → note", None),
    "unknown in a format": ("- {id: 1, note: !format '{nmae}'}", '!format names "nmae"', "It gives"),
    "bad format": ("- {id: 1, note: !format '{id'}", "!format", "braces"),
    "no provider": ("- {id: 1, note: !faker emial}", 'Faker has no provider "emial"', 'Did you mean "email"'),
    "Faker's own machinery": ("- {id: 1, note: !faker seed_instance}", "Faker has no provider", None),
    "no locale": ("- {id: 1, note: !faker {provider: name, locale: xx_XX}}", 'Faker has no locale "xx_XX"', "de_DE"),
    "unknown argument": ("- {id: 1, note: !faker {provider: name, size: 3}}", "!faker name: ", "Write !faker"),
    "range": ("- {id: !range one}", '!range takes two whole numbers, not "one"', "1..1000"),
    "range downwards": ("- {id: !range 3..1}", "goes downwards", "!range 1..3"),
    "two ranges": ("- {id: !range 1..2, user_id: !range 1..2}", "a row takes one !range, not 2", "!format"),
    "span": ("- {id: 1, note: !ago soon}", '"soon" is no span of time', "3d"),
    "M": ("- {id: 1, note: !ago 3M}", '"3M" may be minutes or months', "3min or 3mo"),
    "unit": ("- {id: 1, note: !ago 3 fortnights}", 'there is no unit "fortnights"', "3d"),
    "environment": ("- {id: 1, note: !env NO_SUCH_NAME}", "environment variable NO_SUCH_NAME is not set", "default"),
    "file": ("- {id: 1, note: !file missing.txt}", "cannot read fixtures/missing.txt: no such file", None),
    "choice": ("- {id: 1, note: !choice []}", "nothing to choose from", "!choice [a, b]"),
    "weights": ("- {id: 1, note: !choice {a: much}}", '"much" is no weight', None),
    "sql in a list": ("- {id: 1, notes: [!sql now()]}", "!sql stands for the whole value", None),
    "choice of nothing": ("- {id: 1, note: !choice {ref: pests}}", 'there is no table "pests"', None),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_has_an_address_and_a_way_out(name: str, load: Seed) -> None:
    row, message, hint = MISTAKES[name]
    schema = """
        create table users (id integer primary key, email text);
        create table posts (id integer primary key, user_id integer references users, note text, notes text[]);
        """

    with pytest.raises(SeedkitError) as caught:
        load(schema, {"users.yml": "ada: {id: 1}", "posts.yml": f"# one row\n\n{row}\n"})

    assert message in str(caught.value)
    assert str(caught.value.origin) == "fixtures/posts.yml:3"
    assert (hint or "") in (caught.value.hint or "")


def test_two_rows_of_a_table_with_one_label_are_refused_with_both_places(load: Seed) -> None:
    schema = "create table users (id integer primary key, boss_id integer references users)"

    with pytest.raises(SeedkitError, match='two rows of table "users" are labelled "ada"') as caught:
        load(schema, {"a/users.yml": "ada: {id: 1}", "b/users.yml": "ada: {id: 2, boss: ada}"})

    assert str(caught.value.origin) == "fixtures/b/users.yml:1"
    assert caught.value.detail == "The first one is at fixtures/a/users.yml:1."


def test_a_seeder_gets_the_key_of_a_labelled_row(load: Seed, project: Any, connection: Connection) -> None:
    connection.execute("create table posts (id integer primary key, user_id integer, contact text)")
    project(
        {
            "seeders/posts.py": """
                from seedkit import SeedContext, seeder

                @seeder(depends_on=["users"])
                def posts(db: SeedContext) -> None:
                    ada, email = db.ref("users.ada"), db.ref("users.ada.email")
                    db.insert("posts", [{"id": 1, "user_id": ada, "contact": email}])
                """
        }
    )

    load("create table users (id serial primary key, email text unique)", {"users.yml": "ada: {email: a@example.com}"})

    assert connection.execute("select user_id, contact from posts").fetchall() == [(1, "a@example.com")]


@pytest.mark.parametrize(
    ("name", "kind", "message", "hint"),
    [
        ("ada", UsageError, '"ada" is no labelled row', 'Write "TABLE.LABEL"'),
        ("pests.ada", UsageError, '"pests.ada" is no labelled row', 'Write "TABLE.LABEL"'),
        ("users.adda", FixtureError, 'no row of table "users" is labelled "adda"', 'Did you mean "ada"?'),
        ("users.adda.id", FixtureError, 'no row of table "users" is labelled "adda"', 'Did you mean "ada"?'),
        ("users.grace", FixtureError, 'no row of table "users" is labelled "grace"', "Its labels are ada."),
        ("pets.rex", FixtureError, 'no row of table "pets" is labelled "rex"', 'No row of "pets" has a label'),
    ],
)
def test_a_seeder_that_asks_for_no_labelled_row_is_told_how(
    name: str, kind: type[SeedkitError], message: str, hint: str, load: Seed, project: Any
) -> None:
    project({"seeders/posts.py": f"def seed(db):\n    db.ref('{name}')\n"})

    with pytest.raises(kind, match=message) as caught:
        load("create table users (id integer primary key); create table pets (id int)", {"users.yml": "ada: {id: 1}"})

    assert str(caught.value.origin) == "seeders/posts.py:2"
    assert (caught.value.hint or "").startswith(hint)


ACCOUNTS = "create table if not exists accounts (id {key}, email text not null{unique}, plan text)"
TEMPLATE = 'email: !format "user{n:03}@example.com", plan: !choice [free, pro]'


@pytest.mark.parametrize(
    ("key", "unique", "fixture"),
    {
        "an identity key": (
            "integer generated always as identity primary key",
            " unique",
            f"- {{n: !count 500, {TEMPLATE}}}",
        ),
        "a serial key": ("serial primary key", "", f"_fixture: {{key: email}}\n- {{n: !count 1..500, {TEMPLATE}}}"),
        "a uuid key made by the database": (
            "uuid primary key default gen_random_uuid()",
            " unique",
            f"- {{n: !count 500, {TEMPLATE}}}",
        ),
        "a uuid key from the label": ("uuid primary key", "", f"user: {{n: !count 500, {TEMPLATE}}}"),
        "no key": ("integer", "", f"- {{n: !count 500, {TEMPLATE}}}"),
    }.values(),
)
def test_a_count_makes_rows_of_a_table_whatever_its_key_is_like(
    load: Seed, connection: Connection, key: str, unique: str, fixture: str
) -> None:
    first = load(ACCOUNTS.format(key=key, unique=unique), {"accounts.yml": fixture})
    second = load("", {"accounts.yml": fixture})

    assert (first.tables[0].inserted, second.tables[0].unchanged) == (500, 500)
    assert column(connection, "select email from accounts order by email limit 2") == [
        "user001@example.com",
        "user002@example.com",
    ]
    assert len(column(connection, "select distinct plan from accounts")) == 2


def test_a_row_that_a_count_makes_has_a_label_and_may_go_on_counting(load: Seed, connection: Connection) -> None:
    schema = "create table users (id serial primary key, email text unique);"
    schema += "create table posts (id serial primary key, user_id integer references users, title text unique)"
    users = 'user: {n: !count 3..4, email: !format "{n}@x"}'

    load(schema, {"users.yml": users, "posts.yml": "- {title: one, user: user_4}"})

    assert column(connection, "select email from posts join users on users.id = user_id") == ["4@x"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("{id: !count 5}", '"id" is a column, and !count stands under a name that is none'),
        ("{n: !count many}", '!count takes a whole number from 1 up, or two, not "many"'),
        ("{n: !count 0}", '!count takes a whole number from 1 up, or two, not "0"'),
        ("{n: !count 3..1, email: x}", "!count 3..1 goes downwards"),
        ("{n: !count 3, id: !range 1..3}", "a row takes one !count or !range, not 2"),
        ("{n: !count 99_000_000, email: x}", "!count stands for 99,000,000 rows"),
        ("{n: !count 5}", "a row names no column"),
    ],
)
def test_a_count_that_is_none_is_told_with_its_line(load: Seed, row: str, message: str) -> None:
    with pytest.raises(SeedkitError) as caught:
        load(USERS, {"users.yml": f"\n- {row}\n"})

    assert message in str(caught.value)
    assert str(caught.value.origin) == "fixtures/users.yml:2"


VECTOR = """
    create type {name};
    create function {name}_in(cstring) returns {name} language internal immutable strict as 'textin';
    create function {name}_out({name}) returns cstring language internal immutable strict as 'textout';
    create type {name} (input = {name}_in, output = {name}_out, like = text);
    """


@pytest.mark.parametrize("schema", ["public", "extensions"])
def test_a_list_is_a_vector_where_the_type_is_called_so(load: Seed, connection: Connection, schema: str) -> None:
    connection.execute(f"create schema if not exists {schema}; set search_path = {schema}".encode())
    connection.execute("".join(VECTOR.format(name=name) for name in ("vector", "halfvec")).encode())
    connection.execute("reset search_path")
    table = "create table items (id integer primary key, seen {0}.vector, half {0}.halfvec, many {0}.vector[])"
    rows = "- {id: 1, seen: [1, -2.5, 1_000], half: [.5], many: [[1, 2], [3]]}\n"
    rows += "- {id: 2, seen: '[1,2]', half: ~, many: []}"

    report = load(table.format(schema), {"items.yml": rows})

    assert report.tables[0].inserted == 2
    assert column(connection, "select seen::text || half::text || many::text from items where id = 1") == [
        '[1,-2.5,1000][.5]{"[1,2]",[3]}'
    ]
    assert column(connection, "select seen::text || many::text from items where id = 2") == ["[1,2]{}"]


@pytest.mark.parametrize("value", ["[1, ~]", "[[1], [2]]", "{a: 1}"])
def test_what_is_no_list_of_numbers_is_no_vector(load: Seed, connection: Connection, value: str) -> None:
    connection.execute(VECTOR.format(name="vector").encode())

    with pytest.raises(SeedkitError, match='column "seen" is of type vector') as caught:
        load("create table items (id integer primary key, seen vector)", {"items.yml": f"- {{id: 1, seen: {value}}}"})

    assert str(caught.value.origin) == "fixtures/items.yml:1"
