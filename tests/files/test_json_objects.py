"""Reading the JSON of strangers: how long it takes follows from how much there is."""

from __future__ import annotations

import io
from pathlib import Path
from time import process_time

from seedkit.files.json_objects import listed_objects


def test_white_space_is_passed_over_at_once() -> None:
    file = io.BytesIO(b"[" + b" \n" * (16 << 20) + b"1]")
    began = process_time()

    found = list(listed_objects(Path("a.json"), file))

    assert [line for line, _ in found] == [(16 << 20) + 1]
    assert process_time() - began < 2
