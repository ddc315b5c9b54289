"""The forms of a graph by name: what the command takes, and how files of each end."""

from __future__ import annotations

from enum import StrEnum
from pathlib import PurePath

from seedkit.errors import UsageError


class Form(StrEnum):
    """How a graph can be written for people, by the word that the command takes."""

    MERMAID = "mermaid"
    DOT = "dot"
    SVG = "svg"


JSON = "json"
_BY_ENDING: dict[str, str] = {
    ".svg": Form.SVG,
    ".dot": Form.DOT,
    ".gv": Form.DOT,
    ".mmd": Form.MERMAID,
    ".mermaid": Form.MERMAID,
    ".json": JSON,
}
_SAYS_NOTHING = ("", ".txt", ".md")


def chosen_form(output: str, asked: str | None) -> str:
    """Tell how a graph is written into a file of that name; raises UsageError where the file would be called another.

    >>> chosen_form("tables.SVG", None), chosen_form("tables", None), chosen_form("notes.md", Form.DOT)
    (<Form.SVG: 'svg'>, <Form.MERMAID: 'mermaid'>, <Form.DOT: 'dot'>)
    """
    suffix = PurePath(output).suffix.lower()
    named = _BY_ENDING.get(suffix)
    if named is None and suffix not in _SAYS_NOTHING:
        hint = "Name it .svg, .dot or .mmd; Graphviz makes other pictures of a .dot: dot -Tpng -O tables.dot."
        raise UsageError(f"no graph is written as {suffix}: {output}", hint=hint)
    if named and asked and named != asked:
        hint = f"Leave out {'--json' if asked == JSON else '--format'}, or name another file."
        raise UsageError(f"{output} would not be {asked}", hint=hint)
    if named == JSON and asked is None:
        raise UsageError(f"{output} would not be json", hint="Write --json, or name a file .svg, .dot or .mmd.")
    return named or asked or Form.MERMAID
