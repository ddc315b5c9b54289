"""Spellings of values that are composed: of a period and what it leaves, of bits, of an array's items."""

from __future__ import annotations

from msgspec import Struct

from seedkit.core.generation.columns.parts import in_array
from seedkit.core.generation.expressions.array_texts import array_of
from seedkit.core.generation.keys.spellings import Fractions, Spelling
from seedkit.core.generation.periods import Residues
from seedkit.core.values.copy_text import field_value


class Divided(Struct, frozen=True):
    """Numbers of which a division leaves what it may; where whole units are divided, the first `steps` of each unit.

    >>> Divided(Residues(7, (3,))).write(2), Divided(Residues(7, (3,))).read("17"), Divided(Residues(7, (3,))).read("4")
    ('17', 2, None)
    >>> from seedkit.core.generation.keys.spellings import Clocks
    >>> half_hours = Divided(Residues(60, (0, 30)), Clocks(), 60)
    >>> half_hours.write(3), half_hours.read("01:30:00"), half_hours.read("01:30:01"), half_hours.below(1801)
    ('01:30:00', 3, None, 2)
    """

    residues: Residues
    spelling: Spelling = Fractions()
    unit: int = 1
    steps: int = 1

    def write(self, number: int) -> str:
        """Write the number at a place."""
        place, step = divmod(number, self.steps)
        return self.spelling.write(self.residues.number(place) * self.unit + step)

    def read(self, text: str) -> int | None:
        """Read the place of a number."""
        number = self.spelling.read(text)
        if number is None:
            return None
        divided, step = divmod(number, self.unit)
        place = self.residues.place(divided)
        return None if place is None or step >= self.steps else place * self.steps + step

    def below(self, number: int) -> int:
        """Count the places whose numbers, from 0 on, lie below another."""
        divided, step = divmod(number, self.unit)
        within = 0 if self.residues.place(divided) is None else min(step, self.steps)
        return self.residues.below(divided) * self.steps + within


class VaryingBits(Struct, frozen=True):
    """Bits, one of them and more, the fewest first.

    >>> [VaryingBits().write(number) for number in range(4)], VaryingBits().read("01")
    (['0', '1', '00', '01'], 3)
    """

    def write(self, number: int) -> str:
        """Write a number as bits."""
        return f"{number + 2:b}"[1:]

    def read(self, text: str) -> int | None:
        """Read the number of bits."""
        return int(f"1{text}", 2) - 2 if text else None


class Arrays(Struct, frozen=True):
    """Arrays of some items, as COPY texts, those of the fewest items first.

    >>> arrays = Arrays(("a", "b c"))
    >>> [arrays.write(number) for number in range(4)], arrays.read('{"b c",a}')
    (['{}', '{a}', '{"b c"}', '{a,a}'], 5)
    """

    items: tuple[str, ...]

    def below(self, size: int) -> int:
        """Count the arrays of fewer items."""
        return sum(len(self.items) ** count for count in range(size))

    def size_of(self, number: int) -> int:
        """Count the items of an array."""
        size = 0
        while number > 0:
            number, size = (number - 1) // len(self.items), size + 1
        return size

    def write(self, number: int) -> str:
        """Write a number as an array."""
        found = list[str]()
        while number > 0:
            number, which = divmod(number - 1, len(self.items))
            found.append(in_array(self.items[which]))
        return "{" + ",".join(reversed(found)) + "}"

    def read(self, text: str) -> int | None:
        """Read the number of an array."""
        places = {field_value(item): place for place, item in enumerate(self.items, 1)}
        number = 0
        for item in array_of(text):
            if not isinstance(item, str) or item not in places:
                return None
            number = number * len(self.items) + places[item]
        return number
