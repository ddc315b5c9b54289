"""Rails' fixture files: which there are, and what stands in each, its Ruby replaced by tags where these can."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from yaml import Event, MappingStartEvent, StreamEndEvent

from seedkit.core.fixtures import OPTIONS_KEY, Row, Value
from seedkit.core.importing.embedded_ruby import RENDERED, ruby_in
from seedkit.core.importing.text_edits import Edit, edited, line_at
from seedkit.errors import FixtureError, Origin, SeedkitError, UsageError
from seedkit.files.bounded_file import LONGEST_VALUE_BYTES
from seedkit.files.importing.rails_edits import Enums, value_edits
from seedkit.files.paths import files_below, shown_path
from seedkit.files.regular_files import open_regular
from seedkit.files.yaml.events import error_at, explained, line_of, text_events
from seedkit.files.yaml.nodes import Nodes
from seedkit.files.yaml.scalars import is_null
from seedkit.files.yaml.templates import DEFAULTS, is_merged_only

MOST_ERRORS = 100
"""Of a file, that are noted."""


class RailsFile(Struct, frozen=True, kw_only=True):
    """A fixture file as it was read; `set_name` is its path below the folder, without its ending.

    `text` is the file's, with its Ruby replaced and the `changes` that its values need; `events` are those of the text.
    `options` are those of its `_fixture`. `only_merged` are labels that are rows in Rails and none here;
    `bare_defaults` says that DEFAULTS has no anchor.
    """

    path: Path
    set_name: str
    text: str
    events: Sequence[Event]
    replaced: int
    changes: tuple[str, ...]
    options: dict[str, Value]
    rows: tuple[Row, ...]
    only_merged: tuple[str, ...]
    bare_defaults: bool


def rails_files(folder: Path) -> list[Path]:
    """List the fixtures below a folder as Rails does: all YAML files but those in `files/`; raises UsageError."""
    if not folder.is_dir():
        raise UsageError(f"there is no folder {shown_path(folder)}", hint="Rails has its fixtures in test/fixtures.")
    found = files_below(folder, frozenset({".yml", ".yaml"}))
    found = [path for path in found if path.relative_to(folder).parts[0] != "files"]
    if not found:
        raise UsageError(f"there are no .yml files in {shown_path(folder)}")
    return found


def read_rails_file(
    folder: Path, path: Path, enums: Mapping[str, Enums], errors: list[SeedkitError]
) -> RailsFile | None:
    """Read a file, and note what is wrong in it; None where it holds no rows, or can't be used.

    `enums` are those of each set of fixtures, by its name.
    """
    set_name = path.relative_to(folder).with_suffix("").as_posix()
    try:
        text = _text_of(path)
        edits = list(_replaced_ruby(path, text, errors))
        read = explained(path, _read)
        return read(path, set_name, edited(text, edits), len(edits), enums.get(set_name.lower(), {}))
    except FixtureError as error:
        if all(error.origin is None or other.origin.path != error.origin.path for other in errors if other.origin):
            errors.append(error)  # where Ruby is left, what follows from that says nothing new
        return None


def _text_of(path: Path) -> str:
    try:
        with open_regular(path) as file:
            content = file.read(LONGEST_VALUE_BYTES + 1)
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise _error(path, 1, f"cannot read the file: {(error.strerror or str(error)).lower()}") from error
    except UnicodeDecodeError as error:
        raise _error(path, 1, "the file is not UTF-8") from error
    if len(content) > LONGEST_VALUE_BYTES:
        raise _error(path, 1, f"the file is longer than {LONGEST_VALUE_BYTES >> 20} MB")
    return text


def _replaced_ruby(path: Path, text: str, errors: list[SeedkitError]) -> Iterator[Edit]:
    most = len(errors) + MOST_ERRORS
    for edit, untold in ruby_in(text):
        if untold is None:
            yield edit
        elif len(errors) < most:
            message = f"only Ruby can say what {untold} gives"
            errors.append(_error(path, line_at(text, edit.start), message, RENDERED))


def _read(path: Path, set_name: str, text: str, replaced: int, enums: Enums) -> RailsFile | None:
    events = _events(text)
    edits = list(value_edits(path, events, enums))
    if edits:
        text = edited(text, edits)
        events = _events(text)
    found = _Reading(path)
    found.read(Nodes(path, iter(events).__next__))
    if not found.rows:
        return None
    return RailsFile(
        path=path,
        set_name=set_name,
        text=text,
        events=events,
        replaced=replaced,
        changes=tuple(edit.what for edit in edits),
        options=found.options,
        rows=tuple(found.rows),
        only_merged=tuple(found.only_merged),
        bare_defaults=found.bare_defaults,
    )


class _Reading:
    """What stands in a file, read as Rails reads it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.rows: list[Row] = []
        self.options: dict[str, Value] = {}
        self.only_merged: list[str] = []
        self.bare_defaults = False

    def read(self, nodes: Nodes) -> None:
        """Read the first document, which is all that Rails reads."""
        nodes.next_event()
        if isinstance(nodes.next_event(), StreamEndEvent) or is_null(root := nodes.next_event()):
            return
        if not isinstance(root, MappingStartEvent) or root.tag is not None:
            raise error_at(self._path, root, "a fixture of Rails is labels with rows")
        for label, key, event in nodes.entries():
            if label == OPTIONS_KEY:
                found = nodes.value(event)
                self.options = found if isinstance(found, dict) else {}
            elif label is None or label == DEFAULTS or self._is_ignored(label):
                self.bare_defaults |= label == DEFAULTS and not is_merged_only(self._path, label, event)
                nodes.keep_anchors(event)
            else:
                self.only_merged += [label] if is_merged_only(self._path, label, event) else []
                values = nodes.row(event)
                self.rows.append(Row(label, line_of(key), values or {}))

    def _is_ignored(self, label: str) -> bool:
        ignored = self.options.get("ignore")
        return label in (ignored if isinstance(ignored, list) else [ignored])


def _events(text: str) -> list[Event]:
    events: list[Event] = []
    with text_events(text) as next_event:
        while not (events and isinstance(events[-1], StreamEndEvent)):
            events.append(next_event())
    return events


def _error(path: Path, line: int, message: str, hint: str | None = None) -> FixtureError:
    return FixtureError(message, origin=Origin(path=shown_path(path), line=line), hint=hint)
