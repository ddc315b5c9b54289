"""A SQLAlchemy Session in a seeder, on the run's own connection and in its transaction."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from ipaddress import ip_address
from typing import Any, cast
from uuid import UUID

import psycopg
import pytest
from psycopg.rows import dict_row
from psycopg.types import TypeInfo
from psycopg.types.hstore import register_hstore
from psycopg.types.numeric import FloatLoader

pytest.importorskip("sqlalchemy")

from sqlalchemy import (
    Column,
    DateTime,
    ForeignKey,
    MetaData,
    Numeric,
    Table,
    Uuid,
    create_engine,
    delete,
    func,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

from seedkit import SeedkitError, fix_sequence, seed
from seedkit.context.seeder import SeedContext
from tests.conftest import Write
from tests.integrations.seeders_of_tests import Body, bodies, seeder_files

Connection = psycopg.Connection[Any]


class Base(DeclarativeBase):
    """What the mapped classes have in common."""


class User(Base):
    """A row of `users`."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    settings: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    posts: Mapped[list[Post]] = relationship(back_populates="author")


class Post(Base):
    """A row of `posts`."""

    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author: Mapped[User] = relationship(back_populates="posts")


USERS = "ada: {id: 1, name: Ada}\ngrace: {id: 2, name: Grace}\nalan: {id: 41, name: Alan}\n"


@pytest.fixture(autouse=True)
def tables(connection: Connection) -> None:
    connection.execute(
        """
        create table users (id serial primary key, name text not null unique, settings jsonb);
        create table posts (id serial primary key, title text, author_id int not null references users)
        """
    )


@pytest.fixture
def run(project: Write, connection: Connection) -> Callable[..., Any]:
    """Seed with fixtures of three users and with seeders that do what a test says."""

    def run(options: dict[str, Any] | None = None, **given: Body) -> Any:
        project({"fixtures/users.yml": USERS, **seeder_files(given)})
        return seed(connection=connection, **(options or {}))

    return run


def names(connection: Connection) -> list[str]:
    return [name for (name,) in connection.execute("select name from users order by id")]


def counted(report: Any, source: str) -> dict[str, tuple[int, int]]:
    return {str(t.table): (t.inserted, t.updated) for t in report.tables if t.source == source}


def test_a_session_sees_the_runs_rows_and_its_own_are_kept_counted_and_their_sequences_right(
    run: Callable[..., Any], connection: Connection
) -> None:
    def people(db: SeedContext) -> None:
        session = db.session()
        ada = session.get(User, db.ref("users.ada"))
        assert ada is not None
        ada.settings = {"dark": True}
        session.add(Post(title="Notes", author=ada))
        session.add(User(name="drawn"))
        session.add(User(id=100, name="given"))
        session.commit()

    report = run(people=people)

    assert counted(report, "people") == {"users": (2, 1), "posts": (1, 0)}
    assert connection.execute("select id, name from users where id > 41").fetchall() == [(42, "drawn"), (100, "given")]
    assert connection.execute("insert into users (name) values ('next') returning id").fetchone() == (101,)
    assert fix_sequence("posts", connection=connection).status == "in step"


def test_a_second_run_of_a_seeder_that_asks_first_changes_nothing(run: Callable[..., Any]) -> None:
    def people(db: SeedContext) -> None:
        session = db.session()
        if session.scalar(select(User).where(User.name == "Kurt")) is None:
            session.add(User(name="Kurt"))

    run(people=people)
    report = run(people=people)

    assert counted(report, "people") == {}
    assert sum(table.inserted + table.updated for table in report.tables) == 0


@pytest.mark.parametrize("ending", ["none", "flush", "commit", "with", "begin", "closed after commit"])
def test_what_a_seeder_adds_is_kept_at_its_end(run: Callable[..., Any], connection: Connection, ending: str) -> None:
    def people(db: SeedContext) -> None:
        session = db.session()
        if ending == "begin":
            with session.begin():
                session.add(User(name="Kurt"))
        elif ending == "with":
            with session:
                session.add(User(name="Kurt"))
        else:
            session.add(User(name="Kurt"))
            if ending != "none":
                getattr(session, ending.rpartition(" ")[2])()
            if ending.startswith("closed"):
                session.close()

    report = run(people=people)

    assert names(connection)[3:] == ["Kurt"]
    assert counted(report, "people") == {"users": (1, 0)}


@pytest.mark.parametrize("where", ["plain", "with", "nested"])
def test_a_rollback_goes_back_to_the_last_commit_and_no_further(
    run: Callable[..., Any], connection: Connection, where: str
) -> None:
    def people(db: SeedContext) -> None:
        session = db.session()
        session.add(User(name="kept"))
        session.commit()
        if where == "plain":
            session.add(User(name="lost"))
            session.flush()
            session.rollback()
        elif where == "with":
            with suppress(LookupError), session:
                session.add(User(name="lost"))
                session.flush()
                raise LookupError
        else:
            with suppress(LookupError), session.begin_nested():
                session.add(User(name="lost"))
                raise LookupError
        session.add(User(name="after"))

    report = run(people=people)

    assert names(connection)[3:] == ["kept", "after"]
    assert counted(report, "people") == {"users": (2, 0)}


@pytest.mark.parametrize("way", ["an error", "psycopg.Rollback", "force_rollback", "kept"])
def test_rows_that_a_savepoint_of_psycopgs_takes_back_are_not_counted(
    run: Callable[..., Any], connection: Connection, way: str
) -> None:
    def people(db: SeedContext) -> None:
        session = db.session()
        session.add(User(name="before"))
        session.flush()
        with suppress(LookupError), db.connection.transaction(force_rollback=way == "force_rollback"):
            session.execute(insert(User), [{"name": "in the block"}, {"name": "another"}])
            if way == "an error":
                raise LookupError
            if way == "psycopg.Rollback":
                raise psycopg.Rollback

    report = run(people=people)

    kept = ["before", "in the block", "another"] if way == "kept" else ["before"]
    assert names(connection)[3:] == kept
    assert counted(report, "people") == {"users": (len(kept), 0)}


def test_a_row_that_the_database_refuses_can_be_given_up_in_a_nested_transaction(
    run: Callable[..., Any], connection: Connection
) -> None:
    def people(db: SeedContext) -> None:
        session = db.session()
        for name in ("Ada", "Kurt"):
            try:
                with session.begin_nested():
                    session.add(User(name=name))
            except IntegrityError:
                session.add(User(name=f"another {name}"))

    run(people=people)

    assert names(connection)[3:] == ["another Ada", "Kurt"]


def test_core_and_bulk_statements_are_counted_and_upserts_are_told_apart(run: Callable[..., Any]) -> None:
    def people(db: SeedContext) -> None:
        session = db.session()
        session.execute(insert(User), [{"name": f"bulk {number}"} for number in range(2_500)])
        session.execute(insert(cast(Table, User.__table__)).values(name="core"))
        session.bulk_insert_mappings(inspect(User), [{"name": "mapping"}])
        session.execute(update(User).where(User.id <= 2).values(settings={"of": "update"}))
        upsert = postgresql.insert(User).values([{"name": "Ada"}, {"name": "new"}, {"name": "newer"}])
        session.execute(upsert.on_conflict_do_update(index_elements=["name"], set_={"settings": {"by": "upsert"}}))
        skipping = postgresql.insert(User).values([{"name": "Ada"}, {"name": "newest"}])
        session.execute(skipping.on_conflict_do_nothing())
        session.execute(delete(User).where(User.name == "core"))
        session.execute(text("insert into users (name) values ('raw')"))

    report = run(people=people)

    assert counted(report, "people") == {"users": (2_500 + 1 + 1 + 2 + 1, 2 + 1)}


def test_upserts_into_a_partitioned_table_are_told_apart_too(run: Callable[..., Any], connection: Connection) -> None:
    connection.execute(
        """
        create schema "Log";
        create table "Log".events (id int primary key, note text) partition by range (id);
        create table "Log".few partition of "Log".events for values from (0) to (10);
        create table "Log".many partition of "Log".events for values from (10) to (20);
        insert into "Log".events values (1, 'a'), (11, 'b')
        """
    )
    events = Table("events", MetaData(), Column("id", primary_key=True), Column("note"), schema="tenant")

    def people(db: SeedContext) -> None:
        session = db.session()
        session.connection(execution_options={"schema_translate_map": {"tenant": "Log"}})
        upsert = postgresql.insert(events).values([{"id": n, "note": "new"} for n in (1, 2, 11, 12, 13)])
        session.execute(upsert.on_conflict_do_update(index_elements=["id"], set_={"note": "updated"}))

    report = run(people=people)

    assert counted(report, "people") == {'"Log".events': (3, 2)}


# Beside the other means of a seeder


def test_what_a_session_holds_back_is_sent_before_anything_else_looks(
    run: Callable[..., Any], connection: Connection
) -> None:
    found: list[object] = []

    def people(db: SeedContext) -> None:
        session = db.session(autoflush=False)
        session.add(User(id=50, name="one"))
        found.append(db.execute("select count(*) from users").fetchall()[0][0])
        session.add(User(id=51, name="two"))
        found.append(db.connection.execute("select count(*) from users").fetchall()[0][0])
        session.add(User(id=52, name="three"))
        found.append(fix_sequence("users").next_value)
        session.add(User(id=60, name="four"))
        found.append(fix_sequence(User, connection=session).next_value)
        session.add(User(id=61, name="five"))
        db.insert(Post, [{"id": 1, "title": "of five", "author_id": 61}])
        session.add(User(id=62, name="six"))
        db.call("the_others")

    def the_others(db: SeedContext) -> None:
        found.append(db.session().scalar(select(func.count()).select_from(User)))
        db.execute("insert into users (name) values ('drawn')")

    run(people=people, the_others=the_others)

    assert found == [4, 5, 53, 61, 9]
    assert connection.execute("select id from users where name = 'drawn'").fetchone() == (63,)


def test_a_seeder_that_is_called_has_a_session_of_its_own_inside_the_callers(
    run: Callable[..., Any], connection: Connection
) -> None:
    sessions: list[Session] = []

    def outer(db: SeedContext) -> None:
        session = db.session()
        session.add(User(name="outer"))
        db.call("inner")
        session.add(User(name="outer again"))
        assert db.session() is session
        sessions.append(session)

    def inner(db: SeedContext) -> None:
        db.session().add(User(name="inner"))
        sessions.append(db.session())

    report = run(inner=inner, outer=outer)  # inner goes first, by name

    assert sessions[0] is not sessions[1]
    assert names(connection)[3:] == ["inner", "outer", "outer again"]
    assert counted(report, "inner") == {"users": (1, 0)}


def test_a_called_seeders_rows_go_with_the_callers_rollback_only_if_it_takes_them_back(
    run: Callable[..., Any], connection: Connection
) -> None:
    def a_caller(db: SeedContext) -> None:
        session = db.session()
        session.add(User(name="caller"))
        db.call("called")
        session.commit()

    def called(db: SeedContext) -> None:
        session = db.session()
        session.add(User(name="called"))
        session.flush()
        session.rollback()
        session.add(User(name="called again"))

    run(a_caller=a_caller, called=called)

    assert names(connection)[3:] == ["caller", "called again"]


def test_threads_that_insert_and_a_session_keep_their_savepoints_apart(
    run: Callable[..., Any], connection: Connection
) -> None:
    def people(db: SeedContext) -> None:
        session = db.session()
        with ThreadPoolExecutor(4) as pool:
            rows = [{"id": number, "name": f"thread {number}"} for number in range(1_000, 1_040)]
            done = [pool.submit(db.insert, "users", [row]) for row in rows]
            for number in range(40):
                with session.begin_nested():
                    session.add(User(name=f"session {number}"))
            for each in done:
                each.result()

    run(people=people)

    assert len(names(connection)) == 3 + 80


# What goes wrong


def test_a_seeder_that_fails_leaves_nothing_and_its_error_is_told_not_that_of_its_session(
    run: Callable[..., Any], connection: Connection
) -> None:
    def people(db: SeedContext) -> None:
        db.session().add(User(name="lost"))
        db.session().commit()
        db.session().add(User(name="never sent"))
        raise LookupError("no more")

    with pytest.raises(SeedkitError, match='seeder "people" failed with LookupError: no more'):
        run(people=people)

    assert names(connection) == []


def test_an_error_of_the_flush_at_the_end_is_told(run: Callable[..., Any], connection: Connection) -> None:
    def people(db: SeedContext) -> None:
        db.session().add(User(name="Ada"))

    with pytest.raises(SeedkitError, match=r'seeder "people" failed with IntegrityError: .*UniqueViolation'):
        run(people=people)

    assert names(connection) == []


def test_a_failed_flush_that_is_swallowed_is_told(run: Callable[..., Any]) -> None:
    def people(db: SeedContext) -> None:
        db.session().add(User(name="Ada"))
        with pytest.raises(IntegrityError):
            db.session().flush()

    with pytest.raises(SeedkitError, match="PendingRollbackError"):
        run(people=people)


def test_a_session_can_not_end_the_run_and_whoever_does_is_told(run: Callable[..., Any]) -> None:
    def people(db: SeedContext) -> None:
        db.session().add(User(name="Kurt"))
        db.session().flush()
        db.execute("commit")

    with pytest.raises(SeedkitError, match='seeder "people" ended the run\'s transaction'):
        run(people=people)


def test_a_savepoint_that_has_ended_with_one_around_it_is_told(run: Callable[..., Any]) -> None:
    def people(db: SeedContext) -> None:
        session = db.session()
        with db.connection.transaction():
            session.add(User(name="Kurt"))
            session.flush()
        session.commit()

    with pytest.raises(SeedkitError) as caught:
        run(people=people)

    assert "write `with session.begin_nested():`" in (caught.value.hint or "")


def test_another_thread_has_no_session(run: Callable[..., Any]) -> None:
    def people(db: SeedContext) -> None:
        db.session()
        with ThreadPoolExecutor(1) as pool:
            pool.submit(db.session).result()

    with pytest.raises(SeedkitError, match=r"db\.session\(\) was called in another thread"):
        run(people=people)


def test_there_is_none_when_no_seeder_is_at_work(run: Callable[..., Any]) -> None:
    kept: list[SeedContext] = []
    run(people=kept.append)

    with pytest.raises(SeedkitError, match=r"db\.session\(\) was called after the seeders of the run had ended"):
        kept[0].session()


def test_a_pipeline_has_none_either(run: Callable[..., Any]) -> None:
    def people(db: SeedContext) -> None:
        session = db.session()
        with db.connection.pipeline():
            session.execute(text("select 1"))

    with pytest.raises(SeedkitError, match="the session of a seeder can not be used inside a pipeline"):
        run(people=people)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"bind": None}, r"db\.session\(\) takes no bind"),
        ({"join_transaction_mode": "rollback_only"}, "takes no join_transaction_mode"),
    ],
)
def test_options_that_the_run_decides_are_refused(
    run: Callable[..., Any], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(SeedkitError, match=message):
        run(people=lambda db: db.session(**options))


def test_other_options_at_a_second_call_are_refused(run: Callable[..., Any]) -> None:
    def people(db: SeedContext) -> None:
        assert db.session(autoflush=False) is db.session() is db.session(autoflush=False)
        db.session(autoflush=True)

    with pytest.raises(SeedkitError, match=r"db\.session\(\) was called before with other options"):
        run(people=people)


# The run's connection


def test_the_runs_connection_stays_as_it_is(run: Callable[..., Any], connection: Connection) -> None:
    connection.execute("create extension hstore")
    hstore = TypeInfo.fetch(connection, "hstore")
    assert hstore is not None
    register_hstore(hstore, connection)
    connection.row_factory = dict_row
    connection.adapters.register_loader("int4", FloatLoader)
    handlers = list(connection._notice_handlers)
    found: list[object] = []

    def people(db: SeedContext) -> None:
        db.connection.row_factory = dict_row
        found.extend(db.session().execute(text("select 1, 'a=>1'::hstore::text, now() is null")).one())
        db.session().add(User(name="Kurt", settings={"a": [1]}))
        found.append(db.execute("select 7 as seven, 'a=>1'::hstore as pairs").fetchone())
        found.append(db.session().scalar(select(User.settings).where(User.name == "Kurt")))

    run(people=people)

    assert found == [1, '"a"=>"1"', False, {"seven": 7.0, "pairs": {"a": "1"}}, {"a": [1]}]
    assert (connection.row_factory, list(connection._notice_handlers)) == (dict_row, handlers)
    assert connection.execute("select count(*) from pg_prepared_statements").fetchone() == {"count": 0}


def test_types_of_sqlalchemy_come_and_go(run: Callable[..., Any], connection: Connection) -> None:
    connection.execute("create extension hstore; create type mood as enum ('sad', 'happy')")
    connection.execute(
        "create table things (id uuid primary key, pairs hstore, during tstzrange, moods mood[], at timestamptz,"
        " price numeric, address inet)"
    )
    things = Table(
        "things",
        MetaData(),
        Column("id", Uuid, primary_key=True),
        Column("pairs", postgresql.HSTORE),
        Column("during", postgresql.TSTZRANGE),
        Column("moods", postgresql.ARRAY(postgresql.ENUM("sad", "happy", name="mood"))),
        Column("at", DateTime(timezone=True)),
        Column("price", Numeric),
        Column("address", postgresql.INET),
    )
    now = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
    row = {
        "id": UUID(int=7),
        "pairs": {"a": "1", "b": None},
        "during": postgresql.Range(now, None, bounds="[)"),
        "moods": ["sad", "happy"],
        "at": now,
        "price": Decimal("1.10"),
        "address": ip_address("10.0.0.1"),
    }
    found: list[Any] = []

    def people(db: SeedContext) -> None:
        db.session().execute(insert(things), [row])
        found.extend(db.session().execute(select(things)).mappings())

    run(people=people)

    assert found == [row]


def test_a_session_of_a_dry_run_keeps_nothing(run: Callable[..., Any], connection: Connection) -> None:
    report = run({"dry_run": True}, people=lambda db: db.session().add(User(id=50, name="Kurt")))

    assert counted(report, "people") == {"users": (1, 0)}
    assert names(connection) == []


def test_rows_can_be_streamed_into_another_table(run: Callable[..., Any], connection: Connection) -> None:
    def people(db: SeedContext) -> None:
        found = db.session().scalars(select(User).order_by(User.id).execution_options(yield_per=2))
        rows = ({"id": user.id, "title": f"of {user.name}", "author_id": user.id} for user in found)
        db.insert(Post, rows)

    report = run(people=people)

    assert counted(report, "people") == {"posts": (3, 0)}


def test_a_session_lent_to_the_run_and_one_of_a_seeder_get_along(
    run: Callable[..., Any], connection: Connection, database: str, project: Write
) -> None:
    run(people=lambda db: db.session().add(User(name="first")))
    bodies["people"] = lambda db: db.session().add(User(name="second"))
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(database))

    with Session(engine) as session:
        seed(connection=session)
        assert session.scalar(select(func.count()).where(User.name == "second")) == 1
        session.rollback()
    engine.dispose()

    assert names(connection)[3:] == ["first"]


def test_without_a_session_sqlalchemy_is_not_imported(project: Write, database: str) -> None:
    project({"seeders/all.py": "def seed(db): db.execute('select 1')\n"})
    told = "print([name for name in ('sqlalchemy', 'django') if name in sys.modules], file=sys.stderr)"
    code = f"import atexit, sys; from seedkit.cli import main; atexit.register(lambda: {told}); main()"

    ran = subprocess.run(
        [sys.executable, "-c", code, "seed", "--url", database], capture_output=True, text=True, check=True
    )

    assert ran.stderr.endswith("[]\n")


def test_sqlmodels_own_session_is_to_be_had(run: Callable[..., Any]) -> None:
    pytest.importorskip("sqlmodel")
    import sqlmodel

    found: list[object] = []

    def people(db: SeedContext) -> None:
        session = db.session(sqlmodel.Session)
        found.extend(session.exec(sqlmodel.select(User.name).order_by(User.id)).all())

    run(people=people)

    assert found == ["Ada", "Grace", "Alan"]
