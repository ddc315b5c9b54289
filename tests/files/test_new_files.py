"""Files that are written: what the file system says against one is told with what helps."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from seedkit.errors import UsageError
from seedkit.files.new_files import writable


@pytest.mark.parametrize(
    ("number", "hint"),
    [(errno.ENOSPC, "Name a place with more room."), (errno.EACCES, "Name a folder that you may write to.")],
)
def test_what_the_file_system_says_is_told_with_what_helps(number: int, hint: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught, writable(tmp_path / "users.yml"):
        raise OSError(number, os.strerror(number))

    assert caught.value.hint == hint
