"""Sequences that are named: refused where the ids say nothing about them, or lie too far; moved by force."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from seedkit import fix_sequence, fix_sequences
from seedkit.errors import SequenceError
from tests.conftest import Run
from tests.postgres.sequences.sequence_states import state_of

Connection = psycopg.Connection[Any]
MASTODON = """
create sequence statuses_id_seq;
create function timestamp_id(table_name text) returns bigint language plpgsql as $$
declare time_part bigint; tail bigint;
begin
    time_part := (date_part('epoch', now()) * 1000)::bigint << 16;
    tail := ('x' || substr(md5(table_name || nextval(table_name || '_id_seq')), 1, 4))::bit(16)::bigint;
    return time_part | tail;
end $$;
create table statuses (id bigint primary key default timestamp_id('statuses'), text text);
insert into statuses values (117699778294579206);
select setval('statuses_id_seq', 6);
"""


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


def test_a_function_that_computes_keeps_its_sequence(
    connection: Connection, module_database: str, seedkit: Run
) -> None:
    """§3 A named sequence is refused where the column's function computes with its value, which would destroy it."""
    connection.execute(MASTODON)

    ran = seedkit("fix-sequence", "statuses", "id", "statuses_id_seq", DATABASE_URL=module_database)

    assert ran.returncode == 1
    assert 'sequence "statuses_id_seq" can not be moved by the values of statuses.id' in ran.stderr
    assert "timestamp_id" in ran.stderr
    assert state_of(connection, "statuses_id_seq") == (6, True)


@pytest.mark.parametrize("default", ["timestamp_id('statuses')", "outer_id()", "timestamp_id('x' || current_user)"])
def test_no_hint_names_a_sequence_for_a_function_that_computes(connection: Connection, default: str) -> None:
    """§7 The hint for a function that computes does not say to name a sequence."""
    connection.execute(MASTODON)
    connection.execute("create function outer_id() returns bigint language sql as $$ select timestamp_id('x') $$")
    connection.execute(f"alter table statuses alter id set default {default}".encode())

    (report,) = fix_sequences(connection=connection).sequences

    assert (report.status, "fix-sequence" in (report.hint or "")) == ("skipped", False)


COMPUTING = {
    "an expression": "create table users (id bigint primary key default nextval('ids') * 1024)",
    "a function around it": (
        "create function spread(bigint) returns bigint return $1 << 10;"
        " create table users (id bigint primary key default spread(nextval('ids')))"
    ),
    "a function": (
        "create function next() returns bigint language sql as $$ select nextval('ids') << 10 $$;"
        " create table users (id bigint primary key default next())"
    ),
    "a trigger": (
        "create table users (id bigint primary key);"
        " create function fill() returns trigger language plpgsql as"
        " $$ begin new.id := nextval('ids') * 1024; return new; end $$;"
        " create trigger fill before insert on users for each row execute function fill()"
    ),
}


@pytest.mark.parametrize("sql", COMPUTING.values(), ids=COMPUTING)
@pytest.mark.parametrize("sequence", ["ids", "others"])
def test_a_column_that_is_computed_moves_no_sequence(connection: Connection, sql: str, sequence: str) -> None:
    """§3 A column whose values are computed from a sequence's moves neither that one nor another but by force."""
    connection.execute("create sequence ids; create sequence others")
    connection.execute(sql.encode())
    connection.execute("set session_replication_role = replica; insert into users values (41)")
    connection.execute("reset session_replication_role")

    with pytest.raises(SequenceError) as refused:
        fix_sequence("users", "id", sequence, connection=connection)
    untouched = state_of(connection, sequence)
    forced = fix_sequence("users", "id", sequence, force=True, connection=connection)

    assert untouched == (1, False)
    assert "--force" in str(refused.value.hint)
    assert (forced.highest_id, forced.next_value) == (41, 42)


def stamped(connection: Connection, *ids: int) -> None:
    """A table that nothing links to the sequence `app_ids`, with some ids."""
    connection.execute("create sequence app_ids; create table users (id bigint primary key)")
    for id_ in ids:
        connection.execute("insert into users values (%s)", (id_,))


def test_a_gap_out_of_all_proportion_is_refused(connection: Connection, module_database: str, seedkit: Run) -> None:
    """§3 A named sequence is refused where the gap is out of all proportion to the rows; --force moves it."""
    stamped(connection, 117699778294579206, 117699778294579207)

    refused = seedkit("fix-sequence", "users", "id", "app_ids", DATABASE_URL=module_database)
    untouched = state_of(connection, "app_ids")
    forced = seedkit("fix-sequence", "users", "id", "app_ids", "--force", DATABASE_URL=module_database)

    assert (refused.returncode, untouched) == (1, (1, False))
    assert "out of all proportion to the 2 rows of users" in refused.stderr
    assert (forced.returncode, state_of(connection, "app_ids")) == (0, (117699778294579207, True))


@pytest.mark.parametrize("more", [["--dry-run"], ["--sql"], ["--wait"]])
def test_no_way_of_asking_gets_round_the_refusal(
    connection: Connection, module_database: str, seedkit: Run, more: list[str]
) -> None:
    """§3 A gap out of all proportion is refused in a dry run, in a script and with --wait as well."""
    stamped(connection, 10**15)

    ran = seedkit("fix-sequence", "users", "id", "app_ids", *more, DATABASE_URL=module_database)

    assert (ran.returncode, "out of all proportion" in ran.stderr, "setval" in ran.stdout) == (1, True, False)


@pytest.mark.parametrize("ids", [[1_000_000], range(1_998_500, 2_000_501), []])
def test_a_gap_in_proportion_is_closed(connection: Connection, ids: list[int]) -> None:
    """§3 A gap of up to a million steps, or a thousand for each row, is in proportion."""
    stamped(connection)
    connection.execute("insert into users select unnest(%s::bigint[])", (list(ids),))

    report = fix_sequence("users", "id", "app_ids", connection=connection)

    assert report.next_value == max(ids, default=0) + 1


@pytest.mark.parametrize(
    "sql",
    [
        "create table users (id bigserial primary key)",
        "create table users (id bigint primary key); create sequence users_id_seq owned by users.id",
    ],
)
def test_a_sequence_that_is_linked_needs_no_proportion(connection: Connection, sql: str) -> None:
    """§3 A sequence that the catalog links to the column is moved however far that is, named or not."""
    connection.execute(sql.encode())
    connection.execute("insert into users values (1000000000000)")

    report = fix_sequence("users", "id", "users_id_seq", connection=connection)

    assert report.next_value == 1_000_000_000_001


def test_a_refusal_leaves_a_borrowed_transaction_usable(connection: Connection) -> None:
    """§3 A refusal inside a caller's transaction leaves that open and as it was."""
    stamped(connection, 10**15)

    with connection.transaction():
        with pytest.raises(SequenceError, match="out of all proportion"):
            fix_sequence("users", "id", "app_ids", connection=connection)
        connection.execute("insert into users values (1)")

    assert connection.execute("select count(*) from users").fetchone() == (2,)
