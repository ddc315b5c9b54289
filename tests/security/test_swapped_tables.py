"""A table in whose place its owner puts a view, after the look at the catalog, has nothing of his run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from seedkit import check_sequences, fix_sequences
from seedkit.errors import SeedkitError
from seedkit.files.dump_targets import FolderTarget
from seedkit.postgres import search_path
from seedkit.postgres.dumping import reading as dumping
from seedkit.postgres.dumping import statements
from seedkit.postgres.identifiers import trusted
from seedkit.postgres.opening import connect
from seedkit.postgres.sequences import reading, reading_statements
from seedkit.runner.dump import DumpRequest, dump

Connection = psycopg.Connection[Any]

SWAP = """
alter table users rename to users_of_before;
create view users as select steal() as id;
"""
VIEWS_FOR_A_SEQUENCE = {
    "its columns": "",
    "a column for its place": ", '(0,1)'::tid as ctid",
}


@pytest.fixture
def users(connection: Connection) -> Connection:
    connection.execute(
        """
        create table stolen (by_whom text);
        create table others (id serial primary key);
        create table users (id serial primary key);
        insert into users values (41); insert into others values (41);
        create function steal() returns integer language plpgsql as
            $$begin insert into public.stolen values (current_user); return 1; end$$;
        """
    )
    return connection


@pytest.fixture(params=["refused by the server", "refused by the statement"])
def way(request: pytest.FixtureRequest, users: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way of servers that can refuse a view, where this one can, and of those that can't."""
    known = users.execute("select current_setting('restrict_nonsystem_relation_kind', true)").fetchone()
    if request.param == "refused by the statement":
        unknown = search_path._SAFE.as_string().replace(search_path._KINDS, "seedkit.no_such_setting")
        monkeypatch.setattr(search_path, "_SAFE", trusted(unknown))
    elif known == (None,):
        pytest.skip("this server can't refuse views")


def swapping(original: Callable[..., Any], swap: Callable[[], object]) -> Callable[..., Any]:
    """Swap before the first call."""
    done: list[bool] = []

    def call(*arguments: Any, **options: Any) -> Any:
        if not done:
            done.append(True)
            swap()
        return original(*arguments, **options)

    return call


@pytest.fixture
def swapped_meanwhile(users: Connection, way: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Swap the table once the catalog has been read."""
    done: list[bool] = []

    def swap() -> None:
        if not done:
            users.execute(SWAP)
        done.append(True)

    monkeypatch.setattr(reading._Reader, "_read_once", swapping(reading._Reader._read_once, swap))
    monkeypatch.setattr("seedkit.runner.dump.let_read", swapping(dumping.let_read, swap))
    yield
    assert done


@pytest.mark.usefixtures("swapped_meanwhile")
def test_a_check_reads_the_other_tables_and_names_this_one(users: Connection, database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        report = check_sequences(connection=connection)

    found = {str(sequence.table): sequence.status for sequence in report.sequences}
    assert found == {"users": "skipped", "others": "behind"}
    assert users.execute("select * from stolen").fetchall() == []


@pytest.mark.usefixtures("swapped_meanwhile")
@pytest.mark.parametrize("lent", [False, True], ids=["our own transaction", "a lent one"])
def test_a_repair_does_so_too(users: Connection, database: str, lent: bool) -> None:
    with psycopg.connect(database, autocommit=not lent) as connection:
        if lent:
            connection.execute("select 1")
        report = fix_sequences(connection=connection)

    assert not report.right
    assert {str(sequence.table) for sequence in report.sequences if sequence.status == "fixed"} == {"others"}
    assert users.execute("select * from stolen").fetchall() == []


@pytest.mark.usefixtures("swapped_meanwhile")
@pytest.mark.parametrize("condition", [None, "id > 0"])
def test_a_dump_is_refused(users: Connection, database: str, tmp_path: Path, condition: str | None) -> None:
    with connect(database, source="the test", read_only=True) as connection, pytest.raises(SeedkitError) as refused:
        dump(connection, DumpRequest(tables=("users",), condition=condition), FolderTarget(tmp_path, force=False))

    assert "users" in str(refused.value)
    assert users.execute("select * from stolen").fetchall() == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("lent", [False, True], ids=["our own transaction", "a lent one"])
@pytest.mark.parametrize("further", VIEWS_FOR_A_SEQUENCE.values(), ids=VIEWS_FOR_A_SEQUENCE)
@pytest.mark.parametrize("work", [check_sequences, fix_sequences])
def test_nor_is_one_in_the_place_of_a_sequence(
    users: Connection,
    database: str,
    monkeypatch: pytest.MonkeyPatch,
    work: Callable[..., Any],
    further: str,
    lent: bool,
) -> None:
    swap = f"""
        create function steal_while_it_is_planned(integer) returns bigint immutable language plpgsql as
            $$begin raise 'stolen'; end$$;
        alter sequence users_id_seq rename to users_id_seq_of_before;
        create view users_id_seq as
            select steal()::bigint as last_value, steal_while_it_is_planned(1) as log_cnt, true as is_called{further}
    """
    monkeypatch.setattr(
        reading._Reader, "_read_once", swapping(reading._Reader._read_once, lambda: users.execute(swap.encode()))
    )

    with psycopg.connect(database, autocommit=not lent) as connection:
        report = work(connection=connection)

    found = {str(sequence.table): sequence for sequence in report.sequences}
    assert found["users"].status == "skipped"
    assert "another relation has taken" in str(found["users"].reason)
    assert found["others"].status in ("behind", "fixed")
    assert "stolen" not in str(report)
    assert users.execute("select * from stolen").fetchall() == []


SWAPS_BETWEEN = {
    "a sequence": """
        alter sequence users_id_seq rename to users_id_seq_of_before;
        create view users_id_seq as select steal()::bigint as last_value, 0 as log_cnt, true as is_called
    """,
    "a sequence, with a column for its place": """
        alter sequence users_id_seq rename to users_id_seq_of_before;
        create view users_id_seq as
            select steal()::bigint as last_value, 0 as log_cnt, true as is_called, '(0,1)'::tid as ctid
    """,
    "a table": SWAP,
    "a table, with a column for its place": """
        alter table users rename to users_of_before;
        create view users as select steal() as id, '(0,1)'::tid as ctid
    """,
    "a table, with a function for its place": """
        alter table users rename to users_of_before;
        create view users as select steal() as id;
        create function ctid(users) returns tid language sql as $$select '(0,1)'::tid$$;
    """,
}


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("lent", [False, True], ids=["our own transaction", "a lent one"])
@pytest.mark.parametrize("swap", SWAPS_BETWEEN.values(), ids=SWAPS_BETWEEN)
def test_nor_is_one_that_comes_after_the_first_look_of_the_server(
    users: Connection, database: str, monkeypatch: pytest.MonkeyPatch, swap: str, lent: bool
) -> None:
    """Whoever owns the schema can rename it while the server reads the statement, and put another one there."""
    monkeypatch.setattr(
        reading._Reader, "_read_once", swapping(reading._Reader._read_once, lambda: users.execute(swap.encode()))
    )
    monkeypatch.setattr(reading_statements, "_are_sequences", lambda _: sql.SQL("select where false"))
    monkeypatch.setattr(reading_statements, "_check", lambda _: [])

    with psycopg.connect(database, autocommit=not lent) as connection:
        report = check_sequences(["users"], connection=connection)

    assert report.sequences[0].status == "skipped"
    assert users.execute("select * from stolen").fetchall() == []


@pytest.mark.usefixtures("way")
def test_a_foreign_table_in_the_place_of_a_sequence_is_not_read(
    users: Connection, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    swap = """
        alter sequence users_id_seq rename to users_id_seq_of_before;
        create foreign data wrapper afar;
        create server elsewhere foreign data wrapper afar;
        create foreign table users_id_seq (last_value bigint, log_cnt bigint, is_called boolean) server elsewhere;
    """
    monkeypatch.setattr(
        reading._Reader, "_read_once", swapping(reading._Reader._read_once, lambda: users.execute(swap))
    )

    with psycopg.connect(database, autocommit=True) as connection:
        report = check_sequences(["users"], connection=connection)

    assert "another relation has taken" in str(report.sequences[0].reason)


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("swapped", ["users", "orders"])
@pytest.mark.parametrize("place", ["", ", '(0,1)'::tid as ctid"], ids=["its columns", "a column for its place"])
@pytest.mark.parametrize("with_references", [False, True])
def test_nor_by_a_dump(
    users: Connection,
    database: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    swapped: str,
    place: str,
    with_references: bool,
) -> None:
    users.execute(
        "create table orders (id integer, user_id integer references users); insert into orders values (1, 41)"
    )
    swap = f"""
        alter table {swapped} rename to of_before;
        create view {swapped} as select steal() as id, 41 as user_id, oid as tableoid{place} from pg_class limit 1
    """
    monkeypatch.setattr(
        "seedkit.runner.dump.let_read", swapping(dumping.let_read, lambda: users.execute(swap.encode()))
    )
    monkeypatch.setattr(statements, "nothing_but_tables", lambda _: sql.SQL("select"))
    request = DumpRequest(tables=("orders",) if with_references else (swapped,), with_references=with_references)

    with connect(database, source="the test") as connection, pytest.raises(SeedkitError) as refused:
        dump(connection, request, FolderTarget(tmp_path, force=False))

    assert "INSERT" not in str(refused.value)  # which a dump could not do anyway


@pytest.mark.usefixtures("way")
@pytest.mark.parametrize("highest", [41, 9_000_000], ids=["a climb", "a leap"])
def test_tables_are_read_where_nobody_has_swapped_them(users: Connection, database: str, highest: int) -> None:
    users.execute("update users set id = %s", (highest,))

    with psycopg.connect(database, autocommit=True) as connection:
        report = fix_sequences(connection=connection)

    assert [sequence.status for sequence in report.sequences] == ["fixed", "fixed"]


def test_a_lent_transaction_may_read_views_afterwards(users: Connection, database: str) -> None:
    users.execute("create view all_users as select * from users")

    with psycopg.connect(database) as connection:
        fix_sequences(["users"], connection=connection)

        assert connection.execute("select id from all_users").fetchall() == [(41,)]
