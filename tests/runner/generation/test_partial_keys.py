"""Keys of columns that may be NULL: partial indexes, keys of which a row needs one, keys that a CHECK asks for."""

from __future__ import annotations

import psycopg
import pytest

from tests.runner.generation.conftest import Fill, filled, rows

Connection = psycopg.Connection

PARENTS = "create table notes (id serial primary key); create table issues (id serial primary key);"
MENTIONS = """
create table mentions (
    id serial primary key, issue_id int not null references issues, note_id int references notes, users_ids int[]
);
create unique index of_issue on mentions (issue_id) where note_id is null;
create unique index of_both on mentions (issue_id, note_id);
create unique index of_note on mentions (note_id) where note_id is not null;
"""
ONE_OF_TWO = """
create table pointers (
    id serial primary key, issue_id int references issues, note_id int references notes,
    check ((issue_id is null) <> (note_id is null))
);
create unique index of_issue on pointers (issue_id) {issue};
create unique index of_note on pointers (note_id) {note};
"""
GRANTS = """
create table grants (
    user_id bigint not null, issue_id int not null references issues, level int not null, only_one boolean,
    primary key (user_id, issue_id, level), check (user_id is not null and issue_id is not null)
);
create unique index once on grants (issue_id, user_id) where only_one;
"""


@pytest.mark.parametrize(
    "tables",
    [
        MENTIONS,
        ONE_OF_TWO.format(issue="where issue_id is not null", note="where note_id is not null"),
        ONE_OF_TWO.format(issue="nulls not distinct where issue_id is not null", note=""),
        GRANTS,
    ],
    ids=["three that overlap", "one of two", "no two NULLs", "one in another"],
)
def test_partial_keys_leave_room_for_the_rows_that_they_speak_of(
    fill: Fill, connection: Connection, tables: str
) -> None:
    reports = [fill(PARENTS + tables, 60), filled(connection, {"*": 60})]

    assert [report.right for report in reports] == [True, True], str(reports[0])


@pytest.mark.parametrize(
    ("column", "usual"),
    [
        ("version int", "between 1 and 60"),
        ("begun date", "> '2020-01-01'"),
        ("price numeric(8, 2)", "between 0 and 999"),
    ],
    ids=["versions", "days", "prices"],
)
def test_a_row_that_makes_room_for_the_one_in_a_partial_key_has_a_value_near_to_those_of_others(
    connection: Connection, column: str, usual: str
) -> None:
    name = column.split(maxsplit=1)[0]
    schema = f"""
        create table states (
            id serial primary key, note_id int not null references notes, {column} not null,
            status text not null check (status in ('draft', 'published')), unique (note_id, {name})
        );
        create unique index only_one on states (note_id) where status = 'published';
    """
    connection.execute((PARENTS + schema).encode())

    report = filled(connection, {"notes": 10, "states": 100})

    assert rows(report)["states"] == 100
    outside = connection.execute(f"select {name} from states where not {name} {usual}".encode()).fetchall()
    assert outside == []


def test_as_many_rows_fit_as_keys_of_which_a_row_needs_one_leave_together(fill: Fill, connection: Connection) -> None:
    fill(PARENTS + ONE_OF_TWO.format(issue="", note=""), 20)

    filled(connection, {"pointers*": 60})
    report = filled(connection, {"pointers*": 60})

    assert report.tables[0].full
    assert report.tables[0].reasons[0].endswith("holds 40 rows: of_issue has no more")


def test_a_check_that_a_value_is_there_bounds_rows_by_their_parents(fill: Fill, connection: Connection) -> None:
    table = (
        "create table routes (issue_id int unique references issues, check (issue_id is not null and issue_id > 0));"
    )
    fill(PARENTS + table, 20)

    report = filled(connection, {"routes*": 20})

    assert rows(report) == {"routes": 0}
    assert report.tables[0].full
