"""Rows that a trigger or a rule takes without a word of the server are told, and never called unchanged."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from seedkit import seed
from seedkit.core.reports.runs import TableReport
from seedkit.errors import LoadError
from tests.conftest import Write

Connection = psycopg.Connection[Any]

TRIGGER = (
    "create function takes() returns trigger language plpgsql as $$begin"
    " if new.name = 'lost' then return null; end if; return new; end$$;"
    " create trigger takes before insert or update on t for each row execute function takes()"
)
RULE = "create rule takes as on insert to t where new.name = 'lost' do instead nothing"


@pytest.fixture
def loaded(connection: Connection, project: Write) -> Callable[[str], TableReport]:
    """Seed a table of ids and names with rows."""
    connection.execute("create table t (id serial primary key, name text)")

    def load(rows: str) -> TableReport:
        project({"fixtures/t.yml": rows})
        [report] = seed(connection=connection).tables
        return report

    return load


def counts(report: TableReport) -> tuple[int, int, int, int]:
    return report.inserted, report.updated, report.unchanged, report.swallowed


@pytest.mark.parametrize("taker", [TRIGGER, RULE])
@pytest.mark.parametrize("many", [1, 3000])
def test_rows_that_are_taken_are_counted_as_such(
    taker: str,
    many: int,
    loaded: Callable[[str], TableReport],
    connection: Connection,
    caplog: pytest.LogCaptureFixture,
) -> None:
    connection.execute(taker)
    kept = "".join(f"- {{id: {number}, name: kept}}\n" for number in range(10, 10 + many))
    lost = "- {id: 1, name: lost}\n- {id: 2, name: lost}\n"

    with caplog.at_level(logging.WARNING, "seedkit"):
        assert counts(loaded(kept + lost)) == (many, 0, 0, 2)
        assert counts(loaded(kept + lost)) == (0, 0, many, 2)

    assert [record.getMessage() for record in caplog.records] == [
        'warning: table "t": 2 rows were not written, without a word of the server: see its triggers BEFORE INSERT or'
        " UPDATE that give back NULL, and its rules"
    ] * 2
    assert connection.execute("select count(*) from t").fetchone() == (many,)


def test_an_update_that_is_taken_is_counted_as_such(
    loaded: Callable[[str], TableReport], connection: Connection
) -> None:
    loaded("- {id: 1, name: a}\n- {id: 2, name: b}\n- {id: 3, name: c}\n")
    connection.execute(TRIGGER)

    assert counts(loaded("- {id: 1, name: lost}\n- {id: 2, name: x}\n- {id: 3, name: c}\n")) == (0, 1, 1, 1)


def test_rows_that_a_trigger_changes_back_are_none_of_them(
    loaded: Callable[[str], TableReport], connection: Connection
) -> None:
    connection.execute(
        "create function lowers() returns trigger language plpgsql as $$begin new.name = lower(new.name); return new;"
        " end$$; create trigger lowers before insert or update on t for each row execute function lowers()"
    )
    rows = "- {id: 1, name: A}\n- {id: 2, name: b}\n"

    assert [counts(loaded(rows)) for _ in range(2)] == [(2, 0, 0, 0), (0, 1, 1, 0)]


@pytest.mark.parametrize("many", [1, 3000])
def test_rows_of_a_run_that_fails_are_not_warned_of(
    many: int, loaded: Callable[[str], TableReport], connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    connection.execute(TRIGGER)
    connection.execute("alter table t alter name set not null")
    rows = "- {id: 1, name: lost}\n" + "".join(f"- {{id: {number}, name: kept}}\n" for number in range(10, 10 + many))

    with caplog.at_level(logging.WARNING, "seedkit"), pytest.raises(LoadError, match="null value"):
        loaded(rows + "- {id: 9000, name: null}\n")

    assert caplog.records == []
