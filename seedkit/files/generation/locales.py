"""Words of other languages than English: Faker's own pools, read at run time and drawn by our streams.

Faker is imported here alone, and only where a locale is asked for. Of its providers the lists are taken, never a
method; an upgrade of Faker may change them, so its version is told beside ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from typing import Any

from msgspec.structs import replace

from seedkit.core.generation.streams import Stream, picked
from seedkit.core.generation.words import City, Country, Words
from seedkit.core.names import did_you_mean
from seedkit.errors import UsageError
from seedkit.files.generation.meanings import read_toml, read_words

_HINT = "Write a language or a locale, de or de_CH, or several with their shares: de:3,fr:1."
_WEIGHTED = re.compile(r"\s*([A-Za-z_-]+)\s*(?::\s*([1-9]\d{0,3})\s*)?")
_TOKEN = re.compile(r"\{\{(\w+)\}\}")
_PLAIN_POSTCODE = re.compile(r"[#%?0-9 -]+")
_MOST, _COMPOSED, _CITIES, _FEW_CITIES = 1_000, 512, 64, 8
_GIVEN = ("first_names", "first_names_female", "first_names_male")
_SURNAMES = ("last_names", "unisex_last_names", "last_names_unisex", "last_names_female", "last_names_male")
_EUROPEAN = "EUR"


@cache
def words_of(locales: str) -> Words:
    """Read the words of a locale, or of several with weights; raises UsageError for one that there is not."""
    if locales in ("en", "en_US"):
        return read_words()
    shares = [_weighted(part) for part in locales.split(",")]
    found = tuple((weight, read_words() if name == "en" else _words(name)) for name, weight in shares)
    if len(found) == 1:
        return found[0][1]
    cities = tuple(city for _, words in found for city in words.cities)
    source = next((words.source for _, words in found if words.source), None)
    return replace(found[0][1], cities=cities, shares=found, source=source)


def _weighted(part: str) -> tuple[str, int]:
    match = _WEIGHTED.fullmatch(part)
    if match is None:
        raise UsageError(f'"{part}" is no locale', hint=_HINT)
    return _known(match[1].replace("-", "_")), int(match[2] or 1)


def _known(name: str) -> str:
    """Find the locale that a name means: a language is that of the country that is called like it, else the first."""
    from faker.config import AVAILABLE_LOCALES

    if name in ("en", "en_US"):
        return "en"
    country = f"{name}_{name.upper()}"
    meant = (
        *([] if "_" in name else [country]),
        name,
        *(one for one in AVAILABLE_LOCALES if one.startswith(f"{name}_")),
    )
    found = next((locale for locale in meant if _lists("person", locale) is not None), None)
    if found is None:
        raise UsageError(f'there is no locale "{name}"', hint=did_you_mean(name, AVAILABLE_LOCALES) or _HINT)
    return found


def _lists(subject: str, locale: str) -> type[Any] | None:
    """Give the class that has a provider's lists for a locale, None where there is none."""
    try:
        provider: type[Any] = import_module(f"faker.providers.{subject}.{locale}").Provider
    except ModuleNotFoundError:
        return None
    return provider


def _words(locale: str) -> Words:
    """Put the lists of a locale in the place of the English ones that are about people, places and firms."""
    from faker import VERSION

    english, pools = read_words(), _Pools(locale)
    lists = {
        "given_names": pools.first("person", _GIVEN),
        "surnames": pools.first("person", _SURNAMES),
        "women": pools.listed("person", "first_names_female"),
        "jobs": pools.listed("job", "jobs"),
        "street_names": pools.composed("address", "street_name_formats"),
        "company_names": pools.composed("company", "formats"),
    }
    country = _country(locale, english)
    countries = (*(other for other in english.countries if other.code != country.code), country)
    return replace(
        english,
        cities=tuple(_cities(pools, country, english)) or english.cities,
        countries=countries,
        lists={**english.lists, **{name: texts for name, texts in lists.items() if texts}},
        house_first=pools.house_first,
        source=f"Faker {VERSION}",
    )


class _Pools:
    """The lists of a locale's providers."""

    def __init__(self, locale: str) -> None:
        self.locale = locale
        self._parts: dict[str, tuple[str, ...]] = {}
        self._providers = {subject: _lists(subject, locale) for subject in ("person", "address", "company", "job")}

    def first(self, subject: str, names: Iterable[str]) -> tuple[str, ...]:
        """Give the first list that there is."""
        return next(filter(None, (self.listed(subject, name) for name in names)), ())

    def listed(self, subject: str, name: str) -> tuple[str, ...]:
        """Give a list of texts without repetitions; of names with weights the names. Faker's examples are none."""
        found = getattr(self._providers[subject], name, ()) if self._providers[subject] else ()
        examples = getattr(import_module(f"faker.providers.{subject}").Provider, name, None)
        if found is examples or not isinstance(found, Iterable):
            return ()
        found = (found,) if isinstance(found, str) else found
        texts = (text.strip() for text in found if isinstance(text, str))
        return tuple(dict.fromkeys(text for text in texts if text and text.isprintable()))[:_MOST]

    def composed(self, subject: str, name: str) -> tuple[str, ...]:
        """Give texts that a list of formats makes, of those whose parts are lists."""
        formats = [
            text for text in self.listed(subject, name) if all(self._part(part) for part in _TOKEN.findall(text))
        ]
        if not formats:
            return ()
        stream = Stream.named(0, "locale", self.locale, subject)
        return tuple(dict.fromkeys(self._filled(formats[row % len(formats)], stream, row) for row in range(_COMPOSED)))

    @property
    def house_first(self) -> bool:
        """Whether a house's number stands before the street."""
        formats = self.listed("address", "street_address_formats")
        usual = formats[-1] if formats else "{{building_number}} {{street_name}}"
        return usual.find("building_number") < usual.find("street_name")

    def _filled(self, text: str, stream: Stream, row: int) -> str:
        drawn = iter(stream.of_row(row, 64))

        def chosen(token: re.Match[str]) -> str:
            pool = self._part(token[1])
            return pool[picked(int.from_bytes(bytes([next(drawn), next(drawn)]), "little"), len(pool))]

        return _TOKEN.sub(chosen, text)

    def _part(self, token: str) -> tuple[str, ...]:
        if token not in self._parts:
            self._parts[token] = self._looked_up(token)
        return self._parts[token]

    def _looked_up(self, token: str) -> tuple[str, ...]:
        """Give the list that a part of a format is chosen from: `{{street_suffix}}` from `street_suffixes`."""
        plural = token.replace("suffix", "suffixes").replace("prefix", "prefixes")
        names = (plural, f"{token}s", f"{token}es", f"{token.removesuffix('y')}ies")
        found = (self.listed(subject, name) for subject in ("person", "address", "company") for name in names)
        return next((texts for texts in found if texts), ())


def _country(locale: str, english: Words) -> Country:
    """Give the country of a locale, as it is called there."""
    from faker.providers.date_time import Provider

    language, _, code = locale.partition("_")
    code = code or language.upper()
    known = next((country for country in english.countries if country.code == code), None)
    more = read_toml("words_locales")
    if known is None:
        of_faker = next((country for country in Provider.countries if country.alpha_2_code == code), None)
        name, code_3 = (of_faker.name, of_faker.alpha_3_code) if of_faker else (code, code)
        known = Country(code, code_3, name, language, more["currencies"].get(code, _EUROPEAN))
    return replace(known, name=more["names"].get(code, known.name), language=language)


def _cities(pools: _Pools, country: Country, english: Words) -> Iterator[City]:
    """Give real cities of a country, with their coordinates; regions and postcodes are of the forms that it has."""
    from faker.providers.geo import Provider

    own = [city for city in english.cities if city.country == country.code]
    regions = pools.listed("address", "states") or pools.listed("address", "regions") or tuple(c.region for c in own)
    formats = _postcodes(pools.listed("address", "postcode_formats")) or tuple(c.postcode for c in own) or ("#####",)
    lands = [land for land in Provider.land_coords if land[3] == country.code][:_CITIES]
    for number, (latitude, longitude, name, _, zone) in enumerate(lands):
        region = regions[number % len(regions)] if regions else name
        degrees = (f"{float(degree):.2f}" for degree in (latitude, longitude))
        yield City(name, region, formats[number % len(formats)], country.code, zone, *degrees)
    if len(lands) < _FEW_CITIES:
        yield from own


def _postcodes(formats: Iterable[str]) -> tuple[str, ...]:
    """Take formats of postcodes that have digits and letters where any will do.

    >>> _postcodes(["%###??", "AN NEE"])
    ('####@@',)
    """
    plain: Mapping[int, str] = str.maketrans({"%": "#", "?": "@"})
    return tuple(text.translate(plain) for text in formats if _PLAIN_POSTCODE.fullmatch(text))
