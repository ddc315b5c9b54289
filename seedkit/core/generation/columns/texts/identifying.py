"""Texts that identify: of rows, files, things, accounts. None was ever given to anybody, and none opens anything."""

from __future__ import annotations

from collections.abc import Mapping

from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.columns.choices import Choice
from seedkit.core.generation.columns.numbers import Fixed, Hex, Ulid, Uuid, Whole
from seedkit.core.generation.columns.texts import identifiers
from seedkit.core.generation.columns.texts.identifiers import Numbered
from seedkit.core.generation.columns.texts.making import Make, TextMaker, joined


def _code(maker: TextMaker) -> Generator:
    letters = tuple(first + second for first in "ABCDEFGHKLMNPRST" for second in "ACEHKLMNPRSTXYZ")
    return joined(Choice(letters, maker.column.apart("letters")), "-", Whole(10_000, 99_999, maker.column))


def _mac(maker: TextMaker) -> Generator:
    pairs = tuple(f":{number:02x}" for number in range(256))
    return joined("02:00:5e", *(Choice(pairs, maker.column.apart(place)) for place in range(3)))


def _uuid(maker: TextMaker) -> Generator:
    return Uuid(maker.column, dashes=True)


IDENTIFYING: Mapping[str, Make] = {
    "mac": _mac,
    "md5": lambda maker: Hex(32, maker.column),
    "sha1": lambda maker: Hex(40, maker.column),
    "digest": lambda maker: Hex(64, maker.column),
    "password_hash": lambda maker: Hex(53, maker.column, "$2b$12$"),
    "token": lambda maker: Hex(32, maker.column),
    "uuid": _uuid,
    "ulid": lambda maker: Ulid(maker.column),
    "object_id": lambda maker: Hex(23, maker.column, "6"),
    "code": _code,
    "digits": lambda maker: maker.digits(8),
    "isbn": lambda maker: Numbered(6, identifiers.isbn, maker.column),
    "barcode": lambda maker: Numbered(9, identifiers.barcode, maker.column),
    "iban": lambda maker: Numbered(10, identifiers.iban, maker.column),
    "bic": lambda maker: joined("ZZZZ", maker.country(lambda country: country.code), "00"),
    "vat_number": lambda maker: joined(maker.country(lambda country: country.code), "0", maker.digits(8)),
    "social_security_number": lambda maker: joined("000-", maker.digits(2), "-", maker.digits(4, "last")),
    "card_number": lambda maker: joined("0000 0000 0000 ", maker.digits(4)),
    "last_4": lambda maker: maker.digits(4),
    "cvv": lambda maker: maker.digits(3),
    "license_plate": lambda maker: joined(
        Choice(tuple(f"X{second}" for second in "ABCDEFGHJKLMNPRST"), maker.column.apart("letters")),
        " ",
        maker.digits(4),
    ),
    "version": lambda maker: joined(Whole(0, 9, maker.column), ".", Fixed(0, 199, 1, maker.column.apart("minor"))),
}
"""Those of `MAKERS` that do."""
