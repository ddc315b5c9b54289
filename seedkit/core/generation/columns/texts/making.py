"""What texts that mean something are made of: the person and the place of a row, words, sentences.

What belongs together is drawn from the same stream, so that each column finds it by itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from functools import lru_cache

from msgspec import Struct

from seedkit.core.generation.columns.blocks import Constant, Generator, Joined
from seedkit.core.generation.columns.choices import Choice, drawn_digits
from seedkit.core.generation.columns.texts.sentences import half_sentences
from seedkit.core.generation.streams import Stream
from seedkit.core.generation.words import City, Country, Words
from seedkit.core.values.copy_text import field_text


class TextMaker(Struct, frozen=True):
    """Makes generators for a column: from words, from streams of its own and of the row's person and place.

    `table` names what its columns share, `prefix` which of several places or persons it is; `called` is what names
    mean in this table: a title, a product, a company.
    """

    words: Words
    column: Stream
    table: Stream
    prefix: str = ""
    called: str = "title"

    def listed(self, name: str, *need: str | int) -> Choice:
        """Choose from a list of words, for a need of this column."""
        return Choice(self.words.lists[name], self.column.apart(name, *need))

    def shared(self, name: str, *need: str | int, change: Callable[[str], str] = str) -> Choice:
        """Choose from a list of words, for a need that the row's columns share."""
        return Choice(_changed(self.words.lists[name], change), self.table.apart("called", name, self.prefix, *need))

    def person(self, name: str, change: Callable[[str], str] = str) -> Choice:
        """Choose the given name or the surname of the row's person, or what is made of it."""
        return Choice(_changed(self.words.lists[name], change), self.table.apart(name, self._role))

    @property
    def _role(self) -> str:
        """Which person of the row it is: one for all columns, but for those whose names speak of somebody else."""
        others = frozenset(self.words.lists["others"])
        return "" if others.isdisjoint(self.prefix.split()) else self.prefix

    def place(self, field: Callable[[City], str]) -> Choice:
        """Choose something of the row's place."""
        return Choice(tuple(field_text(field(city)) for city in self.words.cities), self.place_stream)

    def country(self, field: Callable[[Country], str]) -> Choice:
        """Choose something of the country that the row's place is in."""
        found = {country.code: field(country) for country in self.words.countries}
        return self.place(lambda city: found[city.country])

    @property
    def place_stream(self) -> Stream:
        """What chooses the row's place; billing and shipping have places of their own."""
        return self.table.apart("place", self.prefix)

    def digits(self, count: int, *need: str | int) -> Generator:
        """Draw so many digits, four at a time."""
        parts = tuple(drawn_digits(count, 4, self.column, *need))
        return parts[0] if len(parts) == 1 else Joined(parts)

    def sentence(self, number: int) -> Joined:
        """Write a sentence of plain words."""
        heads, tails = half_sentences(self.words)
        return Joined(
            (Choice(heads, self.column.apart("head", number)), Choice(tails, self.column.apart("tail", number)))
        )


Make = Callable[[TextMaker], Generator]
"""Gives the generator of a meaning's texts."""


@lru_cache(maxsize=32)
def _changed(texts: tuple[str, ...], change: Callable[[str], str]) -> tuple[str, ...]:
    """Change each of some words, once for all columns that have them so."""
    return texts if change is str else tuple(map(change, texts))


def as_slug(generator: Generator) -> Generator:
    """Write texts as they stand in an address: their parts, where these are known."""
    match generator:
        case Joined(parts):
            return Joined(tuple(map(as_slug, parts)))
        case Choice(texts, stream):
            return Choice(tuple(map(slugged, texts)), stream)
        case Constant(text):
            return Constant(slugged(text))
        case _:
            return generator


def slugged(text: str) -> str:
    """Write a text as it stands in an address.

    >>> slugged("The Harbor of São Paulo")
    'the-harbor-of-sao-paulo'
    """
    return plain(text).lower().replace(" ", "-").replace("'", "").replace(".", "")


def plain(text: str) -> str:
    """Fold a text to ASCII.

    >>> plain("Zoë Müller"), plain("Strauß")
    ('Zoe Muller', 'Strauss')
    """
    if text.isascii():
        return text
    return unicodedata.normalize("NFKD", text.replace("ß", "ss")).encode("ascii", "ignore").decode()


def name_in_mail(text: str) -> str:
    """Write a name as it stands in a mail address: small letters without marks, blanks and apostrophes.

    >>> name_in_mail("D'Angelo"), name_in_mail("Weiß"), name_in_mail("van der Berg")
    ('dangelo', 'weiss', 'vanderberg')
    """
    return "".join(letter for letter in plain(text).lower() if letter.isalnum()) or "x"


def joined(*parts: Generator | str) -> Joined:
    """Join generators and fixed texts."""
    return Joined(tuple(Constant(part) if isinstance(part, str) else part for part in parts))
