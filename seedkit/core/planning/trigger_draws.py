"""Finds the steps whose triggers may draw from sequences that the rows of earlier steps are ahead of.

A trigger is not executed to know: what it inserts into, or calls, stands in its source.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.planning.load_plan import LoadPlan, Step, TableStep

_DRAWS = re.compile(r"\b(?:insert\s+into|merge\s+into|nextval)\b")
_DOES_ANYTHING = re.compile(r"\b(?:execute|call|perform(?!\s+(?:pg_|set_config\b)))\b")
"""Notifying somebody, or waiting for a lock, is all that most triggers perform."""


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
    for place, group in enumerate(plan.groups):
        tables = {step.table.oid for step in group if isinstance(step, TableStep)}
        if _any_draws((each for each in sources if each.table in tables and not each.deferred), filled):
            yield place
        filled.update(name for step in group for name in _filled_by(step))
    if _any_draws((each for each in sources if each.deferred), filled):
        yield len(plan.groups)


def _filled_by(step: Step) -> Iterable[str]:
    names = [step.table.name.name] if isinstance(step, TableStep) else step.tables
    return (name.rpartition(".")[2].strip('"').lower() for name in names)


def _any_draws(sources: Iterable[TriggerSource], filled: Collection[str]) -> bool:
    return bool(filled) and any(may_draw(each.source, filled) for each in sources)


def may_draw(source: str, filled: Iterable[str]) -> bool:
    """Whether the source of a trigger may draw from sequences of tables that were filled, named in lower case.

    >>> log = "begin insert into audit.log (what) values (new.name); return new; end"
    >>> may_draw(log, ["users", "log"]), may_draw(log, ["users"]), may_draw("begin execute what; end", ["users"])
    (True, False, True)
    """
    text = source.lower()
    return bool(_DOES_ANYTHING.search(text) or (_DRAWS.search(text) and any(name in text for name in filled)))
