"""Runs on a Dask cluster of two processes; a program of its own, because Dask leaves threads behind.

Other tests fork, which processes with threads shouldn't.
"""

from __future__ import annotations

import multiprocessing
import sys
import warnings
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import dask
import distributed
from small_project import VIEWS, VIOLATION, write

import ssot_lint
from ssot_lint.session import distribution, summarizing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor, Future

EXAMPLE: Final = Path(__file__).parents[2] / "examples" / "chat_backend" / "before"

DEADLY: Final = """\
import os

from ssot_lint.session import summarizing
from ssot_lint.summary import summarize


def deadly(source):
    if "DEADLY" in source.text:
        os._exit(7)
    return summarize(source)


summarizing.summarize = deadly
"""
"""What a worker runs at its start, to die later."""


@contextmanager
def cluster(**options: Any) -> Iterator[Executor]:
    """Start a cluster on this machine, and end it with all its processes."""
    with (
        distributed.LocalCluster(  # type: ignore[no-untyped-call]  # Dask has no types
            n_workers=2,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # None would still take the usual port
            **options,
        ) as local,
        distributed.Client(local) as client,  # type: ignore[no-untyped-call]  # as above
    ):
        yield client.get_executor()
    assert not multiprocessing.active_children()


def living(folder: Path) -> None:
    """What a cluster finds is what one process finds, again and again."""
    with cluster() as executor:
        same(executor)
        changing(executor, folder)


def same(executor: Executor) -> None:
    """All that one process finds in a real project is found."""
    everything = {"min_confidence": ssot_lint.Confidence.LOW}
    alone = ssot_lint.check(cwd=EXAMPLE, overrides=everything)
    assert len(alone.findings) > 10
    assert ssot_lint.check(cwd=EXAMPLE, overrides=everything, executor=executor) == alone


def changing(executor: Executor, folder: Path) -> None:
    """What changed is read again, though Dask doesn't call again what it has been told to call before."""
    kept: list[Future[Any]] = []
    submit = executor.submit

    def keeping(*arguments: Any) -> Future[Any]:
        kept.append(submit(*arguments))
        return kept[-1]

    setattr(executor, "submit", keeping)  # noqa: B010 - the scheduler forgets what nobody keeps
    for text, found in ((VIEWS, [VIOLATION[0]]), ("x = 1\n", []), (VIEWS, [VIOLATION[0]])):
        write(folder, {"app/views.py": text})
        result = ssot_lint.check(cwd=folder, executor=executor)
        assert [finding.location.path for finding in result.findings] == found


def dying(folder: Path) -> None:
    """A worker that dies costs nothing: what it had is done here."""
    write(folder, {"app/m3.py": "DEADLY = 1\n"})
    alone = ssot_lint.check(cwd=folder)
    dask.config.set({"distributed.scheduler.allowed-failures": 0})
    with cluster(preload=[DEADLY]) as executor, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert ssot_lint.check(cwd=folder, executor=executor) == alone
    assert [warning.category for warning in caught] == [RuntimeWarning]
    assert "KilledWorker" in str(caught[0].message)


CASES: Final[dict[str, Callable[[Path], None]]] = {"living": living, "dying": dying}

if __name__ == "__main__":
    warnings.simplefilter("error")
    # For many tasks, more than may be under way at once.
    setattr(summarizing, "_CHUNK", 2)  # noqa: B010 - they are final to others
    setattr(distribution, "IN_FLIGHT", 3)  # noqa: B010 - as above
    CASES[sys.argv[1]](Path(sys.argv[2]))
