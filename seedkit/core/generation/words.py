"""The words that values are made of."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct


class City(Struct, frozen=True):
    """A city; in `postcode` # stands for a digit and @ for a letter, coordinates are degrees as texts."""

    name: str
    region: str
    postcode: str
    country: str
    time_zone: str
    latitude: str
    longitude: str


class Country(Struct, frozen=True):
    """A country: its codes (ISO 3166-1), its main language (ISO 639-1) and its currency (ISO 4217)."""

    code: str
    code_3: str
    name: str
    language: str
    currency: str


class Words(Struct, frozen=True):
    """The words of a language: places, and lists by their names.

    `house_first` says whether a house's number stands before the street, `source` whose words they are, where they are
    not ours. Where a run has several languages, `shares` are the words of each with its weight.
    """

    cities: tuple[City, ...]
    countries: tuple[Country, ...]
    lists: Mapping[str, tuple[str, ...]]
    house_first: bool = True
    source: str | None = None
    shares: tuple[tuple[int, Words], ...] = ()
