"""A JSON file as the events that YAML's parser would give of it: so its shapes are those of YAML. Builds no values.

YAML's own parser reads most of JSON, but not all: tabs, long keys, and line breaks of Unicode inside texts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from yaml import (
    DocumentEndEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    Mark,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from seedkit.core.values.json_documents import JSON_TAG
from seedkit.core.values.json_reading import Number, decoded_without_words
from seedkit.files.json_text import JsonText

_TAGGED = re.compile(rf'\{{\s*"{JSON_TAG}"\s*:')
_CLOSING = {"{": "}", "[": "]"}


def json_events(path: Path, file: BinaryIO) -> Iterator[Event]:
    """Read a file, which is at its start; raises FixtureError where it is no JSON."""
    text = JsonText(path, file, decode=decoded_without_words)
    yield StreamStartEvent(_mark(text))
    if text.next_sign():
        yield DocumentStartEvent(_mark(text), explicit=False)
        yield from _value(text)
        if text.next_sign():
            raise text.error("something stands behind the end of the JSON")
        yield DocumentEndEvent(_mark(text), explicit=False)
    yield StreamEndEvent(_mark(text))


def _value(text: JsonText) -> Iterator[Event]:
    """Read a value; what it holds is counted in a list, as it may be nested without a bound."""
    open_: list[str] = []
    opened = False
    while True:
        sign = text.next_sign()
        if not (opened and sign == open_[-1]):
            if open_ and open_[-1] == "}":
                yield _key(text, sign)
                sign = text.next_sign()
            if sign == "{" and text.begins(_TAGGED):
                yield _tagged(text)
            elif opened := sign in _CLOSING and sign != "":
                yield _start(text, sign)
                open_.append(_CLOSING[sign])
                continue
            else:
                yield _scalar(text)
        opened = False
        yield from _ends(text, open_)
        if not open_:
            return


def _ends(text: JsonText, open_: list[str]) -> Iterator[Event]:
    """Pass over what ends behind a value, and over the comma behind that."""
    while open_:
        sign = text.next_sign()
        if sign not in (",", open_[-1]) or not sign:
            raise text.error(f'"," or "{open_[-1]}" is missing')
        text.skip_sign()
        if sign == ",":
            return
        yield (MappingEndEvent if open_.pop() == "}" else SequenceEndEvent)(_mark(text), _mark(text))


def _start(text: JsonText, sign: str) -> Event:
    event = MappingStartEvent if sign == "{" else SequenceStartEvent
    started: Event = event(None, None, implicit=True, start_mark=_mark(text), flow_style=True)
    text.skip_sign()
    return started


def _key(text: JsonText, sign: str) -> Event:
    if sign != '"':
        raise text.error("the file is no JSON: a key in double quotes is missing")
    key = _scalar(text)
    if text.next_sign() != ":":
        raise text.error('the file is no JSON: ":" is missing behind a key')
    text.skip_sign()
    return key


def _scalar(text: JsonText) -> Event:
    mark = _mark(text)
    value = text.value()
    if isinstance(value, str) and not isinstance(value, Number):
        return ScalarEvent(None, None, (False, True), value, mark, mark, style='"')
    plain = "null" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    return ScalarEvent(None, None, (True, False), plain, mark, mark)


def _tagged(text: JsonText) -> Event:
    """Read the object that stands for a value with the tag of a document's own text."""
    mark = _mark(text)
    value = text.value()
    written = value.get(JSON_TAG) if isinstance(value, dict) and len(value) == 1 else None
    if not isinstance(written, str) or isinstance(written, Number):
        raise text.error(f'"{JSON_TAG}" stands alone in its object, with the text of a document')
    return ScalarEvent(None, JSON_TAG, (False, False), written, mark, mark, style='"')


def _mark(text: JsonText) -> Mark:
    return Mark("", 0, text.line - 1, 0, None, 0)
