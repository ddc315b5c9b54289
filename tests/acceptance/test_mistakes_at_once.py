"""All that can be known to be wrong with fixtures is told by one run, of whatever kinds and in whatever files it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed
from tests.conftest import Write

Connection = psycopg.Connection[Any]
Refused = Callable[..., str]

USERS = """
    create table users (
        id      integer primary key,
        email   text not null,
        plan    text not null,
        age     integer,
        joined  date,
        score   integer not null default 0
    )
    """


@pytest.fixture
def refused(project: Write, connection: Connection) -> Refused:
    """Seed fixtures that are wrong into tables, and return all that is told."""

    def run(schema: str, **files: str) -> str:
        connection.execute(schema.encode())
        project({f"fixtures/{name}.yml": text for name, text in files.items()})
        with pytest.raises(SeedkitError) as caught:
            seed(connection=connection)
        return str(caught.value)

    return run


def crowd(first: int, count: int = 700) -> str:
    return "".join(f"- {{id: {number}, email: e, plan: p}}\n" for number in range(first, first + count))


@pytest.mark.parametrize("more", ["", crowd(100)], ids=["few", "many"])
def test_all_columns_that_a_row_must_give_are_told_at_once(refused: Refused, more: str) -> None:
    columns = ", ".join(f"c{number} text not null" for number in range(9))

    told = refused(
        f"create table users (id integer primary key, email text, plan text, {columns})", users=f"- {{id: 1}}\n{more}"
    )

    names = ", ".join(f'"c{number}"' for number in range(9))
    defaults = ", ".join(f"c{number}: ..." for number in range(9))
    assert told.splitlines()[:3] == [
        f'null values in columns {names} of relation "users" violate not-null constraints',
        "  at fixtures/users.yml:1",
        f"  columns {names} are left out and have no default",
    ]
    assert told.splitlines()[-1] == (
        f"hint: Give each row a value, or all rows of a file: _fixture: {{defaults: {{{defaults}}}}}."
    )


def test_nothing_is_sent_of_rows_that_leave_out_what_an_empty_table_must_have(
    connection: Connection, refused: Refused
) -> None:
    connection.execute("create sequence drawn")
    schema = "create table users (id integer primary key, email text default nextval('drawn'), plan text not null)"

    refused(schema, users="- {id: 1}\n- {id: 2}\n")

    assert connection.execute("select is_called from drawn").fetchone() == (False,)


def test_rows_that_leave_out_the_same_are_told_together(refused: Refused) -> None:
    told = refused(USERS, users="- {id: 1}\n- {id: 2, email: b, plan: ~}\n- {id: 3}\n- {id: 4, plan: pro}\n")

    assert told.splitlines() == [
        'null values in columns "email", "plan" of relation "users" violate not-null constraints',
        "  at fixtures/users.yml:1",
        '  columns "email", "plan" are left out and have no default',
        '  also at fixtures/users.yml:2: column "plan" is null',
        '  also at fixtures/users.yml:3: columns "email", "plan" are left out and have no default',
        '  also at fixtures/users.yml:4: column "email" is left out and has no default',
        "",
        "hint: Give each row a value, or all rows of a file: _fixture: {defaults: {email: ..., plan: ...}}.",
    ]


def test_rows_that_are_there_may_leave_out_what_new_ones_must_not(connection: Connection, refused: Refused) -> None:
    told = refused(
        f"{USERS}; insert into users values (1, 'a', 'free', 1, null, 1), (3, 'c', 'free', 1, null, 1)",
        users="- {id: 1, age: 7}\n- {id: 2, age: 8}\n\n- {id: 4, plan: pro, age: 9}\n- {id: 3, old: 1}\n",
    )

    assert [line.partition(" (")[0] for line in told.splitlines()[:5]] == [
        'table "users" has no column "old"',
        "  at fixtures/users.yml:5",
        '  also at fixtures/users.yml:2: columns "email", "plan" are left out and have no default',
        '  also at fixtures/users.yml:4: column "email" is left out and has no default',
        "",
    ]


def test_what_a_trigger_fills_is_not_missed(connection: Connection, project: Write) -> None:
    connection.execute(
        f"""
        {USERS};
        create function fill() returns trigger language plpgsql as
        $$ begin new.email := 'e'; new.plan := 'free'; return new; end $$;
        create trigger fill before insert on users for each row execute function fill()
        """.encode()
    )
    project({"fixtures/users.yml": "- {id: 1, email: e, age: 1}\n- {id: 2, email: ~, age: 1}\n"})

    seed(connection=connection)

    assert connection.execute("select email, plan from users").fetchall() == [("e", "free")] * 2


def test_what_new_rows_leave_out_is_gathered_with_the_servers_refusal_where_the_table_has_rows(
    refused: Refused,
) -> None:
    told = refused(f"{USERS}; insert into users values (9, 'a', 'free')", users="- {id: 1}\n- {id: 2, email: b}\n")

    lines = told.splitlines()
    assert lines[:2] == [
        'null value in column "email" of relation "users" violates not-null constraint',
        "  at fixtures/users.yml:1",
    ]
    assert '  also at fixtures/users.yml:1, 2: column "plan" is left out and has no default' in lines
    assert "_fixture: {defaults: {email: ..., plan: ...}}" in lines[-1]


def test_what_a_trigger_does_not_fill_is_gathered_with_the_servers_refusal(
    connection: Connection, refused: Refused
) -> None:
    connection.execute(
        """
        create table users (id integer primary key, a text not null, b text not null, c text not null);
        create function fill() returns trigger language plpgsql as
        $$ begin if new.id = 2 then new.a := 'a'; end if; return new; end $$;
        create trigger fill before insert on users for each row execute function fill()
        """
    )

    told = refused("select 1", users="- {id: 1}\n- {id: 2, b: b, c: c}\n")

    assert told.splitlines()[0] == 'null value in column "a" of relation "users" violates not-null constraint'
    assert (
        '  also at fixtures/users.yml:1: columns "b", "c" are left out and have no default, '
        "unless a trigger or a rule gives them a value" in told.splitlines()
    )


def test_what_a_trigger_of_a_partition_fills_is_not_missed(connection: Connection, project: Write) -> None:
    connection.execute(
        """
        create table users (id integer primary key, plan text not null) partition by range (id);
        create table some_users partition of users for values from (0) to (9);
        create function fill() returns trigger language plpgsql as $$ begin new.plan := 'free'; return new; end $$;
        create trigger fill before insert on some_users for each row execute function fill()
        """
    )
    project({"fixtures/users.yml": "- {id: 1}\n"})

    seed(connection=connection)

    assert connection.execute("select * from users").fetchall() == [(1, "free")]


def test_what_a_rule_fills_is_not_missed(connection: Connection, project: Write) -> None:
    connection.execute(
        """
        create table users (id integer primary key, plan text not null);
        create table members (id integer primary key, plan text not null);
        create rule elsewhere as on insert to members do instead insert into users values (new.id, 'free')
        """
    )
    project({"fixtures/members.yml": "- {id: 1}\n"})

    seed(connection=connection)

    assert connection.execute("select * from users").fetchall() == [(1, "free")]


def test_a_row_that_a_trigger_of_another_table_will_have_made_is_not_missed(
    connection: Connection, project: Write
) -> None:
    connection.execute(
        """
        create table users (id integer primary key);
        create table profiles (id integer primary key references users, plan text not null, bio text);
        create function make() returns trigger language plpgsql as
        $$ begin insert into profiles values (new.id, 'free'); return new; end $$;
        create trigger make after insert on users for each row execute function make()
        """
    )
    files = {"fixtures/users.yml": "- {id: 1}\n", "fixtures/profiles.yml": "- {id: 1, bio: hello}\n"}
    project({**files, "fixtures/visits.yml": "- {id: 1}\n"})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)
    (project({}) / "fixtures" / "visits.yml").unlink()
    seed(connection=connection)

    assert caught.value.message == 'table "visits" does not exist'
    assert caught.value.detail is None
    assert connection.execute("select * from profiles").fetchall() == [(1, "free", "hello")]


def test_a_domains_default_fills_and_its_not_null_refuses(connection: Connection, refused: Refused) -> None:
    told = refused(
        "create domain plan as text default 'free' not null; create domain mail as text not null;"
        "create domain work_mail as mail;"
        "create table users (id integer primary key, plan plan, mail work_mail)",
        users="- {id: 1}\n",
    )

    assert told.splitlines()[:3] == [
        'null value in column "mail" of relation "users" violates not-null constraint',
        "  at fixtures/users.yml:1",
        '  column "mail" is left out and has no default',
    ]


def test_the_name_of_a_count_is_no_column_that_is_missing(refused: Refused) -> None:
    told = refused(
        "create table users (id integer primary key, email text)",
        users="- {n: !count 2, id: !format '{n}', emial: x}",
    )

    assert told.splitlines()[:2] == ['table "users" has no column "emial"', "  at fixtures/users.yml:1"]
    assert "also" not in told


def test_mistakes_of_all_kinds_are_told_in_one_run(refused: Refused) -> None:
    told = refused(
        f"{USERS}; create table posts (id integer primary key, author_id integer references users, tags text[])",
        users="""
        ada: {id: 1, email: a, plan: free, age: old}
        ben: {id: 2, email: b, plan: [free], joined: never}
        eve: {id: 3, emial: c, plan: free}
        zoe: {id: 4, email: d}
        """,
        posts="""
        - {id: 1, author: adda, titel: x}
        - {id: 2, author: ada, tags: {a: 1}}
        - {id: x, author: ben}
        """,
    )

    assert told.splitlines() == [
        'column "plan" is of type text and can not take a list',
        "  at fixtures/users.yml:3",
        '  also at fixtures/posts.yml:2: no row of table "users" is labelled "adda" (Did you mean "ada"?)',
        '  also at fixtures/posts.yml:2: table "posts" has no column "titel" (Its columns: "id", "author_id", "tags".)',
        '  also at fixtures/posts.yml:3: column "tags" is of type text[] and can not take a mapping '
        "(Write a list: [a, b].)",
        '  also at fixtures/posts.yml:4: column "id": invalid input syntax for type integer: "x"',
        '  also at fixtures/users.yml:2: column "age": invalid input syntax for type integer: "old"',
        '  also at fixtures/users.yml:3: column "joined": invalid input syntax for type date: "never"',
        '  also at fixtures/users.yml:4: table "users" has no column "emial" (Did you mean "email"?)',
        '  also at fixtures/users.yml:5: column "plan" is left out and has no default '
        "(Give each row a value, or all rows of a file: _fixture: {defaults: {plan: ...}}.)",
        "",
        "hint: Quote the value if it is meant as text.",
    ]


def test_files_that_cannot_be_read_and_tables_that_are_not_there_are_told_together(refused: Refused) -> None:
    told = refused(
        f"{USERS}; create table posts (id integer primary key, author_id integer references users)",
        a_broken="ada: {id: 1, email: a",
        another="b: {id: 1}\nb: {id: 2}\n",
        usres="- {id: 1}\n",
        users="- {id: 1, emial: a, plan: free}\n",
        posts="- {id: 1, author: ada}\n- {id: 2, author: zoe}\n",
    )

    assert told.splitlines() == [
        '"," or "}" is missing',
        "  at fixtures/a_broken.yml:2:1",
        "  in what begins at fixtures/a_broken.yml:1:6",
        '  also at fixtures/another.yml:2: the key "b" stands twice',
        '  also at fixtures/posts.yml:2: no row of table "users" is labelled "zoe" '
        '(No row of "users" has a label; a fixture gives one as `zoe: {...}`.)',
        '  also at fixtures/users.yml:1: table "users" has no column "emial" (Did you mean "email"?)',
        '  also at fixtures/usres.yml: table "usres" does not exist (Did you mean users?)',
        "",
        "hint: Put a value that starts or ends like YAML's own signs in quotes.",
    ]


def test_lists_that_cannot_be_read_are_told_together_as_well(refused: Refused) -> None:
    told = refused(
        f"{USERS}; create table posts (id integer primary key)",
        users="- {id: 1, email: a, plan: free}\n- {id: 2\n",
        posts="- {id: 1}\n- {id: 1, id: 2}\n",
    )

    assert "fixtures/users.yml:3:1" in told
    assert 'fixtures/posts.yml:2: the key "id" stands twice' in told or 'the key "id" stands twice\n' in told


def test_the_first_ten_of_each_kind_are_told_and_equal_ones_in_one_line(refused: Refused) -> None:
    rows = "".join(f"- {{id: {n}, email: e, plan: p, age: a{n}, c{n}: 1, same: 1}}\n" for n in range(14))

    told = refused(USERS, users=rows)

    lines = told.splitlines()
    assert lines[0] == 'table "users" has no column "c0"'
    assert sum("invalid input syntax" in line for line in lines) == 10
    assert sum("has no column" in line for line in lines) == 10
    assert any(
        line == '  also at fixtures/users.yml:1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ...: table "users" has no column "same"'
        for line in (line.partition(" (")[0] for line in lines)
    )
    assert "  and more columns that can not be written" in lines
    assert "  and more values that can not be read" in lines


def test_a_mistake_in_a_template_is_told_once(refused: Refused) -> None:
    told = refused(USERS, users="- {id: !range 1..1000, emial: a, plan: free, age: x}\n- {id: 0, nmae: x}\n")

    assert told.count("emial") == 1
    assert told.count('invalid input syntax for type integer: "x"') == 1
    assert '"nmae"' in told


def test_a_mistake_of_another_fixture_is_no_matter_of_an_environment_that_is_not_seeded(refused: Refused) -> None:
    told = refused(
        f"{USERS}; create table posts (id integer primary key)",
        users="- {id: 1, emial: a, plan: free}\n",
        posts="_fixture: {environments: dev}\n- {id: 1, titel: x}\n",
    )

    assert "titel" not in told


def test_secrets_are_hidden_in_all_that_is_told(refused: Refused, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_NAME", "hunter2hunter2")

    told = refused(USERS, users="- {id: 1, emial: a}\n- {id: 2, email: a, plan: b, age: !env SHOP_NAME}\n")

    assert "hunter2" not in told
    assert 'column "age": invalid input syntax' in told


def test_rows_that_a_second_run_could_not_recognise_are_told_with_those_of_other_files(refused: Refused) -> None:
    told = refused(
        f"{USERS}; create table plans (id serial primary key, slug text unique, name text)",
        plans="- {name: free}\n- {name: team}\n",
        users="- {id: 1, email: a, plan: free}\n- {email: b, plan: free}\n",
    )

    assert told.count("a second run could not recognise its rows of table") == 2
    assert "fixtures/plans.yml" in told
    assert "fixtures/users.yml" in told


@pytest.mark.parametrize("above", ["", "_fixture: {defaults: {plan: free}}\n"])
@pytest.mark.parametrize("table", ["", "users:\n"])
def test_what_is_wrong_with_single_values_does_not_hide_what_follows(refused: Refused, above: str, table: str) -> None:
    rows = [
        "- {id: 1, email: !reff ada, plan: free}",
        "- {id: 2, email: <%= mail %>, plan: free, id: 3}",
        "- just text",
        "- {id: 4, email: *nobody, plan: [!ruby/symbol x], age: old}",
        "- {id: 5, emial: a, plan: free}",
    ]

    told = refused(USERS, users=above + table + "".join(f"{row}\n" for row in rows))

    messages = [
        'seedkit does not know the tag "!reff"',
        "a template of another tool stands in the fixture",
        'the key "id" stands twice',
        "a row is a mapping of columns, not text",
        'no anchor "&nobody" stands above the alias',
        'seedkit does not know the tag "!ruby/symbol"',
        'column "age": invalid input syntax for type integer: "old"',
        'table "users" has no column "emial"',
    ]
    assert [message for message in messages if told.count(message) != 1] == []
    assert "is null" not in told
    assert "left out" not in told


def test_labelled_rows_go_on_behind_what_cannot_be_read(refused: Refused) -> None:
    told = refused(
        USERS,
        users="ada: {id: 1, email: !reff $LABEL, plan: [!reff2 a]}\neve: {id: 2, emial: a, plan: free}\n"
        "zoe: {id: 3, email: b, plan: free, age: x}\n",
    )

    assert [line.partition(" (")[0] for line in told.splitlines()] == [
        'seedkit does not know the tag "!reff"',
        "  at fixtures/users.yml:1",
        '  also at fixtures/users.yml:1: seedkit does not know the tag "!reff2"',
        '  also at fixtures/users.yml:2: table "users" has no column "emial"',
        '  also at fixtures/users.yml:3: column "age": invalid input syntax for type integer: "x"',
        "",
        'hint: Did you mean "!ref"?',
    ]


def test_all_keys_that_stand_twice_are_told_at_once(refused: Refused) -> None:
    told = refused(
        f"{USERS}; create table plans (slug text primary key)",
        users="".join(f"- {{id: {number % 3}, email: a, plan: free}}\n" for number in range(6)),
        plans="- {slug: a}\n- {slug: b}\n- {slug: a}\n",
    )

    lines = told.splitlines()
    assert lines[0] == 'two rows of table "plans" have the same key, slug a'
    assert {f"fixtures/plans.yml:{line}" in told for line in (1, 3)} == {True}
    assert [line for line in lines[1:] if "two rows" in line] == [
        f'  also at fixtures/users.yml:{number + 4}: two rows of table "users" have the same key, id {number} '
        f"(the other one: fixtures/users.yml:{number + 1})"
        for number in range(3)
    ]


def test_rows_of_a_table_without_a_key_are_new_where_it_is_empty(refused: Refused) -> None:
    told = refused("create table visits (at text not null, who text not null)", visits="- {at: a}\n- {who: b}\n")

    assert 'also at fixtures/visits.yml:2: column "at" is left out' in told


def test_each_stands_on_a_line_of_its_own_also_where_a_secret_is_hidden_in_them(
    project: Write, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("API_KEY", "lovelace")
    connection.execute(USERS.encode())
    rows = "- {id: 1, nme: ada}\n- {id: 2, email: e, plan: p, age: !env API_KEY}\n"
    project({"fixtures/users.yml": rows, "pyproject.toml": '[tool.seedkit]\nenv-allowed = ["API_KEY"]\n'})

    with pytest.raises(SeedkitError) as caught:
        seed(connection=connection)

    shown = str(caught.value).splitlines()
    assert '  also at fixtures/users.yml:2: column "age": invalid input syntax for type integer: "***"' in shown


def test_a_break_in_what_the_server_says_ends_no_line(refused: Refused) -> None:
    schema = """
        create table accounts (id integer primary key);
        create table users (id integer primary key);
        create function refuse() returns trigger language plpgsql as $$
            begin raise check_violation using detail = concat('a', chr(10), '  also at forged.yml:1: b'); end $$;
        create trigger refuse before insert on accounts execute function refuse();
        """

    told = refused(schema, accounts="- {id: 1}\n", users="- {id: y}\n")

    assert r"  a\n  also at forged.yml:1: b (while loading accounts" in told
    assert 'fixtures/users.yml:1: column "id": invalid input' in told


def test_no_default_for_all_rows_is_recommended_where_no_two_may_have_the_same_value(refused: Refused) -> None:
    schema = "create table users (id integer primary key, email text not null unique, plan text not null)"

    told = refused(schema, users="- {id: 1}\n- {id: 2}\n")

    assert 'columns "email", "plan" are left out and have no default' in told
    assert told.endswith("hint: Give each row a value, or all rows of a file: _fixture: {defaults: {plan: ...}}.")


def test_a_column_in_which_no_two_rows_may_have_the_same_value_needs_one_in_each(refused: Refused) -> None:
    told = refused(
        "create table users (id integer primary key, email text not null unique)", users="- {id: 1}\n- {id: 2}\n"
    )

    assert told.endswith("hint: Give each row a value of its own.")


def test_a_value_that_a_type_has_not_is_told_once_with_those_that_it_has(refused: Refused) -> None:
    told = refused(
        "create type mood as enum ('ok', 'yes'); create table users (id integer primary key, mood mood)",
        users="- {id: 1, mood: nope}\n- {id: 2, mood: oki}\n- {id: 3, mood: ok}\n",
    )

    assert told.splitlines() == [
        'invalid input value for enum mood: "nope"',
        "  at fixtures/users.yml:1",
        '  column "mood"',
        '  also at fixtures/users.yml:2: column "mood": invalid input value for enum mood: "oki"',
        "",
        'hint: Its values: "ok", "yes".',
    ]
