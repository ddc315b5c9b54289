"""Tables with rules: COPY ignores rules, so that their rows go by statements."""

from __future__ import annotations

import pytest

from tests.postgres.loads import Connection, Load, Refusal, many, rows_of


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


USERS = "create table users (id integer primary key, name varchar(8), born date default '2000-01-01');"
LOGGED = """
    create table log (what text, id integer, name text);
    create rule note_insert as on insert to users do also insert into log values ('insert', new.id, new.name);
    create rule note_update as on update to users do also insert into log values ('update', new.id, old.name);
"""


def test_rules_see_each_row_that_is_inserted_or_updated_and_no_other(connection: Connection, load: Load) -> None:
    connection.execute(USERS + LOGGED)
    load(users="- {id: 1, name: ada}\n- {id: 2, name: bob}\n")

    loaded = load(users="- {id: 1, name: ida}\n- {id: 2, name: bob}\n- {id: 3, name: 'cid \"x\"'}\n")

    assert loaded == {"users": (1, 1, 1)}
    assert rows_of(connection, "select * from log") == [
        ("insert", 1, "ada"),
        ("insert", 2, "bob"),
        ("update", 1, "ada"),
        ("insert", 3, 'cid "x"'),
    ]


def test_rules_see_rows_of_several_shapes_as_they_stand(connection: Connection, load: Load) -> None:
    connection.execute(
        USERS.replace("integer primary", "serial primary").replace("name varchar(8)", "name text unique")
    )
    connection.execute(LOGGED.replace("new.id, ", "0, "))

    load(users="- {name: ada, born: 2001-01-01}\n- {name: bob}\n- {name: cid, born: 2001-01-01}\n")

    assert rows_of(connection, "select id, name from users order by id") == [(1, "ada"), (2, "bob"), (3, "cid")]
    assert rows_of(connection, "select name from log") == [("ada",), ("bob",), ("cid",)]


def test_many_rows_go_past_rules_in_batches(connection: Connection, load: Load) -> None:
    connection.execute(USERS + LOGGED)

    assert [load(users=many(6_000)), load(users=many(6_000))] == [{"users": (6_000, 0, 0)}, {"users": (0, 0, 6_000)}]
    assert rows_of(connection, "select count(*) from log") == [(6_000,)]


def test_a_rule_may_put_rows_elsewhere_instead(connection: Connection, load: Load) -> None:
    connection.execute(USERS)
    connection.execute("create table inbox (id integer, name text)")
    connection.execute("create rule away as on insert to users do instead insert into inbox values (new.id, new.name)")

    load(users="- {id: 1, name: ada}\n")

    assert rows_of(connection, "select * from inbox") == [(1, "ada")]
    assert rows_of(connection, "select * from users") == []


def test_a_table_with_rules_and_without_a_key_counts_its_copies(connection: Connection, load: Load) -> None:
    connection.execute("create table notes (body json); create rule r as on insert to notes do also notify noted")
    fixture = "- {body: {a: 1}}\n- {body: {a: 1}}\n- {body: ~}\n"

    assert [load(notes=fixture), load(notes=fixture)] == [{"notes": (3, 0, 0)}, {"notes": (0, 0, 3)}]


def test_a_refused_row_of_a_table_with_rules_is_named(connection: Connection, refusal: Refusal) -> None:
    connection.execute(USERS + LOGGED)

    error = refusal(users="- {id: 1, name: ada}\n- {id: 2, name: much too long}\n")

    assert str(error.origin) == "fixtures/users.yml:2"
    assert "value too long" in error.message


def test_a_repeated_key_is_found_however_far_apart(connection: Connection, refusal: Refusal) -> None:
    connection.execute(USERS + LOGGED)

    error = refusal(users=many(6_000) + "- {id: 7, name: again}\n")

    assert error.message == 'two rows of table "users" have the same key, id 7'
    assert (str(error.origin), error.detail) == (
        "fixtures/users.yml:6001",
        "Key (id)=(7) stands at fixtures/users.yml:7 already.",
    )


def test_a_circle_with_a_table_that_has_rules_is_refused_by_name(connection: Connection, refusal: Refusal) -> None:
    connection.execute(
        """
        create table departments (id integer primary key, head_id integer not null);
        create table employees (id integer primary key, department_id integer not null references departments);
        alter table departments add foreign key (head_id) references employees;
        create rule r as on insert to employees do also notify hired;
        """
    )

    error = refusal(departments="- {id: 1, head_id: 1}\n", employees="- {id: 1, department_id: 1}\n")

    assert error.message == 'table "employees" has rules, and refers to departments in a circle'
    assert str(error.origin) == "fixtures/employees.yml"


TREE = """
    create table pages (
        id serial primary key, slug text not null unique, parent_id integer references pages, note text, path text
    );
    create table log (id serial, slug text);
    create rule noted as on insert to pages do also insert into log (slug) values (new.slug);
    create function derive_path() returns trigger language plpgsql as $$begin
        new.path := coalesce((select path || '/' from pages where id = new.parent_id), '') || new.slug;
        return new;
    end$$;
    create trigger derives before insert on pages for each row execute function derive_path();
"""
PAGES = [
    "- {id: 1, slug: root}\n",
    "- {id: 2, slug: a, parent_id: 1}\n",
    "- {id: 3, slug: b, parent_id: 2, note: x}\n",
    "- {id: 4, slug: c, parent_id: 3}\n",
]


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_rows_that_refer_to_each_other_go_past_rules_behind_their_parents(
    connection: Connection, load: Load, order: tuple[int, ...]
) -> None:
    connection.execute(TREE)
    pages = "".join(PAGES[number] for number in order)

    assert [load(pages=pages), load(pages=pages)] == [{"pages": (4, 0, 0)}, {"pages": (0, 0, 4)}]
    assert rows_of(connection, "select path from pages order by id") == [
        ("root",),
        ("root/a",),
        ("root/a/b",),
        ("root/a/b/c",),
    ]
    assert rows_of(connection, "select slug from log order by id") == [("root",), ("a",), ("b",), ("c",)]


def test_a_row_past_rules_moves_only_behind_a_parent_that_stands_later(connection: Connection, load: Load) -> None:
    connection.execute(TREE)

    load(
        pages="- {id: 2, slug: z, parent_id: 1}\n- {id: 3, slug: y, note: x}\n- {id: 1, slug: x}\n- {id: 4, slug: w}\n"
    )

    assert rows_of(connection, "select slug from log order by id") == [("y",), ("x",), ("z",), ("w",)]


def test_many_rows_past_rules_find_parents_that_stand_far_down(connection: Connection, load: Load) -> None:
    connection.execute(TREE)
    pages = many(4_000, "- {{id: {n}, slug: a-long-name-{n}, parent_id: 4001}}") + "- {id: 4001, slug: root}\n"

    assert [load(pages=pages), load(pages=pages)] == [{"pages": (4_001, 0, 0)}, {"pages": (0, 0, 4_001)}]


def test_labelled_rows_past_rules_draw_their_keys_in_the_files_order(connection: Connection, load: Load) -> None:
    connection.execute(TREE)
    pages = "_fixture: {key: slug}\nb: {slug: b, parent: a}\nc: {slug: c, note: x}\na: {slug: a}\n"

    assert [load(pages=pages), load(pages=pages)] == [{"pages": (3, 0, 0)}, {"pages": (0, 0, 3)}]
    assert rows_of(connection, "select path from pages order by slug") == [("a",), ("a/b",), ("c",)]


def test_rows_in_a_circle_go_past_rules_where_one_statement_takes_them(
    connection: Connection, load: Load, refusal: Refusal
) -> None:
    connection.execute(TREE)
    first, second = "- {id: 1, slug: a, parent_id: 3}\n", "- {id: 3, slug: c, parent_id: 1}\n"

    assert load(pages=f"{first}- {{id: 2, slug: b}}\n{second}") == {"pages": (3, 0, 0)}
    connection.execute("truncate pages")
    assert "violates foreign key" in refusal(pages=first + second.replace("}", ", note: x}")).message
