"""Keeps what fixtures took from the environment and from files out of the errors of a run, and of what caused them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from seedkit.core.read_secrets import Secrets
from seedkit.errors import Lines, SeedkitError


@contextmanager
def concealed(secrets: Secrets) -> Iterator[None]:
    """Let an error pass without secrets; an error behind it that quotes one is cut off, as nothing can change it."""
    try:
        yield
    except SeedkitError as error:
        error.message = secrets.hidden(error.message)
        error.detail = error.detail and _hidden_in_detail(error.detail, secrets)
        error.hint = error.hint and secrets.hidden(error.hint)
        error.args = (error.message,)
        if any(secrets.hidden(text) != text for text in map(str, _behind(error))):
            error.__cause__ = error.__context__ = None
        raise


def _hidden_in_detail(detail: str, secrets: Secrets) -> str:
    """Keep lines of our own apart: what is in each has been put on one line already."""
    hidden = secrets.hidden(detail)
    return Lines(hidden) if isinstance(detail, Lines) else hidden


def _behind(error: BaseException) -> Iterator[BaseException]:
    """Follow an error to what caused it, or was there when it came up."""
    waiting, seen = [error.__cause__, error.__context__], {id(error)}
    while waiting:
        found = waiting.pop()
        if found is not None and id(found) not in seen:
            seen.add(id(found))
            waiting += [found.__cause__, found.__context__]
            yield found
