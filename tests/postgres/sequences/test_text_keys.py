"""Keys that are texts: judged by the numbers in them where all are spelled as by the default, else reported."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from seedkit import check_sequences, fix_sequence, fix_sequences, seed
from seedkit.core.reports.runs import SequenceReport
from tests.conftest import Write
from tests.postgres.sequences.sequence_states import state_of

Connection = psycopg.Connection[Any]
INVOICE = "'INV-' || lpad(nextval('numbers')::text, 6, '0')"


@pytest.fixture
def connection(emptied: Connection) -> Connection:
    return emptied


def keyed(connection: Connection, default: str, *keys: str, column: str = "text", sequence: str = "") -> None:
    """Create the table `items` with some keys, and a default for them that draws from the sequence `numbers`."""
    connection.execute(f"create sequence numbers {sequence}".encode())
    connection.execute(f"create table items (key {column} default {default}, name text)".encode())
    for key in keys:
        connection.execute("insert into items (key) values (%s)", (key,))


def drawn(connection: Connection) -> str:
    """The key that an insert through the default gets next."""
    row = connection.execute("insert into items (name) values ('new') returning key").fetchone()
    assert row is not None
    return str(row[0])


def only_report(connection: Connection) -> SequenceReport:
    (report,) = fix_sequences(connection=connection).sequences
    return report


@pytest.mark.parametrize(
    ("default", "keys", "following"),
    [
        ("nextval('numbers')", ("9", "41"), "42"),
        ("nextval('numbers')::text", ("9", "41"), "42"),
        (INVOICE, ("INV-000009", "INV-000041"), "INV-000042"),
        ("'p' || nextval('numbers')", ("p9", "p41"), "p42"),
        ("nextval('numbers') || '/x'", ("9/x", "41/x"), "42/x"),
        ("lpad(nextval('numbers')::text, 4, '0') || '-' || 'a'", ("0009-a", "0041-a"), "0042-a"),
        ("lpad(nextval('numbers')::text, 4, '*')", ("***9", "**41"), "**42"),
        ("lpad(nextval('numbers')::text, 4)", ("   9", "  41"), "  42"),
        ("to_char(nextval('numbers'), 'FM00000')", ("00009", "00041"), "00042"),
        ("to_char(nextval('numbers'), '0000')", (" 0009", " 0041"), " 0042"),
        ("concat('A', nextval('numbers'), '%')", ("A9%", "A41%"), "A42%"),
        ("format('A%s', nextval('numbers'))", ("A9", "A41"), "A42"),
        ("'it''s \\ [.*] ' || nextval('numbers')", ("it's \\ [.*] 9", "it's \\ [.*] 41"), "it's \\ [.*] 42"),
        ("coalesce('p' || nextval('numbers'), 'none')", ("p9", "p41"), "p42"),
    ],
)
def test_a_text_key_is_judged_by_the_number_in_it(
    connection: Connection, default: str, keys: tuple[str, ...], following: str
) -> None:
    """§2 A text key is judged by the number in it: plain, between constant texts, or padded."""
    keyed(connection, default, *keys)

    report = only_report(connection)

    assert (report.status, report.highest_id) == ("fixed", 41)
    assert drawn(connection) == following


@pytest.mark.parametrize("column", ["varchar(20)", "varchar", "character(10)", "letters", "citext"])
def test_a_key_of_any_type_of_text_is_judged(connection: Connection, column: str) -> None:
    """§2 Texts of every kind are judged, also of a domain or of a type that an extension brings."""
    if column == "citext":
        if connection.execute("select from pg_available_extensions where name = 'citext'").fetchone() is None:
            pytest.skip("this server has no citext")
        connection.execute("create extension citext")
    connection.execute("create domain letters as text check (value <> '')")
    keyed(connection, INVOICE, "INV-000041", column=column)

    assert only_report(connection).status == "fixed"
    assert drawn(connection).rstrip() == "INV-000042"


def test_a_text_in_a_nondeterministic_collation_is_judged(connection: Connection) -> None:
    """§2 A collation for which PostgreSQL has no regular expressions is no hindrance."""
    try:
        connection.execute(
            "create collation folded (provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
        )
    except psycopg.errors.FeatureNotSupported:
        pytest.skip("this server has no ICU")
    keyed(connection, INVOICE, "INV-000041", column="text collate folded")

    assert only_report(connection).status == "fixed"


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        (("X-7",), "one of its keys is not spelled like INV-000001"),
        (("INV-000041", "INV-41", "41"), "2 of its keys are not spelled like INV-000001"),
        (("INV-0000041",), "one of its keys is not spelled like INV-000001"),
        (("inv-000041",), "one of its keys is not spelled like INV-000001"),
        (("INV-00004x",), "one of its keys is not spelled like INV-000001"),
        (("",), "one of its keys is not spelled like INV-000001"),
    ],
)
def test_keys_of_another_spelling_are_reported(connection: Connection, keys: tuple[str, ...], reason: str) -> None:
    """§2 Where one key is spelled otherwise than the default spells keys, the sequence is not judged."""
    keyed(connection, INVOICE, "INV-000007", *keys)
    before = state_of(connection, "numbers")

    report = only_report(connection)

    assert (report.status, state_of(connection, "numbers")) == ("skipped", before)
    assert report.reason == f"the highest value of items.key says nothing: {reason}"


def test_plain_numbers_beside_a_word_are_reported(connection: Connection) -> None:
    """§2 A text column of plain numbers with a word in it is not judged."""
    keyed(connection, "nextval('numbers')", "41", "none")

    report = only_report(connection)

    assert report.reason == "the highest value of items.key says nothing: one of its keys is not a number"


@pytest.mark.parametrize("default", ["md5(nextval('numbers')::text)", "lpad('A' || nextval('numbers'), 9, '0')"])
def test_a_text_that_is_computed_is_reported(connection: Connection, default: str) -> None:
    """§2 A text of which the number can't be told is computed from the sequence's values, and is not judged."""
    keyed(connection, default, "A41")

    report = only_report(connection)

    assert report.reason is not None
    assert report.reason.startswith("items.key is computed from the sequence's values")


def test_no_key_at_all_is_in_step(connection: Connection) -> None:
    """§2 A table without keys, or with none but NULL, is in step."""
    keyed(connection, INVOICE)
    connection.execute("insert into items values (null)")

    assert only_report(connection).status == "in step"


def test_a_padding_that_is_used_up_exhausts_the_sequence(connection: Connection) -> None:
    """§2 lpad cuts longer numbers, so that keys would come again: the padding is a limit like that of a type."""
    keyed(connection, "'p' || lpad(nextval('numbers')::text, 3, '0')", "p999", column="text unique")

    report = only_report(connection)

    assert report.status == "exhausted"
    assert report.reason is not None
    assert report.reason.startswith("after id 999 nothing is left before 999, the limit of keys like p001")
    assert report.hint == "Widen the padding in what spells items.key: a number of more digits is cut."


@pytest.mark.parametrize(
    ("default", "key", "column"),
    [
        ("nextval('numbers')", "999", "varchar(3)"),
        ("'A' || nextval('numbers')", "A999", "varchar(4)"),
        ("nextval('numbers')", "999", "char(3)"),
    ],
)
def test_a_length_that_is_used_up_exhausts_the_sequence(
    default: str, key: str, column: str, connection: Connection
) -> None:
    """§2 A longer key is refused: the length of a text type is a limit as that of a number's."""
    keyed(connection, default, key, column=f"{column} primary key")

    report = only_report(connection)

    assert (report.status, report.next_value) == ("exhausted", 1)
    assert report.reason is not None
    assert report.reason.startswith("after id 999 nothing is left before 999, the limit of character")
    assert report.hint is not None
    assert "alter table items alter column key type text" in report.hint


def test_the_padding_is_what_runs_out(connection: Connection) -> None:
    """§7 The headroom of a padded key is that of its padding."""
    keyed(connection, "lpad(nextval('numbers')::text, 3, '0')", "900")

    (report,) = check_sequences(connection=connection).sequences

    assert report.headroom is not None
    assert (report.headroom.values_left, report.headroom.nearest_name) == (99, "keys like 001")


def test_the_lowest_number_counts_where_a_sequence_descends(connection: Connection) -> None:
    """§2 For a sequence that descends the lowest number in the keys counts."""
    keyed(connection, "'p' || nextval('numbers')", "p-9", "p-41", sequence="increment -1")

    assert only_report(connection).highest_id == -41
    assert drawn(connection) == "p-42"


def test_a_number_longer_than_any_id_leaves_it_at_that(connection: Connection) -> None:
    """§2 A number beyond every sequence is one that it can't give; one of very many digits is spelled like no key."""
    keyed(connection, "nextval('numbers')", "9" * 30)
    connection.execute("create sequence others; create table longer (key text default nextval('others'))")
    connection.execute("insert into longer values (repeat('9', 200000))")

    statuses = {str(found.sequence): str(found.status) for found in check_sequences(connection=connection).sequences}

    assert statuses == {"numbers": "in step", "others": "skipped"}


def test_a_text_key_of_a_function_is_judged(connection: Connection) -> None:
    """§2 What a function spells is judged as what a default spells, and so is what a default adds to it."""
    connection.execute("create sequence numbers")
    connection.execute(
        "create function next_no() returns text language plpgsql as"
        " $$ begin return 'A' || lpad(nextval('numbers')::text, 4, '0'); end $$"
    )
    connection.execute("create table items (key text default 'X-' || next_no(), name text)")
    connection.execute("insert into items (key) values ('X-A0041')")

    fix_sequence("items", "key", connection=connection)

    assert drawn(connection) == "X-A0042"


def test_a_text_key_of_a_trigger_is_judged(connection: Connection) -> None:
    """§2 What a trigger spells is judged as well."""
    connection.execute("create sequence numbers; create table items (key text, name text)")
    connection.execute("insert into items (key) values ('A41')")
    connection.execute(
        "create function fill() returns trigger language plpgsql as"
        " $$ begin new.key := format('A%s', nextval('numbers')); return new; end $$;"
        "create trigger fill before insert on items for each row execute function fill()"
    )

    fix_sequence("items", connection=connection)

    assert drawn(connection) == "A42"


def test_an_owned_sequence_of_a_text_is_judged_by_plain_numbers(connection: Connection) -> None:
    """§2 A text column that owns a sequence, and has no default, is judged where it holds plain numbers."""
    connection.execute("create table items (key text); create sequence numbers owned by items.key")
    connection.execute("insert into items values ('41')")

    assert only_report(connection).next_value == 42


def test_a_seed_moves_the_sequence_of_text_keys(project: Write, connection: Connection) -> None:
    """§4 A seed that brings text keys leaves their sequence behind none of them."""
    keyed(connection, INVOICE, column="text primary key")
    project({"fixtures/items.yml": "- {key: INV-000041, name: Ada}\n"})

    report = seed(connection=connection)

    assert [(str(found.sequence), str(found.status)) for found in report.sequences] == [("numbers", "fixed")]
    assert drawn(connection) == "INV-000042"


def test_a_seed_that_uses_the_padding_up_says_so(project: Write, connection: Connection) -> None:
    """§4 A seed that brings the last key of a padding is committed, and reported as exhausted."""
    keyed(connection, "lpad(nextval('numbers')::text, 3, '0')", column="text primary key")
    project({"fixtures/items.yml": "- {key: '999', name: Ada}\n"})

    report = seed(connection=connection)

    assert [str(found.status) for found in report.sequences] == ["exhausted"]
    assert not report.right
