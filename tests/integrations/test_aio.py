"""In code that awaits, sequences are looked at and moved in the open transaction, and the loop goes on meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, aio, check_sequences, fix_sequence, seed
from seedkit.errors import CatalogError, LoadError, UsageError
from tests.conftest import Write
from tests.integrations.connections import SCHEMA, keywords

asyncpg = pytest.importorskip("asyncpg")
ext = pytest.importorskip("sqlalchemy.ext.asyncio")

Connection = psycopg.Connection[Any]
Async = Coroutine[Any, Any, None]

DRIVERS = ["asyncpg", "psycopg"]
WAYS = ["asyncpg", "psycopg", "asyncpg AsyncSession", "psycopg AsyncConnection"]


@pytest.fixture
def shop(connection: Connection) -> None:
    """Tables of many kinds, whose sequences are behind."""
    connection.execute(SCHEMA)


class Lent:
    """What is lent to seedkit, and a way to run statements on it, in its own manner."""

    def __init__(self, given: Any, way: str) -> None:
        self.given, self._way = given, way

    async def run(self, statement: str) -> list[tuple[Any, ...]]:
        if self._way == "asyncpg":
            return [tuple(row) for row in await self.given.fetch(statement)]
        if self._way == "psycopg":
            cursor = await self.given.execute(statement)
            return await cursor.fetchall() if cursor.description else []
        connection = await self.given.connection() if "Session" in self._way else self.given
        result = await connection.exec_driver_sql(statement)
        return [tuple(row) for row in result] if result.returns_rows else []


def engine_for(driver: str, conninfo: str, **options: Any) -> Any:
    async def opened() -> Any:
        return await raw(driver, conninfo)

    return ext.create_async_engine(f"postgresql+{driver}://", async_creator=opened, **options)


async def raw(driver: str, conninfo: str, **options: Any) -> Any:
    if driver == "asyncpg":
        return await asyncpg.connect(**keywords(conninfo), **options)
    return await psycopg.AsyncConnection.connect(conninfo, **options)


@asynccontextmanager
async def lending(way: str, conninfo: str) -> AsyncIterator[Lent]:
    """Open what a way names, with a transaction in it."""
    driver, _, holder = way.partition(" ")
    if not holder:
        connection = await raw(driver, conninfo)
        lent = Lent(connection, way)
        await connection.execute("begin" if driver == "asyncpg" else "select 1")
        yield lent
        await connection.close()
        return
    engine = engine_for(driver, conninfo)
    async with ext.AsyncSession(engine) if holder == "AsyncSession" else engine.connect() as held:
        lent = Lent(held, way)
        await lent.run("select 1")
        yield lent
    await engine.dispose()


@pytest.mark.parametrize("way", [*WAYS, "psycopg AsyncSession", "asyncpg AsyncConnection"])
def test_a_sequence_is_moved_inside_the_transaction_that_is_open(
    connection: Connection, shop: None, database: str, way: str
) -> None:
    async def scenario() -> None:
        async with lending(way, database) as lent:
            await lent.run("insert into users (id, name) values (70, 'Grace')")
            await lent.run("set local search_path = public, pg_catalog")

            report = await aio.fix_sequence("users", connection=lent.given)
            checked = await aio.check_sequences(["users"], connection=lent.given)

            assert (report.status, report.next_value_before, report.next_value) == ("fixed", 1, 71)
            assert checked.right
            assert await lent.run("insert into users (name) values ('Alan') returning id") == [(71,)]
            assert await lent.run("select current_setting('search_path')") == [("public, pg_catalog",)]
            assert await lent.run(
                "select count(*) from pg_prepared_statements where starts_with(statement, 'select pg_catalog.row')"
            ) == [(0,)]

    asyncio.run(scenario())

    assert connection.execute("select count(*) from users").fetchone() == (1,)


@pytest.mark.parametrize("driver", DRIVERS)
def test_sync_functions_work_in_run_sync(shop: None, database: str, driver: str) -> None:
    async def scenario() -> None:
        engine = engine_for(driver, database)
        async with ext.AsyncSession(engine) as session:
            await session.run_sync(lambda held: held.connection().exec_driver_sql("insert into users values (70, 'G')"))
            by_session = await session.run_sync(lambda held: fix_sequence("users", connection=held))
            await session.commit()
        async with engine.connect() as connection:
            by_connection = await connection.run_sync(lambda held: check_sequences(connection=held))
        assert by_session.next_value == 71
        assert len(by_connection.sequences) == 4
        await engine.dispose()

    asyncio.run(scenario())


@pytest.mark.parametrize("driver", DRIVERS)
def test_rows_that_an_async_session_has_not_sent_yet_count(shop: None, database: str, driver: str) -> None:
    orm = pytest.importorskip("sqlalchemy.orm")

    class Base(orm.DeclarativeBase):  # type: ignore[name-defined]
        """What mapped classes have in common."""

    class User(Base):
        """A row of users."""

        __tablename__ = "users"
        id = orm.mapped_column(pytest.importorskip("sqlalchemy").Integer, primary_key=True)
        name = orm.mapped_column(pytest.importorskip("sqlalchemy").Text)

    async def scenario() -> None:
        engine = engine_for(driver, database)
        async with ext.AsyncSession(engine, autoflush=False) as session:
            session.add(User(id=90, name="Grace"))
            assert (await aio.fix_sequence("users", connection=session)).next_value == 91
            session.add(User(id=95, name="Alan"))
            assert await session.run_sync(lambda held: fix_sequence("users", connection=held).next_value) == 96
        await engine.dispose()

    asyncio.run(scenario())


@pytest.mark.parametrize("driver", DRIVERS)
@pytest.mark.parametrize("holder", ["session", "connection", "engine"])
def test_a_table_is_that_of_the_schema_which_the_connection_puts_in_its_place(
    connection: Connection, shop: None, database: str, driver: str, holder: str
) -> None:
    connection.execute("""
        create schema tenant;
        create table tenant.users (id serial primary key, name text);
        insert into tenant.users (id) values (7)
    """)
    sqlalchemy = pytest.importorskip("sqlalchemy")
    users = sqlalchemy.Table("users", sqlalchemy.MetaData(), sqlalchemy.Column("id", sqlalchemy.Integer))

    async def scenario() -> None:
        engine = engine_for(driver, database, execution_options={"schema_translate_map": {None: "tenant"}})
        async with ext.AsyncSession(engine) as session, engine.connect() as one:
            lent = {"session": session, "connection": one, "engine": engine}[holder]
            assert (await aio.fix_sequence(users, connection=lent)).next_value == 8
            (checked,) = (await aio.check_sequences([users], connection=lent)).sequences
            assert str(checked.table) == "tenant.users"
        await engine.dispose()

    asyncio.run(scenario())


@pytest.mark.parametrize("driver", DRIVERS)
def test_an_engine_gives_a_connection_on_which_all_is_committed(shop: None, database: str, driver: str) -> None:
    async def scenario() -> None:
        engine = engine_for(driver, database)
        report = await aio.fix_sequences(connection=engine, wait=True)
        assert report.right
        assert engine.pool.checkedout() == 0
        await engine.dispose()

    asyncio.run(scenario())


def test_what_holds_a_connection_for_a_while_is_taken(shop: None, database: str) -> None:
    async def scenario() -> None:
        async with asyncpg.create_pool(**keywords(database), min_size=1, max_size=1) as pool, pool.acquire() as held:
            assert (await aio.fix_sequence("users", connection=held)).next_value == 42
        engine = engine_for("asyncpg", database)
        session = ext.async_scoped_session(ext.async_sessionmaker(engine), scopefunc=asyncio.current_task)
        assert (await aio.fix_sequence("users", connection=session)).status == "in step"
        await session.remove()
        await engine.dispose()

    asyncio.run(scenario())


@pytest.mark.parametrize("way", [*WAYS, "psycopg AsyncSession", "asyncpg AsyncConnection"])
def test_repairs_at_once_on_one_connection_have_their_turns(shop: None, database: str, way: str) -> None:
    async def scenario() -> None:
        async with lending(way, database) as lent:
            repaired, again, found = await asyncio.gather(
                aio.fix_sequence("users", connection=lent.given),
                aio.fix_sequence("users", connection=lent.given),
                aio.check_sequences(connection=lent.given),
            )
            assert (repaired.right, again.right) == (True, True)
            assert found.sequences
            assert await lent.run("select 1") == [(1,)]

    asyncio.run(scenario())


def test_repairs_at_once_on_a_session_that_has_no_connection_yet_have_their_turns(shop: None, database: str) -> None:
    from sqlalchemy import Column, Integer, MetaData, Table, text

    users = Table("users", MetaData(), Column("id", Integer, primary_key=True))

    async def scenario() -> None:
        engine = engine_for("asyncpg", database)
        async with ext.AsyncSession(engine) as session:
            reports = await asyncio.gather(*(aio.fix_sequence(users, connection=session) for _ in range(3)))
            drawn = await session.scalar(text("select nextval('users_id_seq')"))
        assert sorted(report.status for report in reports) == ["fixed", "in step", "in step"]
        assert drawn == 42
        await engine.dispose()

    asyncio.run(scenario())


@pytest.mark.parametrize("driver", DRIVERS)
def test_without_a_transaction_each_repair_is_a_short_one(shop: None, database: str, driver: str) -> None:
    async def scenario() -> None:
        connection = await raw(driver, database, **({"autocommit": True} if driver == "psycopg" else {}))
        report = await aio.fix_sequences(connection=connection)
        await connection.execute("vacuum users")  # which a transaction refuses
        assert report.right
        await connection.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("way", WAYS)
def test_wrong_names_and_failed_transactions_are_told(shop: None, database: str, way: str) -> None:
    async def scenario() -> None:
        async with lending(way, database) as lent:
            with pytest.raises(CatalogError, match='table "user" does not exist') as caught:
                await aio.fix_sequence("user", connection=lent.given)
            assert "users" in str(caught.value.hint)
            with pytest.raises(Exception, match="division by zero"):
                await lent.run("select 1 / 0")
            with pytest.raises(LoadError, match="current transaction is aborted"):
                await aio.fix_sequence("users", connection=lent.given)

    asyncio.run(scenario())


@pytest.mark.parametrize("way", ["asyncpg", "psycopg"])
def test_a_lock_of_others_is_told_and_stops_no_other_sequence(shop: None, database: str, direct: str, way: str) -> None:
    async def scenario() -> None:
        async with lending(way, database) as lent:
            await lent.run("set local lock_timeout = '50ms'")
            with psycopg.connect(direct) as other:
                other.execute("lock table users in access exclusive mode")
                report = await aio.fix_sequences(connection=lent.given)
            found = {sequence.table.name: sequence for sequence in report.sequences}
            assert "lock timeout" in str(found["users"].reason)
            assert found["größen"].status == "fixed"
            assert await lent.run("select 1") == [(1,)]

    asyncio.run(scenario())


@pytest.mark.parametrize("way", ["asyncpg", "psycopg"])
def test_what_other_roles_own_is_read_without_running_their_code(
    connection: Connection, shop: None, database: str, way: str
) -> None:
    connection.execute("create role owner_in_aio; alter table users owner to owner_in_aio")
    try:

        async def scenario() -> None:
            async with lending(way, database) as lent:
                assert (await aio.fix_sequence("users", connection=lent.given)).next_value == 42

        asyncio.run(scenario())
    finally:
        connection.execute("drop owned by owner_in_aio; drop role owner_in_aio")


@pytest.mark.parametrize("way", ["asyncpg", "psycopg"])
def test_keys_of_other_roles_are_read_in_whatever_encoding_the_session_has(
    connection: Connection, database: str, way: str
) -> None:
    connection.execute("""
        create role owner_in_aio;
        create sequence keys_seq;
        create table keys (id text primary key default 'é' || nextval('keys_seq')::text);
        insert into keys values ('é3'), ('é12');
        alter table keys owner to owner_in_aio;
        alter sequence keys_seq owner to owner_in_aio;
    """)
    try:

        async def scenario() -> None:
            async with lending(way, database) as lent:
                await lent.run("set local client_encoding = 'LATIN1'")
                assert (await aio.fix_sequence("keys", connection=lent.given)).next_value == 13

        asyncio.run(scenario())
    finally:
        connection.execute("drop owned by owner_in_aio; drop role owner_in_aio")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("tries", [1, 3])
def test_a_task_that_times_out_gives_the_connection_back_as_it_was(
    shop: None, database: str, direct: str, way: str, tries: int
) -> None:
    async def scenario() -> None:
        async with lending(way, database) as lent:
            await lent.run("set local search_path = public, pg_catalog")
            with psycopg.connect(direct) as other:
                other.execute("lock table users in access exclusive mode")
                for _ in range(tries):
                    with pytest.raises(TimeoutError):
                        async with asyncio.timeout(0.3):
                            await aio.fix_sequence("users", connection=lent.given)
            assert await lent.run("select current_setting('search_path')") == [("public, pg_catalog",)]
            assert (await aio.fix_sequence("users", connection=lent.given)).next_value == 42

    asyncio.run(asyncio.wait_for(scenario(), 30))


@pytest.mark.parametrize("driver", DRIVERS)
def test_wherever_a_task_is_stopped_the_session_is_as_it_was(shop: None, database: str, driver: str) -> None:
    async def stopped_after(seconds: float, given: Any) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await aio.fix_sequences(connection=given)

    async def scenario() -> None:
        async with lending(driver, database) as lent:
            await lent.run("set local search_path = public, pg_catalog")
            for moment in range(10):
                await stopped_after(moment / 100, lent.given)
                settings = "select current_setting('search_path'), current_setting('row_security')"
                assert await lent.run(settings) == [("public, pg_catalog", "on")]
        idle = await raw(driver, database, **({"autocommit": True} if driver == "psycopg" else {}))
        for moment in range(10):
            await stopped_after(moment / 100, idle)
            await idle.execute("vacuum users")  # which a transaction refuses
        await idle.close()

    asyncio.run(scenario())


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_task_is_cancelled_at_once_where_all_threads_of_the_loop_are_at_work(
    shop: None, database: str, direct: str, driver: str
) -> None:
    async def scenario() -> None:
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
        async with lending(driver, database) as lent:
            with psycopg.connect(direct) as other:
                other.execute("lock table users in access exclusive mode")
                task = asyncio.create_task(aio.fix_sequence("users", connection=lent.given))
                await asyncio.sleep(0.3)
                task.cancel()
                done, _ = await asyncio.wait({task}, timeout=5)

            assert task in done
            assert await lent.run("select 1") == [(1,)]

    asyncio.run(asyncio.wait_for(scenario(), 30))


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_time_out_within_run_sync_leaves_the_transaction_as_it_was(
    shop: None, database: str, direct: str, driver: str
) -> None:
    async def scenario() -> None:
        async with lending(f"{driver} AsyncConnection", database) as lent:
            with psycopg.connect(direct) as other:
                other.execute("lock table users in access exclusive mode")
                work = lent.given.run_sync(lambda held: fix_sequence("users", connection=held))
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(work, 0.3)
            assert await lent.run("select 1") == [(1,)]
            assert (await aio.fix_sequence("users", connection=lent.given)).next_value == 42

    asyncio.run(asyncio.wait_for(scenario(), 30))


def test_a_task_that_is_cancelled_more_than_once_still_waits_for_the_work_to_end(
    shop: None, database: str, direct: str
) -> None:
    async def scenario() -> None:
        async with lending("psycopg", database) as lent:
            with psycopg.connect(direct) as other:
                other.execute("lock table users in access exclusive mode")
                task = asyncio.create_task(aio.fix_sequence("users", connection=lent.given))
                await asyncio.sleep(0.3)
                task.cancel()
                await asyncio.sleep(0)
                task.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await task
            assert await lent.run("select 1") == [(1,)]

    asyncio.run(asyncio.wait_for(scenario(), 30))


@pytest.mark.parametrize("driver", DRIVERS)
def test_the_loop_goes_on_while_sequences_are_waited_for(shop: None, database: str, direct: str, driver: str) -> None:
    async def scenario() -> None:
        engine = engine_for(driver, database)
        ticks = 0
        async with engine.connect() as connection:
            await connection.exec_driver_sql("set local lock_timeout = '400ms'")
            with psycopg.connect(direct) as other:
                other.execute("lock table users in access exclusive mode")
                task = asyncio.create_task(
                    connection.run_sync(lambda held: check_sequences(["users"], connection=held))
                )
                while not task.done():
                    await asyncio.sleep(0.01)
                    ticks += 1
        assert ticks > 20
        await task
        await engine.dispose()

    asyncio.run(scenario())


def test_a_seed_has_a_thread_and_a_connection_of_its_own(
    connection: Connection, shop: None, direct: str, project: Write
) -> None:
    project({"fixtures/users.yml": "- {id: 50, name: Grace}\n"})

    report = asyncio.run(aio.seed(url=direct))

    assert [(table.table.name, table.inserted) for table in report.tables] == [("users", 1)]
    assert connection.execute("select nextval('users_id_seq')").fetchone() == (51,)


def test_a_seed_that_times_out_leaves_no_row(connection: Connection, shop: None, direct: str, project: Write) -> None:
    project(
        {
            "fixtures/users.yml": "- {id: 50, name: Grace}\n",
            "seeders/waits.py": """
                from seedkit import seeder

                @seeder
                def waits(db):
                    db.insert("tickets", [{"id": 3}])
                    db.execute("select pg_sleep(20)")
            """,
        }
    )

    async def scenario() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(1.5):
                await aio.seed(url=direct)

    asyncio.run(asyncio.wait_for(scenario(), 15))

    assert connection.execute("select count(*) from users").fetchone() == (1,)
    with connection.transaction():
        connection.execute(
            "lock table users, tickets in access exclusive mode nowait"
        )  # which no session is in the way of


def test_without_a_connection_the_configured_database_is_repaired(
    shop: None, direct: str, project: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    project({})
    monkeypatch.setenv("DATABASE_URL", direct)

    assert asyncio.run(aio.fix_sequence("users")).next_value == 42


@pytest.mark.parametrize("way", [*WAYS, "asyncpg AsyncEngine"])
@pytest.mark.parametrize(
    ("function", "hint"),
    [
        (lambda given: fix_sequence("users", connection=given), "await seedkit.aio.fix_sequence(...)"),
        (lambda given: seed(connection=given), "await seedkit.aio.seed(url=...)"),
    ],
)
def test_sync_functions_name_those_that_are_awaited(
    database: str, way: str, function: Callable[[Any], object], hint: str
) -> None:
    async def scenario() -> None:
        if way.endswith("Engine"):
            refused(engine_for("asyncpg", database))
            return
        async with lending(way, database) as lent:
            refused(lent.given)

    def refused(given: Any) -> None:
        with pytest.raises(UsageError, match="has to be awaited") as caught:
            function(given)
        assert hint in str(caught.value.hint)

    asyncio.run(scenario())


@pytest.mark.parametrize("kind", ["a psycopg.Connection", "an async_sessionmaker", "an asyncpg.Pool", "text"])
def test_what_is_not_awaited_is_refused(connection: Connection, kind: str) -> None:
    async def scenario() -> None:
        given = {
            "a psycopg.Connection": connection,
            "an async_sessionmaker": ext.async_sessionmaker(),
            "an asyncpg.Pool": asyncpg.create_pool(min_size=0),
            "text": "shop",
        }
        await aio.fix_sequence("users", connection=given[kind])

    with pytest.raises(UsageError, match="is no connection that is awaited") as caught:
        asyncio.run(scenario())

    assert "seedkit.fix_sequence(...)" in str(caught.value.hint)


@pytest.mark.parametrize("driver", DRIVERS)
def test_a_connection_that_was_lost_is_told(connection: Connection, shop: None, direct: str, driver: str) -> None:
    async def scenario() -> None:
        lent = await raw(driver, direct, **({"autocommit": True} if driver == "psycopg" else {}))
        pid = lent.get_server_pid() if driver == "asyncpg" else lent.info.backend_pid
        connection.execute("select pg_terminate_backend(%s, 10000)", (pid,))
        with pytest.raises(SeedkitError, match="connection"):
            await aio.fix_sequence("users", connection=lent)
        await lent.close()

    asyncio.run(scenario())
