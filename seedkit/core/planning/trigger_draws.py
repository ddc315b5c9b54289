"""Finds the steps whose triggers may draw from sequences that the rows of earlier steps are ahead of.

A trigger is not executed to know: what it inserts into, or calls, stands in its source.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from itertools import accumulate
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.planning.load_plan import LoadPlan, Step, TableStep

_Names: TypeAlias = "frozenset[str] | None"

_DRAWS = re.compile(r"\b(?:insert\s+into|merge\s+into|nextval)\b")
_DOES_ANYTHING = re.compile(r"\b(?:execute|call|perform(?!\s+(?:pg_|set_config\b)))\b")
"""Notifying somebody, or waiting for a lock, is all that most triggers perform."""
_NAME = re.compile(r'"([^"]+)"|(\w+)')


class TriggerSource(Struct, frozen=True, kw_only=True):
    """What a trigger or a rule of a table (OID) does, as it is written; `deferred` ones do it when the rows are in."""

    table: int
    source: str
    deferred: bool = False


def with_draws(plan: LoadPlan, sources: Collection[TriggerSource]) -> LoadPlan:
    """Say in a plan before which groups sequences have to be seen to; before a seeder they are anyway."""
    return replace(plan, drawing=frozenset(_places(plan, sources)))


def _places(plan: LoadPlan, sources: Collection[TriggerSource]) -> Iterator[int]:
    filled: set[str] = set()
    by_table: dict[int, list[_Names]] = {}
    for each in sources:
        if not each.deferred:
            by_table.setdefault(each.table, []).append(names_drawn_from(each.source))
    for place, group in enumerate(plan.groups):
        tables = [step.table.oid for step in group if isinstance(step, TableStep)]
        if _any_of(filled, [names for table in tables for names in by_table.get(table, ())]):
            yield place
        filled.update(name for step in group for name in _filled_by(step))
    if _any_of(filled, [names_drawn_from(each.source) for each in sources if each.deferred]):
        yield len(plan.groups)


def _filled_by(step: Step) -> Iterable[str]:
    names = [step.table.name.name] if isinstance(step, TableStep) else step.tables
    return (name.rpartition(".")[2].strip('"').lower() for name in names)


def _any_of(filled: set[str], drawn: Iterable[_Names]) -> bool:
    return bool(filled) and any(names is None or not names.isdisjoint(filled) for names in drawn)


@lru_cache(maxsize=1024)  # one function serves many tables
def names_drawn_from(source: str) -> _Names:
    """Name, in lower case, all that a trigger may draw from by its source: None for anything.

    A sequence is called after its table, so what a name begins with is one too.

    >>> sorted(names_drawn_from("begin new.id := nextval('log_id_seq'); end") or ())
    ['begin', 'end', 'id', 'log', 'log_id', 'log_id_seq', 'new', 'nextval']
    >>> names_drawn_from("begin new.name := 'a'; end"), names_drawn_from("begin execute what; end")
    (frozenset(), None)
    """
    text = source.lower()
    if _DOES_ANYTHING.search(text):
        return None
    if not _DRAWS.search(text):
        return frozenset()
    names = (found[1] or found[2] for found in _NAME.finditer(text))
    return frozenset(begin for name in names for begin in accumulate(name.split("_"), "{}_{}".format))
