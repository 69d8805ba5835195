"""Who does the tasks of a build: this process, others on this machine, or a Dask cluster."""

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from multiprocessing import get_context
from typing import Protocol

from arenalab.errors import UnavailableError

Task = Callable[[int], None]

PATIENCE = "15s"  # for a Dask scheduler to answer
TRIES = 3  # how often in a row a crew may break before it has done a task
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


class Crew(Protocol):
    """Does tasks."""

    def each(self, task: Task, numbers: Sequence[int]) -> Iterator[int]:
        """Do `task` for each of `numbers`; yield each number when it is done."""


@dataclass(frozen=True, slots=True)
class Alone:
    """The process it is in, one task after another."""

    def each(self, task: Task, numbers: Sequence[int]) -> Iterator[int]:
        """Do `task` for each of `numbers`; yield each number when it is done."""
        for number in numbers:
            task(number)
            yield number


@dataclass(frozen=True, slots=True)
class Processes:
    """`count` processes of this machine, each with one thread.

    When one is killed, for want of memory say, what was not done is begun again, and only what
    breaks them again and again is given up.
    """

    count: int

    def each(self, task: Task, numbers: Sequence[int]) -> Iterator[int]:
        """Do `task` for each of `numbers`; yield each number when it is done."""
        left = set(numbers)
        tries = 0
        while left:
            try:
                for number in self._round(task, sorted(left)):
                    left.remove(number)
                    tries = 0
                    yield number
            except BrokenProcessPool as error:
                tries += 1
                if tries == TRIES:
                    raise UnavailableError(
                        f"a worker was killed {TRIES} times, perhaps for want of memory, with "
                        f"{len(left)} parts to go; build with --resume and fewer --workers"
                    ) from error

    def _round(self, task: Task, numbers: Sequence[int]) -> Iterator[int]:
        with (
            _one_thread(),
            ProcessPoolExecutor(self.count, mp_context=get_context("spawn")) as pool,
        ):
            begun: dict[Future[None], int] = {pool.submit(task, n): n for n in numbers}
            try:
                while begun:
                    for future in wait(begun, return_when=FIRST_COMPLETED).done:
                        number = begun.pop(future)
                        future.result()
                        yield number
            finally:
                pool.shutdown(cancel_futures=True)


@dataclass(frozen=True, slots=True)
class Dask:
    """The workers of the Dask cluster at `address`.

    They need this package and the build's folder at the same path: a shared disk, where they are
    on several machines.
    """

    address: str

    def each(self, task: Task, numbers: Sequence[int]) -> Iterator[int]:
        """Do `task` for each of `numbers`; yield each number when it is done."""
        try:
            dask = import_module("distributed")
        except ModuleNotFoundError as error:
            raise UnavailableError(
                "--dask needs the library dask; install it with pip install 'arenalab[dask]'"
            ) from error
        try:
            client = dask.Client(self.address, timeout=PATIENCE)
        except (OSError, ValueError) as error:
            raise UnavailableError(
                f"no Dask scheduler answers at {self.address} ({error}); start one with "
                "'dask scheduler', or build without --dask"
            ) from error
        with client:
            begun = {client.submit(task, n, pure=False): n for n in numbers}
            for future in dask.as_completed(begun):
                future.result()
                yield begun[future]


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let processes that are started inside do their arithmetic in one thread.

    Two processes of one thread each encode several times as fast as one of two.
    """
    before = {name: os.environ.get(name) for name in THREADS}
    os.environ.update(dict.fromkeys(THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
