"""Values that the driver can't write are told with their row, their column and what to give."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from seedkit import seed
from seedkit.errors import LoadError
from tests.conftest import Write

Connection = psycopg.Connection[Any]


@pytest.fixture(autouse=True)
def users(connection: Connection) -> None:
    connection.execute("create table users (id serial primary key, email text unique, settings jsonb)")


def told(connection: Connection, project: Write, rows: str) -> LoadError:
    project({"seeders/people.py": f'def seed(db):\n    db.insert("users", {rows}, key="email")\n'})
    with pytest.raises(LoadError) as caught:
        seed(connection=connection)
    return caught.value


@pytest.mark.parametrize(
    ("value", "message", "hint"),
    [
        (
            '{"a": 1}',
            'row 3 has a value of the type dict for column "email" of table "users"',
            "The column is text: give a text (json.dumps of the mapping), or make the column jsonb.",
        ),
        (
            "object()",
            'row 3 has a value of the type object for column "email" of table "users"',
            "The column is text: give a text, a number, or what else psycopg can write.",
        ),
        (
            '"\\ud800"',
            'row 3 has a text that utf-8 can not hold for column "email" of table "users"',
            r"'\ud800' is half of a character: take it out.",
        ),
    ],
)
@pytest.mark.parametrize("before", [2, 5000])
def test_a_value_is_told_with_its_place(
    connection: Connection, project: Write, value: str, message: str, hint: str, before: int
) -> None:
    rows = f'[*({{"email": str(number)}} for number in range({before})), {{"id": 7000, "email": {value}}}]'

    error = told(connection, project, rows)

    assert error.message == message.replace("row 3", f"row {before + 1:,}")
    assert error.hint == hint
    assert str(error.origin) == "seeders/people.py:2"
    assert connection.execute("select count(*) from users").fetchone() == (0,)


def test_rows_of_several_shapes_are_counted_together(connection: Connection, project: Write) -> None:
    rows = 'iter([{"email": "a"}, {"email": "b", "settings": {}}, {"email": "c"}, {"email": "d", "settings": {1j}}])'

    error = told(connection, project, rows)

    assert error.message == 'row 4 has a value of the type set for column "settings" of table "users"'
    assert error.hint == (
        "A document holds mappings, lists, texts, numbers, booleans and None: write others as one of these,"
        " str(value) or float(value)."
    )


def test_a_row_that_is_not_kept_is_counted(connection: Connection, project: Write) -> None:
    rows = '({"email": str(number) if number < 2500 else object()} for number in range(2501))'

    error = told(connection, project, rows)

    assert error.message == 'row 2,501 has a value of the type object for column "email" of table "users"'


@pytest.mark.parametrize(
    ("document", "told_of_it"),
    [
        ('{"d": Decimal("1.1")}', "a value of the type Decimal at settings.d"),
        ('[1, {"a": {"on": date(2026, 1, 1)}}]', "a value of the type date at settings[1].a.on"),
        ('Jsonb({"ids": (1, UUID(int=7))})', "a value of the type UUID at settings.ids[1]"),
        ('{"plan": Plan.PRO}', "a value of the type Plan at settings.plan"),
        ('{"tags": {"a"}}', "a value of the type set at settings.tags"),
        ('{(1, 2): "a"}', "a key of the type tuple in settings"),
        ("Plan.PRO", "a value of the type Plan"),
    ],
)
def test_a_value_inside_a_document_is_told_with_its_path(
    connection: Connection, project: Write, document: str, told_of_it: str
) -> None:
    imports = [
        "from datetime import date",
        "from decimal import Decimal",
        "from enum import Enum",
        "from uuid import UUID",
        "from psycopg.types.json import Jsonb",
        'Plan = Enum("Plan", {"PRO": "pro"})',
    ]
    body = f'def seed(db):\n    db.insert("users", [{{"id": 1, "settings": {document}}}])\n'
    project({"seeders/people.py": "\n".join([*imports, body])})

    with pytest.raises(LoadError) as caught:
        seed(connection=connection)

    assert caught.value.message == f'row 1 has {told_of_it} for column "settings" of table "users"'
