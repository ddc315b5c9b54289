"""Expressions have here the value that PostgreSQL gives them, or none."""

from __future__ import annotations

import psycopg
import pytest

from seedkit.core.generation.expressions.casting import cast
from seedkit.core.generation.expressions.values import NotEvaluatedError, ServerRefusesError, Unevaluated
from tests.postgres.generation.oracle import ROWS, Oracle

EVALUATED = """
a > 0
a + b * 2
a / 2
a % 3
-a
@ a
a & 3
b | 4
a between 0 and 10
a in (1, 2, 3)
a not in (1, null)
n > 0
n + 1.5
n * m
m / 3
n / 7
20000.0 / 3
n % 2
round(n, 1)
round(m)
floor(n)
ceil(m)
trunc(n, 2)
abs(m)
n = 1.5
f * 2
f > 0
f / 4
yes
not yes
yes and no
yes or no
yes is true
yes is not true
yes is unknown
yes is not false
yes = no
yes is distinct from no
t = 'Ada'
t <> 'Ada'
t is null
t is not null
t = any (array['Ada', 'Grace'])
t = any ('{Ada,Grace}'::text[])
v in ('a', '', 'b')
t <> all (array['x', 'y'])
t like 'A%'
t similar to 'A(d|b)_'
u similar to '[[:alpha:]]+@%.(com|org)'
u not similar to '%\\@_+'
u similar to 'ada.example^com$'
initcap(t)
initcap('a quiet harbor-SIDE, 2 of')
u like '%@%.%'
u like 'a\\%b\\_c%'
u not like '%@%'
u ilike 'ABC%'
u ~ '^T-?[0-9]{3}'
u ~ '^[A-Z]{3}-[[:digit:]]+$'
u ~* '^abc'
u !~ '@'
u ~ '^\\w+@\\w+\\.\\w+$'
u ~ '^[^@\\s]+@'
t ~ '^.+$'
t ~ 'e$'
v ~ '^[\\t ]'
u ~ '^(T|A)[-B]'
u ~ '[]a-]b*'
u ~ '^a{1,2}%'
char_length(t) <= 3
length(t)
octet_length(t)
length(c)
octet_length(c::text)
c = 'de'
c = 'A    '
c <> ''
c::text = 'ab cd'
lower(u)
upper(u)
lower(u) = u
btrim(v)
btrim(v) <> ''
ltrim(v)
rtrim(v, ' x')
trim(both 'A' from t)
left(u, 3)
right(u, -2)
substr(u, 2, 3)
substring(u from 3)
substring(u from 0 for 3)
strpos(u, '-')
position('a' in u)
replace(u, 'a', '')
reverse(v)
repeat(v, 2)
split_part(u, '-', 2)
starts_with(u, 'ad')
translate(u, 'abc', 'x')
md5(u)
concat(a, '-', u)
concat_ws('/', t, null, v)
u || '-' || a
(u || v) = u
d > date '2000-01-01'
d < ts
d <= e
d + 30
e - d
d + interval '1 month'
ts + interval '1 month'
ts - interval '1 year 2 mons'
tz - interval '36 hours'
tz > '2000-01-01 00:00+00'
ts < tz
tz - tz
ts - timestamp '2000-01-01'
date_trunc('month', ts)
date_trunc('quarter', ts)
date_trunc('WEEK', d)
date_trunc('day', tz)
date_trunc('hour', tz, 'UTC')
date_trunc('day', ts) = ts
extract(year from d)
extract(month from ts)
extract(second from ts)
extract(isodow from d)
extract(dow from d)
extract(doy from d)
extract(week from d)
extract(quarter from d)
extract(epoch from tz)
extract(epoch from iv)
extract(hour from clock)
date_part('year', d)
tz at time zone 'UTC'
ts at time zone 'UTC'
ts::date
tz::date
d::timestamp
make_date(2024, 2, 29)
clock < time '12:00'
clock + interval '1 hour'
iv > interval '1 day'
iv = interval '36 hours'
iv + interval '1 day'
iv * 2
-iv
extract(day from iv)
extract(minute from iv)
id is not null
id = '0f0e0d0c-0b0a-4908-8706-050403020100'
id <> '00000000-0000-0000-0000-000000000000'
id::text
octet_length(raw) = 2
raw = '\\x616263'
cardinality(words)
cardinality(numbers) > 0
array_length(words, 1)
array_length(numbers, 1) = 3
array_position(numbers, 2)
words @> array['a']
words <@ array['a', 'b', 'c']
words && array['b']
numbers = '{3,1,2}'
numbers[1]
numbers[9]
words[1] = 'a'
2 = any (numbers)
a > all (numbers)
a = any (numbers)
array[a, b]
words || 'x'::text
jsonb_typeof(j)
jsonb_typeof(j) = 'object'
j -> 'a'
j ->> 'a'
(j ->> 'a')::integer > 0
j ? 'a'
j ?| array['x', 'a']
j ?& array['a', 'b']
j -> 0
j = '[1, 2.0]'::jsonb
j <> '{}'
coalesce(t, u, 'x')
coalesce(a, 0) + 1
nullif(t, '')
greatest(a, b)
least(n, m, 0)
num_nulls(a, t, u)
num_nonnulls(a, t, u) = 3
case when a > 0 then 'plus' when a < 0 then 'minus' else 'zero' end
case b when 0 then 'none' when 1 then 'one' end
(a is null) = (b is null)
(a is null and b is null) or (a is not null and b is not null)
(a, b) = (1, 0)
row(a, t) <> row(1, 'x')
row(a, b) is null
row(a, b) is not null
not (a > 0 and b > 0) or yes
a > 0 and (t like 'A%' or n < 0)
a::numeric / 3 > 1
a::text
n::text
yes::text
yes::integer
m::integer
f::integer
f::numeric
t::varchar(2)
u::char(3)
'12'::integer + a
n::numeric(6,1)
d::text
ts::text
tz::text
clock::text
t collate "C" < 'B'
t collate "C" between 'A' and 'Z'
a is distinct from b
t is not distinct from null
now() > tz
sign(m)
12345678901234567890123456789012.345::numeric(40,2) > n
-(12345678901234567890123456789012.345) < n
abs(-12345678901234567890123456789012.345)
@ -12345678901234567890123456789012.345
round(12345678901234567890123456789012.345, 1)
mod(a, 3)
a << 1 > 0 or true
u is not null and u <> '' and char_length(u) >= 3
""".strip().splitlines()

SINCE_16 = """
j is json object
u is json
'[1, "a"]' is json array
'{"a": 1}' is not json array
'1' is json scalar
""".strip().splitlines()

LEFT_TO_THE_SERVER = """
t < 'B'
to_char(a, '999')
current_setting('search_path')
upper(t)
words || null::text
f::text
tz at time zone 'Europe/Berlin'
regexp_replace(u, 'a', 'b')
""".strip().splitlines()
"""Of the order of texts, of what settings and locales decide, of functions that nobody has written here."""


@pytest.fixture
def oracle(emptied: psycopg.Connection) -> Oracle:
    return Oracle(emptied, ROWS)


@pytest.mark.parametrize("expression", SINCE_16)
def test_what_newer_servers_have_is_evaluated_as_they_do(
    oracle: Oracle, emptied: psycopg.Connection, expression: str
) -> None:
    if emptied.info.server_version < 160000:
        pytest.skip("PostgreSQL 15 has no IS JSON")

    verdicts = oracle.judged(expression)

    assert [verdict for verdict in verdicts if verdict.differs] == []
    assert any(not isinstance(verdict.ours, Unevaluated) for verdict in verdicts[1:]), verdicts


@pytest.mark.parametrize("expression", EVALUATED)
def test_an_expression_has_the_value_that_the_server_gives_it_on_every_row(oracle: Oracle, expression: str) -> None:
    verdicts = oracle.judged(expression)

    assert [verdict for verdict in verdicts if verdict.differs] == []
    assert any(not isinstance(verdict.ours, Unevaluated) for verdict in verdicts[1:]), verdicts


@pytest.mark.parametrize("expression", LEFT_TO_THE_SERVER)
def test_what_settings_decide_is_left_to_the_server(oracle: Oracle, expression: str) -> None:
    verdicts = oracle.judged(expression)

    assert [verdict for verdict in verdicts if verdict.differs] == []
    assert any(isinstance(verdict.ours, Unevaluated) for verdict in verdicts)


INPUTS = {
    "boolean": ("tru", "FAL", " t ", "of", "o", "onn", "ye", "1", "01", "", "2", "yes\u00a0"),
    "integer": ("7", " -7\t", "0x1F", "0b_1", "1_000", "1__0", "_1", "1.0", "x", "", "٣", "99999999999", "\u00a07"),
    "bigint": ("0o17", "0x", "+1", "+ 1", "1e3"),
    "numeric": ("1_000.5", "1_000", "0x1F", "1e1_0", "NaN", "-inf", "Infinity", "infin", ".5", "5.", ".", "1_.5", "٣"),
    "numeric(4,1)": ("123.45", "12345", "NaN", "1_0"),
    "double precision": ("NaN", "inf", "0x1p3", "1_0", "1e400", "1e3", "x"),
    "uuid": (
        "0f0e0d0c-0b0a-4908-8706-050403020100", "{0f0e0d0c0b0a49088706050403020100}",
        "0F0E-0d0c-0b0a49088706050403020100",
        "urn:uuid:0f0e0d0c-0b0a-4908-8706-050403020100", "{0f0e0d0c0b0a49088706050403020100", "0f0e0d0c-0b0a",
        "0-f0e0d0c0b0a49088706050403020100", " 0f0e0d0c0b0a49088706050403020100",
    ),
    "date": ("2024-02-29", "2024-02-30", "tomorrow", "infinity", "Feb 3, 2024", "20240203", "x"),
    "timestamp with time zone": ("2024-02-29 24:00:00+00", "2024-02-29T10:00Z", "now", "epoch", "2024-13-01"),
    "time without time zone": ("24:00:00", "04:05 PM", "040506", "10", "T04:05", "25:00", "noon", "allballs"),
    "bytea": ("abc", "\\x0", "\\x00", "\\\\", "\\9"),
    "jsonb": ('{"a": 1}', "NaN", "[1,]", "{'a': 1}", " 1 ", ""),
    "interval": ("1 day", "P1D", "soon", "1 fortnight", "@ 1 hour ago"),
}  # fmt: skip
"""Texts for types, of which the server takes some."""


@pytest.mark.parametrize("type_", INPUTS)
def test_a_text_is_refused_where_every_server_refuses_it_and_read_where_all_take_it(
    emptied: psycopg.Connection, type_: str
) -> None:
    wrong = []

    for text in INPUTS[type_]:
        ours, taken = _read(text, type_), _is_taken(emptied, text, type_)
        if (isinstance(ours, ServerRefusesError) and taken) or (not isinstance(ours, Exception) and not taken):
            wrong.append((text, ours, taken))

    assert wrong == []


def _read(text: str, type_: str) -> object:
    try:
        return cast(text, type_)
    except NotEvaluatedError as error:
        return error


def _is_taken(connection: psycopg.Connection, text: str, type_: str) -> bool:
    try:
        connection.execute(f"select %s::{type_}".encode(), (text,))
    except psycopg.Error:
        return False
    return True
