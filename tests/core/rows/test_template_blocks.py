"""A template's rows, made by the column, are those that are made row by row."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from seedkit.core.catalog import Table
from seedkit.core.column_types import TypeKind
from seedkit.core.fixture_language.row_language import RowLanguage
from seedkit.core.fixture_language.tag_names import LANGUAGE_TAGS
from seedkit.core.fixture_language.template_rows import TemplateRows
from seedkit.core.fixtures import FixtureTable, Quoted, Tagged, Value
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.rows.blocks import BLOCK_BYTES, PlacedBlock
from seedkit.core.rows.fixture_source import fixture_blocks, fixture_source
from seedkit.core.rows.shapes import RowShape
from seedkit.errors import FixtureError, Origin
from tests.core.builders import A_SETTING, KnownLabels, a_column, a_fixture, a_table, a_type

USERS = {"users": {f"user{number}": {"id": str(number)} for number in range(1, 40)}}
OF_USER = ForeignKey(name="of_user", columns=("user_id",), references=0, referenced_columns=("id",))
VISITS = replace(
    a_table(
        "visits",
        columns=[a_column("id"), a_column("user_id"), "note", a_column("at", "timestamp without time zone"), "more"],
        primary_key=["id"],
    ),
    foreign_keys=(OF_USER,),
)
language = RowLanguage(A_SETTING, KnownLabels(USERS))


def tag(name: str, value: Value) -> Tagged:
    return Tagged(tag=name, value=value, line=1)


def a_template(values: Mapping[str, Value]) -> FixtureTable:
    users = frozenset({"users"})
    return replace(a_fixture("visits", [values]), tags=LANGUAGE_TAGS, chosen_from=lambda: users)


def by_the_column(fixture: FixtureTable, table: Table) -> bool:
    return any(isinstance(part, TemplateRows) for part in language.reading(fixture, table).parts(fixture.rows()))


def made(fixture: FixtureTable, table: Table) -> list[tuple[object, str]]:
    return [
        (b.shape, line) for b in fixture_blocks(fixture, table, language.reading) for line in lines(b.text.decode())
    ]


def made_row_by_row(fixture: FixtureTable, table: Table) -> list[tuple[object, str]]:
    placed = fixture_source(fixture, table, language.reading).placed
    assert placed
    rows = list(placed())
    return [(row.shape, row.text[:-1]) for row in rows if not isinstance(row, PlacedBlock)]


def lines(text: str) -> list[str]:
    return text.split("\n")[:-1]


NUMBERED: dict[str, Value] = {"id": tag("!range", "-3..700")}
COLUMNS: list[dict[str, Value]] = [
    {"user_id": tag("!choice", {"ref": "users"})},
    {"user": tag("!choice", {"ref": "users"})},
    {"user": "user7", "note": tag("!format", "of {user}, {USER_ID}")},
    {"user": tag("!maybe", ["70%", tag("!choice", {"ref": "users"})])},
    {"user_id": tag("!choice", ["1", "0x1F", None, "1_000"])},
    {"note": tag("!choice", ["a\tb", Quoted("null"), "\\N", None, ""])},
    {"note": tag("!choice", {"a": "90", "b\n": "10", "c": "0.5"})},
    {"user_id": tag("!between", ["5", "7_000"])},
    {"user_id": tag("!between", ["0", "9" * 60])},
    {"at": tag("!between", [tag("!ago", "2y"), "2026-12-31"])},
    {"at": tag("!ago", "3d"), "note": "same\\in all"},
    {"note": tag("!maybe", ["20%", "there"])},
    {"note": tag("!maybe", ["0.3", tag("!choice", ["a", "b"])])},
    {"user_id": tag("!maybe", ["70%", tag("!choice", {"ref": "users"})])},
    {"user_id": tag("!maybe", ["70%", tag("!between", ["1", "9"])])},
    {"note": tag("!ref", "users.user7.id"), "more": tag("!sql", "now()")},
    {"note": None, "more": Quoted("")},
    {"note": tag("!format", "visit"), "more": tag("!format", "{{{note}}}")},
    {
        "more": tag("!format", "{note}, {at} {user_id:>4}"),
        "note": tag("!choice", ["a\tb", None]),
        "user_id": "7",
        "at": tag("!ago", "3d"),
    },
    {"note": tag("!format", "{user_id:03d}/{user_id:+}"), "user_id": tag("!between", ["-5", "7_000"])},
    {"note": tag("!format", "{user_id}"), "user_id": tag("!maybe", ["70%", tag("!choice", {"ref": "users"})])},
    {"note": tag("!maybe", ["70%", tag("!format", "{user_id:x}")]), "user_id": tag("!between", ["1", "9"])},
    {
        "note": tag("!maybe", ["0%", tag("!format", "{user_id:d}")]),
        "user_id": tag("!maybe", ["50%", tag("!between", ["1", "9"])]),
    },
    {"note": tag("!faker", "name"), "more": tag("!faker", {"provider": "pyint", "max_value": "9"})},
    {"note": tag("!maybe", ["70%", tag("!faker", "word")])},
]


@pytest.mark.parametrize("columns", COLUMNS, ids=str)
@pytest.mark.parametrize(
    "numbered",
    [NUMBERED, {"Id": tag("!range", "1..700")}, {"n": tag("!count", "700")}, {"more": tag("!range", "1..700")}],
    ids=str,
)
def test_the_rows_of_a_template_are_those_that_are_made_row_by_row(
    numbered: dict[str, Value], columns: dict[str, Value]
) -> None:
    fixture = a_template({**columns, **numbered})

    assert by_the_column(fixture, VISITS)
    assert made(fixture, VISITS) == made_row_by_row(fixture, VISITS)


LEFT_TO_THE_ROW: list[dict[str, Value]] = [
    {"note": tag("!format", "by {more}"), "more": tag("!faker", "name")},
    {"note": tag("!format", "{more:d}"), "more": tag("!choice", {"7": "1", "no number": "0"})},
    {"user": tag("!choice", ["user7", "user8"])},
    {"user": tag("!format", "user{id}")},
    {"user_id": tag("!faker", {"provider": "pyint", "max_value": "9"})},
    {"note": tag("!format", "{more}" * 5), "more": tag("!choice", ["x" * 60_000, "y"])},
    {"note": tag("!faker", "unique.name")},
    {"note": tag("!maybe", ["50%", tag("!faker", "unique.name")])},
    {"note": tag("!choice", ["a", tag("!faker", "word")])},
    {"note": tag("!choice", ["x" * 65_537, "y"])},
    {"at": tag("!maybe", ["50%", tag("!ago", "3d")])},
    {"note": tag("!maybe", ["50%", tag("!format", "{at}")]), "at": tag("!ago", "3d")},
    {"at": tag("!maybe", ["50%", tag("!faker", "past_datetime")])},
]


@pytest.mark.parametrize("columns", LEFT_TO_THE_ROW, ids=lambda columns: str(columns)[:80])
def test_what_only_a_row_can_tell_is_asked_of_each_row(columns: dict[str, Value]) -> None:
    fixture = a_template({"id": tag("!range", "1..39"), **columns})

    assert not by_the_column(fixture, VISITS)
    assert sorted(made(fixture, VISITS), key=str) == sorted(made_row_by_row(fixture, VISITS), key=str)


def test_only_columns_of_times_that_are_given_are_looked_at_row_by_row() -> None:
    opened = replace(VISITS, columns=(*VISITS.columns, a_column("opens", "time without time zone")))

    assert by_the_column(a_template({**NUMBERED, "note": "a"}), opened)
    assert not by_the_column(a_template({**NUMBERED, "opens": "10:00"}), opened)


def test_rows_before_and_behind_templates_are_counted_and_go_with_them() -> None:
    plain: dict[str, Value] = {"user_id": "7", "note": tag("!choice", ["a", "b", "c"])}
    templates = [{"n": tag("!count", "5"), **plain}, {"n": tag("!count", "6..9"), **plain}]
    fixture = replace(a_fixture("visits", [plain, templates[0], plain, templates[1], plain]), tags=LANGUAGE_TAGS)

    [block] = fixture_blocks(fixture, VISITS, language.reading)

    assert block.rows == 12
    assert lines(block.text.decode()) == [line for _, line in made_row_by_row(fixture, VISITS)]


def test_a_value_that_its_column_refuses_is_told_with_its_place_only_where_a_row_has_it() -> None:
    color = replace(a_column("note", "color", category="E"), structure=a_type("color", TypeKind.ENUM, labels=("red",)))
    table = a_table("visits", columns=[a_column("id"), color], primary_key=["id"])
    rare: Value = {"red": "1", "blue": "0.000000000001"}
    template: dict[str, Value] = {"id": tag("!range", "1..40"), "note": tag("!choice", rare)}

    fine = made(a_template(template), table)
    with pytest.raises(FixtureError) as refused:
        made(a_template({**template, "note": tag("!choice", ["red", "blue"])}), table)

    assert len(fine) == 40
    assert refused.value.message == 'column "note" is of type color, which has no value "blue"'
    assert refused.value.origin == Origin(path=Path("fixtures/visits.yml"), line=1)


def test_a_character_of_code_zero_is_refused_under_its_columns_name() -> None:
    with pytest.raises(FixtureError, match='column "note" holds a character of code 0'):
        made(a_template({**NUMBERED, "note": tag("!choice", ["a\0"])}), VISITS)


@pytest.mark.parametrize("width", [10, 60_000])
def test_no_block_grows_with_the_width_of_the_values(width: int) -> None:
    wide = a_template({"id": tag("!range", "1..300"), "note": tag("!choice", ["x" * width, "y" * width])})

    blocks = list(fixture_blocks(wide, VISITS, language.reading))

    assert sum(block.rows for block in blocks) == 300
    assert max(len(block.text) for block in blocks) < 2 * BLOCK_BYTES + width


def test_a_row_of_a_template_is_found_by_the_number_that_the_server_tells() -> None:
    fixture = replace(a_fixture("visits", [{"id": "0"}, NUMBERED]), tags=LANGUAGE_TAGS)
    source = fixture_source(fixture, VISITS, language.reading)

    assert source.locate(RowShape(columns=("id",)), 600) == Origin(path=Path("fixtures/visits.yml"), line=2)
