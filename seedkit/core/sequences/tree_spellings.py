"""Recognises texts that are made of a number in an expression as PostgreSQL stores it: `'INV-' || lpad(…, 6, '0')`."""

from __future__ import annotations

from collections.abc import Sequence

from seedkit.core.sequences.expression_trees import Node, bytes_of, constant_below, number_of, text_of
from seedkit.core.sequences.key_patterns import KeyPattern, formatted, masked, padding

_JOINED = ("654", "2779", "2780")  # text || text, text || anything, anything || text
_LPAD = ("873", "879")
_TO_CHAR = ("1772", "1773", "1774")  # of numeric, integer, bigint
_CONCAT, _FORMAT = "3058", "3539"


def spelled(node: Node) -> tuple[Node, KeyPattern] | None:
    """Give the part of an expression that is spelled as a text, and how; None where anything else is done."""
    arguments = node.nodes("args")
    if node.kind == "OPEXPR" and node.text("opno") in _JOINED:
        return _joined(arguments)
    function = node.text("funcid") if node.kind == "FUNCEXPR" else ""
    if function == _CONCAT:
        return _joined(arguments)
    if function in (*_LPAD, *_TO_CHAR, _FORMAT) and arguments:
        part = arguments[-1] if function == _FORMAT else arguments[0]
        pattern = _pattern(function, arguments)
        return (part, pattern) if pattern else None
    return None


def _joined(arguments: Sequence[Node]) -> tuple[Node, KeyPattern] | None:
    texts = [_constant(argument) for argument in arguments]
    if texts.count(None) != 1:
        return None
    place = texts.index(None)
    prefix, suffix = ("".join(text or "" for text in some) for some in (texts[:place], texts[place + 1 :]))
    return arguments[place], KeyPattern(prefix=prefix, suffix=suffix)


def _pattern(function: str, arguments: Sequence[Node]) -> KeyPattern | None:
    if function == _FORMAT:
        template = _constant(arguments[0])
        return formatted(template.split("%s")) if template is not None and len(arguments) == 2 else None
    if function in _TO_CHAR:
        return masked(_constant(arguments[1]) or "")
    width = constant_below(arguments[1])
    fill = _constant(arguments[2]) if len(arguments) > 2 else " "
    return padding(number_of(bytes_of(width)), fill or "") if width else None


def _constant(node: Node) -> str | None:
    constant = constant_below(node)
    return text_of(constant) if constant else None
