"""What is proved of a column's generator holds in every row that it makes."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from seedkit.core.catalog import Column
from seedkit.core.generation.columns.blocks import Constant, Generator, Joined, Sometimes
from seedkit.core.generation.columns.choices import Choice
from seedkit.core.generation.columns.cuts import Cased, Cut, Marked
from seedkit.core.generation.columns.moments import Day, Moment
from seedkit.core.generation.columns.numbers import Counter, Fixed, Whole
from seedkit.core.generation.expressions.evaluation import evaluator
from seedkit.core.generation.expressions.parser import parsed
from seedkit.core.generation.row_values import read_column
from seedkit.core.generation.rows.proofs import is_proved
from seedkit.core.generation.streams import Stream

STREAM = Stream.named(0, "t", "x")
WORDS = Choice(("Ada", "a long word or two", "x"), STREAM)
GENERATORS: list[tuple[str, Generator]] = [
    ("integer", Whole(-5, 12, STREAM)),
    ("integer", Counter(3)),
    ("numeric", Fixed(-150, 990, 2, STREAM)),
    ("numeric", Sometimes(Fixed(0, 990, 2, STREAM), 40, STREAM)),
    ("date", Day(date(2024, 1, 30), 40, STREAM)),
    ("timestamp without time zone", Moment(date(2024, 1, 30), 40, STREAM)),
    ("text", WORDS),
    ("text", Cased(Cut(WORDS, 6), lower=True)),
    ("text", Marked(WORDS, length=12)),
    ("text", Joined((WORDS, Constant("-"), Whole(1, 99, STREAM)))),
]
NUMBERS = st.sampled_from([-6, -5, -1, 0, 3, 9, 10, 12, 13])
CONDITIONS = {
    "integer": st.builds("x {} {}".format, st.sampled_from(["<", "<=", ">", ">=", "<>", "="]), NUMBERS),
    "numeric": st.builds("x {} {}".format, st.sampled_from(["<", "<=", ">", ">="]), NUMBERS),
    "text": st.one_of(
        st.builds("char_length(x) {} {}".format, st.sampled_from(["<", "<="]), st.integers(1, 25)),
        st.sampled_from(["x = lower(x)", "x <> ''", "x like '%a%'", "x = any (array['Ada', 'x'])"]),
    ),
    "date": st.builds("x {} date '2024-0{}-1'".format, st.sampled_from(["<", "<=", ">", ">="]), st.integers(1, 4)),
}
CONDITIONS["timestamp without time zone"] = CONDITIONS["date"]


def column_of(kind: str) -> Column:
    return Column(
        number=1,
        name="x",
        type_name=kind,
        base_type=kind,
        category="",
        not_null=False,
        has_default=False,
        identity="",
        generated=False,
    )


@given(st.sampled_from(GENERATORS), st.data())
def test_a_proved_condition_is_false_of_no_row(made: tuple[str, Generator], data: st.DataObject) -> None:
    kind, generator = made
    node = parsed(data.draw(CONDITIONS[kind]))
    column = column_of(kind)
    evaluate, read = evaluator(node), read_column(column)

    proved = is_proved(node, evaluate, generator, column)

    holds = all(evaluate({"x": read(text)}) is not False for text in set(generator.block(0)))
    assert holds or not proved


def test_what_is_usual_is_proved() -> None:
    usual: list[tuple[str, Generator, str]] = [
        ("integer", Whole(1, 20, STREAM), "x > 0"),
        ("numeric", Fixed(100, 50_000, 2, STREAM), "x >= 0"),
        ("text", WORDS, "char_length(x) <= 255"),
        ("text", Marked(WORDS, length=20), "char_length(x) <= 20"),
        ("text", Cased(Cut(WORDS, 2), lower=False), "x = upper(x)"),
    ]

    for kind, generator, condition in usual:
        node = parsed(condition)
        assert is_proved(node, evaluator(node), generator, column_of(kind)), condition
