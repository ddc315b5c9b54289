"""The texts of a column under a key, by what its name means: words that are listed, or all of a form.

What has a form is no longer of it with a number behind, so that no row gets one.
"""

from __future__ import annotations

from msgspec.structs import replace

from seedkit.core.generation.columns.births import Born
from seedkit.core.generation.columns.blocks import Generator, Joined, Sometimes
from seedkit.core.generation.columns.choices import Choice, Mixture
from seedkit.core.generation.columns.cuts import CASES, Cased, Cut, cut
from seedkit.core.generation.columns.moments import Clock, Day, Epoch, Life, Moment
from seedkit.core.generation.columns.numbers import Whole
from seedkit.core.generation.keys.codes import Codes, PlacedLetters
from seedkit.core.generation.keys.lines import Values
from seedkit.core.generation.keys.words import InTurn, NumberedWords, WordsAndCodes
from seedkit.core.generation.planning.choosing import chosen_for
from seedkit.core.generation.planning.chosen import Facts, Run
from seedkit.core.generation.planning.meant import meant
from seedkit.core.generation.planning.proving import holding
from seedkit.core.generation.planning.unique_keys.patterned import placed_letters

_SHORT = 3
"""Texts of so many characters have no room for a row's number."""

_WORDS = 5
"""A list of fewer words is none that a key is made of."""

_LONGEST_NUMBER = len("-1000000")
_FORMS: dict[str, tuple[str, ...]] = {
    "phone": (r"^\+1 [2-9][02-46-8]\d-555-01\d{2}$", *(rf"^\+999\d{{{digits}}}$" for digits in (9, 8, 6))),
    "hex_color": ("^#[0-9a-f]{6}$",),
    "bic": (
        *(f"^ZZ[A-Z]{{2}}{country}[0-9A-Z]0$" for country in ("US", "DE", "FR", "GB")),
        "^ZZ[A-Z]{2}US[0-9A-Z]0[0-9A-Z]{3}$",
    ),
    "card_number": (r"^0000 0000 \d{4} \d{4}$",),
    "social_security_number": (r"^000-\d{2}-\d{4}$", r"^666-\d{2}-\d{4}$"),
    "vat_number": (r"^DE0\d{8}$",),
    "postcode": (r"^\d{5}$", r"^\d{5}-\d{4}$", r"^\d{4}$"),
    "license_plate": (r"^X[A-HJ-NPRST] \d{4}$", r"^X[A-Z]{2} \d{4}$"),
    "version": (
        *(r"^\d\.\d\.\d$", r"^\d\.[1-9]\d\.\d$", r"^\d\.[1-9]\d\.[1-9]\d$"),
        *(r"^[1-9]\d\.[1-9]\d\.[1-9]\d$", r"^[1-9]\d\.[1-9]\d\.[1-9]\d{2}$"),
    ),
    "coordinates": (r"^[1-8]\d\.\d{4},1[0-7]\d\.\d{4}$",),
}
"""The forms of a meaning's texts, as many as a table may want, and none of them somebody's.

Telephones of a country that there is not come after those of films; test codes of banks end in 0; cards of 0000, and
numbers of social security of 000 and 666, are never given.
"""
_LOCALE = "^[a-z]{2}-[A-Z]{2}$"
_ADDRESS = len("10.255.255.255")


def worded(facts: Facts, run: Run) -> Values | None:
    """Give the texts that a key may have of a column; None where there is no order to them."""
    return _spelled(facts, run) or _of_words(facts, run) or _codes(facts)


def has_room(facts: Facts) -> bool:
    """Whether texts have room for a row's number."""
    return facts.room is None or facts.room > _SHORT


def is_spelled(facts: Facts, run: Run) -> bool:
    """Whether a column's texts have a form, which a number behind them would break."""
    return is_address(facts, run) or _spelled(facts, run) is not None


def is_address(facts: Facts, run: Run) -> bool:
    """Whether texts are addresses of the internet, and have the room of any."""
    fits = facts.least_room <= 1 and (facts.room is None or facts.room >= _ADDRESS)
    return fits and meant(facts, run)[0] == "ip" and bool(holding(facts, ("10.0.0.1",)))


def _spelled(facts: Facts, run: Run) -> Values | None:
    """Give all texts that have the form of a meaning, where CHECKs leave them."""
    forms = (placed_letters(facts, form) for form in _FORMS.get(meant(facts, run)[0] or "", ()))
    texts = InTurn(tuple(form for form in forms if form is not None))
    if not texts.patterns:
        return None
    tried = [texts.text(place) for place in (0, texts.window - 1, texts.count - 1)]
    return texts if len(holding(facts, tried)) == len(tried) else None


def plainest(generator: Generator) -> Generator:
    """Give what makes the values, whatever share of them is something else: of a life the days of its beginning."""
    match generator:
        case Sometimes(inner=inner) | Mixture(other=inner):
            return plainest(inner)
        case Life(first=first, days=days, stream=stream):
            return Day(first, days, stream)
        case Joined((Life(first=first, days=days, stream=stream), Clock(zone=zone))):
            return Moment(first, days, stream, zone)
        case Epoch(stream=stream, ends=ends) | Born(day=Life(stream=stream), ends=ends):
            return Whole(*ends, stream)
        case _:
            return generator


def _of_words(facts: Facts, run: Run) -> Values | None:
    """Give the words of a meaning that has a list of them, where they fit, and then all others that there are."""
    words = _words_of(plainest(chosen_for(replace(facts, unique=False), run, attempt=1).generator))
    room, longest = facts.room, max(map(len, words), default=0)
    if len(words) < _WORDS or (room is not None and longest > room):
        return None
    every = holding(facts, _every(facts, run))
    if room is None or longest + _LONGEST_NUMBER <= room:
        return NumberedWords(_apart((*words, *(word for word in every if _is_numbered(word, room)))))
    codes: Codes | PlacedLetters | None = _codes(facts, small=all(word.islower() for word in words))
    if codes is None and meant(facts, run)[0] == "locale":
        codes = placed_letters(facts, _LOCALE)
    if codes is None or any(codes.place(word) is None for word in words):
        return None
    return WordsAndCodes(_apart((*words, *(word for word in every if codes.place(word) is not None))), codes)


def _every(facts: Facts, run: Run) -> tuple[str, ...]:
    """List all words that there are of a meaning, in the case that a CHECK asks for; none where that is not known."""
    every = run.words.lists.get(f"every_{meant(facts, run)[0]}", ())
    case = facts.narrowing.case
    return every if case is None else tuple(map(CASES[case], every))


def _is_numbered(word: str, room: int | None) -> bool:
    return room is None or len(word) + _LONGEST_NUMBER <= room


def _words_of(generator: Generator) -> tuple[str, ...]:
    """List the texts that a generator chooses from."""
    match generator:
        case Choice(texts=texts):
            found = texts
        case Cut(inner=inner, length=length):
            found = tuple(cut(text, length) for text in _words_of(inner))
        case Cased(inner=inner, case=case):
            found = tuple(map(CASES[case], _words_of(inner)))
        case _:
            found = ()
    return _apart(found)


def _apart(texts: tuple[str, ...]) -> tuple[str, ...]:
    """Leave the first of those texts that differ in their case alone."""
    return tuple({text.casefold(): text for text in reversed(texts)}.values())[::-1]


def _codes(facts: Facts, *, small: bool = False) -> Codes | None:
    if facts.room is None or not 0 < facts.room <= _SHORT:
        return None
    return Codes(facts.room, small=small or facts.narrowing.case == "lower")
