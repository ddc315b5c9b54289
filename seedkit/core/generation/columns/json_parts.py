"""Members of JSON documents, and objects that are made of them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from msgspec import Struct

from seedkit.core.generation.columns.blocks import Generator
from seedkit.core.values.copy_text import field_text, field_value

_TRUTHS = {"t": "true", "f": "false"}


class InJson(Struct, frozen=True):
    """Values as JSON: texts in quotes, those that are `bare` as they are; NULL is null."""

    inner: Generator
    bare: bool

    def values(self, rows: range) -> Iterable[str]:
        """Give the JSON of each row's value."""
        return map(self._written, self.inner.values(rows))

    def _written(self, text: str) -> str:
        raw = field_value(text)
        if raw is None:
            return "null"
        return _TRUTHS.get(raw, text) if self.bare else field_text(json.dumps(raw, ensure_ascii=False))


class ObjectOf(Struct, frozen=True):
    """An object that has a value of a generator below each key.

    >>> from seedkit.core.generation.columns.blocks import Constant
    >>> list(ObjectOf(("kind", "size"), (InJson(Constant("a"), False), Constant("1"))).values(range(1)))
    ['{"kind": "a", "size": 1}']
    """

    keys: tuple[str, ...]
    members: tuple[Generator, ...]

    def values(self, rows: range) -> Iterable[str]:
        """Give an object for each row."""
        keys = [field_text(json.dumps(key, ensure_ascii=False)) for key in self.keys]
        for values in zip(*(member.values(rows) for member in self.members), strict=True):
            yield "{" + ", ".join(f"{key}: {value}" for key, value in zip(keys, values, strict=True)) + "}"
