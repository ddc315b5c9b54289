"""Reads what columns' names mean, and the words of a language, from the files beside this one."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib import resources
from typing import Any

from seedkit.core.generation.meanings import Meaning, Meanings
from seedkit.core.generation.words import City, Country, Words


@cache
def read_meanings() -> Meanings:
    """Read all meanings, in every language."""
    return Meanings(
        tuple(
            Meaning(
                name=entry["name"],
                family=entry["family"],
                phrases=tuple(_listed(entry["phrases"])),
                of=frozenset(_listed(entry.get("of", ()))),
                shortest=entry.get("shortest", 0),
            )
            for entry in read_toml("meanings")["meaning"]
        )
    )


def _listed(told: str | Sequence[str]) -> Sequence[str]:
    """Give the phrases of a text with commas between them: TOML reads a list of them ten times as long.

    >>> _listed("e mail, mail  address"), _listed(["mail"])
    (['e mail', 'mail address'], ['mail'])
    """
    return [" ".join(phrase.split()) for phrase in told.split(",")] if isinstance(told, str) else told


@cache
def read_words() -> Words:
    """Read the words of English."""
    entries = read_toml("words_en")
    cities = tuple(City(*city) for city in entries.pop("cities"))
    countries = tuple(Country(*country) for country in entries.pop("countries"))
    lists = {name: tuple(words.split() if isinstance(words, str) else words) for name, words in entries.items()}
    return Words(cities=cities, countries=countries, lists=lists)


def read_toml(name: str) -> dict[str, Any]:
    """Read one of the files beside this one."""
    return tomllib.loads(
        resources.files("seedkit.files.generation").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    )
