"""Threads that take the most urgent work first."""

import threading
from concurrent.futures import CancelledError

import pytest

from checker.pool import Pool


class Busy:
    """Keeps a pool's only thread at work until it is told to go on."""

    def __init__(self, pool: Pool):
        self._begun, self._free = threading.Event(), threading.Event()
        self.future = pool.submit(0, self._wait)
        self._begun.wait()

    def go_on(self) -> None:
        self._free.set()

    def _wait(self) -> str:
        self._begun.set()
        self._free.wait()
        return "done"


@pytest.fixture
def pool():
    with Pool(1) as pool:
        yield pool


def test_work_of_a_lower_number_comes_first(pool):
    busy, done = Busy(pool), []

    work = [pool.submit(urgency, lambda u=urgency: done.append(u)) for urgency in (2, 0, 1)]
    busy.go_on()
    for future in work:
        future.result()

    assert done == [0, 1, 2]


def test_work_of_equal_urgency_keeps_its_order(pool):
    busy, done = Busy(pool), []

    work = [pool.submit(1, lambda name=name: done.append(name)) for name in "abcdef"]
    busy.go_on()
    for future in work:
        future.result()

    assert done == [*"abcdef"]


def test_what_the_work_returns_is_its_result(pool):
    assert pool.submit(0, lambda: 5).result() == 5


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_is_delivered_and_the_thread_goes_on(pool, error):
    def fails():
        raise error("broken")

    with pytest.raises(error, match="broken"):
        pool.submit(0, fails).result()

    assert pool.submit(0, lambda: "next").result() == "next"


def test_as_much_goes_side_by_side_as_there_are_workers():
    with Pool(2) as pool:
        both = threading.Barrier(2, timeout=30)
        work = [pool.submit(0, both.wait) for _ in range(2)]

        assert sorted(future.result() for future in work) == [0, 1]


def test_leaving_drops_what_has_not_begun_and_waits_for_what_has(pool):
    busy = Busy(pool)
    waiting = pool.submit(0, lambda: "too late")
    waiting.add_done_callback(lambda _: busy.go_on())  # it is dropped before that is waited for

    pool.__exit__(None, None, None)

    assert busy.future.result() == "done"
    with pytest.raises(CancelledError):
        waiting.result()


def test_work_that_was_cancelled_is_not_begun(pool):
    busy, done = Busy(pool), []
    cancelled = pool.submit(0, lambda: done.append("cancelled"))

    cancelled.cancel()
    busy.go_on()
    pool.submit(0, lambda: done.append("next")).result()

    assert done == ["next"]


def test_a_pool_that_was_left_takes_no_more_work(pool):
    pool.__exit__(None, None, None)

    assert pool.submit(0, lambda: "too late").cancelled()
