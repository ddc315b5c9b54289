"""What `fix-sequence TABLE [COLUMN] [SEQUENCE]` means, and what it says where it means nothing."""

from __future__ import annotations

import pytest

from seedkit.core.catalog import Table
from seedkit.core.names import SequenceName, TableName
from seedkit.core.sequences.choice import column_for, find_column, linked_sequences, unknown_sequence
from seedkit.core.sequences.feeding import FedColumn, Feeding, FeedingSequence, UnresolvedDefault
from seedkit.errors import CatalogError, SequenceError
from tests.core.builders import a_table

USERS = a_table("users", ["id", "accountId", "Email"], oid=1, primary_key=["id"])
PUBLIC = "public"


def feeds(sequence: str, *columns: str, oid: int = 10) -> FeedingSequence:
    """A sequence that feeds columns such as `users.id`; the table `users` has the OID 1, others 2."""
    return FeedingSequence(
        oid=oid,
        name=SequenceName(PUBLIC, sequence),
        columns=tuple(_fed(*column.split(".")) for column in columns),
        increment=1,
        role="ada",
        owner_role="ada",
    )


def _fed(table: str, column: str) -> FedColumn:
    oid = 1 if table == "users" else 2
    return FedColumn(table_oid=oid, table=TableName(PUBLIC, table), name=column, type_name="integer")


def unresolved(table: str, column: str) -> UnresolvedDefault:
    return UnresolvedDefault(
        table_oid=1 if table == "users" else 2, table=TableName(PUBLIC, table), column=column, reason="who knows"
    )


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("id", "id"),
        ("ID", "id"),
        ('"id"', "id"),
        ("accountId", "accountId"),
        ("accountid", "accountId"),
        ("ACCOUNTID", "accountId"),
        ('"accountId"', "accountId"),
        ("email", "Email"),
    ],
)
def test_a_column_is_found_as_typed_then_in_whatever_case(typed: str, found: str) -> None:
    """§1 A column is found as typed, then folded, then in whatever case if just one fits."""
    assert find_column(USERS, typed).name == found


@pytest.mark.parametrize(("typed", "found"), [("Id", "Id"), ("id", "id"), ("ID", "id")])
def test_an_exact_column_comes_first(typed: str, found: str) -> None:
    """§1 Where column names differ only in case, the one as typed comes first, then the folded one."""
    assert find_column(a_table("users", ["Id", "id"]), typed).name == found


def test_a_column_that_fits_several_is_not_guessed() -> None:
    """§1 A column in no exact case that fits several is an error."""
    with pytest.raises(CatalogError, match='table "users" has no column "id"'):
        find_column(a_table("users", ["Id", "ID"]), "id")


def test_a_long_column_is_cut_where_postgresql_cuts_it() -> None:
    """§1 A name of more than 63 bytes means the one that PostgreSQL made of it."""
    assert find_column(a_table("users", ["ä" * 31]), "ä" * 40).name == "ä" * 31


def test_an_unknown_column_lists_those_there_are() -> None:
    """§1 A column that is not there is an error with the near names, no silent success."""
    with pytest.raises(CatalogError) as refused:
        find_column(USERS, "emial")

    assert refused.value.message == 'table "users" has no column "emial"'
    assert refused.value.hint == 'Did you mean "Email"? Its columns are "id", "accountId", "Email".'


def test_a_table_means_all_sequences_of_its_columns() -> None:
    """§1 Without a column, every sequence that feeds the table is meant, and none of another table."""
    feeding = Feeding(
        sequences=(feeds("ids", "users.id"), feeds("numbers", "users.accountId"), feeds("others", "orders.id"))
    )

    chosen = linked_sequences(USERS, None, feeding)

    assert [str(sequence.name) for sequence in chosen.sequences] == ["ids", "numbers"]


def test_a_column_means_its_own_sequences() -> None:
    """§1 With a column, only what feeds that column is meant; there may be several."""
    feeding = Feeding(
        sequences=(feeds("ids", "users.id"), feeds("more_ids", "users.id"), feeds("numbers", "users.accountId")),
        unresolved=(unresolved("users", "accountId"),),
    )

    chosen = linked_sequences(USERS, USERS.column("id"), feeding)

    assert [str(sequence.name) for sequence in chosen.sequences] == ["ids", "more_ids"]
    assert chosen.unresolved == ()


def test_a_shared_sequence_is_reported_under_the_column_that_was_asked_for() -> None:
    """§1 A shared sequence keeps all its columns, with the one that was asked for in front."""
    shared = feeds("ids", "orders.id", "users.accountId", "users.id")

    (chosen,) = linked_sequences(USERS, USERS.column("id"), Feeding(sequences=(shared,))).sequences

    assert [str(column) for column in chosen.columns] == ["users.id", "orders.id", 'users."accountId"']


def test_a_default_that_can_not_be_resolved_is_not_nothing() -> None:
    """§1 A table fed only by a default that can't be resolved is reported, not refused as fed by nothing."""
    feeding = Feeding(sequences=(), unresolved=(unresolved("users", "id"), unresolved("orders", "id")))

    chosen = linked_sequences(USERS, None, feeding)

    assert [str(default.table) for default in chosen.unresolved] == ["users"]


@pytest.mark.parametrize(
    ("column", "message"),
    [(None, 'no sequence feeds table "users"'), ("Email", 'no sequence feeds column "Email" of table "users"')],
)
def test_nothing_that_feeds_is_an_error(column: str | None, message: str) -> None:
    """§1 Where no sequence feeds what was asked for, that is an error and no silent success."""
    asked = USERS.column(column) if column else None

    with pytest.raises(SequenceError) as refused:
        linked_sequences(USERS, asked, Feeding(sequences=()))

    assert refused.value.message == message
    assert refused.value.hint is not None
    assert refused.value.hint.endswith("name it: seedkit fix-sequence TABLE COLUMN SEQUENCE.")


def test_the_error_lists_the_columns_that_have_a_sequence() -> None:
    """§1 The error for a column without a sequence lists the table's columns that have one."""
    feeding = Feeding(sequences=(feeds("ids", "orders.id", "users.id"),))

    with pytest.raises(SequenceError) as refused:
        linked_sequences(USERS, USERS.column("Email"), feeding)

    assert refused.value.hint == "Its columns with a sequence: id (ids)."


@pytest.mark.parametrize(
    ("sequences", "near", "hint"),
    [
        ([feeds("ids", "users.id")], ["user_ids"], "Table users draws from ids."),
        ([], ["user_ids", "users_seq"], "Did you mean user_ids or users_seq?"),
        ([], [], "Table users has no sequence of its own."),
    ],
)
def test_an_unknown_sequence_is_an_error_with_what_there_is(
    sequences: list[FeedingSequence], near: list[str], hint: str
) -> None:
    """§1 A sequence that is not there is an error with the table's own ones, or those of like name."""
    error = unknown_sequence("usre_ids", USERS, sequences, near)

    assert (error.message, error.hint) == ('sequence "usre_ids" does not exist', hint)


def test_a_named_sequence_is_compared_with_the_column_it_feeds() -> None:
    """§1 A sequence that is named without a column is compared with the one that it feeds."""
    assert column_for(USERS, "numbers", [feeds("numbers", "orders.id", "users.accountId")]).name == "accountId"


def test_a_named_sequence_without_links_is_compared_with_the_primary_key() -> None:
    """§1 A sequence that feeds nothing is compared with a primary key of one column."""
    assert column_for(USERS, "free", [feeds("numbers", "users.accountId")]).name == "id"


@pytest.mark.parametrize(
    "table", [a_table("users", ["id"]), a_table("users", ["id", "place"], primary_key=["id", "place"])]
)
def test_a_named_sequence_needs_a_column_where_none_is_plain(table: Table) -> None:
    """§1 Where neither a link nor a key tells the column, the caller is asked for it."""
    with pytest.raises(SequenceError) as refused:
        column_for(table, "free", [])

    assert refused.value.message == 'which column of table "users" does sequence "free" feed?'
    assert refused.value.hint == "Name the column as well."
