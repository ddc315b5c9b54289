"""Values of types that are made of other types: arrays, composites, ranges, hstore, and of bytes and enums."""

import pytest

from seedkit.core.column_types import ColumnType, Field, TypeKind
from seedkit.core.fixtures import Quoted, Tagged, Value
from seedkit.core.values.encoder_choice import encoder_for
from seedkit.errors import FixtureError
from tests.core.builders import a_column_of, a_type

TEXT = a_type("text")
INTEGER = a_type("integer")
TIMESTAMP = a_type("timestamp without time zone")
DOCUMENT = a_type("jsonb")
MOOD = a_type("mood", TypeKind.ENUM, labels=("happy", "sad", ""))
HSTORE = a_type("hstore", TypeKind.HSTORE)
RANGE = a_type("tsrange", TypeKind.RANGE, part=TIMESTAMP)
TEXT_RANGE = a_type("textrange", TypeKind.RANGE, part=TEXT)
MULTIRANGE = a_type("tsmultirange", TypeKind.MULTIRANGE, part=RANGE)
ADDRESS = a_type(
    "address",
    TypeKind.COMPOSITE,
    fields=(Field(name="street", type=TEXT), Field(name="number", type=INTEGER), Field(name="extra", type=DOCUMENT)),
)
PERSON = a_type("person", TypeKind.COMPOSITE, fields=(Field(name="name", type=TEXT), Field(name="home", type=ADDRESS)))
ALL = [TEXT, DOCUMENT, MOOD, HSTORE, RANGE, MULTIRANGE, ADDRESS, a_type("bytea")]


def array_of(part: ColumnType, delimiter: str = ",") -> ColumnType:
    return a_type(f"{part.name}[]", TypeKind.ARRAY, part=part, delimiter=delimiter)


def text_of(value: Value, type_: ColumnType) -> str | None:
    return encoder_for(a_column_of(type_))(value)


def refusal(value: Value, type_: ColumnType) -> tuple[str, str | None]:
    with pytest.raises(FixtureError) as caught:
        text_of(value, type_)
    return caught.value.message, caught.value.hint


@pytest.mark.parametrize("type_", [*ALL, *map(array_of, ALL)], ids=lambda type_: type_.name)
def test_null_is_null_in_a_column_of_any_type(type_: ColumnType) -> None:
    assert text_of(None, type_) is None


@pytest.mark.parametrize("text", ["{a,b}", "(1,2)", "[1,2)", "a=>1", r"\x00", "x"])
@pytest.mark.parametrize(
    "type_", [HSTORE, RANGE, MULTIRANGE, ADDRESS, a_type("bytea"), array_of(TEXT)], ids=lambda type_: type_.name
)
def test_a_scalar_is_the_types_own_text(type_: ColumnType, text: str) -> None:
    assert text_of(text, type_) == text
    assert text_of(Quoted(text), type_) == text


@pytest.mark.parametrize(
    ("value", "type_", "literal"),
    [
        ([["1", "2"], ["0x10", None]], array_of(INTEGER), '{{"1","2"},{"16",NULL}}'),
        ([[], []], array_of(INTEGER), "{}"),
        (["(0,0),(1,1)", None], array_of(a_type("box"), ";"), '{"(0,0),(1,1)";NULL}'),
        (
            [{"a": "1"}, ["x", None], None, Quoted("1")],
            array_of(DOCUMENT),
            r'{"{\"a\": 1}","[\"x\", null]",NULL,"\"1\""}',
        ),
        ([["1", "2"], []], array_of(array_of(INTEGER)), r'{"{\"1\",\"2\"}","{}"}'),
        ([{"street": 'a"b', "number": "0x1"}], array_of(ADDRESS), r'{"(\"a\"\"b\",\"1\",)"}'),
        (["happy", None], array_of(MOOD), '{"happy",NULL}'),
        ([[{"lower": "2026-01-01"}], []], array_of(MULTIRANGE), r'{"{[\"2026-01-01\",)}","{}"}'),
        ([{"a": None}], array_of(HSTORE), r'{"\"a\"=>NULL"}'),
        ([Tagged(tag="!!binary", value="AA==", line=1)], array_of(a_type("bytea")), r'{"\\x00"}'),
    ],
)
def test_a_lists_elements_are_typed_by_the_element_type(value: Value, type_: ColumnType, literal: str) -> None:
    assert text_of(value, type_) == literal


@pytest.mark.parametrize("value", [[["a"], ["b", "c"]], [["a"], "b"], [["a"], None], [[["a"]], [["b", "c"]]]])
def test_lists_in_a_list_are_of_one_length(value: Value) -> None:
    assert refusal(value, array_of(TEXT)) == (
        'the lists in column "value" differ in length',
        "PostgreSQL's arrays are rectangular: write null for an element that is missing.",
    )


@pytest.mark.parametrize(
    ("value", "type_", "literal"),
    [
        ({"number": "1_0", "street": ""}, ADDRESS, '("","10",)'),
        ({"street": r"a\"b", "extra": {"k": ["yes"]}}, ADDRESS, r'("a\\""b",,"{""k"": [""yes""]}")'),
        ({}, ADDRESS, "(,,)"),
        ({"name": "Ada", "home": {"street": "x y"}}, PERSON, '("Ada","(""x y"",,)")'),
        ({"name": None, "home": "(x,1,)"}, PERSON, '(,"(x,1,)")'),
    ],
)
def test_a_mapping_is_a_composites_fields_by_name(value: Value, type_: ColumnType, literal: str) -> None:
    assert text_of(value, type_) == literal


@pytest.mark.parametrize(
    ("value", "type_", "literal"),
    [
        ({"lower": "2026-01-01 01:00+02", "upper": None}, RANGE, '["2025-12-31 23:00:00",)'),
        ({"upper": "2026-01-01", "bounds": "(]"}, RANGE, '(,"2026-01-01"]'),
        ({}, RANGE, "[,)"),
        ({"lower": "", "upper": 'a"\\'}, TEXT_RANGE, r'["","a\"\\")'),
        ([{"lower": "2026-01-01"}, "empty"], MULTIRANGE, '{["2026-01-01",),empty}'),
        ([], MULTIRANGE, "{}"),
    ],
)
def test_a_mapping_is_a_range_and_a_list_of_them_a_multirange(value: Value, type_: ColumnType, literal: str) -> None:
    assert text_of(value, type_) == literal


@pytest.mark.parametrize(
    "type_", [RANGE, MULTIRANGE, array_of(TIMESTAMP), array_of(RANGE)], ids=lambda type_: type_.name
)
@pytest.mark.parametrize("text", ["[2026-01-01 03:04+02,)", '{"2026-01-01 03:04:05.5 -02"}', "[,2026-01-01T03:04:05Z)"])
def test_an_offset_that_a_literal_would_drop_in_silence_is_refused(type_: ColumnType, text: str) -> None:
    message, _ = refusal(text, type_)

    assert message == f'column "value" holds "{text}", and a timestamp without time zone would drop the offset'


@pytest.mark.parametrize(
    "text", ["[2026-01-01 03:04:05,2026-02-01)", '{"0044-03-15 00:00:00.5 BC"}', "[,infinity)", "{}"]
)
def test_a_literal_without_an_offset_is_left_to_postgresql(text: str) -> None:
    assert text_of(text, RANGE) == text
    assert (
        text_of("[2026-01-01 03:04+02,)", a_type("tstzrange", TypeKind.RANGE, part=a_type("timestamptz"))) is not None
    )


def test_a_mapping_is_an_hstore_whose_nulls_stay_null() -> None:
    assert text_of({"a": None, "b": "", 'c"': "NULL"}, HSTORE) == r'"a"=>NULL,"b"=>"","c\""=>"NULL"'


def test_binary_is_the_bytes_whatever_its_line_breaks() -> None:
    assert text_of(Tagged(tag="!!binary", value="3q2+\n 7w==\n", line=1), a_type("bytea")) == r"\xdeadbeef"
    assert text_of(Tagged(tag="!!binary", value=None, line=1), a_type("bytea")) == r"\x"


@pytest.mark.parametrize("text", ["abc", "3q2+7w=", "not base64!", "ü"])
def test_binary_that_is_not_base64_is_refused(text: str) -> None:
    assert refusal(Tagged(tag="!!binary", value=text, line=1), a_type("bytea")) == (
        'column "value" holds a !!binary that is not base64',
        "`base64 FILE` writes it. For a file beside the fixture there is !file.",
    )


@pytest.mark.parametrize(
    ("value", "type_", "message", "hint"),
    [
        ("hapy", MOOD, 'column "value" is of type mood, which has no value "hapy"', 'Did you mean "happy"?'),
        ("x", MOOD, 'column "value" is of type mood, which has no value "x"', 'Its values: "happy", "sad", "".'),
        (
            ["sda"],
            array_of(MOOD),
            'an element of column "value" is of type mood, which has no value "sda"',
            'Did you mean "sad"?',
        ),
        (
            {"sreet": "x"},
            ADDRESS,
            'column "value" is of type address, which has no field "sreet"',
            'Did you mean "street"?',
        ),
        (
            {"home": {"zip": "x"}},
            PERSON,
            'field "home" of column "value" is of type address, which has no field "zip"',
            'Its fields: "street", "number", "extra".',
        ),
        (
            {"home": {"number": ["1"]}},
            PERSON,
            'field "number" of field "home" of column "value" is of type integer and can not take a list',
            "Quote the value if it is meant as text.",
        ),
        (
            ["x", "1"],
            ADDRESS,
            'column "value" is of type address and can not take a list',
            "Write a mapping of its fields: {street: …, number: …, extra: …}.",
        ),
        (
            {"from": "x"},
            RANGE,
            'column "value" is of type tsrange, and a range has no "from"',
            'It has: "lower", "upper", "bounds".',
        ),
        (
            {"bounds": "[["},
            RANGE,
            '"bounds" of column "value" can not be "[["',
            "Write '[)', '[]', '(]' or '()', with the quotes.",
        ),
        (
            {"bounds": []},
            RANGE,
            '"bounds" of column "value" can not be a list, a mapping or a tag',
            "Write '[)', '[]', '(]' or '()', with the quotes.",
        ),
        (
            ["1", "2"],
            RANGE,
            'column "value" is of type tsrange and can not take a list',
            'Write {lower: 1, upper: 10}, or PostgreSQL\'s own text: "[1,10)".',
        ),
        (
            {"lower": "1"},
            MULTIRANGE,
            'column "value" is of type tsmultirange and can not take a mapping',
            "Write a list of ranges: [{lower: 1, upper: 10}, {lower: 20}].",
        ),
        (
            [None],
            MULTIRANGE,
            'a range of column "value" is null',
            "Take it out, or write {} for one without bounds.",
        ),
        (
            ["a"],
            HSTORE,
            'column "value" is of type hstore and can not take a list',
            "Write a mapping of texts: {key: value}.",
        ),
        (
            {"a": ["b"]},
            HSTORE,
            '"a" in column "value" is no text, and hstore holds nothing else',
            "Write a text, or make the column jsonb.",
        ),
        (
            {"a": "b"},
            array_of(TEXT),
            'column "value" is of type text[] and can not take a mapping',
            "Write a list: [a, b].",
        ),
        (
            Tagged(tag="!!binary", value="AA==", line=1),
            TEXT,
            'column "value" can not take the tag !!binary',
            "Bytes go into a bytea column.",
        ),
        (
            ["a"],
            MOOD,
            'column "value" is of type mood and can not take a list',
            "Quote the value if it is meant as text.",
        ),
        (
            {},
            a_type("bytea"),
            'column "value" is of type bytea and can not take a mapping',
            "Quote the value if it is meant as text.",
        ),
        (Tagged(tag="!ref", value="a", line=1), a_type("bytea"), 'column "value" can not take the tag !ref', None),
    ],
)
def test_a_value_that_no_such_column_can_take_is_refused(
    value: Value, type_: ColumnType, message: str, hint: str | None
) -> None:
    assert refusal(value, type_) == (message, hint)
