"""What ends a check with 1, and what it leaves out: as typed and as written in the settings, before any report."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from fnmatch import fnmatchcase

from msgspec import Struct

from seedkit.core.names import QualifiedName, did_you_mean, listed
from seedkit.errors import UsageError


class Condition(StrEnum):
    """What a check can fail on; `behind` is all that the next insert may fail on, also what could not be judged."""

    BEHIND = "behind"
    NEAR_LIMIT = "near-limit"
    UNLINKED = "unlinked"


class FailOn(Struct, frozen=True, kw_only=True):
    """A condition; `percent` is the used share from which a limit is near."""

    condition: Condition
    percent: int | None = None

    def __str__(self) -> str:
        return self.condition.value if self.percent is None else f"{self.condition}={self.percent}"


FAIL_ON_BEHIND = (FailOn(condition=Condition.BEHIND),)
"""What a check fails on unless something else is named."""


class IgnoreRule(Struct, frozen=True, kw_only=True):
    """An entry of the ignore list, its number counted from 1: what is given of the three patterns must match."""

    number: int
    reason: str
    table: str | None = None
    column: str | None = None
    sequence: str | None = None

    def __str__(self) -> str:
        given = {"table": self.table, "column": self.column, "sequence": self.sequence}
        patterns = ", ".join(f'{name} "{pattern}"' for name, pattern in given.items() if pattern is not None)
        return f"entry {self.number} of [tool.seedkit.check] ignore, {patterns}"


class Gate(Struct, frozen=True, kw_only=True):
    """What a check ignores, and what it fails on."""

    ignore: tuple[IgnoreRule, ...] = ()
    fail_on: tuple[FailOn, ...] = FAIL_ON_BEHIND


def typed_conditions(texts: Iterable[str] | None) -> tuple[FailOn, ...]:
    """Read conditions as they are typed, several in one text or each in its own; raises UsageError for what is none.

    >>> [str(each) for each in typed_conditions(["behind, near-limit=90", "behind"])]
    ['behind', 'near-limit=90']
    """
    parts = [part.strip() for text in texts or () for part in text.split(",")]
    return tuple(dict.fromkeys(map(_condition, parts))) or FAIL_ON_BEHIND


def _condition(text: str) -> FailOn:
    name, equals, number = text.partition("=")
    if name not in set(Condition):
        hint = did_you_mean(name, Condition) or f"It fails on {listed(Condition)}."
        raise UsageError(f'"{text}" is nothing that a check can fail on', hint=hint)
    if name != Condition.NEAR_LIMIT:
        if equals:
            raise UsageError(f"{name} takes no number", hint=f"Write {name}.")
        return FailOn(condition=Condition(name))
    if re.fullmatch("[0-9]{1,3}", number) is None or not 1 <= int(number) <= 100:
        raise UsageError(f"{name} takes a percentage from 1 to 100", hint=f"Write {name}=90.")
    return FailOn(condition=Condition.NEAR_LIMIT, percent=int(number))


def matches(pattern: str | None, name: QualifiedName | None) -> bool:
    """Whether a name is matched, as it is shown or with its schema; what has no name is matched by no pattern.

    >>> matches("sales.*", QualifiedName("sales", "orders")), matches("public.users", QualifiedName("public", "users"))
    (True, True)
    """
    if pattern is None:
        return True
    return name is not None and any(fnmatchcase(shown, pattern) for shown in (str(name), name.qualified))


def all_match(pattern: str | None, names: Sequence[str]) -> bool:
    """Whether a pattern matches each of some names."""
    return pattern is None or all(fnmatchcase(name, pattern) for name in names)
