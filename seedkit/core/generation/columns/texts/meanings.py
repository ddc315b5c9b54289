"""Texts by their meaning. No value reaches a real person, and none opens anything.

Mail and the web are at example.com, .org and .net (RFC 2606), telephones have 555-01xx, addresses of the internet are
of 192.0.2.0/24 (RFC 5737), those of network cards administered locally.
"""

from __future__ import annotations

from collections.abc import Mapping

from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.columns.choices import Choice
from seedkit.core.generation.columns.numbers import Counter, Hex, Whole
from seedkit.core.generation.columns.texts.identifying import IDENTIFYING
from seedkit.core.generation.columns.texts.making import Make, TextMaker, as_slug, joined, name_in_mail, plain
from seedkit.core.generation.columns.texts.places import Patterned
from seedkit.core.generation.columns.texts.sentences import sentences
from seedkit.core.generation.words import City

_HOSTS = ("example.com", "example.org", "example.net")
NUMBERED = frozenset(("email", "isbn", "barcode", "iban"))
"""The meanings whose texts have the row's number in them, so that no two are alike."""
ROOMS = {
    "user_name": 24,
    "image_url": 64,
    "md5": 20,
    "sha1": 20,
    "digest": 20,
    "token": 20,
    "uuid": 36,
    "mac": 17,
    "ulid": 26,
    "object_id": 24,
}
UNIQUE_ROOM = 48
"""Those whose texts differ where they have so much room: for the number, or for enough random digits."""


def _email(maker: TextMaker) -> Generator:
    host = Choice(tuple("@" + host for host in _HOSTS), maker.column.apart("host"))
    return joined(
        maker.person("given_names", name_in_mail), ".", maker.person("surnames", name_in_mail), Counter(), host
    )


def _full_name(maker: TextMaker) -> Generator:
    return joined(maker.person("given_names"), " ", maker.person("surnames"))


def _initials(maker: TextMaker) -> Generator:
    return joined(*(maker.person(name, _initial) for name in ("given_names", "surnames")))


def _initial(text: str) -> str:
    return plain(text)[:1]


def _gender(maker: TextMaker) -> Generator:
    women = frozenset(maker.words.lists["women"])
    return maker.person("given_names", lambda name: "female" if name in women else "male")


def _salutation(maker: TextMaker) -> Generator:
    women = frozenset(maker.words.lists["women"])
    return maker.person("given_names", lambda name: "Ms" if name in women else "Mr")


def _phone(maker: TextMaker) -> Generator:
    areas = tuple(str(area) for area in range(201, 989) if area % 100 not in (11, 55))
    return joined("+1 ", Choice(areas, maker.column.apart("area")), "-555-01", maker.digits(2))


def _street(maker: TextMaker) -> Generator:
    parts = (_house(maker), " ", _street_name(maker))
    return joined(*(parts if maker.words.house_first else parts[::-1]))


def _house(maker: TextMaker) -> Generator:
    return Whole(1, 180, maker.table.apart("house", maker.prefix))


def _street_name(maker: TextMaker) -> Generator:
    if "street_names" in maker.words.lists:
        return Choice(maker.words.lists["street_names"], maker.place_stream.apart("street"))
    kinds = Choice(maker.words.lists["street_kinds"], maker.place_stream.apart("street kind"))
    return joined(Choice(maker.words.lists["streets"], maker.place_stream.apart("street")), " ", kinds)


def _address(maker: TextMaker) -> Generator:
    """Write the whole address of the row's place on one line."""
    return joined(_street(maker), ", ", _postcode(maker), " ", maker.place(_city_name))


def _postcode(maker: TextMaker) -> Generator:
    filling = maker.place_stream.apart("postcode")
    return Patterned(tuple(city.postcode for city in maker.words.cities), maker.place_stream, filling)


def _city_name(city: City) -> str:
    return city.name


def _region_code(maker: TextMaker) -> Generator:
    """Give a code of two letters for the region, its own where it is well known."""
    codes = dict(code.split(" = ") for code in maker.words.lists["region_codes"])
    return maker.place(lambda city: codes.get(city.region, plain(city.region)[:2].upper()))


def _locale(maker: TextMaker) -> Generator:
    return maker.country(lambda country: f"{country.language}-{country.code}")


def _capitalized(maker: TextMaker, name: str, *need: str) -> Choice:
    return maker.shared(name, *need, change=str.capitalize)


def _title(maker: TextMaker) -> Generator:
    return joined(_capitalized(maker, "adjectives"), " ", maker.shared("nouns"), " of the ", maker.shared("nouns", 2))


def _slug(maker: TextMaker) -> Generator:
    """Write what the table's rows are called as it stands in an address."""
    return as_slug(MAKERS[maker.called](maker))


def _url(maker: TextMaker) -> Generator:
    host = Choice(tuple(f"https://{host}/" for host in _HOSTS), maker.column.apart("host"))
    return joined(host, maker.listed("nouns"), "/", maker.listed("adjectives"), "-", maker.listed("nouns", 2))


def _paragraph(maker: TextMaker) -> Generator:
    texts = sentences(maker.words)
    first, second, third = (Choice(texts, maker.column.apart("sentence", number)) for number in (1, 2, 3))
    return joined(first, " ", second, " ", third)


def _company(maker: TextMaker) -> Generator:
    if "company_names" in maker.words.lists:
        return maker.shared("company_names")
    return joined(maker.shared("company_words"), " ", maker.shared("company_kinds"))


def _file(maker: TextMaker, *number: Counter) -> Generator:
    return joined(maker.listed("adjectives"), "-", maker.listed("nouns"), *number, ".", maker.listed("extensions"))


def _listed(name: str) -> Make:
    return lambda maker: maker.listed(name)


MAKERS: Mapping[str, Make] = {
    "email": _email,
    "full_name": _full_name,
    "first_name": lambda maker: maker.person("given_names"),
    "last_name": lambda maker: maker.person("surnames"),
    "other_last_name": lambda maker: maker.listed("surnames"),
    "middle_name": lambda maker: Choice(tuple("ABCDEFGHIJKLMNOPRSTVWY"), maker.column),
    "initials": _initials,
    "user_name": lambda maker: joined(maker.person("given_names", name_in_mail), "_", Counter()),
    "gender": _gender,
    "salutation": _salutation,
    "blood_type": _listed("blood_types"),
    "marital_status": _listed("marital_statuses"),
    "phone": _phone,
    "calling_code": _listed("calling_codes"),
    "street": _street,
    "street_name": _street_name,
    "address": _address,
    "address_line_2": lambda maker: joined("Floor ", Whole(1, 12, maker.column)),
    "house_number": _house,
    "city": lambda maker: maker.place(_city_name),
    "region": lambda maker: maker.place(lambda city: city.region),
    "region_code": _region_code,
    "postcode": _postcode,
    "country": lambda maker: maker.country(lambda country: country.name),
    "country_code": lambda maker: maker.country(lambda country: country.code),
    "country_code_3": lambda maker: maker.country(lambda country: country.code_3),
    "continent": _listed("continents"),
    "language": lambda maker: maker.country(lambda country: country.language),
    "locale": _locale,
    "currency": lambda maker: maker.country(lambda country: country.currency),
    "time_zone": lambda maker: maker.place(lambda city: city.time_zone),
    "latitude": lambda maker: maker.place(lambda city: city.latitude),
    "longitude": lambda maker: maker.place(lambda city: city.longitude),
    "coordinates": lambda maker: maker.place(lambda city: f"{city.latitude},{city.longitude}"),
    "company": _company,
    "product": lambda maker: joined(maker.shared("materials"), " ", maker.shared("products")),
    "job": _listed("jobs"),
    "department": _listed("departments"),
    "url": _url,
    "image_url": lambda maker: joined("https://example.com/images/", maker.listed("nouns"), "-", Counter(), ".png"),
    "domain": lambda maker: joined(maker.listed("adjectives"), "-", maker.listed("nouns"), ".example.com"),
    "path": lambda maker: joined("/", maker.listed("nouns"), "/", maker.listed("nouns", 2)),
    "file_name": _file,
    "file_extension": _listed("extensions"),
    "mime_type": _listed("mime_types"),
    "ip": lambda maker: joined("192.0.2.", Whole(1, 254, maker.column)),
    "user_agent": _listed("user_agents"),
    "http_method": _listed("http_methods"),
    "log_level": _listed("log_levels"),
    "environment": _listed("environments"),
    "color": _listed("colors"),
    "hex_color": lambda maker: Hex(6, maker.column, "#"),
    "slug": _slug,
    "title": _title,
    "sentence": lambda maker: maker.sentence(1),
    "paragraph": _paragraph,
    "word": _listed("nouns"),
    "words": lambda maker: joined(maker.listed("adjectives"), " ", maker.listed("nouns")),
    "key": lambda maker: joined(maker.listed("nouns"), ".", maker.listed("nouns", 2)),
    "action": _listed("actions"),
    "status": _listed("statuses"),
    "role": _listed("roles"),
    "plan": _listed("plans"),
    "priority": _listed("priorities"),
    "size_name": _listed("sizes"),
    "unit": _listed("units"),
    "payment_method": _listed("payment_methods"),
    "card_brand": _listed("card_brands"),
    "weekday": _listed("weekdays"),
    "month_name": _listed("months"),
    "genre": _listed("genres"),
    **IDENTIFYING,
}

UNIQUE_MAKERS: Mapping[str, Make] = {
    "domain": lambda maker: joined(maker.listed("adjectives"), "-", maker.listed("nouns"), Counter(), ".example.com"),
    "file_name": lambda maker: _file(maker, Counter()),
}
"""Those whose texts would be none with a number behind them, under a unique key."""
