"""`!faker` reaches methods of Faker's providers and nothing else, whether named itself or in an argument."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest

from seedkit import SeedkitError, seed
from seedkit.core.fixture_language.fakes import FakerCall, Fakes
from tests.conftest import Write

Connection = psycopg.Connection[Any]

NO_METHODS = [
    *("seed_instance", "seed", "add_provider", "get_providers", "providers", "random", "provider", "format", "parse"),
    *("set_arguments", "get_arguments", "del_arguments", "get_formatter", "set_formatter", "methods", "provider_of"),
    *("generator", "formats", "user_agents", "word_list", "default_value_types", "country_calling_codes"),
    *("__class__", "__init__", "_Generator__random", "email.__func__", "__doc__", ""),
]


@pytest.mark.parametrize("name", NO_METHODS)
def test_what_is_no_method_of_a_provider_is_refused_by_name(project: Write, connection: Connection, name: str) -> None:
    connection.execute("create table notes (id integer primary key, note text)")
    project({"fixtures/notes.yml": f'- {{id: 1, note: !faker {{provider: "{name}"}}}}\n'})

    with pytest.raises(SeedkitError, match=f'Faker has no provider "{name}"') as caught:
        seed(connection=connection)

    assert str(caught.value.origin) == "fixtures/notes.yml:1"


@pytest.mark.parametrize("name", ["seed_instance", "add_provider", "get_providers", "seed", "random", "parse"])
@pytest.mark.parametrize(
    "call",
    [
        {"provider": "pystr_format", "arguments": {"string_format": "{{NAME}}"}},
        {"provider": "pylist", "arguments": {"value_types": ["NAME"], "nb_elements": 2}},
        {"provider": "json", "arguments": {"data_columns": {"a": "NAME"}, "num_rows": 1}},
        {"provider": "csv", "arguments": {"data_columns": ["{{NAME}}"], "num_rows": 1}},
        {"provider": "fixed_width", "arguments": {"data_columns": [[9, "NAME"]], "num_rows": 1}},
    ],
)
def test_an_argument_reaches_no_further(call: dict[str, Any], name: str) -> None:
    arguments = named(call["arguments"], name)

    with pytest.raises(SeedkitError, match="Unknown formatter"):
        Fakes().value(FakerCall(provider=call["provider"], arguments=arguments), 7)


def named(value: Any, name: str) -> Any:
    """Put a name into what is given to a provider."""
    if isinstance(value, dict):
        return {key: named(found, name) for key, found in value.items()}
    if isinstance(value, list):
        return [named(found, name) for found in value]
    return value.replace("NAME", name) if isinstance(value, str) else value


@pytest.mark.parametrize("locale", ["en_US", "de_DE", "ja_JP", "uk_UA"])
def test_every_method_of_a_provider_can_still_be_called(locale: str) -> None:
    from faker import Factory

    generator = Factory.create(locale)
    public = {name for found in generator.providers for name in dir(found) if not name.startswith("_")}

    callable_ones = {name for name in public if callable(getattr(generator, name, None))}
    fakes = Fakes()
    fakes.value(FakerCall(provider="name", locale=locale), 1)

    assert callable_ones == set(fakes._generators[locale].methods)
