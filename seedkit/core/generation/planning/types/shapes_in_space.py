"""Points, lines and areas: PostgreSQL's own, and PostGIS's by the names of its types."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.generation.columns.choices import Choice
from seedkit.core.generation.planning.types.asked import Asked, Make
from seedkit.core.generation.planning.types.languages import by_language
from seedkit.core.generation.words import City, Words

_WORLD = 4326
"""The number of the reference system whose coordinates are degrees (EPSG:4326)."""
_RING = ((0, 0), (0, 1), (1, 1), (1, 0), (0, 0))
_FORMS: Mapping[str, str] = {
    "POINT": "({point})",
    "LINESTRING": "({ring[0]},{ring[2]})",
    "POLYGON": "(({all}))",
    "MULTIPOINT": "(({ring[0]}),({ring[2]}))",
    "MULTILINESTRING": "(({ring[0]},{ring[2]}))",
    "MULTIPOLYGON": "((({all})))",
    "GEOMETRYCOLLECTION": "(POINT{more}({point}))",
}


def _drawn(pattern: Callable[[int, int], str]) -> Make:
    texts = tuple(pattern(x, y) for x in range(16) for y in range(16))
    return lambda asked: Choice(texts, asked.stream)


GEOMETRIC: Mapping[str, Make] = {
    "point": _drawn(lambda x, y: f"({x},{y})"),
    "line": _drawn(lambda x, y: f"{{1,{-1 - y},{x}}}"),
    "lseg": _drawn(lambda x, y: f"[({x},{y}),({x + 3},{y + 4})]"),
    "box": _drawn(lambda x, y: f"({x + 2},{y + 3}),({x},{y})"),
    "path": _drawn(lambda x, y: f"[({x},{y}),({x + 1},{y + 2}),({x + 3},{y})]"),
    "polygon": _drawn(lambda x, y: f"(({x},{y}),({x + 4},{y}),({x + 2},{y + 3}))"),
    "circle": _drawn(lambda x, y: f"<({x},{y}),{1 + (x + y) % 5}>"),
}


def geometry(asked: Asked) -> Generator:
    """Give shapes of the kind and the reference system that the type names, at the place of the row."""
    return _placed(asked, 0)


def geography(asked: Asked) -> Generator:
    """Give shapes on the globe."""
    return _placed(asked, _WORLD)


def _placed(asked: Asked, usual: int) -> Generator:
    kind, system = (*asked.facts.shape.words, "", "")[:2]
    number = int(system) if system.isdecimal() else usual
    place = asked.facts.shared(asked.run).apart("place", asked.facts.within)

    def shapes(words: Words) -> Generator:
        return Choice(tuple(_shape(city, kind.upper(), number) for city in words.cities), place)

    return by_language(asked.facts, asked.run, shapes)


def _shape(city: City, kind: str, system: int) -> str:
    """Write a shape as PostGIS reads it (EWKT)."""
    plain = kind.rstrip("ZM")
    dimensions = kind[len(plain) :]
    name = plain if plain in _FORMS else "POINT"
    zeros, more = " 0" * len(dimensions), f" {dimensions} " if dimensions else ""
    point = f"{city.longitude} {city.latitude}{zeros}"
    ring = [f"{_beside(city.longitude, x)} {_beside(city.latitude, y)}{zeros}" for x, y in _RING]
    text = name + more + _FORMS[name].format(point=point, ring=ring, all=",".join(ring), more=more)
    return f"SRID={system};{text}" if system else text


def _beside(degree: str, step: int) -> str:
    """Go some hundredths of a degree further.

    >>> _beside("-0.13", 1), _beside("51.51", 0)
    ('-0.12', '51.51')
    """
    hundredths = int(degree.replace(".", "")) + step
    sign, units = ("-" if hundredths < 0 else ""), abs(hundredths)
    return f"{sign}{units // 100}.{units % 100:02}"
