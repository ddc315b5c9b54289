"""Tables of an inheritance tree: a key holds in one table, so a row is looked for in the table itself, never below."""

from __future__ import annotations

import pytest

from seedkit import seed
from tests.postgres.loads import Connection, Load, Refusal, many, rows_of

pytestmark = pytest.mark.usefixtures("way")

CITIES = """
create table cities (id integer primary key, name text not null unique, population integer);
create table capitals (primary key (id), unique (name)) inherits (cities)
"""
POPULATIONS = "select tableoid::regclass::text, name, population from cities order by 1, 2"


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    emptied.execute(CITIES)
    return emptied


def test_a_parents_fixture_leaves_a_childs_row_alone(connection: Connection, load: Load) -> None:
    connection.execute("insert into capitals values (1, 'Bonn', 301)")
    fixture = "- {id: 1, name: Bonn, population: 300}\n"

    loaded = [load(cities=fixture), load(cities=fixture)]

    assert loaded == [{"cities": (1, 0, 0)}, {"cities": (0, 0, 1)}]
    assert rows_of(connection, POPULATIONS) == [("capitals", "Bonn", 301), ("cities", "Bonn", 300)]


def test_parent_and_child_have_rows_of_the_same_key(connection: Connection, load: Load) -> None:
    fixtures = {
        "capitals": "- {id: 1, name: Bonn, population: 301}\n",
        "cities": "- {id: 1, name: Bonn, population: 300}\n",
    }

    loaded = [load(**fixtures), load(**fixtures)]

    assert loaded == [{"capitals": (1, 0, 0), "cities": (1, 0, 0)}, {"capitals": (0, 0, 1), "cities": (0, 0, 1)}]
    assert rows_of(connection, POPULATIONS) == [("capitals", "Bonn", 301), ("cities", "Bonn", 300)]


def test_many_rows_go_into_a_parent_whose_child_has_them(connection: Connection, load: Load) -> None:
    connection.execute("insert into capitals select n, 'n' || n, 0 from generate_series(1, 600) as n")

    assert load(cities=many(600)) == {"cities": (600, 0, 0)}
    assert load(cities=many(600)) == {"cities": (0, 0, 600)}


def test_rows_without_a_key_are_counted_in_the_table_itself(connection: Connection, load: Load) -> None:
    connection.execute("create table notes (text text); create table drafts () inherits (notes)")
    connection.execute("insert into drafts values ('same')")

    assert [load(notes="- {text: same}\n"), load(notes="- {text: same}\n")] == [
        {"notes": (1, 0, 0)},
        {"notes": (0, 0, 1)},
    ]


def test_a_chosen_key_is_not_repeated_by_a_childs_row(connection: Connection, load: Load) -> None:
    connection.execute("insert into capitals values (7, 'Rome', 301)")
    fixture = "_fixture: {key: [population]}\na: {id: 1, name: Bonn, population: 301}\n"

    assert load(cities=fixture) == {"cities": (1, 0, 0)}


def test_unique_values_are_exchanged_in_the_table_itself(connection: Connection, load: Load) -> None:
    connection.execute("insert into cities values (1, 'Bonn', 1), (2, 'Rome', 2)")
    connection.execute("insert into capitals values (1, 'Bonn', 1), (2, 'Rome', 2)")

    loaded = load(cities="- {id: 1, name: Rome}\n- {id: 2, name: Bonn}\n")

    assert loaded == {"cities": (0, 2, 0)}
    assert rows_of(connection, "select id, name from capitals order by id") == [(1, "Bonn"), (2, "Rome")]


def test_a_label_means_the_row_of_the_table_itself(connection: Connection, load: Load) -> None:
    connection.execute("create table mayors (id integer primary key, city_id integer references cities)")
    connection.execute("insert into capitals values (7, 'Bonn', 1); insert into cities values (8, 'Bonn', 1)")

    load(cities="_fixture: {key: [name]}\nbonn: {name: Bonn}\n", mayors="- {id: 1, city_id: bonn}\n")

    assert rows_of(connection, "select city_id from mayors") == [(8,)]


def test_a_choice_is_made_among_the_rows_of_the_table_itself(connection: Connection, load: Load) -> None:
    connection.execute("create table mayors (id integer primary key, city_id integer references cities)")
    connection.execute("insert into capitals select n, 'n' || n, 0 from generate_series(1, 50) as n")
    connection.execute("insert into cities values (99, 'Bonn', 1)")

    load(mayors="- {id: !range 1..20, city_id: !choice {ref: cities}}\n")

    assert rows_of(connection, "select distinct city_id from mayors") == [(99,)]


def test_a_childs_row_is_no_parent_of_a_foreign_key(connection: Connection, refusal: Refusal) -> None:
    connection.execute("create table mayors (id integer primary key, city_id integer references cities)")
    connection.execute("insert into capitals values (7, 'Bonn', 1)")

    error = refusal(mayors="- {id: 1, city_id: 7}\n")

    assert error.detail == 'Key (city_id)=(7) is not present in table "cities".'
    assert str(error.origin).endswith("mayors.yml:1")


def test_a_childs_value_is_not_told_to_be_taken(connection: Connection, refusal: Refusal) -> None:
    connection.execute("insert into capitals values (7, 'Rome', 1); insert into cities values (8, 'Bonn', 1)")

    error = refusal(cities="- {id: 1, name: Rome}\n- {id: 2, name: Bonn}\n")

    assert error.detail == "Key (name)=(Bonn) already exists, in the row (id)=(8)."
    assert str(error.origin).endswith("cities.yml:2")


def test_a_fresh_run_empties_the_table_itself(connection: Connection, load: Load) -> None:
    connection.execute("insert into cities values (8, 'Ulm', 1); insert into capitals values (7, 'Rome', 1)")
    connection.execute("create table mayors (id integer primary key, city_id integer references capitals)")
    load(cities="- {id: 1, name: Bonn, population: 1}\n")

    seed(connection=connection, fresh=connection.info.dbname)

    assert rows_of(connection, POPULATIONS) == [("capitals", "Rome", 1), ("cities", "Bonn", 1)]


def test_a_partitions_rows_are_those_of_its_table(connection: Connection, load: Load) -> None:
    connection.execute("create table events (id integer primary key, name text) partition by range (id)")
    connection.execute("create table early partition of events for values from (0) to (10)")
    connection.execute("insert into events values (1, 'old')")

    assert load(events="- {id: 1, name: new}\n") == {"events": (0, 1, 0)}
