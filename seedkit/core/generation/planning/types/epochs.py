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


def is_epoch(facts: Facts, run: Run) -> bool:
    """Whether a number whose name means none is a time by its name, as `expires_on bigint` or `event_time bigint`."""
    name = facts.name
    found = run.meanings.of(name, facts.rules.table.name.name, "time") if facts.kind == "bigint" else None
    if found is None:
        return False
    words = words_of(name)
    return words[-1] in _TIMES or len(words) - len(prefix_of(name, found).split()) > 1


def epoch(facts: Facts, run: Run, stream: Stream) -> Epoch:
    """Give the seconds of a time that a column's name tells."""
    name = " ".join(word for word in words_of(facts.name) if word not in _UNITS)
    meaning, prefix = meant_by_time(name, facts.rules, run) or ("happened", "")
    return Epoch(day_of_life(facts, meaning, prefix, run, stream), stream)
