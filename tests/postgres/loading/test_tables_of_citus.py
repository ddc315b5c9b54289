"""How tables that Citus keeps are loaded, on PostgreSQL, which takes all that Citus does; on a cluster: tests/citus."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace
from psycopg import errors
from psycopg.pq import DiagnosticField

from seedkit.core.catalog import Table
from seedkit.core.engines import CitusTable, Spread
from seedkit.core.rows.blocks import Block, RowSource
from seedkit.core.rows.shapes import RowShape
from seedkit.errors import LoadError
from seedkit.postgres.catalog.tables import read_catalog, read_tables
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.postgres.loading.ways import load_tables
from seedkit.postgres.shard_errors import as_of_tables
from tests.postgres.loads import Connection, Counts, a_source, rows_of

_REFUSED = re.compile(
    r"select from|select where|\*<>|\bset (?!local\b)(?!constraints\b)(?!savepoint)\w+ (?:=|to)\b", re.I
)
"""What Citus refuses, or keeps to one node: empty lists, operators of records, settings of the session."""

BY_TENANT = CitusTable(spread=Spread.HASH, column="tenant")
SCHEMA = """
create table boards (tenant int, id int, main_card int, name text, primary key (tenant, id));
create table cards (tenant int, id int, board int not null, name text, primary key (tenant, id), unique (tenant, name),
    foreign key (tenant, board) references boards);
alter table boards add foreign key (tenant, main_card) references cards;
create table notes (tenant int, body text);
"""


class Recording(psycopg.Cursor[Any]):
    """A cursor that keeps what it sends."""

    sent: list[str]

    def execute(self, query: Any, params: Any = None, **options: Any) -> Any:
        self.sent.append(query if isinstance(query, str) else str(query, "utf-8") if isinstance(query, bytes) else "")
        if not self.sent[-1]:
            self.sent[-1] = query.as_string(self.connection)
        return super().execute(query, params, **options)


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    emptied.execute(SCHEMA)
    return emptied


@pytest.fixture
def sent(connection: Connection) -> list[str]:
    """All statements that the connection sends from now on."""
    kept: list[str] = []
    connection.cursor_factory = type("Kept", (Recording,), {"sent": kept})
    return kept


def kept(connection: Connection, name: str, citus: CitusTable = BY_TENANT) -> Table:
    oid = read_catalog(connection).table(name).oid
    return read_tables(connection, [oid])[oid].kept_by(citus)


def rows(columns: str, *texts: str) -> RowSource:
    return a_source(
        Block(RowShape(columns=tuple(columns.split())), "".join(f"{text}\n" for text in texts).encode(), len(texts))
    )


def load(connection: Connection, *loads: tuple[str, Sequence[RowSource]]) -> list[Counts]:
    with connection.transaction():
        given = [TableLoad(table=kept(connection, name), sources=tuple(sources)) for name, sources in loads]
        return [(each.inserted, each.updated, each.unchanged) for each in load_tables(connection, given)]


def test_a_circle_of_tables_is_loaded_table_by_table(connection: Connection) -> None:
    circle = [
        ("cards", [rows("tenant id board name", "1\t1\t7\tone", "1\t2\t7\ttwo")]),
        ("boards", [rows("tenant id main_card name", "1\t7\t2\tplans")]),
    ]

    first, again = load(connection, *circle), load(connection, *circle)

    assert (first, again) == ([(2, 0, 0), (1, 0, 0)], [(0, 0, 2), (0, 0, 1)])
    assert rows_of(connection, "select main_card from boards") == [(2,)]


def test_a_row_that_is_there_comes_to_refer_to_a_new_one(connection: Connection) -> None:
    load(connection, ("boards", [rows("tenant id main_card name", "1\t7\t\\N\tplans", "1\t8\t\\N\tmore")]))

    counts = load(
        connection,
        ("boards", [rows("tenant id main_card name", "1\t7\t2\tgoals"), rows("tenant id name", "1\t8\tMORE")]),
        ("cards", [rows("tenant id board name", "1\t2\t7\ttwo")]),
    )

    assert counts == [(0, 2, 0), (1, 0, 0)]
    assert rows_of(connection, "select id, main_card, name from boards order by id") == [
        (7, 2, "goals"),
        (8, None, "MORE"),
    ]


def test_changed_rows_are_updated_and_new_ones_inserted(connection: Connection) -> None:
    load(connection, ("boards", [rows("tenant id name", "1\t1\tone", "2\t1\ttwo")]))

    counts = load(connection, ("boards", [rows("tenant id name", "1\t1\tone", "2\t1\tTWO", "3\t1\tthree")]))

    assert counts == [(1, 1, 1)]
    assert rows_of(connection, "select name from boards order by tenant") == [("one",), ("TWO",), ("three",)]


def test_equal_rows_without_a_key_are_counted(connection: Connection) -> None:
    load(connection, ("notes", [rows("tenant body", "1\tx", "1\tx", "2\tx")]))

    counts = load(connection, ("notes", [rows("tenant body", "1\tx", "1\tx", "1\tx", "2\tx")]))

    assert counts == [(1, 0, 3)]


def test_rows_of_several_shapes_that_refer_to_each_other_go_in(connection: Connection) -> None:
    connection.execute("alter table boards add up int, add foreign key (tenant, up) references boards")

    counts = load(
        connection,
        ("boards", [rows("tenant id up", "1\t1\t2"), rows("tenant id name", "1\t2\ttwo"), rows("tenant id", "1\t3")]),
    )

    assert counts == [(3, 0, 0)]
    assert rows_of(connection, "select id, up from boards order by id") == [(1, 2), (2, None), (3, None)]


def test_rows_exchange_their_unique_values(connection: Connection) -> None:
    connection.execute("alter table boards add place int not null default 0, add unique (tenant, place)")
    load(connection, ("boards", [rows("tenant id place", "1\t1\t1", "1\t2\t2", "1\t3\t3")]))

    counts = load(connection, ("boards", [rows("tenant id place", "1\t1\t2", "1\t2\t3", "1\t3\t1")]))

    assert counts == [(0, 3, 0)]
    assert rows_of(connection, "select place from boards order by id") == [(2,), (3,), (1,)]


def test_nothing_is_sent_that_citus_refuses(connection: Connection, sent: list[str]) -> None:
    circle = [
        ("boards", [rows("tenant id main_card name", "1\t7\t2\tplans"), rows("tenant id", "1\t8")]),
        ("cards", [rows("tenant id board name", "1\t1\t7\tone", "1\t2\t7\ttwo")]),
    ]
    changed = [
        ("boards", [rows("tenant id main_card name", "1\t7\t1\tgoals")]),
        ("cards", [rows("tenant id board name", "1\t1\t7\tnone")]),
    ]
    exchanged = [("cards", [rows("tenant id board name", "1\t1\t7\ttwo", "1\t2\t7\tnone")])]
    alone = [("notes", [rows("tenant body", "1\tx", "1\tx")])]

    for loads in (circle, circle, changed, exchanged, alone, alone):
        load(connection, *loads)

    ours = [statement for statement in sent if not statement.startswith("-- One row")]  # what the catalog is asked
    assert len(ours) > 50
    assert [statement for statement in ours if _REFUSED.search(statement)] == []


def test_an_update_reads_a_copy_and_never_a_temporary_table_beside_the_table(
    connection: Connection, sent: list[str]
) -> None:
    load(connection, ("boards", [rows("tenant id name", "1\t1\tone", "1\t2\ttwo")]))

    load(connection, ("boards", [rows("tenant id name", "1\t1\tONE", "1\t2\ttwo")]))

    [update] = [statement for statement in sent if "update only" in statement]
    assert update.index("staged as materialized") < update.index("update only")
    assert "pg_temp" not in update[update.index("update only") :]


@pytest.mark.parametrize("there", [False, True])
@pytest.mark.parametrize(
    ("columns", "key", "told"),
    [
        ("id name", (), 'a row of table "boards" leaves out "tenant", by which Citus distributes them'),
        ("tenant id name", ("id",), 'the key "id" of table "boards" lacks "tenant", by which Citus distributes it'),
    ],
)
def test_rows_that_lack_the_distribution_column_are_refused_before_any_is_sent(
    connection: Connection, sent: list[str], columns: str, key: tuple[str, ...], told: str, *, there: bool
) -> None:
    if there:
        connection.execute("insert into boards values (9, 9)")
    texts = "\t".join(["1"] * len(columns.split()))

    with pytest.raises(LoadError) as caught:
        load(connection, ("boards", [replace(rows(columns, texts), key=key)]))

    assert (caught.value.message, str(caught.value.origin)) == (told, "things.yml:1")
    assert not any(statement.startswith(("copy", "create", "with", "insert")) for statement in sent[1:])


# What shards say


def said(message: str, detail: str = "", **fields: str) -> psycopg.Error:
    """An error as a COPY has it of a shard: no class, no names but those in its message."""
    info = {DiagnosticField.SQLSTATE: "XX000", DiagnosticField.MESSAGE_PRIMARY: message}
    info |= {DiagnosticField.MESSAGE_DETAIL: detail} if detail else {}
    info |= {DiagnosticField[name.upper()]: text for name, text in fields.items()}
    return errors.InternalError_(message, info={int(field): text.encode() for field, text in info.items()})


@pytest.mark.parametrize(
    ("message", "kind", "constraint", "column"),
    [
        (
            'duplicate key value violates unique constraint "cards_pkey_102057"',
            errors.UniqueViolation,
            "cards_pkey",
            None,
        ),
        (
            'insert or update on table "cards_102057" violates foreign key constraint "cards_tenant_board_fkey_102057"',
            errors.ForeignKeyViolation,
            "cards_tenant_board_fkey",
            None,
        ),
        (
            'new row for relation "cards_102057" violates check constraint "cards_check"',
            errors.CheckViolation,
            "cards_check",
            None,
        ),
        (
            'null value in column "board" of relation "cards_102057" violates not-null constraint',
            errors.NotNullViolation,
            None,
            "board",
        ),
        ("the partition column of table public.cards cannot be NULL", errors.NotNullViolation, None, "tenant"),
    ],
)
def test_what_a_shard_refuses_is_told_of_its_table(
    connection: Connection, message: str, kind: type[psycopg.Error], constraint: str | None, column: str | None
) -> None:
    told = as_of_tables(said(message), [kept(connection, "cards")])

    assert type(told) is kind
    assert (told.diag.table_name, told.diag.constraint_name, told.diag.column_name) == ("cards", constraint, column)
    assert "102057" not in str(told)


def test_a_line_that_a_shard_has_counted_is_none_of_ours(connection: Connection) -> None:
    told = as_of_tables(
        said("no", context="COPY cards_102057, line 3\nwhile executing command on 10.0.0.2:5432\nCOPY cards, line 9"),
        [kept(connection, "cards")],
    )

    assert told.diag.context == "COPY cards, line 9"


def test_names_of_tables_that_citus_does_not_know_keep_their_numbers(connection: Connection) -> None:
    error = said('duplicate key value violates unique constraint "cards_202612"')

    assert as_of_tables(error, [replace(kept(connection, "cards"), citus=None)]) is error
