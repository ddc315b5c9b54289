"""Links that another user has put where all may write, such as /tmp: they may lead to any place of ours.

Linux refuses to follow them where `fs.protected_symlinks` is on, as mostly it is, but in some containers.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

_MOST_LINKS = 40
"""As many as Linux follows."""
_ROOT = 0


def strangers_link(path: Path) -> Path | None:
    """Give the link, if a path leads through one, that is in a folder where all may write and not by its owner or us.

    Where it leads is looked at too; what is not there yet, or may not be looked at, leads nowhere.
    """
    if sys.platform == "win32":
        return None
    here, links = Path("/"), 0
    to_go = [*reversed((Path.cwd() / path).parts)]
    while to_go:
        step = here / to_go.pop()
        try:
            found = step.lstat()
        except OSError:
            return None
        if not stat.S_ISLNK(found.st_mode):
            here = here.parent if step.name == ".." else step
            continue
        links += 1
        if links > _MOST_LINKS:
            return None
        if _is_planted(found, here.stat()):
            return step
        to_go += reversed(step.readlink().parts)
    return None


def _is_planted(link: os.stat_result, folder: os.stat_result) -> bool:
    return bool(folder.st_mode & stat.S_IWOTH) and link.st_uid not in {os.geteuid(), folder.st_uid, _ROOT}
