"""What SQLAlchemy and SQLModel map stands for its table wherever a table's name is expected."""

from __future__ import annotations

import asyncio
from typing import Any

import psycopg
import pytest

pytest.importorskip("sqlalchemy")
pytest.importorskip("greenlet")

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table, create_engine, join
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    aliased,
    column_property,
    mapped_column,
    registry,
)
from sqlalchemy.sql import quoted_name

from seedkit import SeedkitError, aio, check_sequences, fix_sequence, fix_sequences, seed
from tests.conftest import Write

Connection = psycopg.Connection[Any]


class Base(DeclarativeBase):
    """What the mapped classes have in common."""


class User(Base):
    """A table whose name folding would change, beside one that folding would find."""

    __tablename__ = "User"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(default="user")
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "user"}  # noqa: RUF012


class Author(User):
    """A class with a table of its own in a joined inheritance."""

    __tablename__ = "authors"
    id: Mapped[int] = mapped_column(ForeignKey("User.id"), primary_key=True)
    number: Mapped[int]
    __mapper_args__ = {"polymorphic_identity": "author"}  # noqa: RUF012


class Guest(User):
    """A class without a table of its own: its rows are in its parent's."""

    __mapper_args__ = {"polymorphic_identity": "guest"}  # noqa: RUF012


class Order(Base):
    """A table of another schema, with a name that has a dot."""

    __tablename__ = "order.lines"
    __table_args__ = {"schema": "Shop"}  # noqa: RUF012
    id: Mapped[int] = mapped_column(primary_key=True)


class Abstract(Base):
    """A class that is mapped to nothing."""

    __abstract__ = True


tags = Table("Tag", MetaData(), Column("id", Integer, primary_key=True))
FOLDED = Table(quoted_name("LABELS", quote=False), MetaData(), Column("id", Integer, primary_key=True))


class Tag:
    """Mapped from outside."""


registry().map_imperatively(Tag, tags)


class Both:
    """Mapped to two tables at once."""


registry().map_imperatively(
    Both,
    join(User.__table__, Author.__table__),
    properties={"id": column_property(User.__table__.c.id, Author.__table__.c.id)},
)


@pytest.fixture(autouse=True)
def tables(connection: Connection) -> None:
    connection.execute(
        """
        create table "user" (id serial primary key);
        create table "User" (id serial primary key, kind text);
        create table authors (id int primary key references "User", number serial);
        create table "Tag" (id serial primary key);
        create table tag (id serial primary key);
        create table labels (id serial primary key);
        create schema "Shop";
        create schema shop;
        create table "Shop"."order.lines" (id serial primary key);
        create table shop."order.lines" (id serial primary key);
        insert into "User" values (41, 'user');
        insert into authors values (41, 7);
        insert into "Tag" values (5);
        insert into labels values (6);
        insert into "Shop"."order.lines" values (8);
        """
    )


@pytest.mark.parametrize(
    ("given", "sequence", "next_value"),
    [
        (User, '"User_id_seq"', 42),
        (Guest, '"User_id_seq"', 42),
        (aliased(User), '"User_id_seq"', 42),
        (User.__table__, '"User_id_seq"', 42),
        (Author, "authors_number_seq", 8),
        (Order, '"Shop"."order.lines_id_seq"', 9),
        (Tag, '"Tag_id_seq"', 6),
        (tags, '"Tag_id_seq"', 6),
        (FOLDED, "labels_id_seq", 7),
    ],
    ids=["class", "child", "alias", "its table", "joined", "schema", "imperative", "Table", "never quoted"],
)
def test_a_sequence_is_fixed_by_what_sqlalchemy_maps(
    connection: Connection, given: Any, sequence: str, next_value: int
) -> None:
    report = fix_sequence(given, connection=connection)

    assert (str(report.sequence), report.next_value) == (sequence, next_value)


def test_so_are_several_and_a_mixture_of_them(connection: Connection) -> None:
    report = fix_sequences([User, tags, "labels"], connection=connection)

    assert [str(found.table) for found in report.sequences] == ['"Tag"', '"User"', "labels"]
    assert check_sequences([User, Tag], connection=connection).right


def test_a_name_is_not_found_in_another_case(connection: Connection) -> None:
    connection.execute('drop table "Tag"')

    with pytest.raises(SeedkitError) as caught:
        fix_sequence(Tag, connection=connection)

    assert caught.value.message == 'table "Tag" does not exist'


@pytest.mark.parametrize(
    ("given", "message", "hint"),
    [
        (Base, "Base names no table", "SQLAlchemy does not map it"),
        (Abstract, "Abstract names no table", "SQLAlchemy does not map it"),
        (User(id=1), "names no table", "It is a row: give its class, User."),
        (Both, "Both is mapped to no one table", "It is mapped to this: "),
        (int, "builtins.int names no table", "SQLAlchemy does not map it"),
        (7, "7 names no table", "Name the table, or give a class"),
        (None, "None names no table", "Name the table, or give a class"),
    ],
    ids=["base", "abstract", "instance", "join", "class", "number", "nothing"],
)
def test_what_is_mapped_to_no_table_is_an_error(connection: Connection, given: Any, message: str, hint: str) -> None:
    with pytest.raises(SeedkitError) as caught:
        fix_sequence(given, connection=connection)

    assert caught.value.message.endswith(message)
    assert (caught.value.hint or "").startswith(hint)


def test_tables_of_a_repair_are_a_list_also_of_classes(connection: Connection) -> None:
    with pytest.raises(SeedkitError, match=r"tables must be a list: write \[User\]"):
        fix_sequences(User, connection=connection)  # type: ignore[arg-type]


def test_a_seed_takes_them_in_place_of_names(connection: Connection, project: Write) -> None:
    project(
        {
            "fixtures/User.yml": "- {id: 42, kind: user}\n",
            "fixtures/labels.yml": "- {id: 7}\n",
            "seeders/all.py": """
                from seedkit import seeder
                from tests.integrations.test_sqlalchemy_table_names import Author, Tag, User

                @seeder(tables=[Tag], depends_on=[User])
                def tags(db):
                    db.insert(Tag, [{"id": 6}])
            """,
        }
    )

    first = seed([Tag], connection=connection)
    second = seed([User], connection=connection)

    assert {str(table.table): table.inserted for table in first.tables} == {'"User"': 1, '"Tag"': 1}
    assert [(str(table.table), table.unchanged) for table in second.tables] == [('"User"', 1)]


def test_a_seeder_whose_table_is_none_is_told_with_its_place(connection: Connection, project: Write) -> None:
    text = "from seedkit import seeder\n\n@seeder(tables=[int])\ndef tags(db): ...\n"
    project({"seeders/all.py": text})

    with pytest.raises(SeedkitError, match=r"builtins\.int names no table\n  at seeders/all\.py:\d"):
        seed(connection=connection)


def test_a_session_that_is_lent_is_flushed_and_its_class_names_the_table(connection: Connection, database: str) -> None:
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(database))
    with Session(engine, autoflush=False) as session:
        session.add(User(id=50))

        assert fix_sequence(User, connection=session).next_value == 51
    engine.dispose()


def test_a_schema_that_the_connection_translates_is_the_one_that_is_meant(
    connection: Connection, database: str
) -> None:
    lines = Table("order.lines", MetaData(), Column("id", Integer, primary_key=True), schema="tenant")
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(database))
    tenant = engine.execution_options(schema_translate_map={"tenant": "Shop"})

    with Session(tenant) as session, tenant.connect() as other:
        assert fix_sequence(lines, connection=session).next_value == 9
        assert check_sequences([lines], connection=other).right
    engine.dispose()


def test_so_is_a_table_in_code_that_awaits(connection: Connection, database: str) -> None:
    pytest.importorskip("greenlet")

    async def repaired() -> int | None:
        engine = create_async_engine(
            "postgresql+psycopg://", async_creator=lambda: psycopg.AsyncConnection.connect(database)
        )
        async with AsyncSession(engine) as session:
            session.add(User(id=50))
            report = await aio.fix_sequence(User, connection=session)
            await session.commit()
        await engine.dispose()
        return report.next_value

    assert asyncio.run(repaired()) == 51


def test_a_class_of_sqlmodel_names_its_table_if_it_has_one(connection: Connection) -> None:
    pytest.importorskip("sqlmodel")
    from sqlmodel import Field, SQLModel

    class Labels(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)

    class Form(SQLModel):
        id: int

    assert fix_sequence(Labels, connection=connection).next_value == 7
    with pytest.raises(SeedkitError, match="SQLModel maps a class that is declared with table=True"):
        fix_sequence(Form, connection=connection)
