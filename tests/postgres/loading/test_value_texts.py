"""Rows of Python values are written by the column as the driver writes them, or left to it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.adapt import PyFormat, Transformer
from psycopg.types.string import StrDumper

from seedkit import SeedkitError, seed
from seedkit.core.values.copy_text import field_value
from seedkit.postgres.loading.value_texts import by_column

Connection = psycopg.Connection[Any]


class Color(StrEnum):
    RED = "red"


MOMENTS = st.datetimes(timezones=st.sampled_from([None, UTC, timezone(timedelta(hours=2)), ZoneInfo("UTC")]))
VALUES = {
    "str": st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])),
    "int": st.integers(-(10**30), 10**30),
    "bool": st.booleans(),
    "float": st.floats(),
    "Decimal": st.decimals(allow_nan=False)
    | st.sampled_from([Decimal("NaN"), Decimal("sNaN"), Decimal("1E+5"), Decimal("-0.10")]),
    "date": st.dates(),
    "datetime": MOMENTS,
    "UUID": st.uuids(),
}


def by_the_driver(value: object) -> str | None:
    if value is None:
        return None
    return bytes(Transformer().get_dumper(value, PyFormat.TEXT).dump(value) or b"").decode()


def fields(text: str) -> list[list[str | None]]:
    return [[field_value(field) for field in line.split("\t")] for line in text.removesuffix("\n").split("\n")]


@pytest.mark.parametrize("kind", VALUES)
def test_values_of_one_type_are_written_as_the_driver_writes_them(kind: str, connection: Connection) -> None:
    @given(st.lists(st.none() | VALUES[kind], min_size=1, max_size=30))
    def are_written(values: list[object]) -> None:
        text = by_column([(value, number) for number, value in enumerate(values)], connection)

        assert text is not None
        assert fields(text) == [[by_the_driver(value), str(number)] for number, value in enumerate(values)]

    are_written()


@pytest.mark.parametrize(
    "column",
    [
        (1, True),
        (1, 1.5),
        ("a", Color.RED),
        (b"bytes",),
        ([1, 2],),
        (time(1, 2),),
        (timedelta(days=1),),
        ({"a": 1},),
        ("a\0b",),
        ("x" * 2_000_000,),
    ],
    ids=lambda column: str(column)[:40],
)
def test_all_else_is_left_to_the_driver(column: tuple[object, ...], connection: Connection) -> None:
    assert by_column([(value,) for value in column], connection) is None


def test_a_dumper_that_a_program_has_registered_is_asked(connection: Connection) -> None:
    class Shouting(StrDumper):
        def dump(self, obj: str) -> bytes:
            return obj.upper().encode()

    before = by_column([("ada",)], connection)
    connection.adapters.register_dumper(str, Shouting)

    assert before == "ada\n"
    assert by_column([("ada",)], connection) is None


def test_a_seeder_may_give_the_same_dictionary_again_with_other_values(shop_of_rows: Connection) -> None:
    assert shop_of_rows.execute("select id, name from t order by id").fetchall() == [(n, f"n{n}") for n in range(5_000)]


@pytest.fixture
def shop_of_rows(project: Any, connection: Connection) -> Connection:
    """A table that a seeder has filled by one dictionary."""
    connection.execute("create table t (id integer primary key, name text)")
    project({
        "seeders/t.py": """
            def rows():
                row = {}
                for number in range(5_000):
                    row["name"], row["id"] = f"n{number}", number
                    yield row

            def seed(db):
                db.insert("t", rows())
        """
    })  # fmt: skip
    seed(connection=connection)
    return connection


def test_rows_of_all_types_come_to_the_table_as_they_are(project: Any, connection: Connection) -> None:
    connection.execute(
        "create table t (id integer primary key, note text, ok boolean, share real, cost numeric, day date,"
        " at timestamptz, local timestamp, key uuid, tags text[], doc jsonb)"
    )
    project({
        "seeders/t.py": r"""
            from datetime import UTC, date, datetime
            from decimal import Decimal
            from uuid import UUID

            def row(number):
                given = {
                    "note": "tab\t, \\N and\nbreak", "ok": number > 1, "share": 0.5, "cost": Decimal("1.10"),
                    "day": date(2026, 1, number), "at": datetime(2026, 1, number, 12, 30, 1, 5, tzinfo=UTC),
                    "local": datetime(2026, 1, 2), "key": UUID(int=number),
                }
                return {"id": number, **(given if number < 3 else dict.fromkeys(given))}

            def seed(db):
                db.insert("t", [row(1), row(2), row(3), {**row(4), "tags": ["a"], "doc": {"a": [1, None]}}])
        """
    })  # fmt: skip

    seed(connection=connection)
    found = connection.execute("select * from t order by id").fetchall()

    moment = datetime(2026, 1, 2, 12, 30, 1, 5, tzinfo=UTC)
    second = (2, "tab\t, \\N and\nbreak", True, 0.5, Decimal("1.10"), date(2026, 1, 2), moment, datetime(2026, 1, 2))
    assert found[1] == (*second, UUID(int=2), None, None)
    assert found[2] == (3, *[None] * 10)
    assert found[3] == (4, *[None] * 8, ["a"], {"a": [1, None]})


def test_a_row_that_is_refused_is_told_with_the_rows_column(project: Any, connection: Connection) -> None:
    connection.execute("create table t (id integer primary key, name varchar(3))")
    project(
        {"seeders/t.py": "def seed(db):\n    db.insert('t', [{'id': n, 'name': 'abcd'[:n]} for n in (1, 2, 3, 4)])\n"}
    )

    with pytest.raises(SeedkitError, match="too long"):
        seed(connection=connection)
