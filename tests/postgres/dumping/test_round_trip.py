"""The law of values: rows of any types, written by PyYAML's own dumper in any of its styles, come back as they were."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any, LiteralString

import psycopg
import yaml
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from psycopg.types import TypeInfo
from psycopg.types.composite import CompositeInfo, register_composite
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

from seedkit import seed
from seedkit.core.values.json_documents import json_text
from seedkit.core.values.python_values import fixture_value
from tests.conftest import Write

TYPES: LiteralString = """
create type mood as enum ('happy', 'no', '1', '');
create type pair as (number integer, word text, moments timestamp[]);
create domain word as text;
"""


@dataclass(frozen=True)
class Case:
    """A value as PyYAML's dumper is given it, and as the driver reads it back."""

    written: Any
    stored: Any


Cases = st.SearchStrategy[Case]


def same(values: st.SearchStrategy[Any]) -> Cases:
    return values.map(lambda value: Case(value, value))


def in_words(values: st.SearchStrategy[Any]) -> Cases:
    return values.map(lambda value: Case(str(value), value))


def lists(cases: Cases) -> Cases:
    return st.lists(cases | st.just(Case(None, None)), max_size=4).map(together)


def together(cases: Sequence[Case]) -> Case:
    return Case([case.written for case in cases], [case.stored for case in cases])


def is_alike_in_both_yamls(text: str) -> bool:
    """PyYAML writes YAML 1.1, in which `1e3` and `0o17` are texts and need no quotes; a document follows 1.2."""
    return str(json_text(text)).startswith('"') or not isinstance(yaml.safe_load(text), str)


def is_no_template(text: str) -> bool:
    """PyYAML writes `<%a%>` without quotes, which is refused as Ruby's; seedkit's own dumper writes it in quotes."""
    return "<%" not in text


characters = st.characters(codec="utf-8", exclude_characters="\0\x85")  # PyYAML can't read the NEL that it writes
texts = st.text(characters, max_size=20).filter(is_no_template) | st.sampled_from(
    [
        "",
        "null",
        "~",
        "yes",
        "00501",
        "1.10",
        "0x1F",
        "1_000",
        "[a]",
        "{a: b}",
        "!ref ada",
        "\\N",
        "- a",
        "a: b",
        "'",
        '"',
    ]
)
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
naive = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29))
instants = st.datetimes(datetime(1, 1, 3), datetime(9999, 12, 29), timezones=offsets | st.just(UTC))
timestamps = same(naive) | instants.map(lambda at: Case(at, at.astimezone(UTC).replace(tzinfo=None)))
integers = st.integers(-(2**31), 2**31 - 1)
eighths = st.integers(-(10**5), 10**5).map(lambda number: number / 8)
words_of_documents = texts.filter(is_alike_in_both_yamls)
documents = st.recursive(
    st.none() | st.booleans() | st.integers() | eighths | words_of_documents,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
moods = st.sampled_from(["happy", "no", "1", ""])


@st.composite
def ranges(draw: st.DrawFn) -> Case:
    lower, upper = sorted(draw(st.tuples(naive, naive)))
    sides = {"lower": draw(st.sampled_from([lower, None])), "upper": draw(st.sampled_from([upper, None]))}
    bounds = draw(st.sampled_from(["[)", "[]", "(]", "()"]))
    if lower == upper and None not in sides.values() and bounds != "[]":
        return Case({**sides, "bounds": bounds}, Range(empty=True))
    opening = bounds[0] if sides["lower"] else "("
    closing = bounds[1] if sides["upper"] else ")"
    return Case({**sides, "bounds": bounds}, Range(sides["lower"], sides["upper"], opening + closing))


def multirange(numbers: set[int]) -> Case:
    pairs = list(zip(*[iter(sorted(numbers))] * 2, strict=False))
    written = [{"lower": lower, "upper": upper} for lower, upper in pairs]
    return Case(written, Multirange([Range(lower, upper) for lower, upper in pairs]))


def pair(number: int | None, word: str, moments: Case) -> Case:
    left_out = {} if number is None else {"number": number}
    return Case({"word": word, "moments": moments.written, **left_out}, (number, word, moments.stored))


def grid(rows: int, columns: int, numbers: Sequence[int | None]) -> list[list[int | None]]:
    return [list(numbers[row * columns : (row + 1) * columns]) for row in range(rows)]


VALUES: dict[LiteralString, Cases] = {
    "boolean": same(st.booleans())
    | st.sampled_from([Case(0, False), Case(1, True), Case("n", False), Case("y", True)]),
    "smallint": same(st.integers(-(2**15), 2**15 - 1)),
    "integer": same(integers) | integers.map(lambda number: Case(hex(number), number)),
    "bigint": same(st.integers(-(2**63), 2**63 - 1)),
    "numeric": in_words(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30)),
    "double precision": same(st.floats(allow_nan=False, allow_subnormal=False)),
    "real": same(eighths | st.just(float("-inf"))),
    "text": same(texts),
    "word": same(texts),
    "bytea": same(st.binary(max_size=80)),
    "date": same(st.dates()),
    "timestamp": timestamps,
    "timestamptz": same(instants),
    "time": in_words(st.times()),
    "interval": st.timedeltas(timedelta(-(10**6)), timedelta(10**6)).map(
        lambda span: Case(str(fixture_value(span)), span)
    ),
    "uuid": in_words(st.uuids()),
    "inet": in_words(st.ip_addresses()),
    "jsonb": same(st.lists(documents, max_size=3) | st.dictionaries(texts, documents, max_size=3)),
    "tsrange": ranges(),
    "int4multirange": st.sets(integers, max_size=6).map(multirange),
    "mood": same(moods),
    "pair": st.builds(pair, st.none() | integers, texts, lists(timestamps)),
    "text[]": lists(same(texts)),
    "boolean[]": lists(same(st.booleans())),
    "timestamp[]": lists(timestamps),
    "mood[]": lists(same(moods)),
    "bytea[]": lists(same(st.binary(max_size=8))),
    "pair[]": lists(st.builds(pair, st.none() | integers, texts, lists(timestamps))),
    "tsrange[]": lists(ranges()),
    "integer[]": same(st.builds(grid, st.just(3), st.just(2), st.lists(st.none() | integers, min_size=6, max_size=6))),
}
rows_of_cases = st.lists(st.fixed_dictionaries({}, optional={**VALUES}), max_size=4)
styles = st.fixed_dictionaries(
    {
        "default_style": st.sampled_from([None, "'", '"', "|", ">"]),
        "default_flow_style": st.sampled_from([None, False, True]),
        "allow_unicode": st.booleans(),
        "width": st.integers(10, 200),
        "indent": st.integers(2, 8),
    }
)


def prepare(connection: psycopg.Connection[Any]) -> None:
    """Create a table with a column for each type, named as its type is, and have the driver read its values."""
    connection.execute(TYPES)
    columns = ", ".join(f'"{type_name}" {type_name}' for type_name in VALUES)
    connection.execute(f"create table things (id integer primary key, {columns})".encode())
    composite, enum = CompositeInfo.fetch(connection, "pair"), TypeInfo.fetch(connection, "mood")
    assert composite
    assert enum
    register_composite(composite, connection, factory=lambda *values: tuple(values))
    enum.register(connection)


@settings(
    max_examples=250,
    phases=[__import__("hypothesis").Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(rows=rows_of_cases, style=styles)
def test_rows_of_any_types_come_back_as_they_were_written(
    rows: list[dict[str, Case]], style: dict[str, Any], project: Write, emptied: psycopg.Connection[Any]
) -> None:
    emptied.execute("set timezone = 'UTC'")
    if emptied.execute("select to_regclass('things')").fetchone() == (None,):
        prepare(emptied)
    emptied.execute("truncate things")
    written = [{"id": place, **{name: case.written for name, case in row.items()}} for place, row in enumerate(rows)]
    file = project({}) / "fixtures" / "things.yml"
    file.parent.mkdir(exist_ok=True)
    text = yaml.safe_dump(written, **style)
    assume(yaml.safe_load(text) == written)  # PyYAML folds some texts so that it reads others itself
    file.write_text(text, encoding="utf-8")

    seed(connection=emptied)

    cursor = emptied.execute("select * from things order by id")
    names = [column.name for column in cursor.description or ()]
    stored = [dict(zip(names, row, strict=True)) for row in cursor]
    empty: dict[str, Any] = dict.fromkeys(VALUES)
    assert stored == [
        {**empty, "id": place, **{name: case.stored for name, case in row.items()}} for place, row in enumerate(rows)
    ]
