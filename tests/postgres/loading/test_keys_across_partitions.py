"""Two rows with the same key, one in a partitioned table's fixture and one in its partition's, are told."""

from __future__ import annotations

from typing import LiteralString

import pytest

from tests.postgres.loads import Connection, Load, Refusal, many, rows_of

TREE: LiteralString = """
create table visits (id integer primary key, name text, note text) partition by range (id);
create table early partition of visits for values from (1) to (1000) partition by range (id);
create table first_half partition of early for values from (1) to (500);
create table second_half partition of early for values from (500) to (1000);
"""


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    emptied.execute(TREE)
    return emptied


@pytest.mark.parametrize(("whole", "part"), [("visits", "early"), ("visits", "first_half"), ("early", "first_half")])
def test_both_places_are_named(connection: Connection, refusal: Refusal, whole: str, part: str) -> None:
    error = refusal(**{whole: "- {id: 2, name: b}\n- {id: 1, name: a}\n", part: "- {id: 1, name: x}\n"})

    first, later = sorted([(part, 1), (whole, 2)])
    assert str(error).splitlines() == [
        f'two rows of table "{whole}" have the same key, id 1',
        f"  at fixtures/{later[0]}.yml:{later[1]}",
        f'  Key (id)=(1) stands at fixtures/{first[0]}.yml:{first[1]} already, with another value in "name"',
        f'  table "{part}" is a partition of "{whole}"',
        "",
        "hint: Write the same in both, or take one of them out.",
    ]
    assert rows_of(connection, "select from visits") == []


def test_all_such_rows_are_named(refusal: Refusal) -> None:
    error = refusal(
        visits="- {id: 1, name: a, note: c}\n- {id: 2, name: b}\n- {id: 3, name: c}\n",
        early="- {id: 1, name: x, note: y}\n- {id: 3, name: c}\n- {id: 2, name: y}\n",
    )

    assert str(error).splitlines()[1:4] == [
        "  at fixtures/visits.yml:1",
        '  Key (id)=(1) stands at fixtures/early.yml:1 already, with other values in "name", "note"',
        "  also at fixtures/visits.yml:2: Key (id)=(2) stands at fixtures/early.yml:3 already, "
        'with another value in "name"',
    ]


def test_they_are_found_among_many_rows(refusal: Refusal) -> None:
    error = refusal(visits=many(900), early="- {id: 900, name: n900}\n- {id: 899, name: x}\n")

    assert str(error).splitlines()[1:3] == [
        "  at fixtures/visits.yml:899",
        '  Key (id)=(899) stands at fixtures/early.yml:2 already, with another value in "name"',
    ]


@pytest.mark.parametrize("part", ["{id: 1, name: a}", "{id: 1, note: c}", "{id: 1}"])
def test_rows_that_agree_in_what_both_of_them_write_are_one(connection: Connection, load: Load, part: str) -> None:
    loaded = [load(visits="- {id: 1, name: a}\n", first_half=f"- {part}\n") for _ in range(2)]

    assert loaded[1] == {"visits": (0, 0, 1), "first_half": (0, 0, 1)}
    assert rows_of(connection, "select id, name from visits") == [(1, "a")]


@pytest.mark.parametrize("skips", ["visits", "first_half"])
def test_a_row_that_steps_back_is_no_contradiction(load: Load, skips: str) -> None:
    fixtures = {"visits": "- {id: 1, name: a}\n", "first_half": "- {id: 1, name: x}\n"}
    fixtures[skips] = "_fixture: {on_conflict: skip}\n" + fixtures[skips]

    load(**fixtures)

    assert load(**fixtures) == {"visits": (0, 0, 1), "first_half": (0, 0, 1)}


def test_rows_that_are_updated_anew_are_none(connection: Connection, load: Load) -> None:
    connection.execute("insert into visits values (1, 'old'), (2, 'old')")

    loaded = load(visits="- {id: 1, name: a}\n", first_half="- {id: 2, name: b}\n")

    assert loaded == {"visits": (0, 1, 0), "first_half": (0, 1, 0)}


def test_a_key_in_two_spellings_is_one(connection: Connection, refusal: Refusal) -> None:
    connection.execute("create table prices (price numeric primary key) partition by range (price)")
    connection.execute("create table low partition of prices for values from (1) to (9)")

    error = refusal(prices="- {price: 1.0}\n", low="- {price: 1.00}\n")

    assert str(error).splitlines()[1:3] == [
        "  at fixtures/prices.yml:1",
        '  Key (price)=(1.0) stands at fixtures/low.yml:1 already, with another value in "price"',
    ]


def test_rows_that_refer_to_each_other_are_told_too(connection: Connection, refusal: Refusal) -> None:
    connection.execute("alter table visits add parent integer references visits")
    connection.execute("insert into visits values (1, 'old'), (2, 'old')")

    error = refusal(visits="- {id: 1, name: a, parent: 2}\n", early="- {id: 1, name: x, parent: 2}\n")

    assert error.message == 'two rows of table "visits" have the same key, id 1'


@pytest.mark.parametrize(("name", "told"), [("x", ', with another value in "name"'), ("a", "")])
def test_new_rows_that_refer_to_each_other_are_told_too(
    connection: Connection, refusal: Refusal, name: str, told: str
) -> None:
    connection.execute("alter table visits add parent integer references visits")

    error = refusal(visits="- {id: 1, name: a}\n", early=f"- {{id: 1, name: {name}}}\n")

    assert str(error).splitlines()[:3] == [
        'two rows of table "visits" have the same key, id 1',
        "  at fixtures/visits.yml:1",
        f"  Key (id)=(1) stands at fixtures/early.yml:1 already{told}",
    ]
