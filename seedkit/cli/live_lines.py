"""How far a run is, in a few lines of a terminal that are written again and again. This alone imports rich."""

from __future__ import annotations

import time
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.constrain import Constrain
from rich.live_render import LiveRender
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from seedkit.printable import on_one_line
from seedkit.progress import Progress

_WIDEST_BAR = 30
_SPARE = 3
"""Columns that stay free at the end: what Ctrl-C leaves there is wiped with the line."""


class LiveLines:
    """Lines that take the place of those before; `colour` is decided elsewhere."""

    def __init__(self, stream: TextIO, *, colour: bool) -> None:
        self._console = Console(
            file=stream, force_terminal=True, no_color=not colour, highlight=False, legacy_windows=False
        )
        self._shown = LiveRender(Text())
        self._pace = _Pace()

    def show(self, progress: Progress, busy: str | None) -> None:
        """Show how far a run is by now, and what the server is busy with."""
        width = self._console.width - _SPARE
        told = [_what(progress, width), _figures(progress, self._pace.of(progress), width)]
        if busy:
            told.append(Text(f"the server is {on_one_line(busy)}"))
        control = self._shown.position_cursor()
        self._shown.set_renderable(Constrain(Group(*told), width))
        self._console.print(control, self._shown, end="")

    def clear(self) -> None:
        """Wipe the lines."""
        self._console.control(self._shown.position_cursor())
        self._shown = LiveRender(Text())


class _Pace:
    """Rows a second of a step, as long as they come: what the server does after them makes it no slower."""

    def __init__(self) -> None:
        self._seen: tuple[float, int] = (0, 0)
        self._at = 0.0

    def of(self, progress: Progress) -> float:
        seen = (progress.step_began, progress.rows)
        if seen != self._seen:
            self._seen, self._at = seen, time.monotonic()
        seconds = self._at - progress.step_began
        return progress.rows / seconds if seconds > 0 else 0


def _what(progress: Progress, width: int) -> Text:
    line = Text()
    if progress.steps:
        line.append(f"[{progress.step}/{progress.steps}] ", style="dim")
    line.append(on_one_line(progress.name), style="bold")
    if progress.doing:
        line.append(f"{': ' if progress.name else ''}{on_one_line(progress.doing)}")
    return _fitting(line if line else Text("at work"), width)


def _figures(progress: Progress, pace: float, width: int) -> RenderableType:
    parts = []
    if (share := progress.share) is not None:
        parts.append(f"{100 * share:3.0f} %")
    if progress.rows:
        parts.append(f"{progress.rows:,} {progress.unit}{'' if progress.rows == 1 else 's'}")
        parts.append(f"{pace:,.0f} {progress.unit}s/s")
    parts.append(_clock(time.monotonic() - progress.began))
    figures = Text("  ".join(parts))
    room = min(_WIDEST_BAR, width - len(figures) - 2)
    if share is None or room < 5:
        return _fitting(figures, width)
    grid = Table.grid(padding=(0, 2, 0, 0))
    bar = ProgressBar(1, share, room, style="bright_black", complete_style="cyan", finished_style="cyan")
    grid.add_row(bar, figures)
    return grid


def _clock(seconds: float) -> str:
    """Write a time as a clock does.

    >>> _clock(14.6), _clock(3700)
    ('0:14', '1:01:40')
    """
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def _fitting(line: Text, width: int) -> Text:
    line.no_wrap = True
    line.truncate(max(1, width), overflow="ellipsis")
    return line
