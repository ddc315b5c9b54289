"""Foreign keys that lead to rows of the table itself: to earlier ones, a tree of moderate depth."""

from __future__ import annotations

from collections.abc import Mapping

from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.columns.blocks import NULL, Constant, Generator
from seedkit.core.generation.columns.parents import Earlier, EarlierAgreeing
from seedkit.core.generation.planning.chosen import Chosen, Rung
from seedkit.core.generation.planning.foreign_keys.references import References
from seedkit.core.generation.planning.overwriting import overwritten
from seedkit.core.generation.planning.refined import OfParent, parent_spelling
from seedkit.core.generation.schema import UniqueRule


def own_reference(
    references: References, key: ForeignKey, found: Mapping[str, Chosen], attempt: int
) -> dict[str, Chosen]:
    """Choose earlier rows for the columns of a key that nothing else has decided; `found` are all others."""
    referred = {
        name: other
        for name, other in zip(key.columns, key.referenced_columns, strict=True)
        if name in references.exclusive(key, found)
    }
    return {
        name: Chosen(
            column=name,
            generator=_earlier(references, key, found, name, other, attempt),
            spelling=parent_spelling(OfParent(str(references.rules.table.name), 0)),
            rung=Rung.PARENT,
        )
        for name, other in referred.items()
    }


def _earlier(  # noqa: PLR0917
    references: References, key: ForeignKey, found: Mapping[str, Chosen], name: str, other: str, attempt: int
) -> Generator:
    null = None if references.rules.table.column(name).not_null else NULL
    stream, first = references.stream(key, attempt), references.situation.first
    shared = [
        (found[mine].generator, found[theirs].generator)
        for mine, theirs in zip(key.columns, key.referenced_columns, strict=True)
        if mine in found and theirs in found and mine not in references.exclusive(key, found)
    ]
    next_to = bool(keys_held(references, key))
    if null is not None and other in overwritten(references.rules):
        return Constant(NULL)
    if not shared and not next_to and (how := references.situation.counted.get(other)):
        return Earlier(how.key(first), stream, first, null)
    if other not in found:
        return Constant(NULL)
    mine, theirs = (tuple(side) for side in zip(*shared, strict=True)) if shared else ((), ())
    return EarlierAgreeing(mine, theirs, found[other].generator, stream, first, null, next_to)


def keys_held(references: References, key: ForeignKey) -> list[UniqueRule]:
    """List the unique keys that hold because each row is referred to once: they have columns of the key alone."""
    return [
        rule
        for rule in references.rules.uniques
        if rule.plain_columns and set(rule.plain_columns) <= set(key.columns) and not _refer_to_themselves(rule, key)
    ]


def _refer_to_themselves(rule: UniqueRule, key: ForeignKey) -> bool:
    pairs = zip(key.columns, key.referenced_columns, strict=True)
    return all(name == other for name, other in pairs if name in (rule.plain_columns or ()))
