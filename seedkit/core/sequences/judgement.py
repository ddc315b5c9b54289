"""The decision about a sequence: is it behind the ids of the columns it feeds, and how far must it move.

Pure arithmetic in Python's integers: `max + 1` overflows PostgreSQL's bigint at the end of the range. Reading and
moving the sequence is the work of `seedkit.postgres`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import TypeGuard

from seedkit.core.names import SequenceName, TableName
from seedkit.errors import UsageError

_TYPE_BITS = {"smallint": 15, "integer": 31, "bigint": 63, "numeric": 63}
_NUMERIC = re.compile(r"numeric\((\d+),(-?\d+)\)")


@dataclass(frozen=True, slots=True, kw_only=True)
class IdRange:
    """The ids that a sequence is answerable for; both ends belong to it."""

    lowest: int
    highest: int

    def narrowed(self, other: IdRange) -> IdRange:
        """Return what both ranges have in common."""
        return IdRange(lowest=max(self.lowest, other.lowest), highest=min(self.highest, other.highest))


@cache
def whole_range(type_name: str) -> IdRange | None:
    """Say which values of a sequence a type can hold; None for a type whose highest value says nothing about one.

    >>> whole_range("smallint"), whole_range("numeric(3,0)"), whole_range("text")
    (IdRange(lowest=-32768, highest=32767), IdRange(lowest=-999, highest=999), None)
    """
    if numeric := _NUMERIC.fullmatch(type_name):
        highest = min(10 ** max(int(numeric[1]) - int(numeric[2]), 0), 2**63) - 1
        return IdRange(lowest=-highest, highest=highest)
    bits = _TYPE_BITS.get(type_name)
    return None if bits is None else IdRange(lowest=-(2**bits), highest=2**bits - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FedColumn:
    """A column that a sequence feeds.

    `covered` says that the ids are seen through the partitioned table above it; `computed` that they are made from
    the sequence's values, as by `nextval('s') * 10`. `readable` is the right to SELECT the column; `row_security` says
    that policies may hide rows from us; `indexed` that an index gives the highest id without a scan of the table.
    """

    table_oid: int
    table: TableName
    name: str
    type_name: str
    covered: bool = False
    computed: bool = False
    readable: bool = True
    row_security: bool = False
    indexed: bool = True

    def __str__(self) -> str:
        return f"{self.table}.{self.name}"

    @property
    def tells(self) -> bool:
        """Whether its highest value says something about the sequence: it holds the sequence's values as they are."""
        return not self.computed and whole_range(self.type_name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedingSequence:
    """A sequence with every column that it feeds, and what we may do with it.

    `role` is ours, `owner_role` the one that owns the sequence; `owned` says that ours may alter it. `identity` and
    `owner_column` tell the column that owns it. `readable`, `usable` and `settable` are the rights SELECT, USAGE (or
    UPDATE) and UPDATE.
    """

    oid: int
    name: SequenceName
    columns: tuple[FedColumn, ...]
    increment: int
    role: str
    owner_role: str
    owner_column: tuple[TableName, str] | None = None
    identity: bool = False
    owned: bool = False
    readable: bool = True
    usable: bool = True
    settable: bool = True

    @property
    def ascending(self) -> bool:
        """Whether the next value is higher than the last."""
        return self.increment > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class UnresolvedDefault:
    """A column whose default may draw from a sequence, and why it can't be known from which.

    `owned` is the sequence that the column owns all the same, if there is one.
    """

    table_oid: int
    table: TableName
    column: str
    reason: str
    owned: SequenceName | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Feeding:
    """What feeds the columns of some tables."""

    sequences: tuple[FeedingSequence, ...]
    unresolved: tuple[UnresolvedDefault, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairOptions:
    """How sequences are judged and moved.

    `margin` is the number of values to leave free beyond the highest id, for a cut-over. `lock_timeout` is how long to
    wait for a lock, in PostgreSQL's spelling (`5s`), None for ever. `wait` waits for all writers of a table to commit,
    as rows that others have inserted and not committed can't be seen. `by_visible_rows` moves a sequence past the ids
    that row-level security lets us see, as a run that has just written them must; otherwise it is not judged at all.
    """

    margin: int = 0
    lock_timeout: str | None = "5s"
    wait: bool = False
    by_visible_rows: bool = False

    def __post_init__(self) -> None:
        if self.margin < 0:
            raise UsageError(f"a margin can not be negative, as {self.margin} is")


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceState:
    """What a sequence says of itself: its own row, and its definition in `pg_sequence`."""

    last_value: int
    is_called: bool
    increment: int = 1
    minimum: int = 1
    maximum: int = 2**63 - 1
    cache: int = 1
    cycle: bool = False

    @property
    def base(self) -> int:
        """The value from which the next one is one increment away."""
        return self.last_value if self.is_called else self.last_value - self.increment

    @property
    def next_value(self) -> int | None:
        """What `nextval` gives next, or None when the sequence is exhausted; a CYCLE sequence starts again.

        >>> SequenceState(last_value=1, is_called=False).next_value
        1
        >>> SequenceState(last_value=9, is_called=True, maximum=9).next_value is None
        True
        """
        value = self.base + self.increment
        if self.minimum <= value <= self.maximum:
            return value
        if not self.cycle:
            return None
        return self.near_end

    @property
    def near_end(self) -> int:
        """The bound from which values are given: MINVALUE, or MAXVALUE if the sequence descends."""
        return self.minimum if self.increment > 0 else self.maximum

    @property
    def far_end(self) -> int:
        """The bound at which the values end: MAXVALUE, or MINVALUE if the sequence descends."""
        return self.maximum if self.increment > 0 else self.minimum

    @property
    def bounds(self) -> IdRange:
        """The range between MINVALUE and MAXVALUE."""
        return IdRange(lowest=self.minimum, highest=self.maximum)


class Verdict(StrEnum):
    """What is true of a sequence in view of the ids in its columns."""

    IN_STEP = "in step"
    AHEAD = "ahead"
    BEHIND = "behind"
    EXHAUSTED = "exhausted"
    OUT_OF_RANGE = "out of range"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """A verdict and, where the sequence is behind, the way to go.

    `target` is the last value that the sequence needs, in phase with its increment; `steps` how often `nextval`
    would have to be called to get there.
    """

    verdict: Verdict
    steps: int = 0
    target: int | None = None


def judge(
    state: SequenceState, extreme_id: int | None, owned_range: IdRange | None = None, margin: int = 0
) -> Judgement:
    """Decide whether a sequence is behind `extreme_id`: the highest id, the lowest if it descends, None without ids.

    `owned_range` holds the ids that the sequence is answerable for, by default those between its bounds. An id past
    its far end is out of range; one before its near end is no concern of the sequence. A sequence that would have no
    value left once it has passed the id is exhausted and had better stay where it is: there may be gaps below.
    `margin` asks for room: as many more values as that are passed over beyond the id.

    >>> judge(SequenceState(last_value=1, is_called=False), 41)
    Judgement(verdict=<Verdict.BEHIND: 'behind'>, steps=41, target=41)
    >>> judge(SequenceState(last_value=1, is_called=True, increment=2), 10).target  # stays odd: 11 comes next
    9
    >>> judge(SequenceState(last_value=42, is_called=True), 42).verdict.value
    'in step'
    """
    owned = owned_range or state.bounds
    if extreme_id is None:
        return _idle(state, owned, Verdict.AHEAD if state.is_called else Verdict.IN_STEP)
    if extreme_id > owned.highest if state.increment > 0 else extreme_id < owned.lowest:
        return Judgement(verdict=Verdict.OUT_OF_RANGE)
    steps = (extreme_id - state.base) // state.increment + margin
    if steps < 1:
        return _idle(state, owned, Verdict.IN_STEP if steps == 0 else Verdict.AHEAD)
    target = state.base + steps * state.increment
    if not owned.lowest <= target + state.increment <= owned.highest:
        return Judgement(verdict=Verdict.EXHAUSTED)
    return Judgement(verdict=Verdict.BEHIND, steps=steps, target=target)


def _idle(state: SequenceState, owned: IdRange, verdict: Verdict) -> Judgement:
    """Judge a sequence that need not move: it is right unless it has no next value, or one past its range."""
    following = state.next_value
    if following is None or (following > owned.highest if state.increment > 0 else following < owned.lowest):
        return Judgement(verdict=Verdict.EXHAUSTED)
    return Judgement(verdict=verdict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SequenceReading:
    """A sequence with the id that decides and then its state: read in this order, or an insert falls in between.

    `margin` is the room that is wanted beyond the id. `reason` and `hint` say why a sequence that is behind could not
    be moved. `snapshot` is PostgreSQL's list of what was committed when it was read.
    """

    sequence: FeedingSequence
    extreme_id: int | None
    state: SequenceState
    margin: int = 0
    reason: str | None = None
    hint: str | None = None
    snapshot: str | None = None
    judgement: Judgement = field(init=False, compare=False)

    def __post_init__(self) -> None:
        """See what follows from the reading."""
        object.__setattr__(self, "judgement", judge(self.state, self.extreme_id, self.id_range, self.margin))

    @property
    def last_id(self) -> int:
        """The last id that can be given."""
        return self.id_range.highest if self.state.increment > 0 else self.id_range.lowest

    @property
    def used_up(self) -> bool:
        """Whether the next value, if there is one, is past the last id that can be given."""
        following = self.state.next_value
        return following is None or (following - self.last_id) * self.state.increment > 0

    @property
    def id_range(self) -> IdRange:
        """The ids that the sequence can give and that all the columns it feeds can hold."""
        found = self.state.bounds
        for column in self.sequence.columns:
            held = whole_range(column.type_name)
            found = found.narrowed(held) if held and column.tells else found
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Unjudged:
    """A sequence that could not be read, why, and what to do about it."""

    sequence: FeedingSequence
    reason: str
    hint: str | None = None


def is_behind(found: SequenceReading | Unjudged) -> TypeGuard[SequenceReading]:
    """Whether a sequence was read and must move."""
    return isinstance(found, SequenceReading) and found.judgement.verdict is Verdict.BEHIND


def extreme_id(ids: Iterable[int | None], *, ascending: bool) -> int | None:
    """Pick the id that decides among the extremes of all fed columns.

    >>> extreme_id([None, 7, 3], ascending=True)
    7
    """
    present = [value for value in ids if value is not None]
    if not present:
        return None
    return max(present) if ascending else min(present)


def whole_id(text: str | None, *, ascending: bool) -> int | None:
    """Read an id as PostgreSQL prints it; a fraction counts as the whole id that a sequence would meet before it.

    Raises ValueError for NaN and the infinities, which are no ids.

    >>> whole_id("41.5", ascending=True), whole_id("-41.5", ascending=False), whole_id(None, ascending=True)
    (41, -41, None)
    """
    if text is None:
        return None
    number = Decimal(text)
    if not number.is_finite():
        raise ValueError(f"{text} is no id")
    return int(number.to_integral_value("ROUND_FLOOR" if ascending else "ROUND_CEILING"))
