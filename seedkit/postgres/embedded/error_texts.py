"""Texts that errors of several modules share; the errors are written where they are raised."""

from __future__ import annotations

from seedkit.errors import Lines, lines

OTHER_DATABASE_HINT = "To use another database, set DATABASE_URL."


def last_lines(output: str, count: int = 8) -> Lines:
    r"""Cut a program's output down to its end, indented to stand under an error's message.

    >>> last_lines("LOG:  starting\nFATAL:  no space\nLOG:  shut down\n", count=2)
    'FATAL:  no space\n  LOG:  shut down'
    """
    return lines(output.strip().splitlines()[-count:])
