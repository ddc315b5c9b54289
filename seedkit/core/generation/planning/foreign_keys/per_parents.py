"""What a table's columns are where it is said how many rows each row of a parent gets."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence

from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.columns.parents import Key
from seedkit.core.generation.columns.per_parent import Line, OfItsParent, PerParent
from seedkit.core.generation.planning.chosen import Chosen, Rung
from seedkit.core.generation.planning.situation import Situation
from seedkit.core.generation.planning.types.numbers import WHOLE
from seedkit.core.generation.schema import TableRules, UniqueRule


def per_columns(key: ForeignKey, texts: Mapping[str, Key], per: PerParent) -> Iterator[Chosen]:
    """Have the columns of a key refer to each parent as often as it has rows."""
    for name in key.columns:
        generator = OfItsParent(per, texts[name])
        yield Chosen(column=name, generator=generator, spelling="!per", rung=Rung.REFINED)


def line_columns(rules: TableRules, situation: Situation) -> dict[str, Chosen]:
    """Give each row its number among those of its parent, where a key has such a number beside it."""
    return {
        name: Chosen(
            column=name, generator=Line(per, _reached(key, name, situation)), spelling="!per", rung=Rung.REFINED
        )
        for key in rules.table.foreign_keys
        if (per := situation.per.get(key.name)) is not None
        for rule in rules.uniques
        if (name := line_of(rule, key, rules, situation)) is not None
    }


def _reached(key: ForeignKey, column: str, situation: Situation) -> Sequence[int]:
    """Give the highest number that rows which are there have by the place of their parent; none where they count in."""
    parents, per = situation.parents[key.name], situation.per[key.name]
    if not situation.there or not per.first or parents.place is None:
        return ()
    found = array("q", bytes(8 * parents.count))
    for *values, number in situation.taken((*key.columns, column)):
        known = [value for value in values if value is not None]
        place = parents.place(known) if len(known) == len(values) else None
        if place is not None and number is not None:
            found[place] = max(found[place], int(number))
    return found


def line_of(rule: UniqueRule, key: ForeignKey, rules: TableRules, situation: Situation) -> str | None:
    """Name the whole number that a unique key has beside a foreign key; None where it has none, or more."""
    names = set(rule.plain_columns or ())
    rest = sorted(names - set(key.columns))
    if not names >= set(key.columns) or len(rest) != 1 or rule.predicate is not None:
        return None
    (name,) = rest
    refers = any(name in other.columns for other in rules.table.foreign_keys)
    is_free = not refers and name not in situation.counted and name not in situation.refined
    return name if is_free and rules.table.column(name).base_type in WHOLE else None


def rules_of_lines(rules: TableRules, situation: Situation) -> frozenset[str]:
    """Name the unique keys that such numbers hold."""
    return frozenset(
        rule.name
        for key in rules.table.foreign_keys
        if key.name in situation.per
        for rule in rules.uniques
        if line_of(rule, key, rules, situation) is not None
    )
