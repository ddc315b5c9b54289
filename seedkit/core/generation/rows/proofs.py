"""Proves that a CHECK of one column holds in every row, by what makes the column: such rows need no look.

Proved is: of few texts, by trying each; of a range, whose ends both hold a comparison with a constant; of texts that
are never longer than a length. Whatever else may hold is looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import TypeAlias

from seedkit.core.catalog import Column
from seedkit.core.generation.columns.blocks import NULL, Constant, Generator, Joined, Sometimes
from seedkit.core.generation.columns.choices import Choice
from seedkit.core.generation.columns.cuts import Cased, Cut, Marked, cut
from seedkit.core.generation.columns.moments import Day, Moment
from seedkit.core.generation.columns.numbers import Counter, Fixed, Whole, pointed
from seedkit.core.generation.expressions.closures import Evaluate
from seedkit.core.generation.expressions.tree import Call, Expression, Operation, columns_of
from seedkit.core.generation.expressions.tree import Column as ColumnNode
from seedkit.core.generation.expressions.values import Unevaluated
from seedkit.core.generation.row_values import read_column
from seedkit.core.generation.satisfying.nulls import without_casts

_MANY = 4096
_DIGITS = 20
_LENGTHS = frozenset(("char_length", "character_length", "length"))
_ORDERS = frozenset(("<", "<=", ">", ">="))

Texts: TypeAlias = Sequence[str]


def is_proved(node: Expression, evaluate: Evaluate, generator: Generator, column: Column) -> bool:
    """Whether a condition of one column can't be false of any value that its generator makes."""
    texts = _all_texts(generator)
    if texts is not None:
        return _hold(texts, evaluate, column)
    if isinstance(node, Operation) and node.left is not None and not columns_of(node.right):
        if node.operator in _ORDERS and isinstance(without_casts(node.left), ColumnNode):
            ends = _ends(generator, node.operator)
            return ends is not None and _hold(ends, evaluate, column)
        if node.operator in ("<", "<=") and _is_length(node.left):
            longest = _longest(generator)
            return longest is not None and _holds_length(longest, evaluate, column.name)
    return False


def _hold(texts: Texts, evaluate: Evaluate, column: Column) -> bool:
    read = read_column(column)
    return all(evaluate({column.name: read(text)}) in (True, None) for text in texts)


def _is_length(node: Expression) -> bool:
    bare = without_casts(node)
    return (
        isinstance(bare, Call)
        and bare.function in _LENGTHS
        and len(bare.arguments) == 1
        and isinstance(without_casts(bare.arguments[0]), ColumnNode)
    )


def _holds_length(longest: int, evaluate: Evaluate, name: str) -> bool:
    """Whether a text of the longest length holds; COPY's escapes only make texts longer than their values."""
    return not isinstance(truth := evaluate({name: "x" * longest}), Unevaluated) and truth is True


def _all_texts(generator: Generator) -> Texts | None:
    """List all texts of a generator, where they are few."""
    match generator:
        case Constant(text):
            return (text,)
        case Choice(texts):
            return tuple(dict.fromkeys(texts)) if len(texts) <= _MANY else None
        case Sometimes(inner) | Cased(inner) | Cut(inner):
            found = _all_texts(inner)
            return None if found is None else tuple(_changed(generator, found))
        case _:
            return None


def _changed(generator: Generator, texts: Texts) -> Iterable[str]:
    match generator:
        case Sometimes():
            return (NULL, *texts)
        case Cut(_, length):
            return (text if len(text) <= length else cut(text, length) for text in texts)
        case Cased(_, lower):
            return (text if text == NULL else text.lower() if lower else text.upper() for text in texts)
        case _:
            return texts


def _ends(generator: Generator, operator: str) -> Texts | None:
    """Give the least and the greatest value of a range; NULL, which no comparison is false of, is left out."""
    while isinstance(generator, Sometimes):
        generator = generator.inner
    if isinstance(generator, Counter):
        return (str(generator.first),) if generator.step > 0 and operator in (">", ">=") else None
    if isinstance(generator, Whole):
        return str(generator.low), str(generator.high)
    if isinstance(generator, Fixed):
        return tuple(pointed(end, generator.scale) for end in (generator.low, generator.high))
    return _moments(generator) if isinstance(generator, Day | Moment) else None


def _moments(generator: Day | Moment) -> Texts:
    first, last = generator.first, generator.first + timedelta(days=generator.days)
    if isinstance(generator, Day):
        return str(first), str(last)
    return f"{first} 00:00:00{generator.zone}", f"{last} 23:59:59{generator.zone}"


def _longest(generator: Generator) -> int | None:
    """Say how long a text may be at most."""
    bounds: dict[type, Callable[..., int | None]] = {
        Cut: lambda cut: cut.length,
        Marked: lambda marked: marked.length,
        Sometimes: lambda sometimes: _longest(sometimes.inner),
        Cased: lambda cased: _longest(cased.inner),
        Joined: lambda joined: _sum(map(_longest, joined.parts)),
        Choice: lambda choice: max(map(len, choice.texts)),
        Constant: lambda constant: len(constant.text),
        Counter: lambda _counter: _DIGITS,
        Whole: lambda whole: max(len(str(whole.low)), len(str(whole.high))),
    }
    bound = bounds.get(type(generator))
    return None if bound is None else bound(generator)


def _sum(lengths: Iterable[int | None]) -> int | None:
    total = 0
    for length in lengths:
        if length is None:
            return None
        total += length
    return total
