"""Numbers of rows as texts, one after the other: what changes seldom is written seldom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain, repeat
from operator import add

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def counted(begin: int, end: int) -> Iterator[str]:
    """Write the numbers from one on, not below 0, up to another: in half the time that `str` takes.

    >>> list(counted(998, 1002))
    ['998', '999', '1000', '1001']
    """
    return chain.from_iterable(_runs(begin, end, 10, 3))


def compacted(begin: int, end: int) -> Iterator[str]:
    """Write them to the base of 36.

    >>> list(compacted(34, 37)), list(compacted(36**3 - 1, 36**3 + 1))
    (['y', 'z', '10'], ['zzz', '1000'])
    """
    return chain.from_iterable(_runs(begin, end, 36, 2))


def _runs(begin: int, end: int, base: int, width: int) -> Iterator[Iterator[str]]:
    """Give the texts of all that begin alike."""
    endings = _endings(base, width)
    size = len(endings)
    for number in range(begin // size, -(-end // size)):
        texts = endings[max(begin - number * size, 0) : end - number * size]
        yield map(add, repeat(_written(number, base)), texts) if number else iter(_without_zeros(texts))


@cache
def _endings(base: int, width: int) -> list[str]:
    return [_written(number, base).rjust(width, "0") for number in range(base**width)]


def _without_zeros(texts: Sequence[str]) -> Iterator[str]:
    return (text.lstrip("0") or "0" for text in texts)


def _written(number: int, base: int) -> str:
    digits = ""
    while number or not digits:
        number, digit = divmod(number, base)
        digits = _DIGITS[digit] + digits
    return digits
