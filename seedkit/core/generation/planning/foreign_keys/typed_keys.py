"""Pairs of columns of which one names a table and the other has a key of it: `commentable_type`, `commentable_id`.

Rails and Laravel write the class of a row there, Django a row of `django_content_type`. Which tables are meant say, in
this order: people, the values that are listed, the rows that are there, a comment, and at last the names of the tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

from msgspec import Struct

from seedkit.core.catalog import Column, Table
from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.meanings import singular, words_of
from seedkit.core.generation.planning.facts import facts_of
from seedkit.core.generation.planning.foreign_keys.soft_keys import Named, named_by
from seedkit.core.generation.planning.listing import listed_values
from seedkit.core.generation.planning.types.kinds import TEXTS
from seedkit.core.generation.planning.types.numbers import WHOLE
from seedkit.core.generation.requests.bookkeeping import keeps_books
from seedkit.core.generation.schema import TableRules
from seedkit.core.values.copy_text import field_value

Texts = Mapping[str, str]
"""What may stand in the column of the type, and what each of them calls a table."""

_CONTENT_TYPE = ("content", "type", "id")
_OBJECT = ("object", "id")
_ABLE = re.compile(r"\w{3,}[ai]ble")
_ROLES = frozenset(
    (
        *("actor", "author", "context", "creator", "entity", "holder", "item", "object", "owner", "parent", "record"),
        *("recipient", "reference", "resource", "sender", "source", "subject", "target"),
    )
)
"""What the rows of several tables can be to another, where no table is called so."""
_MOST = 3
"""So many tables are meant where nothing but their names is known."""
_CLASS = re.compile(r"\b[A-Z]\w*(?:(?:::|\\|\.)[A-Z]\w*)*")
_OWNERS = frozenset(("owner", "author", "actor", "creator", "holder", "recipient", "sender"))
_PEOPLE = frozenset(
    (
        *("account", "admin", "client", "company", "customer", "employee", "group", "member", "organisation"),
        *("organization", "person", "team", "tenant", "user"),
    )
)
"""What rows are called that can own something, write it or get it."""
_TITLES = frozenset(("name", "title", "subject", "label", "email", "username"))
"""What columns are called of rows that people know, which others are about."""


class Pair(Struct, frozen=True):
    """The column that names a table, and the one with a key of it; what they are to the row, as `commentable` says."""

    type: str
    id: str
    role: str

    @property
    def is_told_by_its_name(self) -> bool:
        """Whether such a name stands for rows of any tables."""
        return bool(_ABLE.fullmatch(self.role)) or self.role in _ROLES


def pairs_of(table: Table) -> Iterator[Pair]:
    """List the pairs of a table, by the names of its columns."""
    named = {tuple(words_of(column.name)): column for column in table.columns}
    for words, column in named.items():
        if words[-2:] == _OBJECT and (other := named.get((*words[:-2], *_CONTENT_TYPE))) is not None:
            yield Pair(other.name, column.name, "object")
        elif len(words) > 1 and words[-1] == "id" and (other := named.get((*words[:-1], "type"))) is not None:
            yield Pair(other.name, column.name, words[-2])


@dataclass(slots=True)
class TypedKeys:
    """Finds what pairs refer to, without a circle; `needed` are the tables that each needs, by OID.

    `said` gives what people say of a table's column of the type, `there` what rows that are there have in it; both are
    empty where they say nothing.
    """

    tables: Mapping[int, Table]
    needed: dict[int, set[int]]
    said: Callable[[TableRules, str], Texts]
    there: Callable[[TableRules, str], Texts]
    _named: Named = field(init=False)
    _referred: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        self._named = named_by(self.tables.values())
        keys = (key for table in self.tables.values() for key in table.foreign_keys if key.references != table.oid)
        self._referred = frozenset(key.references for key in keys if not key.soft)

    def of(self, rules: TableRules, taken: Iterable[str]) -> Iterator[ForeignKey]:
        """Give a key for each table that a pair may refer to; columns that are `taken` are in no pair."""
        bound = {*taken, *(name for key in rules.table.foreign_keys for name in key.columns)}
        for pair in pairs_of(rules.table):
            column = rules.table.column(pair.id)
            if pair.id in bound or column.generated or rules.table.column(pair.type).generated:
                continue
            for text, parent in self._parents(rules, pair).items():
                key = parent.column(parent.key_column or "")
                if _may_hold(column, key) and self._add(rules.table.oid, parent.oid):
                    yield ForeignKey(
                        name=f"{pair.id} where {pair.type} is {text}",
                        columns=(pair.id,),
                        references=parent.oid,
                        referenced_columns=(key.name,),
                        soft=True,
                        when=(pair.type, text),
                    )

    def _add(self, table: int, parent: int) -> bool:
        """Have a table need a parent, where the parent does not need it."""
        if table == parent or self._needs(parent, table):
            return False
        self.needed.setdefault(table, set()).add(parent)
        return True

    def _needs(self, table: int, other: int) -> bool:
        waiting, seen = [table], {table}
        while waiting:
            for found in self.needed.get(waiting.pop(), set()) - seen:
                if found == other:
                    return True
                seen.add(found)
                waiting.append(found)
        return False

    def _parents(self, rules: TableRules, pair: Pair) -> dict[str, Table]:
        """Give the tables that a pair means, by what stands in the column of the type."""
        texts = listed_values(facts_of(rules, rules.table.column(pair.type))) or ()
        listed = {value: value for value in map(field_value, texts) if value is not None}
        said = self.said(rules, pair.type) or listed or self.there(rules, pair.type)
        schema = rules.table.name.schema
        if said:
            found = {text: self._named(schema, words_of(name)) for text, name in said.items()}
            return {text: table for text, table in found.items() if table is not None}
        return self._commented(rules, pair) or self._guessed(rules.table, pair)

    def _commented(self, rules: TableRules, pair: Pair) -> dict[str, Table]:
        """Find classes of tables in the comment of one of the columns, such as `Post or Comment`."""
        comments = " ".join(rules.comments.get(name, "") for name in (pair.type, pair.id))
        named = {token: self._named(rules.table.name.schema, words_of(token)) for token in _CLASS.findall(comments)}
        return {token: table for token, table in named.items() if table is not None and _is_singular(token)}

    def _guessed(self, table: Table, pair: Pair) -> dict[str, Table]:
        """Take some tables of the schema for what such a pair refers to: by their names, those first that others need.

        So a table that is added to the schema takes nobody's place, as long as no other one refers to it.
        """
        if not pair.is_told_by_its_name or table.column(pair.type).base_type not in TEXTS:
            return {}
        own = table.column(pair.id)
        fitting = [
            other
            for other in self.tables.values()
            if other.name.schema == table.name.schema
            and not keeps_books(other.name.name, [column.name for column in other.columns])
            and other.oid != table.oid
            and not other.partition_of
            and other.key_column is not None
            and not any(other.key_column in key.columns for key in other.foreign_keys)
            and _may_hold(own, other.column(other.key_column))
        ]
        fitting = _likelier(fitting, pair)
        place = f"{table.name}.{pair.type}"
        fitting.sort(key=lambda other: (other.oid not in self._referred, _drawn(place, str(other.name))))
        return {class_of(other): other for other in fitting[:_MOST]}


def _likelier(tables: list[Table], pair: Pair) -> list[Table]:
    """Leave those of people for an owner, and those whose rows have a name or a title, where there are some."""
    if pair.role in _OWNERS:
        return [table for table in tables if singular(words_of(table.name.name)[-1:]) in _PEOPLE] or tables
    return [table for table in tables if any(_is_title(column) for column in table.columns)] or tables


def _is_title(column: Column) -> bool:
    return bool(_TITLES & set(words_of(column.name)[-1:]))


def _is_singular(token: str) -> bool:
    last = words_of(token)[-1:]
    return singular(last) in last


def class_of(table: Table) -> str:
    """Write what Rails calls the class of a table's rows.

    >>> from seedkit.core.names import TableName
    >>> empty = {"kind": "r", "columns": (), "keys": (), "foreign_keys": (), "row_security": False}
    >>> class_of(Table(oid=1, name=TableName("public", "blog_posts"), **empty))
    'BlogPost'
    """
    *before, last = words_of(table.name.name)
    return "".join(word.capitalize() for word in (*before, singular([last])))


def _may_hold(column: Column, key: Column) -> bool:
    """Whether a column may have the values of a key: of its type, whole numbers, or texts of whatever has one."""
    known = {*WHOLE, "uuid", *TEXTS}
    return (
        column.base_type == key.base_type
        or {column.base_type, key.base_type} <= WHOLE
        or (column.base_type in TEXTS and key.base_type in known)
    )


def _drawn(pair: str, table: str) -> bytes:
    """Draw the place of a table for a pair, so that one more table changes little (rendezvous hashing)."""
    return blake2b(f"{pair} {table}".encode(), digest_size=8).digest()
