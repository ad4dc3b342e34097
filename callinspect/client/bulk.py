"""Many calls at once: a few threads that pull their work from an iterator of any length.

Threads with a connection each, rather than an event loop, because httpx's pool slows down with every connection in it.
Read-ahead and waiting results are bounded, so memory stays flat.
"""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

from callinspect.deadline import NoThreadError, started
from callinspect.errors import CallinspectError, UsageError
from callinspect.http.pace import CLOSED

T = TypeVar("T")
R = TypeVar("R")

MAX_AHEAD = 8
"""Tasks per thread that may be finished or in progress before their results are taken."""

GATHERING = 0.005
"""Seconds for which results are collected: waking up for each takes as long as writing it."""


class _End(NamedTuple):
    """A thread has finished, or failed unexpectedly."""

    error: BaseException | None


class _Room:
    """A semaphore in C: a signal may interrupt any Python function while it holds a lock."""

    def __init__(self, places: int) -> None:
        self._places: queue.SimpleQueue[None] = queue.SimpleQueue()
        self.give(places)

    def take(self) -> None:
        self._places.get()

    def give(self, places: int = 1) -> None:
        for _ in range(places):
            self._places.put(None)


Finished = queue.SimpleQueue[tuple[int, R | CallinspectError] | _End]
"""Numbered results, and the ends of threads, as they come."""


class _Crew(Generic[T, R]):
    """What the threads of a run share: tasks, room for results, and finished results.

    Args:
        tasks: read one by one, by the next free thread.
        work: raises CallinspectError for a task that fails.
        places: maximum number of tasks in progress or with results waiting.
    """

    def __init__(self, tasks: Iterable[T], work: Callable[[T], R], places: int) -> None:
        self._source, self._turn = enumerate(tasks), threading.Lock()
        self._work = work
        self._is_over = False
        self._places = places
        self.was_closed = False
        self.room = _Room(places)
        self.finished: Finished[R] = queue.SimpleQueue()

    def run(self) -> None:
        """Work on tasks until there are no more. Runs on each thread."""
        try:
            while self._has_worked():
                pass
        except BaseException as error:  # noqa: BLE001 - raised again by the reader of the results
            self.finished.put(_End(error))
        else:
            self.finished.put(_End(None))

    def _has_worked(self) -> bool:
        """Work on the next task; return whether there was one."""
        self.room.take()
        with self._turn:
            number, task = next(self._source, (-1, None))
        if self._is_over or number < 0 or task is None:
            return False
        try:
            done: R | CallinspectError = self._work(task)
        except CallinspectError as error:
            done = error.detached()
        self.finished.put((number, done))
        return True

    def dismiss(self) -> None:
        """Let the threads end after their current tasks."""
        self._is_over = True
        self.room.give(self._places)  # more than there are threads

    def close(self) -> None:
        """Let the threads end, and the reader of their results know that some are missing."""
        self.was_closed = True
        self.dismiss()


class Crews:
    """The runs that are going on, so that they can all be ended."""

    def __init__(self) -> None:
        self._working: set[_Crew[Any, Any]] = set()
        self.is_closed = False

    def close(self) -> None:
        """End them all, and those that have yet to begin: their readers get an error."""
        self.is_closed = True
        for crew in tuple(self._working):
            crew.close()

    @contextmanager
    def working(self, crew: _Crew[T, R]) -> Iterator[None]:
        """Have a run known inside the context, and ended at its end."""
        self._working.add(crew)
        try:
            yield
        finally:
            self._working.discard(crew)
            crew.dismiss()


def each(
    tasks: Iterable[T], work: Callable[[T], R], *, jobs: int, ordered: bool = True, crews: Crews | None = None
) -> Iterator[R | CallinspectError]:
    """Do the work for each task, several at a time.

    Args:
        tasks: read one by one, by the next free thread.
        work: raises CallinspectError for a task that fails.
        jobs: how many at a time.
        ordered: yield results in the order of the tasks, not as they come.
        crews: the runs that are ended together, this one included.

    Yields:
        each task's result or failure.

    Raises:
        UsageError: the run was ended before all was done.
        BaseException: whatever else the work or the reading of tasks raised.
    """
    crews = crews or Crews()
    if crews.is_closed:
        raise UsageError(CLOSED)
    crew = _Crew(tasks, work, jobs * MAX_AHEAD)
    jobs = _started(crew.run, jobs)
    if not jobs:
        yield from _one_by_one(tasks, work)
        return
    with crews.working(crew):
        for done in _in_order(crew.finished, jobs) if ordered else _as_they_come(crew.finished, jobs):
            if crew.was_closed:
                break
            crew.room.give()
            yield done
        if crew.was_closed:
            raise UsageError("the client was closed before all calls were read")


def together(sources: Sequence[Iterable[R | CallinspectError]]) -> Iterator[R | CallinspectError]:
    """Yield what several iterables yield, as it comes, each read on a thread of its own.

    The failure of one is yielded in its place, and the others are read on.

    Raises:
        BaseException: whatever else the reading of one raised.
    """
    room, finished = _Room(len(sources) * MAX_AHEAD), Finished[R]()
    is_over = threading.Event()

    def read(source: Iterable[R | CallinspectError]) -> None:
        try:
            for item in _until_failure(source):
                finished.put((0, item))
                room.take()
                if is_over.is_set():
                    break
        except BaseException as error:  # noqa: BLE001 - raised again by the reader of the results
            finished.put(_End(error))
        else:
            finished.put(_End(None))

    rest = list(sources)
    while rest and _started(partial(read, rest[0]), 1):
        rest.pop(0)
    try:
        for item in _as_they_come(finished, len(sources) - len(rest)):
            room.give()
            yield item
        for source in rest:
            yield from _until_failure(source)
    finally:
        is_over.set()
        room.give(len(sources))


def _until_failure(source: Iterable[R | CallinspectError]) -> Iterator[R | CallinspectError]:
    """Yield what an iterable yields, and the error that ends it."""
    try:
        yield from source
    except CallinspectError as error:
        yield error.detached()


def _started(run: Callable[[], None], jobs: int) -> int:
    """Start threads; return how many were started, which may be fewer."""
    for number in range(jobs):
        try:
            started(run)
        except NoThreadError:
            return number
    return jobs


def _one_by_one(tasks: Iterable[T], work: Callable[[T], R]) -> Iterator[R | CallinspectError]:
    for task in tasks:
        try:
            yield work(task)
        except CallinspectError as error:
            yield error.detached()


def _as_they_come(finished: Finished[R], jobs: int) -> Iterator[R | CallinspectError]:
    for _, done in _numbered(finished, jobs):
        yield done


def _in_order(finished: Finished[R], jobs: int) -> Iterator[R | CallinspectError]:
    waiting: dict[int, R | CallinspectError] = {}
    due = 0
    for number, done in _numbered(finished, jobs):
        waiting[number] = done
        while due in waiting:
            yield waiting.pop(due)
            due += 1


def _numbered(finished: Finished[R], jobs: int) -> Iterator[tuple[int, R | CallinspectError]]:
    while jobs:
        if finished.empty():
            time.sleep(GATHERING)
        item = finished.get()
        if not isinstance(item, _End):
            yield item
        elif item.error is not None:
            raise item.error
        else:
            jobs -= 1
