"""Rows go in as they stand in their files, wherever that can be seen, whatever columns each of them names."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import LiteralString

import pytest

from seedkit import SeedContext
from seedkit.context.run import SeedRun
from seedkit.core.rows.blocks import Block
from seedkit.core.rows.shapes import RowShape
from seedkit.postgres.catalog.tables import read_catalog
from tests.postgres.loads import Connection, Load, a_source, loaded_counts, many, rows_of, watch

pytestmark = pytest.mark.usefixtures("way")

NOTED = """
create table noted (number serial, what text);
create function note() returns trigger language plpgsql as
$$begin insert into noted (what) values (to_jsonb(new) ->> tg_argv[0]); return new; end$$
"""
PATHS = """
create table pages (
    id integer primary key, slug text not null, parent_id integer, note text default 'none', path text
);
create function find_path() returns trigger language plpgsql as $$
begin
    new.path := case
        when new.parent_id is null then new.slug
        else (select path from pages where id = new.parent_id) || '/' || new.slug
    end;
    return new;
end
$$;
create trigger path before insert on pages for each row execute function find_path();
"""
REFERENCE = "alter table pages add foreign key (parent_id) references pages"
PAGES = """
- {id: 1, slug: root}
- {id: 2, slug: a, parent_id: 1}
- {id: 3, slug: a1, parent_id: 2, note: x}
- {id: 4, slug: a1x, parent_id: 3}
"""
SOMETHING_THERE = "insert into pages (id, slug) values (9, 'other')"


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


def seeder(connection: Connection) -> SeedContext:
    run = SeedRun(
        connection=connection, catalog=read_catalog(connection), tables={}, random_seed=0, now=datetime.now(UTC)
    )
    return SeedContext(run, "people", lambda _: None)


def noting(connection: Connection, column: str, when: str = "before") -> None:
    """Have a table `steps` note in `noted` what its new rows have in a column, in the order that they come in."""
    connection.execute(NOTED)
    connection.execute(
        f"create trigger note {when} insert on steps for each row execute function note('{column}')".encode()
    )


def noted(connection: Connection) -> list[str]:
    return [what for (what,) in rows_of(connection, "select what from noted order by number")]


# By triggers


@pytest.mark.parametrize("reference", ["", REFERENCE], ids=["", "tree"])
@pytest.mark.parametrize("before", ["", SOMETHING_THERE], ids=["empty", "filled"])
def test_a_trigger_finds_the_rows_that_stand_above(
    connection: Connection, load: Load, reference: LiteralString, before: LiteralString
) -> None:
    connection.execute(PATHS)
    connection.execute(reference)
    connection.execute(before)

    loaded = [load(pages=PAGES), load(pages=PAGES)]

    assert loaded == [{"pages": (4, 0, 0)}, {"pages": (0, 0, 4)}]
    assert rows_of(connection, "select path, note from pages where id < 9 order by id") == [
        ("root", "none"),
        ("root/a", "none"),
        ("root/a/a1", "x"),
        ("root/a/a1/a1x", "none"),
    ]


def test_a_trigger_finds_the_labelled_rows_that_stand_above(connection: Connection, load: Load) -> None:
    connection.execute(PATHS)
    connection.execute(REFERENCE)

    load(
        pages="root: {id: 1, slug: root}\na: {id: 2, slug: a, parent: root}\n"
        "b: {id: 3, slug: b, parent: a, note: x}\nc: {id: 4, slug: c, parent: b}\n"
    )

    assert rows_of(connection, "select path from pages order by id") == [
        ("root",),
        ("root/a",),
        ("root/a/b",),
        ("root/a/b/c",),
    ]


@pytest.mark.parametrize("when", ["before", "after"])
def test_rows_of_several_files_go_in_file_by_file(connection: Connection, load: Load, when: str) -> None:
    connection.execute("create table steps (id integer primary key, name text, note text)")
    noting(connection, "id", when)

    load(
        **{
            "1.steps": "steps:\n  - {id: 1, name: a}\n  - {id: 2, note: b}\n",
            "2.steps": "_fixture: {on_conflict: skip}\nsteps:\n  - {id: 3, name: a}\n  - {id: 4, note: b}\n",
            "3.steps": "steps:\n  - {id: 6, note: b}\n  - {id: 5, name: a}\n",
        }
    )

    assert noted(connection) == ["1", "2", "3", "4", "6", "5"]


def test_triggers_of_partitions_see_the_order_too(connection: Connection, load: Load) -> None:
    connection.execute(
        """
        create table steps_of_all (id integer primary key, name text, note text) partition by range (id);
        create table steps partition of steps_of_all for values from (0) to (1000)
        """
    )
    noting(connection, "id")

    load(steps_of_all="- {id: 1, name: a}\n- {id: 2, note: b}\n- {id: 3, name: c}\n")

    assert noted(connection) == ["1", "2", "3"]


# By what is drawn


@pytest.mark.parametrize("before", ["", "insert into steps values (default, 'other', default)"], ids=["", "filled"])
@pytest.mark.parametrize(
    "drawn",
    [
        "integer generated always as identity",
        "serial",
        "text default 'step ' || lpad(nextval('numbers')::text, 3, '0')",
        "numbered",
        "integer default next_number()",
        "timestamptz default clock_timestamp()",
    ],
)
def test_what_is_drawn_goes_up_as_the_rows_do(
    connection: Connection, load: Load, drawn: str, before: LiteralString
) -> None:
    connection.execute(
        f"""
        create sequence numbers;
        create function next_number() returns bigint language sql as $$select nextval('numbers')$$;
        create domain numbered as integer default nextval('numbers');
        create table steps (id {drawn}, name text unique, note text)
        """.encode()
    )
    connection.execute(before)

    load(steps="- {name: first, note: x}\n- {name: second}\n- {name: third, note: x}\n- {name: fourth}\n")

    assert rows_of(connection, "select name from steps where name <> 'other' order by id") == [
        ("first",),
        ("second",),
        ("third",),
        ("fourth",),
    ]


def test_what_a_seeder_inserts_draws_in_its_order(connection: Connection) -> None:
    connection.execute("create table steps (id serial primary key, name text unique, note jsonb)")

    with connection.transaction():
        seeder(connection).insert(
            "steps",
            [{"name": "first", "note": {}}, {"name": "second"}, {"note": [1], "name": "third"}, {"name": "fourth"}],
        )

    assert rows_of(connection, "select id, name, note from steps order by id") == [
        (1, "first", {}),
        (2, "second", None),
        (3, "third", [1]),
        (4, "fourth", None),
    ]


def test_new_rows_among_those_that_are_there_draw_in_the_order_of_the_file(connection: Connection, load: Load) -> None:
    connection.execute("create table steps (id serial primary key, name text not null unique, note text)")
    connection.execute("insert into steps (name, note) values ('b', 'old'), ('d', 'old')")

    loaded = load(steps="- {name: a}\n- {name: b, note: new}\n- {name: c, note: x}\n- {name: d}\n- {name: e}\n")

    assert loaded == {"steps": (3, 1, 1)}
    assert rows_of(connection, "select id, name, note from steps order by id") == [
        (1, "b", "new"),
        (2, "d", "old"),
        (3, "a", None),
        (4, "c", "x"),
        (5, "e", None),
    ]


# Families


def test_parents_go_in_before_their_children_and_all_else_as_it_stands(connection: Connection, load: Load) -> None:
    connection.execute("create table steps (id integer primary key, parent_id integer references steps, note text)")
    noting(connection, "id")

    loaded = load(
        steps="- {id: 1, parent_id: 2}\n- {id: 2, parent_id: 4, note: x}\n- {id: 3}\n- {id: 4, note: x}\n"
        "- {id: 5, parent_id: 1}\n- {id: 6, parent_id: 6}\n"
    )

    assert loaded == {"steps": (6, 0, 0)}
    assert noted(connection) == ["3", "4", "2", "1", "5", "6"]


def test_rows_that_refer_to_each_other_in_a_circle_stay_where_they_are(connection: Connection, load: Load) -> None:
    connection.execute("create table steps (id integer primary key, next_id integer references steps, note text)")
    noting(connection, "id")

    load(
        steps="- {id: 1, next_id: 2}\n- {id: 2, next_id: 3, note: x}\n- {id: 3, next_id: 1}\n"
        "- {id: 4, next_id: 5}\n- {id: 5}\n"
    )

    assert noted(connection) == ["1", "2", "3", "5", "4"]


def test_a_row_waits_for_no_parent_that_is_there(connection: Connection, load: Load) -> None:
    connection.execute("create table steps (id integer primary key, parent_id integer references steps, note text)")
    connection.execute("insert into steps values (3)")
    noting(connection, "id")

    load(steps="- {id: 1, parent_id: 3, note: x}\n- {id: 2}\n- {id: 3}\n")

    assert noted(connection) == ["1", "2"]


def test_parents_are_found_by_keys_of_several_columns_and_by_several_of_them(
    connection: Connection, load: Load
) -> None:
    connection.execute(
        """
        create table steps (
            a integer, b text, slug text unique, up_a integer, up_b text, after_slug text references steps (slug),
            primary key (a, b), foreign key (up_a, up_b) references steps
        )
        """
    )
    noting(connection, "slug")

    load(
        steps="- {a: 1, b: x, slug: one, up_a: 1, up_b: y}\n- {a: 1, b: y, slug: two, after_slug: three}\n"
        "- {a: 2, b: x, slug: three}\n"
    )

    assert noted(connection) == ["three", "two", "one"]


# What a row leaves out


def test_what_a_row_among_others_leaves_out_takes_its_default(connection: Connection, load: Load) -> None:
    connection.execute(
        """
        create domain short as varchar(3) not null default 'dom';
        create table steps (
            id integer generated always as identity,
            name text primary key,
            code varchar(3) default 'abc',
            letter char(2) default 'x',
            bits bit(3) default b'101',
            price numeric(10, 2) default 1.5,
            specs json default '{"a": 1}',
            day date default date 'infinity',
            size short,
            at timestamp default now(),
            made_by text default current_user
        )
        """
    )
    noting(connection, "name")
    given = "code: z, letter: z, bits: '111', price: 2.25, specs: {}, day: 2026-01-01, size: z, at: 2026-01-01"

    load(
        steps=f"- {{name: a, {given}, made_by: me}}\n- {{name: b}}\n"
        f"- {{name: c, id: 7, {given}, made_by: !sql upper('me')}}\n"
    )

    assert rows_of(connection, "select to_jsonb(steps) - 'at' from steps order by name") == [
        (
            {
                "id": 1,
                "name": "a",
                "code": "z",
                "letter": "z ",
                "bits": "111",
                "price": 2.25,
                "specs": {},
                "day": "2026-01-01",
                "size": "z",
                "made_by": "me",
            },
        ),
        (
            {
                "id": 2,
                "name": "b",
                "code": "abc",
                "letter": "x ",
                "bits": "101",
                "price": 1.5,
                "specs": {"a": 1},
                "day": "infinity",
                "size": "dom",
                "made_by": "postgres",
            },
        ),
        (
            {
                "id": 7,
                "name": "c",
                "code": "z",
                "letter": "z ",
                "bits": "111",
                "price": 2.25,
                "specs": {},
                "day": "2026-01-01",
                "size": "z",
                "made_by": "ME",
            },
        ),
    ]


def test_a_text_that_is_too_long_is_refused_among_others_too(connection: Connection, load: Load) -> None:
    connection.execute("create table steps (id integer primary key, code varchar(3), note text)")
    noting(connection, "id")

    with pytest.raises(Exception, match="value too long"):
        load(steps="- {id: 1, code: abc}\n- {id: 2, note: x}\n- {id: 3, code: !sql \"'abcd'\"}\n")


def test_rows_that_bring_no_value_have_their_place(connection: Connection) -> None:
    connection.execute("create table steps (id serial, name text, made_by text)")
    named = RowShape(columns=("name",))
    made = RowShape(columns=(), computed=(("made_by", "current_user"),))
    rows = a_source(Block(named, b"a\n", 1), Block(made, b"\n", 1), Block(named, b"b\n", 1), may_compute=True)

    counts = loaded_counts(connection, "steps", rows)

    assert counts == (3, 0, 0)

    assert rows_of(connection, "select id, name, made_by from steps order by id") == [
        (1, "a", None),
        (2, None, "postgres"),
        (3, "b", None),
    ]


def test_rows_of_defaults_have_their_place(connection: Connection, load: Load) -> None:
    connection.execute("create table steps (id serial, name text)")
    rows = "\n  - {}\n  - {name: a}\n  - {}\n"
    options = ("", "_fixture: {on_conflict: skip}\n")

    load(**{f"{number}.steps": f"{given}steps:{rows}" for number, given in enumerate(options)})

    assert rows_of(connection, "select id, name from steps where name is not null order by id") == [
        (2, "a"),
        (5, "a"),
    ]


def test_equal_rows_apart_from_each_other_are_counted_together(connection: Connection, load: Load) -> None:
    connection.execute("create table steps (id serial, name text, note text)")
    load(steps="- {name: a}\n- {name: b, note: x}\n")

    loaded = load(steps="- {name: a}\n- {name: b, note: x}\n- {name: a}\n")

    assert loaded == {"steps": (1, 0, 2)}
    assert rows_of(connection, "select name from steps order by id") == [("a",), ("b",), ("a",)]


# At what price


def test_rows_of_many_shapes_go_in_by_one_statement(connection: Connection, load: Load) -> None:
    connection.execute("create table steps (id serial, name text primary key, a text, b text, c text)")
    watch(connection, "steps", "statement")
    connection.execute("insert into steps (name) values ('there')")
    connection.execute("truncate writes")

    load(steps="".join(f"- {{name: n{n}, {'abc'[n % 3]}: x}}\n" for n in range(300)))

    assert len(rows_of(connection, "select from writes")) <= 2
    assert rows_of(connection, "select id from steps where name <> 'there' order by substr(name, 2)::int") == [
        (n,) for n in range(2, 302)
    ]


def test_many_rows_that_change_their_shape_late_keep_their_order(connection: Connection, load: Load) -> None:
    connection.execute("create table steps (id serial, name text primary key, note text)")

    load(steps=many(3_000, "- {{name: n{n}}}") + "- {name: n3001, note: x}\n- {name: n3002}\n")

    assert rows_of(connection, "select count(*) from steps where name = 'n' || id") == [(3002,)]
