"""What a column means, by its name, its table's name and the kind of its type."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from msgspec import Struct

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-z])(?=\d)|(?<=\d)(?=[A-Za-z])")
_OTHER = re.compile(r"[^a-z0-9]+")
_HUNGARIAN = frozenset(("bln", "col", "dt", "fk", "fld", "int", "str", "tbl", "txt"))
_PEOPLE = {"people": "person", "children": "child", "staff": "staff", "men": "man", "women": "woman"}
_QUESTIONS = frozenset(
    ("is", "has", "can", "may", "should", "was", "needs", "allow", "allows", "ist", "hat", "est", "es")
)
_QUALIFIERS = frozenset(
    (
        *(
            "short",
            "long",
            "official",
            "common",
            "original",
            "local",
            "localized",
            "public",
            "internal",
            "current",
            "old",
        ),
        *("new", "native", "english", "german", "french", "spanish", "alternative", "alternate", "preferred", "other"),
        *(
            "legal",
            "sort",
            "sortable",
            "search",
            "printed",
            "billing",
            "shipping",
            "home",
            "work",
            "mailing",
            "primary",
        ),
        *("secondary", "main", "default", "former", "previous"),
    )
)
"""Words that say which of several names or states it is, and leave it to the table whose."""
_LEAST_ENDING = 5
_DATED = (" at", " on", " date", " time")
_STAMPS = ("dt", "ts", "dttm", "datetime", "date time", "timestamp")
"""What stands for `date` and `time` at a name's end, as in `start_ts`."""
_UMLAUT = re.compile("(?<=[aou])e")
"""What stands behind a letter in place of its dots, as in `faellig`."""


class Meaning(Struct, frozen=True, kw_only=True, dict=True):
    """What names that end in one of the phrases mean: of columns of a `family` of types, of tables named so.

    `shortest` is the number of characters that a value needs.
    """

    name: str
    family: str
    phrases: tuple[str, ...]
    of: frozenset[str] = frozenset()
    shortest: int = 0

    @cached_property
    def spellings(self) -> frozenset[str]:
        """The phrases, and each without its blanks; those of a time also as they may end otherwise."""
        return self.listed | self.derived

    @property
    def listed(self) -> frozenset[str]:
        """The phrases, and each without its blanks."""
        return _with_and_without_blanks(self.phrases)

    @property
    def derived(self) -> frozenset[str]:
        """What phrases of a time mean as well: `shipped on`, `shipped`, `shipped ts` where one is `shipped at`."""
        if self.family != "time":
            return frozenset()
        stems = dict.fromkeys(phrase.rpartition(" ")[0] for phrase in self.phrases if phrase.endswith(_DATED))
        verbs = (phrase[:-3] for phrase in self.phrases if phrase.endswith((" at", " on")))
        endings = ("at", "on", *_STAMPS)
        return _with_and_without_blanks((*verbs, *(f"{stem} {ending}" for stem in stems for ending in endings)))

    def says_all(self, column: str) -> bool:
        """Whether a name is nothing but one of the phrases."""
        words = words_of(column)
        return " ".join(words) in self.phrases or "".join(words) in self.phrases


@dataclass(frozen=True, eq=False)
class Meanings:
    """All meanings, found by a column's name; they are read once, and compared by what they are."""

    meanings: tuple[Meaning, ...]
    _by_phrase: Mapping[tuple[str, str], list[Meaning]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_phrase: dict[tuple[str, str], list[Meaning]] = {}
        for meaning in self.meanings:
            for spelling in meaning.listed:
                by_phrase.setdefault((meaning.family, spelling), []).append(meaning)
        said = frozenset(by_phrase)
        for meaning in self.meanings:
            for spelling in meaning.derived:
                if (meaning.family, spelling) not in said:
                    by_phrase.setdefault((meaning.family, spelling), []).append(meaning)
        for alike in by_phrase.values():
            alike.sort(key=lambda meaning: -meaning.shortest)  # a name before its code, which takes less room
        object.__setattr__(self, "_by_phrase", by_phrase)

    def of(self, column: str, table: str, family: str, room: int | None = None) -> Meaning | None:
        """Say what a column means, None where its name says nothing; `room` is the length of its values.

        Whose name it is, the word before says (`company_name`), or else the table's name (`short_name`).
        """
        owner = singular(words_of(table)[-1:])
        for phrase, before in _endings(words_of(column)):
            owners = [singular(before[-1:]), *([owner] if set(before) <= _QUALIFIERS else [])]
            owners += [_without_umlauts(owner) for owner in owners]
            for meaning in self._alike(family, phrase, owners):
                if room is None or meaning.shortest <= room:
                    return meaning
        return None

    def _alike(self, family: str, phrase: str, owners: Sequence[str]) -> list[Meaning]:
        """List the meanings of a phrase: those that ask for such an owner first, those of others not at all."""
        found = self._by_phrase.get((family, phrase)) or self._by_phrase.get((family, _without_umlauts(phrase)), [])
        owned = [meaning for owner in owners for meaning in found if owner in meaning.of]
        return owned + [meaning for meaning in found if not meaning.of]


def begins_as_question(column: str) -> bool:
    """Whether a name asks something that is true or not, as `is_active` does.

    >>> begins_as_question("is_active"), begins_as_question("island")
    (True, False)
    """
    words = words_of(column)
    return len(words) > 1 and words[0] in _QUESTIONS


def prefix_of(column: str, meaning: Meaning) -> str:
    """Give what stands before the phrase that gives a column its meaning: which of several addresses it is of.

    >>> prefix_of("billing_postal_code", Meaning(name="postcode", family="text", phrases=("postal code",)))
    'billing'
    """
    words = words_of(column)
    for place in range(len(words)):
        ending, together = " ".join(words[place:]), "".join(words[place:])
        if {ending, together, _without_umlauts(ending), _without_umlauts(together)} & meaning.spellings:
            return " ".join(words[:place])
    return ""


@lru_cache(maxsize=4096)
def words_of(name: str) -> tuple[str, ...]:
    """Split a name into words, folded to ASCII and small letters.

    >>> words_of("billingZIP_code2"), words_of("E-Mail"), words_of("Straße"), words_of("strFirstName")
    (('billing', 'zip', 'code', '2'), ('e', 'mail'), ('strasse',), ('first', 'name'))
    """
    parted = _CAMEL.sub(" ", name.replace("ß", "ss"))
    plain = unicodedata.normalize("NFKD", parted).encode("ascii", "ignore").decode().lower()
    words = tuple(word for word in _OTHER.split(plain) if word)
    return words[1:] if len(words) > 1 and words[0] in _HUNGARIAN else words


def _without_umlauts(phrase: str) -> str:
    """Write a phrase as one is folded that has letters with dots, where these have an e behind them in their place.

    >>> _without_umlauts("faelligkeitsdatum"), _without_umlauts("gruen")
    ('falligkeitsdatum', 'grun')
    """
    return _UMLAUT.sub("", phrase)


def _with_and_without_blanks(phrases: Iterable[str]) -> frozenset[str]:
    return frozenset(spelling for phrase in phrases for spelling in (phrase, phrase.replace(" ", "")))


def _endings(words: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
    """Give what a name ends in, the longest first, and the words before that.

    Then without a number, and what its last word ends in.
    """
    for place in range(len(words)):
        yield " ".join(words[place:]), words[:place]
        yield "".join(words[place:]), words[:place]
    if len(words) > 1 and words[-1].isdigit():
        yield from _endings(words[:-1])
    elif words:
        last = words[-1]
        yield from ((last[place:], [*words[:-1], last[:place]]) for place in range(1, len(last) - _LEAST_ENDING + 1))


def singular(words: Iterable[str]) -> str:
    """Give the last of some words in the singular, as English tables' names have it; "" where there is none.

    >>> singular(["companies"]), singular(["people"]), singular(["addresses"]), singular(["bus"])
    ('company', 'person', 'address', 'bus')
    """
    *_, word = ["", *words]
    if word in _PEOPLE:
        return _PEOPLE[word]
    for ending, other in (("ies", "y"), ("sses", "ss"), ("xes", "x"), ("ches", "ch"), ("shes", "sh")):
        if word.endswith(ending):
            return word.removesuffix(ending) + other
    return word.removesuffix("s") if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word
