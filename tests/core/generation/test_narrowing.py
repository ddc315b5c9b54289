"""What a column's own CHECKs leave of its values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from seedkit.core.generation.expressions.parser import parsed
from seedkit.core.generation.narrowing import narrowed
from seedkit.core.generation.spans import Narrowing, Span


@pytest.mark.parametrize(
    ("check", "narrowing"),
    [
        ("(c = ANY (ARRAY['a'::text, 'b'::text]))", Narrowing(values=("a", "b"))),
        ("((c)::text = ANY ((ARRAY['a'::character varying])::text[]))", Narrowing(values=("a",))),
        ("((c = 1) OR (c = 2) OR (c IS NULL))", Narrowing(values=(1, 2))),
        ("(c OPERATOR(public.=) ANY (ARRAY['a'::public.citext, 'b'::public.citext]))", Narrowing(values=("a", "b"))),
        ("((c OPERATOR(public.<>) ''::public.citext))", Narrowing(unwanted=("",), length=Span(1))),
        ("c in (1, 2, 3) and c <> 2", Narrowing(values=(1, 2, 3), unwanted=(2,))),
        ("(c > 0)", Narrowing(span=Span(0, None, with_low=False))),
        ("(0 < c)", Narrowing(span=Span(0, None, with_low=False))),
        ("((c >= (0)::numeric) AND (c <= 99.5))", Narrowing(span=Span(Decimal(0), Decimal("99.5")))),
        ("(c >= 1 and c > 5 and c < 100 and c <= 100)", Narrowing(span=Span(5, 100, with_low=False, with_high=False))),
        ("(NOT (c < 0))", Narrowing(span=Span(0))),
        ("(NOT ((c < 0) OR (c > 9)))", Narrowing(span=Span(0, 9))),
        ("(c <> ALL (ARRAY[1, 2]))", Narrowing(unwanted=(1, 2))),
        ("(NOT (c = ANY (ARRAY[1, 2])))", Narrowing(unwanted=(1, 2))),
        ("(c > '2024-01-01'::date)", Narrowing(span=Span(date(2024, 1, 1), None, with_low=False))),
        ("(char_length(c) <= 255)", Narrowing(length=Span(None, 255))),
        ("((char_length(c) >= 2) AND (char_length(c) < 5))", Narrowing(length=Span(2, 5, with_high=False))),
        ("(octet_length(c) = 32)", Narrowing(octets=Span(32, 32))),
        ("(cardinality(c) > 0)", Narrowing(items=Span(0, None, with_low=False))),
        ("(c <> ''::text)", Narrowing(unwanted=("",), length=Span(1))),
        ("(btrim(c) <> ''::text)", Narrowing(length=Span(1))),
        ("(c ~ '^[A-Z]{3}$'::text)", Narrowing(patterns=("^[A-Z]{3}$",))),
        ("(c ~~ '%.%'::text)", Narrowing(likes=("%.%",))),
        ("(c = lower(c))", Narrowing(case="lower")),
        ("(c = initcap(c))", Narrowing(case="initcap")),
        ("(c ~ similar_to_escape('[A-Z]{2}_'::text))", Narrowing(patterns=("^(?:[A-Z]{2}.)$",))),
        ("(decode(c, 'hex'::text) IS NOT NULL)", Narrowing(patterns=("^([0-9a-f]{2}){1,16}$",))),
        ("(upper(c) = c)", Narrowing(case="upper")),
        ("(jsonb_typeof(c) = 'object'::text)", Narrowing(document="object")),
        ("(jsonb_typeof((c -> 'a'::text)) = 'array'::text)", Narrowing()),
        ("(c IS JSON ARRAY)", Narrowing(document="array")),
        ("((c IS NOT NULL) AND c)", Narrowing(null=False, values=(True,))),
        ("(NOT c)", Narrowing(values=(False,))),
        ("(c IS NULL)", Narrowing(null=True)),
        ("((c IS NULL) OR (c > 3))", Narrowing(span=Span(3, None, with_low=False))),
        ("(upper((c)::text) = ANY (ARRAY['A'::text, 'B'::text]))", Narrowing(values=("A", "B"))),
        ("(lower(c) = 'a'::text)", Narrowing(values=("a",))),
        ("(char_length(c) = ANY (ARRAY[3, 2]))", Narrowing(length=Span(2, 2))),
        ("(char_length(btrim(c)) > 0)", Narrowing(length=Span(0, None, with_low=False))),
        ("(c <@ ARRAY['a'::text, 'b'::text])", Narrowing(members=("a", "b"))),
        ("starts_with(c, 'a_'::text)", Narrowing(likes=("a\\_%",))),
        ("(\"left\"(c, 1) = '/'::text)", Narrowing(likes=("/%",))),
        ("shop.valid(c)", Narrowing()),
        ("(c > d)", Narrowing()),
        ("(c < 'b'::text)", Narrowing(span=Span(None, "b", with_high=False))),
    ],
)
def test_a_check_narrows_its_column(check: str, narrowing: Narrowing) -> None:
    assert narrowed("c", [parsed(check)]) == narrowing


def test_several_checks_narrow_together() -> None:
    narrowing = narrowed("c", [parsed("c in (1, 2, 3)"), parsed("c in (2, 3, 4)"), parsed("c <> 3")])

    assert narrowing.wanted == (2,)
