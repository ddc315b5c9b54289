"""How long a value takes: each generator of a column by itself, and whole tables as they are written for COPY.

python -m benchmarks.columns              all, the best of some rounds in ns of processor time
python -m benchmarks.columns email users  those alone
"""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from seedkit.core.foreign_keys import ForeignKey
from seedkit.core.generation.columns.blocks import Generator, Sometimes
from seedkit.core.generation.columns.choices import Choice, weighted
from seedkit.core.generation.columns.cuts import Cased, Cut, Marked
from seedkit.core.generation.columns.moments import Clock, Day, Gap, Life, Moment
from seedkit.core.generation.columns.numbers import Counter, Fixed, Hex, TimedUuid, Uuid, Whole
from seedkit.core.generation.columns.parents import Earlier, Numbered, Parent
from seedkit.core.generation.columns.patterns.matching import matching
from seedkit.core.generation.columns.patterns.pieces import expression_pieces
from seedkit.core.generation.columns.texts.making import TextMaker
from seedkit.core.generation.columns.texts.meanings import MAKERS
from seedkit.core.generation.planning.chosen import Run
from seedkit.core.generation.planning.situation import Parents, Situation
from seedkit.core.generation.planning.tables import TablePlanner
from seedkit.core.generation.rows.making import RowMaker
from seedkit.core.generation.schema import TableRules
from seedkit.core.generation.streams import BLOCK, Stream, rows_of_block
from seedkit.files.generation.meanings import read_meanings, read_words
from tests.core.generation.made_tables import a_table

GOAL_NS = 180
ROUNDS, BLOCKS = 7, 4
STREAM = Stream.named(0, "public.users", "c")
FIRST_DAY = date(2024, 11, 30)


TABLES = {
    "users": a_table(
        {
            "id": "bigint not null",
            "email": "text not null",
            "name": "text not null",
            "country": "character(2) not null",
            "active": "boolean not null",
            "created_at": "timestamp with time zone not null",
        },
        name="users",
        uniques=[("id",), ("email",)],
        checks=["(country)::text = upper((country)::text)"],
    ),
    "orders": a_table(
        {
            "id": "bigint not null",
            "user_id": "bigint not null",
            "status": "text not null",
            "total": "numeric(10,2) not null",
            "placed_at": "timestamp with time zone not null",
        },
        name="orders",
        uniques=[("id",)],
        checks=["status = ANY (ARRAY['placed'::text, 'paid'::text])", "total >= (0)::numeric"],
        foreign_keys=[
            ForeignKey(name="orders_user_id_fkey", columns=("user_id",), references=1, referenced_columns=("id",))
        ],
    ),
    "orders, times in order": a_table(
        {
            "id": "bigint not null",
            "status": "text not null",
            "placed_at": "timestamp with time zone not null",
            "paid_at": "timestamp with time zone",
        },
        name="paid_orders",
        uniques=[("id",)],
        checks=["status = ANY (ARRAY['placed'::text, 'paid'::text])", "paid_at >= placed_at"],
    ),
}


def best(make: Callable[[], Generator]) -> tuple[float, float]:
    """Give the milliseconds of a generator's first value, and the nanoseconds of each in whole blocks after that."""
    begin = time.process_time_ns()
    generator = make()
    next(iter(generator.values(rows_of_block(0))))
    first = time.process_time_ns() - begin
    return first / 1e6, min(_rounds(generator)) / (BLOCK * BLOCKS)


def _rounds(generator: Generator) -> Iterator[int]:
    for number in range(ROUNDS):
        begin = time.process_time_ns()
        for block in range(number * BLOCKS, (number + 1) * BLOCKS):
            deque(generator.values(rows_of_block(block)), maxlen=0)
        yield time.process_time_ns() - begin


def generators() -> Mapping[str, Callable[[], Generator]]:
    """List what is measured by name, each made when it is wanted."""
    words = read_words().lists["nouns"]
    texts = {name: _text(name) for name in MAKERS}
    return texts | {
        "Counter": Counter,
        "Whole": lambda: Whole(1, 1000, STREAM),
        "Whole, of a hundred thousand": lambda: Whole(1, 100_000, STREAM),
        "Whole, of 2^40": lambda: Whole(1, 2**40, STREAM),
        "Fixed, 499 units of money": lambda: Fixed(100, 50_000, 2, STREAM),
        "Fixed, 6 digits": lambda: Fixed(-90_000_000, 90_000_000, 6, STREAM),
        "Uuid": lambda: Uuid(STREAM),
        "TimedUuid": lambda: TimedUuid(1, STREAM),
        "Hex": lambda: Hex(32, STREAM),
        "Day": lambda: Day(FIRST_DAY, 700, STREAM),
        "Clock": lambda: Clock(STREAM),
        "Life": lambda: Life(FIRST_DAY, 700, 60, STREAM),
        "Life, two steps later": lambda: Life(
            FIRST_DAY, 700, 60, STREAM, (Gap(1, 60, 9, STREAM), Gap(1, 90, 9, STREAM))
        ),
        "Moment": lambda: Moment(FIRST_DAY, 700, STREAM, "+00"),
        "Choice of 5": lambda: Choice(("a", "b", "c", "d", "e"), STREAM),
        "Choice of 500": lambda: Choice(words, STREAM),
        "Choice, weighted": lambda: Choice(weighted({"t": 85, "f": 15}), STREAM),
        "Sometimes": lambda: Sometimes(Choice(words, STREAM), 38, STREAM.apart("null")),
        "Cut": lambda: Cut(_text("sentence")(), 30),
        "Cased": lambda: Cased(Choice(words, STREAM), lower=False),
        "Marked": lambda: Marked(Choice(words, STREAM)),
        "Marked, to a length": lambda: Marked(Choice(words, STREAM), length=12),
        "Parent of 100,003": lambda: Parent(100_003, Numbered(1), STREAM),
        "Parent of 40": lambda: Parent(40, Numbered(1), STREAM),
        "Earlier": lambda: Earlier(Numbered(1), STREAM),
        "matching, of a fixed length": lambda: matching(expression_pieces("^[A-Z]{2}-[0-9]{3}$"), 0, None, STREAM),
        "matching": lambda: matching(expression_pieces("^[a-z]+(-[a-z]+)*$"), 0, 40, STREAM),
    }


def _text(meaning: str) -> Callable[[], Generator]:
    return lambda: MAKERS[meaning](TextMaker(read_words(), STREAM, Stream.named(0, "public.users")))


def main(names: list[str]) -> int:
    """Measure and print."""
    found = {name: make for name, make in generators().items() if not names or name in names}
    for name, make in found.items():
        first, each = best(make)
        mark = "" if each <= GOAL_NS else "  more than wanted"
        print(f"{name:32} {each:7.0f} ns a value {first:8.2f} ms to begin{mark}")
    for name, rules in TABLES.items():
        if not names or name in names:
            _whole(name, rules)
    return 0


def _whole(name: str, rules: TableRules) -> None:
    """Measure rows as they are sent."""
    maker = _maker(rules)
    blocks = [list(maker.blocks(BLOCK * number, BLOCK)) for number in range(2)]
    assert sum(len(made.numbers) for block in blocks for made in block) == BLOCK * 2
    taken = []
    for number in range(ROUNDS):
        begin = time.process_time_ns()
        deque(maker.blocks(BLOCK * BLOCKS * number, BLOCK * BLOCKS), maxlen=0)
        taken.append(time.process_time_ns() - begin)
    each = min(taken) / (BLOCK * BLOCKS)
    columns, mode = len(maker.plan.columns), "by column" if maker.by_column else "row by row"
    print(f"{name:32} {each:7.0f} ns a row, {each / columns:.0f} a value, {mode}")


def _maker(rules: TableRules) -> RowMaker:
    parents = {key.name: Parents(100_003, {"id": Numbered(1)}) for key in rules.table.foreign_keys}
    run = Run(random_seed=0, today=date(2026, 11, 30), meanings=read_meanings(), words=read_words())
    return RowMaker(
        TablePlanner(rules, run, Situation(counted=["id"], parents=parents)).planned, rules.surroundings({})
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
