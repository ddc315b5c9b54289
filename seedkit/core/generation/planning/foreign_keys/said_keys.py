"""What people have said of columns of foreign keys, beside that they refer to a parent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.planning.refined import Refined, made_first


def is_said(refined: Mapping[str, Refined], key: ForeignKey) -> bool:
    """Whether people have said of a key what it has.

    Of what they have said of some of its columns the others follow, where that is known before these.
    """
    said = {name for name in key.columns if name in refined and refined[name].parent is None}
    return bool(said) and (len(said) == len(key.columns) or not said <= made_first(refined))


def said_texts(refined: Mapping[str, Refined], key: ForeignKey) -> Mapping[str, Sequence[str]]:
    """Give what columns of a key may have by what people have said, where that is a choice, and others follow."""
    names = frozenset[str]() if is_said(refined, key) else made_first(refined) & set(key.columns)
    return {name: texts for name in names if (texts := refined[name].texts)}


def are_constant(refined: Mapping[str, Refined], names: Iterable[str]) -> bool:
    """Whether people have said of some columns that they have the same value in every row."""
    return all(len(refined[name].texts) == 1 for name in names)
