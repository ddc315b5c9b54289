"""Random seeds and Faker's values: the same project and the same `random_seed` give the same values, run after run."""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import islice
from math import prod
from threading import Lock
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from seedkit.core.byte_order import big_endian
from seedkit.core.fixtures import Quoted, Value
from seedkit.core.names import did_you_mean
from seedkit.core.values.json_documents import json_document
from seedkit.core.values.python_values import fixture_value
from seedkit.errors import FixtureError

if TYPE_CHECKING:
    from seedkit.core.fixture_language.provider_methods import ProviderMethods

LOCALE = "en_US"
LARGEST = 1_000_000
"""How large an argument may be that says how much is asked for, such as a length."""
MOST_CALLS = 10_000
"""How large one may be that says how often a provider is called, and how many calls nested ones may come to."""
MOST_CHARACTERS = 10_000_000
"""How many characters the arguments of a call may come to, times the calls: lengths asked for, and texts given."""
_COUNTS = re.compile(r"(?:nb|num)(?:_.*)?\Z|(?:count|number|levels|depth|deep)\Z", re.DOTALL)
_VALUES = re.compile(r"(?:min|max)(?:_value)?\Z|(?:step|seed|center|radius|elements)\Z|.*date|start|end", re.DOTALL)
"""Arguments that are values themselves, and may be as large as they like."""
_LENGTHS = re.compile(r"(?:.*_)?(?:chars|digits)\Z|(?:length|size|indent|data_columns)\Z", re.DOTALL)
"""Arguments that say how long something is, data_columns by the numbers in its lists."""
_WIDE_TEMPLATE = re.compile(r"\{[^{}]+\{|\{[^{}]*[0-9]{7}")
"""What a provider may give to `str.format`: a width, or one that is put together."""
_DATED = ("credit_card_expire", "credit_card_full")
_DATED_PROVIDERS = tuple(f"faker.providers.{name}" for name in ("date_time", "passport", "profile", "ssn"))
_CALL_HINT = "Write !faker email, !faker unique.email, or !faker {provider: pyint, max_value: 9, locale: de_DE}."


def random_seed_for(random_seed: int, *parts: str) -> int:
    """Derive a seed of 64 bits from the run's random seed and the names of what it is for.

    >>> random_seed_for(0, "users") == random_seed_for(0, "users")
    True
    >>> random_seed_for(0, "users") == random_seed_for(1, "users")
    False
    """
    named = "\x1f".join([str(random_seed), *parts]).encode()
    return int.from_bytes(blake2b(named, digest_size=8).digest())


def random_seeds_for(random_seed: int, before: str, names: Iterable[str], after: Sequence[str]) -> array[int]:
    """Derive the seeds of many places that differ in their second part alone.

    >>> [random_seed_for(0, "users", name, "email") for name in ("1", "2")] == list(
    ...     random_seeds_for(0, "users", ["1", "2"], ["email"])
    ... )
    True
    """
    start, end = f"{random_seed}\x1f{before}\x1f", "\x1f".join(["", *after])
    return big_endian(b"".join([blake2b(f"{start}{name}{end}".encode(), digest_size=8).digest() for name in names]))


class FakerCall(Struct, frozen=True, kw_only=True):
    """What a `!faker` asks for."""

    provider: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    locale: str = LOCALE
    unique: bool = False


def faker_call(value: Value) -> FakerCall:
    """Read what stands behind a `!faker`; raises FixtureError.

    >>> faker_call("unique.email")
    FakerCall(provider='email', arguments={}, locale='en_US', unique=True)
    >>> faker_call({"provider": "pyint", "max_value": "9"}).arguments
    {'max_value': 9}
    """
    if isinstance(value, str):
        name = value.removeprefix("unique.")
        return FakerCall(provider=str(name), unique=name != value)
    options = _options(value) if isinstance(value, dict) else {}
    provider, locale = options.pop("provider", None), options.pop("locale", LOCALE)
    unique = options.pop("unique", False)
    if not isinstance(provider, str) or not isinstance(locale, str) or not isinstance(unique, bool):
        raise FixtureError("!faker takes the name of a provider", hint=_CALL_HINT)
    call = faker_call(Quoted(provider))
    return FakerCall(provider=call.provider, arguments=options, locale=locale, unique=unique or call.unique)


def _options(value: Value) -> dict[str, Any]:
    try:
        return dict(json.loads(json_document(value)))
    except ValueError as error:  # Python reads no number of more than 4,300 digits
        raise FixtureError(f"!faker can not read its arguments: {error}", hint=_CALL_HINT) from error


class Fakes:
    """Faker's generators, one a locale, made when they are first asked for."""

    def __init__(self) -> None:
        self._generators: dict[str, ProviderMethods] = {}
        self._drawing = Lock()  # rows are read ahead in a thread

    def value(self, call: FakerCall, random_seed: int) -> Value:
        """Draw the value that belongs to a random seed; raises FixtureError for what Faker can't do."""
        return self.values(call, [random_seed])[0]

    def values(self, call: FakerCall, random_seeds: Iterable[int]) -> list[Value]:
        """Draw the values that belong to random seeds; raises FixtureError for what Faker can't do."""
        with self._drawing:
            generator = self._generator(call.locale)
            _require_provider(generator, call.provider)
            _require_few(call)
            _require_bounded("", call.arguments)
            _require_short(call)
            return [_drawn(generator, call, random_seed) for random_seed in random_seeds]

    def depends_on_today(self, call: FakerCall) -> bool:
        """Whether a value is counted from the day of the run, so that the next day's is another one."""
        own = self._generator(call.locale).provider_of(call.provider)
        return call.provider in _DATED or getattr(own, "__provider__", "") in _DATED_PROVIDERS

    def _generator(self, locale: str) -> ProviderMethods:
        if locale not in self._generators:
            from faker import Factory

            from seedkit.core.fixture_language.provider_methods import ProviderMethods

            try:
                generator = ProviderMethods(locale=locale, use_weighting=False)
                Factory.create(locale, generator=generator, use_weighting=False)
                self._generators[locale] = generator
            except AttributeError as error:
                raise FixtureError(f'Faker has no locale "{locale}"', hint="Write it as de_DE.") from error
        return self._generators[locale]


def _drawn(generator: ProviderMethods, call: FakerCall, random_seed: int) -> Value:
    from faker.exceptions import BaseFakerException

    generator.seed_instance(random_seed)
    try:
        return fixture_value(_ended(generator.format(call.provider, **call.arguments)))
    except (
        *(TypeError, ValueError, AttributeError, AssertionError, LookupError, ArithmeticError),
        *(ImportError, MemoryError, RecursionError, BaseFakerException),
    ) as error:
        raise FixtureError(f"!faker {call.provider}: {error}", hint=_CALL_HINT) from error


def _ended(drawn: object) -> object:
    """Take what a provider goes on to give, which may be without end, as a list."""
    if not isinstance(drawn, Iterator):
        return drawn
    found = list(islice(drawn, MOST_CALLS + 1))
    if len(found) > MOST_CALLS:
        raise ValueError(f"gives more than {MOST_CALLS:,} values")
    return found


def _require_provider(generator: ProviderMethods, name: str) -> None:
    if name not in generator.methods:
        hint = did_you_mean(name, generator.methods) or _CALL_HINT
        raise FixtureError(f'Faker has no provider "{name}"', hint=hint)


def _require_few(call: FakerCall) -> None:
    """Refuse counts that are large, or come to much with those inside of them."""
    length = call.arguments.get("length", 0)
    if call.provider.startswith("random_") and isinstance(length, (int, float)) and length > MOST_CALLS:
        raise FixtureError(f"!faker takes length up to {MOST_CALLS:,}", hint="Ask for less.")
    if _calls(call.arguments) > MOST_CALLS:
        raise FixtureError(f"!faker takes up to {MOST_CALLS:,} calls in all", hint="Ask for less.")


def _require_short(call: FakerCall) -> None:
    """Refuse texts that are not long, but many, or given often."""
    if _characters("", call.arguments) > MOST_CHARACTERS:
        raise FixtureError(f"!faker takes up to {MOST_CHARACTERS:,} characters in all", hint="Ask for less.")


def _calls(value: object) -> float:
    """Multiply the counts of a call with the largest of what is inside of it."""
    if isinstance(value, list):
        return max(map(_calls, value), default=1)
    if not isinstance(value, Mapping):
        return 1
    counts = _counts(value)
    for name, count in counts.items():
        if count > MOST_CALLS:
            raise FixtureError(f"!faker takes {name} up to {MOST_CALLS:,}", hint="Ask for less.")
    return _product(counts.values()) * max(map(_calls, value.values()), default=1)


def _counts(arguments: Mapping[str, Any]) -> dict[str, float]:
    """Find the arguments that say how often; a length that stands beside elements is how many of them."""
    return {
        name: found
        for name, found in arguments.items()
        if isinstance(found, (int, float)) and (_COUNTS.match(name) or (name == "length" and "elements" in arguments))
    }


def _characters(name: str, value: object) -> float:
    """Add up how many characters an argument asks for or gives, those inside of it times how often."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, (int, float)):
        return value if _LENGTHS.match(name) else 0
    if isinstance(value, list):
        inner = [_characters(name, found) for found in value]
        return _product(inner) if name == "size" else sum(inner)
    if not isinstance(value, Mapping):
        return 0
    counts = _counts(value)
    return _product(counts.values()) * sum(_characters(key, found) for key, found in value.items() if key not in counts)


def _product(factors: Iterable[float]) -> float:
    return prod(max(factor, 1) for factor in factors)


def _require_bounded(name: str, value: object) -> None:
    """Refuse an argument by which a few characters ask for more than a value may be."""
    if isinstance(value, Mapping):
        for inner, found in value.items():
            _require_bounded(inner, found)
    elif isinstance(value, list):
        for found in value:
            _require_bounded(name, found)
    elif isinstance(value, (int, float)) and value > LARGEST and not _VALUES.match(name):
        raise FixtureError(f"!faker takes {name} up to {LARGEST:,}", hint="Ask for less.")
    elif isinstance(value, str) and _WIDE_TEMPLATE.search(value):
        raise FixtureError(f"!faker takes {name} without a width like that", hint="Ask for less.")
