"""Draws the README's pictures of a terminal: what it shows when commands are really run."""

from __future__ import annotations

import html
import io
import re
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from tests.pages import ROOT

REPAIRED = ROOT / "docs" / "terminal.svg"
SEEDED = ROOT / "docs" / "terminal-seed.svg"
_INSERT = """psql -c "insert into users (email, name, country) values ('eve@example.com', 'Eve', 'NO')\""""
REPAIR = (
    """psql -c "\\copy users (id, email, name, country) from users.csv csv\"""",
    _INSERT,
    "seedkit fix-sequence users",
    _INSERT,
)
SEED = ("seedkit seed",)
_WIDTH = 92
_FORMAT = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
    <style>
    .{unique_id}-matrix {{
        font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
        font-size: {char_height}px;
        line-height: {line_height}px;
        font-variant-ligatures: none;
    }}
    .{unique_id}-title {{ font-size: 18px; font-family: ui-sans-serif, sans-serif; }}
    {styles}
    </style>
    <defs>
    <clipPath id="{unique_id}-clip-terminal">
      <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
    </clipPath>
    {lines}
    </defs>
    {chrome}
    <g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
    {backgrounds}
    <g class="{unique_id}-matrix">
    {matrix}
    </g>
    </g>
</svg>
"""


def session(commands: Sequence[str], name: str, folder: Path, variables: Mapping[str, str]) -> Text:
    """Run commands, and give what a terminal shows of them but for progress, with a database of this name."""
    shown = Text()
    for command in commands:
        ran = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=dict(variables), capture_output=True, text=True, check=False
        )
        shown.append("$ ", style="bold green").append(f"{command}\n", style="bold")
        for output, style in ((ran.stdout, ""), (ran.stderr if ran.returncode else "", "red")):
            shown.append_text(Text.from_ansi(_alike(output, name).rstrip(), style=style)).append("\n" if output else "")
        shown.append("\n")  # a line apart, for the eye
    shown.rstrip()
    return shown


def _alike(output: str, name: str) -> str:
    """Leave out what differs from machine to machine."""
    where = f'PostgreSQL 18.6, database "{name}" on localhost:5432 as ada'
    output = re.sub(r"^PostgreSQL \d.*$", where, output, flags=re.MULTILINE)
    return re.sub(r"in \d+\.\d+ s", "in 0.12 s", output)


def picture(shown: Text, title: str) -> str:
    """Draw it. No font and nothing else is fetched from anywhere."""
    console = Console(record=True, width=_WIDTH, file=io.StringIO(), color_system="truecolor", legacy_windows=False)
    console.print(shown)
    return console.export_svg(title=title, code_format=_FORMAT, unique_id="terminal")


def words(svg: str) -> str:
    """Give the text of a picture, as what draws it may change with its library."""
    lines: dict[float, str] = {}
    for place, text in re.findall(r'<text[^>]*\by="([\d.]+)"[^>]*>([^<]*)</text>', svg):
        lines[float(place)] = lines.get(float(place), "") + html.unescape(text).replace("\N{NO-BREAK SPACE}", " ")
    return "\n".join(line for _, line in sorted(lines.items()) if line.strip())
