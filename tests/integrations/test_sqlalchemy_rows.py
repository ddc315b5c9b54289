"""Rows of mapped classes, of SQLModel and of factories in db.insert: what SQLAlchemy would insert is inserted."""

from __future__ import annotations

import enum
import itertools
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID, uuid4

import psycopg
import pytest

pytest.importorskip("sqlalchemy")

from sqlalchemy import (
    JSON,
    Column,
    Enum,
    ForeignKey,
    Integer,
    MetaData,
    Sequence,
    String,
    Table,
    Text,
    TypeDecorator,
    func,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column, relationship

from seedkit import SeedkitError, seed
from seedkit.context.seeder import SeedContext
from tests.conftest import Write
from tests.integrations.seeders_of_tests import Body, seeder_files

Connection = psycopg.Connection[Any]


class Mood(enum.StrEnum):
    """An enum whose values are not its names, which are what SQLAlchemy stores."""

    SAD = "sad face"
    HAPPY = "happy face"


class Shouted(TypeDecorator[str]):
    """A text that is stored in upper case."""

    impl: Any = String
    cache_ok: Any = True

    def process_bind_param(self, value: str | None, _dialect: object) -> str | None:
        """Turn it into upper case."""
        return value and value.upper()


class Lowered(Text):
    """A text that the server is to change on its way."""

    cache_ok = True

    def bind_expression(self, bindvalue: Any) -> Any:
        """Have the server turn it into lower case."""
        return func.lower(bindvalue)


class Base(DeclarativeBase):
    """What the mapped classes have in common."""


class User(Base):
    """A row of `users`, with defaults of all kinds."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column("e_mail")
    role: Mapped[str] = mapped_column(default="reader")
    token: Mapped[UUID] = mapped_column(default=uuid4)
    handle: Mapped[str] = mapped_column(
        default=lambda context: context.get_current_parameters()["e_mail"].split("@")[0]
    )
    mood: Mapped[Mood] = mapped_column(Enum(Mood), default=Mood.HAPPY)
    motto: Mapped[str | None] = mapped_column(Shouted)
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    plan: Mapped[str] = mapped_column(server_default="free")
    seen: Mapped[datetime] = mapped_column(default=func.now())
    posts: Mapped[list[Post]] = relationship(back_populates="author")


class Post(Base):
    """A row of `posts`, which belongs to a user."""

    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author: Mapped[User] = relationship(back_populates="posts")


class Employee(User):
    """A user whose row is spread over two tables."""

    __tablename__ = "employees"
    id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)


class Pet(MappedAsDataclass, Base):
    """A mapped dataclass."""

    __tablename__ = "pets"
    id: Mapped[int | None] = mapped_column(primary_key=True, default=None)
    name: Mapped[str] = mapped_column(default="")
    toys: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    nick: Mapped[str] = mapped_column(insert_default="Rex", init=False)


class Note(Base):
    """A table whose values SQL computes."""

    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Lowered)


TAGS = Table(
    "tags",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("label", Text, key="name"),
    Column("weight", Integer, default=itertools.count(7).__next__),
)


@pytest.fixture(autouse=True)
def tables(connection: Connection) -> None:
    connection.execute(
        """
        create type mood as enum ('SAD', 'HAPPY');
        create table users (
            id serial primary key, e_mail text not null unique, role text not null, token uuid not null,
            handle text not null, mood mood not null, motto text, settings json, plan text not null default 'free',
            seen timestamptz not null
        );
        create table posts (id serial primary key, title text, author_id int not null references users);
        create table pets (id serial primary key, name text unique, toys json, nick text);
        create table tags (id int primary key, label text, weight int);
        create table notes (id int primary key, text text)
        """
    )


@pytest.fixture
def run(project: Write, connection: Connection) -> Callable[[Body], Any]:
    """Seed with two labelled users and a seeder that does what a test says."""

    def run(body: Body) -> Any:
        project(
            {
                "fixtures/users.yml": """
                    ada: &user {id: 1, e_mail: ada@example.com, role: r, handle: ada, mood: SAD, seen: 2026-01-01,
                        token: 00000000-0000-0000-0000-000000000001}
                    grace: {<<: *user, id: 2, e_mail: grace@example.com}
                """,
                **seeder_files({"rows": body}),
            }
        )
        return seed(connection=connection)

    return run


def user(connection: Connection, email: str) -> dict[str, Any]:
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        found = cursor.execute("select * from users where e_mail = %s", (email,)).fetchone()
    assert found is not None
    return found


@pytest.mark.parametrize(
    "row", [User(email="kurt@example.com", motto="go"), {"email": "kurt@example.com", "motto": "go"}]
)
@pytest.mark.parametrize("spelling", ["attribute", "column"])
def test_defaults_of_the_class_apply_and_the_servers_own_stay_its(
    run: Callable[[Body], Any], connection: Connection, row: Any, spelling: str
) -> None:
    if spelling == "column":
        row = {"e_mail": "kurt@example.com", "motto": "go"}

    run(lambda db: db.insert(User, [row]))

    found = user(connection, "kurt@example.com")
    assert isinstance(found.pop("token"), UUID)
    assert found.pop("seen").date() == datetime.now(UTC).date()
    assert found == {
        "id": 3,
        "e_mail": "kurt@example.com",
        "role": "reader",
        "handle": "kurt",
        "mood": "HAPPY",
        "motto": "GO",
        "settings": {},
        "plan": "free",
    }


def test_a_second_run_changes_nothing_and_leaves_what_was_a_default_alone(
    run: Callable[[Body], Any], connection: Connection
) -> None:
    def people(db: SeedContext) -> None:
        db.insert(User, [User(email="kurt@example.com")])

    run(people)
    connection.execute("update users set role = 'admin' where e_mail = 'kurt@example.com'")
    before = user(connection, "kurt@example.com")
    report = run(people)

    assert [(table.inserted, table.updated) for table in report.tables] == [(0, 0), (0, 0)]
    assert user(connection, "kurt@example.com") == before


def test_what_a_row_says_itself_is_updated(run: Callable[[Body], Any], connection: Connection) -> None:
    run(lambda db: db.insert(User, [User(email="kurt@example.com", mood=Mood.SAD, settings={"a": [1]})]))
    report = run(lambda db: db.insert(User, [User(email="kurt@example.com", role="author", mood=Mood.HAPPY)]))

    found = user(connection, "kurt@example.com")
    assert (found["role"], found["mood"], found["settings"]) == ("author", "HAPPY", {"a": [1]})
    assert [(table.inserted, table.updated) for table in report.tables] == [(0, 0), (0, 1)]


def test_none_stands_for_a_default_as_it_does_in_a_session(run: Callable[[Body], Any], connection: Connection) -> None:
    nothing = User(id=None, email="kurt@example.com", plan=None, role=None, motto=None, settings=None)

    run(lambda db: db.insert(User, [nothing]))

    found = user(connection, "kurt@example.com")
    assert (found["id"], found["plan"], found["role"], found["motto"]) == (3, "free", "reader", None)


@pytest.mark.parametrize("key", ["email", ["e_mail"]])
def test_rows_are_recognised_by_an_attribute_or_a_column(
    run: Callable[[Body], Any], connection: Connection, key: Any
) -> None:
    run(lambda db: db.insert(User, [User(id=7, email="kurt@example.com")], key=key))
    report = run(lambda db: db.insert(User, [{"email": "kurt@example.com", "role": "author"}], key=key))

    assert [(table.inserted, table.updated) for table in report.tables] == [(0, 0), (0, 1)]


# Rows that refer to others


@pytest.mark.parametrize("how", ["stored", "expired", "with a key", "pending"])
def test_a_related_row_gives_its_key(run: Callable[[Body], Any], connection: Connection, how: str) -> None:
    def posts(db: SeedContext) -> None:
        session = db.session()
        author = session.get(User, db.ref("users.grace"))
        if how == "expired":
            session.expire_all()
        elif how == "with a key":
            author = User(id=cast(int, db.ref("users.grace")))
        elif how == "pending":
            author = User(email="kurt@example.com")
            session.add(author)
        db.insert(Post, [Post(id=1, title="Notes", author=author)])
        db.insert(Post, [{"id": 2, "title": "More", "author": author}])

    run(posts)

    expected = 3 if how == "pending" else 2
    assert connection.execute("select id, author_id from posts order by id").fetchall() == [
        (1, expected),
        (2, expected),
    ]


def test_a_related_row_without_a_key_is_told(run: Callable[[Body], Any]) -> None:
    with pytest.raises(SeedkitError) as caught:
        run(lambda db: db.insert(Post, [Post(id=1, title="Notes", author=User(email="kurt@example.com"))]))

    assert caught.value.message == "Post.author is a User whose id is not known yet"
    assert "db.session().add_all(rows)" in (caught.value.hint or "")


def test_rows_of_another_table_that_are_left_out_are_told(
    run: Callable[[Body], Any], connection: Connection, caplog: pytest.LogCaptureFixture
) -> None:
    people = [User(id=number, email=f"{number}@x", posts=[Post(title="left out")]) for number in (7, 8)]

    run(lambda db: db.insert(User, people))

    told = [record.getMessage() for record in caplog.records if "User.posts" in record.getMessage()]
    assert len(told) == 1
    assert connection.execute("select count(*) from posts").fetchone() == (0,)


def test_a_row_that_is_spread_over_tables_is_told(run: Callable[[Body], Any]) -> None:
    with pytest.raises(SeedkitError, match="each Employee has its row spread over users and employees") as caught:
        run(lambda db: db.insert("users", [Employee(email="kurt@example.com")]))

    assert "db.session().add_all(rows)" in (caught.value.hint or "")


# Kinds of classes and tables


@pytest.mark.parametrize(
    ("model", "row", "told"),
    [
        (Pet, Post(title="Notes"), "a row for Pet is a Post, whose table is posts"),
        (TAGS, User(id=7, email="kurt@example.com"), "a row for tags is a User, whose table is users"),
    ],
)
def test_an_instance_of_another_class_than_the_one_that_is_named_is_told(
    run: Callable[[Body], Any], model: Any, row: Any, told: str
) -> None:
    with pytest.raises(SeedkitError) as caught:
        run(lambda db: db.insert(model, [row]))

    assert caught.value.message == told
    assert f"db.insert({type(row).__name__}, rows)" in (caught.value.hint or "")


def test_a_mapped_dataclass_is_read_by_its_mapping(run: Callable[[Body], Any], connection: Connection) -> None:
    run(lambda db: db.insert(Pet, [Pet(name="Laika", toys=["ball"]), Pet(name="Belka")]))

    rows = connection.execute("select id, name, toys, nick from pets order by name").fetchall()
    assert sorted(row[1:] for row in rows) == [("Belka", [], "Rex"), ("Laika", ["ball"], "Rex")]


def test_defaults_of_a_table_apply_to_mappings(run: Callable[[Body], Any], connection: Connection) -> None:
    run(lambda db: db.insert(TAGS, [{"id": 1, "name": "new"}, {"id": 2, "label": "old", "weight": 1}]))

    assert connection.execute("select label, weight > 6 from tags order by id").fetchall() == [
        ("new", True),
        ("old", False),
    ]


def test_mappings_for_a_table_by_its_name_are_as_they_were(run: Callable[[Body], Any], connection: Connection) -> None:
    run(lambda db: db.insert("tags", [{"id": 1, "label": "new"}]))

    assert connection.execute("select label, weight from tags").fetchall() == [("new", None)]


def test_instances_for_a_table_by_its_name_have_their_defaults_but_for_those_that_are_sql(
    run: Callable[[Body], Any], connection: Connection
) -> None:
    run(lambda db: db.insert("pets", [Pet(name="Laika")]))

    assert connection.execute("select nick from pets").fetchall() == [("Rex",)]
    with pytest.raises(SeedkitError, match=r"User\.seen has a default that is SQL: now\(\)") as caught:
        run(lambda db: db.insert("users", [User(email="kurt@example.com")]))
    assert "db.insert(User, rows)" in (caught.value.hint or "")


def test_what_sql_makes_of_a_value_is_told(run: Callable[[Body], Any]) -> None:
    with pytest.raises(SeedkitError, match=r"Note\.text is to be computed by SQL") as caught:
        run(lambda db: db.insert(Note, [Note(id=1, text="A")]))
    assert "db.session().add" in (caught.value.hint or "")

    with pytest.raises(SeedkitError, match=r"User\.e_mail is to be computed by SQL"):
        run(lambda db: db.insert(User, [User(email=func.lower("A"))]))


def test_an_attribute_that_is_none_is_an_error(run: Callable[[Body], Any]) -> None:
    with pytest.raises(SeedkitError, match='table "posts" has no column "titel"'):
        run(lambda db: db.insert(Post, [{"id": 1, "titel": "Notes"}]))


def test_rows_of_sqlmodel_are_read_by_their_mapping(run: Callable[[Body], Any], connection: Connection) -> None:
    pytest.importorskip("sqlmodel")
    from sqlmodel import Field, SQLModel

    class Pets(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        name: str
        nick: str = Field(default_factory=lambda: uuid4().hex)

    def pets(db: SeedContext) -> None:
        db.insert(Pets, [Pets(name="Laika"), Pets(name="Belka", nick="B")])

    run(pets)
    before = connection.execute("select * from pets order by id").fetchall()
    report = run(pets)

    assert [row[1] for row in before] == ["Laika", "Belka"]
    assert connection.execute("select * from pets order by id").fetchall() == before
    assert sum(table.updated + table.inserted for table in report.tables) == 0


class Ticket(Base):
    """A table whose ids SQLAlchemy alone draws from a sequence."""

    __tablename__ = "tickets"
    id: Mapped[int] = mapped_column(Sequence("ticket_numbers"), primary_key=True)
    name: Mapped[str]


def test_a_factory_of_instances_makes_nothing_for_a_mapping(run: Callable[[Body], Any], connection: Connection) -> None:
    run(lambda db: db.insert(Pet, [Pet(id=1, name="Rex")]))
    run(lambda db: db.insert(Pet, [{"id": 2, "name": "Tom"}]))

    assert connection.execute("select id, toys from pets order by id").fetchall() == [(1, []), (2, None)]


@pytest.mark.parametrize("row", [{"name": "a"}, {"id": 7, "name": "a"}])
def test_a_sequence_that_sqlalchemy_alone_draws_from_is_refused(
    run: Callable[[Body], Any], connection: Connection, row: dict[str, Any]
) -> None:
    connection.execute("create sequence ticket_numbers; create table tickets (id int primary key, name text)")

    with pytest.raises(SeedkitError, match=r"tickets\.id draws its values by SQLAlchemy's Sequence"):
        run(lambda db: db.insert(Ticket, [row]))


def test_a_sequence_that_the_table_draws_from_as_well_stays_the_servers(
    run: Callable[[Body], Any], connection: Connection
) -> None:
    connection.execute("create sequence ticket_numbers")
    connection.execute("create table tickets (id int primary key default nextval('ticket_numbers'), name text unique)")

    run(lambda db: db.insert(Ticket, [{"name": "a"}]))

    assert connection.execute("select id, name from tickets").fetchall() == [(1, "a")]
