"""Rows of an import as the lines of a fixture, and what stands above them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from seedkit.core.writing.yaml_text import word_scalar

Cells: TypeAlias = Mapping[str, str]
"""What a row has, spelled, by column."""

LONGEST_LABEL = 60
_NOT_IN_A_LABEL = re.compile(r"[^\w-]+")


def row_text(label: str | None, cells: Cells) -> str:
    """Write one row, as an entry of a list or under its label.

    >>> print(row_text(None, {"id": "1", "name": "Ada"}), row_text("ada", {"id": "1"}), sep="", end="")
    - id: 1
      name: Ada
    ada:
      id: 1
    """
    lines = [f"{word_scalar(column)}: {text}\n" for column, text in cells.items()]
    if label is not None:
        return f"{word_scalar(label)}:\n  {'  '.join(lines)}" if lines else f"{word_scalar(label)}: {{}}\n"
    return f"- {'  '.join(lines)}" if lines else "- {}\n"


def options_text(options: Mapping[str, str | Sequence[str]], *, above_list: bool) -> str:
    r"""Write what stands above the rows; nothing where there are no options.

    >>> options_text({"table": "a/b", "key": ["a", "b"]}, above_list=True)
    "_fixture: {table: 'a/b', key: [a, b]}\n---\n"
    """
    if not options:
        return ""
    written = [
        f"{name}: {word_scalar(value) if isinstance(value, str) else '[' + ', '.join(map(word_scalar, value)) + ']'}"
        for name, value in options.items()
    ]
    return f"_fixture: {{{', '.join(written)}}}\n" + ("---\n" if above_list else "")


class LabelMaker:
    """Makes labels of what rows are known by, a different one for each."""

    def __init__(self) -> None:
        self._labels: dict[tuple[str, ...], str] = {}
        self._taken: set[str] = set()

    def label(self, key: tuple[str, ...]) -> str:
        """Give the label of what is known by a key, always the same.

        >>> maker = LabelMaker()
        >>> maker.label(("Ada Lovelace",)), maker.label(("ada", "lovelace")), maker.label(("Ada Lovelace",))
        ('ada_lovelace', 'ada_lovelace_2', 'ada_lovelace')
        """
        if key not in self._labels:
            stem = _NOT_IN_A_LABEL.sub("_", "_".join(key).lower()).strip("_-")[:LONGEST_LABEL] or "row"
            label, number = stem, 1
            while label in self._taken:
                number += 1
                label = f"{stem}_{number}"
            self._labels[key] = label
            self._taken.add(label)
        return self._labels[key]
