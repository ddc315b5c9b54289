"""Django's fixture files: JSON, JSON Lines and YAML, packed or not, as a stream of objects with their lines.

YAML is given the types that PyYAML's safe loader gives it, as Django does: `NO` is false, `00501` is 321.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

import yaml
from yaml import ScalarNode, SequenceStartEvent

from seedkit.core.fixtures import Quoted, Tagged, Value
from seedkit.core.importing.django_objects import SHAPE
from seedkit.core.values.json_reading import Foreign, Number
from seedkit.errors import FixtureError, Origin, UsageError, blamed_on
from seedkit.files.json_objects import listed_objects, objects_by_line
from seedkit.files.packed_files import PACKINGS, open_packed
from seedkit.files.paths import files_below, shown_path
from seedkit.files.yaml.events import error_at, line_of
from seedkit.files.yaml.nodes import Nodes, open_documents

SUFFIXES = frozenset({".json", ".jsonl", ".yaml", ".yml"})


class ForeignObject(NamedTuple):
    """One object of a file."""

    origin: Origin
    values: dict[str, Foreign]


def django_files(paths: Iterable[Path]) -> list[Path]:
    """List the files that are meant, those below a folder too; raises UsageError for what can be none."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            suffixes = frozenset({*SUFFIXES, *(f"{kind}{packed}" for kind in SUFFIXES for packed in PACKINGS)})
            found += files_below(path, suffixes)
        elif path.exists():
            _reader(path)
            found.append(path)
        else:
            raise UsageError(f"there is no file {shown_path(path)}")
    if not found:
        raise UsageError("there are no fixtures of Django", hint="Name its .json, .jsonl or .yaml files, or a folder.")
    return list(dict.fromkeys(found))


def django_objects(path: Path) -> Iterator[ForeignObject]:
    """Read a file's objects one by one, anew at each call; raises FixtureError."""
    shown = shown_path(path)
    for line, values in _reader(path)(path):
        origin = Origin(path=shown, line=line)
        if not isinstance(values, dict):
            raise FixtureError(SHAPE, origin=origin)
        yield ForeignObject(origin, values)


def _reader(path: Path) -> Callable[[Path], Iterator[tuple[int, Foreign]]]:
    name = path.name.lower()
    kind = Path(name).suffix
    packed = kind in PACKINGS
    kind = Path(name).with_suffix("").suffix if packed else kind
    if kind == ".json":
        return _json
    if kind == ".jsonl":
        return _json_lines
    if kind in (".yaml", ".yml") and not packed:
        return _yaml
    hint = "Unpack it first." if packed else "Write it as JSON first: python manage.py dumpdata --format json."
    raise UsageError(f"{shown_path(path)} is no Django fixture that seedkit reads: .json, .jsonl, .yaml", hint=hint)


def _json(path: Path) -> Iterator[tuple[int, Foreign]]:
    with _opened(path) as file:
        yield from listed_objects(path, file)


def _json_lines(path: Path) -> Iterator[tuple[int, Foreign]]:
    with _opened(path) as file:
        yield from objects_by_line(path, file)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        with open_packed(path) as file:
            yield file
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise FixtureError(f"cannot read the file: {reason}", origin=Origin(path=shown_path(path))) from error


def _yaml(path: Path) -> Iterator[tuple[int, Foreign]]:
    with open_documents(path) as documents:
        for nodes, root in documents:
            if not isinstance(root, SequenceStartEvent):
                raise error_at(path, root, "a Django fixture is a list of objects")
            yield from _entries(nodes)


def _entries(nodes: Nodes) -> Iterator[tuple[int, Foreign]]:
    shown = shown_path(nodes.path)
    for event in nodes.items():
        value = nodes.value(event)
        with blamed_on(Origin(path=shown, line=line_of(event))):
            typed = _typed(value)
        yield line_of(event), typed


def _typed(value: Value) -> Foreign:
    if isinstance(value, list):
        return [_typed(item) for item in value]
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items()}
    if isinstance(value, Tagged):
        if value.tag == "!!binary":
            return "".join(str(value.value or "").split())
        raise FixtureError(f'Django knows no tag "{value.tag}"')
    if value is None or isinstance(value, Quoted):
        return None if value is None else str(value)
    return _scalar(value)


def _scalar(text: str) -> Foreign:
    """Read a plain scalar as YAML 1.1."""
    tag = _RESOLVER.resolve(ScalarNode, text, (True, False))
    if tag == _TEXT or re.fullmatch(r"0|-?[1-9][0-9]*(?:\.[0-9]+)?|-?0\.[0-9]+", text):
        return text if tag == _TEXT else Number(text)
    try:
        value = yaml.constructor.SafeConstructor().construct_object(ScalarNode(tag, text))
    except (ValueError, yaml.YAMLError):
        return text
    if isinstance(value, date):
        return str(value)
    return value if isinstance(value, bool) or not isinstance(value, (int, float)) else Number(value)


_TEXT = "tag:yaml.org,2002:str"
_RESOLVER: Any = yaml.resolver.Resolver()
