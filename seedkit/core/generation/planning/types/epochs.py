"""Numbers that are times: seconds since 1970, of the row's life as other times are."""

from __future__ import annotations

from seedkit.core.generation.columns.moments import Epoch
from seedkit.core.generation.meanings import prefix_of, words_of
from seedkit.core.generation.planning.chosen import Facts, Run
from seedkit.core.generation.planning.types.events import meant_by_time
from seedkit.core.generation.planning.types.times import day_of_life
from seedkit.core.generation.streams import Stream

_UNITS = frozenset(("unix", "epoch", "utc"))
"""Words that say of a time that it is a number, and not which time it is."""
_TIMES = frozenset(("at", "date", "timestamp", "ts"))
_KINDS = {"bigint": _TIMES, "integer": _TIMES - {"date"}}
"""What a number's name ends in that is a time. In four bytes a date may be 20261130 as well."""


def is_epoch(facts: Facts, run: Run) -> bool:
    """Whether a number whose name means none is a time by its name, as `event_time bigint` or `used_at integer`."""
    name, endings = facts.name, _KINDS.get(facts.kind)
    found = run.meanings.of(name, facts.rules.table.name.name, "time") if endings else None
    if found is None or endings is None:
        return False
    words = words_of(name)
    told = len(words) - len(prefix_of(name, found).split()) > 1
    return words[-1] in endings or (told and facts.kind == "bigint")


def time_told(facts: Facts, run: Run) -> str:
    """Say which time a number is that is one."""
    return _told(facts, run)[0]


def _told(facts: Facts, run: Run) -> tuple[str, str]:
    name = " ".join(word for word in words_of(facts.name) if word not in _UNITS)
    return meant_by_time(name, facts.rules, run) or ("happened", "")


def epoch(facts: Facts, run: Run, stream: Stream) -> Epoch:
    """Give the seconds of a time that a column's name tells."""
    meaning, prefix = _told(facts, run)
    return Epoch(day_of_life(facts, meaning, prefix, run, stream), stream)
