"""SIGTERM and SIGHUP end a run as Ctrl-C does: what the server does for it is cancelled and rolled back, and told."""

from __future__ import annotations

import signal
from types import FrameType

INTERRUPTED = 130
_ENDING = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))
_came: list[int] = []


def be_interrupted() -> None:
    """Take both for interruptions, unless whoever has started us has said otherwise, as nohup does."""
    for number in _ENDING:
        if signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, _interrupt)


def exit_code(code: int) -> int:
    """Give the exit code of a run that may have been interrupted: 128 and the signal's number, as shells have it."""
    return 128 + _came[0] if code == INTERRUPTED and _came else code


def _interrupt(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - as signal.signal calls it
    _came.append(number)
    raise KeyboardInterrupt
