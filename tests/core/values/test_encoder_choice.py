import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seedkit.core.fixtures import Quoted, Tagged, Value
from seedkit.core.values.encoder_choice import encoder_for
from seedkit.errors import FixtureError
from tests.core.builders import a_column

TYPES = ["integer", "numeric", "boolean", "text", "timestamp without time zone", "jsonb", "text[]"]


def text_of(value: Value, type_name: str) -> str | None:
    return encoder_for(a_column("value", type_name))(value)


def refusal(value: Value, type_name: str) -> FixtureError:
    with pytest.raises(FixtureError) as caught:
        text_of(value, type_name)
    return caught.value


@pytest.mark.parametrize("type_name", TYPES)
def test_null_is_null_in_a_column_of_any_type(type_name: str) -> None:
    assert text_of(None, type_name) is None


@pytest.mark.parametrize("text", ["NO", "yes", "00501", "1_000", "0x1F", ".inf", "12:30:45", "1.10", "", "{a,b}"])
def test_text_keeps_every_sign_of_the_file(text: str) -> None:
    assert text_of(text, "text") == text


@pytest.mark.parametrize("text", ["yes", "no", "on", "off", "y", "n", "0", "1", "true", "False"])
def test_a_boolean_keeps_its_spelling_as_postgresql_knows_them_all(text: str) -> None:
    assert text_of(text, "boolean") == text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("1_000", "1000"),
        ("-1_000.50", "-1000.50"),
        ("0x1F", "31"),
        ("-0x1f", "-31"),
        ("+0x10", "16"),
        ("0o17", "15"),
        ("0b101", "5"),
        ("0O17", "15"),
        ("0B101", "5"),
        ("0x_ff", "255"),
        ("1_000e1_0", "1000e10"),
        (".5_0", ".50"),
        (".inf", "Infinity"),
        ("+.Inf", "Infinity"),
        ("-.INF", "-Infinity"),
        (".NaN", "NaN"),
    ],
)
def test_yamls_spellings_of_a_number_become_postgresqls(written: str, read: str) -> None:
    assert text_of(written, "numeric") == read


@pytest.mark.parametrize(
    "text", ["007", "1.10", "-0", "1e3", "12:30", "abc", "", "0x", "0x_", "0xZZ", "_1", "1-2", "0x" + "f" * 5000, "²"]
)
def test_any_other_text_is_left_to_postgresql_to_judge(text: str) -> None:
    assert text_of(text, "integer") == text


@given(st.integers(), st.sampled_from(["{:_}", "{:#x}", "{:#o}", "{:#b}", "{:#_x}", "{}"]))
def test_an_integer_is_the_same_however_it_is_spelt(number: int, spelling: str) -> None:
    assert int(str(text_of(spelling.format(number), "bigint"))) == number


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2026-01-02 03:04:05+02:00", "2026-01-02 01:04:05"),
        ("2026-01-02T03:04:05Z", "2026-01-02 03:04:05"),
        ("2026-01-02T03:04:05.250 -05", "2026-01-02 08:04:05.250000"),
        ("2026-01-02 23:30-0130", "2026-01-03 01:00:00"),
        ("2026-01-02 03:04 +2", "2026-01-02 01:04:00"),
        ("2026-01-02 03:04:05 UTC", "2026-01-02 03:04:05"),
        ("2026-01-02 03:04:05 +0000", "2026-01-02 03:04:05"),
        ("2026-01-02 3:04:05.1234567+00:00:30", "2026-01-02 03:03:35.123457"),
        ("2026-01-02T24:00z", "2026-01-03 00:00:00"),
        ("20260102T030405+02", "2026-01-02 01:04:05"),
        ("2026/01/02 03:04+02", "2026-01-02 01:04:00"),
        ("2026-01-02 +02", "2026-01-01 22:00:00"),
        ("2026-01-02Z", "2026-01-02 00:00:00"),
        ("0001-01-01T00:00:00+02:00", "0001-12-31 22:00:00 BC"),
        ("0045-02-29 12:00-12:30 BC", "0045-03-01 00:30:00 BC"),
        ("0001-12-31 23:00-02 BC", "0001-01-01 01:00:00"),
        ("294276-12-31 23:00+01", "294276-12-31 22:00:00"),
    ],
)
def test_a_time_with_an_offset_is_the_instant_in_utc_where_the_column_has_no_zone(written: str, read: str) -> None:
    assert text_of(written, "timestamp without time zone") == read


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-02",
        "2026-01-02 03:04:05",
        "2026-01-02 03:04 PM",
        "0044-03-15 00:00:00 BC",
        "294276-12-31 23:59:59.999999",
        "20260102T030405",
        "1999.008 03:04",
        "08-Jan-1999 04:05",
        "January 8, 1999 04:05",
        "Fri Jan 8 04:05 1999",
        "infinity",
        "-infinity",
        "now",
        "tomorrow",
        "soon",
        "",
    ],
)
def test_a_time_without_an_offset_stays_as_it_is(text: str) -> None:
    assert text_of(text, "timestamp without time zone") == text


def test_a_time_keeps_its_offset_where_the_column_has_a_zone() -> None:
    assert text_of("2026-01-02 03:04+02", "timestamp with time zone") == "2026-01-02 03:04+02"


@pytest.mark.parametrize(
    "text",
    [
        "Jan 2 2026 03:04:05+02",
        "2026-01-02 25:00+02",
        "2026-01-02 03:04 Europe/Oslo",
        "2026-01-02 03:04:05 PST",
        "2026-02-30 00:00+02",
        "2026-01-02 Europe/Oslo",
        "20260102 030405 PST",
        "2026-01-02 03:04:05 BC +02",
        "2026-01-02 03:04 PM +02",
        "2026-01-02 03:04+16",
        "0000-01-01 00:00+02",
    ],
)
def test_an_offset_that_would_be_dropped_in_silence_is_refused(text: str) -> None:
    error = refusal(text, "timestamp without time zone")

    assert error.message == f'"{text}" has an offset that a timestamp without time zone would drop'
    assert error.hint == "Write it as 2026-01-02T03:04:05+02:00, or without the offset."


@given(
    st.datetimes(
        min_value=datetime(1000, 1, 1),
        max_value=datetime(9000, 1, 1),
        timezones=st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes))),
    ),
    st.sampled_from(["T", " "]),
)
def test_every_instant_is_kept_to_the_microsecond(instant: datetime, separator: str) -> None:
    read = text_of(instant.isoformat(separator), "timestamp without time zone")

    assert datetime.fromisoformat(str(read)).replace(tzinfo=UTC) == instant


@pytest.mark.parametrize(
    ("scalar", "document"),
    [
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("42", 42),
        ("-007", -7),
        ("0x1F", 31),
        ("0o17", 15),
        ("1.5e3", 1500.0),
        ("NO", "NO"),
        ("", ""),
        ("1_000", "1_000"),
        ("2026-01-02", "2026-01-02"),
        (".inf", ".inf"),
        ('a "b"\n', 'a "b"\n'),
    ],
)
def test_a_plain_scalar_in_a_json_column_follows_yamls_core_schema(scalar: str, document: object) -> None:
    assert json.loads(str(text_of(scalar, "jsonb"))) == document


@pytest.mark.parametrize("text", ["42", "true", "null", "a", ""])
def test_a_quoted_scalar_in_a_json_column_is_a_string(text: str) -> None:
    assert json.loads(str(text_of(Quoted(text), "jsonb"))) == text


@pytest.mark.parametrize("text", ['{"a": 1}', " [1, 2]"])
def test_a_quoted_object_or_array_in_a_json_column_is_a_document(text: str) -> None:
    assert text_of(Quoted(text), "jsonb") == text


@pytest.mark.parametrize("text", ["1.10", "0.1000", "12345678901234567890.5", "9" * 5000])
def test_a_number_in_a_document_keeps_every_digit(text: str) -> None:
    assert text_of([text], "json") == f"[{text}]"


@settings(max_examples=50)
@given(st.from_regex(r"[-+]?(\.[0-9]{1,5}|[0-9]{1,5}(\.[0-9]{0,5})?)([eE][-+]?[0-9]{1,2})?", fullmatch=True))
def test_a_number_in_a_document_keeps_its_value(text: str) -> None:
    assert json.loads(str(text_of(text, "jsonb")), parse_float=Decimal, parse_int=Decimal) == Decimal(text)


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def as_written(document: Any) -> Value:
    if isinstance(document, dict):
        return {key: as_written(value) for key, value in document.items()}
    if isinstance(document, list):
        return [as_written(item) for item in document]
    if document is None:
        return None
    return Quoted(document) if isinstance(document, str) else json.dumps(document)


@settings(max_examples=40)
@given(st.dictionaries(st.text(), documents) | st.lists(documents))
def test_a_document_is_stored_as_it_was_written(document: object) -> None:
    assert json.loads(str(text_of(as_written(document), "jsonb"))) == document


@pytest.mark.parametrize(
    ("value", "literal"),
    [
        ([], "{}"),
        (["a", None, Quoted("null")], '{"a",NULL,"null"}'),
        (['say "hi"', "a\\b", "x,y", ""], r'{"say \"hi\"","a\\b","x,y",""}'),
        ([["a", "b"], ["c", None]], '{{"a","b"},{"c",NULL}}'),
        ("{a,b}", "{a,b}"),
    ],
)
def test_a_list_in_an_array_column_is_an_array_literal(value: Value, literal: str) -> None:
    assert text_of(value, "text[]") == literal


@pytest.mark.parametrize(
    ("value", "type_name", "literal"),
    [
        ([["0x1F"], ["1_000"]], "integer[]", '{{"31"},{"1000"}}'),
        (["2026-01-02 03:04+02"], "timestamp without time zone[]", '{"2026-01-02 01:04:00"}'),
    ],
)
def test_the_elements_of_an_array_are_spelt_as_a_column_of_their_type_would_have_them(
    value: Value, type_name: str, literal: str
) -> None:
    assert text_of(value, type_name) == literal


@pytest.mark.parametrize(
    ("value", "type_name", "message"),
    [
        (["a", "b"], "text", 'column "value" is of type text and can not take a list'),
        ({"a": "b"}, "integer", 'column "value" is of type integer and can not take a mapping'),
        ({"a": "b"}, "text[]", 'column "value" is of type text[] and can not take a mapping'),
        ([{"a": "b"}], "text[]", 'an element of column "value" is of type text and can not take a mapping'),
        (Tagged(tag="!ref", value="ada", line=1), "integer", 'column "value" can not take the tag !ref'),
        ([Tagged(tag="!ref", value="ada", line=1)], "text[]", 'an element of column "value" can not take the tag !ref'),
        (
            {"a": Tagged(tag="!ref", value="ada", line=1)},
            "jsonb",
            "a JSON document can not hold the tag !ref",
        ),
    ],
)
def test_a_value_that_no_such_column_can_take_is_refused(value: Value, type_name: str, message: str) -> None:
    assert refusal(value, type_name).message == message
