"""Texts that mean something: people, places, mail addresses, sentences. No value reaches a real person.

Mail and the web are at example.com, .org and .net (RFC 2606), telephones have 555-01xx, addresses of the internet are
of 192.0.2.0/24 (RFC 5737). What belongs together is drawn from the same stream: the person and the place of a row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import add

from seedkit.core.generation.columns.blocks import Constant, Generator, Joined
from seedkit.core.generation.columns.choices import Choice
from seedkit.core.generation.columns.numbers import Counter, Fixed, Hex, Whole
from seedkit.core.generation.columns.places import Patterned
from seedkit.core.generation.columns.sentences import half_sentences
from seedkit.core.generation.streams import Stream
from seedkit.core.generation.words import City, Words
from seedkit.core.values.copy_text import field_text

_HOSTS = ("example.com", "example.org", "example.net")


@dataclass(frozen=True, slots=True)
class TextMaker:
    """Makes generators for a column: from words, from streams of its own and of the row's person and place.

    `table` names what its columns share, `prefix` which of several places it is.
    """

    words: Words
    column: Stream
    table: Stream
    prefix: str = ""

    def generator(self, meaning: str) -> Generator:
        """Give what generates a meaning's values; raises KeyError for one that is none of a text's."""
        return _MAKERS[meaning](self)

    def listed(self, name: str, *need: str | int) -> Choice:
        """Choose from a list of words, for a need of this column."""
        return Choice(self.words.lists[name], self.column.apart(name, *need))

    def given_name(self, *, small: bool = False) -> Choice:
        """Choose the given name of the row's person."""
        return Choice(_small(self.words.lists["given_names"], small=small), self.table.apart("given name"))

    def surname(self, *, small: bool = False) -> Choice:
        """Choose the surname of the row's person."""
        return Choice(_small(self.words.lists["surnames"], small=small), self.table.apart("surname"))

    def place(self, field: Callable[[City], str]) -> Choice:
        """Choose something of the row's place."""
        return Choice(tuple(field_text(field(city)) for city in self.words.cities), self.place_stream)

    @property
    def place_stream(self) -> Stream:
        """What chooses the row's place; billing and shipping have places of their own."""
        return self.table.apart("place", self.prefix)

    def sentence(self, number: int) -> Joined:
        """Write a sentence of plain words."""
        heads, tails = half_sentences(self.words)
        return Joined(
            (Choice(heads, self.column.apart("head", number)), Choice(tails, self.column.apart("tail", number)))
        )


def _small(names: tuple[str, ...], *, small: bool) -> tuple[str, ...]:
    return tuple(name.lower() for name in names) if small else names


def _joined(*parts: Generator | str) -> Joined:
    return Joined(tuple(Constant(part) if isinstance(part, str) else part for part in parts))


def _email(maker: TextMaker) -> Generator:
    host = Choice(tuple("@" + host for host in _HOSTS), maker.column.apart("host"))
    return _joined(maker.given_name(small=True), ".", maker.surname(small=True), Counter(), host)


def _phone(maker: TextMaker) -> Generator:
    areas = tuple(str(area) for area in range(201, 989) if area % 100 not in (11, 55))
    return _joined("+1 ", Choice(areas, maker.column.apart("area")), "-555-01", _digits(maker, 2))


def _digits(maker: TextMaker, count: int) -> Generator:
    texts = tuple(f"{number:0{count}}" for number in range(10**count))
    return Choice(texts, maker.column.apart("digits", count))


def _street(maker: TextMaker) -> Generator:
    number = Whole(1, 180, maker.table.apart("house", maker.prefix))
    return _joined(number, " ", maker.listed("streets"), " ", maker.listed("street_kinds"))


def _capitalized(maker: TextMaker, name: str) -> Choice:
    words = tuple(word.capitalize() for word in maker.words.lists[name])
    return Choice(words, maker.column.apart("capitalized", name))


def _ip(maker: TextMaker) -> Generator:
    return _joined("192.0.2.", Whole(1, 254, maker.column))


def _url(maker: TextMaker) -> Generator:
    host = Choice(tuple(f"https://{host}/" for host in _HOSTS), maker.column.apart("host"))
    return _joined(host, maker.listed("nouns"), "/", maker.listed("adjectives"), "-", maker.listed("nouns", 2))


def _country(maker: TextMaker, field: str) -> Generator:
    """Choose something of the country that the row's place is in."""
    found = {country.code: str(getattr(country, field)) for country in maker.words.countries}
    return maker.place(lambda city: found[city.country])


def _paragraph(maker: TextMaker) -> Generator:
    sentences = tuple(map(add, *half_sentences(maker.words)))
    return _joined(
        Choice(sentences, maker.column.apart("sentence", 1)),
        " ",
        Choice(sentences, maker.column.apart("sentence", 2)),
        " ",
        Choice(sentences, maker.column.apart("sentence", 3)),
    )


def _code(maker: TextMaker) -> Generator:
    letters = tuple(first + second for first in "ABCDEFGHKLMNPRST" for second in "ACEHKLMNPRSTXYZ")
    return _joined(Choice(letters, maker.column.apart("letters")), "-", Whole(10_000, 99_999, maker.column))


def _file(maker: TextMaker) -> Generator:
    return _joined(maker.listed("adjectives"), "-", maker.listed("nouns"), ".", maker.listed("extensions"))


_MAKERS: Mapping[str, Callable[[TextMaker], Generator]] = {
    "email": _email,
    "full_name": lambda maker: _joined(maker.given_name(), " ", maker.surname()),
    "first_name": TextMaker.given_name,
    "last_name": TextMaker.surname,
    "middle_name": lambda maker: Choice(tuple("ABCDEFGHIJKLMNOPRSTVWY"), maker.column),
    "user_name": lambda maker: _joined(maker.given_name(small=True), "_", Counter()),
    "phone": _phone,
    "street": _street,
    "address_line_2": lambda maker: _joined("Floor ", Whole(1, 12, maker.column)),
    "house_number": lambda maker: Whole(1, 180, maker.table.apart("house", maker.prefix)),
    "city": lambda maker: maker.place(lambda city: city.name),
    "region": lambda maker: maker.place(lambda city: city.region),
    "postcode": lambda maker: Patterned(
        tuple(city.postcode for city in maker.words.cities), maker.place_stream, maker.column
    ),
    "country": lambda maker: _country(maker, "name"),
    "country_code": lambda maker: _country(maker, "code"),
    "country_code_3": lambda maker: _country(maker, "code_3"),
    "language": lambda maker: _country(maker, "language"),
    "currency": lambda maker: _country(maker, "currency"),
    "time_zone": lambda maker: maker.place(lambda city: city.time_zone),
    "company": lambda maker: _joined(maker.listed("company_words"), " ", maker.listed("company_kinds")),
    "product": lambda maker: _joined(maker.listed("materials"), " ", maker.listed("products")),
    "job": lambda maker: maker.listed("jobs"),
    "department": lambda maker: maker.listed("departments"),
    "url": _url,
    "image_url": lambda maker: _joined("https://example.com/images/", maker.listed("nouns"), "-", Counter(), ".png"),
    "domain": lambda maker: _joined(maker.listed("adjectives"), "-", maker.listed("nouns"), ".example.com"),
    "path": lambda maker: _joined("/", maker.listed("nouns"), "/", maker.listed("nouns", 2)),
    "file_name": _file,
    "mime_type": lambda maker: maker.listed("mime_types"),
    "ip": _ip,
    "user_agent": lambda maker: maker.listed("user_agents"),
    "color": lambda maker: maker.listed("colors"),
    "hex_color": lambda maker: Hex(6, maker.column, "#"),
    "slug": lambda maker: _joined(maker.listed("adjectives"), "-", maker.listed("nouns")),
    "title": lambda maker: _joined(
        _capitalized(maker, "adjectives"), " ", maker.listed("nouns"), " of the ", maker.listed("nouns", 2)
    ),
    "sentence": lambda maker: maker.sentence(1),
    "paragraph": _paragraph,
    "word": lambda maker: maker.listed("nouns"),
    "words": lambda maker: _joined(maker.listed("adjectives"), " ", maker.listed("nouns")),
    "status": lambda maker: maker.listed("statuses"),
    "gender": lambda maker: Choice(("female", "male"), maker.column),
    "digest": lambda maker: Hex(64, maker.column),
    "password_hash": lambda maker: Hex(53, maker.column, "$2b$12$"),
    "token": lambda maker: Hex(32, maker.column),
    "code": _code,
    "version": lambda maker: _joined(Whole(0, 9, maker.column), ".", Fixed(0, 199, 1, maker.column.apart("minor"))),
}
