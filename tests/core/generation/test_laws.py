"""What holds of every table: a value hangs on its own column and row, whatever else a schema or a run has."""

from __future__ import annotations

import pickle
from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.columns.parents import Numbered
from seedkit.core.generation.expressions.parser import parsed_check
from seedkit.core.generation.planning.numbering import Numbering
from seedkit.core.generation.planning.situation import Parents, Situation
from seedkit.core.generation.planning.tables import TablePlanner
from seedkit.core.generation.rows.making import RowMaker
from seedkit.core.generation.schema import Check, TableRules
from seedkit.core.generation.streams import BLOCK
from tests.core.generation.made_tables import a_run, a_table

TYPES = {
    "email": "text not null",
    "name": "text",
    "city": "character varying(20)",
    "billing_zip": "text not null",
    "bio": "text",
    "slug": "character varying(12) not null",
    "active": "boolean not null",
    "price": "numeric(10,2) not null",
    "share": "double precision",
    "stars": "smallint not null",
    "size": "integer",
    "token": "uuid not null",
    "born": "date",
    "created_at": "timestamp with time zone not null",
    "opens": "time without time zone",
    "details": "jsonb",
    "digest": "bytea",
    "user_id": "bigint not null",
    "starts_on": "date not null",
    "ends_on": "date",
}
CHECKS = {
    "stars": "stars >= 1 AND stars <= 5",
    "ends_on starts_on": "ends_on >= starts_on",
    "size stars": "size > stars",
}
USERS = ForeignKey(name="things_user_id_fkey", columns=("user_id",), references=99, referenced_columns=("id",))

FEW = settings(max_examples=15, deadline=None)
TIED = {("ends_on", "starts_on"), ("starts_on", "ends_on"), ("size", "stars"), ("stars", "size")}
"""Columns that one CHECK speaks of: where it is new, it may change them."""

NAMES = st.lists(st.sampled_from([*TYPES]), unique=True, min_size=1, max_size=8)
ROWS = st.integers(min_value=0, max_value=BLOCK * 2)


def things(names: list[str], *, name: str = "things", uniques: bool = True) -> TableRules:
    """A table of some columns, with the constraints that speak of these alone."""
    columns = {"id": "bigint not null"} | {name: TYPES[name] for name in names}
    checks = [check for spoken, check in CHECKS.items() if {*spoken.split()} <= {*names}]
    keys = [("id",), *((name,) for name in ("email", "slug", "token") if name in names and uniques)]
    return a_table(columns, name=name, checks=checks, uniques=keys, foreign_keys=[USERS] if "user_id" in names else [])


def maker(rules: TableRules, *, seed: int = 0, users: int = 1000) -> RowMaker:
    situation = Situation(
        counted={"id": Numbering()},
        parents={USERS.name: Parents(users, {"id": Numbered(1)})} if rules.table.foreign_keys else {},
    )
    return RowMaker(TablePlanner(rules, a_run(seed), situation).planned, rules.surroundings({}))


def made(rules: TableRules, first: int, count: int, *, seed: int = 0) -> dict[int, Mapping[str, str]]:
    """Give rows by their numbers, as COPY texts of each column."""
    rows: dict[int, Mapping[str, str]] = {}
    names = [column.name for column in rules.sent_columns]
    for block in maker(rules, seed=seed).blocks(first, count):
        lines = block.text.removesuffix("\n").split("\n") if block.text else []
        rows |= {
            number: dict(zip(names, line.split("\t"), strict=True))
            for number, line in zip(block.numbers, lines, strict=True)
        }
    return rows


def of(rows: Mapping[int, Mapping[str, str]], names: list[str]) -> list[tuple[str, ...]]:
    return [tuple(row[name] for name in ["id", *names]) for row in rows.values()]


@FEW
@given(NAMES, st.sampled_from([*TYPES]), ROWS, st.integers(min_value=0, max_value=7))
def test_a_column_more_changes_no_other_value(names: list[str], more: str, first: int, place: int) -> None:
    names = [name for name in names if name != more]
    same = [name for name in names if (name, more) not in TIED]

    before, after = made(things(names), first, 40), made(things([*names[:place], more, *names[place:]]), first, 40)

    assert of(before, same) == of(after, same)


@FEW
@given(st.data(), NAMES, ROWS)
def test_the_order_of_columns_and_of_constraints_changes_no_value(
    data: st.DataObject, names: list[str], first: int
) -> None:
    rules = things(names)
    shuffled = things(data.draw(st.permutations(names)))
    other = replace(
        shuffled,
        checks=tuple(data.draw(st.permutations(shuffled.checks))),
        uniques=tuple(data.draw(st.permutations(shuffled.uniques))),
    )

    assert of(made(rules, first, 40), names) == of(made(other, first, 40), names)


@FEW
@given(NAMES, ROWS, st.integers(min_value=0, max_value=90), st.integers(min_value=1, max_value=30))
def test_rows_are_the_same_however_many_are_made_and_wherever_these_begin(
    names: list[str], first: int, before: int, count: int
) -> None:
    rules = things(names)
    long = made(rules, max(0, first - before), before + count + 10)

    assert made(rules, first, count) == {number: long[number] for number in range(first, first + count)}
    assert made(rules, first + count - 1, 1) == {first + count - 1: long[first + count - 1]}


@FEW
@given(NAMES)
def test_a_block_is_its_rows_one_by_one(names: list[str]) -> None:
    rules = things(names)
    numbers = [0, 1, BLOCK - 1, BLOCK, BLOCK + 1]
    whole = made(rules, 0, BLOCK + 2)

    assert [made(rules, number, 1)[number] for number in numbers] == [whole[number] for number in numbers]


@FEW
@given(NAMES, ROWS)
def test_another_seed_and_another_table_give_other_values(names: list[str], first: int) -> None:
    names = [name for name in names if name != "opens"]
    rows = of(made(things([*names, "token"]), first, 10), ["token"])

    assert rows != of(made(things([*names, "token"]), first, 10, seed=1), ["token"])
    assert rows != of(made(things([*names, "token"], name="others"), first, 10), ["token"])


@FEW
@given(NAMES, ROWS)
def test_columns_alone_give_what_rows_that_are_looked_at_give_where_nothing_is_mended(
    names: list[str], first: int
) -> None:
    rules = things(names)
    looked_at = replace(
        rules, checks=(*rules.checks, Check("always", parsed_check("CHECK (id > 0 OR id IS NULL)"), "always"))
    )

    assert made(looked_at, first, 40) == made(rules, first, 40)


def test_a_block_that_nothing_can_mend_leaves_the_next_one_as_it_is() -> None:
    rules = a_table(
        {"id": "bigint not null", "size": "integer not null"},
        checks=["id > 8192", "(size % 2) = 0"],
        uniques=[("id",)],
    )
    both = made(rules, BLOCK - 100, 200)

    assert both == made(rules, BLOCK, 100)
    assert len(both) == 100


def test_a_parent_more_moves_few_children() -> None:
    rules = things(["user_id"])

    def parents(count: int) -> list[str]:
        return [
            line.split("\t")[1] for line in next(iter(maker(rules, users=count).blocks(0, BLOCK))).text.splitlines()
        ]

    assert sum(one != other for one, other in zip(parents(100_003), parents(100_004), strict=True)) < 5
    assert sum(one != other for one, other in zip(parents(100_003), parents(101_003), strict=True)) < 200


def test_a_maker_that_was_sent_to_another_process_makes_the_same() -> None:
    for rules in (things([*TYPES]), things(["city", "user_id", "price"], uniques=False)):
        here = maker(rules)
        assert here.to_send is not None
        there = pickle.loads(pickle.dumps(here.to_send))  # noqa: S301 - our own

        assert [block.text for block in there.blocks(5000, 9000)] == [block.text for block in here.blocks(5000, 9000)]
