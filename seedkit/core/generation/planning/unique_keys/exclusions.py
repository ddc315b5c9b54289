"""Exclusion constraints: those of equal values are keys, those of ranges that overlap have a slot for each row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from seedkit.core.generation.expressions.parser import parsed
from seedkit.core.generation.expressions.tree import Call, Column, Expression
from seedkit.core.generation.expressions.type_names import without_modifier
from seedkit.core.generation.keys.slots import KINDS, SLOTS, Slots
from seedkit.core.generation.planning.capacity import Capacity
from seedkit.core.generation.planning.chosen import Chosen, Run, Rung
from seedkit.core.generation.planning.situation import Situation
from seedkit.core.generation.planning.unique_keys.subjects import subjects_of
from seedkit.core.generation.schema import Exclusion, TableRules, UniqueRule
from seedkit.late_dataclasses import dataclass

_ELEMENT = re.compile(r"(?P<key>.*?)(?: [\w.\"]+_ops)? WITH (?:OPERATOR\([\w\".]*?)?(?P<operator>[^\s\w\".()]+)\)?")
_RANGES = frozenset(("daterange", "tsrange", "tstzrange", "int4range", "int8range", "numrange"))


@dataclass(frozen=True, slots=True)
class Element:
    """An expression of an exclusion, and the operator that no two rows may satisfy."""

    key: Expression
    operator: str


def elements_of(exclusion: Exclusion) -> list[Element] | None:
    """Read what an exclusion compares; None for what is not understood.

    >>> [found] = elements_of(Exclusion("x", "EXCLUDE USING gist (tsrange(a, b) WITH &&) WHERE (c)"))
    >>> found.operator, found.key
    ('&&', Call(function='tsrange', arguments=(Column(name='a'), Column(name='b'))))
    """
    _, _, rest = exclusion.definition.partition("(")
    found = [_ELEMENT.fullmatch(part.strip()) for part in _parts(rest)]
    return [Element(parsed(part["key"]), part["operator"]) for part in found if part] if all(found) else None


def _parts(text: str) -> Iterator[str]:
    """Give what stands between commas, up to the parenthesis that closes."""
    depth, part = 0, ""
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth < 0:
            break
        if letter == "," and depth == 0:
            yield part
            part = ""
        else:
            part += letter
    yield part


def excluded_keys(rules: TableRules) -> Iterator[UniqueRule]:
    """Give the exclusions that are keys by another name: no two rows may be equal in all they compare."""
    for exclusion in rules.exclusions:
        elements = elements_of(exclusion)
        if elements and all(element.operator == "=" for element in elements):
            yield UniqueRule(exclusion.name, tuple(element.key for element in elements))


def slot_columns(rules: TableRules, run: Run) -> dict[str, Chosen]:
    """Choose a slot for each row where ranges must not overlap, or a key has a range in it."""
    found: dict[str, Chosen] = {}
    for exclusion in rules.exclusions:
        for element in elements_of(exclusion) or ():
            if element.operator == "&&":
                found |= _slots(element.key, rules, run)
    for rule in rules.uniques:
        for subject in subjects_of(rule):
            if subject is not None and _kind(rules, subject.column) in _RANGES:
                found |= _slots(Column(subject.column), rules, run)
    return found


def _slots(key: Expression, rules: TableRules, run: Run) -> dict[str, Chosen]:
    match key:
        case Column(name):
            return _chosen({name: None}, rules, run)
        case Call(function, (Column(first), Column(last), *_)) if function in _RANGES:
            return _chosen({first: 0, last: 1}, rules, run)
        case _:
            return {}


def _chosen(parts: Mapping[str, int | None], rules: TableRules, run: Run) -> dict[str, Chosen]:
    kinds = {name: _kind(rules, name) for name in parts}
    if not all(kind in KINDS and (kind in _RANGES) == (parts[name] is None) for name, kind in kinds.items()):
        return {}
    return {
        name: Chosen(column=name, generator=Slots(kind, run.today, parts[name]), spelling="!like slot", rung=Rung.KEY)
        for name, kind in kinds.items()
    }


def _kind(rules: TableRules, name: str) -> str:
    column = next((column for column in rules.sent_columns if column.name == name), None)
    return "" if column is None else without_modifier(column.base_type)


def slots_left(slots: Iterable[str], situation: Situation) -> Capacity:
    """Say how many rows the columns that have slots leave."""
    name = next(iter(slots), None)
    return Capacity() if name is None else Capacity(situation.there + max(0, SLOTS - situation.first), name)
