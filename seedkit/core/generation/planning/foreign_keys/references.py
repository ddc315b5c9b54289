"""Foreign keys of a table: which are chosen together, which have no parents, and which lead to the table itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property

from msgspec import Struct, field

from seedkit.core.foreign_keys import ForeignKey, distinct
from seedkit.core.generation.columns.blocks import NULL, Constant, Generator, Sometimes, in_256ths
from seedkit.core.generation.columns.parents import Key, Parent
from seedkit.core.generation.keys.digits import Digit, Grouped, OneParent
from seedkit.core.generation.keys.joints import Joint, JointChoice, JointColumn, Member
from seedkit.core.generation.planning.capacity import Capacity
from seedkit.core.generation.planning.chosen import Chosen, Run, Rung
from seedkit.core.generation.planning.existing import null_share_there
from seedkit.core.generation.planning.foreign_keys.agreeing import agreeing
from seedkit.core.generation.planning.foreign_keys.per_parents import line_columns, per_columns
from seedkit.core.generation.planning.foreign_keys.said_keys import are_constant, is_said, said_texts
from seedkit.core.generation.planning.groups import groups
from seedkit.core.generation.planning.refined import OfParent, made_first, parent_spelling
from seedkit.core.generation.planning.situation import Parents, Situation
from seedkit.core.generation.schema import TableRules
from seedkit.core.generation.streams import Stream

_MOST = 200_000
"""So many combinations of parents are looked at for a key; of more there is none by construction."""

NOBODY = Parents(0, {})

NULLS = in_256ths(0.1)
"""How many of 256 rows have no parent, where they need none."""


class Component(Struct, frozen=True, dict=True):
    """Foreign keys that share columns, mostly one alone: the first is chosen first."""

    keys: tuple[ForeignKey, ...]
    columns: tuple[str, ...]
    references: References

    def digit(self, wanted: frozenset[str]) -> Digit | None:
        """Give what a key that has some of the columns is combined of."""
        key = self.keys[0]
        if key.name in self.references.situation.per or not are_constant(self.references.situation.refined, self.said):
            return None
        if len(self.keys) == 1 and wanted == set(key.columns):
            parents = self.references.parents(key)
            return OneParent(key.columns, self.references.texts(key), parents.count, parents.place)
        found = self.joint.combinations(_MOST)
        if found is None:
            return None
        columns = self.joint.columns
        return Grouped(columns, found, tuple(name for name in columns if name in wanted))

    @property
    def said(self) -> frozenset[str]:
        """The columns of which people have said what they have: parents are those that agree."""
        return made_first(self.references.situation.refined) & set(self.columns)

    def chosen(self, attempt: int, before: Mapping[str, Chosen], held: Collection[str]) -> Iterator[Chosen]:
        """Choose a parent for all columns of the keys together, but for those said or held, as they are `before`."""
        kept = tuple(name for name in self.columns if name in held or name in self.said)
        if len(self.keys) == 1 and not kept:
            yield from self._alone(self.keys[0], attempt)
            return
        streams = tuple(self.references.stream(key, attempt) for key in self.keys)
        had = {name: before[name].generator for name in self.columns if name in before} if kept else {}
        choice = JointChoice(self.joint, streams, had, kept)
        for name in self.columns:
            if name in kept:
                continue
            spelling = self._spelling(name)
            yield Chosen(column=name, generator=JointColumn(choice, name), spelling=spelling, rung=Rung.PARENT)

    def _spelling(self, column: str) -> str:
        key = next(key for key in self.keys if column in key.columns)
        return parent_spelling(OfParent(self.references.parents(key).table, 0))

    def _alone(self, key: ForeignKey, attempt: int) -> Iterator[Chosen]:
        parents, stream = self.references.parents(key), self.references.stream(key, attempt)
        texts = self.references.texts(key)
        if per := self.references.situation.per.get(key.name):
            yield from per_columns(key, texts, per)
            return
        for name in key.columns:
            parent: Generator = Parent(parents.count, texts[name], stream)
            nulls = nulls_of(self.references, key, name)
            spelling = parent_spelling(OfParent(parents.table, nulls))
            parent = Sometimes(parent, nulls, stream.apart("null")) if nulls else parent
            declared = Rung.NAME if key.soft else Rung.PARENT
            rung = declared if nulls == self.references.usual_nulls(key, name) else Rung.REFINED
            yield Chosen(column=name, generator=parent, spelling=spelling, rung=rung)

    @cached_property
    def joint(self) -> Joint:
        """What the keys may choose together."""
        return Joint([self._member(key) for key in self.keys])

    def _member(self, key: ForeignKey) -> Member:
        texts, count = self.references.texts(key), self.references.parents(key).count
        values = zip(*([texts[name](place) for place in range(count)] for name in key.columns), strict=True)
        others = {name for other in self.keys if other is not key for name in other.columns}
        optional = frozenset(
            name for name in key.columns if name not in others | self.said and self.references.is_optional(key, name)
        )
        return Member(key.columns, list(values), optional, NULLS if optional else 0)


class References(Struct, dict=True):
    """What a table's foreign keys refer to."""

    rules: TableRules
    run: Run
    situation: Situation
    lacking: list[ForeignKey] = field(default_factory=list)
    empty: dict[str, Chosen] = field(default_factory=dict)
    _agreeing: dict[str, Parents] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key in self._others():
            if is_said(self.situation.refined, key):
                continue
            if not self.parents(key).count or set(self.situation.counted) & set(key.columns):
                self._leave_empty(key)

    def parents(self, key: ForeignKey) -> Parents:
        """Give the rows that a key may refer to."""
        if key.name not in self._agreeing:
            parents = self.situation.parents.get(key.name) or NOBODY
            self._agreeing[key.name] = agreeing(self.rules, key, parents, said_texts(self.situation.refined, key))
        return self._agreeing[key.name]

    def texts(self, key: ForeignKey) -> dict[str, Key]:
        """Give the parents' values by the columns that refer to them."""
        keys = self.parents(key).keys
        return {name: keys[other] for name, other in zip(key.columns, key.referenced_columns, strict=True)}

    def stream(self, key: ForeignKey, attempt: int) -> Stream:
        """Name the stream that chooses parents."""
        return self.run.stream(str(self.rules.table.name), "parent", key.name).at(attempt)

    def is_optional(self, key: ForeignKey, column: str) -> bool:
        """Whether a column may be NULL so that the key says nothing; under MATCH FULL it is not left to chance."""
        return key.name not in self.rules.match_full and self.rules.table.column(column).may_be_null

    def usual_nulls(self, key: ForeignKey, column: str) -> int:
        """Say how many of 256 rows have no parent in a column where nobody has said: some where it is optional."""
        if not self.is_optional(key, column):
            return 0
        there = null_share_there(self.rules, column)
        return NULLS if there is None else in_256ths(float(there))

    def is_free(self, column: str) -> bool:
        """Whether a column's values are its own: not counted, not computed, not said, and no parent's."""
        keys = self.rules.table.foreign_keys
        refers = any(column in key.columns or (key.when is not None and column == key.when[0]) for key in keys)
        known = (self.situation.counted, self.rules.generated, self.situation.refined, self.lines)
        return not refers and not any(column in names for names in known)

    @cached_property
    def lines(self) -> dict[str, Chosen]:
        """The columns that number the rows of a parent, where it is said how many each gets."""
        return line_columns(self.rules, self.situation)

    def optional_key(self, column: str) -> ForeignKey | None:
        """Give the one foreign key that says nothing where a column is NULL; None where there is none, or more."""
        keys = [key for key in self._others() if column in key.columns]
        return keys[0] if len(keys) == 1 and self.is_optional(keys[0], column) else None

    def leads_home(self, key: ForeignKey) -> bool:
        """Whether a key leads to rows of this very table."""
        return key.leads_to(self.rules.table.lineage)

    @property
    def own(self) -> list[ForeignKey]:
        """The keys that lead to rows of the table itself, the widest first: what it leaves others is theirs."""
        home = (key for key in self.rules.table.foreign_keys if self.leads_home(key))
        return sorted(home, key=lambda key: -len(key.columns))

    def exclusive(self, key: ForeignKey, found: Collection[str]) -> set[str]:
        """Name the columns of a key to the table itself that it alone decides: not those that rows have in common."""
        pairs = zip(key.columns, key.referenced_columns, strict=True)
        return {name for name, other in pairs if name != other and name not in found}

    def _others(self) -> list[ForeignKey]:
        keys = (key for key in self.rules.table.foreign_keys if key.when is None)
        return [key for key in keys if not self.leads_home(key)]

    def _leave_empty(self, key: ForeignKey) -> None:
        """Have NULL where a key has no parents; where NULL may not be the table can have no rows."""
        full = key.name in self.rules.match_full
        table, counted = self.rules.table, self.situation.counted
        settled = {*counted, *made_first(self.situation.refined)}
        nullable = [name for name in key.columns if table.column(name).may_be_null and name not in settled]
        if not nullable or (full and len(nullable) < len(key.columns)):
            self.lacking.append(key)
            return
        taken = {name for other in self._others() if self.parents(other).count for name in other.columns}
        for name in nullable if full else ([name for name in nullable if name not in taken] or nullable)[:1]:
            self.empty[name] = Chosen(column=name, generator=Constant(NULL), spelling="null", rung=Rung.NONE)

    @cached_property
    def components(self) -> list[Component]:
        """The keys that have parents, those that share columns together, in the order in which they are chosen."""
        chosen = [
            key
            for key in self._others()
            if not is_said(self.situation.refined, key)
            and self.parents(key).count
            and not self.empty.keys() & set(key.columns)
        ]
        return [self._component(group) for group in groups(chosen, lambda key: set(key.columns))]

    def _component(self, keys: Sequence[ForeignKey]) -> Component:
        ordered = distinct(sorted(keys, key=self._rank))
        columns = tuple(dict.fromkeys(name for key in ordered for name in key.columns))
        return Component(tuple(ordered), columns, self)

    def _rank(self, key: ForeignKey) -> tuple[bool, int, str]:
        optional = any(self.is_optional(key, name) for name in key.columns)
        return optional, -len(key.columns), key.name


def parents_left(references: References) -> Capacity:
    """Say that there is no room for rows where one of their keys has nothing to refer to."""
    key = next(_without_parents(references), None)
    if key is None:
        return Capacity()
    reason = f"has no row to refer to: {key.name} asks for one of {references.parents(key).table}"
    return Capacity(references.situation.there, key.name, reason)


def _without_parents(references: References) -> Iterator[ForeignKey]:
    """Give the keys that no row can satisfy: they have no parents, or none that agree with those of others."""
    yield from references.lacking
    for component in references.components:
        required = any(references.rules.table.column(name).not_null for name in component.columns)
        if len(component.keys) > 1 and required and not component.joint.roots:
            yield component.keys[0]


def nulls_of(references: References, key: ForeignKey, column: str) -> int:
    """Say how many of 256 rows have no parent in a column: as many as was said, else as usual."""
    said = references.situation.refined.get(column)
    return references.usual_nulls(key, column) if said is None or said.parent is None else said.parent.nulls
