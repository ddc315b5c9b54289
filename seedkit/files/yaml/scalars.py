"""The text and the tag of one node → a value that keeps the text. Knows not what the node stands in."""

from __future__ import annotations

import re
from pathlib import Path

from yaml import CollectionStartEvent, Event, ScalarEvent

from seedkit.core.fixture_language.tag_names import LANGUAGE_TAGS
from seedkit.core.fixtures import NULL_WORDS, Quoted, Tagged, Value
from seedkit.core.names import did_you_mean
from seedkit.errors import FixtureError
from seedkit.files.yaml.events import error_at, line_of, origin_of

MERGE_TAG = "tag:yaml.org,2002:merge"

RAW_SQL = "RAW="
"""Begins SQL in a value of go-testfixtures."""

_TEMPLATE = re.compile(r"<%=|\A<%|<%.*%>", re.DOTALL)
_YAML_PREFIX = "tag:yaml.org,2002:"
_TEXT_TAGS = frozenset({"!", "!!str"})
_COLUMN_TAGS = frozenset({"!!int", "!!float", "!!bool", "!!timestamp"})
_COLLECTION_TAGS = {"!!seq": list, "!!map": dict, "!": object}
_KNOWN_TAGS = LANGUAGE_TAGS | _TEXT_TAGS | _COLUMN_TAGS | _COLLECTION_TAGS.keys() | {"!!null", "!!binary"}


def scalar_value(path: Path, event: ScalarEvent) -> Value:
    """Read a scalar: None for a plain null, `Quoted`, a plain text, or `Tagged`."""
    if event.tag is not None:
        return _tagged_scalar(path, event, _written(event.tag))
    text = event.value
    if event.style:
        return Quoted(text)
    if text in NULL_WORDS:
        return None
    return text if is_plain(text) else scalar_text(path, event)


def is_plain(text: str) -> bool:
    """Whether a plain text is surely meant for the database, not for a template's engine or another tool."""
    return "<%" not in text and not text.startswith(RAW_SQL)


def scalar_text(path: Path, event: ScalarEvent) -> str:
    """Give a scalar's text, also that of a null; `Quoted` where it is."""
    if event.style:
        return Quoted(event.value)
    if "<%" in event.value and _TEMPLATE.search(event.value):
        from seedkit.files.yaml.errors import template_error

        raise template_error(origin_of(path, event))
    if event.value.startswith(RAW_SQL):
        raise _sql_of_another_tool(path, event)
    return event.value


def _sql_of_another_tool(path: Path, event: ScalarEvent) -> FixtureError:
    return error_at(
        path,
        event,
        f"{RAW_SQL}… is SQL in the fixtures of another tool",
        hint=f"Write !sql {event.value.removeprefix(RAW_SQL)}, or quote it where it is meant as text.",
    )


def tagged_collection(path: Path, event: CollectionStartEvent, value: Value) -> Value:
    """Put a list's or a mapping's own tag on it."""
    tag = _written(event.tag or "!")
    if tag in LANGUAGE_TAGS:
        return Tagged(tag=tag, value=value, line=line_of(event))
    if isinstance(value, _COLLECTION_TAGS.get(tag, ())):
        return value
    raise _misfit(path, event, tag, kind(value))


def is_null(event: Event) -> bool:
    """Tell whether an event is a plain null."""
    return isinstance(event, ScalarEvent) and event.tag is None and not event.style and event.value in NULL_WORDS


def kind(value: Value) -> str:
    """Name a value's kind for a message.

    >>> kind(["a"]), kind(Quoted("a")), kind(Tagged(tag="!ref", value="ada", line=1))
    ('a list', 'text', '!ref')
    """
    if value is None:
        return "nothing"
    if isinstance(value, Tagged):
        return value.tag
    return {list: "a list", dict: "a mapping"}.get(type(value), "text")


def _tagged_scalar(path: Path, event: ScalarEvent, tag: str) -> Value:
    if tag == "!!null":
        return None
    if tag in _TEXT_TAGS:
        return Quoted(event.value)
    if tag in _COLUMN_TAGS:
        return event.value
    if tag in LANGUAGE_TAGS or tag == "!!binary":
        empty = not event.value and not event.style
        return Tagged(tag=tag, value=None if empty else scalar_text(path, event), line=line_of(event))
    raise _misfit(path, event, tag, "a scalar")


def _misfit(path: Path, event: Event, tag: str, misfit: str) -> FixtureError:
    if tag in _KNOWN_TAGS:
        return error_at(path, event, f'the tag "{tag}" does not fit {misfit}')
    known = f"Its tags are {', '.join(sorted(LANGUAGE_TAGS))}."
    return error_at(path, event, f'seedkit does not know the tag "{tag}"', hint=did_you_mean(tag, _KNOWN_TAGS) or known)


def _written(tag: str) -> str:
    return "!!" + tag.removeprefix(_YAML_PREFIX) if tag.startswith(_YAML_PREFIX) else tag
