import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedkit.core.names import (
    QualifiedName,
    SequenceName,
    TableName,
    did_you_mean,
    in_quotes,
    nearest,
    quote_identifier,
    readings,
    truncate,
)

identifiers = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=15)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("users", "users"),
        ("order_items_2", "order_items_2"),
        ("_hidden$", "_hidden$"),
        ("Users", '"Users"'),
        ("order items", '"order items"'),
        ("2fa", '"2fa"'),
        ("größe", '"größe"'),
        ('say "hi"', '"say ""hi"""'),
        ("users\n", '"users\n"'),
    ],
)
def test_an_identifier_is_quoted_where_psql_would_quote_it(name: str, shown: str) -> None:
    assert quote_identifier(name) == shown


@given(identifiers)
def test_a_shown_identifier_is_read_back_as_itself(name: str) -> None:
    assert readings(quote_identifier(name))[0] == (None, truncate(name))


@given(identifiers.filter(lambda schema: schema != "public"), identifiers)
def test_a_shown_qualified_name_is_read_back_as_itself(schema: str, name: str) -> None:
    shown = str(QualifiedName(schema, name))

    assert readings(shown)[0] == (truncate(schema), truncate(name))


def test_the_schema_public_is_not_shown() -> None:
    assert str(TableName("public", "users")) == "users"


def test_names_sort_by_schema_and_then_by_name() -> None:
    names = [SequenceName("shop", "a"), SequenceName("public", "z"), SequenceName("public", "b")]

    assert [str(name) for name in sorted(names)] == ["b", "z", "shop.a"]


@pytest.mark.parametrize(
    ("typed", "meanings"),
    [
        ("users", [(None, "users")]),
        ("shop.users", [("shop", "users"), (None, "shop.users")]),
        (' shop . "Order Items" ', [("shop", "Order Items"), (None, ' shop . "Order Items" ')]),
        ('"a.b"', [(None, "a.b"), (None, '"a.b"')]),
        ('"say ""hi"""', [(None, 'say "hi"'), (None, '"say ""hi"""')]),
        ("app.shop.users", [(None, "app.shop.users")]),
        ('"unclosed', [(None, '"unclosed')]),
        ("users.", [(None, "users.")]),
        ("", [(None, "")]),
    ],
)
def test_a_typed_name_has_these_meanings_the_likeliest_first(
    typed: str, meanings: list[tuple[str | None, str]]
) -> None:
    assert readings(typed) == meanings


@pytest.mark.parametrize(("name", "kept"), [("a" * 64, "a" * 63), ("ü" * 32, "ü" * 31), ("a" * 63, "a" * 63)])
def test_a_name_is_cut_where_postgresql_cuts_it(name: str, kept: str) -> None:
    assert truncate(name) == kept


def test_the_nearest_names_are_found_whatever_their_case() -> None:
    assert nearest("USRES", ["orders", "Users", "products"]) == ["Users"]


def test_near_names_are_offered_as_a_question() -> None:
    assert did_you_mean("emial", ["email", "e_mail", "id"]) == 'Did you mean "email" or "e_mail"?'


def test_nothing_is_offered_where_nothing_is_near() -> None:
    assert did_you_mean("xyz", ["email", "id"]) is None


@pytest.mark.parametrize(
    ("name", "told"),
    [
        (TableName("public", "users"), '"users"'),
        (TableName("public", "Post"), '"Post"'),
        (TableName("public", 'say "hi"'), '"say ""hi"""'),
        (TableName("Sales", "posts"), '"Sales".posts'),
        (TableName("sales", "Order Items"), 'sales."Order Items"'),
        (TableName("Sales", "Order Items"), '"Sales"."Order Items"'),
        (SequenceName("public", "users_id_seq"), '"users_id_seq"'),
        ('"Post"', '"Post"'),
        ('"', '"""'),
        ("a.b", '"a.b"'),
    ],
)
def test_a_name_in_a_sentence_stands_in_one_pair_of_quotes(name: object, told: str):
    assert in_quotes(name) == told


def test_near_names_that_are_shown_in_quotes_get_no_more():
    assert did_you_mean("Posts", ['"Post"', "users"]) == 'Did you mean "Post"?'
