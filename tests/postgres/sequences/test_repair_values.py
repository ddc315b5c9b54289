"""Every value a sequence and its column can hold: what a repair makes of it, and what the database does next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.conninfo import make_conninfo

from seedkit import check_sequences, fix_sequence, fix_sequences
from seedkit.core.reports.runs import SequenceReport
from seedkit.core.sequences.reading import SequenceReading
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.core.sequences.state import SequenceState
from seedkit.errors import SequenceError
from seedkit.postgres.sequences.advance import advance
from seedkit.postgres.sequences.feeding import read_feeding
from seedkit.postgres.sequences.reading import read_sequences
from tests.postgres.sequences.sequence_states import Counting, inserted_id, state_of

LARGEST = 2**63 - 1
HOLDING = "CACHE 10: other sessions may still give out lower values that they hold"


@pytest.fixture
def connection(emptied: psycopg.Connection) -> psycopg.Connection:
    return emptied


def numbered(connection: psycopg.Connection, *ids: object, sequence: str = "", column: str = "bigint") -> None:
    """Create the table `items` with some ids, and the sequence `ids` as its default, with options as SQL has them."""
    connection.execute(f"create sequence ids {sequence}".encode())
    connection.execute(f"create table items (id {column} default nextval('ids'), name text)".encode())
    for value in ids:
        connection.execute("insert into items (id) values (%s)", (value,))


def drawn(connection: psycopg.Connection) -> int:
    """The id that an insert through the default gets next."""
    return inserted_id(connection, "insert into items (name) values ('new') returning id")


def only_report(connection: psycopg.Connection) -> SequenceReport:
    (report,) = fix_sequences(connection=connection).sequences
    return report


@contextmanager
def second_session(connection: psycopg.Connection, **parameters: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(make_conninfo(connection.info.dsn, **parameters), autocommit=True) as other:
        yield other


@pytest.mark.parametrize(
    ("ids", "sequence"),
    [
        pytest.param([], "", id="an empty table"),
        pytest.param([], "start 1000", id="an empty table, START WITH"),
        pytest.param([None, None], "", id="only NULLs"),
        pytest.param([None, 0, -5], "start 7", id="nothing above 0"),
        pytest.param([0], "", id="id 0"),
        pytest.param([-(2**63)], "", id="the lowest bigint"),
        pytest.param([500, 999], "start 1000", id="ids below START"),
        pytest.param([99], "minvalue 100", id="ids below MINVALUE"),
        pytest.param([5, 0], "increment -1", id="ids above a descending sequence"),
        pytest.param([-101], "minvalue -100", id="an id just below a negative MINVALUE"),
    ],
)
def test_a_sequence_whose_first_value_is_free_is_left_alone(
    connection: psycopg.Connection, ids: list[int | None], sequence: str
) -> None:
    """§2 No ids, or none that the sequence will meet: in step, and START WITH is kept."""
    numbered(connection, *ids, sequence=sequence)
    before = state_of(connection, "ids")

    report = only_report(connection)

    assert report.status in ("in step", "ahead")
    assert state_of(connection, "ids") == before
    assert drawn(connection) == before[0]


@pytest.mark.parametrize(
    ("ids", "sequence", "following"),
    [
        pytest.param([1], "", 2, id="the first value itself"),
        pytest.param([42], "", 43, id="a gap"),
        pytest.param([41, None, 7], "", 42, id="among NULLs"),
        pytest.param([1000], "start 1000", 1001, id="the START itself"),
        pytest.param([10], "increment 2", 11, id="odd: 11, never 12"),
        pytest.param([11], "increment 2", 13, id="odd, and 11 is taken"),
        pytest.param([10], "increment 2 start 2", 12, id="even"),
        pytest.param([100], "increment 10 start 3", 103, id="every tenth, from 3"),
        pytest.param([-41], "increment -1", -42, id="descending"),
        pytest.param([-40], "increment -7 start -1", -43, id="descending in sevens"),
        pytest.param([7], "increment -3 start 20 maxvalue 20 minvalue -100", 5, id="descending from 20"),
        pytest.param([-50], "minvalue -100", -49, id="ids below 0 above a negative MINVALUE"),
        pytest.param([99], "maxvalue 100", 100, id="the last value is free"),
        pytest.param([LARGEST - 1], "", LARGEST, id="the last bigint is free"),
        pytest.param([1 - 2**63], "increment -1", -(2**63), id="the lowest bigint is free"),
    ],
)
def test_a_sequence_that_is_behind_gives_the_next_free_value_in_its_phase(
    connection: psycopg.Connection, ids: list[int], sequence: str, following: int
) -> None:
    """§2 A sequence that is behind goes on after the highest id (the lowest, descending), in the phase of INCREMENT."""
    numbered(connection, *ids, sequence=sequence)

    report = only_report(connection)

    assert (report.status, report.next_value) == ("fixed", following)
    assert drawn(connection) == following


@pytest.mark.parametrize("called", [True, False])
def test_a_sequence_just_before_the_highest_id_is_behind(connection: psycopg.Connection, called: bool) -> None:
    """§2 The base is last_value where it is called, one increment less where it is not."""
    numbered(connection, 10)
    connection.execute("select setval('ids', %s, %s)", (9 if called else 10, called))

    fix_sequence("items", connection=connection)

    assert drawn(connection) == 11


@pytest.mark.parametrize(("last", "called"), [(10, True), (11, False), (1000, True), (1000, False)])
def test_what_is_in_step_or_ahead_is_not_written(connection: psycopg.Connection, last: int, called: bool) -> None:
    """§2 In step or ahead means no write, bit for bit: last_value and is_called stay as they are."""
    numbered(connection, 10)
    connection.execute("select setval('ids', %s, %s)", (last, called))

    report = only_report(connection)

    assert report.right
    assert state_of(connection, "ids") == (last, called)


def test_a_second_repair_changes_nothing(connection: psycopg.Connection) -> None:
    """§2 A repair that is repeated finds the sequence in step and writes nothing."""
    numbered(connection, 41)
    fix_sequence("items", connection=connection)
    once = state_of(connection, "ids")

    report = only_report(connection)

    assert (report.status, state_of(connection, "ids")) == ("in step", once)


def test_a_changed_increment_sets_a_new_phase(connection: psycopg.Connection) -> None:
    """§2 The phase is counted from where the sequence stands, also after its INCREMENT was changed."""
    numbered(connection, 100)
    connection.execute("select setval('ids', 6); alter sequence ids increment 4")

    fix_sequence("items", connection=connection)

    assert drawn(connection) == 102


def test_ids_of_another_writers_phase_are_passed(connection: psycopg.Connection) -> None:
    """§2 With INCREMENT 2 for two writers, ids of both are passed and the phase kept: no id of the other's is given."""
    numbered(connection, 1, 2, 3, 4, 6, 8, 10, sequence="increment 2")

    fix_sequence("items", connection=connection)

    assert [drawn(connection) for _ in range(3)] == [11, 13, 15]


@pytest.mark.parametrize(
    ("highest", "sequence", "limit"),
    [
        pytest.param(100, "maxvalue 100", 100, id="MAXVALUE"),
        pytest.param(99, "maxvalue 100 increment 2", 100, id="no value left in the phase"),
        pytest.param(LARGEST, "", LARGEST, id="2^63 - 1"),
        pytest.param(-100, "increment -1 minvalue -100", -100, id="MINVALUE, descending"),
        pytest.param(-(2**63), "increment -1", -(2**63), id="-2^63, descending"),
    ],
)
def test_an_id_at_the_limit_exhausts_the_sequence(
    connection: psycopg.Connection, highest: int, sequence: str, limit: int
) -> None:
    """§2 The highest id at MAXVALUE, others near it: exhausted, said so, and left where it is: there may be gaps."""
    numbered(connection, highest, highest + (1 if "-" in sequence else -1), sequence=sequence)
    before = state_of(connection, "ids")

    report = only_report(connection)

    assert (report.status, state_of(connection, "ids")) == ("exhausted", before)
    assert report.reason == f"after id {highest} nothing is left before its limit {limit}; it was left where it is"
    with pytest.raises(SequenceError, match="exhausted"):
        fix_sequence("items", connection=connection)


def test_a_sequence_that_has_given_its_last_value_is_exhausted(connection: psycopg.Connection) -> None:
    """§2 A sequence with no value left is never called ok, even where no id is in its way."""
    numbered(connection, sequence="maxvalue 100")
    connection.execute("select setval('ids', 100)")

    report = only_report(connection)

    assert (report.status, report.next_value) == ("exhausted", None)
    assert report.reason == "its limit 100 is used up"
    with pytest.raises(psycopg.errors.SequenceGeneratorLimitExceeded):
        drawn(connection)


def test_an_id_past_the_type_of_a_serials_sequence_names_the_exact_remedy(connection: psycopg.Connection) -> None:
    """§2 ALTER COLUMN TYPE bigint leaves a serial's sequence integer: the exact ALTER SEQUENCE is named."""
    connection.execute("create table items (id serial, name text); alter table items alter id type bigint")
    connection.execute("insert into items values (3000000000), (2147483647), (2147483646)")

    with pytest.raises(SequenceError, match="exhausted") as refused:
        fix_sequence("items", connection=connection)
    connection.execute(str(refused.value.hint).encode())
    fix_sequence("items", connection=connection)

    assert refused.value.hint == (
        "alter sequence items_id_seq as bigint no maxvalue;"
        "  -- a repair then moves it past id 3000000000, which lies beyond its end now"
    )
    assert drawn(connection) == 3_000_000_001


@pytest.mark.parametrize(
    ("id_", "sequence", "following"),
    [
        pytest.param(100, "maxvalue 100", 101, id="at MAXVALUE"),
        pytest.param(2**15 - 1, "as smallint", 2**15, id="at the end of smallint"),
        pytest.param(-100, "increment -1 minvalue -100", -101, id="at MINVALUE, descending"),
    ],
)
def test_the_remedy_makes_room(connection: psycopg.Connection, id_: int, sequence: str, following: int) -> None:
    """§2 An id at the sequence's bound comes with a statement and what it does; then the repair succeeds."""
    numbered(connection, id_, sequence=sequence)
    report = only_report(connection)

    connection.execute(str(report.hint).encode())
    fix_sequence("items", connection=connection)

    assert report.status == "exhausted"
    assert str(report.hint).endswith(f";  -- a repair then moves it past id {id_}")
    assert drawn(connection) == following


def test_a_bigint_sequence_ends_with_its_integer_column(connection: psycopg.Connection) -> None:
    """§2 A next value beyond the column's type is no next value: the sequence is exhausted, whatever its own limit."""
    numbered(connection, 2**31 - 2, 2**31 - 1, column="integer")

    report = only_report(connection)

    assert report.status == "exhausted"
    assert report.reason == (
        "after id 2147483647 nothing is left before 2147483647, the limit of integer, the type of items.id;"
        " it was left where it is"
    )


@pytest.mark.parametrize(("column", "last"), [("smallint", 2**15 - 1), ("integer", 2**31 - 1), ("numeric(3,0)", 999)])
def test_a_sequence_that_has_left_its_columns_type_is_exhausted(
    connection: psycopg.Connection, column: str, last: int
) -> None:
    """§2 A sequence ahead of all ids is exhausted all the same where its next value does not fit into the column."""
    numbered(connection, 7, column=column)
    connection.execute("select setval('ids', %s)", (last,))

    report = only_report(connection)

    assert report.status == "exhausted"
    assert report.reason == f"{last}, the limit of {column}, the type of items.id is used up"
    with pytest.raises(psycopg.errors.NumericValueOutOfRange):
        drawn(connection)


def test_a_shared_sequence_ends_with_its_narrowest_column(connection: psycopg.Connection) -> None:
    """§2 A sequence that feeds a bigint and an integer is exhausted at the end of integer."""
    numbered(connection, 2**31 - 1, 2**31 - 2)
    connection.execute("create table small (id integer default nextval('ids'))")

    report = only_report(connection)

    assert report.status == "exhausted"
    assert report.reason is not None
    assert "nothing is left before 2147483647, the limit of integer, the type of small.id" in report.reason


@pytest.mark.parametrize(
    ("ids", "sequence", "following"),
    [
        pytest.param(["41.5"], "", 42, id="floor, ascending"),
        pytest.param(["41.999", "41"], "", 42, id="nearly 42"),
        pytest.param(["-41.5"], "increment -1", -42, id="ceiling, descending"),
        pytest.param(["0.5"], "", 1, id="between 0 and 1"),
    ],
)
def test_fractions_count_as_the_whole_id_before_them(
    connection: psycopg.Connection, ids: list[str], sequence: str, following: int
) -> None:
    """§2 A numeric column's fractions count as floor, or ceiling for a descending sequence."""
    numbered(connection, *ids, sequence=sequence, column="numeric unique")

    fix_sequence("items", connection=connection)

    assert drawn(connection) == following


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_a_numeric_that_is_no_number_hides_the_highest_id(connection: psycopg.Connection, value: str) -> None:
    """§2 NaN and infinity sort above all numbers: the highest id can't be known, and that is said."""
    numbered(connection, 41, value, column="numeric")

    report = only_report(connection)

    assert report.status == "skipped"
    assert report.reason == f"the highest value of items.id says nothing: {value} is no id"


def test_a_numeric_beyond_bigint_is_past_every_sequence(connection: psycopg.Connection) -> None:
    """§2 A numeric id beyond 2^63 is none that a sequence can give: it is told, and the others decide."""
    numbered(connection, 41, 2**63, column="numeric")

    report = only_report(connection)

    assert (report.status, report.next_value) == ("fixed", 42)
    assert report.warning == f"1 id lies beyond its end {LARGEST}, the farthest is {2**63}"


@pytest.mark.parametrize("column", ["double precision", "oid"])
def test_the_highest_value_of_another_type_says_nothing(connection: psycopg.Connection, column: str) -> None:
    """§2 The highest value of a column that holds no whole numbers is meaningless; the report says so."""
    numbered(connection, column=column)
    before = state_of(connection, "ids")

    report = only_report(connection)

    assert (report.status, state_of(connection, "ids")) == ("skipped", before)
    assert report.reason is not None
    assert "whose highest value says nothing about a sequence" in report.reason


def test_a_cycle_that_is_behind_is_moved_with_a_warning(connection: psycopg.Connection) -> None:
    """§2 A CYCLE sequence below the highest id may have wrapped: it is moved past it, and the report warns."""
    numbered(connection, 41, sequence="maxvalue 100 cycle")

    report = only_report(connection)

    assert (report.status, report.next_value) == ("fixed", 42)
    assert report.warning == "it may have started again (CYCLE): ids from 1 on may be taken"
    assert drawn(connection) == 42


def test_a_cycle_that_has_reached_its_end_is_left_with_a_warning(connection: psycopg.Connection) -> None:
    """§2 A CYCLE sequence with an id at its limit may have wrapped: it is left where it is, and that is said."""
    numbered(connection, 100, sequence="maxvalue 100 cycle")
    connection.execute("select setval('ids', 5)")

    report = only_report(connection)

    assert (report.status, state_of(connection, "ids")) == ("exhausted", (5, True))
    assert report.reason == "it starts again after its limit 100 (CYCLE) and may have done so; it was left where it is"


def test_a_cycle_about_to_start_again_warns(connection: psycopg.Connection) -> None:
    """§2 A CYCLE sequence whose next value is its first again is not called fine without a warning."""
    numbered(connection, 1, 100, sequence="maxvalue 100 cycle")
    connection.execute("select setval('ids', 100)")

    report = only_report(connection)

    assert (report.status, report.next_value) == ("in step", 1)
    assert report.warning == "it may have started again (CYCLE): ids from 1 on may be taken"


def test_a_cycle_that_starts_again_meanwhile_is_not_climbed_all_the_way_round(connection: psycopg.Connection) -> None:
    """§2 A CYCLE sequence that starts again while it is climbed is looked at anew, not climbed round from its start."""
    numbered(connection, 41, sequence="cycle")
    connection.execute("select setval('ids', 20)")
    behind = read_sequences(connection, read_feeding(connection).sequences, RepairOptions())
    connection.execute("select setval('ids', %s)", (LARGEST,))

    advance(connection, [reading for reading in behind if isinstance(reading, SequenceReading)], RepairOptions())

    assert state_of(connection, "ids") == (1, True)


def test_a_young_cycle_is_not_warned_of(connection: psycopg.Connection) -> None:
    """§2 A CYCLE sequence that is in front of all ids has not wrapped: no warning."""
    numbered(connection, 3, sequence="maxvalue 100 cycle")
    connection.execute("select setval('ids', 3)")

    report = only_report(connection)

    assert (report.status, report.warning) == ("in step", None)


def test_what_other_sessions_hold_of_a_cache_is_discarded(connection: psycopg.Connection) -> None:
    """§2 CACHE > 1: other sessions hold old values; the rewriting lock takes them away, so their inserts succeed."""
    numbered(connection, sequence="cache 10", column="bigint primary key")
    with second_session(connection) as other:
        assert drawn(other) == 1  # and it holds 2 to 10
        connection.execute("insert into items select generate_series(2, 41)")

        report = only_report(connection)

        assert (report.status, report.next_value, report.warning) == ("fixed", 42, None)
        assert drawn(other) == 42


def test_a_cache_that_can_not_be_taken_away_is_warned_of(connection: psycopg.Connection) -> None:
    """§2 CACHE > 1 and no right to the rewriting lock: the sequence is climbed, and the report warns of held values."""
    numbered(connection, 41, sequence="cache 10")
    connection.execute("select nextval('ids')")
    with role_with(connection, "select on items", "usage, select on sequence ids") as app:
        report = only_report(app)
        following = inserted_id(app, "select nextval('ids')")

    assert (report.status, report.warning) == ("fixed", HOLDING)
    assert following > 41
    assert drawn(connection) == 2  # as the warning says: this session held it


def test_a_margin_that_does_not_fit_is_said(connection: psycopg.Connection) -> None:
    """§2 A margin for which no room is left is told from ids that leave no room; the sequence stays where it is."""
    numbered(connection, 41, sequence="maxvalue 100")

    (report,) = fix_sequences(margin=1000, connection=connection).sequences

    assert (report.status, state_of(connection, "ids")) == ("exhausted", (1, False))
    assert report.reason == "a margin of 1000 does not fit between id 41 and its limit 100; it was left where it is"


def test_a_held_sequence_with_a_cache_is_climbed_and_warned_of(connection: psycopg.Connection) -> None:
    """§2 CACHE > 1 and a writer's open transaction: the lock is not waited for; the climb and the warning remain."""
    numbered(connection, 41, sequence="cache 10")
    with second_session(connection) as other, other.transaction():
        other.execute("select nextval('ids')")
        report = only_report(connection)

    assert (report.status, report.warning) == ("fixed", HOLDING)
    assert drawn(connection) > 41


def test_a_cache_is_climbed_in_a_borrowed_transaction(connection: psycopg.Connection) -> None:
    """§2 CACHE > 1 inside a caller's transaction: climbed, whatever the CACHE, and warned of."""
    numbered(connection, sequence="cache 10", column="bigint primary key")
    connection.execute("select nextval('ids')")
    with connection.transaction():
        connection.execute("insert into items select generate_series(2, 41)")
        report = only_report(connection)
        following = drawn(connection)

    assert (report.status, report.warning) == ("fixed", HOLDING)
    assert following > 41


@pytest.mark.parametrize("in_transaction", [True, False])
def test_values_that_our_own_session_holds_are_used_up(connection: psycopg.Connection, in_transaction: bool) -> None:
    """§2 CACHE > 1 and in step: taken values that this very session holds are used up before it inserts."""
    numbered(connection, sequence="cache 10", column="bigint primary key")
    assert drawn(connection) == 1  # and we hold 2 to 10; the sequence itself stands at 10
    if in_transaction:
        connection.execute("begin")
    connection.execute("insert into items values (2), (3), (5)")

    report = only_report(connection)

    assert report.right
    assert drawn(connection) == 6


def test_a_cached_sequence_that_is_in_step_is_not_written(connection: psycopg.Connection) -> None:
    """§2 CACHE > 1 and in step: nothing is written, and the report warns of what others may hold."""
    numbered(connection, 7, sequence="cache 10")
    with second_session(connection) as other:
        assert drawn(other) == 1
        before = state_of(connection, "ids")

        report = only_report(connection)

        assert (report.status, report.warning) == ("ahead", HOLDING)
        assert state_of(connection, "ids") == before


def test_a_cache_keeps_the_phase(connection: psycopg.Connection) -> None:
    """§2 INCREMENT and CACHE together: the phase is kept, whichever way the sequence is moved."""
    numbered(connection, 100, sequence="increment 3 start 2 cache 5")

    fix_sequence("items", connection=connection)

    assert drawn(connection) == 101


@pytest.mark.parametrize("sequence", ["", "cache 10", "increment -1", "increment 7"])
def test_a_gap_of_five_billion_is_crossed_and_not_climbed(connection: psycopg.Connection, sequence: str) -> None:
    """§2 A gap of five billion takes a handful of statements, none of which climbs."""
    far = -5_000_000_000 if "-" in sequence else 5_000_000_000
    numbered(connection, far, sequence=sequence)

    with psycopg.connect(connection.info.dsn, autocommit=True, cursor_factory=Counting) as counting:
        Counting.statements.clear()
        report = only_report(counting)

    assert report.status == "fixed"
    assert len(Counting.statements) < 40  # five billion steps would be as many calls of nextval
    assert not any("recursive climb" in statement for statement in Counting.statements)
    assert abs(drawn(connection)) > 5_000_000_000


def test_a_check_judges_without_writing(connection: psycopg.Connection) -> None:
    """§2 Judging is reading: a check leaves a sequence that is behind bit for bit as it was."""
    numbered(connection, 41)
    before = state_of(connection, "ids")

    (report,) = check_sequences(connection=connection).sequences

    assert (report.status, report.next_value, report.highest_id) == ("behind", 1, 41)
    assert state_of(connection, "ids") == before


@contextmanager
def role_with(connection: psycopg.Connection, *grants: str) -> Iterator[psycopg.Connection]:
    """A session of a role that may do what the grants say; the role is gone afterwards."""
    connection.execute("create role clerk login")
    try:
        for grant in grants:
            connection.execute(f"grant {grant} to clerk".encode())
        with second_session(connection, user="clerk") as own:
            yield own
    finally:
        connection.execute("drop owned by clerk; drop role clerk")


@st.composite
def sequences(draw: st.DrawFn) -> tuple[SequenceState, list[int]]:
    """A sequence as a server would have it after some draws, and ids; close together, so that they meet."""
    increment = draw(st.integers(1, 7)) * draw(st.sampled_from([1, -1]))
    minimum = draw(st.integers(-40, 40))
    maximum = minimum + draw(st.integers(abs(increment), 90))
    state = SequenceState(
        last_value=draw(st.integers(minimum, maximum)),
        is_called=draw(st.booleans()),
        increment=increment,
        minimum=minimum,
        maximum=maximum,
    )
    return state, draw(st.lists(st.integers(minimum - 20, maximum + 20), max_size=5))


def next_values(connection: psycopg.Connection, count: int) -> list[int]:
    """The values that the sequence really gives, fewer where it ends."""
    values: list[int] = []
    for _ in range(count):
        try:
            values.append(inserted_id(connection, "select nextval('ids')"))
        except psycopg.errors.SequenceGeneratorLimitExceeded:
            break
    return values


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sequences())
def test_the_server_does_what_the_rule_says(
    connection: psycopg.Connection, given_state: tuple[SequenceState, list[int]]
) -> None:
    """§2 On the real server, for any increment, bounds, state and ids: free values follow, in phase, never back."""
    state, ids = given_state
    connection.execute("drop table if exists items; drop sequence if exists ids")
    bounds = f"minvalue {state.minimum} maxvalue {state.maximum}"
    numbered(connection, *ids, sequence=f"increment {state.increment} {bounds}")
    connection.execute("select setval('ids', %s, %s)", (state.last_value, state.is_called))

    report = only_report(connection)

    moved = state_of(connection, "ids")
    following = next_values(connection, 3)
    assert (moved[0] - state.last_value) * state.increment >= 0
    assert moved == (state.last_value, state.is_called) or report.status == "fixed"
    assert report.next_value == (following[0] if following else None)
    assert all((value - state.last_value) % state.increment == 0 for value in following)
    assert not report.right or not set(following) & set(ids)
    assert report.right or report.status == "exhausted"


def test_sequences_are_named_by_oid_in_what_is_run(connection: psycopg.Connection) -> None:
    """§1 Names are resolved to OIDs once: a namesake first on the search path is not moved instead."""
    numbered(connection, 41)
    connection.execute("create schema decoy; create sequence decoy.ids")
    connection.execute("set search_path = decoy, public")

    fix_sequences(connection=connection)

    assert state_of(connection, "decoy.ids") == (1, False)
    assert inserted_id(connection, "insert into public.items (name) values ('new') returning id") == 42
