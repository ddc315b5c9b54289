r"""Brings values that stand in the lines below their key beside it: texts behind `|` in quotes, lists in brackets.

A recogniser then reads them as values of one line. Whether a line begins with a key is not known here, but once the
chunk is recognised as a whole: then each line above was complete in itself, so the parser stood where a key of a row
is, and the lines below belong to it. What is left as it is has `|` for a value, or lines that are no row's: it is not
recognised.

A text is brought beside its key if its first line that is not empty holds more than spaces, and those below stand as
far to the right at least, or are empty: so what stands to the left of it is the margin, and all else is the text. A
line of some spaces fewer is left to the parser, as is a text that the chunk ends within. A list is, if each item is on
a line of its own, in quotes or without any, and without a sign that ends one in brackets, or begins a comment: so it
means in brackets what it means below.
"""

from __future__ import annotations

import re

_WORD = r"[A-Za-z_][A-Za-z0-9_]*+"
_KEY = rf"""\n(?:- |(?P<margin> +))(?:{_WORD}|"{_WORD}"|'{_WORD}'):"""
_COLUMN = r"(?(margin)(?P=margin)|  )"
"""What stands to the left of where the key does."""

_TEXT = re.compile(
    rf"(?P<key>{_KEY} ++)\|(?P<end>[-+]?)\n(?P<above>\n*+)(?P<left>{_COLUMN} ++)"
    r"(?P<text>[^\n]++(?:\n(?:(?P=left).*+)?+(?=\n))*+)(?P<spaces>\n ++(?=\n))?+"
)
_ITEM = r"""(?:[^\n,'"#\[\]{}]++|'[^'\n]*+'|"[^"\\\n]*+")(?=\n)"""
_LIST = re.compile(rf"(?P<key>{_KEY}) *+(?P<left>\n{_COLUMN} *+- )(?P<items>{_ITEM}(?:(?P=left){_ITEM})*+)")


def with_values_beside(chunk: str) -> str:
    r"""Write the values below keys beside them.

    >>> with_values_beside("- id: 1\n  text: |\n    a\n\n     \"b\"\n  tags:\n  - x\n  - 'y, z'\n- id: 2\n")
    '- id: 1\n  text: "a\\n\\n \\"b\\"\\n"\n  tags: [x, \'y, z\']\n- id: 2\n'
    """
    if not chunk.endswith("\n"):
        return chunk
    if "|" in chunk:
        chunk = _TEXT.sub(_in_quotes, f"\n{chunk}")[1:]
    return _LIST.sub(_in_brackets, f"\n{chunk}")[1:] if " - " in chunk else chunk


def _in_quotes(found: re.Match[str]) -> str:
    key, _, end, above, left, text, spaces = found.groups()
    if spaces:
        return found[0]
    text = f"{above}{text}".replace(f"\n{left}", "\n")
    if end != "+":
        text = text.rstrip("\n")
    if end != "-":
        text += "\n"
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'{key}"{text}"'


def _in_brackets(found: re.Match[str]) -> str:
    key, _, left, items = found.groups()
    return f"{key} [{items.replace(left, ', ')}]"
