"""A law: whatever the expression and the row, our value is the server's, or none."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seedkit.core.generation.expressions.values import Unevaluated
from tests.postgres.generation.oracle import ROWS, Oracle, Verdict

_LITERALS = ["'Ada'", "''", "'a%'", "'A_a'", "' x '", "'2024'", "'ä'"]
_PATTERNS = ["'^[A-Z]'", "'a+'", "'^.?$'", r"'\d{2,}'", "'(x|y)$'", r"'\s'", "'[^[:alpha:]]'", "'^$'"]
_INTERVALS = ["interval '1 day'", "interval '1 month'", "interval '-90 minutes'", "interval '1 year 2 days'"]


def _joined(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda texts: "(" + " ".join(texts) + ")")


def _called(name: str, *parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map(lambda texts: f"{name}({', '.join(texts)})")


def _of(*texts: str) -> st.SearchStrategy[str]:
    return st.sampled_from(texts)


_comparison = _of("=", "<>", "<", "<=", ">", ">=", "is distinct from", "is not distinct from")
_whole = st.recursive(
    _of("a", "b", "0", "1", "-3", "null::bigint", "'17'::bigint", "numbers[1]", "length(t)", "(d - e)"),
    lambda inner: st.one_of(
        _joined(inner, _of("+", "-", "*", "&", "|", "#"), inner).map(lambda text: f"({text})::bigint"),
        _joined(inner, _of("/", "%"), _of("a", "b", "3")).map(lambda text: f"({text})::bigint"),
        _called("coalesce", inner, inner),
        _called("greatest", inner, inner),
        _called("nullif", inner, inner),
        _called("abs", inner),
    ),
    max_leaves=4,
)
_numeric = st.recursive(
    _of("n", "m", "1.50", "-0.005", "1000000.1", "null::numeric", "(a)::numeric"),
    lambda inner: st.one_of(
        _joined(inner, _of("+", "-", "*"), inner),
        _joined(
            inner, _of("/", "%"), _of("n", "m", "7.0")
        ),  # a constant divided by zero is refused while it is planned
        _called("round", inner, _of("0", "1", "-1")),
        _called("trunc", inner),
        _called("ceil", inner),
    ),
    max_leaves=4,
)
_text = st.recursive(
    _of("t", "u", "v::text", "c::text", "a::text", "m::text", "d::text", "yes::text", "null::text", *_LITERALS),
    lambda inner: st.one_of(
        _joined(inner, _of("||"), inner),
        _called("btrim", inner),
        _called("lower", inner),
        _called("left", inner, _of("2", "-1", "0")),
        _called("right", inner, _of("2", "-1", "0")),
        _called("substr", inner, _of("0", "2"), _of("1", "3")),
        _called("replace", inner, inner, inner),
        _called("coalesce", inner, inner),
        _called("split_part", inner, _of("'-'", "' '"), _of("1", "2", "-1")),
    ),
    max_leaves=4,
)
_moment = st.recursive(
    _of("ts", "tz::timestamp", "d::timestamp", "timestamp '2024-02-29 12:00'", "null::timestamp"),
    lambda inner: st.one_of(
        _joined(inner, _of("+", "-"), st.sampled_from(_INTERVALS)),
        _called("date_trunc", _of("'month'", "'day'", "'hour'"), inner),
    ),
    max_leaves=3,
)
_atom = st.one_of(
    _of(
        "yes",
        "no",
        "true",
        "null::boolean",
        "(t is null)",
        "(d is not null)",
        "(c = 'de')",
        "(words @> array['a'])",
        "(a = any (numbers))",
    ),
    _joined(_whole, _comparison, _whole),
    _joined(_numeric, _comparison, _numeric),
    _joined(_text, _of("=", "<>", "like", "not like", "is distinct from"), _text),
    _joined(_text, _of('collate "C" <', 'collate "C" >='), _text),
    _joined(_text, _of("~", "!~", "~*"), st.sampled_from(_PATTERNS)),
    _joined(_moment, _comparison, _moment),
    _joined(_whole, _of("in (0, 1, null)", "not in (0, 5)", "between -5 and 5", "= any ('{1,2}')", "<> all (numbers)")),
    _joined(_text, _of("in ('Ada', 'x')", "is null", "= any (words)", "in ('', null)")),
    _called("extract", _of("year from d", "month from ts", "dow from tz", "hour from clock")).map(
        lambda text: f"({text} > 3)"
    ),
    _called("num_nonnulls", _whole, _text, _moment).map(lambda text: f"({text} = 1)"),
)
_truth = st.recursive(
    _atom,
    lambda inner: st.one_of(
        _joined(inner, _of("and", "or"), inner),
        _joined(_of("not"), inner),
        _joined(inner, _of("is true", "is not false", "is unknown", "is null")),
        _joined(_of("case when"), inner, _of("then"), inner, _of("else"), inner, _of("end")),
        _joined(inner, _of("="), inner),
    ),
    max_leaves=5,
)


@pytest.fixture(scope="module")
def oracle(module_database: str) -> Iterator[Oracle]:
    with psycopg.connect(module_database, autocommit=True) as connection:
        yield Oracle(connection, ROWS)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(expression=st.one_of(_truth, _whole, _numeric, _text, _moment))
def test_our_value_is_the_servers_or_none(oracle: Oracle, expression: str) -> None:
    verdicts = oracle.judged(expression)

    assert [verdict for verdict in verdicts if verdict.differs] == []


def test_most_of_what_the_server_can_evaluate_is_evaluated_here(oracle: Oracle) -> None:
    verdicts: list[Verdict] = []

    @settings(max_examples=150, derandomize=True, database=None)
    @given(expression=_truth)
    def judge(expression: str) -> None:
        verdicts.extend(
            verdict for verdict in oracle.judged(expression) if not isinstance(verdict.theirs, psycopg.Error)
        )

    judge()

    assert sum(not isinstance(verdict.ours, Unevaluated) for verdict in verdicts) > 0.85 * len(verdicts)
