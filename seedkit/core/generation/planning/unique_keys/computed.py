"""Keys of what is computed from columns: these get so wide a range that few rows are alike, and those are drawn again.

Nothing is unique by construction here. A number that a key is computed from alone is counted, as if it were a key, and
wide where it is drawn again. Several that mean nothing are wide at once; what means something, and dates, get wider
whenever a row is drawn again, so that the first draw is what one would expect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from math import prod

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.generation.columns.blocks import Generator, Sometimes
from seedkit.core.generation.columns.choices import Choice, Mixture
from seedkit.core.generation.columns.moments import Day
from seedkit.core.generation.columns.numbers import Fixed, Whole
from seedkit.core.generation.expressions.evaluation import evaluator
from seedkit.core.generation.expressions.substitution import substituted
from seedkit.core.generation.expressions.tree import Column, Constant, Expression, Operation, columns_of, nodes_of
from seedkit.core.generation.planning.capacity import Capacity
from seedkit.core.generation.planning.choosing import chosen_for
from seedkit.core.generation.planning.chosen import Facts, Run
from seedkit.core.generation.planning.facts import facts_of
from seedkit.core.generation.planning.listing import few_values
from seedkit.core.generation.planning.meant import meant
from seedkit.core.generation.planning.types.kinds import family_of
from seedkit.core.generation.planning.unique_keys.subjects import subject_of
from seedkit.core.generation.schema import TableRules, UniqueRule

_WIDTHS = (10**9, 10**8, 10**7, 10**6, 10**5, 2**15 - 1, 10**4)
_OF_OTHERS = 10**6
"""How wide a number is beside something else: days, say, of which there are no more."""
_BITS = {"smallint": 15, "integer": 31, "bigint": 63}
"""What whole numbers of the types have beside their sign."""
_FEW = 1_000
"""So few values are counted through, whatever they mean."""
_AT_LAST = 40
"""At this attempt a range is as wide as it gets."""


class ComputedKeys(Struct, frozen=True, dict=True):
    """A table's keys that are looked at row by row, and what is known of its columns; `free` ones have own values."""

    rules: TableRules
    run: Run
    keys: tuple[UniqueRule, ...]
    free: Callable[[str], bool]

    def width(self, column: str, attempt: int) -> int:
        """Say how many values a column is to have for the sake of such a key; 0 where it is no matter."""
        width, at_once = self._widths.get(column, (0, False))
        return width if attempt or at_once else 0

    def counts(self, column: str, attempt: int) -> bool:
        """Whether a column is drawn as if it were a key by itself."""
        return attempt == 0 and column in self._counted

    @property
    def capacity(self) -> Capacity:
        """How many rows the keys leave, as far as can be counted: those that no NULL takes out of their index."""
        found = Capacity()
        for rule in self.keys:
            most = None if rule.predicate is not None or self._may_be_null(rule) else self._most(rule)
            found = found if most is None else found.least(Capacity(most, rule.name))
        return found

    @cached_property
    def _widths(self) -> Mapping[str, tuple[int, bool]]:
        found: dict[str, tuple[int, bool]] = {}
        for rule in self.keys:
            names = self._compared(rule)
            at_once = all(map(self._is_number, names))
            for name in self._wanted(names):
                width, before = found.get(name, (_WIDTHS[0], False))
                found[name] = min(width, self._width(names if at_once else ())), before or at_once
        return found

    @cached_property
    def _counted(self) -> frozenset[str]:
        alone = (name for names in map(self._compared, self.keys) if len(names) == 1 for name in names)
        return frozenset(name for name in alone if name in self._widths and self._is_counted(name))

    def _is_counted(self, name: str) -> bool:
        few = (self._count(name) or 0) <= _FEW
        return self._is_number(name) and (few or meant(self._facts(name), self.run)[0] is None)

    def _computed(self, rule: UniqueRule) -> Iterator[Expression]:
        """Give a key's parts, with what generated columns are computed from in their places."""
        return (substituted(key, self.rules.generated) for key in rule.keys)

    def _compared(self, rule: UniqueRule) -> frozenset[str]:
        """Name the columns that a key's computed parts are computed from."""
        pairs = zip(rule.keys, self._computed(rule), strict=True)
        parts = (columns_of(whole) for key, whole in pairs if whole != key or subject_of(key) is None)
        return frozenset[str]().union(*parts)

    def _wanted(self, names: Iterable[str]) -> list[str]:
        """Name those that are to be wide: numbers that mean nothing, or else all numbers and dates."""
        fit = [name for name in names if self.free(name) and self._is_ordered(name)]
        plain = [name for name in fit if self._is_number(name) and meant(self._facts(name), self.run)[0] is None]
        return plain or fit

    def _facts(self, name: str) -> Facts:
        return facts_of(self.rules, self.rules.table.column(name))

    def _is_ordered(self, name: str) -> bool:
        facts = self._facts(name)
        return few_values(facts) is None and (self._is_number(name) or facts.kind == "date")

    def _is_number(self, name: str) -> bool:
        return family_of(self._facts(name).kind) == "number"

    def _width(self, numbers: Iterable[str]) -> int:
        """Find the widest range whose values nothing that is computed from them is too large for."""
        names = frozenset(numbers)
        nodes = [(node, bits) for node, bits in self._expressions(names) if columns_of(node) <= names]
        rows = ((width, dict.fromkeys(names, width)) for width in _WIDTHS)
        fit = (width for width, row in rows if all(_fits(node, row, bits) for node, bits in nodes))
        return next(fit, _WIDTHS[-1]) if names else _OF_OTHERS

    def _expressions(self, names: frozenset[str]) -> Iterator[tuple[Expression, int]]:
        """Give what is computed from some columns, and the bits that there are for it."""
        generated = self.rules.generated
        for name, node in generated.items():
            yield substituted(node, generated), _BITS.get(self._facts(name).kind, _BITS["bigint"])
        for node in (*generated.values(), *(key for rule in self.keys for key in rule.keys)):
            whole = substituted(node, generated)
            if names & columns_of(whole):
                parts = (part for part in nodes_of(whole) if isinstance(part, Operation))
                yield from (
                    (part, _bits({self._facts(each).kind for each in columns_of(part)}, part)) for part in parts
                )

    def _may_be_null(self, rule: UniqueRule) -> bool:
        names = frozenset[str]().union(*map(columns_of, self._computed(rule)))
        return any(not self.rules.table.column(name).not_null for name in names)

    def _most(self, rule: UniqueRule) -> int | None:
        return _together([self._values(key) for key in self._computed(rule)])

    def _values(self, node: Expression) -> int | None:
        """Count the values that an expression can have at most; None where that is not known."""
        match node:
            case Operation("%", left, Constant(int(divisor))) if left is not None and divisor:
                most = self._values(left)
                return None if most is None else min(most, abs(divisor))
            case Operation("/", Column(name), Constant(int(divisor))) if divisor and self._facts(name).kind in _BITS:
                most = self._values(Column(name))
                return None if most is None else most // abs(divisor) + 2
        return _together([self._count(name) for name in columns_of(node)])

    def _count(self, name: str) -> int | None:
        if not self.free(name):
            return None
        facts = replace(self._facts(name), wide=self.width(name, _AT_LAST), unique=False)
        return count_of(chosen_for(facts, self.run, _AT_LAST).generator)


def _together(counts: Sequence[int | None]) -> int | None:
    """Count the combinations of values, of each of which there are so many; None where one is not known."""
    known = [count for count in counts if count is not None]
    return prod(known) if len(known) == len(counts) else None


def _bits(kinds: Set[str], node: Operation) -> int:
    """Say how many bits the result of an operation has: those of its widest column, of some kinds, and a constant's."""
    written = {"integer"} if any(isinstance(part, Constant) for part in nodes_of(node)) else set()
    return max((_BITS.get(kind, _BITS["bigint"]) for kind in kinds | written), default=_BITS["bigint"])


def _fits(node: Expression, row: Mapping[str, int], bits: int) -> bool:
    value = evaluator(node)(row)
    return not isinstance(value, int) or abs(value) < 1 << bits


def count_of(generator: Generator) -> int | None:
    """Count the values that a generator has; None where that is not known.

    >>> from seedkit.core.generation.streams import Stream
    >>> count_of(Whole(1, 50, Stream.named(0, "size")))
    50
    """
    match generator:
        case Sometimes(inner=inner) | Mixture(other=inner):
            return count_of(inner)
        case Whole(low=low, high=high) | Fixed(low=low, high=high):
            return max(0, high - low + 1)
        case Day(days=days):
            return days
        case Choice(texts=texts):
            return len(set(texts))
        case _:
            return None
