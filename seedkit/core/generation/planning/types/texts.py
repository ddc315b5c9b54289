"""Texts of a column: by their meaning, or by the pattern of a CHECK, within their length."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress

from msgspec.structs import replace

from seedkit.core.generation.columns.blocks import Generator, Joined
from seedkit.core.generation.columns.cuts import Cased, Cut, Marked, Replaced, Stretched
from seedkit.core.generation.columns.extents import extent_of
from seedkit.core.generation.columns.moments import Clock, Life, Moment
from seedkit.core.generation.columns.numbers import Counter
from seedkit.core.generation.columns.patterns.open_ends import is_open
from seedkit.core.generation.columns.patterns.pieces import NoTextsError
from seedkit.core.generation.columns.texts.making import TextMaker, joined
from seedkit.core.generation.columns.texts.meanings import MAKERS, NUMBERED, ROOMS, UNIQUE_MAKERS, UNIQUE_ROOM
from seedkit.core.generation.planning.chosen import Facts, Made, Run
from seedkit.core.generation.planning.proving import holds
from seedkit.core.generation.planning.types import numbers, times
from seedkit.core.generation.planning.types.languages import by_language
from seedkit.core.generation.planning.types.patterned_texts import by_pattern, patterned, patterns_of
from seedkit.core.generation.planning.types.phones import is_dialled, reserved_patterns
from seedkit.core.generation.shapes import Shape
from seedkit.core.generation.streams import Stream

_SHORT = {"email": (("u", "@example.com"), ("u", "@x.test")), "user_name": (("u", ""),)}
"""What stands around the row's number where a text has no room for the usual, and where it has even less."""
_DIGITS = 5
_SPOKEN = frozenset(
    (
        *(
            "full_name",
            "first_name",
            "last_name",
            "other_last_name",
            "company",
            "product",
            "job",
            "department",
            "title",
            "words",
            "genre",
        ),
        *("city", "region", "country", "street", "street_name", "address", "sentence", "paragraph", "month_name"),
    )
)
"""Meanings that people read: behind a blank a number tells them apart, as in Product 12."""
_TRUTHS = {"mostly_true", "rarely_true", "truth"}
_PLAINER = ("word", "slug", "title", "code", "token", "email", "url", "digits")
"""Tried one after the other where a CHECK refuses what a column seems to mean."""
_REACHING = {"@": "email", "://": "url", "http": "url"}
"""What in a pattern says that its texts could reach somebody, and the meaning whose texts reach nobody."""
_PHONE = len("+1 212-555-0123")
_PLAIN_MAIL = r"^[a-z]{8}@example\.com$"
MEANINGS = frozenset((*MAKERS, *numbers.MEANINGS, *times.MEANINGS, *_TRUTHS))
"""The meanings that a text can have: its own, and numbers and times as texts."""


def text_generator(facts: Facts, meaning: str | None, prefix: str, run: Run, stream: Stream) -> Made:
    """Give the generator of a text, and its spelling: of its meaning, where that holds what CHECKs ask of the column.

    Else a text is made by the pattern that a CHECK asks for; and else of plainer meanings the first that holds.
    """
    if _cuts_phones(facts, meaning) and (pattern := reserved_phone(facts, run, stream)) is not None:
        return by_pattern(facts, pattern, run, stream)
    made = _meaning(facts, meaning, prefix, run, stream)
    if _says_more(facts, meaning) and holds(facts, made[0]):
        return made
    patterns = patterns_of(facts)
    if are_phones(facts, meaning) and patterns and (pattern := reserved_phone(facts, run, stream)) is not None:
        return by_pattern(facts, pattern, run, stream)
    harmless = next((one for one in _harmless(facts, patterns, prefix, run, stream) if holds(facts, one[0])), None)
    if harmless is not None:
        return harmless
    plainer = (_meaning(facts, name, prefix, run, stream) for name in _PLAINER)
    return patterned(facts, run, stream) or next((other for other in plainer if holds(facts, other[0])), made)


def keeps_meaning(facts: Facts, meaning: str | None, prefix: str, run: Run, stream: Stream) -> bool:
    """Whether texts are those of a meaning, although CHECKs ask for patterns: of their own, or one that these name."""
    named = [name for sign, name in _REACHING.items() if any(sign in pattern for pattern in patterns_of(facts))]
    asked = [meaning, *named] if _says_more(facts, meaning) else named
    return any(holds(facts, _meaning(facts, name, prefix, run, stream)[0]) for name in asked)


def _says_more(facts: Facts, meaning: str | None) -> bool:
    """Whether a meaning, or plain words, come before the patterns of CHECKs: words where these leave an end open."""
    return meaning is not None or all(map(is_open, patterns_of(facts)))


def _harmless(facts: Facts, patterns: Collection[str], prefix: str, run: Run, stream: Stream) -> Iterator[Made]:
    """Give texts that reach nobody, where those of a pattern could; mail without figures and dots as well."""
    for sign, name in _REACHING.items():
        if any(sign in pattern for pattern in patterns):
            yield _meaning(facts, name, prefix, run, stream)
    if any("@" in pattern for pattern in patterns):
        with suppress(NoTextsError):
            yield by_pattern(facts, _PLAIN_MAIL, run, stream)


def _cuts_phones(facts: Facts, meaning: str | None) -> bool:
    """Whether a telephone number, as it is written at first, is longer than the column: another spelling may fit."""
    return meaning == "phone" and not facts.unique and facts.room is not None and facts.room < _PHONE


def are_phones(facts: Facts, meaning: str | None) -> bool:
    """Whether texts are telephone numbers: as the column's name says, or a pattern that CHECKs ask for."""
    return meaning == "phone" or any(map(is_dialled, facts.narrowing.patterns))


def reserved_phone(facts: Facts, run: Run, stream: Stream) -> str | None:
    """Give a pattern of telephone numbers that nobody has, where CHECKs admit those; None where they admit none."""
    return next(admitted(facts, reserved_patterns(), run, stream), None)


def admitted(facts: Facts, patterns: Iterable[str], run: Run, stream: Stream) -> Iterator[str]:
    """Give those of some patterns whose texts CHECKs admit."""
    for pattern in patterns:
        with suppress(NoTextsError):
            if holds(facts, by_pattern(facts, pattern, run, stream)[0]):
                yield pattern


def _meaning(facts: Facts, meaning: str | None, prefix: str, run: Run, stream: Stream) -> Made:
    meaning = "words" if meaning is None or (facts.unique and meaning in _TRUTHS) else meaning
    if meaning not in MAKERS:
        return _written_out(facts, meaning, prefix, run, stream)
    shared, called = facts.shared(run), _called(facts, run)
    make = UNIQUE_MAKERS[meaning] if facts.unique and _has_own_number(meaning, facts.room) else MAKERS[meaning]
    generator = by_language(facts, run, lambda words: make(TextMaker(words, stream, shared, prefix, called)))
    return _fitted(facts, meaning, generator), f"!like {meaning}"


def _called(facts: Facts, run: Run) -> str:
    """Say what the rows of the table are called: what a column `name` of it would mean, else a title."""
    found = run.meanings.of("name", facts.rules.table.name.name, "text")
    return found.name if found and found.name in MAKERS else "title"


def _fitted(facts: Facts, meaning: str, generator: Generator) -> Generator:
    """Make the texts as long as they have to be, and no longer than they may; under a unique key each different."""
    room, most = facts.room, extent_of(generator).longest
    fits = room is None or (most is not None and most <= room)
    if not fits and room is not None and meaning in _SHORT:
        generator = Replaced(generator, _short(meaning, room), room)
    if facts.least_room > 1:
        generator = Stretched(generator, facts.least_room)
    if facts.unique and not _differs(meaning, room):
        separator = " x" if meaning == "phone" else " " if meaning in _SPOKEN else "-"
        generator = Marked(generator, separator, length=room)
    elif not fits and room is not None:
        generator = Cut(generator, room)
    return generator if facts.narrowing.case is None else Cased(generator, facts.narrowing.case)


def _short(meaning: str, room: int) -> Generator:
    """Give the row's number with what there is room for around it."""
    spaced = ((before, behind) for before, behind in _SHORT[meaning] if len(before + behind) + _DIGITS <= room)
    before, behind = next(spaced, _SHORT[meaning][-1])
    return joined(before, Counter(), behind)


def _differs(meaning: str, room: int | None) -> bool:
    random = meaning in ROOMS and (room is None or room >= ROOMS[meaning])
    return meaning in NUMBERED or random or _has_own_number(meaning, room)


def _has_own_number(meaning: str, room: int | None) -> bool:
    return meaning in UNIQUE_MAKERS and (room is None or room >= UNIQUE_ROOM)


def _written_out(facts: Facts, meaning: str, prefix: str, run: Run, stream: Stream) -> Made:
    """Write a number, a time or a truth as a text."""
    if meaning in _TRUTHS:
        words = ("true", "false") if facts.room is None or facts.room >= 5 else ("1", "0")
        return numbers.truth_generator(meaning, stream, *words)
    if meaning in numbers.MEANINGS:
        shape = Shape(type="numeric(12,2)" if meaning in ("price", "salary") else "integer")
        generator, _ = numbers.number_generator(_as(facts, shape), meaning, prefix, run, stream)
    else:
        generator = _time_text(facts, meaning, prefix, run, stream)
    return _fitted(facts, meaning, generator), f"!like {meaning}"


def _time_text(facts: Facts, meaning: str, prefix: str, run: Run, stream: Stream) -> Generator:
    """Write a time as ISO 8601 has it, without the time of day where there is no room for it."""
    if meaning == "time":
        return Clock(stream)
    has_day_alone = meaning == "birth" or (facts.room is not None and facts.room < len("2026-11-30T12:00:00Z"))
    kind = "date" if has_day_alone else "timestamp without time zone"
    made, _ = times.time_generator(_as(facts, Shape(type=kind)), meaning, prefix, run, stream)
    match made:
        case Moment():
            return replace(made, between="T", zone="Z")
        case Joined((Life() as life, _)):
            return Joined((replace(life, behind="T"), Clock(stream, "Z")))
        case _:
            return made


def _as(facts: Facts, shape: Shape) -> Facts:
    """Take the text for one of another type."""
    return facts.of_part(replace(shape, not_null=facts.not_null))
