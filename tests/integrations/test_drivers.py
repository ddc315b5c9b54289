"""Sequences are looked at and moved on connections of any driver, in whatever holds them, in the open transaction."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace

from seedkit import SeedkitError, check_sequences, fix_sequence, fix_sequences, seed
from seedkit.core.reports.runs import RepairReport
from seedkit.errors import CatalogError, LoadError, SequenceError, UsageError
from tests.integrations.connections import SCHEMA, Lent, engine_for, keywords, lending, raw

Connection = psycopg.Connection[Any]

WAYS = ["psycopg2", "pg8000", "psycopg2 Session", "pg8000 Connection", "psycopg Session"]
MORE_WAYS = [*WAYS, "psycopg2 Connection", "pg8000 Session", "psycopg Connection", "psycopg2 Django"]
OTHER_DRIVERS = ["psycopg2", "pg8000"]
DRIVERS = ["psycopg", *OTHER_DRIVERS]


@pytest.fixture
def shop(connection: Connection) -> None:
    """Tables of many kinds, whose sequences are behind."""
    connection.execute(SCHEMA)


@pytest.fixture
def lent(request: pytest.FixtureRequest, shop: None, database: str) -> Iterator[Lent]:
    """A connection that a caller has."""
    with lending(request.param, database) as lent:
        yield lent


@pytest.mark.parametrize("lent", MORE_WAYS, indirect=True)
def test_a_sequence_is_moved_inside_the_transaction_that_is_open(lent: Lent, connection: Connection) -> None:
    lent.run("insert into users (id, name) values (70, 'Grace')")

    report = fix_sequence("users", connection=lent.given)

    assert (report.status, report.next_value_before, report.next_value) == ("fixed", 1, 71)
    assert lent.run("insert into users (name) values ('Alan') returning id") == [(71,)]
    lent.driver.rollback()
    assert connection.execute("select count(*) from users").fetchone() == (1,)


@pytest.mark.parametrize("lent", DRIVERS, indirect=True)
def test_threads_that_lend_one_connection_follow_each_other(lent: Lent) -> None:
    with ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(fix_sequence, "users", connection=lent.given) for _ in range(12)]
        reports = [call.result() for call in calls]

    assert {report.next_value for report in reports} == {42}


@pytest.mark.parametrize("lent", WAYS, indirect=True)
def test_the_session_is_left_as_it_was_found(lent: Lent, connection: Connection) -> None:
    connection.execute("create schema shop")
    lent.run("set local search_path = shop, public")
    lent.run("set local lock_timeout = '7s'")
    before = settings(lent)
    xid = lent.run("select pg_current_xact_id()::text")

    fix_sequences(connection=lent.given)
    check_sequences(connection=lent.given)

    assert settings(lent) == before
    assert lent.run("select pg_current_xact_id()::text") == xid
    assert lent.run("select count(*) from pg_prepared_statements") == [(0,)]
    assert list(getattr(lent.driver, "notices", [])) == []


def settings(lent: Lent) -> list[tuple[Any, ...]]:
    names = ("search_path", "lock_timeout", "row_security", "transaction_isolation", "session_authorization")
    return [lent.run(f"select current_setting('{name}')")[0] for name in names]


@pytest.mark.parametrize("lent", OTHER_DRIVERS, indirect=True)
def test_what_is_found_is_what_psycopg_finds(lent: Lent, connection: Connection) -> None:
    by_psycopg = check_sequences(connection=connection)

    by_another = check_sequences(connection=lent.given)

    assert without_address(by_another) == without_address(by_psycopg)
    assert by_another.server.version == by_psycopg.server.version
    assert by_another.server.database == by_psycopg.server.database
    assert {report.table.name: report.right for report in by_another.sequences} == {
        '50% "odd': False,
        "größen": False,
        "users": False,
        "codes": True,
    }


def without_address(report: RepairReport) -> RepairReport:
    return replace(report, server=replace(report.server, host="", port=0))


@pytest.mark.parametrize("lent", WAYS, indirect=True)
@pytest.mark.parametrize(
    ("table", "next_value"), [('50% "odd', 8), ("größen", 1_000_000_000_001), ("public.users", 42)]
)
def test_names_of_any_kind_and_identities_are_found(lent: Lent, table: str, next_value: int) -> None:
    assert fix_sequence(table, connection=lent.given).next_value == next_value
    assert fix_sequence(table, connection=lent.given).status == "in step"


@pytest.mark.parametrize("lent", OTHER_DRIVERS, indirect=True)
def test_a_sequence_of_ones_own_is_moved_where_it_is_named(lent: Lent) -> None:
    report = fix_sequence("tickets", "id", "ticket_numbers", connection=lent.given, force=True)

    assert report.next_value == 31


@pytest.mark.parametrize("lent", WAYS, indirect=True)
def test_wrong_names_are_told_with_those_that_are_there(lent: Lent) -> None:
    with pytest.raises(CatalogError, match='table "user" does not exist') as table:
        fix_sequence("user", connection=lent.given)
    with pytest.raises(CatalogError, match='has no column "nr"') as column:
        fix_sequence("users", "nr", connection=lent.given)
    with pytest.raises(CatalogError) as sequence:
        fix_sequence("users", "id", "users_seq", connection=lent.given)
    with pytest.raises(SequenceError, match='no sequence feeds table "tokens"'):
        fix_sequence("tokens", connection=lent.given)

    assert "users" in str(table.value.hint)
    assert "id" in str(column.value.hint)
    assert "users_id_seq" in str(sequence.value.hint)


@pytest.mark.parametrize("lent", WAYS, indirect=True)
def test_a_transaction_that_has_failed_is_told(lent: Lent) -> None:
    with pytest.raises(Exception, match="division by zero"):
        lent.run("select 1 / 0")

    with pytest.raises(LoadError) as caught:
        fix_sequence("users", connection=lent.given)

    assert caught.value.message.startswith("current transaction is aborted")
    assert "roll the transaction back first" in (caught.value.hint or "")


@pytest.mark.parametrize("driver", DRIVERS)
def test_in_autocommit_mode_each_repair_is_a_short_transaction(shop: None, database: str, driver: str) -> None:
    connection = raw(driver, database)
    connection.autocommit = True

    report = fix_sequence("users", connection=connection)

    assert report.next_value == 42
    assert connection.autocommit is True
    assert transaction_is_over(connection)
    connection.close()


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_session_in_autocommit_mode_is_repaired(shop: None, database: str, driver: str) -> None:
    engine = engine_for(driver, database, isolation_level="AUTOCOMMIT")

    with engine.connect() as connection:
        report = fix_sequence("users", connection=connection)

        assert report.next_value == 42
        assert connection.exec_driver_sql("insert into users (name) values ('Grace') returning id").scalar() == 42
    engine.dispose()


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_connection_that_has_begun_nothing_has_begun_nothing_afterwards(
    shop: None, database: str, driver: str
) -> None:
    connection = raw(driver, database)

    report = fix_sequences(connection=connection, wait=True)

    assert report.right
    assert transaction_is_over(connection)
    connection.close()


@pytest.mark.parametrize("driver", DRIVERS)
def test_nobody_is_warned_of_a_transaction_that_is_begun_twice(shop: None, database: str, driver: str) -> None:
    connection = raw(driver, database)
    notices = [] if driver == "psycopg" else connection.notices
    if driver == "psycopg":
        connection.add_notice_handler(notices.append)

    fix_sequences(connection=connection)

    assert list(notices) == []
    connection.close()


def transaction_is_over(connection: Any) -> bool:
    """Whether nothing is locked nor kept open, by what another session sees: a VACUUM refuses a transaction."""
    was, connection.autocommit = connection.autocommit, True
    connection.cursor().execute("vacuum users")
    connection.autocommit = was
    return True


@pytest.mark.parametrize("driver", DRIVERS)
def test_an_engine_gives_a_connection_on_which_all_is_committed(shop: None, database: str, driver: str) -> None:
    engine = engine_for(driver, database)

    report = fix_sequences(connection=engine)

    assert [sequence.status for sequence in report.sequences][:1] == ["fixed"]
    assert engine.pool.checkedout() == 0
    engine.dispose()


def test_an_engine_on_psycopg_is_seeded_and_committed(
    connection: Connection, shop: None, database: str, project: Any
) -> None:
    project({"fixtures/users.yml": "_fixture: {key: name}\ngrace: {name: Grace}\n"})
    engine = engine_for("psycopg", database)

    seed(connection=engine)

    assert connection.execute("select count(*) from users").fetchone() == (2,)
    engine.dispose()


@pytest.mark.parametrize("lent", WAYS, indirect=True)
def test_a_lock_of_others_is_told_and_stops_no_other_sequence(lent: Lent, connection: Connection, direct: str) -> None:
    lent.run("set local lock_timeout = '50ms'")
    with psycopg.connect(direct) as other:
        other.execute("lock table users in access exclusive mode")

        report = fix_sequences(connection=lent.given)

    found = {sequence.table.name: sequence for sequence in report.sequences}
    assert "lock timeout" in str(found["users"].reason)
    assert "lock_timeout is 50ms by a SET in this session" in str(found["users"].hint)
    assert found["größen"].status == "fixed"
    assert lent.run("select 1") == [(1,)]


@pytest.mark.parametrize("lent", ["psycopg2"], indirect=True)
def test_a_statement_time_out_is_told(lent: Lent, connection: Connection, direct: str) -> None:
    lent.run("set local statement_timeout = '2s'")
    with psycopg.connect(direct) as other:
        other.execute("lock table users in access exclusive mode")

        report = fix_sequences(["users"], connection=lent.given)

    (found,) = report.sequences
    assert "statement timeout" in str(found.reason)
    assert "statement_timeout is 2s" in str(found.hint)


@pytest.mark.parametrize("driver", OTHER_DRIVERS)
def test_tables_of_other_roles_are_read_without_running_their_code(
    connection: Connection, shop: None, database: str, driver: str
) -> None:
    """The highest id comes by COPY then, as text with its escapes."""
    connection.execute(r"""
        create role owner_of_keys;
        create sequence keys_seq;
        create table keys (id text primary key default 'a\b' || nextval('keys_seq')::text);
        insert into keys values ('a\b3'), ('a\b12');
        alter table users owner to owner_of_keys;
        alter table keys owner to owner_of_keys;
        alter sequence keys_seq owner to owner_of_keys;
    """)
    try:
        lent = raw(driver, database)

        report = fix_sequences(["users", "keys"], connection=lent)

        assert [(found.status, found.next_value) for found in report.sequences] == [("fixed", 13), ("fixed", 42)]
        lent.close()
    finally:
        connection.execute("drop owned by owner_of_keys; drop role owner_of_keys")


@pytest.mark.parametrize("driver", DRIVERS)
def test_keys_of_other_roles_are_read_in_whatever_encoding_the_session_has(
    connection: Connection, database: str, driver: str
) -> None:
    connection.execute("""
        create role owner_of_keys;
        create sequence keys_seq;
        create table keys (id text primary key default 'é' || nextval('keys_seq')::text);
        insert into keys values ('é3'), ('é12');
        alter table keys owner to owner_of_keys;
        alter sequence keys_seq owner to owner_of_keys;
    """)
    try:
        lent = raw(driver, database)
        lent.cursor().execute("set client_encoding = 'LATIN1'")

        assert fix_sequence("keys", connection=lent).next_value == 13
        lent.close()
    finally:
        connection.execute("drop owned by owner_of_keys; drop role owner_of_keys")


@pytest.mark.parametrize("driver", OTHER_DRIVERS)
def test_a_session_that_gives_bytes_for_text_is_refused(shop: None, database: str, driver: str) -> None:
    lent = raw(driver, database)
    lent.cursor().execute("set client_encoding = 'SQL_ASCII'")

    with pytest.raises(UsageError, match="SQL_ASCII"):
        fix_sequence("users", connection=lent)

    lent.close()


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_connection_that_was_lost_is_told(connection: Connection, shop: None, direct: str, driver: str) -> None:
    lent = raw(driver, direct)
    cursor = lent.cursor()
    cursor.execute("select pg_backend_pid()")
    connection.execute("select pg_terminate_backend(%s, 10000)", cursor.fetchone())

    with pytest.raises(SeedkitError) as caught:
        fix_sequence("users", connection=lent)

    assert "connection" in caught.value.message
    with suppress(
        getattr(sys.modules.get("pg8000.exceptions"), "InterfaceError", OSError)
    ):  # of a network that is gone
        lent.close()


def test_rows_of_a_psycopg2_connection_may_be_of_any_kind(shop: None, database: str) -> None:
    extras = pytest.importorskip("psycopg2.extras")
    lent = raw("psycopg2", database, cursor_factory=extras.RealDictCursor)

    assert fix_sequence("users", connection=lent).next_value == 42
    assert lent.cursor_factory is extras.RealDictCursor
    lent.close()


def test_the_native_connection_of_pg8000_is_taken(shop: None, database: str) -> None:
    native = pytest.importorskip("pg8000.native")
    given = keywords(database)
    place = {"unix_sock": f"{given['host']}/.s.PGSQL.{given['port']}"} if given["host"].startswith("/") else {}
    lent = native.Connection(given["user"], database=given["database"], password=given["password"], **place)
    lent.run("begin")

    assert fix_sequence("users", connection=lent).next_value == 42
    assert lent.run("insert into users (name) values ('Grace') returning id") == [[42]]
    lent.close()


def test_a_scoped_session_is_taken_and_flushed(shop: None, database: str) -> None:
    orm = pytest.importorskip("sqlalchemy.orm")
    engine = engine_for("psycopg2", database)
    session = orm.scoped_session(orm.sessionmaker(engine))

    assert fix_sequence("users", connection=session).next_value == 42
    session.remove()
    engine.dispose()


@pytest.mark.parametrize("isolation", ["REPEATABLE READ", "SERIALIZABLE"])
def test_a_snapshot_that_may_hide_ids_is_not_believed(shop: None, database: str, isolation: str) -> None:
    engine = engine_for("psycopg2", database, isolation_level=isolation)
    fix_sequences(connection=engine)

    with engine.connect() as connection:
        connection.exec_driver_sql("select 1")
        report = check_sequences(["users"], connection=connection)

    assert "snapshot may hide newer ids" in str(report.sequences[0].reason)
    engine.dispose()


def test_a_pool_is_no_connection() -> None:
    pool = pytest.importorskip("psycopg2.pool").SimpleConnectionPool(0, 1)

    with pytest.raises(UsageError, match="SimpleConnectionPool holds no connection"):
        fix_sequence("users", connection=pool)


@pytest.mark.parametrize("lent", ["psycopg2", "pg8000 Session"], indirect=True)
def test_rows_are_not_loaded_through_another_driver(lent: Lent) -> None:
    with pytest.raises(UsageError) as caught:
        seed(connection=lent.given)

    assert caught.value.message.endswith(
        f"is a connection of {type(lent.driver).__module__.partition('.')[0]}, and "
        "rows are loaded through one of psycopg 3"
    )
    assert "give url= in place of connection=" in str(caught.value.hint)
