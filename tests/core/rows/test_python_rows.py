from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from seedkit.core.catalog import Table
from seedkit.core.rows.python_rows import BLOCK_ROWS, GivenRow, as_mapping, value_blocks
from seedkit.errors import CatalogError, SeedkitError, UsageError
from tests.core.builders import a_column, a_table

USERS = a_table("users", ["id", "email", "name"])


@dataclass
class User:
    id: int
    email: str


class Model:
    """Looks like a pydantic model."""

    def model_dump(self) -> dict[str, Any]:
        return {"id": 1, "email": "ada"}


class Mapped:
    """Looks like an instance of a SQLAlchemy class whose attribute `mail` is the column `email`."""

    __mapper__ = SimpleNamespace(
        column_attrs=[
            SimpleNamespace(key=key, columns=[SimpleNamespace(name=name)])
            for key, name in [("id", "id"), ("mail", "email"), ("name", "name")]
        ]
    )

    def __init__(self, **given: object) -> None:
        vars(self).update(given)


def refusal(table: Table, *rows: object) -> SeedkitError:
    with pytest.raises(SeedkitError) as caught:
        list(value_blocks(rows, table))
    return caught.value


@pytest.mark.parametrize(
    "row",
    [{"id": 1, "email": "ada"}, User(1, "ada"), Model(), Mapped(id=1, mail="ada")],
    ids=["dict", "dataclass", "pydantic", "sqlalchemy"],
)
def test_a_row_is_a_mapping_or_an_object_that_gives_one(row: object) -> None:
    assert as_mapping(row) == {"id": 1, "email": "ada"}


@pytest.mark.parametrize("row", [(1, "ada"), "ada", None, User], ids=["tuple", "text", "None", "class"])
def test_anything_else_is_no_row(row: object) -> None:
    with pytest.raises(
        UsageError, match="a row must be a mapping, a dataclass, a pydantic or a SQLAlchemy instance"
    ) as caught:
        as_mapping(row)

    assert "as a list, one alone too" in (caught.value.hint or "")


def test_rows_are_gathered_by_the_columns_they_name_in_the_tables_order() -> None:
    rows = [{"email": "a", "id": 1}, {"id": 2}, User(3, "c")]

    blocks = list(value_blocks(rows, USERS))

    assert [(block.shape.columns, block.values) for block in blocks] == [
        (("id", "email"), [(1, "a"), (3, "c")]),
        (("id",), [(2,)]),
    ]


def test_a_row_may_say_what_is_written_once_and_what_the_server_is_to_compute() -> None:
    first, second = GivenRow(id=1, name="Ada"), GivenRow(id=2, name="Grace")
    first.once, first.computed = ("name",), (("email", "now()"),)
    second.once, second.computed = (), ()

    blocks = list(value_blocks([first, second], USERS))

    shapes = [(block.shape.columns, block.shape.once, block.shape.computed) for block in blocks]
    assert shapes == [(("id", "name"), ("name",), (("email", "now()"),)), (("id", "name"), (), ())]


def test_a_stream_is_read_only_as_far_as_its_blocks_are_asked_for() -> None:
    read: list[int] = []

    def stream() -> Iterator[Mapping[str, int]]:
        for number in range(10 * BLOCK_ROWS):
            read.append(number)
            yield {"id": number}

    first = next(value_blocks(stream(), USERS))

    assert first.rows == BLOCK_ROWS == len(read)


def test_an_unknown_column_is_an_error_with_the_nearest() -> None:
    error = refusal(USERS, {"id": 1, "emial": "ada"})

    assert isinstance(error, CatalogError)
    assert str(error) == 'table "users" has no column "emial"\n\nhint: Did you mean "email"?'


def test_a_generated_column_is_an_error() -> None:
    table = a_table("users", ["id", a_column("initials", "text", generated=True)])

    assert refusal(table, {"id": 1, "initials": "AL"}).message == (
        'column "initials" of table "users" is generated and can not be written'
    )


def test_a_row_that_names_no_column_is_an_error() -> None:
    assert refusal(a_table(primary_key=["id"]), {}).message == 'a row for table "users" names no column'


def test_a_column_whose_name_is_no_text_is_an_error() -> None:
    assert refusal(USERS, {1: "ada"}).message == 'table "users" has no column "1"'
