"""What fixtures tell of their labelled rows, and what they leave to the database."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from seedkit.core.catalog import Table
from seedkit.core.fixture_language.row_language import RowLanguage
from seedkit.core.fixture_language.tag_names import LANGUAGE_TAGS
from seedkit.core.fixtures import FixtureOptions, FixtureTable, Row, Tagged, Value
from seedkit.core.rows.labelled_rows import LabelledColumn, LabelledRows
from seedkit.errors import FixtureError
from tests.core.builders import A_SETTING, KnownLabels, a_column, a_fixture, a_table

USERS = a_table(columns=[a_column("id"), "email"], primary_key=["id"], unique=[["email"]])


def a_labelled_fixture(rows: Sequence[tuple[str | None, dict[str, Value]]], file: str = "users.yml") -> FixtureTable:
    """A fixture whose nth row stands on line n."""
    kept = [Row(label, line, values) for line, (label, values) in enumerate(rows, start=1)]
    return replace(a_fixture(file=file), rows=lambda: iter(kept), labelled=True, tags=LANGUAGE_TAGS)


UUID_USERS = a_table(columns=[a_column("id", "uuid", category="U"), "email"], primary_key=["id"], unique=[["email"]])


def read(*fixtures: FixtureTable) -> LabelledRows:
    rows = LabelledRows({USERS.oid: fixtures})
    rows.language = RowLanguage(A_SETTING, KnownLabels())
    return rows


def told(column: str, *fixtures: FixtureTable, table: Table = USERS) -> LabelledColumn:
    known = LabelledColumn()
    read(*fixtures).tell(table, column, known)
    return known


def test_a_written_value_is_known_and_one_left_out_is_asked_for_by_its_key() -> None:
    fixture = a_labelled_fixture([("ada", {"id": "7", "email": "a@x"}), ("ben", {"email": "b@x"})])

    known = told("id", fixture)

    assert known.values == {"ada": "7"}
    assert known.unknown == {"ben": (("email", "b@x"),)}


def test_a_uuid_comes_from_the_label_unless_the_row_is_there_under_another_key() -> None:
    fixture = a_labelled_fixture([("ada", {"email": "a@x"})])
    by_email = replace(fixture, options=FixtureOptions(key=("email",)))

    [recognised_by_id, recognised_by_email] = [
        told("id", fixture, table=UUID_USERS),
        told("id", by_email, table=UUID_USERS),
    ]

    assert (recognised_by_id.unknown, recognised_by_id.new) == ({}, {})
    assert recognised_by_email.values == {}
    assert recognised_by_email.unknown == {"ada": (("email", "a@x"),)}
    assert recognised_by_email.new == recognised_by_id.values


def test_a_row_that_nothing_recognises_is_new() -> None:
    fixture = a_labelled_fixture([("ada", {})])

    known = told("id", fixture)

    assert (known.values, known.unknown) == ({}, {})


def test_what_the_server_is_to_evaluate_is_not_known() -> None:
    fixture = a_labelled_fixture([("ada", {"id": "1", "email": Tagged(tag="!sql", value="lower('A')", line=1)})])

    assert told("email", fixture).values == {}


def test_the_ends_of_the_ids_are_noted_also_of_rows_without_a_label() -> None:
    fixture = a_labelled_fixture(
        [("ada", {"id": "7"}), ("ben", {"id": "-3"}), (None, {"id": "900"}), ("eve", {"id": "5"})]
    )

    assert told("id", fixture).numbers == {-3, 900}


def test_two_rows_with_one_label_are_refused_with_both_places() -> None:
    first = a_labelled_fixture([("ada", {"id": "1"})], file="users.yml")
    second = a_labelled_fixture([("ben", {"id": "2"}), ("ada", {"id": "3"})], file="more.yml")

    with pytest.raises(FixtureError) as refused:
        read(first, second).labels(USERS)

    assert refused.value.message == 'two rows of table "users" are labelled "ada"'
    assert refused.value.origin is not None
    assert (refused.value.origin.path, refused.value.origin.line) == (Path("more.yml"), 2)
    assert refused.value.detail == "The first one is at users.yml:1."


def test_keys_are_listed_only_where_the_fixtures_tell_all_of_them() -> None:
    all_of_them = a_labelled_fixture([("ada", {"id": "1"}), ("ben", {"id": "2"})])
    some = a_labelled_fixture([("ada", {"id": "1"}), ("ben", {"email": "b@x"})])

    assert list(read(all_of_them).keys(USERS, "id").encoded()) == [[b"1", b"2"]]
    assert len(read(some).keys(USERS, "id")) == 0
