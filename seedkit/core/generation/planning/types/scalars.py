"""Values of the types whose columns' names say little: by their type, each within what the type allows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.columns.choices import Choice
from seedkit.core.generation.columns.numbers import Address, Bits, Fixed, Hex, TimedUuid, Uuid, Whole
from seedkit.core.generation.columns.texts.identifiers import with_ean_digit
from seedkit.core.generation.columns.texts.making import joined
from seedkit.core.generation.columns.vectors import Vector
from seedkit.core.generation.expressions.tree import Call
from seedkit.core.generation.planning.chosen import Facts, Made, Run
from seedkit.core.generation.planning.types.asked import Asked, Make
from seedkit.core.generation.planning.types.intervals import interval
from seedkit.core.generation.planning.types.numbers import amounts
from seedkit.core.generation.planning.types.shapes_in_space import GEOMETRIC, geography, geometry
from seedkit.core.generation.streams import Stream

_USUAL_BYTES = 16
_DIGESTS = {"md5": 16, "sha1": 20, "digest": 32}
"""How many bytes digests have."""


def _uuid(asked: Asked) -> Generator:
    default = asked.facts.rules.defaults.get(asked.facts.column.name)
    if isinstance(default, Call) and default.function == "uuidv7":
        return _uuid7(asked)
    return Uuid(asked.stream)


def _uuid7(asked: Asked) -> Generator:
    midnight = datetime(asked.run.today.year, asked.run.today.month, asked.run.today.day, tzinfo=UTC)
    return TimedUuid(int(midnight.timestamp()) * 1000 + 1, asked.stream)


def _bytes(asked: Asked) -> Generator:
    """Draw bytes: as many as CHECKs ask for, else as a digest of such a name has, and no more than they leave."""
    facts, room = asked.facts, asked.facts.room
    named = asked.run.meanings.of(facts.name, facts.rules.table.name.name, "text")
    usual = _DIGESTS.get(named.name if named else "", _USUAL_BYTES)
    size = facts.least_room or (usual if room is None else min(usual, room))
    return Hex(size * 2, asked.stream, r"\\x")


def _bits(asked: Asked) -> Generator:
    """Draw bits: as many as the type has, or up to eight of one that varies."""
    facts = asked.facts
    if facts.kind != "bit varying":
        return Bits(facts.limits[0] if facts.limits else 1, asked.stream)
    return Bits(max(1, facts.least_room, min(8, facts.room or 8)), asked.stream)


def _inet(asked: Asked) -> Generator:
    return Address("10.", 10, ".") if asked.facts.unique else joined("192.0.2.", Whole(1, 254, asked.stream))


def _cidr(asked: Asked) -> Generator:
    if asked.facts.unique:
        return joined(Address("10.", 10, "."), "/32")
    return joined("10.", Whole(0, 255, asked.stream), ".", Whole(0, 255, asked.stream.apart("third")), ".0/24")


def _mac(prefix: str) -> Make:
    def make(asked: Asked) -> Generator:
        if asked.facts.unique:
            return Address(prefix, 16, ":")
        pairs = tuple(f"{number:02x}" for number in range(256))
        return joined(prefix, Choice(pairs, asked.stream), ":00:", Choice(pairs, asked.stream.apart("last")))

    return make


def _money(asked: Asked) -> Generator:
    """Give whole amounts, which are read the same in every locale."""
    return Whole(*amounts(asked.facts), asked.stream)


def _words(asked: Asked, between: str) -> Generator:
    return joined(
        Choice(asked.run.words.lists["adjectives"], asked.stream),
        between,
        Choice(asked.run.words.lists["nouns"], asked.stream.apart("noun")),
    )


def _xml(asked: Asked) -> Generator:
    return joined("<note>", _words(asked, " "), "</note>")


def _hstore(asked: Asked) -> Generator:
    colors = Choice(asked.run.words.lists["colors"], asked.stream)
    return joined('"color"=>"', colors, '", "size"=>"', Whole(1, 9, asked.stream.apart("size")), '"')


def _vector(asked: Asked) -> Generator:
    return Vector(asked.facts.limits[0] if asked.facts.limits else 3, asked.stream)


def _sparse(asked: Asked) -> Generator:
    size = asked.facts.limits[0] if asked.facts.limits else 3
    return joined("{1:0.", Whole(1, 99, asked.stream), f"}}/{size}")


def _numbered(prefix: str) -> Make:
    """Give numbers with a check digit, as the types of the extension isn ask for."""

    def make(asked: Asked) -> Generator:
        space = 10 ** (12 - len(prefix))
        step = max(1, space // 4_096)
        digits = (f"{prefix}{number:0{12 - len(prefix)}}" for number in range(0, space, step))
        return Choice(tuple(map(with_ean_digit, digits)), asked.stream)

    return make


_PLAIN: Mapping[str, Make] = {
    "uuid": _uuid,
    "uuid7": _uuid7,
    "bytes": _bytes,
    "bits": _bits,
    "inet": _inet,
    "cidr": _cidr,
    "macaddr": _mac("02:00:5e:"),
    "macaddr8": _mac("02:00:5e:ff:fe:"),
    "interval": interval,
    "money": _money,
    "tsvector": lambda asked: _words(asked, " "),
    "tsquery": lambda asked: _words(asked, " & "),
    "jsonpath": lambda asked: joined("$.", Choice(asked.run.words.lists["nouns"], asked.stream)),
    "xml": _xml,
    "hstore": _hstore,
    "ltree": lambda asked: _words(asked, "."),
    "cube": lambda asked: Choice(tuple(f"({x}, {y})" for x in range(8) for y in range(8)), asked.stream),
    "seg": lambda asked: joined(Fixed(0, 99, 1, asked.stream), " .. ", Whole(10, 20, asked.stream.apart("high"))),
    "vector": _vector,
    "sparsevec": _sparse,
    "geometry": geometry,
    "geography": geography,
    "isbn": _numbered("978"),
    "ismn": _numbered("9790"),
    "issn": _numbered("977"),
    "ean13": _numbered("200"),
    "upc": _numbered("0"),
    **GEOMETRIC,
}
_OF_TYPES: Mapping[str, str] = {
    **{name: name for name in _PLAIN if name not in ("uuid7", "bytes", "bits")},
    "bytea": "bytes",
    **dict.fromkeys(("bit", "bit varying"), "bits"),
    "halfvec": "vector",
    "isbn13": "isbn",
    "ismn13": "ismn",
    "issn13": "issn",
}
MEANINGS = frozenset(_PLAIN)
"""The meanings that such values can have: the names of their types, mostly."""


def scalar_generator(facts: Facts, meaning: str | None, run: Run, stream: Stream) -> Made | None:
    """Give the generator of a value by its type, and its spelling; None for a type that nobody can make up."""
    usual = _OF_TYPES.get(facts.shape.name)
    if usual is None or facts.shape.holds_nothing:
        return None
    name = meaning if meaning in _fitting(usual) else usual
    return _PLAIN[name](Asked(facts, run, stream)), f"!like {name}"


def fitting(kind: str) -> tuple[str, ...]:
    """List the meanings that values of a type can have."""
    usual = _OF_TYPES.get(kind)
    return () if usual is None else _fitting(usual)


def _fitting(usual: str) -> tuple[str, ...]:
    return ("uuid", "uuid7") if usual == "uuid" else (usual,)
