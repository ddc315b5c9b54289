"""factory_boy and polyfactory in seeders: their rows are inserted, and the same at each run."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("factory")
pytest.importorskip("polyfactory")

from factory.alchemy import SQLAlchemyModelFactory
from factory.declarations import Sequence, SubFactory
from factory.faker import Faker
from factory.fuzzy import FuzzyText
from polyfactory.factories.sqlalchemy_factory import SQLAlchemyFactory
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from seedkit import SeedkitError, seed
from seedkit.context.seeder import SeedContext
from tests.conftest import Write
from tests.integrations.seeders_of_tests import Body, seeder_files

Connection = psycopg.Connection[Any]


class Base(DeclarativeBase):
    """What the mapped classes have in common."""


class User(Base):
    """A row of `users`."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str]
    name: Mapped[str]
    role: Mapped[str] = mapped_column(default="reader")


class Post(Base):
    """A row of `posts`."""

    __tablename__ = "posts"
    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author_id: Mapped[int] = mapped_column(ForeignKey("users.id"))
    author: Mapped[User] = relationship()


class UserFactory(SQLAlchemyModelFactory):
    """Users of factory_boy."""

    class Meta:
        """The session comes with the seeder."""

        model = User

    email = Sequence(lambda number: f"user{number}@example.com")
    name = Faker("name")


class PostFactory(SQLAlchemyModelFactory):
    """Posts of factory_boy, each with a user of its own."""

    class Meta:
        """The session comes with the seeder."""

        model = Post

    title = FuzzyText()
    author = SubFactory(UserFactory)


class PolyUserFactory(SQLAlchemyFactory[User]):
    """Users of polyfactory."""

    __model__ = User
    __set_primary_key__ = False


@pytest.fixture(autouse=True)
def tables(connection: Connection) -> None:
    connection.execute(
        """
        create table users (id serial primary key, email text not null unique, name text, role text not null);
        create table posts (id serial primary key, title text not null unique, author_id int not null references users)
        """
    )


@pytest.fixture
def run(project: Write, connection: Connection) -> Callable[..., Any]:
    """Seed with seeders that do what a test says."""

    def run(**given: Body) -> Any:
        project(seeder_files(given))
        return seed(connection=connection)

    return run


@pytest.mark.parametrize(
    "build",
    [
        lambda: UserFactory.build_batch(5),
        lambda: PolyUserFactory.batch(5, role="reader"),
    ],
    ids=["factory_boy", "polyfactory"],
)
def test_rows_that_are_built_are_the_same_at_each_run(
    run: Callable[..., Any], connection: Connection, build: Callable[[], list[User]]
) -> None:
    run(people=lambda db: db.insert(User, build()))
    first = connection.execute("select * from users order by id").fetchall()
    report = run(people=lambda db: db.insert(User, build()))

    assert [row[0] for row in first] == [1, 2, 3, 4, 5]
    assert {row[3] for row in first} == {"reader"}
    assert connection.execute("select * from users order by id").fetchall() == first
    assert [(table.inserted, table.updated, table.unchanged) for table in report.tables] == [(0, 0, 5)]


def test_sequences_of_factory_boy_go_on_from_seeder_to_seeder_and_for_the_caller_as_before(
    run: Callable[..., Any], connection: Connection
) -> None:
    UserFactory.reset_sequence(7)

    run(
        one=lambda db: db.insert(User, UserFactory.build_batch(2)),
        two=lambda db: db.insert(User, UserFactory.build_batch(2)),
    )

    emails = [email for (email,) in connection.execute("select email from users order by id")]
    assert emails == [f"user{number}@example.com" for number in range(4)]
    assert UserFactory.build().email == "user7@example.com"


def test_factories_create_by_the_session_of_the_seeder_with_all_that_belongs_to_a_row(
    run: Callable[..., Any], connection: Connection
) -> None:
    def posts(db: SeedContext) -> None:
        for each in (UserFactory, PostFactory):
            options: Any = each._meta
            options.sqlalchemy_session = db.session()
        PostFactory.create_batch(3)

    report = run(posts=posts)

    assert {str(table.table): table.inserted for table in report.tables} == {"users": 3, "posts": 3}
    assert connection.execute("select count(*) from posts join users on author_id = users.id").fetchone() == (3,)
    connection.execute("insert into users (email, role) values ('next@example.com', 'r')")


def test_rows_that_bring_rows_along_want_a_session(run: Callable[..., Any]) -> None:
    with pytest.raises(SeedkitError) as caught:
        run(posts=lambda db: db.insert(Post, PostFactory.build_batch(3)))

    assert caught.value.message == "Post.author is a User whose id is not known yet"


def test_polyfactory_creates_by_the_session_of_the_seeder(run: Callable[..., Any], connection: Connection) -> None:
    def people(db: SeedContext) -> None:
        PolyUserFactory.__session__ = db.session()
        PolyUserFactory.create_batch_sync(3)

    report = run(people=people)

    assert [(str(table.table), table.inserted) for table in report.tables] == [("users", 3)]


def test_a_factory_library_that_a_seeder_imports_by_itself_is_told(
    run: Callable[..., Any], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    import factory.random as module

    monkeypatch.delitem(sys.modules, "factory.random")
    caplog.set_level(logging.WARNING)

    run(people=lambda _db: sys.modules.update({"factory.random": module}))

    assert 'seeder "people" imports factory while it runs' in caplog.text
