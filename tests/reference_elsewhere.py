"""What docs/reference says of options that are typed elsewhere: at Django's manage.py and at pytest.

Nothing is imported: the page is the same whichever libraries are installed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

INTEGRATIONS = Path(__file__).parent.parent / "seedkit" / "integrations"
_HEAD = "| | means |\n|---|---|"


def page(made: str) -> str:
    """Write the page."""
    shared = [*_rows("django/commands.py", "add_argument")]
    parts = ["# Options in Django and pytest\n", made]
    for name in ("seed", "fix_sequences"):
        path = f"django/management/commands/{name}.py"
        parts += [f"## manage.py {name}\n", f"{_help(path)}\n", "More: [with-django.md](../with-django.md).\n"]
        parts += [_HEAD, *_rows(path, "add"), *shared, ""]
    parts += ["## pytest\n", "On the command line ([in-pytest.md](../in-pytest.md)).\n"]
    parts += [_HEAD, *_rows("pytest_plugin.py", "addoption"), "", "In pytest's configuration.\n"]
    parts += [_HEAD, *_rows("pytest_plugin.py", "addini"), "", "Markers.\n"]
    parts += [_HEAD, *_markers(), ""]
    return "\n".join(parts)


def options(path: str, called: str) -> Iterator[tuple[str, str, str]]:
    """Give what calls of a name add in a module: how it is typed, what it means, its default."""
    for node in _calls(path, called):
        told = {keyword.arg: keyword.value for keyword in node.keywords}
        named = [str(_constant(each)) for each in node.args]
        words = _constant(told["help"]) if "help" in told else named.pop()
        is_option = named[0].startswith("-")
        metavar = _constant(told.get("metavar")) or ("" if "action" in told else named[0].strip("-").upper())
        term = f"{', '.join(named)} {metavar}".strip() if is_option else _constant(told.get("metavar")) or named[0]
        default = _constant(told.get("default"))
        yield term, str(words), "" if default in (None, 0, False) else str(default)


def _rows(path: str, called: str) -> list[str]:
    return [
        f"| `{term}` | {words.removesuffix('.')}.{f' Default: `{default}`.' if default else ''} |"
        for term, words, default in options(path, called)
    ]


def _markers() -> Iterator[str]:
    for node in _calls("pytest_plugin.py", "addinivalue_line"):
        marker, _, words = str(_constant(node.args[1])).partition(": ")
        yield f"| `@pytest.mark.{marker}` | {words} |"


def _calls(path: str, called: str) -> Iterator[ast.Call]:
    tree = ast.parse((INTEGRATIONS / path).read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == called:
            yield node


def _help(path: str) -> str:
    tree = ast.parse((INTEGRATIONS / path).read_text(encoding="utf-8"))
    [found] = [
        node.value for node in ast.walk(tree) if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "help"
    ]
    return str(_constant(found))


def _constant(node: ast.expr | None) -> Any:
    return node.value if isinstance(node, ast.Constant) else None
