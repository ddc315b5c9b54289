"""Which tables a look at a file's bytes finds behind `!choice`: all that its rows may mean, or None."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from seedkit.files.fixture_files import read_fixture
from seedkit.files.packed_files import WINDOW_BYTES

Found = Callable[[str], frozenset[str] | None]


@pytest.fixture
def found(write: Callable[..., Path]) -> Found:
    """Write a fixture, and tell which tables are found in it."""

    def tables(text: str) -> frozenset[str] | None:
        [fixture] = read_fixture(write("visits.yml", text), lambda _: True)
        return fixture.chosen_from()

    return tables


@pytest.mark.parametrize(
    ("values", "tables"),
    {
        "a list": ("user_id: !choice [1, 2]", set()),
        "weights": ("plan: !choice {free: 90, ref: 10}", set()),
        "a table": ("user_id: !choice {ref: users}", {"users"}),
        "two tables, one with its schema": (
            "a: !choice { ref: shop.users }, b: !choice {ref: dogs}",
            {"shop.users", "dogs"},
        ),
        "one inside another": ("user_id: !choice [!choice {ref: users}, 2]", {"users"}),
        "a word that begins alike": ("note: '!choicest'", None),
        "a quoted key": ("user_id: !choice {'ref': users}", None),
        "a quoted table": ("user_id: !choice {ref: 'users'}", None),
        "a weight that is called ref": ("user_id: !choice {ref: 10, other: 20}", None),
        "an alias": ("user_id: !choice {ref: *table}", None),
        "an anchor": ("user_id: !choice &who {ref: users}", None),
        "what is merged": ("user_id: !choice {<<: *table}", None),
        "the tag in angle brackets": ("user_id: !<!choice> {ref: users}", None),
        "a tag of another tool": ("user_id: !choices [1]", None),
    }.values(),
)
def test_tables_are_found_where_they_are_written_plainly(found: Found, values: str, tables: set[str] | None) -> None:
    assert found(f"- {{id: 1, {values}}}\n") == tables


def test_a_choice_over_several_lines_is_not_read(found: Found) -> None:
    assert found("- id: 1\n  user_id: !choice\n    ref: users\n") is None


@pytest.mark.parametrize("before", range(0, 80, 3))
@pytest.mark.parametrize(("choice", "tables"), [("!choice {ref: users}", {"users"}), ("!choice {'ref': users}", None)])
def test_a_choice_is_seen_also_where_two_pieces_of_the_file_meet(
    found: Found, before: int, choice: str, tables: set[str] | None
) -> None:
    comment = "# " + "x" * (WINDOW_BYTES - 60 - before)

    text = f"{comment}\n- {{id: !range 1..3, user_id: {choice}}}\n- {{id: 1{' ' * before}}}\n"

    assert found(text) == tables
