"""The thread that reads ahead gives the same rows, stays within its bounds, and ends however the load ends."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from seedkit.core.rows.blocks import Block, Question, RowSource
from seedkit.core.rows.keys import OnConflict
from seedkit.core.rows.shapes import RowShape
from seedkit.errors import FixtureError
from seedkit.postgres.loading.table_loads import TableLoad
from seedkit.runner.read_ahead import BLOCKS, read_ahead
from tests.core.builders import a_table

ID = RowShape(columns=("id",))


def a_source(blocks: Iterator[Block], *, may_query: bool = False, one_by_one: bool = False) -> RowSource:
    return RowSource(
        name="fixtures/users.yml",
        may_query=may_query,
        one_by_one=one_by_one,
        blocks=lambda: blocks,
        on_conflict=OnConflict.UPDATE,
        key=(),
        origin=None,
        locate=lambda _shape, _number: None,
        locate_key=lambda _key, _texts: [],
    )


def a_load(*sources: RowSource) -> TableLoad:
    return TableLoad(table=a_table(), sources=sources)


def numbered(first: int, last: int) -> Iterator[Block]:
    return (Block(ID, f"{number}\n".encode(), 1) for number in range(first, last + 1))


def texts(load: TableLoad) -> list[bytes]:
    return [block.text for source in load.sources for block in source.blocks() if isinstance(block, Block)]


def reader_rests() -> None:
    """Wait until the thread has read what it may."""
    time.sleep(0.03)


def readers() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "seedkit-reader"]


def test_the_rows_of_all_loads_come_in_their_order() -> None:
    first, second = a_load(a_source(numbered(1, 2)), a_source(numbered(3, 3))), a_load(a_source(numbered(4, 50)))

    with read_ahead([[first], [second]]) as [[one], [two]]:
        assert texts(one) == [b"1\n", b"2\n", b"3\n"]
        assert len(texts(two)) == 47
    assert readers() == []


def test_no_more_blocks_are_read_than_may_wait() -> None:
    read = []

    def watched() -> Iterator[Block]:
        for block in numbered(1, 1_000):
            read.append(block)
            yield block

    with read_ahead([[a_load(a_source(watched()))]]) as [[load]]:
        blocks = load.sources[0].blocks()
        next(blocks)
        assert len(read) <= BLOCKS + 2
    assert readers() == []


def test_the_thread_reads_between_the_sources_and_leaves_their_rows_to_the_caller() -> None:
    threads, many = [], 6 * BLOCKS

    def watched(count: int) -> Iterator[Block]:
        for block in numbered(1, count):
            threads.append(threading.current_thread().name)
            yield block

    loads = [[a_load(a_source(watched(many)))], [a_load(a_source(watched(BLOCKS)))]]
    with read_ahead(loads) as [[first], [second]]:
        while len(threads) < BLOCKS:
            time.sleep(0.001)
        texts(first)
        while len(threads) < many + BLOCKS - 1:  # the end of the first source is one of those that wait
            time.sleep(0.001)
        texts(second)

    own = threading.current_thread().name
    assert threads[:BLOCKS] == ["seedkit-reader"] * BLOCKS
    assert threads[BLOCKS + 1 : many] == [own] * (many - BLOCKS - 1)
    assert threads[many : many + BLOCKS - 1] == ["seedkit-reader"] * (BLOCKS - 1)


def test_rows_that_take_long_to_make_are_read_while_the_server_is_at_work_and_go_together_where_they_wait() -> None:
    threads, sent = [], []

    def watched() -> Iterator[Block]:
        for block in numbered(1, 3 * BLOCKS):
            threads.append(threading.current_thread().name)
            yield block

    with read_ahead([[a_load(a_source(watched(), one_by_one=True))]]) as [[load]]:
        for block in load.sources[0].blocks():
            assert isinstance(block, Block)
            sent.append(block)
            read = sum(block.rows for block in sent)
            while len(threads) < min(read + BLOCKS, 3 * BLOCKS):  # as if it waited for the server
                time.sleep(0.001)

    assert threads[BLOCKS + 1 :] == ["seedkit-reader"] * (2 * BLOCKS - 1)
    assert b"".join(block.text for block in sent) == b"".join(block.text for block in numbered(1, 3 * BLOCKS))
    assert max(block.rows for block in sent) > 1


def test_rows_of_another_shape_do_not_go_together_with_those_before() -> None:
    other = RowShape(columns=("id", "name"))
    blocks = [Block(shape, b"1\n", 1) for shape in (ID, ID, other, ID)]

    with read_ahead([[a_load(a_source(iter(blocks), one_by_one=True))], []]) as [[load], _]:
        reader_rests()
        sent = [(block.shape, block.rows) for block in load.sources[0].blocks()]

    assert sent == [(ID, 2), (other, 1), (ID, 1)]


def test_what_waits_is_sent_while_the_thread_makes_a_block_that_takes_long() -> None:
    made = threading.Event()

    def slow_at_last() -> Iterator[Block]:
        yield from numbered(1, 3)
        made.wait()
        yield from numbered(4, 4)

    with read_ahead([[a_load(a_source(slow_at_last(), one_by_one=True))]]) as [[load]]:
        blocks = load.sources[0].blocks()
        time.sleep(0.02)
        first = next(blocks)
        made.set()
        rest = list(blocks)

    assert [first.rows, *[block.rows for block in rest]] == [3, 1]


def test_few_blocks_wait_where_they_are_large() -> None:
    read = []

    def large() -> Iterator[Block]:
        for number in range(100):
            read.append(number)
            yield Block(ID, b"1" * 1024 * 1024, 1)

    with read_ahead([[a_load(a_source(large(), one_by_one=True))]]) as [[load]]:
        reader_rests()
        assert len(read) == 4
        assert len(texts(load)) == 100


@pytest.mark.parametrize("one_by_one", [True, False])
def test_what_rows_have_to_know_is_asked_by_the_caller_before_any_of_them_is_read(*, one_by_one: bool) -> None:
    threads: list[threading.Thread] = []
    read: list[Block] = []

    def ask() -> None:
        threads.append(threading.current_thread())
        assert read == []

    def watched() -> Iterator[Block]:
        for block in numbered(2, 40):
            read.append(block)
            yield block

    asking = replace(a_source(watched(), one_by_one=one_by_one), question=Question(is_open=lambda: True, ask=ask))
    with read_ahead([[a_load(a_source(numbered(1, 1)))], [a_load(asking)]]) as [[first], [second]]:
        reader_rests()
        texts(first)
        reader_rests()
        assert threads == []
        assert sum(len(text.splitlines()) for text in texts(second)) == 39

    assert threads == [threading.current_thread()]


def test_nothing_is_asked_where_the_files_tell_it() -> None:
    known = replace(
        a_source(numbered(1, 9)), question=Question(is_open=lambda: False, ask=lambda: pytest.fail("asked"))
    )

    with read_ahead([[a_load(known)]]) as [[load]]:
        reader_rests()
        assert len(texts(load)) == 9


def test_the_thread_rests_while_rows_are_read_again_after_an_error() -> None:
    read = []

    def watched() -> Iterator[Block]:
        for block in numbered(1, 1_000):
            time.sleep(0.001)
            read.append(block)
            yield block

    def located(_shape: RowShape, _number: int) -> None:
        before = len(read)
        time.sleep(0.05)
        assert len(read) == before

    source = replace(a_source(watched(), one_by_one=True), locate=located)
    with read_ahead([[a_load(source)]]) as [[load]]:
        blocks = load.sources[0].blocks()
        next(blocks)
        load.sources[0].locate(ID, 1)
        load.sources[0].locate(ID, 1)
    assert readers() == []


def test_the_thread_ends_however_soon_it_is_stopped() -> None:
    for count in range(300):
        with read_ahead([[a_load(a_source(numbered(1, count % 3)))]]) as [[load]]:
            if count % 2:
                texts(load)
    assert readers() == []


def test_what_reading_raises_is_raised_where_the_rows_are_awaited() -> None:
    def broken() -> Iterator[Block]:
        yield from numbered(1, 1)
        raise FixtureError("a row names no column")

    with read_ahead([[a_load(a_source(broken()))]]) as [[load]], pytest.raises(FixtureError, match="names no column"):
        texts(load)
    assert readers() == []


def test_the_thread_ends_where_the_load_fails_at_its_first_block() -> None:
    with pytest.raises(KeyboardInterrupt), read_ahead([[a_load(a_source(numbered(1, 1_000)))]]):
        raise KeyboardInterrupt
    assert readers() == []


def test_rows_that_may_need_the_connection_are_left_to_the_caller() -> None:
    threads = []

    def asking() -> Iterator[Block]:
        threads.append(threading.current_thread())
        yield from numbered(1, 1)

    with read_ahead([[a_load(a_source(asking(), may_query=True))]]) as [[load]]:
        assert texts(load) == [b"1\n"]
    assert threads == [threading.current_thread()]
