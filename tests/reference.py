"""Writes docs/reference: every command, option, tag, setting, exit code and variable, from the code that has them.

Run `python -m tests.reference` after a change of one; tests/test_reference.py fails while a page is out of date.
What the code does not say in words stands in tests/reference_words.py; those of tags are the ones of the pages on them.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

import typer
from typer.models import ArgumentInfo, OptionInfo

from seedkit import errors
from seedkit.cli.app import app
from seedkit.core.fixture_language.tag_names import LANGUAGE_TAGS
from seedkit.core.planning.protection import ENVIRONMENT_VARIABLES
from seedkit.core.writing.fixture_schema import fixture_schema
from tests import reference_elsewhere
from tests.reference_words import EXIT_CODES, IGNORE, SETTINGS, TABLES, TAGS, VARIABLES

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "reference"
_MADE = "This page is made from the code by `python -m tests.reference`; change it there.\n"
_NAMED_SO = re.compile(r"_?[A-Z_]*VARIABLES?|_PASSED_ON")
_READS = re.compile(r"environ\b|variables\b|VARIABLE|_PASSED_ON")
_TAG_ROW = re.compile(r"^\|(.*?`![a-z]+[ `].*?) \|.*\|$", re.MULTILINE)


def pages() -> dict[str, str]:
    """Write the pages, by their names."""
    return {
        "commands.md": _commands(),
        "fixtures.md": _fixtures(),
        "settings.md": _settings(),
        "environment-variables.md": _variables(),
        "exit-codes.md": _exit_codes(),
        "django-and-pytest.md": reference_elsewhere.page(_MADE),
    }


def _commands() -> str:
    parts = [
        "# Commands\n",
        "`pg-seedkit` is the same command. Options stand before or behind names; `--` ends them, so that a table may "
        "be called `--all`.\n",
        "`--help` behind any command shows what stands here; `seedkit --install-completion` installs completion "
        "([in-your-shell.md](../in-your-shell.md)).\n",
        _MADE,
    ]
    for name, about, command in commands(app, "seedkit"):
        parts += [f"## {name}\n", f"{about}\n", *_usage(name, command)]
    return "\n".join(parts)


def commands(group: typer.Typer, prefix: str) -> Iterator[tuple[str, str, Callable[..., object]]]:
    """Give each command with what it is for; those of a group stand behind its name."""
    if group.registered_callback is not None and group.registered_callback.callback is not None:
        yield prefix, str(group.info.help), group.registered_callback.callback
    for command in group.registered_commands:
        assert command.callback is not None
        name = command.name or command.callback.__name__.replace("_", "-")
        yield f"{prefix} {name}", inspect.cleandoc(command.callback.__doc__ or ""), command.callback
    for entry in group.registered_groups:
        assert entry.typer_instance is not None
        yield from commands(entry.typer_instance, f"{prefix} {entry.name}" if isinstance(entry.name, str) else prefix)


def _usage(name: str, command: Callable[..., object]) -> Iterator[str]:
    told = list(parameters(command))
    positional = "".join(f" {term}" for term, _, _, is_option in told if not is_option)
    yield f"```text\n{name}{' [OPTION …]' if any(each[3] for each in told) else ''}{positional}\n```\n"
    if told:
        rows = [f"| `{term}` | {_cell(about)}{default} |" for term, about, default, _ in told]
        yield "\n".join(["| | means |", "|---|---|", *rows, ""])


def parameters(command: Callable[..., object]) -> Iterator[tuple[str, str, str, bool]]:
    """Give each argument and option of a command: how it is typed, its words, its default, whether it is an option."""
    hints = get_type_hints(command, include_extras=True)
    for name, parameter in inspect.signature(command).parameters.items():
        if get_origin(hints[name]) is not Annotated:
            continue  # the context, which nobody types
        kind, *metadata = get_args(hints[name])
        [info] = [each for each in metadata if isinstance(each, ArgumentInfo | OptionInfo)]
        if isinstance(info, ArgumentInfo):
            yield _argument(name, kind, info, parameter), info.help or "", "", False
        else:
            yield _option(name, kind, info), f"{info.help or ''}{_choices(kind)}", _default(parameter.default), True


def _argument(name: str, kind: Any, info: ArgumentInfo, parameter: inspect.Parameter) -> str:
    term = info.metavar or name.upper()
    term += " …" if "list[" in str(kind) else ""
    return term if parameter.default is parameter.empty else f"[{term}]"


def _option(name: str, kind: Any, info: OptionInfo) -> str:
    declared = (info.default, *(info.param_decls or ()))  # beside a type the first one stands where defaults do
    spelled = ", ".join([each for each in declared if isinstance(each, str)] or [f"--{name.replace('_', '-')}"])
    if kind is bool:
        return spelled
    return f"{spelled} {info.metavar or ('NUMBER' if 'int' in str(kind) else name.strip('_').upper())}"


def _choices(kind: Any) -> str:
    """Name the values of an option that takes one of some, be they of a Literal or of an enumeration."""
    kinds = (kind, *get_args(kind))
    choices = [str(value) for each in kinds if get_origin(each) is Literal for value in get_args(each)]
    choices += [each.value for one in kinds if isinstance(one, type) and issubclass(one, Enum) for each in one]
    return f" One of {', '.join(f'`{choice}`' for choice in choices)}." if choices else ""


def _default(default: object) -> str:
    value = getattr(default, "value", default)  # of an enumeration
    return "" if value in (None, False, "", inspect.Parameter.empty) else f" Default: `{value}`."


def _fixtures() -> str:
    rows = tag_rows()
    options: Mapping[str, Mapping[str, str]] = fixture_schema([])["definitions"]["_fixture"]["properties"]
    return "\n".join(
        [
            "# Tags and options of fixtures\n",
            "How they work together, with examples that run: [fixtures.md](../fixtures.md).\n",
            _MADE,
            "## Tags\n",
            "Those that a fixture knows, but for `!per`, which only `generate.yml` does; and YAML's own `!!binary`.\n",
            "| tag | means | more |",
            "|---|---|---|",
            *dict.fromkeys(rows[tag] for tag in rows if tag in LANGUAGE_TAGS),
            "",
            "## Options\n",
            "Below `_fixture` at the top of a file.\n",
            "| option | means | values |",
            "|---|---|---|",
            *(f"| `{name}` | {about['description']} | {_values(about)} |" for name, about in sorted(options.items())),
            "",
        ]
    )


def tag_rows() -> dict[str, str]:
    """Give what the pages' tables say of each tag, the page of fixtures first; what it links to is named from here."""
    rows: dict[str, str] = {}
    for page in ("fixtures.md", "generate.md", "generate-values.md"):
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        for found in _TAG_ROW.finditer(text):
            row = re.sub(r"\]\((?!http)", "](../", found[0])
            for tag in re.findall(r"`(![a-z]+)[ `]", found[1]):
                rows.setdefault(tag, f"{row} [{page}](../{page}) |")
    return rows | TAGS


def _values(about: Mapping[str, Any]) -> str:
    if "enum" in about:
        return ", ".join(f"`{value}`" for value in about["enum"])
    kinds = {"array": "a list of names", "object": "a mapping", "string": "a name"}
    return " or ".join(kinds[kind] for kind in ([about["type"]] if isinstance(about["type"], str) else about["type"]))


def _settings() -> str:
    parts = [
        "# Settings\n",
        "In `pyproject.toml` of the project. A setting that is unknown is an error with the nearest one.\n",
        _MADE,
        "## [tool.seedkit]\n",
        _setting_table(SETTINGS),
    ]
    for name, table in TABLES.items():
        parts += [f"## [tool.seedkit.{name}]\n", _setting_table(table)]
    parts += [
        "## [[tool.seedkit.check.ignore]]\n",
        "What `check` leaves alone, an entry each ([sequences.md](../sequences.md#check-as-a-gate)).\n",
        "| setting | means | example |",
        "|---|---|---|",
        *(f"| `{name}` | {about} | `{example}` |" for name, (about, example) in IGNORE.items()),
        "",
        "## ~/.config/seedkit/config.toml\n",
        'The user\'s own file takes one setting, `trust-folders = ["/app"]`: '
        "[which-database.md](../which-database.md#whose-folder-it-is).\n",
    ]
    return "\n".join(parts)


def _setting_table(table: Mapping[str, tuple[str, str, str]]) -> str:
    rows = [
        f"| `{name}` | {about} | {default} | {f'`{example}`' if example else ''} |"
        for name, (about, default, example) in table.items()
    ]
    return "\n".join(["| setting | means | default | example |", "|---|---|---|---|", *rows, ""])


def _variables() -> str:
    further = ", ".join(f"`{name}`" for name in ENVIRONMENT_VARIABLES if name not in VARIABLES)
    return "\n".join(
        [
            "# Environment variables\n",
            "What seedkit itself looks at; libpq reads more (`PGPORT`, `PGSSLMODE`, `PGOPTIONS` …), as for psql. None "
            "that begins with `PG` counts for the embedded server, be it by its URL: what `PGOPTIONS` would set goes "
            'into that, as in `--url "$(seedkit db url)&options=-csearch_path%3Dshop,public"`.\n',
            _MADE,
            "| variable | says |",
            "|---|---|",
            *(f"| `{name}` | {about} |" for name, about in VARIABLES.items()),
            "",
            "## Those that may say production\n",
            "A database is a production one where any of these says so, in the environment or a `.env` "
            f"([production.md](../production.md)): {further}.\n",
        ]
    )


def variables_read() -> set[str]:
    """Give the names that the code reads from the environment, or keeps in a constant that is named so."""
    found: set[str] = set()
    for path in (ROOT / "seedkit").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if _READS.search(text):
            found |= {name for node in ast.walk(ast.parse(text)) for name in _names_read(node)}
    return found - set(ENVIRONMENT_VARIABLES) | {"SEEDKIT_ENV", "DJANGO_SETTINGS_MODULE"}


def _names_read(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        source, named = node.func.value, node.args[0]
        yield from _names_in(named) if _is_environment(source) else ()
    elif isinstance(node, ast.Subscript):
        yield from _names_in(node.slice) if _is_environment(node.value) else ()
    elif isinstance(node, ast.Assign) and _NAMED_SO.fullmatch(ast.unparse(node.targets[0])):
        yield from _names_in(node.value)


def _is_environment(node: ast.AST) -> bool:
    return ast.unparse(node).rpartition(".")[2] in ("environ", "variables")


def _names_in(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str) and re.fullmatch(r"[A-Z][A-Z_]+", each.value):
            yield each.value


def _exit_codes() -> str:
    parts = [
        "# Exit codes\n",
        _MADE,
        "| code | means |",
        "|---|---|",
        *(f"| {code} | {about} |" for code, about in EXIT_CODES.items()),
        "",
        "## Which error ends with which\n",
        "In Python these are raised, and `error.exit_code` is the number ([python-api.md](../python-api.md#errors)).\n",
        "| code | error | means |",
        "|---|---|---|",
    ]
    kinds = sorted(error_kinds(), key=lambda kind: (kind.exit_code, kind.__name__))
    parts += [f"| {kind.exit_code} | {kind.__name__} | {_first_line(kind)} |" for kind in kinds]
    return "\n".join([*parts, ""])


def error_kinds() -> list[type[errors.SeedkitError]]:
    """Give the kinds of errors."""
    return [each for each in vars(errors).values() if isinstance(each, type) and issubclass(each, errors.SeedkitError)]


def _first_line(kind: type) -> str:
    return re.sub(r" \(exit \d+\)", "", (kind.__doc__ or "").partition("\n")[0])


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
