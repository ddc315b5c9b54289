"""Sentences of plain words, in two halves: of each there are so many that a table holds them finished."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from operator import add

from seedkit.core.generation.streams import Stream, rows_of_block
from seedkit.core.generation.words import Words

_HALVES = 4096
_VOWELS = ("a", "e", "i", "o", "honest", "hour")
_NAME = Stream.named(0, "sentences")


def half_sentences(words: Words) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give beginnings and ends, as many of each; any of the ones goes with any of the others."""
    lists = words.lists
    return _halves(lists["adjectives"], lists["nouns"], lists["verbs"])


def sentences(words: Words) -> tuple[str, ...]:
    """Give whole sentences: each beginning with one end."""
    return _wholes(*half_sentences(words))


@lru_cache(maxsize=2)
def _wholes(heads: tuple[str, ...], tails: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(add, heads, tails))


@lru_cache(maxsize=2)
def _halves(
    adjectives: tuple[str, ...], nouns: tuple[str, ...], verbs: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    heads = zip(_drawn(("The ", "A ", "Every ", "One "), 1), _drawn(adjectives, 2), _drawn(nouns, 3), strict=True)
    tails = zip(
        _drawn((" will ", " can ", " may ", " should "), 4),
        _drawn(verbs, 5),
        _drawn((" the ", " a ", " its "), 6),
        _drawn(nouns, 7),
        strict=True,
    )
    return (
        tuple(f"{_before(adjective, begin)}{adjective} {noun}" for begin, adjective, noun in heads),
        tuple(f"{modal}{verb}{_before(noun, article)}{noun}." for modal, verb, article, noun in tails),
    )


def _drawn(texts: Sequence[str], need: int) -> list[str]:
    """Draw one for each half, the same ones for ever."""
    count = len(texts)
    return [texts[number % count] for number in _NAME.numbers(rows_of_block(need)[:_HALVES], 4)]


def _before(word: str, article: str) -> str:
    """Give an article as it stands before a word.

    >>> _before("open", " a "), _before("quiet", "A "), _before("old", "The ")
    (' an ', 'A ', 'The ')
    """
    return article.rstrip() + "n " if article.strip() in ("a", "A") and word.startswith(_VOWELS) else article
