"""No part of a value is cut off without a word: a date with a time is refused, a time with a date is warned of."""

from __future__ import annotations

import pytest

from tests.postgres.loads import Connection, Load, Refusal, many, rows_of


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    emptied.execute("create table events (id integer primary key, day date, at time, zoned timetz, days date[])")
    return emptied


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01 10:30:00",
        "2024-05-01T10:30:00Z",
        '"2024-05-01 00:00:01"',
        "2024-05-01 00:00:00.001",
        "2024-05-01 24:00",
        "2024-04-30T22:00:00.000Z",
        "20240501T103000",
        "20240501 103000",
        "May 1 10:30 2024",
        "5/1/2024 12:00 PM",
        "2024-05-01 02:00+02:00",
    ],
)
def test_a_time_in_a_date_column_is_refused(refusal: Refusal, text: str) -> None:
    error = refusal(events=f"- {{id: 1, day: 2024-05-01}}\n- {{id: 2, day: {text}}}\n")

    assert str(error.origin) == "fixtures/events.yml:2"
    plain = text.strip('"')
    assert error.message == f'column "day" is a date, and would drop the time of "{plain}"'


def test_it_is_refused_among_many_rows_that_are_written_plainly(refusal: Refusal) -> None:
    rows = many(3_000, "- {{id: {n}, day: 2024-05-01}}")

    error = refusal(events=f"{rows}- {{id: 3001, day: 2024-05-01 10:30:00}}\n")

    assert str(error.origin) == "fixtures/events.yml:3001"
    assert error.hint == "Write 2024-05-01, or give the column the type timestamp."


@pytest.mark.parametrize(
    "value", ["[2024-05-02, 2024-05-01 10:30]", '"{2024-05-02,2024-05-01 10:30}"', "['2024-05-01T10:30:00']"]
)
def test_a_time_in_an_array_of_dates_is_refused(refusal: Refusal, value: str) -> None:
    assert "would drop the time of" in refusal(events=f"- {{id: 1, days: {value}}}\n").message


@pytest.mark.parametrize("value", ['"[2024-05-01 10:30, 2024-06-01)"', "{lower: 2024-05-01 10:30}"])
def test_a_time_in_a_range_of_dates_is_refused(connection: Connection, refusal: Refusal, value: str) -> None:
    connection.execute("create table stays (id integer primary key, during daterange)")

    assert "would drop the time of" in refusal(stays=f"- {{id: 1, during: {value}}}\n").message


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-01",
        "2024-05-01 00:00:00",
        "2024-05-01T00:00:00.000Z",
        "2024-05-01 00:00:00+02:00",
        "2024-05-01+02:00",
        "20240501",
        "20240501T000000",
        "May 1 2024",
        "May 1 2024 12:00:00 AM",
        "2024.122",
        "J2460432",
    ],
)
def test_midnight_is_no_loss(connection: Connection, load: Load, text: str) -> None:
    load(events=f"- {{id: 1, day: {text}, days: [{text}]}}\n")

    assert rows_of(connection, "select day::text, days::text from events") == [("2024-05-01", "{2024-05-01}")]


@pytest.mark.parametrize("text", ["infinity", "now", "0044-03-15 BC"])
def test_a_date_that_is_written_otherwise_is_read_by_postgresql(load: Load, text: str) -> None:
    assert load(events=f"- {{id: 1, day: {text}}}\n") == {"events": (1, 0, 0)}


def test_what_is_made_up_as_a_moment_fills_a_date(connection: Connection, load: Load) -> None:
    connection.execute("create table posts (id integer primary key, day date, made date, created_on date not null)")

    load(posts="- {id: 1, day: !ago 3d, made: !faker date_time}\n- {id: 2, day: 2024-05-01}\n")

    assert rows_of(connection, "select count(day), count(made), count(created_on) from posts") == [(2, 1, 2)]


@pytest.mark.parametrize("column", ["at", "zoned"])
@pytest.mark.parametrize("rows", [1, 3_000])
def test_a_date_in_a_time_column_is_warned_of(
    connection: Connection, load: Load, caplog: pytest.LogCaptureFixture, column: str, rows: int
) -> None:
    load(events=many(rows, f"- {{{{id: {{n}}, {column}: 2024-05-01 10:30:00}}}}"))

    told = "time without time zone" if column == "at" else "time with time zone"
    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
        "warning: fixtures/events.yml:1: "
        f'the date of "2024-05-01 10:30:00" is dropped, as column "{column}" is a {told}'
    ]
    assert rows_of(connection, "select count(*) from events where coalesce(at, zoned::time) = '10:30'") == [(rows,)]


@pytest.mark.parametrize("text", ["10:30", "2000-01-01 10:30:00", "1970-01-01 10:30", "1899-12-30 10:30:00"])
def test_a_date_that_means_none_is_not_warned_of(load: Load, caplog: pytest.LogCaptureFixture, text: str) -> None:
    load(events=f"- {{id: 1, at: {text}}}\n")

    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == []


def test_a_date_and_an_offset_in_an_array_of_times_are_warned_of(
    connection: Connection, load: Load, caplog: pytest.LogCaptureFixture
) -> None:
    connection.execute("create table shops (id integer primary key, opens time[])")

    load(shops="- {id: 1, opens: [10:30, 2024-05-01 11:30+02]}\n")

    assert [record.message for record in caplog.records if record.levelname == "WARNING"] == [
        'warning: fixtures/shops.yml:1: the date and the offset of "2024-05-01 11:30+02" are dropped, '
        'as column "opens" is a time without time zone'
    ]
