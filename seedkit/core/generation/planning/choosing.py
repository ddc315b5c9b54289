"""Chooses a column's generator by the first rung that fits: listed values, its name, its type."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from seedkit.core.column_types import TypeKind
from seedkit.core.generation.columns.blocks import NULL, Constant, Generator, Sometimes, in_256ths
from seedkit.core.generation.columns.choices import Choice, weighted
from seedkit.core.generation.columns.cuts import Cased, Cut, Marked
from seedkit.core.generation.columns.numbers import Hex, TimedUuid, Uuid
from seedkit.core.generation.columns.patterned import Matching, NoTextsError, expression_pieces, like_pieces
from seedkit.core.generation.columns.texts import TextMaker
from seedkit.core.generation.expressions.casting import text_of
from seedkit.core.generation.expressions.tree import Call
from seedkit.core.generation.meanings import prefix_of
from seedkit.core.generation.planning.chosen import Chosen, Facts, Run, Rung
from seedkit.core.generation.planning.kinds import family_of
from seedkit.core.generation.planning.numbers import WHOLE, number_generator
from seedkit.core.generation.planning.times import time_generator
from seedkit.core.generation.streams import Stream
from seedkit.core.values.copy_text import field_text

_COMMENT = re.compile(r"\[seedkit: like (\w+)\]")
_NULLS = {"deleted": 0.9, "created": 0.0}
_NAMES = frozenset(("full_name", "first_name", "last_name", "title", "company", "product"))
_TRUE = {"mostly_true": 85, "rarely_true": 5}


def chosen_for(facts: Facts, run: Run, attempt: int = 0) -> Chosen:
    """Choose for a column that is neither a key of counted rows nor a foreign key; other values at each attempt."""
    stream = run.stream(facts.table_name, facts.column.name).at(attempt)
    meaning, prefix = _meaning(facts, run)
    listed = listed_values(facts)
    if listed is not None:
        made: tuple[Generator, str] | None = Choice(listed, stream), f"!choice {json.dumps(listed, ensure_ascii=False)}"
        rung = Rung.LISTED
    else:
        made = made_for(facts, meaning, prefix, run, stream)
        rung = Rung.TYPE if meaning is None else Rung.NAME
    if made is None:
        return Chosen(column=facts.column.name, generator=Constant(NULL), spelling="null", rung=Rung.NONE)
    generator, spelling = made
    return _with_nulls(
        Chosen(column=facts.column.name, generator=generator, spelling=spelling, rung=rung), facts, meaning, run
    )


def _meaning(facts: Facts, run: Run) -> tuple[str | None, str]:
    """Say what a column means, by its comment, else by its name; and what stands before that in the name."""
    said = _COMMENT.search(facts.rules.comments.get(facts.column.name, ""))
    if said:
        return said.group(1), ""
    family = family_of(facts.kind)
    if family is None:
        return None, ""
    room = facts.room if family == "text" else None
    found = run.meanings.of(facts.column.name, facts.rules.table.name.name, family, room)
    return (found.name, prefix_of(facts.column.name, found)) if found else (None, "")


def listed_values(facts: Facts) -> tuple[str, ...] | None:
    """Give the values that a CHECK or the type lists, as COPY texts."""
    structure = facts.column.structure
    if facts.narrowing.wanted is not None:
        return tuple(field_text(text_of(value)) for value in facts.narrowing.wanted) or None
    if structure is not None and structure.kind is TypeKind.ENUM:
        return tuple(map(field_text, structure.labels)) or None
    return None


def few_values(facts: Facts) -> tuple[str, ...] | None:
    """Give all values of a column, as COPY texts, where a key can be made of them: what is listed, and truths."""
    return listed_values(facts) or (("t", "f") if facts.kind == "boolean" else None)


def never_repeats(facts: Facts) -> bool:
    """Whether the generator of a unique column gives no value twice: it has the row's number, or 122 random bits."""
    if listed_values(facts) is not None or facts.narrowing.patterns or facts.narrowing.likes:
        return False
    return facts.kind in ("uuid", *WHOLE) or family_of(facts.kind) == "text"


def made_for(facts: Facts, meaning: str | None, prefix: str, run: Run, stream: Stream) -> tuple[Generator, str] | None:
    """Give the generator of what a column means, or else of its type, and its spelling; None where there is none."""
    match family_of(facts.kind):
        case "text":
            return _text(facts, meaning or "words", prefix, run, stream)
        case "number":
            return number_generator(facts, meaning, stream)
        case "time":
            return time_generator(facts, meaning, run, stream)
        case "truth":
            return _truth(meaning, stream)
        case _:
            maker = _OTHERS.get(facts.kind)
            return None if maker is None else maker(facts, run, stream)


def _text(facts: Facts, meaning: str, prefix: str, run: Run, stream: Stream) -> tuple[Generator, str]:
    if patterned := _patterned(facts, stream):
        return patterned
    table = run.stream(facts.table_name)
    maker = TextMaker(run.words, stream, table, prefix)
    generator: Generator = maker.generator(meaning)
    if facts.unique and meaning not in ("email", "user_name", "digest", "token", "image_url"):
        generator = Marked(generator, length=facts.room)
    elif facts.room is not None:
        generator = Cut(generator, facts.room)
    if facts.narrowing.lower is not None:
        generator = Cased(generator, facts.narrowing.lower)
    return generator, f"!like {meaning}"


def _patterned(facts: Facts, stream: Stream) -> tuple[Generator, str] | None:
    """Make texts by the pattern that a CHECK asks for, where it is understood."""
    for patterns, read in ((facts.narrowing.patterns, expression_pieces), (facts.narrowing.likes, like_pieces)):
        for pattern in patterns:
            try:
                return Matching(read(pattern), stream), f"!like {json.dumps(pattern)}"
            except NoTextsError:
                continue
    return None


def _truth(meaning: str | None, stream: Stream) -> tuple[Generator, str]:
    share = _TRUE.get(meaning or "", 40)
    return Choice(weighted({"t": share, "f": 100 - share}), stream), f"!choice {{true: {share}, false: {100 - share}}}"


def _uuid(facts: Facts, run: Run, stream: Stream) -> tuple[Generator, str]:
    default = facts.rules.defaults.get(facts.column.name)
    if isinstance(default, Call) and default.function == "uuidv7":
        midnight = datetime(run.today.year, run.today.month, run.today.day, tzinfo=UTC)
        return TimedUuid(int(midnight.timestamp()) * 1000 + 1, stream), "!like uuid7"
    return Uuid(stream), "!like uuid"


def _document(facts: Facts, run: Run, stream: Stream) -> tuple[Generator, str]:
    kind = facts.narrowing.document or "object"
    colors = run.words.lists["colors"]
    shapes: dict[str, tuple[str, ...]] = {
        "object": tuple(json.dumps({"color": color, "size": size}) for color in colors for size in (1, 2, 3)),
        "array": tuple(json.dumps([color, size]) for color in colors for size in (1, 2, 3)),
        "string": tuple(json.dumps(color) for color in colors),
        "number": tuple(map(str, range(1, 50))),
        "boolean": ("true", "false"),
    }
    return Choice(shapes[kind], stream), f"!like json_{kind}"


def _bytes(facts: Facts, run: Run, stream: Stream) -> tuple[Generator, str]:
    del run
    size = facts.narrowing.octets.low or facts.narrowing.length.low or 16
    return Hex(int(size) * 2, stream, r"\\x"), "!like bytes"


def _of(*texts: str) -> Callable[[Facts, Run, Stream], tuple[Generator, str]]:
    return lambda _facts, _run, stream: (Choice(texts, stream), f"!choice {json.dumps(texts)}")


_OTHERS: dict[str, Callable[[Facts, Run, Stream], tuple[Generator, str] | None]] = {
    "uuid": _uuid,
    "json": _document,
    "jsonb": _document,
    "bytea": _bytes,
    "interval": _of("01:00:00", "1 day", "7 days", "1 mon"),
    "inet": _of(*(f"192.0.2.{number}" for number in range(1, 65))),
    "cidr": _of("192.0.2.0/24", "10.0.0.0/8", "198.51.100.0/24"),
    "macaddr": _of(*(f"02:00:5e:10:00:{number:02x}" for number in range(64))),
}


def _with_nulls(chosen: Chosen, facts: Facts, meaning: str | None, run: Run) -> Chosen:
    """Leave some rows without a value, where the column may be."""
    if facts.column.not_null or facts.narrowing.null is False or facts.column.name in facts.rules.defaults:
        return chosen
    share = _NULLS.get(meaning or "", 0.02 if meaning in _NAMES else 0.15)
    if facts.unique or share == 0:
        return chosen
    stream = run.stream(facts.table_name, facts.column.name, "null")
    return Chosen(
        column=chosen.column,
        generator=Sometimes(chosen.generator, in_256ths(share), stream),
        spelling=f"!maybe [{Decimal(str(100 - share * 100)).normalize():f}%, {chosen.spelling}]",
        rung=chosen.rung,
    )
