"""The tags of the fixture language for programs: `generate("users", 1000, plan=tags.choice({"free": 90, "pro": 10}))`.

A function here gives what the tag of its name says in a file; a text, a number or a list stands for itself, and
`tags.default` leaves a column to the database.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from seedkit.core.fixtures import Tagged, Value
from seedkit.core.values.python_values import fixture_value
from seedkit.errors import UsageError

__all__ = [
    "after",
    "ago",
    "ahead",
    "between",
    "choice",
    "default",
    "faker",
    "format",
    "like",
    "maybe",
]


def like(meaning: str) -> Tagged:
    """Take values of a meaning: "email", "city", "price"."""
    return _tag("!like", meaning)


def between(low: object, high: object) -> Tagged:
    """Draw a number, a date or a time between two, these included."""
    return _tag("!between", [fixture_value(low), fixture_value(high)])


def after(column: str, span: str) -> Tagged:
    """Take what is so long after the row's other column: "1h..5d"."""
    return _tag("!after", [column, span])


def maybe(share: float | str, value: object) -> Tagged:
    """Take a value in a share of the rows, 0.2 or "20%", and NULL in the others."""
    return _tag("!maybe", [str(share), fixture_value(value)])


def choice(options: Sequence[object] | Mapping[str, int] | None = None, *, ref: str | None = None) -> Tagged:
    """Choose one of some values, by weight where they have weights; with `ref` a key of that table."""
    if (options is None) == (ref is None):
        raise UsageError(
            "tags.choice takes a list, weights by name, or ref=TABLE", hint='Write tags.choice(["a", "b"]).'
        )
    return _tag("!choice", {"ref": ref} if ref is not None else fixture_value(options))


def format(template: str) -> Tagged:  # noqa: A001 - as the tag is called
    """Make a text from the row's other columns: "user{id}@example.com"."""
    return _tag("!format", template)


def faker(provider: str, **arguments: object) -> Tagged:
    """Take a value of Faker's: tags.faker("pyint", max_value=9)."""
    if not arguments:
        return _tag("!faker", provider)
    return _tag("!faker", {"provider": provider, **{name: fixture_value(value) for name, value in arguments.items()}})


def ago(span: str) -> Tagged:
    """Count back from the run's day: "3d"."""
    return _tag("!ago", span)


def ahead(span: str) -> Tagged:
    """Count ahead from the run's day: "2h"."""
    return _tag("!ahead", span)


default = Tagged(tag="!default", value=None, line=0)
"""Leaves a column to the database."""


def _tag(tag: str, value: Value) -> Tagged:
    return Tagged(tag=tag, value=value, line=0)
