import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from ipaddress import ip_address, ip_network
from time import time as now
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from faker import Faker

from seedkit.core.fixtures import Quoted, Tagged
from seedkit.core.values.encoder_choice import encoder_for
from seedkit.core.values.python_values import fixture_value
from seedkit.errors import FixtureError
from tests.core.builders import a_column


class Mood(Enum):
    HAPPY = "happy"


class Level(IntEnum):
    HIGH = 3


class Colour(StrEnum):
    RED = "red"


class Place(NamedTuple):
    latitude: Decimal
    name: str


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, None),
        (True, "true"),
        (False, "false"),
        (42, "42"),
        (0.1, "0.1"),
        (float("-inf"), "-Infinity"),
        (float("nan"), "NaN"),
        (Decimal("1.10"), "1.10"),
        (date(2026, 1, 2), "2026-01-02"),
        (datetime(2026, 1, 2, 3, 4, 5, 6), "2026-01-02 03:04:05.000006"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "2026-01-02 03:04:00+00:00"),
        (datetime(2026, 1, 2, 3, 4, tzinfo=timezone(timedelta(hours=-5))), "2026-01-02 03:04:00-05:00"),
        (time(3, 4, 5), "03:04:05"),
        (timedelta(days=1, hours=2, microseconds=5), "1 days 7200.000005 seconds"),
        (timedelta(seconds=-1), "-1 days 86399.000000 seconds"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (Mood.HAPPY, "happy"),
        (Level.HIGH, "3"),
        (Colour.RED, "red"),
        (ip_address("10.0.0.1"), "10.0.0.1"),
        (ip_network("10.0.0.0/8"), "10.0.0.0/8"),
        (ZoneInfo("Europe/Oslo"), "Europe/Oslo"),
        ([1, [None]], ["1", [None]]),
        (Place(Decimal("1.5"), "x"), ["1.5", "x"]),
        ({10, 9, 1.5}, ["1.5", "9", "10"]),
        (frozenset({"b", "a", ""}), ["", "a", "b"]),
        (range(3), ["0", "1", "2"]),
        ({"a": {1: True}}, {"a": {"1": "true"}}),
    ],
)
def test_a_value_of_python_is_what_a_fixture_would_hold(value: object, written: object) -> None:
    assert fixture_value(value) == written


def test_a_text_is_quoted_so_that_it_stays_a_string_in_a_document() -> None:
    assert isinstance(fixture_value("42"), Quoted)
    assert encoder_for(a_column("value", "jsonb"))(fixture_value({"a": "42", "b": 42})) == '{"a": "42", "b": 42}'


@pytest.mark.parametrize("value", [b"\xde\xad", bytearray(b"\xde\xad"), memoryview(b"\xde\xad")])
def test_bytes_are_the_binary_of_a_bytea_column(value: object) -> None:
    assert fixture_value(value) == Tagged(tag="!!binary", value="3q0=", line=0)
    assert encoder_for(a_column("value", "bytea"))(fixture_value(value)) == "\\xdead"


def test_what_a_fixture_holds_already_stays() -> None:
    reference = Tagged(tag="!ref", value="ada", line=3)

    assert fixture_value(reference) is reference
    assert fixture_value([Quoted("a"), reference]) == ["a", reference]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (object(), "object can not be written as a value"),
        (1j, "complex can not be written as a value"),
        ({None: 1}, "None can not be a key of a mapping"),
        ({(1, 2): 1}, "(1, 2) can not be a key of a mapping"),
    ],
)
def test_an_object_without_a_text_is_refused(value: object, message: str) -> None:
    with pytest.raises(FixtureError) as caught:
        fixture_value(value)

    assert caught.value.message == message


PROVIDERS = """
    profile simple_profile pystruct pyset pydict pydecimal pyfloat date_time_this_year date_object time_delta
    time_object uuid4 binary latlng local_latlng json_bytes pytimezone ipv4 time_series boolean null_boolean words texts
"""

SPANS = {"time_series": {"start_date": datetime(2026, 1, 1), "end_date": datetime(2026, 2, 1)}}
"""By itself it ends now, which is another second the second time."""


@pytest.mark.parametrize("provider", PROVIDERS.split())
def test_whatever_faker_gives_has_a_value_and_twice_the_same(provider: str) -> None:
    def drawn() -> object:
        fake = Faker()
        fake.seed_instance(7)
        return fixture_value(getattr(fake, provider)(**SPANS.get(provider, {})))

    one, other = twice_in_one_second(drawn)

    assert one == other


def twice_in_one_second(draw: Callable[[], object]) -> tuple[object, object]:
    """Draw a pair; once more where a second has begun meanwhile, as some providers end now."""
    while True:
        second = int(now())
        pair = draw(), draw()
        if int(now()) == second:
            return pair
