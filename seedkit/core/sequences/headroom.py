"""How much is left of a sequence, and of the type of the column it feeds: seen before it runs out.

Pure arithmetic in Python's integers, as in `judgement`; what is made of it is the work of the reports.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from seedkit.core.sequences.feeding import FedColumn
from seedkit.core.sequences.ids import IdRange
from seedkit.core.sequences.state import SequenceState


class Share(Struct, frozen=True, kw_only=True):
    """How many of the values up to a limit are used; the limit itself is the last of them."""

    used: int
    total: int
    limit: int

    @property
    def left(self) -> int:
        """How many values can still be drawn."""
        return self.total - self.used

    @property
    def fraction(self) -> float:
        """The used part, 0 to 1, rounded down to a millionth: 1 means that nothing is left.

        >>> Share(used=2_147_483_646, total=2_147_483_647, limit=2_147_483_647).fraction
        0.999999
        """
        return self.used * 10**6 // self.total / 10**6 if self.total else 1.0

    @property
    def percent(self) -> str:
        """The used part for people, rounded down as well.

        >>> Share(used=9_999, total=10_000, limit=10_000).percent
        '99.9 %'
        """
        return f"{int(self.fraction * 10**6) // 1000 / 10:.1f} %"


class Headroom(Struct, frozen=True, kw_only=True):
    """The used share of a sequence, and of the narrowest type among the columns it feeds.

    `sequence` is None where the sequence starts over (CYCLE), `column` where the type has no limit or a sequence that
    starts over never comes to it. `narrowest` is the column with that type. `ranged` says that the sequence ends with a
    range that the caller has named.
    """

    sequence: Share | None
    column: Share | None
    narrowest: FedColumn
    ascending: bool = True
    ranged: bool = False

    @property
    def nearest(self) -> Share | None:
        """The limit that is met first; the column's where both are met at once, as that is harder to move."""
        shares = [share for share in (self.column, self.sequence) if share is not None]
        return min(shares, key=lambda share: share.left, default=None)

    @property
    def values_left(self) -> int | None:
        """How often the default can still give a value that fits; None without a limit."""
        return self.nearest.left if self.nearest else None

    @property
    def by_column(self) -> bool:
        """Whether the nearest limit is the column's."""
        return self.column is not None and self.nearest is self.column

    @property
    def nearest_name(self) -> str:
        """What the nearest limit is one of: a type, the padding of keys, or the sequence."""
        if self.by_column:
            return self.narrowest.limited_by
        return "its range" if self.ranged else "the sequence"


def headroom(
    state: SequenceState, extreme_id: int | None, columns: Sequence[FedColumn], owned_range: IdRange | None = None
) -> Headroom:
    """Measure what a sequence has used: by its next value, or by the highest id where that is further.

    Values count from MINVALUE, or MAXVALUE if the sequence descends, one for each increment: a sequence from -100 to
    100 is half used at 0, wherever it started. With an owned range they count within that.

    >>> from seedkit.core.names import TableName
    >>> users = FedColumn(table_oid=1, table=TableName("public", "users"), name="id", type_name="integer")
    >>> room = headroom(SequenceState(last_value=2_000_000_000, is_called=True), None, [users])
    >>> room.sequence.percent, room.column.percent, room.nearest_name, room.values_left
    ('0.0 %', '93.1 %', 'integer', 147483647)
    >>> headroom(SequenceState(last_value=1, is_called=False, maximum=100), 80, [users]).sequence.fraction
    0.8
    """
    ascending = state.increment > 0
    own = state.bounds if owned_range is None else state.bounds.narrowed(owned_range)
    near, far = (own.lowest, own.highest) if ascending else (own.highest, own.lowest)
    ranged = far != state.far_end
    passed = _passed(state, extreme_id)
    sequence = None if state.cycle else _share(passed, state.increment, near, far)
    limited = [(held, column) for column in columns if (held := limited_range(column))]
    if not limited:
        return Headroom(sequence=sequence, column=None, narrowest=columns[0], ascending=ascending, ranged=ranged)
    held, narrowest = min(limited, key=lambda pair: pair[0].highest)
    never_met = state.cycle and held.lowest <= far <= held.highest
    ends = (max(near, held.lowest), held.highest) if ascending else (min(near, held.highest), held.lowest)
    if never_met:
        column = None
    elif sequence and ends == (near, far):
        column = sequence  # one object for both: ten thousand reports take 2 MB less
    else:
        column = _share(passed, state.increment, *ends)
    return Headroom(sequence=sequence, column=column, narrowest=narrowest, ascending=ascending, ranged=ranged)


def limited_range(column: FedColumn) -> IdRange | None:
    """Tell the ids that a column holds, None where it holds more than any sequence can give."""
    held = column.held
    if held is None or not column.tells or (column.type_name != "bigint" and held.highest == 2**63 - 1):
        return None
    return held


def _passed(state: SequenceState, extreme_id: int | None) -> int:
    """Tell the last value that is used up: the sequence's own, or the one in its phase nearest before the id."""
    if extreme_id is None:
        return state.base
    return state.base + max(0, (extreme_id - state.base) // state.increment) * state.increment


def _share(passed: int, increment: int, first: int, limit: int) -> Share:
    """Count values in steps of the increment; `//` by a negative one counts downwards."""
    total = max(0, (limit - first) // increment + 1)
    left = min(total, max(0, (limit - passed) // increment))
    return Share(used=total - left, total=total, limit=limit)
