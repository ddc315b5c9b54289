"""Dataclasses that are written late are the ones that Python makes, whatever is looked at first."""

from __future__ import annotations

import copy
import dataclasses
import importlib
import inspect
import pickle
import pkgutil
from dataclasses import FrozenInstanceError, field
from typing import Any

import pytest

import seedkit
from seedkit.late_dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    city: str
    seats: int = 3
    names: list[str] = field(default_factory=list, compare=False)


@dataclass(frozen=True, slots=True)
class Numbered(Place):
    number: int = 7


@dataclass(slots=True)
class Counter:
    rows: int
    seen: set[int] = field(default_factory=set)


@dataclass(order=True)
class Size:
    width: int
    told: str = field(default="", compare=False)

    def __repr__(self) -> str:
        return f"{self.width} wide"


def untouched() -> type[Any]:
    @dataclass(frozen=True, slots=True)
    class Point:
        x: int
        y: int = 0

    return Point


@pytest.mark.parametrize(
    ("look", "found"),
    [
        (lambda kind: repr(kind(1)), "untouched.<locals>.Point(x=1, y=0)"),
        (lambda kind: kind(1) == kind(1, 0), True),
        (lambda kind: hash(kind(1)), hash((1, 0))),
        (lambda kind: [found.name for found in dataclasses.fields(kind)], ["x", "y"]),
        (dataclasses.is_dataclass, True),
        (lambda kind: str(inspect.signature(kind)), "(x: 'int', y: 'int' = 0) -> None"),
        (lambda kind: dataclasses.replace(kind(1), y=2).y, 2),
        (lambda kind: kind.__match_args__, ("x", "y")),
    ],
    ids=["text", "equality", "hash", "fields", "kind", "signature", "replacement", "pattern"],
)
def test_a_class_is_whole_whatever_is_looked_at_first(look, found):
    kind = untouched()

    seen = look(kind)

    assert seen == found
    assert kind(1, 2) == kind(1, y=2)


def test_nothing_can_be_set_in_a_frozen_one_before_and_after_its_methods_were_written():
    kind = untouched()
    bare = object.__new__(kind)

    with pytest.raises(FrozenInstanceError):
        bare.x = 1
    with pytest.raises(FrozenInstanceError):
        kind(1).x = 2


def test_one_that_inherits_has_the_fields_of_both():
    numbered = Numbered(city="Oslo")

    assert numbered == Numbered(7, city="Oslo", names=["not compared"])
    assert [found.name for found in dataclasses.fields(Numbered)] == ["city", "seats", "names", "number"]


def test_what_is_not_frozen_can_be_changed_and_has_no_hash():
    counter = Counter(1)

    counter.rows += 1
    counter.seen.add(4)

    assert counter == Counter(2, {4})
    assert Counter(2).seen == set()
    with pytest.raises(TypeError, match="unhashable"):
        hash(counter)
    with pytest.raises(TypeError, match="not supported"):
        assert Counter(1) < Counter(2)  # type: ignore[operator]


def test_those_with_an_order_and_methods_of_their_own_keep_both():
    sizes = [Size(3), Size(1, "told")]

    assert [repr(size) for size in sorted(sizes)] == ["1 wide", "3 wide"]
    assert Size(1) == sizes[1]
    assert Size.told == ""


@pytest.mark.parametrize("made", [Place(city="Oslo", names=["a"]), Numbered(2, city="Oslo"), Counter(3), Size(4)])
def test_they_are_copied_and_sent_to_other_processes(made):
    assert pickle.loads(pickle.dumps(made)) == made  # noqa: S301 - our own
    assert copy.deepcopy(made) == made


def test_every_class_of_ours_is_the_one_that_python_makes():
    kinds = [
        kind
        for found in pkgutil.walk_packages(seedkit.__path__, "seedkit.")
        if ".django" not in found.name and ".integrations." not in found.name
        for kind in vars(importlib.import_module(found.name)).values()
        if isinstance(kind, type) and kind.__module__ == found.name and "__dataclass_fields__" in vars(kind)
    ]

    assert len(kinds) > 300
    for kind in kinds:
        names = [found.name for found in dataclasses.fields(kind)]
        inherited = {name for base in kind.__mro__[1:] for name in getattr(base, "__slots__", ())}
        slots = vars(kind).get("__slots__")
        assert slots is None or set(slots) == {name for name in names if name not in inherited}
        assert {"__init__", "__repr__", "__eq__"} <= vars(kind).keys()
