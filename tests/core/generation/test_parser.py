"""The parser reads what PostgreSQL deparses and what authors of SQL functions write, and says what it cannot read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seedkit.core.generation.expressions.evaluation import Surroundings, evaluator
from seedkit.core.generation.expressions.parser import parsed, parsed_check
from seedkit.core.generation.expressions.rewriting import without_not
from seedkit.core.generation.expressions.substitution import sql_function
from seedkit.core.generation.expressions.tree import (
    And,
    Call,
    Cast,
    Column,
    Constant,
    IsNull,
    Not,
    Operation,
    Or,
    Unread,
    columns_of,
)
from seedkit.core.generation.expressions.values import Unevaluated

A, B, C = Column("a"), Column("b"), Column("c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a or b and not c", Or((A, And((B, Not(C)))))),
        ("a or b or c", Or((A, B, C))),
        ("a = b + c", Operation("=", A, Operation("+", B, C))),
        ("a - b - c", Operation("-", Operation("-", A, B), C)),
        ("a || b = c", Operation("=", Operation("||", A, B), C)),
        ("- a * b", Operation("*", Operation("-", None, A), B)),
        ("-a::text", Operation("-", None, Cast(A, "text"))),
        ("not a is null", Not(IsNull(A))),
        ('"A" = "two words"', Operation("=", Column("A"), Column("two words"))),
        ("a OPERATOR(public.=) b", Operation("public.=", A, B)),
        ("a OPERATOR(pg_catalog.=) b", Operation("=", A, B)),
        ("pg_catalog.lower(a)", Call("lower", (A,))),
        ('shop."Lower"(a)', Call("shop.Lower", (A,))),
        ("'a'::character varying(3)[]", Cast(Constant("a"), "character varying(3)[]")),
        ("a::timestamp(3) without time zone", Cast(A, "timestamp(3) without time zone")),
        ('a::shop."My type"', Cast(A, 'shop."My type"')),
        ("users.a = b", Operation("=", A, B)),
        (r"e'a\'\n\x41'", Constant("a'\nA")),
    ],
)
def test_operators_bind_as_in_postgresql(text: str, tree: object) -> None:
    assert parsed(text) == tree


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a =",
        "(a",
        "a b",
        "exists (select 1)",
        "a between 1",
        "f(variadic a)",
        "xmlexists('x' passing a)",
        "a is",
        "'",
    ],
)
def test_what_is_not_read_is_a_value_with_a_reason(text: str) -> None:
    tree = parsed(text)

    assert isinstance(tree, Unread)
    assert tree.reason
    assert evaluator(tree)({}) == Unevaluated(tree.reason)


def test_nesting_too_deep_is_not_read() -> None:
    assert parsed("(" * 100_000 + "a" + ")" * 100_000) == Unread("(" * 100_000 + "a" + ")" * 100_000, "too deep")


@given(st.text(alphabet="ab01 ()[]'\"=<>+-*/:.,|~!$andorti", max_size=40))
def test_no_text_raises(text: str) -> None:
    columns_of(parsed(text))
    evaluator(parsed(text))({"a": 1, "b": None})


def test_a_constraint_that_is_no_check_is_not_read() -> None:
    assert parsed_check("UNIQUE (a)") == Unread("UNIQUE (a)", "no CHECK")


def test_a_users_function_is_not_taken_for_postgresqls() -> None:
    assert evaluator(parsed("shop.lower(a)"))({"a": "X"}) == Unevaluated("the function shop.lower")
    assert evaluator(parsed("a operator(shop.=) b"))({"a": "X", "b": "X"}) == Unevaluated("str shop.= str")


@pytest.mark.parametrize(
    ("source", "strict"),
    [
        ("select $1 > 0 and n < 100", False),
        ("  SELECT n > 0 AND $1 < 100 ;", True),
        ("BEGIN ATOMIC\n SELECT ((n > 0) AND (n < 100));\nEND", False),
        ("return n between 1 and 99", False),
    ],
)
def test_a_function_of_one_expression_is_seen_through(source: str, strict: bool) -> None:
    function = sql_function(("n",), source, strict=strict)
    assert function is not None
    evaluate = evaluator(parsed("shop.small(price + 1)"), Surroundings(functions={"shop.small": function}))

    assert [evaluate({"price": price}) for price in (0, 99, None)] == [True, False, None]


@pytest.mark.parametrize(
    "source", ["select 1 from users", "select a; select b", "insert into t values (1)", "select other > 0"]
)
def test_a_function_of_more_is_not(source: str) -> None:
    assert sql_function(("n",), source) is None


def test_a_junction_does_without_what_only_the_server_knows_where_it_can() -> None:
    row = {"a": False, "b": "x"}

    assert evaluator(parsed("a and b < 'y'"))(row) is False
    assert evaluator(parsed("b < 'y' and a"))(row) is False
    assert evaluator(parsed("a or b < 'y'"))(row) == Unevaluated("the order of texts is the collation's")


_TRUTHS = st.recursive(
    st.sampled_from(
        ["a", "b", "n > 1", "n = 2", "t like 'x%'", "t in ('x', 'y')", "a is null", "n is distinct from 2"]
    ),
    lambda inner: st.one_of(
        inner.map(lambda text: f"not ({text})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda texts: f"({' '.join(texts)})"),
    ),
    max_leaves=6,
)


@given(text=_TRUTHS, a=st.sampled_from([True, False, None]), n=st.sampled_from([1, 2, None]))
def test_pushing_not_down_changes_no_value(text: str, a: bool | None, n: int | None) -> None:
    row = {"a": a, "b": not a, "n": n, "t": "x" if n == 1 else None}

    assert evaluator(without_not(parsed(text)))(row) is evaluator(parsed(text))(row)


@pytest.mark.parametrize("operator", ["~", "~*"])
def test_a_range_up_to_a_hyphen_is_read_without_a_warning(operator: str) -> None:
    in_range = evaluator(parsed(f"(a {operator} '^[*--]$'::text)"))

    assert [in_range({"a": letter}) for letter in "+-."] == [True, True, False]
