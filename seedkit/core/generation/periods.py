"""CHECKs that ask for what a division leaves, as `id % 7 = 3` does: they hold for a number as for one a period on."""

from __future__ import annotations

from bisect import bisect_left
from math import lcm

from msgspec import Struct

from seedkit.core.generation.expressions.evaluation import evaluator
from seedkit.core.generation.expressions.tree import (
    Call,
    Column,
    Constant,
    Expression,
    Operation,
    columns_of,
    nodes_of,
    without_casts,
)

_LONGEST = 5_040
"""Longer periods are looked at row by row."""


class Residues(Struct, frozen=True):
    """What a division by `modulus` may leave, in order: whole numbers from 0 on are counted by these."""

    modulus: int
    left: tuple[int, ...]

    def number(self, place: int) -> int:
        """Give the number at a place.

        >>> odd_or_six = Residues(6, (1, 3, 5))
        >>> [odd_or_six.number(place) for place in range(4)], odd_or_six.place(9), odd_or_six.place(8)
        ([1, 3, 5, 7], 4, None)
        """
        turn, which = divmod(place, len(self.left))
        return turn * self.modulus + self.left[which]

    def place(self, number: int) -> int | None:
        """Say at which place a number is, None for one that is left out."""
        turn, residue = divmod(number, self.modulus)
        which = bisect_left(self.left, residue)
        return turn * len(self.left) + which if self.left[which : which + 1] == (residue,) else None

    def below(self, number: int) -> int:
        """Count the numbers from 0 on that lie below another.

        >>> Residues(7, (3,)).below(10), Residues(7, (3,)).below(11)
        (1, 2)
        """
        turn, residue = divmod(number, self.modulus)
        return turn * len(self.left) + bisect_left(self.left, residue)

    def both(self, other: Residues) -> Residues:
        """Give what is left by two of them, this one where the period of both is too long."""
        modulus = lcm(self.modulus, other.modulus)
        if modulus > _LONGEST:
            return self
        left = (n for n in range(modulus) if n % self.modulus in self.left and n % other.modulus in other.left)
        return Residues(modulus, tuple(left))


def residues_of(node: Expression, column: str) -> Residues | None:
    """Say what a condition leaves of a column that it only divides, by numbers that are known; else None.

    >>> from seedkit.core.generation.expressions.parser import parsed
    >>> residues_of(parsed("((id % 4) <> 2)"), "id"), residues_of(parsed("((id % 4) < id)"), "id")
    (Residues(modulus=4, left=(0, 1, 3)), None)
    """
    divisors = [divisor for part in nodes_of(node) if (divisor := _divisor(part, column)) is not None]
    named = sum(isinstance(part, Column) for part in nodes_of(node))
    if not divisors or named != len(divisors) or columns_of(node) != {column}:
        return None
    modulus = lcm(*divisors)
    if modulus > _LONGEST:
        return None
    holds = evaluator(node)
    left = tuple(number for number in range(modulus) if holds({column: number}) is True)
    return Residues(modulus, left) if left else None


def _divisor(node: Expression, column: str) -> int | None:
    """Give by what a node divides the column."""
    match node:
        case Operation("%", left, right) if left is not None:
            pair = (left, right)
        case Call("mod", (left, right)):
            pair = (left, right)
        case _:
            return None
    dividend, divisor = map(without_casts, pair)
    if dividend == Column(column) and isinstance(divisor, Constant) and isinstance(divisor.value, int):
        return divisor.value if divisor.value > 0 else None
    return None
