"""Rows of a Django fixture among ours: known by their keys, and refused by the name of what makes ours of them."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path

from seedkit.core.fixtures import Value
from seedkit.errors import FixtureError, Origin

_NEEDED, _ALL = frozenset({"model", "fields"}), frozenset({"model", "pk", "fields"})


def is_djangos(values: Mapping[str, Value]) -> bool:
    """Whether a row has what an object of a Django fixture has, and nothing else.

    >>> is_djangos({"model": "blog.post", "pk": "1", "fields": {}}), is_djangos({"model": "Golf", "fields": "12"})
    (True, False)
    """
    model, fields = values.get("model"), values.get("fields")
    return values.keys() >= _NEEDED and values.keys() <= _ALL and isinstance(model, str) and isinstance(fields, dict)


def refusal(origin: Origin) -> FixtureError:
    """Say that a file is Django's."""
    return FixtureError(
        "this is a fixture of Django", origin=origin, hint=f"Make ours of it: {import_command(origin.path)}"
    )


def import_command(path: Path) -> str:
    """Give the command that imports a file.

    >>> import_command(Path("fixtures/blog.json"))
    'seedkit import django fixtures/blog.json'
    """
    return f"seedkit import django {shlex.quote(str(path))}"
