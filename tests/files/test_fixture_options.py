from collections.abc import Callable
from pathlib import Path

import pytest

from seedkit.core.fixtures import FixtureOptions
from seedkit.errors import FixtureError
from seedkit.files.fixture_options import read_options
from seedkit.files.yaml.nodes import open_documents

THE_OPTIONS = "The options are table, on_conflict, key, environments, ignore, ids, defaults and rest."


@pytest.fixture
def read(write: Callable[..., Path]) -> Callable[[str], FixtureOptions]:
    def options(text: str) -> FixtureOptions:
        with open_documents(write("users.yml", text)) as documents:
            return read_options(*next(documents))

    return options


def test_all_options_are_read(read: Callable[[str], FixtureOptions]):
    options = read("table: shop.users\non_conflict: skip\nkey: [email]\nenvironments: [dev, 'test']\nignore: base\n")

    assert options == FixtureOptions(
        table="shop.users", on_conflict="skip", key=("email",), environments=("dev", "test"), ignore=("base",)
    )


def test_no_option_has_to_be_given(read: Callable[[str], FixtureOptions]):
    assert read("{}") == FixtureOptions()


def test_the_model_class_of_rails_is_passed_over(read: Callable[[str], FixtureOptions]):
    assert read("{model_class: Shop::User}") == FixtureOptions()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("{tabel: users}", '"_fixture" has no option "tabel"', 'Did you mean "table"?'),
        ("{<<: {a: b}}", '"_fixture" has no option "<<"', THE_OPTIONS),
        ("users", '"_fixture" is a mapping of options', THE_OPTIONS),
        ("{on_conflict: up}", '"on_conflict" is one of "update", "skip", "error", not "up"', None),
        ("{table: [users]}", '"table" takes a name, not a list', None),
        ("{key: {a: b}}", '"key" takes a list of names, such as [a, b]', None),
        ("{environments: [[dev]]}", '"environments" takes a list of names, such as [a, b]', None),
    ],
)  # fmt: skip
def test_an_option_that_cannot_be_meant_is_an_error(
    read: Callable[[str], FixtureOptions], text: str, message: str, hint: str | None
):
    with pytest.raises(FixtureError) as caught:
        read(text)

    assert (caught.value.message, caught.value.hint) == (message, hint)
    assert str(caught.value.origin) == "users.yml:1"
