"""Sequences in `seedkit generate`: past the rows before these come, right at the end, where they were in a dry run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from seedkit import fix_sequence, generate
from seedkit.errors import InterruptedRunError, LoadError
from seedkit.postgres.generation.filling import TableFilling
from tests.conftest import Write

Connection = psycopg.Connection[Any]

LOGGED = """
create table audit (id bigserial primary key, what text);
create table users (id serial primary key, name text, first_seen bigint references audit);
create function log() returns trigger language plpgsql as
    $$begin execute format('insert into %I (what) values ($1)', 'audit') using new.name; return new; end$$;
create trigger log after insert on users for each row execute function log();
"""
"""Nobody can see into which table the trigger writes, so it is filled in the order of names."""
DOUBLED = """
create table users (id serial primary key, name text);
create function double() returns trigger language plpgsql as
    $$begin if pg_trigger_depth() = 1 then insert into users (name) values ('copy'); end if; return new; end$$;
create trigger double before insert on users for each row execute function double();
"""


@pytest.fixture(autouse=True)
def _folder(project: Write) -> Path:
    return project({})


@pytest.mark.parametrize(
    ("schema", "tables", "found"),
    [(LOGGED, {"audit": 20, "users": 30}, (30, 50)), (DOUBLED, {"users": 30}, (60,))],
    ids=["of a table that was filled before", "of the same table"],
)
def test_a_trigger_that_draws_from_a_sequence_meets_no_id_of_the_rows(
    connection: Connection, schema: str, tables: dict[str, int], found: tuple[int, ...]
) -> None:
    connection.execute(schema.encode())

    report = generate(tables, connection=connection)

    assert report.right, str(report)
    assert {sequence.status for sequence in report.sequences} == {"fixed"}
    counts = [connection.execute(f"select count(*) from {table}".encode()).fetchone() for table in reversed(tables)]
    assert [count for (count,) in filter(None, counts)] == list(found)
    connection.execute("insert into users (name) values ('Ada')")


def test_in_a_dry_run_such_a_collision_is_told_to_be_its_own(connection: Connection) -> None:
    connection.execute(LOGGED.encode())

    with pytest.raises(LoadError) as refused:
        generate({"audit": 2000, "users": 30}, connection=connection, dry_run=True)

    assert "A dry run moves no sequence" in str(refused.value)
    generate({"audit": 20, "users": 30}, connection=connection)


def test_a_sequence_that_is_ahead_stays_where_it_is(connection: Connection) -> None:
    connection.execute("create table users (id serial primary key); select setval('users_id_seq', 5000)")

    report = generate("users", 30, connection=connection)

    assert [(sequence.status, sequence.next_value) for sequence in report.sequences] == [("ahead", 5001)]


def test_pieces_that_were_committed_stay_and_the_command_that_goes_on_is_told(
    connection: Connection, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.execute("create table users (id serial primary key, name text not null)")
    generate("users", 50_000, url=database, now=None)
    whole = connection.execute("select * from users order by id").fetchall()
    connection.execute("truncate users restart identity")
    fill = TableFilling.fill

    def interrupted(filling: TableFilling, *arguments: Any) -> None:
        fill(filling, *arguments)
        if connection.execute("select count(*) from users").fetchone() == (16_384,):
            raise KeyboardInterrupt

    monkeypatch.setattr(TableFilling, "fill", interrupted)
    with pytest.raises(InterruptedRunError) as ended:
        generate("users", 50_000, url=database, commit_every=10_000)
    sequence = connection.execute("select last_value from users_id_seq").fetchone()
    monkeypatch.undo()
    generate("users", 50_000, url=database, top_up=True, commit_every=10_000)

    assert ended.value.detail == "kept: 16,384 rows of users"
    assert "`seedkit generate users=50000 --top-up --random-seed 0 --now 20" in str(ended.value.hint)
    assert sequence == (50_000,)
    assert connection.execute("select * from users order by id").fetchall() == whole


def test_the_command_that_goes_on_has_the_rows_counted_by_their_parents_again(
    connection: Connection, database: str, project: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    project({"generate.yml": "users: {_rows: 20}\norders: {_rows: !per {users: 3..5}}"})
    connection.execute(
        """
        create table users (id serial primary key);
        create table orders (id serial primary key, user_id integer not null references users);
        """
    )
    fill = TableFilling.fill

    def interrupted(filling: TableFilling, *arguments: Any) -> None:
        if filling.table.name.name == "orders":
            raise KeyboardInterrupt
        fill(filling, *arguments)

    monkeypatch.setattr(TableFilling, "fill", interrupted)
    with pytest.raises(InterruptedRunError, match="interrupted") as ended:
        generate(url=database, commit_every=10)

    assert "`seedkit generate orders users=20 --top-up " in str(ended.value.hint)


@pytest.mark.parametrize("commit_every", [None, 8_000])
def test_sequences_that_triggers_have_put_behind_are_told_whenever_that_was(
    connection: Connection, database: str, commit_every: int | None
) -> None:
    with_ids = LOGGED.replace("(what) values ($1)", "values ($2, $1)").replace("new.name;", "new.name, new.id;")
    connection.execute(with_ids.replace(", first_seen bigint references audit", "").encode())
    connection.execute("create table visits (id serial primary key)")

    report = generate({"users": 10_000, "visits": 10_000}, url=database, commit_every=commit_every)

    told = {str(sequence.sequence): (sequence.status, sequence.next_value_before) for sequence in report.sequences}
    assert told == dict.fromkeys(("audit_id_seq", "users_id_seq", "visits_id_seq"), ("fixed", 1))


def test_what_was_kept_before_an_error_is_told_as_well(connection: Connection, database: str) -> None:
    connection.execute(
        """
        create table users (id serial primary key); create table notes (id serial primary key);
        create function refuse() returns trigger language plpgsql as $$begin raise exception 'not today'; end$$;
        create trigger refuse before insert on users for each row execute function refuse();
        """
    )

    with pytest.raises(LoadError, match="not today") as refused:
        generate({"notes": 20_000, "users": 5}, url=database, commit_every=5_000)

    assert "kept: 20,000 rows of notes" in str(refused.value.detail)
    assert "notes=20000 users=5 --top-up" in str(refused.value.hint)


@pytest.mark.parametrize("commit_every", [None, 8_000])
def test_workers_make_the_same_rows(connection: Connection, database: str, commit_every: int | None) -> None:
    connection.execute("create table users (id serial primary key, name text not null, born date)")

    def made(workers: int) -> list[Any]:
        connection.execute("truncate users restart identity")
        generate("users", 20_000, url=database, workers=workers, commit_every=commit_every)
        return connection.execute("select * from users order by id").fetchall()

    assert made(2) == made(0)


def test_without_commits_an_interruption_leaves_nothing(
    connection: Connection, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.execute("create table users (id serial primary key)")

    def interrupted(*arguments: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(TableFilling, "fill", interrupted)
    with pytest.raises(KeyboardInterrupt):
        generate("users", 500, url=database)

    assert connection.execute("select count(*) from users").fetchone() == (0,)


@pytest.mark.parametrize("cycle", ["", " cycle"])
def test_a_table_whose_sequence_ends_too_soon_is_full_before_its_last_value(connection: Connection, cycle: str) -> None:
    connection.execute(f"create sequence numbers maxvalue 50{cycle}".encode())
    connection.execute(b"create table t (id int primary key default nextval('numbers')); create table u (id serial)")

    report = generate(connection=connection)

    assert report.right, str(report)
    assert {str(table.table): table.rows for table in report.tables} == {"t": 49, "u": 100}
    assert "table t holds 49 rows: numbers has no more" in str(report)
    assert generate("t", 51, connection=connection).right
    assert connection.execute("insert into t default values returning id").fetchone() == (50,)


def test_a_small_serial_that_is_used_up_is_full(connection: Connection) -> None:
    connection.execute("create table t (id smallserial primary key); select setval('t_id_seq', 32700)")
    connection.execute("insert into t select generate_series(32690, 32700)")

    report = generate("t", 100, connection=connection)

    assert report.right, str(report)
    assert [(table.rows, table.full) for table in report.tables] == [(66, True)]
    assert connection.execute("insert into t default values returning id").fetchone() == (32_767,)


@pytest.mark.parametrize(
    ("column", "ids", "following"),
    [
        ("id int generated always as identity (increment -1)", (-40, -1), -41),
        ("id int default nextval('numbers')", (961, 1000), 960),
    ],
    ids=["an identity", "a sequence"],
)
def test_ids_go_down_where_their_sequence_does(
    connection: Connection, column: str, ids: tuple[int, int], following: int
) -> None:
    connection.execute("create sequence numbers increment -1 minvalue 1 maxvalue 1000")
    connection.execute(f"create table t ({column} primary key, above int references t)".encode())
    connection.execute(b"create table u (id serial primary key, t_id int not null references t, first int)")
    connection.execute(b"alter table t add first_u int references u")

    reports = [generate({"t": 20, "u": 20}, connection=connection) for _ in range(2)]

    assert [report.right for report in reports] == [True, True], str(reports[1])
    assert connection.execute("select min(id), max(id) from t").fetchone() == ids
    assert connection.execute("insert into t default values returning id").fetchone() == (following,)
    assert connection.execute("select count(above) > 0, count(first_u) > 0 from t").fetchone() == (True, True)


def test_texts_with_a_sequence_in_them_go_on_where_it_is(connection: Connection, project: Write) -> None:
    project({"generate.yml": "refined: {code: !like title}"})
    connection.execute(
        r"""
        create sequence numbers; create sequence wide;
        create table codes (id text primary key default 'X\' || nextval('numbers'), name text);
        create table bills (id serial primary key, code_id text not null references codes,
            no varchar(8) not null default 'INV-' || lpad(nextval('wide')::text, 3, '0'));
        create table refined (code text not null default 'R' || nextval('numbers'));
        insert into codes default values; insert into codes default values
        """
    )

    report = generate({"codes": 30, "bills": 2000, "refined": 3}, connection=connection)

    assert [str(sequence.sequence) for sequence in report.sequences if not sequence.right] == ["numbers"]
    assert {str(table.table): table.rows for table in report.tables} == {"codes": 30, "bills": 998, "refined": 3}
    assert connection.execute("select min(no), max(no) from bills").fetchone() == ("INV-001", "INV-998")
    assert connection.execute("insert into bills (code_id) values ('X\\32') returning no").fetchone() == ("INV-999",)


def test_a_run_that_fails_tells_the_numbers_that_stay_used_up(connection: Connection, database: str) -> None:
    connection.execute(
        "create table notes (id serial primary key, name text not null);"
        " create function refuses() returns trigger language plpgsql as $$begin raise 'no'; end$$;"
        " create trigger refuses after insert on notes for each row execute function refuses()"
    )

    errors = []
    for rows in (100, 20_000):
        with pytest.raises(LoadError) as caught:
            generate("notes", rows, url=database)
        errors.append(caught.value)
    few, many = errors

    assert "restart" not in str(few.hint)
    assert str(many.detail).endswith("(sequences stay moved: notes_id_seq from 101 past 20000)")
    assert str(many.hint).endswith("If nobody has drawn from it since: alter sequence notes_id_seq restart with 101;")


HIBERNATES = """
create sequence customer_seq increment by 50;
create table customer (id bigint primary key, name text);
create sequence lonely_seq;
"""


def test_a_sequence_that_only_an_application_knows_is_named_with_the_command_that_moves_it(
    connection: Connection,
) -> None:
    connection.execute(HIBERNATES.encode())

    report = generate({"customer": 120}, connection=connection)

    assert [each.command for each in report.unlinked] == ["seedkit fix-sequence customer id customer_seq"]
    assert "not moved: customer_seq, which nothing links to customer.id" in str(report)
    fix_sequence("customer", "id", "customer_seq", connection=connection)
    assert connection.execute("select nextval('customer_seq') > max(id) from customer").fetchone() == (True,)
    assert generate({"customer": 1}, dry_run=True, connection=connection).unlinked == ()


def test_a_sequence_that_is_ahead_of_all_ids_is_not_named(connection: Connection) -> None:
    connection.execute(HIBERNATES.encode())
    connection.execute("select setval('customer_seq', 1000)")

    assert generate({"customer": 20}, connection=connection).unlinked == ()


def test_a_sequence_that_a_trigger_draws_from_is_none_that_only_an_application_knows(connection: Connection) -> None:
    connection.execute(HIBERNATES.encode())
    connection.execute(
        """
        create function number() returns trigger language plpgsql
            as $$begin new.id := coalesce(new.id, nextval('customer_seq')); return new; end$$;
        create trigger number before insert on customer for each row execute function number()
        """
    )

    assert generate({"customer": 20}, connection=connection).unlinked == ()
