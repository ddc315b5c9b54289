"""A CHECK that is said to hold by construction holds in every row."""

from __future__ import annotations

import pytest

from seedkit.core.generation.expressions.evaluation import evaluator
from seedkit.core.generation.planning.numbering import Numbering
from seedkit.core.generation.planning.situation import Situation
from seedkit.core.generation.planning.tables import planned_table
from seedkit.core.generation.row_values import row_reader
from seedkit.core.generation.rows.proofs import always_holds
from seedkit.core.generation.streams import rows_of_block
from tests.core.generation.made_tables import a_run, a_table

COUNTRY = "upper((country)::text) = (country)::text"


@pytest.mark.parametrize(
    ("column", "type_", "check", "proven"),
    [
        ("country", "character(2) not null", COUNTRY, True),
        ("country", "character(2)", COUNTRY, True),
        ("status", "text not null", "status = ANY (ARRAY['new'::text, 'paid'::text])", True),
        ("status", "text", "(status = 'new'::text) OR (status IS NULL)", True),
        ("price", "numeric(10,2) not null", "price >= (0)::numeric", True),
        ("price", "numeric(10,2) not null", "(0)::numeric < price", True),
        ("price", "numeric(10,2) not null", "price <= (99)::numeric", True),
        ("price", "numeric(10,2) not null", "(price)::text > '0'::text", False),
        ("share", "double precision not null", "share <= (1)::double precision", True),
        ("quantity", "integer not null", "quantity > 5", True),
        ("quantity", "integer not null", "quantity <> 7", False),
        ("quantity", "integer not null", "(quantity % 2) = 0", True),
        ("id", "bigint not null", "id > 0", True),
        ("id", "bigint not null", "id < 5000", False),
        ("born", "date not null", "born > '1950-01-01'::date", True),
        (
            "created_at",
            "timestamp with time zone not null",
            "created_at >= '2020-01-01 00:00:00+00'::timestamptz",
            True,
        ),
        ("created_at", "timestamp with time zone not null", "(created_at)::time > '12:00'::time", False),
        ("closed_at", "date not null", "closed_at < '2026-11-30'::date", True),
        ("valid_to", "date not null", "valid_to < '2030-01-01'::date", True),
        ("email", "text not null", "char_length(email) <= 255", True),
        ("bio", "text not null", "char_length(bio) <= 255", True),
        ("bio", "text not null", "char_length(bio) > 0", True),
        ("bio", "text not null", "bio <> ''::text", True),
        ("bio", "text not null", "char_length(bio) > 150", False),
        ("email", "text not null", "email IS NOT NULL", True),
        ("email", "text", "email IS NOT NULL", True),
        ("email", "text not null", "email ~~ '%@%'::text", False),
        ("details", "jsonb not null", "jsonb_typeof(details) = 'object'::text", True),
    ],
)
def test_a_check_is_proven_where_the_column_is_made_for_it(column: str, type_: str, check: str, proven: bool) -> None:
    rules = a_table({column: type_}, checks=[check], uniques=[("id",)] if column == "id" else [])
    plan = planned_table(rules, a_run(), Situation(counted={"id": Numbering()} if column == "id" else {}, parents={}))
    surroundings = rules.surroundings({})
    (rule,) = rules.checks

    assert always_holds(rule, plan, surroundings) is proven
    texts = set(plan.columns[0].generator.values(rows_of_block(0)))
    values = row_reader(plan, [rule.expression], [], surroundings).texts[column]
    evaluate = evaluator(rule.expression, surroundings)
    broken = [text for text in texts if evaluate({column: values[text]}) is False]
    assert not (proven and broken)
