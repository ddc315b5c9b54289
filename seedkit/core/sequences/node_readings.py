"""A sequence as it was read where each node has its own: the highest id in each node's range, from one scan."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from seedkit.core.sequences.feeding import FedColumn, FeedingSequence
from seedkit.core.sequences.ids import IdRange, extreme_id
from seedkit.core.sequences.nodes import NODE_VALUES, range_of
from seedkit.core.sequences.reading import SequenceReading, Unjudged
from seedkit.core.sequences.repair_options import RepairOptions
from seedkit.core.sequences.state import SequenceState


def node_reading(
    sequence: FeedingSequence, node: int, texts: Sequence[str | None], state: SequenceState, options: RepairOptions
) -> SequenceReading:
    """Judge the sequence of the node that was asked by its own ids; `texts` tell for each place those of all nodes."""
    by_place = [ids_by_node(text) for text in texts]
    ids = [found.get(node) for found in by_place]
    highest = extreme_id(ids, ascending=sequence.ascending)
    nodes = sorted({each for found in by_place for each in found} - {node})
    elsewhere = ((each, max(found[each] for found in by_place if each in found)) for each in nodes)
    return SequenceReading(
        sequence=sequence,
        extreme_id=highest,
        deciding=_deciding(sequence, ids.index(highest)) if highest is not None else None,
        margin=options.margin,
        owned_range=_owned(node, options),
        state=state,
        node=node,
        elsewhere=tuple(elsewhere),
    )


def ids_by_node(text: str | None) -> dict[int, int]:
    """Read what was answered of one place; nothing, of a table without ids.

    >>> ids_by_node('{"0": 41, "2": 562949953421313}'), ids_by_node(None)
    ({0: 41, 2: 562949953421313}, {})
    """
    return {int(node): int(highest) for node, highest in json.loads(text or "{}").items()}


def other_reading(
    here: SequenceReading, node: int, told: Sequence[Any] | None, options: RepairOptions
) -> SequenceReading | None:
    """Judge the sequence of another node by what that one tells of it, and the ids that were read here before.

    None where it has none, and where it is no source of ids there: integers are drawn on the coordinator alone.
    """
    if told is None:
        return None
    last_value, start, increment, minimum, maximum, cache, cycle = told
    if minimum <= NODE_VALUES:
        return None
    return SequenceReading(
        sequence=here.sequence,
        extreme_id=dict(here.elsewhere).get(node),
        margin=options.margin,
        owned_range=_owned(node, options),
        state=SequenceState(
            last_value=start if last_value is None else last_value,
            is_called=last_value is not None,
            start=start,
            increment=increment,
            minimum=minimum,
            maximum=maximum,
            cache=cache,
            cycle=cycle,
        ),
        node=node,
    )


def unread(here: Iterable[SequenceReading], node: int, reason: str, hint: str) -> list[Unjudged]:
    """Say of all sequences why those of a node could not be read."""
    return [
        Unjudged(sequence=reading.sequence, reason=reason, hint=hint, removable=True, node=node) for reading in here
    ]


def _deciding(sequence: FeedingSequence, place: int) -> FedColumn:
    return sequence.places[place].column


def _owned(node: int, options: RepairOptions) -> IdRange:
    own = range_of(node)
    return own.narrowed(options.id_range) if options.id_range else own
