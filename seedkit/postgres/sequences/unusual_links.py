"""Links of unusual defaults: expressions, defaults of domains, and names that are looked up at every insert."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from seedkit.core.names import SequenceName, TableName
from seedkit.core.sequences.feeding import UnresolvedDefault
from seedkit.core.sequences.late_names import LateName, why_unknown
from seedkit.postgres.sequences.late_names import read_late_names
from seedkit.postgres.session import Session

if TYPE_CHECKING:
    from seedkit.core.sequences.default_expressions import Draw


class UnusualDefault(Struct, frozen=True, kw_only=True):
    """A row of the query `unusual_defaults`."""

    table_oid: int
    table_schema: str
    table_name: str
    column_number: int
    column_name: str
    tree: str
    owned_schema: str | None
    owned_name: str | None
    covered: bool
    kept: bool

    @property
    def draws(self) -> frozenset[Draw]:
        """Its calls of `nextval`; what can't be read counts as one."""
        from seedkit.core.sequences.default_expressions import Draw, drawn_by

        try:
            return drawn_by(self.tree)
        except ValueError as error:
            return frozenset({Draw(None, problem=str(error))})


class UnusualLink(Struct, frozen=True, kw_only=True):
    """One draw of an unusual default; without a sequence where it can't be known.

    `late_name` is the text that is looked up at every insert, where that decides; `candidates` what it may find.
    """

    default: UnusualDefault
    draw: Draw
    sequence: int | None
    late_name: str | None = None
    candidates: tuple[SequenceName, ...] = ()

    @property
    def row(self) -> tuple[int | None, int, int, bool, bool, bool]:
        """What the catalog query wants to know of it."""
        return self.sequence, self.default.table_oid, self.default.column_number, self.draw.computed, True, True


def unusual_links(connection: Session, defaults: Sequence[UnusualDefault], *, here: bool) -> list[UnusualLink]:
    """Find the sequences that unusual defaults name; `here` is as in `read_feeding`."""
    names = {draw.sequence for default in defaults for draw in default.draws if isinstance(draw.sequence, str)}
    found = read_late_names(connection, sorted(names))
    return [
        _late_link(default, draw, found.get(draw.sequence, LateName()), here=here)
        if isinstance(draw.sequence, str)
        else UnusualLink(default=default, draw=draw, sequence=draw.sequence)
        for default in defaults
        for draw in default.draws
    ]


def _late_link(default: UnusualDefault, draw: Draw, found: LateName, *, here: bool) -> UnusualLink:
    meant = found.here if here else found.in_schema(default.table_schema)
    return UnusualLink(
        default=default,
        draw=draw,
        sequence=meant.oid if meant else None,
        late_name=None if meant and meant.qualified else str(draw.sequence),
        candidates=found.sequences,
    )


def unresolved_defaults(links: Iterable[UnusualLink], tables: list[int] | None) -> Iterator[UnresolvedDefault]:
    """Report the links, of some tables (OIDs) or all, of which no sequence is known."""
    for link in links:
        default = link.default
        asked = tables is None or default.table_oid in tables
        if link.sequence is None and asked and not default.covered and not default.kept:
            yield UnresolvedDefault(
                table_oid=default.table_oid,
                table=TableName(default.table_schema, default.table_name),
                column=default.column_name,
                reason=_why_unresolved(link),
                owned=_owned_name(default),
                late_name=link.late_name,
                candidates=link.candidates,
            )


def _why_unresolved(link: UnusualLink) -> str:
    if link.late_name is not None:
        return why_unknown(link.late_name, link.candidates)
    if link.draw.problem is not None:
        return f"its default {link.draw.problem}"
    return "its default makes up the name of its sequence at every insert"


def _owned_name(default: UnusualDefault) -> SequenceName | None:
    if default.owned_schema is None or default.owned_name is None:
        return None
    return SequenceName(default.owned_schema, default.owned_name)
