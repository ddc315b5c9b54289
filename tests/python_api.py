"""Writes docs/python-api.md: what Python code may use of seedkit, from its signatures and docstrings.

Run `python -m tests.python_api` after a change of one; tests/test_python_api.py fails while the page is out of date.
Nothing is imported: the page is the same whichever libraries are installed.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "python-api.md"
PACKAGE = ROOT / "seedkit"
_WIDE = 100
_INTRODUCTION = """\
# Python API

What `import seedkit` gives, what reports hold, what can be raised, and what there is for other tools. All else may
change at any time. It is typed throughout; the driver and other libraries are imported when they are first needed.
`TableLike` is a table's name, or in its place a class that SQLAlchemy or SQLModel maps, a Table, a model of Django.
Reports are frozen [Structs](https://jcristharif.com/msgspec/structs.html): `msgspec.structs.asdict(report)` makes one a
dictionary, `msgspec.to_builtins(report)` all that is in it too.

This page is made from signatures and docstrings by `python -m tests.python_api`; change it there.
"""
_FIRST = ("seed", "generate", "fix_sequence", "fix_sequences", "check_sequences", "seeder", "SeedContext")
_REPORTS = (
    "SeedReport",
    "RepairReport",
    "SequenceReport",
    "SequenceStatus",
    "TableReport",
    "SeederReport",
    "SkippedStep",
    "ServerIdentity",
)
_OF_REPORTS = """\
`print(report)` shows what the command shows. Each class is imported from `seedkit`, such as for the annotation of a
function that returns one: `from seedkit import SeedReport`."""
_GENERATION_REPORTS = ("GeneratedTable", "GenerationReport")


def page() -> str:
    """Write the page."""
    own = _parsed("__init__")
    homes = _literal(own, "_HOMES")
    exported = set(_literal(own, "__all__")) & set(homes)  # a module has a section of its own
    elsewhere = {"SeedkitError", *_REPORTS, *_GENERATION_REPORTS}
    names = [name for name in _FIRST if name in exported] + sorted(exported - {*_FIRST, *elsewhere})
    parts = [_INTRODUCTION, "## seedkit\n"]
    parts += [_entry(_parsed(homes[name].removeprefix("seedkit.").replace(".", "/")), name) for name in names]
    reports = _parsed("core/reports/runs")
    parts += ["## Reports\n", f"{_OF_REPORTS}\n"]
    parts += [_entry(reports, name) for name in _REPORTS]
    generation = _parsed("core/reports/generation")
    parts += [_entry(generation, name) for name in _GENERATION_REPORTS]
    parts += ["## Errors\n", _errors()]
    for module in _others():
        tree = _parsed(module)
        dotted = f"seedkit.{module.replace('/', '.')}"
        parts += [f"## {dotted}\n", f"{_words(tree)}\n"]
        parts += [_entry(tree, name, f"{dotted}.") for name in _public(tree)]
    return "\n".join(parts)


def _others() -> Iterator[str]:
    """Name the modules that are imported by themselves: tags, what awaits, integrations that say what is public."""
    yield from ("tags", "aio")
    for path in sorted((PACKAGE / "integrations").rglob("*.py")):
        module = path.relative_to(PACKAGE).with_suffix("").as_posix().removesuffix("/__init__")
        if _literal(_parsed(module), "__all__"):
            yield module


def _parsed(module: str) -> ast.Module:
    path = PACKAGE / f"{module}.py"
    return ast.parse((path if path.exists() else PACKAGE / module / "__init__.py").read_text(encoding="utf-8"))


def _literal(tree: ast.Module, name: str) -> Any:
    values = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name
    ]
    return values[-1] if values else None


def _public(tree: ast.Module) -> list[str]:
    defined = [
        str(node.name) for node in tree.body if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    ]
    listed = _literal(tree, "__all__")
    return [name for name in defined if (name in listed if listed else not name.startswith("_"))]


def _entry(tree: ast.Module, name: str, prefix: str = "") -> str:
    """Write what is said of a function or a class; of a function with overloads, what is written last."""
    node: Any = [each for each in tree.body if getattr(each, "name", None) == name][-1]
    parts = [f"### {prefix}{name}\n"]
    if isinstance(node, ast.ClassDef):
        parts.append(f"{_words(node)}\n")
        parts += [*_fields(node), *_members(node)]
    else:
        parts += [f"```python\n{_signature(node)}\n```\n", f"{_words(node)}\n"]
    return "\n".join(parts)


def _signature(node: Any) -> str:
    """Write a signature on a line, or a parameter on each; what a method is called on is left out."""
    kind = "async def" if isinstance(node, ast.AsyncFunctionDef) else "def"
    arguments = _split(ast.unparse(node.args).removeprefix("self").removeprefix(", "))
    returned = f" -> {ast.unparse(node.returns)}" if node.returns else ""
    line = f"{kind} {node.name}({', '.join(arguments)}){returned}"
    if len(line) <= _WIDE:
        return line
    return "\n".join([f"{kind} {node.name}(", *(f"    {each}," for each in arguments), f"){returned}"])


def _split(arguments: str) -> list[str]:
    """Part arguments at their commas, not at those inside of brackets; give each that has a type air around its `=`."""
    parts, depth = [""], 0
    for letter in arguments:
        depth += (letter in "([{") - (letter in ")]}")
        if letter == "," and not depth:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip().replace("=", " = ", 1) if ": " in part else part.strip() for part in parts if part]


def _fields(node: ast.ClassDef) -> list[str]:
    """List the fields of a Struct, or the members of an enumeration."""
    lines = []
    for each in node.body:
        if isinstance(each, ast.AnnAssign) and not ast.unparse(each.target).startswith("_"):
            lines.append(f"- `{ast.unparse(each.target)}: {ast.unparse(each.annotation)}`")
        elif (
            isinstance(each, ast.Assign)
            and isinstance(each.value, ast.Constant)
            and ast.unparse(each.targets[0]).isupper()
        ):
            lines.append(f"- `{ast.unparse(each.targets[0])}`: {each.value.value!s}")
    return ["\n".join([*lines, ""])] if lines else []


def _members(node: ast.ClassDef) -> Iterator[str]:
    """Write the properties and methods of a class."""
    for each in node.body:
        if isinstance(each, ast.FunctionDef) and not each.name.startswith("_"):
            decorators = {ast.unparse(decorator) for decorator in each.decorator_list}
            is_property = decorators & {"property", "cached_property"}
            shown = f"{each.name}: {ast.unparse(each.returns)}" if is_property and each.returns else _signature(each)
            yield f"```python\n{shown}\n```\n"
            yield f"{_words(each)}\n"


def _errors() -> str:
    """List the errors, each below the one that it is a kind of."""
    tree = _parsed("errors")
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and node.name.endswith("Error")]
    (base, *kinds) = classes
    lines = [
        f"In `seedkit.errors`; `SeedkitError` is also `seedkit.SeedkitError`.\n\n**SeedkitError**: {_words(base)}\n"
    ]
    lines += [f"- **{kind.name}**({ast.unparse(kind.bases[0])}): {_words(kind)}" for kind in kinds]
    return "\n".join([*lines, ""])


def _words(node: Any) -> str:
    """Give a docstring, without its examples."""
    paragraphs = cleandoc(ast.get_docstring(node) or "").split("\n\n")
    return "\n\n".join(paragraph for paragraph in paragraphs if not paragraph.lstrip().startswith(">>>"))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
