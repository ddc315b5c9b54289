"""The settings of a project's [tool.seedkit], each of the type that it must have; `config` says what they mean."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from seedkit.core.names import did_you_mean, listed, listed_or
from seedkit.core.reports.gate_rules import IgnoreRule
from seedkit.core.secrets import redact_of
from seedkit.errors import ConfigurationError, Origin

_SETTINGS = (
    "url",
    "fixtures",
    "seeders",
    "env",
    "protected-hosts",
    "embedded",
    "sql",
    "env-allowed",
    "file-folders",
    "range-rows",
    "ids",
    "check",
    "require-migrated",
    "generate",
)

_REFINEMENTS = "generate.yml"
_IGNORE_SETTINGS = ("table", "column", "sequence", "reason")


class ToolSettings:
    """The table of a project's pyproject.toml; raises ConfigurationError for one that is unknown or wrong."""

    def __init__(self, project: Path, table: Mapping[str, Any]) -> None:
        self.project = project
        self._table = table
        for name in table:
            if name not in _SETTINGS:
                raise self._wrong(f"[tool.seedkit] has no setting {name}", did_you_mean(name, _SETTINGS))

    def has(self, name: str) -> bool:
        """Whether a setting is written down."""
        return name in self._table

    def text(self, name: str) -> str | None:
        """Return a text."""
        value = self._table.get(name)
        if value is None or isinstance(value, str):
            return value
        raise self._wrong(f"[tool.seedkit] {name} must be a string")

    def one_of(self, name: str, values: Sequence[str]) -> str | None:
        """Return one of some texts, None where it is not written down."""
        value = self.text(name)
        if value is None or value in values:
            return value
        raise self._wrong(f"[tool.seedkit] {name} must be {listed_or(values)}")

    def texts(self, name: str) -> list[str]:
        """Return a list of texts."""
        return self._texts(self._table, name)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return true or false."""
        value = self._table.get(name, default)
        if isinstance(value, bool):
            return value
        raise self._wrong(f"[tool.seedkit] {name} must be true or false")

    def count(self, name: str, *, default: int) -> int:
        """Return a whole number from 1 up."""
        value = self._table.get(name, default)
        if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
            return value
        raise self._wrong(f"[tool.seedkit] {name} must be a whole number from 1 up")

    def folder(self, name: str) -> Path:
        """Return a folder, by default the project's of that name; one of another name must be there.

        The usual one may be missing where it is written down, too: git keeps no empty folder.
        """
        named = self.text(name)
        folder = self.project / (named or name)
        is_usual = folder == self.project / name
        return self._there(name, folder) if named and not (is_usual and not folder.exists()) else folder

    def folders(self, name: str) -> tuple[Path, ...]:
        """Return some folders, which must be there."""
        return tuple(self._there(name, self.project / folder) for folder in self.texts(name))

    def embedded_schema(self) -> tuple[Path, ...] | None:
        """Return the schema files of the embedded server, None where the project has none."""
        embedded = self._table.get("embedded")
        if embedded is None:
            return None
        if not isinstance(embedded, dict) or set(embedded) - {"schema"}:
            raise self._wrong("[tool.seedkit.embedded] takes schema, a list of SQL files, and nothing else")
        files = tuple(self.project / name for name in self._texts(embedded, "schema", of="tool.seedkit.embedded"))
        for path in files:
            if not is_file(path):
                hint = 'Write it, or name the files that create the tables: schema = ["schema.sql"].'
                raise self._wrong(f"[tool.seedkit.embedded] schema names a file that does not exist: {path}", hint)
        return files

    def refinements(self) -> tuple[Path, int | None]:
        """Return the file that says what is generated, and the generator's version where one is written down."""
        try:
            return _refinements(self.project, self._table.get("generate", {}))
        except ValueError as error:
            hint = f"Its settings are file, which must be there and is {_REFINEMENTS} by default, and version."
            raise self._wrong(f"[tool.seedkit.generate] {error}", hint) from None

    def ignored_sequences(self) -> tuple[IgnoreRule, ...]:
        """Return what `check` ignores, each with its reason."""
        check = self._table.get("check", {})
        entries = check.get("ignore", []) if isinstance(check, dict) and set(check) <= {"ignore"} else None
        if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
            raise self._wrong("[tool.seedkit.check] takes ignore, a list of tables, and nothing else")
        return tuple(self._ignore_rule(number, entry) for number, entry in enumerate(entries, start=1))

    def _ignore_rule(self, number: int, entry: Mapping[str, Any]) -> IgnoreRule:
        if problem := _ignore_problem(entry):
            message, hint = problem
            raise self._wrong(f"entry {number} of [tool.seedkit.check] ignore{message}", hint)
        return IgnoreRule(number=number, **entry)

    def _texts(self, table: Mapping[str, Any], name: str, *, of: str = "tool.seedkit") -> list[str]:
        value = table.get(name, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return value
        raise self._wrong(f"[{of}] {name} must be a list of strings")

    def _there(self, name: str, folder: Path) -> Path:
        if _is_folder(folder):
            return folder
        hint = f"Make it: mkdir -p {shlex.quote(str(folder))}; or take it out of {name}. git keeps no empty folder."
        raise self._wrong(f"[tool.seedkit] {name} names a folder that does not exist: {folder}", hint)

    def _wrong(self, message: str, hint: str | None = None) -> ConfigurationError:
        hidden = partial(redact_of, conninfos=list(_texts_in(self._table)))
        return ConfigurationError(
            hidden(message),  # a URL may stand where no URL belongs
            origin=Origin(path=self.project / "pyproject.toml"),
            hint=hidden(hint or f"The settings are {listed(_SETTINGS)}."),
        )


def _ignore_problem(entry: Mapping[str, Any]) -> tuple[str, str] | None:
    """Say what is wrong with a rule of what `check` ignores, and what to do; None where nothing is."""
    for name, value in entry.items():
        if name not in _IGNORE_SETTINGS:
            hint = did_you_mean(name, _IGNORE_SETTINGS) or f"Its settings are {listed(_IGNORE_SETTINGS)}."
            return f" has no setting {name}", hint
        if not isinstance(value, str):
            return f": {name} must be a string", f'Write {name} = "…".'
    if not entry.get("reason", "").strip():
        return " has no reason", 'Say why it is ignored: reason = "…"; the report shows it.'
    if "column" in entry and "table" not in entry:
        return " names a column without its table", 'Write table = "users" beside it.'
    if not {"table", "sequence"} & set(entry):
        hint = 'Write table = "users" or sequence = "users_id_seq"; patterns may stand there.'
        return " names neither a table nor a sequence", hint
    return None


def _texts_in(value: object) -> Iterator[str]:
    """Give all texts of a table, its keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for pair in value.items() for part in pair for text in _texts_in(part))
    elif isinstance(value, list):
        yield from (text for item in value for text in _texts_in(item))


def _refinements(project: Path, generate: object) -> tuple[Path, int | None]:
    """Read [tool.seedkit.generate]; raises ValueError, which says what is wrong."""
    if not isinstance(generate, dict) or set(generate) - {"file", "version"}:
        raise ValueError("takes file and version, and nothing else")
    version, name = generate.get("version"), generate.get("file", _REFINEMENTS)
    if version is not None and (not isinstance(version, int) or isinstance(version, bool)):
        raise ValueError("version must be a whole number")
    if not isinstance(name, str) or ("file" in generate and not is_file(project / name)):
        raise ValueError(f"file does not exist: {project / str(name)}")
    return project / name, version


def is_file(path: Path) -> bool:
    """Whether a file is there, whatever its name is like."""
    try:
        return path.is_file()
    except OSError:  # too long a name, say
        return False


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False
