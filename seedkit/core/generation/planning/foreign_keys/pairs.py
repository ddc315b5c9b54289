"""Chooses for pairs of columns of which one names a table and the other has a key of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from msgspec import Struct
from msgspec.structs import replace

from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.columns.blocks import Sometimes, without_nulls
from seedkit.core.generation.columns.choices import Choice
from seedkit.core.generation.columns.parents import OfType, Parent
from seedkit.core.generation.keys.digits import OneParent, TypedParents
from seedkit.core.generation.planning.chosen import Chosen, Rung
from seedkit.core.generation.planning.facts import facts_of
from seedkit.core.generation.planning.foreign_keys.references import NULLS, References, nulls_of
from seedkit.core.generation.planning.foreign_keys.typed_keys import pairs_of
from seedkit.core.generation.planning.listing import listed_values
from seedkit.core.generation.planning.refined import OfParent, parent_spelling
from seedkit.core.values.copy_text import field_text


class TypedPair(Struct, frozen=True):
    """A pair, and the keys that it has, by what stands in the column of the type."""

    type: str
    id: str
    keys: tuple[ForeignKey, ...]
    references: References

    @property
    def digit(self) -> TypedParents:
        """What a key of both columns is combined of."""
        return TypedParents((self.type, self.id), tuple(map(self._parents, self.keys)))

    def _parents(self, key: ForeignKey) -> tuple[str, OneParent]:
        parents = self.references.parents(key)
        return _text(key), OneParent((self.id,), self.references.texts(key), parents.count, parents.place)

    def chosen_type(self, attempt: int) -> Chosen:
        """Choose what names a table that has rows: of what is listed, or else what is known of these."""
        rules, run = self.references.rules, self.references.run
        column = rules.table.column(self.type)
        texts = tuple(map(_text, self.keys))
        stream = run.stream(str(rules.table.name), self.type).at(attempt)
        rung = Rung.NAME if listed_values(facts_of(rules, column)) is None else Rung.LISTED
        spelling = f"!choice {json.dumps([_when(key)[1] for key in self.keys], ensure_ascii=False)}"
        chosen = Chosen(column=self.type, generator=Choice(texts, stream), spelling=spelling, rung=rung)
        if column.not_null or rules.table.column(self.id).not_null or facts_of(rules, column).not_null:
            return chosen
        nulls = Sometimes(chosen.generator, NULLS, run.stream(str(rules.table.name), self.type, "null"))
        return replace(chosen, generator=nulls, spelling=f"!maybe [90%, {spelling}]")

    def chosen_id(self, types: Chosen, usual: Chosen, attempt: int) -> Chosen:
        """Choose a key of the table that is named, and where that is not known what is `usual`."""
        keys = tuple((_text(key), self._parent(key, attempt)) for key in self.keys)
        nullable = not self.references.rules.table.column(self.id).not_null
        generator = OfType(types.generator, keys, without_nulls(usual.generator), nullable)
        nulls = nulls_of(self.references, self.keys[0], self.id) if self.id in self.references.situation.refined else 0
        spelling = parent_spelling(OfParent(self.type, nulls))
        rung = Rung.REFINED if self.id in self.references.situation.refined else Rung.TYPED
        if not nulls:
            return Chosen(column=self.id, generator=generator, spelling=spelling, rung=rung)
        some = Sometimes(generator, nulls, self.references.stream(self.keys[0], attempt).apart("null"))
        return Chosen(column=self.id, generator=some, spelling=spelling, rung=rung)

    def _parent(self, key: ForeignKey, attempt: int) -> Parent:
        texts, stream = self.references.texts(key), self.references.stream(key, attempt)
        return Parent(self.references.parents(key).count, texts[self.id], stream)

    def spelled(self, found: Mapping[str, Chosen]) -> Iterator[Chosen]:
        """Give what a key decides of the pair, as it would be written."""
        for name, chosen in ((self.type, self.chosen_type(0)), (self.id, None)):
            spelling = parent_spelling(OfParent(self.type, 0)) if chosen is None else chosen.spelling
            yield replace(found[name], spelling=spelling)


class TypedPairs(Struct, frozen=True, dict=True):
    """The pairs of a table."""

    references: References

    @cached_property
    def known(self) -> list[TypedPair]:
        """The pairs of which tables with rows are known."""
        found: dict[tuple[str, str], list[ForeignKey]] = {}
        for key in self.references.rules.table.foreign_keys:
            if key.when is not None and self.references.parents(key).count:
                found.setdefault((key.when[0], key.columns[0]), []).append(key)
        return [TypedPair(*names, tuple(keys), self.references) for names, keys in found.items()]

    @property
    def together(self) -> Iterator[frozenset[str]]:
        """The columns that change together."""
        return (frozenset((pair.type, pair.id)) for pair in self.known)

    def chosen(self, found: dict[str, Chosen], attempt: int, chosen: Callable[[str], Chosen]) -> dict[str, Chosen]:
        """Give the columns of pairs, as written where a key has decided; `chosen` gives what any other has."""
        made: dict[str, Chosen] = {}
        for pair in self.known:
            if pair.id in found:
                if pair.type in found and found[pair.id].rung is Rung.KEY:
                    made |= {one.column: one for one in pair.spelled(found)}
                continue
            types = found.get(pair.type)
            if types is None:
                said = pair.type in self.references.situation.refined
                types = made[pair.type] = chosen(pair.type) if said else pair.chosen_type(attempt)
            made[pair.id] = pair.chosen_id(types, chosen(pair.id), attempt)
        return made

    def told(self, chosen: Chosen) -> Chosen:
        """Say of a column that refers to rows of several tables, by its name, that nothing says which these are."""
        unknown = chosen.rung in (Rung.NAME, Rung.TYPE) and chosen.column in self._unknown
        return replace(chosen, rung=Rung.UNTYPED) if unknown else chosen

    @cached_property
    def _unknown(self) -> frozenset[str]:
        known = {pair.id for pair in self.known}
        keys = self.references.rules.table.foreign_keys
        bound = {name for key in keys if key.when is None for name in key.columns}
        names = (pair.id for pair in pairs_of(self.references.rules.table) if pair.is_told_by_its_name)
        return frozenset(name for name in names if name not in known | bound)


def _when(key: ForeignKey) -> tuple[str, str]:
    return key.when or ("", "")


def _text(key: ForeignKey) -> str:
    return field_text(_when(key)[1])
