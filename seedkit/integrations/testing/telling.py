"""How a test's run tells what was wrong: in seedkit's own words, once in full. Imports nothing else of seedkit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import TypeVar

import pytest

_Opened = TypeVar("_Opened")

_TOLD = pytest.StashKey["list[BaseException]"]()
_AT_THE_FIRST = " (told in full at the first test)"


@contextmanager
def told(config: pytest.Config) -> Iterator[None]:
    """Fail with seedkit's own words; with a traceback only where `-vv` asks for it."""
    from seedkit.errors import SeedkitError

    try:
        yield
    except SeedkitError as error:
        text = str(error).replace("`--debug` shows", "`pytest -vv` shows")
        asked = config.getoption("verbose") >= 2
        failure = pytest.fail.Exception(f"seedkit: {text}", pytrace=asked)
        config.stash.setdefault(_TOLD, []).append(failure)
        raise failure from (error if asked else None)


@contextmanager
def opened(config: pytest.Config, context: AbstractContextManager[_Opened]) -> Iterator[_Opened]:
    """Open what the run needs, and tell what was wrong with that alone."""
    with ExitStack() as stack:
        with told(config):
            value = stack.enter_context(context)
        yield value


def shorten(config: pytest.Config, failure: BaseException) -> None:
    """Have a failure that was told in full before only name what was wrong, if it is one of ours."""
    if isinstance(failure, pytest.fail.Exception) and failure in config.stash.get(_TOLD, []):
        first = (failure.msg or "").partition("\n")[0].removesuffix(_AT_THE_FIRST)
        failure.msg = f"{first}{_AT_THE_FIRST}"
