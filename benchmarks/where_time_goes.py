"""Where a run's time goes: one seed under cProfile, added up by what the functions belong to.

The profiler makes small Python functions look dearer than they are; the order of the shares is what counts.
"""

from __future__ import annotations

import pstats
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from benchmarks.measure import measured

_AREAS = {
    "yaml": "YAML parser",
    "column_recogniser": "column recogniser",
    "fixture_chunks": "column recogniser",
    "findall": "column recogniser",
    "translate": "column recogniser",
    "seedkit/files": "events to rows",
    "seedkit/core": "rows to COPY text",
    "wait": "driver, waiting for the server",
    "pgconn": "driver, waiting for the server",
    "copy": "driver, waiting for the server",
    "seedkit/postgres": "driver, waiting for the server",
    **dict.fromkeys(
        ("importlib", "_imp", "marshal", "posix", "exec", "_io", "re/_", "__build_class__"), "start, imports"
    ),
    **dict.fromkeys(("dataclasses", "typing", "inspect", "enum", "typer", "pydantic", "psycopg/"), "start, imports"),
}
"""A function belongs to the first of these whose text is in its file or name."""


def shares_of_time(conninfo: str, folder: Path) -> Mapping[str, float]:
    """Seed the folder's project once, and give each area's seconds, the largest first."""
    seedkit = Path(sys.executable).with_name("seedkit")
    profile = folder / "seed.profile"
    command = [sys.executable, "-m", "cProfile", "-o", str(profile), str(seedkit)]
    measured([*command, "seed", "--quiet", "--url", conninfo], folder)
    seconds: Counter[str] = Counter()
    for function, (_, _, own_seconds, _, _) in pstats.Stats(str(profile)).stats.items():  # type: ignore[attr-defined]
        seconds[_area(f"{function[0]} {function[2]}")] += own_seconds
    return dict(seconds.most_common())


def _area(place: str) -> str:
    return next((area for part, area in _AREAS.items() if part in place), "all else")
