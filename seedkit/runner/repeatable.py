"""What draws random values, seeded for a seeder and put back after it: a second run gives the same, and nobody notices.

Only what the program has imported is touched. Not repeatable: `uuid4`, `secrets`, and generators that a seeder makes.
"""

from __future__ import annotations

import logging
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from seedkit.core.fixture_language.fakes import random_seed_for

_log = logging.getLogger("seedkit")

_FACTORIES = {"factory": "factory.random", "polyfactory": "polyfactory.factories.base"}
"""The libraries whose generators are seeded, by the modules that have them."""


class _Generator(NamedTuple):
    """Something with the three functions of Python's own generators; `fixed` is a seed that its owner has chosen."""

    name: str
    read: Callable[[], Any]
    seed: Callable[[int], Any]
    put_back: Callable[[Any], Any]
    fixed: int | None = None


@contextmanager
def seeded_generators(random_seed: int, seeder: str) -> Iterator[None]:
    """Seed the generators of Python, NumPy, Faker, factory_boy and polyfactory for a seeder; put them back after it."""
    before = [(each, each.read()) for each in _generators()]
    known = _imported()
    for each, _ in before:
        each.seed(random_seed_for(random_seed, "seeder", seeder, each.name) if each.fixed is None else each.fixed)
    try:
        yield
    finally:
        for each, state in before:
            each.put_back(state)
    for library in _imported() - known:
        _log.warning(
            'warning: seeder "%s" imports %s while it runs, whose values differ at each run: '
            "import it at the top of the file",
            seeder,
            library,
        )


@contextmanager
def sequences_from_the_start() -> Iterator[None]:
    """Have factory_boy's sequences begin anew for a run, and go on afterwards where they were before."""
    base = getattr(sys.modules.get("factory.base"), "BaseFactory", None)
    options: list[Any] = [] if base is None else [factory._meta for factory in _derived(base)]
    before = [(each, each._counter) for each in options]
    for each, _ in before:
        each._counter = None  # it is made when it is needed
    try:
        yield
    finally:
        for each, counter in before:
            each._counter = counter


def _imported() -> set[str]:
    return {library for library, module in _FACTORIES.items() if module in sys.modules}


def _generators() -> Iterator[_Generator]:
    yield _Generator("random", random.getstate, random.seed, random.setstate)
    numpy: Any = sys.modules.get("numpy.random")
    if numpy is not None:
        yield _Generator("numpy", numpy.get_state, lambda seed: numpy.seed(seed % 2**32), numpy.set_state)
    seen: set[int] = set()
    for name, found, fixed in (*_of_faker(), *_of_polyfactory()):
        if id(found) not in seen:
            seen.add(id(found))
            yield _Generator(name, found.getstate, found.seed, found.setstate, fixed)


def _of_faker() -> Iterator[tuple[str, random.Random, None]]:
    """Give what all Fakers share that were not seeded by themselves, and what factory_boy draws from."""
    for module, attribute in (("faker.generator", "random"), ("factory.random", "randgen")):
        found = getattr(sys.modules.get(module), attribute, None)
        if isinstance(found, random.Random):
            yield module, found, None


def _of_polyfactory() -> Iterator[tuple[str, random.Random, int | None]]:
    """Give what the factories draw from, those with a seed of their own first: others may share it."""
    base = getattr(sys.modules.get("polyfactory.factories.base"), "BaseFactory", None)
    factories = [] if base is None else [base, *_derived(base)]
    for factory in sorted(factories, key=lambda each: getattr(each, "__random_seed__", None) is None):
        fixed = getattr(factory, "__random_seed__", None)
        name = f"{factory.__module__}.{factory.__qualname__}"
        yield name, factory.__random__, fixed
        for generator in getattr(factory.__faker__, "factories", ()):
            yield f"{name} faker", generator.random, fixed


def _derived(base: Any) -> Iterator[Any]:  # noqa: ANN401 - a class of a library that need not be there
    for found in base.__subclasses__():
        yield found
        yield from _derived(found)
