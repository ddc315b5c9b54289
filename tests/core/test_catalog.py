from pathlib import Path

import pytest

from seedkit.core.names import QualifiedName
from seedkit.core.relations import Catalog
from seedkit.errors import CatalogError, Origin
from tests.core.builders import a_catalog, a_table


def found(catalog: Catalog, typed: str) -> str:
    return str(catalog.table(typed).name)


def complaint(catalog: Catalog, typed: str) -> str:
    with pytest.raises(CatalogError) as caught:
        catalog.table(typed)
    return str(caught.value)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("users", "users"),
        ("USERS", "users"),
        ("useraccounts", '"UserAccounts"'),
        ('"UserAccounts"', '"UserAccounts"'),
        ("Order Items", '"Order Items"'),
        ("shop.orders", "shop.orders"),
        ("SHOP.Orders", "shop.orders"),
        ("a.b", '"a.b"'),
    ],
)
def test_a_table_is_found_as_typed_then_folded_then_whatever_its_case(typed: str, name: str) -> None:
    dotted = QualifiedName("public", "a.b")
    catalog = a_catalog("users", "UserAccounts", "Order Items", "shop.orders", dotted)

    assert found(catalog, typed) == name


def test_the_spelling_that_was_typed_wins_over_the_folded_one() -> None:
    assert found(a_catalog("users", "Users"), "Users") == '"Users"'


def test_a_name_that_fits_several_tables_by_case_is_refused() -> None:
    assert complaint(a_catalog("Users", "uSERS"), "users") == (
        '"users" fits several names\n\nhint: Write \'"Users"\' or \'"uSERS"\', with the double quotes.'
    )


def test_a_bare_name_means_a_table_on_the_search_path() -> None:
    assert found(a_catalog("users", "shop.users"), "users") == "users"


def test_a_table_in_another_schema_is_offered_with_its_schema() -> None:
    assert complaint(a_catalog("orders", "shop.users"), "users") == (
        'table "users" does not exist\n\nhint: Did you mean shop.users?'
    )


def test_a_misspelt_table_is_answered_with_the_near_ones() -> None:
    assert complaint(a_catalog("users", "Usrs", "orders"), "usres") == (
        'table "usres" does not exist\n\nhint: Did you mean "Usrs" or users?'
    )


def test_a_name_near_to_nothing_is_answered_with_what_there_is() -> None:
    catalog = a_catalog(*(f"t{number:02}" for number in range(12)))

    assert complaint(catalog, "users") == (
        'table "users" does not exist\n\n'
        "hint: The database has t00, t01, t02, t03, t04, t05, t06, t07, t08, t09 and 2 more."
    )


def test_an_empty_database_is_said_to_be_empty() -> None:
    assert "The database has no tables yet" in complaint(a_catalog(), "users")


@pytest.mark.parametrize(
    ("kind", "called"),
    [
        ("v", "a view"),
        ("m", "a materialized view"),
        ("f", "a foreign table"),
        ("S", "a sequence"),
    ],
)
def test_what_is_no_table_is_named_as_what_it_is(kind: str, called: str) -> None:
    assert complaint(a_catalog(users=kind), "users") == f'"users" is {called}, not a table'


def test_a_partitioned_table_is_a_table() -> None:
    assert found(a_catalog(events="p"), "events") == "events"


def test_the_error_for_a_missing_table_stands_where_it_was_named() -> None:
    origin = Origin(path=Path("fixtures/shop.yml"), line=3)

    with pytest.raises(CatalogError) as caught:
        a_catalog("users").table("usres", origin=origin)

    assert caught.value.origin == origin


def test_only_a_sequence_is_found_as_a_sequence() -> None:
    catalog = a_catalog("users", users_id_seq="S")

    found = [catalog.sequence(name) for name in ("users", "users_id_seq", "users_seq")]

    assert [relation and str(relation.name) for relation in found] == [None, "users_id_seq", None]


def test_a_misspelt_column_is_answered_with_the_nearest() -> None:
    with pytest.raises(CatalogError) as caught:
        a_table(columns=["id", "email"]).column("emial")

    assert str(caught.value) == 'table "users" has no column "emial"\n\nhint: Did you mean "email"?'


def test_a_column_near_to_nothing_is_answered_with_the_tables_columns() -> None:
    with pytest.raises(CatalogError) as caught:
        a_table(columns=["id", "email"]).column("zip")

    assert caught.value.hint == 'Its columns: "id", "email".'


def test_a_table_knows_its_primary_key_among_its_keys() -> None:
    table = a_table(primary_key=["id"], unique=[["email"]])

    assert table.primary_key is not None
    assert table.primary_key.columns == ("id",)


def test_a_table_with_a_foreign_key_to_itself_refers_to_itself() -> None:
    assert a_table(oid=7, references=[7]).refers_to_itself
    assert not a_table(oid=7, references=[8]).refers_to_itself
