"""The catalog's queries seem dear, and are not: nothing of them is compiled."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from seedkit.postgres.catalog.tables import read_catalog
from seedkit.postgres.search_path import safe_path
from tests.servers import ServerMissing, fresh_database, throwaway_server

Connection = psycopg.Connection[Any]


@pytest.mark.parametrize("jit", ["on", "off"])
@pytest.mark.parametrize("is_open", [True, False], ids=["in a transaction", "in one of its own"])
def test_what_asks_the_catalog_is_not_compiled_and_the_setting_comes_back(
    connection: Connection, jit: str, is_open: bool
) -> None:
    connection.execute(f"set jit = {jit}".encode())
    if is_open:
        connection.execute("begin")

    with safe_path(connection):
        during = connection.execute("select pg_catalog.current_setting('jit')").fetchone()

    assert (during, connection.execute("show jit").fetchone()) == (("off",), (jit,))
    if is_open:
        connection.execute("rollback")


def test_a_server_that_compiles_everything_compiles_nothing_of_the_catalog() -> None:
    """Debian's servers can; those of the wheels can't."""
    try:
        with (
            throwaway_server(15, "jit_above_cost=0", "log_min_duration_statement=-1") as server,
            fresh_database(server, "jit") as url,
            psycopg.connect(url, autocommit=True) as connection,
        ):
            if connection.execute("select pg_jit_available()").fetchone() != (True,):
                pytest.skip("this server has no compiler")
            connection.execute("create table users (id serial primary key)")
            connection.execute("load 'auto_explain'; set auto_explain.log_min_duration = 0")
            connection.execute("set auto_explain.log_analyze = on; set client_min_messages = log")
            notices = list[str]()
            connection.add_notice_handler(lambda diag: notices.append(str(diag.message_primary)))

            read_catalog(connection)
    except ServerMissing as missing:
        pytest.skip(str(missing))

    asked = [notice for notice in notices if "-- One row for each" in notice]
    assert asked
    assert not [notice for notice in asked if "JIT:" in notice]
