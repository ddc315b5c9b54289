import re
from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from seedkit.core.catalog import Table
from seedkit.core.fixtures import Quoted, Value
from seedkit.core.rows.blocks import BLOCK_BYTES, Block, WaitingRows
from seedkit.core.rows.fixture_source import fixture_blocks, fixture_source
from seedkit.core.rows.shapes import RowShape
from seedkit.errors import CatalogError, FixtureError, SeedkitError
from tests.core.builders import a_column, a_fixture, a_table, plain_rows

_UNESCAPED = {"\\\\": "\\", "\\t": "\t", "\\n": "\n", "\\r": "\r"}


def blocks(table: Table, rows: Sequence[Mapping[str, Value]]) -> list[Block]:
    return list(fixture_blocks(a_fixture(table.name.name, rows), table, plain_rows))


def refusal(table: Table, rows: Sequence[Mapping[str, Value]]) -> SeedkitError:
    with pytest.raises(SeedkitError) as caught:
        blocks(table, rows)
    return caught.value


def fields(line: str) -> list[str | None]:
    """Read a line of COPY text as PostgreSQL does."""
    return [
        None if field == r"\N" else re.sub(r"\\[\\tnr]", lambda found: _UNESCAPED[found[0]], field)
        for field in line.split("\t")
    ]


def test_rows_become_lines_of_copy_text() -> None:
    [block] = blocks(a_table(columns=["id", "email"]), [{"id": "1", "email": "ada"}, {"id": "2", "email": None}])

    assert block == Block(RowShape(columns=("id", "email")), b"1\tada\n2\t\\N\n", 2)


def test_blocks_of_shapes_that_take_turns_wait_for_more_of_their_own() -> None:
    ids, emails = RowShape(columns=("id",)), RowShape(columns=("email",))
    waiting = WaitingRows()

    passed = [[*waiting.past(Block(shape, b"a\n", 1))] for shape in (ids, emails, ids, emails, emails)]

    assert passed == [[Block(ids, b"a\n", 1)], [], [], [], [Block(emails, b"a\na\n", 2), Block(emails, b"a\n", 1)]]
    assert list(waiting.rest()) == [Block(ids, b"a\n", 1)]


def test_blocks_whose_order_shows_wait_no_longer_than_until_another_shape_comes() -> None:
    ids, emails = RowShape(columns=("id",)), RowShape(columns=("email",))
    waiting = WaitingRows(lambda _: True)

    passed = [[*waiting.past(Block(shape, b"a\n", 1))] for shape in (ids, emails, ids)]

    assert passed == [[Block(ids, b"a\n", 1)], [], [Block(emails, b"a\n", 1)]]
    assert list(waiting.rest()) == [Block(ids, b"a\n", 1)]


def test_columns_stand_in_the_tables_order_whatever_the_rows() -> None:
    rows = [{"email": "ada", "id": "1"}, {"id": "2", "email": "bob"}]

    assert blocks(a_table(columns=["id", "email"]), rows) == [
        Block(RowShape(columns=("id", "email")), b"1\tada\n2\tbob\n", 2)
    ]


def test_rows_that_name_other_columns_are_gathered_in_blocks_of_their_own() -> None:
    rows = [{"id": "1"}, {"id": "2", "email": "bob"}, {"id": "3"}]

    assert blocks(a_table(columns=["id", "email"]), rows) == [
        Block(RowShape(columns=("id",)), b"1\n3\n", 2),
        Block(RowShape(columns=("id", "email")), b"2\tbob\n", 1),
    ]


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0") | st.sampled_from("\t\n\r\\N"))


@given(st.lists(texts | st.none(), min_size=3, max_size=3))
def test_any_text_comes_out_of_copy_as_it_went_in(values: list[str | None]) -> None:
    row = {f"c{number}": value for number, value in enumerate(values)}

    [block] = blocks(a_table(columns=list(row)), [row])

    text = block.text.decode()
    assert text.endswith("\n")
    assert not {"\n", "\r"} & set(text[:-1])
    assert fields(text[:-1]) == values


def test_a_quoted_null_is_text_and_a_backslash_n_is_no_null() -> None:
    [block] = blocks(a_table(columns=["a", "b"]), [{"a": Quoted("null"), "b": r"\N"}])

    assert block.text == b"null\t\\\\N\n"


def test_a_long_fixture_comes_in_blocks_of_bounded_size() -> None:
    rows = [{"email": "x" * 1_000}] * 200

    found = blocks(a_table(), rows)

    assert sum(block.rows for block in found) == 200
    assert max(len(block.text) for block in found) < BLOCK_BYTES + 2_000


def test_a_fixture_is_read_only_as_far_as_its_blocks_are_asked_for() -> None:
    fixture = a_fixture("users", [{"email": "x" * BLOCK_BYTES}, {"no_such_column": "1"}])

    first = next(fixture_blocks(fixture, a_table(), plain_rows))

    assert first.rows == 1


def test_an_unknown_column_is_an_error_at_its_row() -> None:
    error = refusal(a_table(), [{"id": "1"}, {"id": "2", "emial": "bob"}])

    assert isinstance(error, CatalogError)
    assert str(error) == (
        'table "users" has no column "emial"\n  at fixtures/users.yml:2\n\nhint: Did you mean "email"?'
    )


def test_a_generated_column_is_an_error_at_its_row() -> None:
    table = a_table(columns=["id", a_column("initials", "text", generated=True)])

    assert str(refusal(table, [{"id": "1", "initials": "AL"}])) == (
        'column "initials" of table "users" is generated and can not be written\n'
        "  at fixtures/users.yml:1\n"
        "\n"
        "hint: Leave it out of the fixture."
    )


def test_a_value_that_its_column_can_not_take_is_an_error_at_its_row() -> None:
    error = refusal(a_table(), [{"email": "ada"}, {"email": ["a", "b"]}])

    assert isinstance(error, FixtureError)
    assert str(error.origin) == "fixtures/users.yml:2"


def test_a_row_that_names_no_column_is_an_error_at_its_place() -> None:
    error = refusal(a_table(primary_key=["id"]), [{"id": "1"}, {}])

    assert error.message == "a row names no column"
    assert error.hint is not None
    assert error.hint.startswith('A second run could not recognise it: name "id".')
    assert str(error.origin) == "fixtures/users.yml:2"


def test_the_nth_row_of_a_set_of_columns_is_found_again() -> None:
    rows = [{"id": "1"}, {"id": "2", "email": "bob"}, {"id": "3"}]
    source = fixture_source(a_fixture("users", rows), a_table(), plain_rows)

    ids, ids_and_emails = RowShape(columns=("id",)), RowShape(columns=("id", "email"))
    places = [source.locate(ids, 2), source.locate(ids_and_emails, 1), source.locate(ids, 3)]

    assert [place and str(place) for place in places] == [
        "fixtures/users.yml:3",
        "fixtures/users.yml:2",
        None,
    ]


def test_the_rows_of_a_key_are_found_again() -> None:
    rows = [{"id": "1", "email": "a"}, {"id": "2", "email": "b"}, {"email": "x", "id": "1"}]
    source = fixture_source(a_fixture("users", rows), a_table(), plain_rows)

    assert [str(place) for place in source.locate_key(["id"], ["1"])] == [
        "fixtures/users.yml:1",
        "fixtures/users.yml:3",
    ]


def test_a_key_is_found_again_however_the_file_spells_it() -> None:
    table = a_table(columns=[a_column("id"), "email"])
    source = fixture_source(a_fixture("users", [{"id": "0x1F"}, {"id": "1_000"}, {"id": "007"}]), table, plain_rows)

    found = [source.locate_key(["id"], [text]) for text in ("31", "1000", "7")]

    assert [[str(place) for place in places] for places in found] == [
        ["fixtures/users.yml:1"],
        ["fixtures/users.yml:2"],
        ["fixtures/users.yml:3"],
    ]


def test_a_fixture_is_offered_with_what_its_author_wants() -> None:
    fixture = a_fixture("users", on_conflict="skip", key=("email",))

    source = fixture_source(fixture, replace(a_table(), oid=9), plain_rows)

    assert (source.name, source.on_conflict, source.key) == ("fixtures/users.yml", "skip", ("email",))
