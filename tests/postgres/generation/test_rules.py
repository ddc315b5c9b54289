"""Whatever a schema says of rows is read, or named."""

from __future__ import annotations

import psycopg
import pytest

from seedkit.core.generation.expressions.evaluation import evaluator
from seedkit.core.generation.expressions.tree import Unread, nodes_of
from seedkit.core.generation.schema import TableRules
from seedkit.postgres.catalog.tables import read_catalog, read_tables
from seedkit.postgres.generation.rules import Rules, read_rules

SCHEMA = """
create schema shop;
create domain shop.positive as integer check (value > 0);
create domain shop.small as shop.positive check (value < 100);
create function shop.is_code(code text) returns boolean language sql immutable
    as 'select code ~ ''^[A-Z]{3}$''';
create function shop.is_white(text) returns boolean language sql immutable strict
    return $1 in ('white', 'snow');
create function shop.fills() returns trigger language plpgsql as 'begin return new; end';
create table shop.parents (a integer, b integer, primary key (a, b));
create table shop.items (
    id integer primary key,
    amount shop.small,
    code text check (shop.is_code(code)),
    colour text check (shop.is_white(colour)) default 'white',
    starts date not null default current_date,
    ends date,
    total numeric(10, 2) generated always as (amount * 2) stored,
    a integer,
    b integer,
    during daterange,
    constraint in_order check (ends is null or ends >= starts),
    foreign key (a, b) references shop.parents match full,
    exclude using gist (during with &&)
);
create unique index on shop.items (lower(code)) where ends is null;
create unique index on shop.items (a, b) nulls not distinct;
create trigger fills before insert on shop.items for each row execute function shop.fills();
comment on column shop.items.code is '[seedkit: like word]';
create table shop.visits (id integer, day date not null, primary key (id, day)) partition by range (day);
create table shop.visits_2024 partition of shop.visits for values from ('2024-01-01') to ('2025-01-01');
create table shop.visits_rest partition of shop.visits default;
alter table shop.visits_2024 add constraint not_new_year check (day <> '2024-01-01');
"""


@pytest.fixture(scope="module")
def rules(module_database: str) -> Rules:
    with psycopg.connect(module_database, autocommit=True) as connection:
        connection.execute(SCHEMA)
        oids = [relation.oid for relation in read_catalog(connection).relations if relation.kind in "rp"]
        return read_rules(connection, read_tables(connection, oids))


def of(rules: Rules, name: str) -> TableRules:
    return next(rules for rules in rules.tables.values() if rules.table.name.name == name)


def test_the_checks_of_a_table_and_of_its_domains_are_read(rules: Rules) -> None:
    items = of(rules, "items")
    row = {"amount": 100, "code": "ABC", "colour": "white", "starts": None, "ends": None}

    values = {
        check.name: evaluator(check.expression, items.surroundings(rules.functions))(row) for check in items.checks
    }

    assert values == {
        "in_order": True,
        "items_code_check": True,
        "items_colour_check": True,
        "positive_check": True,
        "small_check": False,
    }


def test_the_rules_of_one_column_are_known_apart_from_those_of_several(rules: Rules) -> None:
    items = of(rules, "items")

    assert [check.name for check in items.checks_of("amount")] == ["positive_check", "small_check"]
    assert items.checks_of("ends") == ()


def test_unique_indexes_are_read_with_expressions_and_predicates(rules: Rules) -> None:
    items = of(rules, "items")

    found = {
        rule.name: (rule.plain_columns, rule.predicate is not None, rule.nulls_not_distinct) for rule in items.uniques
    }

    assert found == {
        "items_a_b_idx": (("a", "b"), False, True),
        "items_lower_idx": (None, True, False),
        "items_pkey": (("id",), False, False),
    }


def test_defaults_generated_columns_comments_triggers_and_the_rest_are_read(rules: Rules) -> None:
    items = of(rules, "items")

    assert set(items.defaults) == {"colour", "starts"}
    assert set(items.generated) == {"total"}
    assert "total" not in [column.name for column in items.sent_columns]
    assert items.comments == {"code": "[seedkit: like word]"}
    assert items.match_full == {"items_a_b_fkey"}
    assert [exclusion.definition for exclusion in items.exclusions] == ["EXCLUDE USING gist (during WITH &&)"]
    assert [(trigger.name, trigger.before) for trigger in items.triggers] == [("fills", True)]


def test_partitions_are_read_with_their_bounds_and_their_own_checks(rules: Rules) -> None:
    visits = of(rules, "visits")
    bounds = {leaf.name: leaf.bound for leaf in visits.leaves}

    assert set(bounds) == {"shop.visits_2024", "shop.visits_rest"}
    (own,) = visits.checks
    assert (own.name, own.partition) == ("not_new_year", visits.leaves[0].oid)
    assert bounds["shop.visits_2024"] is not None
    assert evaluator(bounds["shop.visits_2024"])({"day": None}) is False


def test_no_expression_of_the_schema_is_left_unread(rules: Rules) -> None:
    read = [check.expression for found in rules.tables.values() for check in found.checks]
    read += [key for found in rules.tables.values() for rule in found.uniques for key in rule.keys]

    assert [node for tree in read for node in nodes_of(tree) if isinstance(node, Unread)] == []
