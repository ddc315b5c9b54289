"""Every way a sequence can feed a column: after a repair, the insert through the default finds a free id."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql

from seedkit import check_sequences, fix_sequence, fix_sequences
from seedkit.core.reports.runs import SequenceReport
from seedkit.errors import CatalogError, SequenceError
from tests.postgres.sequences.sequence_states import inserted_id, state_of

ORDERS = (
    "create sequence order_ids; create table orders (id bigint primary key default nextval('order_ids'), note text)"
)


@pytest.fixture
def connection(emptied: psycopg.Connection) -> psycopg.Connection:
    return emptied


def behind(connection: psycopg.Connection) -> list[str]:
    """The sequences that a check finds behind, or can't judge, as `status: sequence`."""
    reports = check_sequences(connection=connection).sequences
    return [f"{report.status}: {report.sequence}" for report in reports if not report.right]


def only_report(connection: psycopg.Connection) -> SequenceReport:
    (report,) = fix_sequences(connection=connection).sequences
    return report


@contextmanager
def second_session(connection: psycopg.Connection) -> Iterator[psycopg.Connection]:
    with psycopg.connect(connection.info.dsn, autocommit=True) as other:
        yield other


@pytest.mark.parametrize("kind", ["smallserial", "serial", "bigserial"])
def test_a_serial_of_any_width_is_fixed(connection: psycopg.Connection, kind: str) -> None:
    """§1 A sequence feeds the column that owns it, whatever the width of the serial."""
    connection.execute(f"create table users (id {kind} primary key, name text)")
    connection.execute("insert into users (id) values (41)")

    fix_sequence("users", connection=connection)

    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


@pytest.mark.parametrize("generated", ["always", "by default"])
def test_an_identity_column_is_fixed(connection: psycopg.Connection, generated: str) -> None:
    """§1 An identity column has no default in the catalog: its internal dependency tells the sequence."""
    connection.execute(f"create table users (id int generated {generated} as identity primary key, name text)")
    connection.execute("insert into users (id) overriding system value values (41)")

    fix_sequence("users", connection=connection)

    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


def test_a_sequence_that_nobody_owns_is_found_by_the_default(connection: psycopg.Connection) -> None:
    """§1 A sequence without an owner, for which pg_get_serial_sequence gives NULL, is found by the default."""
    connection.execute(ORDERS)
    connection.execute("insert into orders (id) values (41)")

    report = fix_sequence("orders", connection=connection)

    assert str(report.sequence) == "order_ids"
    assert inserted_id(connection, "insert into orders (note) values ('new') returning id") == 42


def test_a_default_outranks_ownership(connection: psycopg.Connection) -> None:
    """§1 A default outranks ownership: the sequence that it was switched away from is left alone."""
    connection.execute("create table users (id serial primary key, name text)")
    connection.execute("create sequence shard_ids; alter table users alter id set default nextval('shard_ids')")
    connection.execute("insert into users (id) values (41)")
    dead = state_of(connection, "users_id_seq")

    report = only_report(connection)

    assert str(report.sequence) == "shard_ids"
    assert state_of(connection, "users_id_seq") == dead
    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


def test_an_identity_outranks_ownership(connection: psycopg.Connection) -> None:
    """§1 An identity outranks ownership: the serial's sequence that a migration to identity leaves behind is dead."""
    connection.execute("create table users (id serial primary key, name text); insert into users (id) values (41)")
    connection.execute("alter table users alter id drop default, alter id add generated always as identity")
    dead = state_of(connection, "users_id_seq")

    report = only_report(connection)

    assert (str(report.sequence), state_of(connection, "users_id_seq")) == ("users_id_seq1", dead)
    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


@pytest.mark.parametrize(
    "default",
    [
        "coalesce(nextval('ids'), 0)",
        "nextval('ids')::numeric::bigint",
        "greatest(nextval('ids'), 10)",
        "case when current_user = 'nobody' then 0 else nextval('ids') end",
    ],
)
def test_an_expression_that_keeps_the_value_is_seen_through(connection: psycopg.Connection, default: str) -> None:
    """§1 An expression around nextval feeds the column like a bare one where it keeps the value."""
    connection.execute(f"create sequence ids; create table users (id bigint primary key default {default}, name text)")
    connection.execute("insert into users (id) values (41)")

    fix_sequence("users", connection=connection)

    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


def test_both_branches_of_a_default_are_fixed(connection: psycopg.Connection) -> None:
    """§1 A default that draws from one of two sequences feeds the column by both."""
    connection.execute("create sequence even_ids increment 2 start 2; create sequence odd_ids increment 2 start 1")
    connection.execute(
        "create table users (name text, id bigint primary key default"
        " case when now() < 'infinity' then nextval('even_ids') else nextval('odd_ids') end)"
    )
    connection.execute("insert into users (id) values (41)")

    reports = fix_sequences(["users"], connection=connection).sequences

    assert [(str(report.sequence), report.next_value) for report in reports] == [("even_ids", 42), ("odd_ids", 43)]
    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


def test_a_text_made_from_nextval_is_judged_by_the_number_in_it(connection: psycopg.Connection) -> None:
    """§1 'p' || nextval('s') is judged by the numbers in the keys."""
    connection.execute("create sequence codes; create table parts (code text unique default 'p' || nextval('codes'))")
    connection.execute("insert into parts values ('p9'), ('p10')")

    report = only_report(connection)

    assert (str(report.sequence), report.status, report.highest_id) == ("codes", "fixed", 10)
    assert connection.execute("insert into parts values (default) returning code").fetchone() == ("p11",)


@pytest.mark.parametrize("default", ["nextval('ids') * 10", "-nextval('ids')", "mirrored(nextval('ids'))"])
def test_ids_computed_from_a_sequence_are_never_called_right(connection: psycopg.Connection, default: str) -> None:
    """§1 Ids computed from the sequence's values can't be compared with it, and are reported instead of called ok."""
    connection.execute("create sequence ids; create function mirrored(bigint) returns bigint return 1000 - $1")
    connection.execute(f"create table users (id bigint primary key default {default})")
    connection.execute("insert into users values (7)")
    before = state_of(connection, "ids")

    report = only_report(connection)

    assert (report.status, state_of(connection, "ids")) == ("skipped", before)
    assert report.reason is not None
    assert report.reason.startswith("users.id is computed from the sequence's values")


def test_a_hash_beside_an_id_does_not_hide_that_the_sequence_is_behind(connection: psycopg.Connection) -> None:
    """§1 A sequence that feeds an id and what can't be compared is judged by the id; the other is named."""
    connection.execute("create sequence ids")
    connection.execute(
        "create table parts (id int default nextval('ids') primary key, code text default md5(nextval('ids')::text))"
    )
    connection.execute("insert into parts values (41, 'p1')")

    report = only_report(connection)

    assert (report.status, report.warning) == ("fixed", "parts.code (text) was not compared")
    assert inserted_id(connection, "insert into parts (code) values ('new') returning id") == 42


def test_currval_draws_nothing(connection: psycopg.Connection) -> None:
    """§1 currval depends on its sequence as nextval does, but does not feed the column."""
    connection.execute("create table users (id serial primary key, name text)")
    connection.execute("create table log (user_id int default currval('users_id_seq'))")
    connection.execute("insert into users (id) values (41); insert into log values (1000)")

    report = only_report(connection)

    assert (str(report.table), report.column, report.next_value) == ("users", "id", 42)


def test_currval_beside_nextval_does_not_feed(connection: psycopg.Connection) -> None:
    """§1 Where a default has both nextval and currval, only the sequence of nextval feeds the column."""
    connection.execute("create sequence ids; create sequence tenants; create sequence unused")
    connection.execute("create table users (name text, id bigint default coalesce(nextval('ids'), currval('tenants')))")
    connection.execute("insert into users (id) values (41)")
    tenants = state_of(connection, "tenants")

    report = only_report(connection)

    assert (str(report.sequence), state_of(connection, "tenants")) == ("ids", tenants)
    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


@pytest.mark.parametrize("name", ["ids", "public.ids", "IDS", '"public"."ids"'])
def test_the_late_bound_text_form_is_looked_up(connection: psycopg.Connection, name: str) -> None:
    """§1 nextval('s'::text) leaves no dependency: its name is read from the stored default and looked up."""
    connection.execute("create sequence ids")
    connection.execute(f"create table users (id int primary key default nextval('{name}'::text), name text)")
    connection.execute("insert into users (id) values (41)")

    report = fix_sequence("users", connection=connection)

    assert str(report.sequence) == "ids"
    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


def test_a_late_bound_name_outranks_ownership(connection: psycopg.Connection) -> None:
    """§1 A default outranks ownership in the late-bound form as well."""
    connection.execute("create table users (id serial primary key, name text); create sequence shard_ids")
    connection.execute("alter table users alter id set default nextval('shard_ids'::text)")
    connection.execute("insert into users (id) values (41)")
    dead = state_of(connection, "users_id_seq")

    report = only_report(connection)

    assert (str(report.sequence), state_of(connection, "users_id_seq")) == ("shard_ids", dead)
    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


@pytest.mark.parametrize("name", ["gone", "elsewhere.ids", "no such. name..at all", '"open', "a.b.c.d"])
def test_a_late_bound_name_that_finds_nothing_is_reported(connection: psycopg.Connection, name: str) -> None:
    """§1 A late-bound name that can't be resolved, or read at all, is reported and never called ok."""
    connection.execute("create table users (id int primary key, name text)")
    connection.execute(sql.SQL("alter table users alter id set default nextval({}::text)").format(sql.Literal(name)))
    connection.execute("insert into users (id) values (41)")

    report = only_report(connection)

    assert (report.status, report.sequence) == ("skipped", None)
    assert report.reason == f'its default looks up "{name}" at every insert, and there is no such sequence'


def test_names_that_can_not_be_read_do_not_hide_the_others(connection: psycopg.Connection) -> None:
    """§1 to_regclass raises on bad syntax; the other late-bound names are found all the same."""
    connection.execute("create sequence ids")
    connection.execute("create table broken (id int default nextval('\"open'::text))")
    connection.execute("create table users (id int primary key default nextval('ids'::text), name text)")
    connection.execute("insert into users (id) values (41)")

    report = fix_sequences(connection=connection)

    assert [str(found.status) for found in report.sequences] == ["skipped", "fixed"]
    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


MADE_UP = "its default makes up the name of its sequence at every insert"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("'ids_' || current_user", MADE_UP),
        ("case when now() > '2000-01-01' then 'ids'::regclass end", MADE_UP),
        ("own_ids()", MADE_UP),
    ],
)
def test_a_name_made_up_at_every_insert_is_reported(connection: psycopg.Connection, name: str, reason: str) -> None:
    """§1 A sequence whose name is computed at every insert can't be known: it is reported."""
    connection.execute("create sequence ids; create function own_ids() returns regclass return 'ids'::regclass")
    connection.execute(f"create table users (id int primary key default nextval({name}))")

    report = only_report(connection)

    assert (report.status, report.sequence) == ("skipped", None)
    assert report.reason == reason


def test_the_default_is_read_without_a_lock(connection: psycopg.Connection) -> None:
    """§1 pg_get_expr blocks behind ACCESS EXCLUSIVE, so defaults are read as stored: a locked table holds up nobody."""
    connection.execute("create sequence ids; create table users (id int primary key default nextval('ids'::text))")
    connection.execute("create table orders (id serial primary key); insert into orders values (41)")

    with second_session(connection) as other, other.transaction():
        other.execute("lock table users in access exclusive mode")
        report = fix_sequences(lock_timeout="100ms", connection=connection)

    assert [(str(found.table), str(found.status)) for found in report.sequences] == [
        ("orders", "fixed"),
        ("users", "skipped"),
    ]


@pytest.mark.parametrize(
    ("language", "body"),
    [
        ("sql", "select nextval('ids')"),
        ("sql", " SELECT pg_catalog.nextval('public.ids'::regclass); "),
        ("plpgsql", "begin\n  return nextval('ids');\nend;"),
    ],
)
def test_a_function_that_only_wraps_nextval_is_seen_through(
    connection: psycopg.Connection, language: str, body: str
) -> None:
    """§1 A function default that does nothing but call nextval is resolved."""
    connection.execute("create sequence ids")
    connection.execute(f"create function next_id() returns bigint language {language} as $body${body}$body$")
    connection.execute("create table users (id bigint primary key default next_id(), name text)")
    connection.execute("insert into users (id) values (41)")

    report = fix_sequence("users", connection=connection)

    assert str(report.sequence) == "ids"
    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


SHARDED = """
create sequence ids;
create function sharded_id() returns bigint language plpgsql as
    $$ begin return (extract(epoch from now())::bigint << 10) | (nextval('ids') % 1024); end $$;
create function outer_id() returns bigint language sql as $$ select sharded_id() $$;
create function built_id() returns bigint language plpgsql as
    $$ declare id bigint; begin execute 'select next' || 'val(''ids'')' into id; return id; end $$;
create function atomic_id() returns bigint begin atomic; select nextval('ids'); end;
"""


@pytest.mark.parametrize(
    ("function", "sequence", "reason"),
    [
        (
            "sharded_id()",
            "ids",
            "users.id is computed from the sequence's values by sharded_id(), "
            "so its highest value says nothing about the sequence",
        ),
        (
            "outer_id()",
            None,
            "its default calls outer_id(), and how its value follows from what that draws can't be known",
        ),
        ("built_id()", None, "its default calls built_id(), and which sequence that draws from can't be known"),
    ],
)
def test_a_function_default_that_may_draw_is_reported(
    connection: psycopg.Connection, function: str, sequence: str | None, reason: str
) -> None:
    """§1 A function default that computes with what it draws is reported, never called ok."""
    connection.execute(SHARDED)
    connection.execute(f"create table users (id bigint primary key default {function}, name text)")
    connection.execute("insert into users (id) values (41)")

    report = only_report(connection)

    assert (report.status, report.sequence and str(report.sequence)) == ("skipped", sequence)
    assert report.reason == reason
    with pytest.raises(SequenceError, match="skipped"):
        fix_sequence("users", connection=connection)


def test_a_function_in_sql_standard_form_is_judged(connection: psycopg.Connection) -> None:
    """§1 A function with a body in SQL-standard form is stored as a tree, which tells what it returns."""
    connection.execute(SHARDED)
    connection.execute("create table users (id bigint primary key default atomic_id(), name text)")
    connection.execute("insert into users (id) values (41)")

    fix_sequence("users", connection=connection)

    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


def test_a_function_default_outranks_ownership(connection: psycopg.Connection) -> None:
    """§1 A function default outranks ownership too."""
    connection.execute(SHARDED)
    connection.execute("create table users (id bigserial primary key, name text)")
    connection.execute("alter table users alter id set default sharded_id()")
    connection.execute("insert into users (id) values (1 << 40)")
    owned = state_of(connection, "users_id_seq")

    report = only_report(connection)

    assert (report.status, str(report.sequence)) == ("skipped", "ids")
    assert state_of(connection, "users_id_seq") == owned


@pytest.mark.parametrize(
    "body",
    ["select (random() * 1e9)::bigint", "select current_setting('app.tenant')::bigint", "select 1"],
)
def test_a_function_that_draws_from_no_sequence_is_not_reported(connection: psycopg.Connection, body: str) -> None:
    """§1 A function whose source shows that it draws from no sequence is no concern of a repair."""
    connection.execute(f"create function made_up() returns bigint language sql as $body${body}$body$")
    connection.execute("create table users (id bigint primary key default made_up())")

    assert check_sequences(connection=connection).sequences == ()


def test_a_domains_default_feeds_every_column_of_the_domain(connection: psycopg.Connection) -> None:
    """§1 A domain's default feeds all columns of the domain that have no default of their own."""
    connection.execute("create sequence ids; create domain entity_id as bigint default nextval('ids')")
    connection.execute("create table users (id entity_id primary key, name text)")
    connection.execute("create table orders (id entity_id primary key, note text)")
    connection.execute("create table fixed (id entity_id default 7)")
    connection.execute("insert into users values (41); insert into orders values (99); insert into fixed values (500)")

    report = only_report(connection)

    assert (report.highest_id, report.next_value) == (99, 100)
    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 100


def test_a_column_of_a_domain_over_a_domain_is_judged_by_the_type_below(connection: psycopg.Connection) -> None:
    """§1 A column of a domain, or of a domain over a domain, is fed like one of its base type."""
    connection.execute("create domain positive as int check (value > 0); create domain user_id as positive")
    connection.execute("create sequence ids")
    connection.execute("create table users (id user_id primary key default nextval('ids'), name text)")
    connection.execute("insert into users (id) values (41)")

    fix_sequence("users", connection=connection)

    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


def test_a_shared_sequence_is_behind_the_highest_id_of_all_its_columns(connection: psycopg.Connection) -> None:
    """§1 A sequence's highest id is over all columns that it feeds, in whichever table."""
    connection.execute("create sequence ids")
    connection.execute("create table users (id int primary key default nextval('ids'), name text)")
    connection.execute("create table orders (id int primary key default nextval('ids'), note text)")
    connection.execute("insert into users values (7); insert into orders values (41)")

    report = fix_sequence("users", connection=connection)

    assert (str(report.table), report.highest_id) == ("users", 41)
    assert inserted_id(connection, "insert into orders (note) values ('new') returning id") == 42


def test_a_table_made_like_another_shares_its_sequence(connection: psycopg.Connection) -> None:
    """§1 LIKE INCLUDING DEFAULTS shares the original's sequence."""
    connection.execute("create table users (id serial primary key, name text)")
    connection.execute("create table archived (like users including defaults)")
    connection.execute("insert into archived (id) values (41)")

    fix_sequence("users", connection=connection)

    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42
    assert inserted_id(connection, "insert into archived (name) values ('Ada') returning id") == 43


def test_an_owned_sequence_without_a_default_serves_its_owner_column(connection: psycopg.Connection) -> None:
    """§1 An owned sequence with no default, fed by a trigger or the application, is behind its owner column."""
    connection.execute("create table users (id int primary key, name text)")
    connection.execute("create sequence ids owned by users.id")
    connection.execute(
        "create function fill() returns trigger language plpgsql as"
        " $$ begin new.id = coalesce(new.id, nextval('ids')); return new; end $$;"
        "create trigger fill before insert on users for each row execute function fill()"
    )
    connection.execute("insert into users values (41)")

    fix_sequence("users", connection=connection)

    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


def test_an_owned_sequence_beside_a_constant_default_serves_its_owner_column(connection: psycopg.Connection) -> None:
    """§1 A default that draws from nothing leaves the owned sequence to the application."""
    connection.execute("create table users (id int primary key default 0)")
    connection.execute("create sequence ids owned by users.id; insert into users values (41)")

    fix_sequence("users", connection=connection)

    assert inserted_id(connection, "insert into users values (nextval('ids')) returning id") == 42


PARTITIONED = """
create table events (id {id}, place text) partition by list (place);
create table events_here partition of events for values in ('here');
create table events_there partition of events for values in ('there') partition by range (id);
create table events_far partition of events_there default;
"""


def test_the_leaves_of_a_partitioned_serial_are_counted_once(connection: psycopg.Connection) -> None:
    """§1 Partitions share the root's sequence: the highest id is that of the root, with all its leaves."""
    connection.execute(PARTITIONED.format(id="serial"))
    connection.execute("insert into events values (7, 'here'), (41, 'there')")

    report = only_report(connection)

    assert (str(report.table), report.highest_id) == ("events", 41)
    assert inserted_id(connection, "insert into events (place) values ('here') returning id") == 42
    assert inserted_id(connection, "insert into events_here (place) values ('here') returning id") == 43


def test_an_identity_on_a_partitioned_table_is_behind_its_leaves(connection: psycopg.Connection) -> None:
    """§1 An identity on a partitioned table is judged by the ids of all leaves."""
    connection.execute(PARTITIONED.format(id="int generated by default as identity"))
    connection.execute("insert into events values (7, 'here'), (41, 'there')")

    report = only_report(connection)

    assert (str(report.table), report.highest_id) == ("events", 41)
    assert inserted_id(connection, "insert into events (place) values ('there') returning id") == 42


def test_a_leaf_of_an_identity_draws_from_the_root(connection: psycopg.Connection, postgres_version: int) -> None:
    """§1 On 18 a leaf has the root's identity without a dependency of its own: it is found by walking upwards."""
    if postgres_version < 17:
        pytest.skip("before PostgreSQL 17 a leaf has no identity: inserts go through the root")
    connection.execute(PARTITIONED.format(id="int generated by default as identity"))
    connection.execute("insert into events values (7, 'here'), (41, 'there')")

    report = fix_sequence("events_far", connection=connection)

    assert str(report.sequence) == "events_id_seq"
    assert inserted_id(connection, "insert into events_far (place) values ('there') returning id") == 42


def test_a_leaf_of_an_identity_has_none_before_17(connection: psycopg.Connection, postgres_version: int) -> None:
    """§1 On 15 and 16 the leaves of an identity draw from nothing, and a repair of one says so."""
    if postgres_version >= 17:
        pytest.skip("since PostgreSQL 17 a leaf has the root's identity")
    connection.execute(PARTITIONED.format(id="int generated by default as identity"))

    with pytest.raises(SequenceError, match='no sequence feeds table "events_far"'):
        fix_sequence("events_far", connection=connection)


def test_an_attached_leaf_keeps_its_own_sequence(connection: psycopg.Connection) -> None:
    """§1 A leaf that was attached with a sequence of its own is repaired like any table, and the root besides."""
    connection.execute("create table events (id serial, place text) partition by list (place)")
    connection.execute("create table old_events (id serial, place text)")
    connection.execute("insert into old_events values (41, 'here')")
    connection.execute("alter table events attach partition old_events for values in ('here')")

    reports = fix_sequences(connection=connection).sequences

    assert [(str(report.sequence), report.next_value) for report in reports] == [
        ("events_id_seq", 42),
        ("old_events_id_seq", 42),
    ]
    assert inserted_id(connection, "insert into events (place) values ('here') returning id") == 42
    assert inserted_id(connection, "insert into old_events (place) values ('here') returning id") == 42


def test_an_unresolved_default_of_partitions_is_reported_once(connection: psycopg.Connection) -> None:
    """§1 A default that can't be resolved is reported for the root, and not for each leaf again."""
    connection.execute(PARTITIONED.format(id="int default nextval('gone'::text)"))

    report = only_report(connection)

    assert (str(report.table), report.status) == ("events", "skipped")


def test_inherited_tables_share_the_parents_sequence(connection: psycopg.Connection) -> None:
    """§1 Inheritance shares the parent's sequence: the ids of children that draw from it count."""
    connection.execute("create table people (id serial, name text); create table clerks () inherits (people)")
    connection.execute("insert into clerks (id) values (41)")

    fix_sequence("people", connection=connection)

    assert inserted_id(connection, "insert into people (name) values ('Ada') returning id") == 42
    assert inserted_id(connection, "insert into clerks (name) values ('Ada') returning id") == 43


def test_the_children_of_an_identity_count(connection: psycopg.Connection) -> None:
    """§1 Ids in the children of an identity's table count, as these draw from no sequence of their own."""
    connection.execute("create table people (id int generated by default as identity, name text)")
    connection.execute("create table clerks () inherits (people); insert into clerks (id) values (41)")

    fix_sequence("people", connection=connection)

    assert inserted_id(connection, "insert into people (name) values ('Ada') returning id") == 42


def test_a_child_with_a_sequence_of_its_own_says_nothing_about_the_parents(connection: psycopg.Connection) -> None:
    """§1 The ids of a child that draws from its own sequence decide about that one, and not about the parent's."""
    connection.execute(
        """
        create table people (id serial, name text);
        create table clerks (id serial, name text) inherits (people);
        create table heads () inherits (clerks);
        create table guests () inherits (people);
        insert into people (id) values (3); insert into clerks (id) values (41);
        insert into heads (id) values (50); insert into guests (id) values (7);
        """
    )

    reports = {report.table.name: report for report in fix_sequences(connection=connection).sequences}

    assert {name: report.next_value for name, report in reports.items()} == {"guests": 8, "clerks": 51}
    assert inserted_id(connection, "insert into people (name) values ('Ada') returning id") == 8
    assert inserted_id(connection, "insert into heads (name) values ('Ada') returning id") == 51


@pytest.mark.parametrize("named", [["people"], ["people", "id", "people_id_seq"]], ids=["a table", "a sequence"])
def test_so_it_is_for_a_table_that_is_named(connection: psycopg.Connection, named: list[str]) -> None:
    """§1 A child's own sequence is looked for also where only its parent is asked for."""
    connection.execute("create table people (id int generated by default as identity, name text)")
    connection.execute("create table clerks (id int default nextval('people_id_seq'), name text) inherits (people)")
    connection.execute("create sequence own; alter table clerks alter id set default nextval('own')")
    connection.execute("create table guests () inherits (people); insert into guests (id) values (7)")
    connection.execute("insert into people (id) values (3); insert into clerks (id) values (41)")

    report = fix_sequence(*named, connection=connection)

    assert (report.status, report.highest_id, report.next_value) == ("fixed", 7, 8)
    assert inserted_id(connection, "insert into people (name) values ('Ada') returning id") == 8


def test_a_parent_is_in_step_whatever_its_children_draw_from_others(connection: psycopg.Connection) -> None:
    """§1 A parent of INHERITS is not behind because of a child that draws from its own sequence."""
    connection.execute("create table people (id serial, name text)")
    connection.execute("create table clerks (id serial, name text) inherits (people); insert into clerks values (1)")
    connection.execute("insert into people (name) values ('Ada'); select setval('clerks_id_seq', 900)")
    connection.execute("insert into clerks (name) values ('Grace')")

    report = check_sequences(["people"], connection=connection)

    assert [(str(found.table), found.status, found.highest_id) for found in report.sequences] == [
        ("people", "in step", 1)
    ]


def test_a_column_that_is_no_key_is_fixed(connection: psycopg.Connection) -> None:
    """§1 A sequence feeds columns that are no key, and of any number on a table."""
    connection.execute("create table invoices (id serial primary key, number serial, position bigserial)")
    connection.execute("insert into invoices values (1, 41, 500)")

    reports = fix_sequences(["invoices"], connection=connection).sequences

    assert {report.column: report.next_value for report in reports} == {"id": 2, "number": 42, "position": 501}
    assert connection.execute("insert into invoices default values returning *").fetchone() == (2, 42, 501)


def test_one_column_of_several_is_fixed_alone(connection: psycopg.Connection) -> None:
    """§1 A named column is repaired, and the other sequences of the table are left as they are."""
    connection.execute("create table invoices (id serial primary key, number serial)")
    connection.execute("insert into invoices values (7, 41)")
    ids = state_of(connection, "invoices_id_seq")

    fix_sequence("invoices", "number", connection=connection)

    assert state_of(connection, "invoices_id_seq") == ids
    assert inserted_id(connection, "select nextval('invoices_number_seq')") == 42


def test_a_column_that_no_sequence_feeds_is_an_error(connection: psycopg.Connection) -> None:
    """§1 A column without a sequence is an error and no silent success, as setval(NULL) would be."""
    connection.execute("create table users (id serial primary key, name text)")

    with pytest.raises(SequenceError, match='no sequence feeds column "name" of table "users"') as raised:
        fix_sequence("users", "name", connection=connection)

    assert raised.value.hint == "Its columns with a sequence: id (users_id_seq)."


def test_views_and_foreign_tables_are_skipped(connection: psycopg.Connection) -> None:
    """§1 Views and foreign tables whose columns have a sequence as default are skipped."""
    connection.execute("create table users (id serial primary key, name text); create view people as table users")
    connection.execute("alter view people alter id set default nextval('users_id_seq')")
    connection.execute("create foreign data wrapper nowhere; create server far foreign data wrapper nowhere")
    connection.execute("create foreign table distant (id bigint default nextval('users_id_seq')) server far")
    connection.execute("insert into users values (41)")

    report = only_report(connection)

    assert (str(report.table), report.status) == ("users", "fixed")


def test_temporary_tables_of_other_sessions_are_left_alone(connection: psycopg.Connection) -> None:
    """§1 Other sessions' temporary tables are skipped, also where they share a sequence; our own are repaired."""
    connection.execute("create table users (id serial primary key, name text); insert into users values (41)")
    connection.execute("create temporary table ours (id serial, name text); insert into ours values (7)")

    with second_session(connection) as other:
        other.execute("create temporary table theirs (id serial, note text); insert into theirs values (7)")
        other.execute("create temporary table shared (like users including defaults); insert into shared values (99)")
        reports = fix_sequences(connection=connection).sequences

    assert {report.table.name: report.next_value for report in reports} == {"ours": 8, "users": 42}
    assert inserted_id(connection, "insert into ours (name) values ('Ada') returning id") == 8


AWKWARD = [
    "UserAccounts",
    "user accounts",
    "dotted.name",
    'say "hello"',
    "100%",
    "%s and %(name)s",
    "{braces} {0}",
    "größe",
    "注文",
    "select",
    "semi;colon--",
    "tick'tock",
    "back\\slash",
    "x" * 70,
    "ä" * 40,
]


@pytest.mark.parametrize("name", AWKWARD)
def test_a_name_of_any_kind_is_fixed(connection: psycopg.Connection, name: str) -> None:
    """§1 Schema, table, column and sequence may have names of any kind: no SQL is built from text."""
    schema, table, column = sql.Identifier(name), sql.Identifier(name, name), sql.Identifier(name)
    connection.execute(sql.SQL("create schema {}").format(schema))
    connection.execute(sql.SQL("create table {} ({} serial primary key, note text)").format(table, column))
    connection.execute(sql.SQL("insert into {} values (2000000000)").format(table))

    assert [str(report.status) for report in fix_sequences(connection=connection).sequences] == ["fixed"]
    assert fix_sequence(f"{quoted(name)}.{quoted(name)}", name, connection=connection).next_value == 2_000_000_001

    statement = sql.SQL("insert into {} (note) values ('new') returning {}").format(table, column)
    assert inserted_id(connection, statement) == 2_000_000_001


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@pytest.mark.parametrize("name", AWKWARD)
def test_a_sequence_of_any_name_is_climbed_under_a_late_bound_name(connection: psycopg.Connection, name: str) -> None:
    """§1 A late-bound name is read from the stored default byte by byte, whatever is in it."""
    connection.execute(sql.SQL("create sequence {}").format(sql.Identifier(name)))
    default = sql.Literal(quoted(name))
    connection.execute(sql.SQL("create table users (id int default nextval({}::text), name text)").format(default))
    connection.execute("insert into users values (41)")

    fix_sequence("users", connection=connection)

    assert inserted_id(connection, "insert into users (name) values ('Ada') returning id") == 42


@pytest.mark.parametrize(
    ("typed", "column"),
    [
        ("UserAccounts", "accountId"),
        ("useraccounts", "accountid"),
        ("USERACCOUNTS", "ACCOUNTID"),
        ('"UserAccounts"', '"accountId"'),
        ("public.UserAccounts", "AccountId"),
        ('PUBLIC."UserAccounts"', "accountId"),
    ],
)
def test_a_typed_name_is_found_in_whatever_case(connection: psycopg.Connection, typed: str, column: str) -> None:
    """§1 Names are found as typed, then folded, then in whatever case if just one fits."""
    connection.execute('create table "UserAccounts" ("accountId" serial primary key, name text)')
    connection.execute('insert into "UserAccounts" values (41)')

    fix_sequence(typed, column, connection=connection)

    assert inserted_id(connection, """insert into "UserAccounts" (name) values ('Ada') returning 1""") == 1


def test_an_exact_name_comes_before_a_folded_one(connection: psycopg.Connection) -> None:
    """§1 Where two names differ only in case, the one as typed is meant, then the folded one."""
    connection.execute('create table users (id serial); create table "Users" (id serial)')
    connection.execute('insert into users values (41); insert into "Users" values (7)')

    assert fix_sequence("Users", connection=connection).next_value == 8
    assert fix_sequence("USERS", connection=connection).next_value == 42


def test_a_name_that_fits_several_is_refused(connection: psycopg.Connection) -> None:
    """§1 A name in no exact case that fits several tables is an error, not a guess."""
    connection.execute('create table "Users" (id serial); create table "USERS" (id serial)')

    with pytest.raises(CatalogError, match='"users" fits several names'):
        fix_sequence("users", connection=connection)


def test_the_search_path_decides_a_bare_name(connection: psycopg.Connection) -> None:
    """§1 A bare name means the table that the search path finds; a qualified one, that of its schema."""
    connection.execute("create schema sales; create table users (id serial); create table sales.users (id serial)")
    connection.execute("insert into users values (7); insert into sales.users values (41)")
    connection.execute("set search_path = sales, public")

    assert fix_sequence("users", connection=connection).next_value == 42
    assert fix_sequence("public.users", connection=connection).next_value == 8


def test_another_search_path_finds_no_other_late_bound_sequence(connection: psycopg.Connection) -> None:
    """§1 A late-bound name means the sequence of its table's schema, whatever this session's search path finds."""
    connection.execute("create schema sales; create sequence ids; create sequence sales.ids")
    connection.execute("create table users (id int default nextval('ids'::text)); insert into users values (41)")
    connection.execute("set search_path = sales, public")

    report = only_report(connection)

    assert str(report.sequence) == "ids"
    connection.execute("set search_path = public")
    assert inserted_id(connection, "insert into users values (default) returning id") == 42


def test_a_table_off_the_search_path_is_fixed(connection: psycopg.Connection) -> None:
    """§1 Tables are resolved to OIDs once: neither table nor sequence need be on the search path."""
    connection.execute("create schema sales; create schema counters; create sequence counters.ids")
    connection.execute("create table sales.orders (id int default nextval('counters.ids'), note text)")
    connection.execute("insert into sales.orders values (41)")
    connection.execute("set search_path = ''")

    report = fix_sequence("sales.orders", connection=connection)

    assert str(report.sequence) == "counters.ids"
    assert inserted_id(connection, "insert into sales.orders (note) values ('new') returning id") == 42


@pytest.mark.parametrize("bad", ['"open', "a.b.c", "", ".", '""', "users;", "no such table"])
def test_a_name_that_means_nothing_is_an_error_that_lists_what_there_is(
    connection: psycopg.Connection, bad: str
) -> None:
    """§1 A name that can't be read is an error of ours, never one of PostgreSQL's parser."""
    connection.execute("create table users (id serial)")

    with pytest.raises(CatalogError, match="does not exist"):
        fix_sequence(bad, connection=connection)


def test_an_explicit_sequence_serves_a_column_it_is_not_linked_to(connection: psycopg.Connection) -> None:
    """§1 An explicit sequence counts where nothing links it to the column, if the column draws from no other."""
    connection.execute(
        "create sequence app_ids; create table users (id int primary key); insert into users values (41)"
    )

    report = fix_sequence("users", "id", "app_ids", connection=connection)

    assert (report.highest_id, report.next_value) == (41, 42)
    assert report.warning == "users.id has no default: an insert without it fails"
    assert inserted_id(connection, "select nextval('app_ids')") == 42


@pytest.mark.parametrize("typed", ["Job Ids", '"Job Ids"', "job ids", "public.Job Ids", 'PUBLIC."Job Ids"'])
def test_an_explicit_sequence_is_found_in_whatever_case(connection: psycopg.Connection, typed: str) -> None:
    """§1 A named sequence is looked up as a table is: as typed, then folded, then in whatever case."""
    connection.execute('create sequence "Job Ids"; create table jobs (id int); insert into jobs values (41)')

    assert fix_sequence("jobs", "id", typed, connection=connection).next_value == 42


def test_an_explicit_sequence_that_is_not_there_is_an_error(connection: psycopg.Connection) -> None:
    """§1 A named sequence that does not exist is an error that tells what the table draws from."""
    connection.execute("create table users (id serial)")

    with pytest.raises(CatalogError, match='sequence "user_ids" does not exist') as refused:
        fix_sequence("users", "id", "user_ids", connection=connection)

    assert refused.value.hint == "Table users draws from users_id_seq."


def test_an_explicit_sequence_is_still_behind_all_other_columns_it_feeds(connection: psycopg.Connection) -> None:
    """§1 The highest id of an explicit sequence is over all columns that it feeds as well."""
    connection.execute(ORDERS)
    connection.execute("create table users (id int primary key); insert into users values (41)")
    connection.execute("insert into orders (id) values (99)")

    assert fix_sequence("users", "id", "order_ids", connection=connection).next_value == 100


def test_an_explicit_sequence_is_the_dead_one_by_force_alone(connection: psycopg.Connection) -> None:
    """§1 The owned sequence that a default has left behind is refused where it is named, and repaired by force."""
    connection.execute("create table users (id serial primary key); create sequence shard_ids")
    connection.execute("alter table users alter id set default nextval('shard_ids'); insert into users values (41)")

    with pytest.raises(SequenceError, match=r"feeds nothing: users\.id draws from shard_ids"):
        fix_sequence("users", "id", "users_id_seq", connection=connection)
    fix_sequence("users", "id", "users_id_seq", force=True, connection=connection)

    assert inserted_id(connection, "select nextval('users_id_seq')") == 42


def test_a_check_finds_every_kind_in_one_go(connection: psycopg.Connection) -> None:
    """§1 One look at the catalog finds all kinds of links side by side."""
    connection.execute(ORDERS)
    connection.execute("create table users (id serial, number int generated always as identity)")
    connection.execute("create sequence late; create table logs (id int default nextval('late'::text))")
    connection.execute("insert into orders (id) values (41); insert into users overriding system value values (41, 41)")
    connection.execute("insert into logs values (41)")

    assert sorted(behind(connection)) == [
        "behind: late",
        "behind: order_ids",
        "behind: users_id_seq",
        "behind: users_number_seq",
    ]


def test_a_generated_column_draws_from_nothing(connection: psycopg.Connection) -> None:
    """§1 A generated column is no default: a function in its expression is not suspected of drawing."""
    connection.execute(
        SHARDED + "create function twice(bigint) returns bigint immutable language plpgsql as"
        " $$ begin perform 'nextval'; return $1 * 2; end $$;"
    )
    connection.execute("create table users (id bigserial, doubled bigint generated always as (twice(id)) stored)")
    connection.execute("alter table users add primary key (doubled)")

    assert [report.column for report in check_sequences(connection=connection).sequences] == ["id"]
