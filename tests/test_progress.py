from __future__ import annotations

import time

from seedkit.progress import Progress, current, watched


def test_what_is_done_within_something_else_is_counted_once():
    progress = Progress()

    with progress.at("loading"):
        time.sleep(0.01)
        with progress.at("checking"):
            time.sleep(0.03)

    spent = {what: found.seconds for what, found in progress.spent.items()}
    assert 0.01 <= spent["", "loading"] < 0.03 <= spent["", "checking"]
    assert sum(spent.values()) <= time.monotonic() - progress.began


def test_a_step_is_told_at_its_end_with_what_was_counted_of_it():
    told = []
    progress = Progress(heard=lambda _seconds: told.append((progress.step, progress.name, progress.rows)))

    progress.begin("users", 1, 2)
    progress.rows += 3
    progress.begin("orders", 2, 2)
    progress.end()

    assert told == [(0, "", 0), (1, "users", 3), (2, "orders", 0)]


def test_what_is_one_thing_hides_what_is_done_for_it():
    progress = Progress()
    progress.begin("orders", 2, 5)

    with progress.at("looking for mistakes", as_one=True), progress.at("copying rows"):
        progress.begin("another step", 1, 1)

        assert (progress.name, progress.step, progress.doing) == ("orders", 2, "looking for mistakes")
    assert list(progress.spent)[-1] == ("orders", "looking for mistakes")


def test_what_nobody_watches_is_forgotten():
    progress = Progress()

    with watched(progress):
        current().rows += 1
    current().rows += 1

    assert progress.rows == 1
    assert current().rows == 0
