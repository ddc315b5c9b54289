"""Draws results as bars in an SVG: one group a contest, the ratio to its yardstick, on a logarithmic scale."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import NamedTuple

from benchmarks.rounds import Result

_WIDTH, _LABELS, _BAR, _GAP = 760, 190, 18, 30
_SMALLEST, _LARGEST = 0.05, 200.0
_COLOURS = {"yardstick": "#9aa5b1", "seedkit": "#2f6fde", "other": "#d9a441"}
_STYLE = (
    "text{font:12px system-ui,sans-serif;fill:#333}.title{font-weight:600}.line{stroke:#9aa5b1;stroke-dasharray:3 3}"
    "@media(prefers-color-scheme:dark){text{fill:#ddd}}"
)


class Bar(NamedTuple):
    """One bar: its name, how long it is, what stands at its end, and whose it is."""

    name: str
    ratio: float
    text: str
    kind: str


def chart(results: Sequence[Result], titles: Mapping[str, str]) -> str:
    """Draw the results, in their order."""
    groups = groupby(results, key=lambda result: result.contest)
    return drawn({titles[key]: [_bar(*numbered) for numbered in enumerate(group)] for key, group in groups})


def _bar(number: int, result: Result) -> Bar:
    text = f"{result.ratio:.2f}" if result.ratio < 10 else f"{result.ratio:.0f}"
    kind = "seedkit" if result.contestant.startswith("seedkit") else "other" if number else "yardstick"
    return Bar(name=result.contestant, ratio=result.ratio, text=f"{text}  ({result.seconds:.2f} s)", kind=kind)


def drawn(groups: Mapping[str, Sequence[Bar]]) -> str:
    """Draw bars in groups, each below its title."""
    body: list[str] = []
    top = 10
    for title, bars in groups.items():
        body.append(f'<text class="title" x="10" y="{top + 14}">{escape(title)}</text>')
        body += _bars(bars, top + 22)
        top += _GAP + _BAR * len(bars)
    line = f'<line class="line" x1="{_x(1):.0f}" y1="10" x2="{_x(1):.0f}" y2="{top}"/>'
    size = f'viewBox="0 0 {_WIDTH} {top + 10}" width="{_WIDTH}" height="{top + 10}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>\n<style>{_STYLE}</style>\n' + "\n".join(
        [*body, line, "</svg>\n"]
    )


def _bars(bars: Sequence[Bar], top: int) -> Iterator[str]:
    for number, bar in enumerate(bars):
        y = top + number * _BAR
        width = max(1.0, _x(bar.ratio) - _LABELS)
        yield f'<text x="{_LABELS - 8}" y="{y + 12}" text-anchor="end">{escape(bar.name)}</text>'
        size = f'width="{width:.0f}" height="{_BAR - 4}"'
        yield f'<rect x="{_LABELS}" y="{y + 1}" {size} fill="{_COLOURS[bar.kind]}"/>'
        yield f'<text x="{_LABELS + width + 6:.0f}" y="{y + 12}">{bar.text}</text>'


def _x(ratio: float) -> float:
    held = min(max(ratio, _SMALLEST), _LARGEST)
    share = math.log(held / _SMALLEST) / math.log(_LARGEST / _SMALLEST)
    return _LABELS + share * (_WIDTH - _LABELS - 110)
