"""How text keys are spelled that a sequence's values are in: INV-000041. Keys of another spelling are not compared."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.column_types import text_length
from seedkit.core.sequences.ids import IdRange

_MASK = re.compile(r"(FM)?(0+)", re.IGNORECASE)
_WIDEST = 30
"""Digits; wider than any number that a sequence gives."""
LONGEST_TEXT = 1000
"""Characters of the constant texts; longer ones are no key's."""
_LONGEST_NUMBER = 40
"""Digits; more than any sequence gives, and few enough to be compared as numbers."""

STRANGE = "strange "
"""Stands in front of the number of keys that are spelled otherwise, in the place of an id."""
_TEXT_TYPE = re.compile(r"text|(?:.+\.)?citext|character varying(?:\(\d+\))?|character\(\d+\)")


class KeyPattern(Struct, frozen=True, kw_only=True):
    """Constant texts around a number, which `fill` pads to `width` characters if it has one; a longer one is cut."""

    prefix: str = ""
    suffix: str = ""
    width: int | None = None
    fill: str = "0"

    def __str__(self) -> str:
        """Spell the number 1.

        >>> str(KeyPattern(prefix="INV-", width=6))
        'INV-000001'
        """
        return f"{self.prefix}{'1'.rjust(self.width or 1, self.fill)}{self.suffix}"

    @property
    def plain(self) -> bool:
        """Whether it is the number and nothing else."""
        return not self.prefix and not self.suffix and self.width is None

    @property
    def numbers(self) -> IdRange:
        """The numbers that can be spelled so: once the width is used up, keys would come again."""
        if self.width is None:
            return IdRange(lowest=-(2**63), highest=2**63 - 1)
        return IdRange(lowest=0, highest=min(10**self.width, 2**63) - 1)

    def numbers_within(self, type_name: str) -> IdRange:
        """Tell the numbers that can be spelled so in a type of texts, which may have a greatest length.

        >>> KeyPattern(prefix="A").numbers_within("character varying(4)"), KeyPattern(width=2).numbers_within("text")
        (IdRange(lowest=-99, highest=999), IdRange(lowest=0, highest=99))
        """
        length = text_length(type_name)
        if length is None:
            return self.numbers
        room = max(length - len(self.prefix) - len(self.suffix), 0)
        return self.numbers.narrowed(IdRange(lowest=1 - 10 ** max(room - 1, 0), highest=10**room - 1))

    @property
    def digits(self) -> str:
        """The regular expression, of PostgreSQL and of Python, for the number between the constant texts."""
        if self.width is None:
            return f"^-?[0-9]{{1,{_LONGEST_NUMBER}}}$"
        if self.fill == "0":
            return f"^[0-9]{{{self.width}}}$"
        fill = "[]]" if self.fill == "]" else f"[{self.fill}]" if self.fill not in "^\\" else f"\\{self.fill}"
        return f"^(?=.{{{self.width}}}$){fill}*[0-9]+$"

    def number_in(self, key: str) -> int | None:
        """Read the number in a key; None where it is spelled otherwise.

        >>> KeyPattern(prefix="INV-", width=3).number_in("INV-041"), KeyPattern(prefix="INV-").number_in("41")
        (41, None)
        """
        middle = key.removeprefix(self.prefix).removesuffix(self.suffix)
        spelled = len(middle) + len(self.prefix) + len(self.suffix) == len(key) and "\n" not in middle
        if not spelled or not re.match(self.digits, middle):
            return None
        return int(middle if self.fill == "0" else middle.lstrip(self.fill))

    def of(self, inner: KeyPattern) -> KeyPattern | None:
        """Spell what another pattern has spelled; None where the number's own digits could not be told from the rest.

        Nor is it spelled by texts that are longer than a key's: they may double with each statement of a source.

        >>> str(KeyPattern(prefix="INV-").of(KeyPattern(width=3))), KeyPattern(width=3).of(KeyPattern(prefix="p"))
        ('INV-001', None)
        """
        if sum(map(len, (self.prefix, self.suffix, inner.prefix, inner.suffix))) > LONGEST_TEXT:
            return None
        if inner.plain:
            return self
        if self.width is not None:
            return None
        return replace(inner, prefix=self.prefix + inner.prefix, suffix=inner.suffix + self.suffix)


PLAIN = KeyPattern()
"""The number alone."""


def padding(width: int, fill: str) -> KeyPattern | None:
    """Give what `lpad` makes of a number; None where the number's own digits could not be told from the rest."""
    if len(fill) != 1 or fill in "123456789-" or not 0 < width <= _WIDEST:
        return None
    return KeyPattern(width=width, fill=fill)


def masked(mask: str) -> KeyPattern | None:
    """Give what `to_char` makes of a number by a mask of zeros; None for any other mask.

    >>> str(masked("FM000")), str(masked("000")), masked("999")
    ('001', ' 001', None)
    """
    found = _MASK.fullmatch(mask)
    spelled = padding(len(found[2]), "0") if found else None
    return spelled if spelled is None or (found and found[1]) else replace(spelled, prefix=" ")


def formatted(parts: Sequence[str]) -> KeyPattern | None:
    """Give what `format` makes of a number, from the text before and after the one `%s`.

    >>> str(formatted(["A", "-x"]))
    'A1-x'
    """
    if len(parts) != 2 or any("%" in part for part in parts):
        return None
    return KeyPattern(prefix=parts[0], suffix=parts[1])


def holds_text(type_name: str) -> bool:
    """Whether keys of a type are texts as they were written.

    >>> holds_text("character varying(20)"), holds_text("uuid")
    (True, False)
    """
    return _TEXT_TYPE.fullmatch(type_name) is not None
