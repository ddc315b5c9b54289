"""What becomes of an error after which reading could go on: it is raised, or noted. Knows nothing of what is read."""

from __future__ import annotations

from collections.abc import Callable

from seedkit.core.fixtures import UNREAD, NoteError, Value
from seedkit.errors import FixtureError


class Refusals:
    """Errors are noted by `note`, if there is one."""

    def __init__(self, note: NoteError | None) -> None:
        self.noted = note is not None
        self._note = note

    def refuse(self, error: FixtureError) -> None:
        """Raise an error, or note it."""
        if self._note is None:
            raise error
        self._note(error)

    def checked(self, read: Callable[[], Value]) -> Value:
        """Read a value, or give `UNREAD` where it can't be read and that is noted."""
        try:
            return read()
        except FixtureError as error:
            self.refuse(error)
            return UNREAD
