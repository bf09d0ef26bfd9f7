"""Threads that take the most urgent work first."""

import heapq
import itertools
import threading
from collections.abc import Callable
from concurrent.futures import Future


class Pool:
    """As many threads as runs go side by side. Work of equal urgency keeps its order."""

    def __init__(self, workers: int):
        self.workers = workers
        self._work: list[tuple[int, int, Future, Callable]] = []
        self._count = itertools.count()
        self._changed = threading.Condition()
        self._closed = False
        self._threads = [threading.Thread(target=self._serve, daemon=True) for _ in range(workers)]
        for thread in self._threads:
            thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        """Drop what has not begun, and wait for what has."""
        with self._changed:
            self._closed = True
            for _, _, future, _ in self._work:
                future.cancel()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def submit(self, urgency: int, task: Callable) -> Future:
        """Have the task done; work of a lower number comes first."""
        future: Future = Future()
        with self._changed:
            if self._closed:
                future.cancel()
            else:
                heapq.heappush(self._work, (urgency, next(self._count), future, task))
                self._changed.notify()
        return future

    def _serve(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._work or self._closed)
                if self._closed:
                    return
                _, _, future, task = heapq.heappop(self._work)
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(task())
                except BaseException as error:
                    future.set_exception(error)
