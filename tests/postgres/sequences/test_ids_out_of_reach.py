"""Ids that a sequence can never give: another machine's, a marker at the very end, those of an application's pool."""

from __future__ import annotations

import json
from typing import Any

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from benchmarks.delay_proxy import delay_proxy
from seedkit import check_sequences, fix_sequence, fix_sequences
from seedkit.core.reports.runs import SequenceReport
from seedkit.errors import SequenceError, UsageError
from tests.conftest import Run
from tests.postgres.sequences.sequence_states import inserted_id, state_of

Connection = psycopg.Connection[Any]

INTEGER, BIGINT = 2**31 - 1, 2**63 - 1
MACHINES = [1, 1_000_000_025, 6_000_000_401, 6_000_000_402, 6_000_000_403]
OWN = (1, 1_999_999_999)


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


def numbered(connection: Connection, *ids: object, sequence: str = "", column: str = "bigint primary key") -> None:
    connection.execute(f"create sequence ids {sequence}".encode())
    connection.execute(f"create table items (id {column} default nextval('ids'), name text)".encode())
    connection.cursor().executemany("insert into items (id) values (%s)", [(value,) for value in ids])


def drawn(connection: Connection) -> int:
    return inserted_id(connection, "insert into items (name) values ('new') returning id")


def fixed(connection: Connection, **options: Any) -> SequenceReport:
    (report,) = fix_sequences(connection=connection, **options).sequences
    return report


def test_a_range_of_the_sequences_own_is_repaired_within(connection: Connection) -> None:
    """§2 Ids past MAXVALUE are none that the sequence can give: the highest that it can decides, others are told."""
    numbered(connection, *MACHINES, sequence="maxvalue 1999999999")

    report = fixed(connection)

    assert (report.status, report.highest_id, report.next_value) == ("fixed", 1_000_000_025, 1_000_000_026)
    assert report.warning == "3 ids lie beyond its end 1999999999, the farthest is 6000000403"
    assert drawn(connection) == 1_000_000_026


@pytest.mark.parametrize(
    ("ids", "sequence", "column", "following"),
    [
        pytest.param([41, 500], "maxvalue 100", "bigint", 42, id="past MAXVALUE"),
        pytest.param([500], "maxvalue 100", "bigint", 1, id="all past MAXVALUE"),
        pytest.param([41, 500], "maxvalue 100 cycle", "bigint", 42, id="CYCLE"),
        pytest.param([41, 40000], "as smallint", "integer", 42, id="past the sequence's type"),
        pytest.param([-41, -500], "increment -1 minvalue -100", "bigint", -42, id="past MINVALUE, descending"),
        pytest.param([10, 500], "increment 2 maxvalue 100", "bigint", 11, id="in phase"),
        pytest.param(["41.5", "100.5"], "maxvalue 99", "numeric", 42, id="fractions"),
        pytest.param([41, 2**63], "", "numeric", 42, id="past bigint"),
    ],
)
def test_ids_past_the_end_of_any_kind_count_for_nothing(
    connection: Connection, ids: list[object], sequence: str, column: str, following: int
) -> None:
    """§2 Ids past the sequence's end, whichever that is, keep it from no repair and exhaust nothing."""
    numbered(connection, *ids, sequence=sequence, column=column)

    report = fixed(connection)

    assert report.right
    assert "beyond its end" in (report.warning or "")
    assert drawn(connection) == following


def test_ids_past_the_type_of_one_column_of_several_count_for_nothing(connection: Connection) -> None:
    """§2 The narrowest column's type is an end as well: ids past it in a wider column are told and not counted."""
    numbered(connection, 41, 2**40)
    connection.execute("create table small (id integer default nextval('ids')); insert into small values (50)")

    report = fixed(connection)

    assert (report.status, report.highest_id, report.next_value) == ("fixed", 50, 51)
    assert report.warning == f"1 id lies beyond its end 2147483647, the farthest is {2**40}"


def test_a_sequence_that_has_not_come_to_its_columns_type_is_moved_there(connection: Connection) -> None:
    """§2 Values before the column's type fail as those past it do: the sequence is moved to the first that fits."""
    numbered(connection, sequence="minvalue -40000 start -40000", column="smallint primary key")

    report = fixed(connection)

    assert (report.status, report.next_value) == ("fixed", -(2**15))
    assert drawn(connection) == -(2**15)


@pytest.mark.parametrize("wait", [False, True], ids=["at once", "with --wait"])
def test_a_lent_transaction_is_judged_alike(connection: Connection, wait: bool) -> None:
    """§3 Inside a caller's transaction, too, ids past the end and a marker count for nothing."""
    numbered(connection, 1, sequence="maxvalue 1999999999")
    with connection.transaction():
        connection.execute("insert into items values (41), (1999999999), (6000000401)")

        report = fixed(connection, wait=wait)

        assert (report.status, report.next_value) == ("fixed", 42)
        assert connection.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS


def test_ids_in_a_domain_are_bounded_too(connection: Connection) -> None:
    """§2 A column of a domain over an integer is looked into up to the sequence's end like one of its base type."""
    connection.execute("create domain key as bigint check (value > 0); create domain account as key")
    numbered(connection, *MACHINES, sequence="maxvalue 1999999999", column="account primary key")

    assert fixed(connection).next_value == 1_000_000_026


def test_very_many_ids_past_the_end_are_counted_no_further_than_a_thousand(connection: Connection) -> None:
    """§2 Of ids past the end no more than a thousand are counted: another machine's may be millions."""
    numbered(connection, 41, sequence="maxvalue 100")
    connection.execute("insert into items select generate_series(1001, 3000)")

    report = fixed(connection)

    assert report.warning == "more than 1,000 ids lie beyond its end 100, the farthest is 3000"


def test_a_bound_that_a_type_has_set_comes_with_what_its_removal_would_do(connection: Connection) -> None:
    """§2 A sequence that ends with a type narrower than its ids is told how to widen it, and what that would do."""
    numbered(connection, 41, 3_000_000_000, sequence="as integer")

    report = fixed(connection)
    before = drawn(connection)
    connection.execute(str(report.hint).encode())
    fix_sequence("items", connection=connection)

    assert report.hint == (
        "alter sequence ids as bigint no maxvalue;"
        "  -- a repair then moves it past id 3000000000, which lies beyond its end now"
    )
    assert (before, drawn(connection)) == (42, 3_000_000_001)


def test_a_bound_that_somebody_has_set_is_left_alone(connection: Connection) -> None:
    """§2 Nobody is told to remove a MAXVALUE of his own while there is room before it."""
    numbered(connection, *MACHINES, sequence="maxvalue 1999999999")

    assert fixed(connection).hint is None


# A range that the caller names


def test_the_range_of_this_machine_can_be_named(connection: Connection) -> None:
    """§6 A named range holds where the sequence has no bound of its own: ids past it are told and not used."""
    numbered(connection, *MACHINES)

    report = fixed(connection, id_range=OWN)

    assert (report.status, report.next_value) == ("fixed", 1_000_000_026)
    assert report.warning == "3 ids lie beyond its range 1..1999999999, the farthest is 6000000403"
    assert drawn(connection) == 1_000_000_026


def test_a_named_range_serves_every_function(connection: Connection) -> None:
    """§6 One sequence, a check and a repair take the range alike."""
    numbered(connection, *MACHINES)

    behind = check_sequences(id_range=OWN, connection=connection).sequences[0]
    report = fix_sequence("items", id_range=OWN, connection=connection)
    in_step = check_sequences(["items"], id_range=OWN, connection=connection)

    assert (behind.status, report.status, in_step.right) == ("behind", "fixed", True)
    assert (behind.highest_id, report.next_value) == (1_000_000_025, 1_000_000_026)


def test_a_sequence_that_has_not_come_to_its_range_is_moved_there(connection: Connection) -> None:
    """§6 A sequence before its range is behind: it goes on with the first of its own ids, in its phase."""
    numbered(connection, 41, sequence="increment 10")

    report = fixed(connection, id_range=(2_000_000_000, 2_999_999_999))

    assert (report.status, report.next_value) == ("fixed", 2_000_000_001)
    assert drawn(connection) == 2_000_000_001


def test_a_sequence_that_has_left_its_range_is_never_moved_back(connection: Connection) -> None:
    """§6 A sequence past its range is exhausted and left; the way back is told, for a person to choose."""
    numbered(connection, *MACHINES)
    fix_sequences(connection=connection)
    before = state_of(connection, "ids")

    report = fixed(connection, id_range=OWN)

    assert (report.status, state_of(connection, "ids")) == ("exhausted", before)
    assert report.reason == "1999999999, the end of its range is used up"
    assert report.hint == (
        "If none of the values after id 1000000025 was ever kept anywhere: alter sequence ids restart with 1000000026;"
    )


def test_a_range_that_is_full_is_exhausted(connection: Connection) -> None:
    """§6 With the last id of its range taken, a sequence is exhausted, whatever it could give beyond."""
    numbered(connection, 99, 100, 200)

    report = fixed(connection, id_range=(1, 100))

    assert report.status == "exhausted"
    assert report.reason == "after id 100 nothing is left before 100, the end of its range; it was left where it is"
    assert report.hint is None


def test_a_range_that_the_sequence_never_comes_to_is_not_judged(connection: Connection) -> None:
    """§6 A range without one id that the sequence can give is a slip: nothing is judged, and nothing moved."""
    numbered(connection, 41, sequence="maxvalue 100")

    report = fixed(connection, id_range=(200, 300))

    assert (report.status, state_of(connection, "ids")) == ("skipped", (1, False))
    assert "200..300" in (report.reason or "")


def test_a_range_is_checked_for_its_order(connection: Connection) -> None:
    numbered(connection)

    with pytest.raises(UsageError, match=r"the range 9\.\.1 is empty"):
        fix_sequences(id_range=(9, 1), connection=connection)


def test_the_command_takes_a_range_in_every_form(connection: Connection, seedkit: Run) -> None:
    """§6 The command line takes the range for a repair, for a script and for a check."""
    numbered(connection, *MACHINES)
    url = {"DATABASE_URL": connection.info.dsn}

    checked = seedkit("check", "--range", "1..1999999999", "--json", **url)
    script = seedkit("fix-sequence", "items", "--range", "1..1999999999", "--sql", **url)
    repaired = seedkit("fix-sequence", "--all", "--range", "1..1999999999", **url)
    wrong = seedkit("check", "--range", "1-9", **url)

    [sequence] = json.loads(checked.stdout)["sequences"]
    assert (checked.returncode, sequence["highest_id"], sequence["ids_beyond"]) == (1, 1_000_000_025, 3)
    assert "1000000025" in script.stdout
    assert repaired.returncode == 0
    assert "1 → 1000000026" in repaired.stdout
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert 'error: "1-9" is no range of ids' in wrong.stderr


def test_the_share_of_a_range_that_is_used_is_told(connection: Connection, seedkit: Run) -> None:
    """§6 Headroom counts within a named range, whose end no ALTER SEQUENCE moves."""
    numbered(connection, 900)
    fix_sequences(connection=connection)

    checked = seedkit("check", "--range", "1..1000", DATABASE_URL=connection.info.dsn)

    assert "90.0 % of its range" in checked.stdout
    assert "hint: alter" not in checked.stdout


# A marker at the very end


@pytest.mark.parametrize(
    ("ids", "sequence", "column", "marker", "following"),
    [
        pytest.param([41, INTEGER], "", "integer", INTEGER, 42, id="integer"),
        pytest.param([41, INTEGER], "as integer", "bigint", INTEGER, 42, id="the sequence's type"),
        pytest.param([41, BIGINT], "", "bigint", BIGINT, 42, id="bigint"),
        pytest.param([INTEGER], "", "integer", INTEGER, 1, id="alone"),
        pytest.param([-41, -(2**31)], "increment -1", "integer", -(2**31), -42, id="descending"),
        pytest.param([10, INTEGER], "increment 2", "integer", INTEGER, 11, id="in phase"),
        pytest.param([41, 2_000_000], "maxvalue 2000000", "bigint", 2_000_000, 42, id="MAXVALUE"),
    ],
)
def test_a_marker_at_the_very_end_does_not_decide(
    connection: Connection, ids: list[int], sequence: str, column: str, marker: int, following: int
) -> None:
    """§2 A row at the very end, a million steps from the next id, is a marker: told as such, and the others decide."""
    numbered(connection, *ids, sequence=sequence, column=column)

    report = fixed(connection)

    assert report.right
    assert f"id {marker} at its very end counts as a marker" in (report.warning or "")
    assert drawn(connection) == following


@pytest.mark.parametrize(
    "ids",
    [
        pytest.param([INTEGER - 1, INTEGER], id="two at the end"),
        pytest.param([INTEGER - 1_000_000, INTEGER], id="a million steps"),
    ],
)
def test_ids_near_the_end_are_no_markers(connection: Connection, ids: list[int]) -> None:
    """§2 An id at the very end with others within a million steps was drawn: the sequence is exhausted."""
    numbered(connection, 41, *ids, column="integer")

    report = fixed(connection)

    assert (report.status, state_of(connection, "ids")) == ("exhausted", (1, False))


def test_a_marker_beside_ids_of_another_machine_is_seen(connection: Connection) -> None:
    """§2 A marker at the end of what the sequence can give is one also where there are ids past that."""
    numbered(connection, 41, 1_999_999_999, 6_000_000_401, sequence="maxvalue 1999999999")

    report = fixed(connection)

    assert report.next_value == 42
    assert report.warning == (
        "1 id lies beyond its end 1999999999, the farthest is 6000000401; "
        "id 1999999999 at its very end counts as a marker: the one before it is 41"
    )


def test_a_sequence_burnt_out_by_a_marker_is_told_the_way_back(connection: Connection) -> None:
    """§2 A sequence that is used up while its ids end far below is told how to restart it; it is never done."""
    numbered(connection, 41, INTEGER, column="integer")
    connection.execute("select setval('ids', max(id)) from items")
    before = state_of(connection, "ids")

    report = fixed(connection)

    assert (report.status, state_of(connection, "ids")) == ("exhausted", before)
    assert report.hint is not None
    assert report.hint.startswith(
        "If none of the values after id 41 was ever kept anywhere: alter sequence ids restart with 42;"
        " Else: alter table items alter column id type bigint;"
    )


@pytest.mark.parametrize(
    ("ids", "sequence", "restart"),
    [
        pytest.param([], "maxvalue 100", "no value was ever kept anywhere: alter sequence ids restart;", id="no"),
        pytest.param([7], "maxvalue 100", "id 7 was ever kept anywhere: alter sequence ids restart with 8;", id="7"),
        pytest.param(
            [7],
            "increment 10 maxvalue 100",
            "id 7 was ever kept anywhere: alter sequence ids restart with 10;",
            id="ten",
        ),
        pytest.param([7], "minvalue 50 maxvalue 100", "restart with 50;", id="before MINVALUE"),
    ],
)
def test_a_burnt_out_sequence_is_told_the_way_back(
    connection: Connection, ids: list[int], sequence: str, restart: str
) -> None:
    """§2 The way back goes to the first free value in the phase; what gives more room is told beside it."""
    numbered(connection, *ids, sequence=sequence)
    connection.execute("select setval('ids', 100)")

    with pytest.raises(SequenceError, match="exhausted") as refused:
        fix_sequence("items", connection=connection)

    assert restart in str(refused.value.hint)
    assert "as bigint no maxvalue;  -- it then goes on with 1" in str(refused.value.hint)


@pytest.mark.parametrize(
    ("ids", "sequence", "last", "restart"),
    [
        pytest.param([41, INTEGER], "", INTEGER - 1, 42, id="ascending"),
        pytest.param([-41, -(2**31)], "increment -1", 1 - 2**31, -42, id="descending"),
        pytest.param([41, INTEGER], "increment 2", INTEGER - 2, 43, id="in phase"),
    ],
)
def test_a_sequence_that_would_give_the_marker_next_is_not_right(
    connection: Connection, ids: list[int], sequence: str, last: int, restart: int
) -> None:
    """§2 A marker is an id that is taken: a sequence whose next value it is, is exhausted."""
    numbered(connection, *ids, sequence=sequence, column="integer primary key")
    connection.execute("select setval('ids', %s)", (last,))

    report = fixed(connection)

    assert report.status == "exhausted"
    assert report.reason == f"nothing is left before id {ids[1]}, a marker at its very end"
    assert f"alter sequence ids restart with {restart};" in str(report.hint)
    with pytest.raises(psycopg.errors.UniqueViolation):
        drawn(connection)


@pytest.mark.parametrize("name", ['say "hello"', "tick'tock", "back\\slash", "100%", "{0}", "größe", "dotted.name"])
def test_names_of_any_kind_are_bounded(connection: Connection, name: str) -> None:
    """§1 Whatever its name, a table is looked into up to its sequence's end."""
    table = sql.Identifier(name)
    connection.execute(sql.SQL("create table {0} ({0} serial primary key, note text)").format(table))
    connection.execute(sql.SQL("insert into {} values (41), (500)").format(table))
    connection.execute(sql.SQL("alter sequence {} maxvalue 100").format(sql.Identifier(f"{name}_{name}_seq")))

    assert fixed(connection).next_value == 42


# Ids between the steps


def test_a_pool_that_counts_down_is_warned_of(connection: Connection) -> None:
    """§2 Ids between the steps of an INCREMENT come from a pool, which counts down: warned of, with --margin 1."""
    numbered(connection, sequence="increment 50")
    connection.execute("insert into items select generate_series(1, 103)")

    report = fixed(connection)
    with_margin = fixed(connection, margin=1)
    again = fixed(connection, margin=1)

    assert (report.status, report.next_value) == ("fixed", 151)
    assert report.warning == (
        "id 103 lies between its steps (INCREMENT 50): an application that counts down from 151 to 102, from a pool,"
        " meets ids that are taken; fix-sequence with --margin 1 goes one step further"
    )
    assert (with_margin.next_value, with_margin.warning) == (201, None)
    assert (again.next_value, again.status) == (201, "in step")


def test_an_id_below_the_first_value_is_between_no_steps(connection: Connection) -> None:
    """§2 An id below MINVALUE, such as 0, is met by no pool."""
    numbered(connection, 0, sequence="increment 50")

    assert fixed(connection).warning is None


@pytest.mark.parametrize(
    ("last", "ids"),
    [
        pytest.param(101, 101, id="the highest id is a step"),
        pytest.param(151, 103, id="the pool is ahead of its ids"),
    ],
)
def test_a_pool_that_meets_no_id_is_not_warned_of(connection: Connection, last: int, ids: int) -> None:
    """§2 Where the values below the next one are free, a pool meets none, and nothing is said."""
    numbered(connection, sequence="increment 50")
    connection.execute("insert into items select generate_series(1, %s)", (ids,))
    connection.execute("select setval('ids', %s)", (last,))

    report = fixed(connection)

    assert (report.right, report.warning) == (True, None)


# What it costs


def test_ids_past_the_end_cost_no_scan_where_there_is_an_index(connection: Connection) -> None:
    """§5 The ids up to the end are found by the index, as the highest one is."""
    numbered(connection, sequence="maxvalue 1999999999")
    connection.execute("insert into items select generate_series(1, 20000)")
    connection.execute("insert into items select generate_series(6000000001, 6000020000)")
    connection.execute("vacuum analyze items")
    connection.execute("set enable_indexscan = on; select pg_stat_reset()")

    def scans() -> Any:
        connection.execute("select pg_stat_force_next_flush()")
        return connection.execute("select seq_scan from pg_stat_user_tables where relname = 'items'").fetchone()

    before = scans()
    report = fixed(connection)

    assert report.next_value == 20_001
    assert scans() == before


def test_sequences_without_such_ids_are_read_once(connection: Connection) -> None:
    """§5 Only those with ids past their end are asked a second time, all of them in one more round trip."""
    for number in range(20):
        connection.execute(f"create table t{number} (id serial); insert into t{number} values (1)".encode())
    fix_sequences(connection=connection)

    def round_trips() -> int:
        with (
            delay_proxy(connection.info.dsn, 0) as proxy,
            psycopg.connect(make_conninfo(proxy.conninfo), autocommit=True) as far,
        ):
            before = proxy.round_trips
            assert check_sequences(connection=far).right
            return proxy.round_trips - before

    plain = round_trips()
    connection.execute("alter sequence t3_id_seq maxvalue 100; alter sequence t7_id_seq maxvalue 100")
    connection.execute("insert into t3 values (500); insert into t7 values (500)")

    assert round_trips() == plain + 1
