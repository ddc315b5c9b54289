"""Sources of functions: which sequences they draw from, and whether what they give is the sequence's own value."""

from __future__ import annotations

import time
from collections.abc import Iterable
from contextlib import suppress

import pytest

from seedkit.core.sequences.default_expressions import Draw
from seedkit.core.sequences.function_sources import Source, new_row_draws, returned_draws

PLAIN = "plain"
COMPUTED = "computed"


def plpgsql(text: str, **known: str) -> Source:
    return Source(text=text, language="plpgsql", known=known, drawing=("next_id",))


def told(draws: Iterable[Draw]) -> dict[object, str]:
    """By sequence: `computed`, how it is spelled as a text, or `plain`."""
    found: dict[object, str] = {}
    for draw in draws:
        spelled = PLAIN if draw.pattern.plain else str(draw.pattern)
        found[draw.sequence] = (
            COMPUTED if COMPUTED in (found.get(draw.sequence), draw.computed and COMPUTED) else spelled
        )
    return found


@pytest.mark.parametrize(
    ("source", "draws"),
    [
        ("begin return nextval('s'); end", {"s": PLAIN}),
        ("BEGIN\n  RETURN nextval('\"it''s\"'::text);\nEND;", {'"it\'s"': PLAIN}),
        ("begin return (select nextval('s')); end", {"s": PLAIN}),
        ("begin perform nextval('other'); return pg_catalog.nextval('a.s'::regclass); end", {"a.s": PLAIN}),
        ("declare x bigint; begin select nextval('s') into x; return x; end", {"s": PLAIN}),
        ("declare x bigint; begin select into strict x nextval('s'); return x; end", {"s": PLAIN}),
        ("declare x bigint := nextval('s'); begin return x::integer; end", {"s": PLAIN}),
        ("declare x int default nextval('s'); begin return x; end", {"s": PLAIN}),
        ("<<top>> begin /* a /* nested */ one */ return cast(nextval('s') as varchar(20)); -- end\nend", {"s": PLAIN}),
        (
            "begin if now() > '2000-01-01' then return nextval('a'); end if; return nextval('b'); end",
            {"a": PLAIN, "b": PLAIN},
        ),
        ("begin return case when true then nextval('a') else nextval('b') + 1 end; end", {"a": PLAIN, "b": COMPUTED}),
        ("begin return coalesce(null, nextval('s')); end", {"s": PLAIN}),
        ("begin return nextval(to_regclass('s')); end", {"s": PLAIN}),
        ("begin return 'INV-' || lpad(nextval('s')::text, 6, '0'); end", {"s": "INV-000001"}),
        ("begin return format('A%s/%s', nextval('s'), 'x'); end", {"s": "A1/x"}),
        ("begin return concat('A', to_char(nextval('s'), 'FM0000')); end", {"s": "A0001"}),
        ("begin return lpad('A' || nextval('s'), 6, '0'); end", {"s": COMPUTED}),
        ("begin return to_char(now(), 'YYYY') || nextval('s'); end", {"s": COMPUTED}),
        ("begin return nextval('s') << 10; end", {"s": COMPUTED}),
        ("begin return -nextval('s'); end", {"s": COMPUTED}),
        ("begin return nextval('s')::bit(8)::text; end", {"s": COMPUTED}),
        ("declare x bigint; begin x := nextval('s'); x := x * 10; return x; end", {"s": COMPUTED}),
        ("declare x bigint; begin loop y := x * 2; x := nextval('s'); exit; end loop; return y; end", {"s": COMPUTED}),
        ("declare x bigint; begin select nextval('s'), 1 into x; return x; end", {"s": COMPUTED}),
        ("declare x bigint; begin select max(v) into x from (select nextval('s') v) a; return x; end", {"s": COMPUTED}),
        ("begin perform nextval('s'); return currval('s'); end", {"s": COMPUTED}),
        ("declare x int; begin execute 'select nextval(''s'')' into x; return x; end", {None: COMPUTED}),
        ("begin return nextval('a' || current_user); end", {None: PLAIN}),
        ("begin return next_id(); end", {None: COMPUTED}),
        ("begin return 1; -- nextval('s')\nend", {}),
    ],
)
def test_what_a_function_returns_of_what_it_draws(source: str, draws: dict[object, str]) -> None:
    """§1 A function's sequence is known where it returns nextval unchanged, however it is written; else it computes."""
    assert told(returned_draws(plpgsql(source))) == draws


@pytest.mark.parametrize(
    ("source", "draws"),
    [
        ("select nextval('s')", {"s": PLAIN}),
        ("  SELECT pg_catalog.nextval( 'public.s'::regclass ) as id ;\n", {"public.s": PLAIN}),
        ("select nextval('s') + 1", {"s": COMPUTED}),
        ("select nextval('s') union select 1", {"s": COMPUTED}),
        ("with drawn as (select nextval('s') as id) select id from drawn", {"s": COMPUTED}),
        ("insert into log values (nextval('s')) returning id", {"s": COMPUTED}),
        ("select nextval($1::regclass)", {"given": PLAIN}),
        ("select nextval(named)", {"given": PLAIN}),
        ("select max(id) from users", {}),
    ],
)
def test_what_a_function_in_sql_returns(source: str, draws: dict[object, str]) -> None:
    """§1 A function in SQL returns what its last statement selects; a constant parameter counts as what is given."""
    known = {"$1": "given", "named": "given"}

    assert told(returned_draws(Source(text=source, language="sql", known=known))) == draws


def test_a_function_in_another_language_computes() -> None:
    """§1 Of a function in another language no more is known than the names in it."""
    source = Source(text="return plpy.execute(\"select nextval('s')\")[0]['nextval'] * 2", language="plpython3u")

    assert told(returned_draws(source)) == {"s": COMPUTED}


@pytest.mark.parametrize(
    ("source", "columns"),
    [
        ("begin new.id := nextval('s'); return new; end", {"id": {"s": PLAIN}}),
        ('begin NEW."Id" = coalesce(NEW."Id", nextval(\'s\')); return new; end', {"Id": {"s": PLAIN}}),
        ("begin select nextval('s') into new.id; return new; end", {"id": {"s": PLAIN}}),
        (
            "begin select nextval('a'), nextval('b') into new.x, new.y; return new; end",
            {"x": {"a": PLAIN}, "y": {"b": PLAIN}},
        ),
        ("begin if new.id is null then new.id := nextval('s'); end if; return new; end", {"id": {"s": PLAIN}}),
        (
            "begin case when new.id is null then new.id := nextval('s'); else new.no := 1; end case; return new; end",
            {"id": {"s": PLAIN}},
        ),
        (
            "declare v int; begin v := nextval('s'); new.id := v; new.code := 'X' || v; return new; end",
            {"id": {"s": PLAIN}, "code": {"s": "X1"}},
        ),
        ("begin new.id := nextval(tg_table_name || '_id_seq'); return new; end", {"id": {"users_id_seq": PLAIN}}),
        ("begin new.id := nextval(quote_ident(tg_argv[0])); return new; end", {"id": {"given": PLAIN}}),
        ("begin new.id := nextval('s') * 2; return new; end", {"id": {"s": COMPUTED}}),
        ("begin new.id := nextval('s'); new.id := hashed(new.id); return new; end", {"id": {"s": COMPUTED}}),
        (
            "begin insert into log values (nextval('s')) returning id into new.id; return new; end",
            {"id": {"s": COMPUTED}},
        ),
        ("begin new.id := next_id(); new.at := now(); return new; end", {"id": {None: COMPUTED}}),
        ("begin insert into log values (nextval('s')); return new; end", {}),
    ],
)
def test_what_a_trigger_draws_for_the_new_row(source: str, columns: dict[str, dict[object, str]]) -> None:
    """§1 A trigger's draws are found by what it assigns to the new row; its table's name and arguments are known."""
    found = new_row_draws(plpgsql(source, tg_table_name="users", **{"tg_argv[0]": "given"}))

    assert {column: told(draws) for column, draws in found.items()} == columns


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("begin return 'open; end", "leaves a quote open"),
        ("begin return $tag$ open; end", "leaves a quote open"),
        ("begin return 1; /* open end", "leaves a comment open"),
        ("begin return nextval(('s'; end", "leaves a bracket open"),
        (f"begin return {'(' * 200}nextval('s'){')' * 200}; end", "is nested too deep"),
        ("begin return " + "||".join(f"nextval('s{number}')" for number in range(200)) + "; end", "more than 100"),
        (f"begin return nextval('s'){' ' * 100_000}; end", "is longer than 100,000 characters"),
    ],
)
def test_a_source_that_can_not_be_read_is_an_error(source: str, why: str) -> None:
    """§1 A source that can't be read is an error, never taken for one that draws from nothing."""
    with pytest.raises(ValueError, match=why):
        returned_draws(plpgsql(source))


DOUBLING = {
    "by ||": "x := x || x;",
    "by concat": "x := concat(x, x, x);",
    "by format": "x := format('%s%s', x, x);",
}


@pytest.mark.parametrize("statement", DOUBLING.values(), ids=DOUBLING)
def test_a_constant_that_is_longer_than_a_key_is_not_known(statement: str) -> None:
    """§1 A text of more than 1,000 characters around a sequence's value is not kept: it may double forever."""
    source = f"begin x := '{'a' * 32}'; {statement * 17} return x || nextval('s'); end"

    assert told(returned_draws(plpgsql(source))) == {"s": COMPUTED}


@pytest.mark.parametrize("statement", ["x := c || x;", "x := concat(x, c);", "x := format('%s%s', c, x);"])
def test_a_key_that_is_longer_than_1000_characters_counts_as_computed(statement: str) -> None:
    source = f"begin c := '{'a' * 300}'; x := nextval('s'); {statement * 4} return x; end"

    assert told(returned_draws(plpgsql(source))) == {"s": COMPUTED}


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "source",
    [
        ";" * 99_000,
        "begin return f(" + "," * 99_000 + "); end",
        "begin " + "x := x + nextval('a');" * 4_000 + " end",
        "select 1 into " + "a," * 49_000,
        "begin " + ("execute 'nextval' into " + "a," * 90 + "a;") * 400 + " end",
        "begin return " + "f(nextval('s')," * 40 + "1," * 45_000 + "1" + ")" * 40 + "; end",
        "begin return " + "(1 + nextval(" * 90 + "1" + "))" * 90 + "; end",
        "$a$ " * 20_000,
        "begin return 1 + " + ".".join(["a"] * 8_000) + "; end",
        "begin return 1" + "::int" * 15_000 + "; end",
        "begin return case" + " when a then b" * 7_000 + " end; end",
    ],
)
def test_no_source_takes_long_to_read(source: str) -> None:
    began = time.process_time()

    with suppress(ValueError):
        returned_draws(plpgsql(source))

    assert time.process_time() - began < 10
