"""The use case check: what an earlier run found where nothing has changed, else a new look.

Whatever reads Python is imported only for the new look.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import msgspec

from ssot_lint.errors import is_internal
from ssot_lint.session.progress import UNSEEN, Progress
from ssot_lint.session.results import CheckResult, is_sound
from ssot_lint.session.surveying import Survey, survey

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from concurrent.futures import Executor
    from pathlib import Path

    from ssot_lint.session.buffers import Buffer
    from ssot_lint.session.linked import LinkedProject


def check(
    paths: Sequence[str] = (),
    *,
    overrides: Mapping[str, object] | None = None,
    config_file: Path | None = None,
    isolated: bool = False,
    cwd: Path | None = None,
    jobs: int = 1,
    executor: Executor | None = None,
    buffer: Buffer | None = None,
    screen: bool = True,
    surest_first: bool = False,
    cache: bool | Path = False,
    progress: Progress = UNSEEN,
) -> CheckResult:
    """Check the Python files at or below ``paths``, without paths those of the project around ``cwd``.

    ``overrides`` replace fields of ``Settings``. ConfigurationError says what is wrong with the settings; all
    else that goes wrong is in the result. With ``jobs`` above 1 large projects are read by that many
    processes: a script then needs the ``if __name__ == "__main__":`` that multiprocessing asks for. Findings
    are in the order of their places, with ``surest_first`` in that of ``by_certainty``. With ``cache`` what
    earlier runs found out of the same files is taken from there: a folder, or True for the project's own.

    Any ``concurrent.futures.Executor`` takes the place of those processes: a pool of yours, or that of a Dask
    cluster, ``client.get_executor()``. It is sent the texts of the files, so its workers need not see the
    disk, but need the same version of ssot-lint. It is left running. What a worker takes along when it dies
    is done here, in processes of its own, and a RuntimeWarning tells of it. ``progress`` is told of each step
    how many files are done with.
    """
    seen = survey(
        paths,
        overrides=overrides,
        config_file=config_file,
        isolated=isolated,
        cwd=cwd,
        buffer=buffer,
        cache=cache,
        progress=progress,
    )
    look = partial(
        _check_surveyed, seen, jobs=jobs, executor=executor, screen=screen, surest_first=surest_first
    )
    memory = seen.memory
    if memory is None:
        return look()[0]
    with memory:
        key = memory.key_of_result(seen.walked, seen.settings, seen.paths, screen, surest_first)
        known = memory.recall(key, CheckResult) if buffer is None else None
        if known is not None and is_sound(known):
            seen.progress.found_again()
            return known
        result, opened = look()
        if buffer is None and not result.problems and memory.has_seen(opened.digests()):
            memory.keep(key, result)
        return result


def _check_surveyed(
    seen: Survey,
    *,
    jobs: int,
    executor: Executor | None,
    screen: bool,
    surest_first: bool,
    anew: bool = False,
) -> tuple[CheckResult, LinkedProject]:
    from ssot_lint.session.certainty import by_certainty
    from ssot_lint.session.checking import check_opened
    from ssot_lint.session.linked import link_survey

    opened = link_survey(seen.without_what_nobody_asks_for(), jobs=jobs, executor=executor, anew=anew)
    try:
        result = check_opened(opened, screen=screen)
        if surest_first:
            result = msgspec.structs.replace(result, findings=by_certainty(result.findings, opened.project))
    except Exception:
        if not opened.recalled:
            raise
        has_failed = True
    else:
        has_failed = any(map(is_internal, result.problems))
    if has_failed and opened.recalled:  # of what a cache told, perhaps
        return _check_surveyed(
            seen, jobs=jobs, executor=executor, screen=screen, surest_first=surest_first, anew=True
        )
    return result, opened
