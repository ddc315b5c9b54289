"""`$LABEL` in the values of a labelled row: its label (Rails)."""

from __future__ import annotations

from collections.abc import Mapping

from seedkit.core.fixtures import Quoted, Tagged, Value


def with_label(values: Mapping[str, Value], label: str) -> dict[str, Value]:
    """Put a row's label into its values; quoted text is left as it is.

    >>> with_label({"email": "$LABEL@example.com", "note": Quoted("$LABEL")}, "ada")
    {'email': 'ada@example.com', 'note': '$LABEL'}
    """
    return {column: _labelled(value, label) for column, value in values.items()}


def _labelled(value: Value, label: str) -> Value:
    if isinstance(value, str):
        return value if isinstance(value, Quoted) else value.replace("$LABEL", label)
    if isinstance(value, list):
        return [_labelled(item, label) for item in value]
    if isinstance(value, dict):
        return with_label(value, label)
    if isinstance(value, Tagged):
        return Tagged(tag=value.tag, value=_labelled(value.value, label), line=value.line)
    return value
