"""A SQLAlchemy Session that is lent may hold rows which the database has not seen yet."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, scoped_session, sessionmaker

from seedkit import check_sequences, fix_sequence, fix_sequences, seed
from tests.conftest import Write

Connection = psycopg.Connection[Any]


class Base(DeclarativeBase):
    """What SQLAlchemy's mapped classes have in common."""


class User(Base):
    """A row of `users`."""

    __tablename__ = "users"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


@pytest.fixture
def engine(connection: Connection, database: str) -> Iterator[Engine]:
    """An engine on a database with an empty table of users."""
    connection.execute("create table users (id serial primary key, name text not null unique)")
    engine = create_engine(URL.create("postgresql+psycopg"), creator=lambda: psycopg.connect(database))
    yield engine
    engine.dispose()


@pytest.mark.parametrize("autoflush", [True, False])
def test_rows_that_a_session_has_not_sent_yet_count(engine: Engine, *, autoflush: bool) -> None:
    with Session(engine, autoflush=autoflush) as session:
        session.add(User(id=41, name="Ada"))

        report = fix_sequence("users", connection=session)
        session.commit()

        assert report.next_value == 42
        session.add(User(name="Grace"))
        session.commit()


def test_rows_that_a_scoped_session_has_not_sent_yet_count(engine: Engine) -> None:
    session = scoped_session(sessionmaker(engine, autoflush=False))
    session.add(User(id=41, name="Ada"))

    (report,) = fix_sequences(connection=session).sequences

    assert report.next_value == 42
    session.remove()


def test_a_check_sees_what_a_session_has_not_sent_yet(engine: Engine) -> None:
    with Session(engine, autoflush=False) as session:
        session.add(User(id=41, name="Ada"))

        report = check_sequences(connection=session)

        assert not report.right


def test_a_seed_meets_the_rows_that_a_session_has_not_sent_yet(engine: Engine, project: Write) -> None:
    project({"fixtures/users.yml": "_fixture: {key: name}\nada: {name: Ada}\ngrace: {name: Grace}\n"})
    with Session(engine, autoflush=False) as session:
        session.add(User(id=41, name="Ada"))

        seed(connection=session)
        session.commit()

        session.add(User(name="Alan"))
        session.commit()
        assert {user.name: user.id for user in session.query(User)} == {"Ada": 41, "Grace": 1, "Alan": 42}


def test_what_a_session_sent_for_a_repair_is_still_taken_back_by_its_rollback(engine: Engine) -> None:
    with Session(engine) as session:
        session.add(User(id=41, name="Ada"))

        fix_sequence("users", connection=session)
        session.rollback()

        assert session.query(User).count() == 0


def test_what_a_session_cannot_send_is_sqlalchemys_own_error(engine: Engine) -> None:
    with Session(engine) as session:
        session.add_all([User(id=41, name="Ada"), User(id=42, name="Ada")])

        with pytest.raises(IntegrityError):
            fix_sequence("users", connection=session)


def test_a_listener_of_the_flush_itself_may_repair(engine: Engine) -> None:
    repaired: list[int | None] = []
    with Session(engine) as session:

        @event.listens_for(session, "after_flush")
        def repair(session: Session, _: object) -> None:
            repaired.append(fix_sequence("users", connection=session).next_value)

        session.add(User(id=41, name="Ada"))
        session.commit()

    assert repaired == [42]
