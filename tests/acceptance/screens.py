"""A terminal on which a command writes, in the same process, and what stands on its screen in the end."""

from __future__ import annotations

import os
import pty
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

_PARTS = re.compile(r"\x1b\[[\d;?]*(?P<act>[A-Za-z])|(?P<sign>[\r\n])|(?P<text>[^\r\n\x1b]+)")


@dataclass
class Screen:
    """What was written to a terminal, and what is to be seen of it."""

    written: str = ""
    lines: list[str] = field(default_factory=lambda: [""])
    _line: int = 0
    _column: int = 0

    def write(self, text: str) -> None:
        """Do what a terminal does; colours are passed over."""
        self.written += text
        for part in _PARTS.finditer(text):
            self._act(part["act"] or part["sign"], part["text"])

    def _act(self, act: str | None, text: str | None) -> None:
        if text is not None:
            line = self.lines[self._line].ljust(self._column)
            self.lines[self._line] = f"{line[: self._column]}{text}{line[self._column + len(text) :]}"
            self._column += len(text)
        elif act == "\r":
            self._column = 0
        elif act == "\n":
            self._line += 1
            self.lines += [""] * (self._line == len(self.lines))
        elif act == "A":
            self._line -= 1
        elif act == "K":
            self.lines[self._line] = ""

    @property
    def plain(self) -> str:
        """All that was written, without what moves the cursor or colours it."""
        return re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", self.written)

    @property
    def shown(self) -> str:
        """The lines that hold something."""
        return "\n".join(line.rstrip() for line in self.lines if line.strip())


@contextmanager
def on_a_screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """Have standard output and error be a terminal; the screen is filled when the block ends."""
    monkeypatch.setenv("TERM", "xterm")
    ours, theirs = pty.openpty()
    os.set_blocking(ours, False)
    screen = Screen()
    with (
        os.fdopen(theirs, "w", encoding="utf-8", buffering=1) as stream,
        monkeypatch.context() as patched,
    ):
        patched.setattr(sys, "stdout", stream)
        patched.setattr(sys, "stderr", stream)
        yield screen
        stream.flush()
        with os.fdopen(ours, "rb", buffering=0) as terminal:
            screen.write((terminal.read() or b"").decode())
