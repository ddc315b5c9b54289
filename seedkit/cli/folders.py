"""Sees that a folder which is about to be made was meant to be one."""

from __future__ import annotations

import os
from pathlib import Path

from seedkit.errors import UsageError


def refuse_file_name(output: str, instead: str) -> None:
    """Raise UsageError where a new folder would be called as files are: `users.txt`, but not `v1.2` or `users.txt/`."""
    path = Path(output)
    is_meant = output.endswith(os.sep) or path.exists()
    if not is_meant and any(letter.isalpha() for letter in path.suffix):
        hint = f"{instead}; {output}{os.sep} is a folder all the same."
        raise UsageError(f"{output} is called as a file is, and would be a folder", hint=hint)
