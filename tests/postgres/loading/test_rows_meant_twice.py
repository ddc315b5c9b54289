"""Two rows of a run that recognise one row by different keys are told: each run would update it by both."""

from __future__ import annotations

import pytest

from tests.postgres.loads import Connection, Load, Refusal, rows_of

pytestmark = pytest.mark.usefixtures("way")


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    emptied.execute(
        "create table pages (id integer primary key, slug text unique, title text, note text, place text, line integer)"
    )
    emptied.execute("insert into pages values (1, 'home', 'Old'), (2, 'about', 'Old')")
    return emptied


def test_both_rows_are_named(connection: Connection, refusal: Refusal) -> None:
    error = refusal(
        pages=(
            "- {id: 2, title: B}\n- {id: 1, title: A, place: p, line: 3}\n- {slug: home, title: X, place: p, line: 3}\n"
        )
    )

    assert str(error).splitlines() == [
        'two rows mean the same row of table "pages"',
        "  at fixtures/pages.yml:3",
        '  Key (slug)=(home) is the row of Key (id)=(1) at fixtures/pages.yml:2, with another value in "title"',
        "",
        "hint: Write the same in both, or take one of them out.",
    ]
    assert rows_of(connection, "select distinct title from pages") == [("Old",)]


def test_both_files_are_named(refusal: Refusal) -> None:
    error = refusal(
        pages="- {id: 1, slug: home, title: A}\n",
        more="_fixture: {table: pages, key: slug}\n- {id: 1, slug: home, title: X, note: y}\n",
    )

    assert str(error).splitlines()[1:3] == [
        "  at fixtures/pages.yml:1",
        '  Key (id)=(1) is the row of Key (slug)=(home) at fixtures/more.yml:2, with another value in "title"',
    ]


@pytest.mark.parametrize("row", ["{slug: home, title: A}", "{slug: home, note: x}", "{slug: about, title: X}"])
def test_rows_that_agree_or_mean_others_load_in_one_run(load: Load, row: str) -> None:
    load(pages=f"- {{id: 1, title: A}}\n- {row}\n")

    assert load(pages=f"- {{id: 1, title: A}}\n- {row}\n") == {"pages": (0, 0, 2)}


def test_each_of_them_is_written(connection: Connection, load: Load) -> None:
    load(pages="- {id: 1, title: A}\n- {slug: home, note: x}\n- {id: 3, slug: new}\n")

    assert rows_of(connection, "select title, note from pages where id = 1") == [("A", "x")]
