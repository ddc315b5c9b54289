"""A generator of Faker's that calls its providers' methods and nothing else, whoever names what is to be called.

Faker's own machinery, such as `seed_instance` or `add_provider`, hangs on the same object; and a provider may be told
names: `pylist(value_types=[…])`, `json(data_columns=…)`, `pystr_format("{{…}}")`.

It imports Faker, so it is imported only where there is a `!faker`.
"""

from __future__ import annotations

from collections.abc import Callable
from inspect import isroutine
from typing import Any

from faker.generator import Generator
from faker.providers import BaseProvider


class ProviderMethods(Generator):
    """`methods` are those that a fixture may call, by name."""

    def __init__(self, **config: Any) -> None:  # noqa: ANN401 - Faker's own settings
        super().__init__(**config)
        self.methods: dict[str, Callable[..., Any]] = {}

    def set_formatter(self, name: str, formatter: Callable[..., Any]) -> None:
        """Take in a public attribute of a provider, if it is a method."""
        super().set_formatter(name, formatter)
        if isroutine(formatter):
            self.methods[name] = formatter

    def get_formatter(self, formatter: str) -> Callable[..., Any]:
        """Find a method by its name; raises AttributeError for anything else."""
        if formatter not in self.methods:
            raise AttributeError(f"Unknown formatter {formatter!r}")
        return self.methods[formatter]

    def provider_of(self, name: str) -> BaseProvider | None:
        """Return the provider that has a method."""
        return next((found for found in self.providers if hasattr(found, name)), None)
