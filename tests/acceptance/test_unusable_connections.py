"""Connections and moments that a call can't work on are refused at its start, with what to do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.pq import TransactionStatus

from seedkit import aio, check_sequences, fix_sequence, fix_sequences, generate, seed
from seedkit.errors import LoadError, SeedkitError, UsageError
from tests.conftest import Write

Connection = psycopg.Connection[Any]
CALLS = [seed, generate, fix_sequences, check_sequences]


@pytest.fixture(autouse=True)
def users(connection: Connection, project: Write) -> None:
    connection.execute("create table users (id serial primary key, email text)")
    project({"fixtures/users.yml": "ada: {id: 41, email: ada@example.org}\n"})


@pytest.mark.parametrize("call", CALLS)
def test_a_connection_in_a_pipeline(call: Callable[..., object], connection: Connection) -> None:
    with connection.pipeline():
        connection.execute("insert into users (email) values ('grace')")
        with pytest.raises(UsageError, match="the connection that was lent is in pipeline mode") as caught:
            call(connection=connection)

    assert caught.value.hint == "Leave the pipeline first: call it after the with block of connection.pipeline()."
    assert connection.execute("select count(*) from users").fetchone() == (1,)


@pytest.mark.parametrize("call", CALLS)
def test_a_connection_that_its_owner_has_closed(call: Callable[..., object], database: str) -> None:
    connection = psycopg.connect(database)
    connection.close()

    with pytest.raises(UsageError, match="the connection that was lent is closed"):
        call(connection=connection)


def test_a_connection_that_was_lost_is_another_matter(connection: Connection, database: str) -> None:
    with psycopg.connect(database) as other:
        connection.execute("select pg_terminate_backend(%s)", (other.info.backend_pid,))

        with pytest.raises(SeedkitError, match="the connection was lost"):
            fix_sequence("users", connection=other)


@pytest.mark.parametrize("call", ["run()", "run(connection=db.connection)"])
def test_a_seed_in_a_seeder_of_its_own_run(connection: Connection, project: Write, call: str) -> None:
    project(
        {"seeders/again.py": f"from seedkit import seed as run\n\ndef seed(db):\n    {call.replace('seed', 'run')}\n"}
    )

    with pytest.raises(UsageError, match="a seeder of a run can not begin another run on its connection") as caught:
        seed(connection=connection)

    assert "db.insert" in str(caught.value.hint)
    assert connection.execute("select count(*) from users").fetchone() == (0,)


@pytest.mark.parametrize("call", CALLS)
def test_a_transaction_that_has_failed(
    call: Callable[..., object], connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    connection.execute("begin")
    with pytest.raises(psycopg.errors.UndefinedTable):
        connection.execute("select from nowhere")

    with pytest.raises(LoadError, match="current transaction is aborted") as caught:
        call(connection=connection)

    assert "roll the transaction back first" in str(caught.value.hint)
    assert connection.info.transaction_status == TransactionStatus.INERROR
    assert caplog.records == []


def test_an_awaited_connection_that_its_owner_has_closed(database: str) -> None:
    async def fix() -> None:
        connection = await psycopg.AsyncConnection.connect(database)
        await connection.close()
        await aio.fix_sequence("users", connection=connection)

    with pytest.raises(UsageError, match="the connection that was lent is closed"):
        asyncio.run(fix())


def refusal_of(monkeypatch: pytest.MonkeyPatch, url: str | None = None, **variables: str) -> SeedkitError:
    for name, text in variables.items():
        monkeypatch.setenv(name, text)
    with pytest.raises(SeedkitError) as caught:
        seed(url=url)
    return caught.value


def test_a_connection_by_variables_is_named_as_libpq_resolves_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    told = refusal_of(monkeypatch, PGHOST="localhost", PGPORT="1", PGDATABASE="shop")

    assert told.message == 'could not connect to database "shop" on localhost, port 1'


def test_a_connection_by_a_service_is_named_as_libpq_resolves_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "services").write_text("[store]\nhost=localhost\nport=2\ndbname=goods\n")

    told = refusal_of(monkeypatch, PGSERVICEFILE=str(tmp_path / "services"), PGSERVICE="store")

    assert told.message == 'could not connect to database "goods" on localhost, port 2'


@pytest.mark.parametrize(
    ("variables", "hint"),
    [
        ({"PGSERVICE": "nowhere"}, "Check the name of the service"),
        ({"PGHOST": "localhost", "PGSSLMODE": "bogus"}, "Check that setting in"),
    ],
)
def test_what_libpq_can_not_make_sense_of_is_no_server_that_does_not_run(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], hint: str
) -> None:
    assert str(refusal_of(monkeypatch, **variables).hint).startswith(hint)


def test_a_mode_of_a_url_that_there_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    told = refusal_of(monkeypatch, "postgresql://localhost/shop?sslmode=bogus")

    assert str(told.hint).startswith("Check that setting in url")
