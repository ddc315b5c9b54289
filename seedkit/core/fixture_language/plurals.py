"""Which tables a word in the singular may mean: guesses, of which those count that are tables."""

from __future__ import annotations

_ENDINGS = {
    "person": "people",
    "child": "children",
    "man": "men",
    "mouse": "mice",
    "louse": "lice",
    "ox": "oxen",
    "foot": "feet",
    "tooth": "teeth",
    "goose": "geese",
    "quiz": "quizzes",
    "datum": "data",
    "medium": "media",
    "bacterium": "bacteria",
    "stratum": "strata",
    "curriculum": "curricula",
    "criterion": "criteria",
    "phenomenon": "phenomena",
    "is": "es",
    "fe": "ves",
    "f": "ves",
    "ix": "ices",
    "ex": "ices",
    "us": "i",
    "formula": "formulae",
    "genus": "genera",
    "corpus": "corpora",
}
"""Irregular endings of English words; also of those with others in front: `salesperson`, `sales_person`."""


def plurals(word: str) -> list[str]:
    """Guess the regular plurals of a word, and the word itself, which may be one: `news`.

    >>> plurals("user"), plurals("category")
    (['user', 'users', 'useres'], ['category', 'categorys', 'categories'])
    """
    return [word, f"{word}s", f"{word[:-1]}ies" if word.endswith("y") else f"{word}es"]


def irregular_plurals(word: str) -> list[str]:
    """Guess the irregular plurals of a word; mostly there are none.

    >>> irregular_plurals("SalesPerson"), irregular_plurals("grandchild"), irregular_plurals("shelf")
    (['SalesPeople'], ['grandchildren'], ['shelves'])
    """
    found = []
    for singular, plural in _ENDINGS.items():
        if word.lower().endswith(singular):
            start, end = word[: -len(singular)], word[-len(singular) :]
            found.append(f"{start}{plural.capitalize() if end[0].isupper() else plural}")
    return found
