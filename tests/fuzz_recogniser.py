"""Looks for a file that the recogniser reads in another way than the event stream, for as long as it is told.

make fuzz                           a minute
make fuzz ARGS='--seconds 3600'     an hour: before a release, and after a change of the recogniser
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from tests.chunked_files import a_file, both_outcomes, smallest
from tests.spelled_files import spelled_file

SIZES = (16, 40, 100, 300, 100_000)


def main() -> int:
    """Fuzz until the time is over; 1 if a file was found, which is printed as small as it gets."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--seconds", type=float, default=60, help="how long (default: 60)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed (default: 0)")
    options = parser.parse_args()
    end, seed = time.monotonic() + options.seconds, options.seed
    with tempfile.TemporaryDirectory(prefix="seedkit-fuzz-") as folder:
        while time.monotonic() < end:
            found = differing_file(Path(folder) / "users.yml", seed, files=100)
            if found:
                sys.stderr.write(f"error: seed {seed}: {found}\n")
                return 1
            seed += 1
    sys.stdout.write(f"{(seed - options.seed) * 100:,} files, no difference\n")
    return 0


def differing_file(path: Path, seed: int, *, files: int) -> str | None:
    """Make up files and read them both ways; describe the first that differs."""
    random = Random(seed)
    for _ in range(files):
        size, data = random.choice(SIZES), random.choice((a_file, spelled_file, spelled_file))(random)
        if _differs(path, data, size):
            least = smallest(data, lambda less, size=size: _differs(path, less, size))  # type: ignore[misc]
            return f"in chunks of {size} bytes, {least!r}"
    return None


def _differs(path: Path, data: bytes, size: int) -> bool:
    by_chunks, by_events = both_outcomes(path, data, chunk_bytes=size)
    return by_chunks != by_events


if __name__ == "__main__":
    sys.exit(main())
