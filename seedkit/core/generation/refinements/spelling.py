"""A value of the fixture language, written on one line as YAML reads it back."""

from __future__ import annotations

import json
import re

from seedkit.core.fixtures import NULL_WORDS, Quoted, Tagged, Value

_PLAIN = re.compile(r"[\w.+-](?:[\w .%+/:-]*[\w.%+/-])?\Z")


def spelled(value: Value) -> str:
    """Write a value.

    >>> spelled(Tagged(tag="!choice", value={"a": ["1"], "b c": "20%"}, line=1))
    '!choice {a: [1], b c: 20%}'
    >>> spelled(Quoted("null")), spelled(None), spelled("a, b"), spelled(Tagged(tag="!default", value=None, line=1))
    ('"null"', '~', '"a, b"', '!default')
    """
    if isinstance(value, Tagged):
        return value.tag if value.value is None else f"{value.tag} {spelled(value.value)}"
    if isinstance(value, list):
        return f"[{', '.join(_inner(item) for item in value)}]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(name)}: {_inner(item)}" for name, item in value.items()) + "}"
    return "~" if value is None else _text(value)


def _inner(value: Value) -> str:
    """Write a value that something may follow on the line: a tag without a value needs a blank behind it."""
    text = spelled(value)
    return f"{text} " if isinstance(value, Tagged) and value.value is None else text


def _text(text: str) -> str:
    plain = not isinstance(text, Quoted) and _is_word(text) and text not in NULL_WORDS
    return str(text) if plain else json.dumps(str(text), ensure_ascii=False)


def _is_word(text: str) -> bool:
    return bool(_PLAIN.match(text)) and ": " not in text and " #" not in text and not text.startswith(("- ", "-\t"))
