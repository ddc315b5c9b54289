"""What is left of a column's values, once some are ruled out."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from seedkit.core.generation.expressions.comparing import canonical, compared
from seedkit.core.generation.expressions.values import NotEvaluatedError
from seedkit.core.generation.periods import Residues


class Span(Struct, frozen=True):
    """From a lowest to a highest value, None for no end; whether each end belongs to it."""

    low: Any = None
    high: Any = None
    with_low: bool = True
    with_high: bool = True

    def cut(self, operator: str, bound: object) -> Span:
        """Leave what compares so with a bound.

        >>> Span().cut(">", 0).cut("<=", 9)
        Span(low=0, high=9, with_low=False, with_high=True)
        """
        if operator in (">", ">=") and (self.low is None or not _is(self.low, operator, bound)):
            return replace(self, low=bound, with_low=operator == ">=")
        if operator in ("<", "<=") and (self.high is None or not _is(self.high, operator, bound)):
            return replace(self, high=bound, with_high=operator == "<=")
        return self.cut(">=", bound).cut("<=", bound) if operator == "=" else self

    @property
    def counts(self) -> tuple[int | None, int | None]:
        """The least and the most where something is counted: characters, bytes, items.

        >>> Span(2, 9, with_high=False).counts
        (2, 8)
        """
        least = None if self.low is None else int(self.low) + (0 if self.with_low else 1)
        return least, None if self.high is None else int(self.high) - (0 if self.with_high else 1)


def _is(value: object, operator: str, bound: object) -> bool:
    try:
        return compared(operator, value, bound)
    except NotEvaluatedError:
        return False


class Narrowing(Struct, frozen=True, kw_only=True):
    """What is left of a column's values.

    `values` are all that may be, None for any; `unwanted` those that may not; `span` bounds them, `length` the
    characters of a text, `octets` its bytes, `items` those of an array. `patterns` are regular expressions, `likes`
    patterns of LIKE. `case` is the function that changes none of the letters (`lower`), `document` what `jsonb_typeof`
    has to say, `members` what an array is made of, `residues` what a division leaves. `null` is False where NULL may
    not be, and True where nothing else may.
    """

    values: tuple[object, ...] | None = None
    unwanted: tuple[object, ...] = ()
    span: Span = field(default_factory=Span)
    length: Span = field(default_factory=Span)
    octets: Span = field(default_factory=Span)
    items: Span = field(default_factory=Span)
    patterns: tuple[str, ...] = ()
    likes: tuple[str, ...] = ()
    case: str | None = None
    document: str | None = None
    members: tuple[object, ...] | None = None
    residues: Residues | None = None
    null: bool | None = None

    @property
    def wanted(self) -> tuple[object, ...] | None:
        """The values that may be, without those that may not."""
        if self.values is None:
            return None
        unwanted = [canonical(value) for value in self.unwanted]
        return tuple(value for value in self.values if canonical(value) not in unwanted)

    def one_of(self, values: object) -> Narrowing:
        """Leave the values of a list; NULL in it is none."""
        if not isinstance(values, list):
            return self
        found = [value for value in values if value is not None]
        if self.values is not None:
            kept = [canonical(value) for value in found]
            found = [value for value in self.values if canonical(value) in kept]
        return replace(self, values=tuple(found))

    def dividing(self, residues: Residues) -> Narrowing:
        """Leave the numbers of which a division leaves what it may."""
        return replace(self, residues=residues if self.residues is None else self.residues.both(residues))

    def none_of(self, values: object) -> Narrowing:
        """Rule out the values of a list; the empty text says that there is a character at least."""
        if not isinstance(values, list):
            return self
        length = self.length.cut(">=", 1) if "" in values else self.length
        return replace(
            self, unwanted=(*self.unwanted, *(value for value in values if value is not None)), length=length
        )


EVERYTHING = Narrowing()
"""What is left of a column that no CHECK speaks of."""
