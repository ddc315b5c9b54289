"""Foreign keys across the boundary of partitions: what stands on a root or a leaf holds for the fixtures of both."""

from __future__ import annotations

from itertools import product
from typing import LiteralString

import pytest

from seedkit import seed
from seedkit.errors import FixtureError, UsageError
from tests.conftest import Write
from tests.postgres.loads import Connection, Load, Refusal, counts, rows_of

TREES: LiteralString = """
create table visits (id integer primary key, name text) partition by range (id);
create table visits_early partition of visits for values from (1) to (100);
create table visits_late partition of visits for values from (100) to (200) partition by range (id);
create table visits_late_a partition of visits_late for values from (100) to (150);
create table bills (id integer primary key, visit_id integer, other_id integer) partition by range (id);
create table bills_early partition of bills for values from (1) to (100);
create table bills_late partition of bills for values from (100) to (200) partition by range (id);
create table bills_late_a partition of bills_late for values from (100) to (150);
"""
LEVELS = ("", "_late", "_late_a")
ACROSS = [
    *((f"bills{key}", "visits", f"bills{fixture}", "visits") for key, fixture in product(LEVELS, LEVELS)),
    *(("bills", f"visits{key}", "bills", f"visits{fixture}") for key, fixture in list(product(LEVELS, LEVELS))[1:]),
    ("bills_late", "visits_late_a", "bills_late_a", "visits"),
    ("bills_late_a", "visits_late", "bills", "visits_late_a"),
]


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    emptied.execute(TREES)
    return emptied


def refer(connection: Connection, child: str, parent: str) -> None:
    connection.execute(f"alter table {child} add foreign key (visit_id) references {parent}".encode())


@pytest.mark.parametrize(("key_of", "key_to", "child", "parent"), ACROSS)
def test_rows_come_after_those_that_they_refer_to_and_may_name_them_by_label(
    connection: Connection, load: Load, key_of: str, key_to: str, child: str, parent: str
) -> None:
    refer(connection, key_of, key_to)
    fixtures = {child: "- {id: 101, visit_id: 100}\n- {id: 102, visit: ada}\n", parent: "ada: {id: 100}\n"}

    loaded = [load(**fixtures), load(**fixtures)]

    assert loaded == [{parent: (1, 0, 0), child: (2, 0, 0)}, {parent: (0, 0, 1), child: (0, 0, 2)}]
    assert rows_of(connection, "select visit_id from bills") == [(100,), (100,)]


@pytest.mark.parametrize("fixture", ["bills", "bills_late", "bills_late_a"])
def test_a_name_of_the_selection_brings_what_its_partitions_refer_to(
    connection: Connection, project: Write, fixture: str
) -> None:
    refer(connection, "bills_late_a", "visits_late")
    project({f"fixtures/{fixture}.yml": "- {id: 101, visit_id: 100}\n", "fixtures/visits.yml": "- {id: 100}\n"})

    report = seed(["bills"], connection=connection)

    assert counts(report) == {"visits": (1, 0, 0), fixture: (1, 0, 0)}


def test_a_partition_that_only_its_root_fills_is_named_by_that(connection: Connection, project: Write) -> None:
    project({"fixtures/bills.yml": "- {id: 101}\n"})

    with pytest.raises(UsageError) as caught:
        seed(["bills_late_a"], connection=connection)

    assert caught.value.message == '"bills_late_a" is neither a seeder nor a table with fixtures'
    assert caught.value.hint == "Rows of bills may be its own: `seedkit seed bills`."


def test_a_seeder_comes_after_the_fixtures_of_partitions_that_it_depends_on(
    connection: Connection, project: Write
) -> None:
    refer(connection, "bills", "visits")
    project(
        {
            "fixtures/visits_late_a.yml": "ada: {id: 100}\n",
            "seeders/a.py": """
                from seedkit import seeder

                @seeder(depends_on=["visits"])
                def a(db):
                    db.insert("bills", [{"id": 101, "visit_id": db.ref("visits.ada")}])

                @seeder(tables=["bills_late_a"])
                def b(db):
                    db.insert("bills", [{"id": 102, "visit_id": 100}])
            """,
        }
    )

    seed(connection=connection)

    assert rows_of(connection, "select id, visit_id from bills order by id") == [(101, 100), (102, 100)]


@pytest.mark.parametrize(
    ("key_of", "key_to"),
    [("visits", "visits"), ("visits_early", "visits"), ("visits_early", "visits_late"), ("visits_early",) * 2],
)
@pytest.mark.parametrize("names", [("visits_early", "visits_late_a"), ("visits_early", "visits")])
def test_partitions_of_a_tree_that_refers_to_itself_load_in_any_order(
    connection: Connection, load: Load, key_of: str, key_to: str, names: tuple[str, str]
) -> None:
    connection.execute("alter table visits add column before_id integer")
    connection.execute(f"alter table {key_of} add foreign key (before_id) references {key_to}".encode())
    near, far = names
    fixtures = {
        near: f"a: {{id: 1, before: {'c' if key_to == 'visits_early' else 'b'}}}\nc: {{id: 2}}\n",
        far: f"b: {{id: 100{', before: a' if key_of == 'visits' else ''}}}\n",
    }

    loaded = [load(**fixtures), load(**fixtures)]

    assert loaded == [{near: (2, 0, 0), far: (1, 0, 0)}, {near: (0, 0, 2), far: (0, 0, 1)}]


def test_rows_that_have_no_key_yet_are_known_by_label_in_a_tree_that_refers_to_itself(
    connection: Connection, load: Load
) -> None:
    connection.execute(
        """
        create table nodes (id integer generated by default as identity primary key, above integer, name text)
            partition by range (id);
        create table nodes_all partition of nodes for values from (1) to (100);
        alter table nodes_all add foreign key (above) references nodes;
        """
    )

    load(nodes="_fixture: {key: name}\na: {name: a, above: b}\nb: {name: b}\n")

    assert rows_of(connection, "select a.name, b.name from nodes a join nodes b on a.above = b.id") == [("a", "b")]


def test_a_label_that_two_partitions_have_is_named_with_its_table(connection: Connection, load: Load) -> None:
    refer(connection, "bills", "visits")
    visits = {"visits_early": "ada: {id: 1}\n", "visits_late_a": "ada: {id: 100}\n"}

    with pytest.raises(FixtureError) as caught:
        load(bills="- {id: 1, visit: ada}\n", **visits)
    load(bills="- {id: 1, visit: !ref visits_late_a.ada}\n- {id: 2, visit: !ref visits_early.ada}\n", **visits)

    assert caught.value.message == 'label "ada" stands in several tables: visits_early, visits_late_a'
    assert caught.value.hint == "Say which one is meant: !ref visits_early.ada."
    assert rows_of(connection, "select visit_id from bills order by id") == [(100,), (1,)]


def test_a_label_of_a_root_and_one_of_its_partition_are_two(connection: Connection, load: Load) -> None:
    refer(connection, "bills", "visits")
    connection.execute("alter table bills_late_a add foreign key (other_id) references visits_early")

    load(
        bills="- {id: 101, visit: ada, other: ada}\n",
        visits="ada: {id: 100}\n",
        visits_early="ada: {id: 1}\n",
    )

    assert rows_of(connection, "select visit_id, other_id from bills") == [(100, 1)]


def test_a_label_of_a_partition_keeps_what_it_stands_for_in_references_to_the_root(
    connection: Connection, load: Load
) -> None:
    connection.execute(
        """
        create table people (id uuid primary key, name text) partition by hash (id);
        create table people_all partition of people for values with (modulus 1, remainder 0);
        create table pets (id integer primary key, owner_id uuid references people);
        """
    )

    load(people_all="ada: {name: !faker name}\n", pets="- {id: 1, owner: ada}\n")

    assert rows_of(connection, "select count(*) from pets join people on people.id = owner_id") == [(1,)]


@pytest.mark.parametrize("fixture", ["visits", "visits_early"])
@pytest.mark.parametrize("key_to", ["visits", "visits_early"])
def test_a_list_of_labels_fills_the_join_table_of_a_root_or_a_partition(
    connection: Connection, load: Load, fixture: str, key_to: str
) -> None:
    connection.execute("create table doctors (id serial primary key, name text)")
    connection.execute(
        f"create table cases (visit_id integer references {key_to}, doctor_id integer references doctors)".encode()
    )

    load(doctors="_fixture: {key: name}\neve: {name: Eve}\n", **{fixture: "ada: {id: 1, doctors: [eve]}\n"})

    assert rows_of(connection, "select visit_id, name from cases join doctors on doctors.id = doctor_id") == [
        (1, "Eve")
    ]


def test_a_choice_among_a_root_takes_what_stands_in_the_fixtures_of_its_partitions(
    connection: Connection, load: Load
) -> None:
    load(
        bills="- {id: 1, visit_id: !choice {ref: visits}}\n",
        visits_early="- {id: 7}\n",
    )

    assert rows_of(connection, "select visit_id from bills") == [(7,)]


@pytest.mark.parametrize(("emptied_table", "in_the_way"), [("visits", "bills"), ("visits_late_a", "bills")])
def test_a_fresh_run_says_which_table_refers_to_a_partition(
    connection: Connection, project: Write, emptied_table: str, in_the_way: str
) -> None:
    refer(connection, "bills", "visits")
    project({f"fixtures/{emptied_table}.yml": "- {id: 100}\n"})

    with pytest.raises(UsageError) as caught:
        seed(connection=connection, fresh=connection.info.dbname)

    assert caught.value.message == f"a fresh run would have to empty {in_the_way} (0 rows) as well"


def test_a_fresh_run_empties_a_partition_with_what_refers_to_its_root(connection: Connection, project: Write) -> None:
    refer(connection, "bills", "visits")
    connection.execute("insert into visits values (1), (100); insert into bills values (9, 100)")
    project({"fixtures/visits_late_a.yml": "- {id: 101}\n", "fixtures/bills.yml": "- {id: 8, visit_id: 101}\n"})

    seed(connection=connection, fresh=connection.info.dbname)

    assert rows_of(connection, "select id from visits order by id") == [(1,), (101,)]
    assert rows_of(connection, "select id from bills") == [(8,)]


def test_only_rows_without_a_parent_are_blamed(connection: Connection, refusal: Refusal) -> None:
    connection.execute("alter table visits add column before_id integer references visits")

    error = refusal(
        visits_early="- {id: 1, before_id: 100}\n- {id: 2, before_id: 7}\n", visits_late_a="- {id: 100, before_id: 1}\n"
    )

    assert str(error.origin).endswith("visits_early.yml:2")
    assert error.detail == 'Key (before_id)=(7) is not present in table "visits".'


def test_a_row_that_no_key_holds_for_is_not_blamed(connection: Connection, refusal: Refusal) -> None:
    refer(connection, "bills_late_a", "visits")

    error = refusal(bills="- {id: 1, visit_id: 8}\n- {id: 101, visit_id: 7}\n")

    assert str(error.origin).endswith("bills.yml:2")
    assert str(error.detail).startswith('Key (visit_id)=(7) is not present in table "visits".')
