"""The keys of rows that a mapped row refers to by its relationships."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from sqlalchemy import Column
from sqlalchemy.orm import Mapper, RelationshipDirection

from seedkit.errors import UsageError
from seedkit.orm.table_names import inspected

if TYPE_CHECKING:
    from sqlalchemy.orm import RelationshipProperty

_log = logging.getLogger("seedkit")


class Relations:
    """The relationships of a mapped class: those that a column of its own holds, and those that others' rows do."""

    def __init__(self, mapper: Mapper[Any] | None) -> None:
        relationships = [] if mapper is None else [each for each in mapper.relationships if not each.viewonly]
        held = [each for each in relationships if each.direction is RelationshipDirection.MANYTOONE]
        self._held = {each.key: each for each in held}
        self._others = {each.key: each for each in relationships if each.key not in self._held}
        self._warned: set[str] = set()
        self._class = "" if mapper is None else mapper.class_.__name__

    @property
    def names(self) -> frozenset[str]:
        """Their attributes."""
        return frozenset({*self._held, *self._others})

    def keys(self, given: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
        """Give the columns that refer to a row's related ones, with their keys; raises UsageError for one without."""
        for name, relationship in self._held.items():
            related = given.get(name)
            if related is not None:
                for local, remote in relationship.local_remote_pairs or ():
                    yield str(local.name), self._key(related, relationship, remote)

    def warn_of_others(self, given: Mapping[str, Any]) -> None:
        """Say once of rows of other tables that they are not written along."""
        for name in self._others.keys() & given.keys() - self._warned:
            if given[name]:
                self._warned.add(name)
                _log.warning(
                    "warning: %s.%s holds rows of another table, which db.insert leaves out: "
                    "insert them by themselves, or use db.session().add_all(rows)",
                    self._class,
                    name,
                )

    def _key(self, related: object, relationship: RelationshipProperty[Any], remote: Any) -> Any:  # noqa: ANN401
        state = inspected(related)
        if state is None or not getattr(state, "is_instance", False):
            raise UsageError(f"{relationship} is {related!r}, which is no row of a mapped class")
        value = _value(related, state, remote)
        if value is None:
            raise UsageError(
                f"{relationship} is a {type(related).__name__} whose {remote.name} is not known yet",
                hint="Use db.session().add_all(rows), which inserts both in their order, or give it its key.",
            )
        return value


def _value(related: object, state: Any, column: Column[Any]) -> Any:  # noqa: ANN401
    """Read a column of a related row; its key without a question to the database, also where it is expired."""
    if state.identity is not None and column in state.mapper.primary_key:
        return state.identity[state.mapper.primary_key.index(column)]
    return getattr(related, state.mapper.get_property_by_column(column).key)
