from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace

from seedkit.core.catalog import Table
from seedkit.core.rows.keys import OnConflict, on_conflict_named, row_key
from seedkit.errors import CatalogError, LoadError, Origin, SeedkitError, UsageError
from tests.core.builders import a_column, a_table

ORIGIN = Origin(path=Path("fixtures/users.yml"))
USERS = a_table("users", ["id", "email", "name"], primary_key=["id"], unique=[["email"]])
PAIRS = a_table("user_roles", ["user_id", "role_id", "note"], primary_key=["user_id", "role_id"])
TWO_KEYS = a_table("users", ["id", "email", "phone"], primary_key=["id"], unique=[["email"], ["phone"]])
KEYLESS = a_table("log", ["at", "line"])


def key(
    table: Table,
    columns: Sequence[str],
    asked: Sequence[str] = (),
    on_conflict: OnConflict = OnConflict.UPDATE,
) -> tuple[str, ...]:
    return row_key(table, columns, asked, on_conflict, ORIGIN)


def refusal(table: Table, columns: Sequence[str], asked: Sequence[str] = ()) -> SeedkitError:
    with pytest.raises(SeedkitError) as caught:
        key(table, columns, asked)
    return caught.value


@pytest.mark.parametrize(
    ("table", "columns", "chosen"),
    [
        (USERS, ["id", "email"], ("id",)),
        (USERS, ["email", "name"], ("email",)),
        (PAIRS, ["role_id", "note", "user_id"], ("user_id", "role_id")),
        (TWO_KEYS, ["phone"], ("phone",)),
        (TWO_KEYS, ["id", "email", "phone"], ("id",)),
        (KEYLESS, ["at", "line"], ()),
    ],
    ids=["primary", "one-unique", "composite", "one-of-two-unique", "primary-first", "whole-row"],
)
def test_rows_go_by_the_primary_key_else_by_the_one_unique_key_they_name(
    table: Table, columns: list[str], chosen: tuple[str, ...]
) -> None:
    assert key(table, columns) == chosen


def test_the_authors_own_choice_comes_first() -> None:
    assert key(USERS, ["id", "email", "name"], asked=["email"]) == ("email",)


def test_a_chosen_column_that_the_rows_leave_out_is_an_error() -> None:
    error = refusal(USERS, ["id", "name"], asked=["email"])

    assert isinstance(error, LoadError)
    assert str(error) == 'the key column "email" is missing in a row of table "users"\n  at fixtures/users.yml'


def test_a_chosen_column_that_does_not_exist_is_an_error_with_the_nearest() -> None:
    error = refusal(USERS, ["id", "email"], asked=["emial"])

    assert isinstance(error, CatalogError)
    assert error.hint == 'Did you mean "email"?'


def test_rows_that_a_second_run_could_not_recognise_are_an_error() -> None:
    assert str(refusal(USERS, ["name"])) == (
        'a second run could not recognise its rows of table "users"\n'
        "  at fixtures/users.yml\n"
        "  The rows name neither the primary key nor all columns of a unique key.\n"
        "\n"
        'hint: Name "id" in every row, or choose the identifying columns with the option key.'
    )


def test_rows_that_fit_several_unique_keys_are_an_error_that_lists_them() -> None:
    assert refusal(TWO_KEYS, ["email", "phone"]).detail == 'Several unique keys fit: "email"; "phone".'


def test_without_a_primary_key_the_first_unique_key_that_is_never_null_is_taken() -> None:
    columns = [a_column("email"), replace(a_column("phone"), not_null=True), replace(a_column("tax"), not_null=True)]
    table = a_table("users", columns, unique=[["email"], ["phone"], ["tax"]])

    assert key(table, ["email", "phone", "tax"]) == ("phone",)
    assert key(table, ["email", "tax"]) == ("tax",)
    assert key(table, ["email"]) == ("email",)


def test_rows_that_must_all_be_new_are_looked_for_as_a_whole() -> None:
    assert key(USERS, ["name"], on_conflict=OnConflict.ERROR) == ()


def test_two_unique_keys_over_the_same_columns_are_one() -> None:
    twice = a_table("users", ["id", "email"], primary_key=["id"], unique=[["email"], ["email"]])

    assert key(twice, ["email"]) == ("email",)


@pytest.mark.parametrize("word", ["update", "skip", "error"])
def test_on_conflict_is_one_of_three_words(word: str) -> None:
    assert on_conflict_named(word) == word


def test_any_other_word_for_on_conflict_is_an_error() -> None:
    with pytest.raises(UsageError) as caught:
        on_conflict_named("ignore", ORIGIN)

    assert str(caught.value) == (
        'on_conflict can not be "ignore"\n  at fixtures/users.yml\n\nhint: Write update, skip or error.'
    )
