"""From paths to a project whose files are known: its configuration, the walk, what earlier runs found out.

A run for which nothing has changed ends here: nothing that reads Python is imported.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from ssot_lint.cache import FOLDER, remove_cache
from ssot_lint.config import Configuration, Origins, load_settings, trace_settings
from ssot_lint.discovery import Walk, find_root, is_project, walk
from ssot_lint.discovery.leftovers import leftovers
from ssot_lint.regular_files import working_directory
from ssot_lint.session.memory import Memory, open_memory
from ssot_lint.session.progress import UNSEEN, Progress

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from ssot_lint.session.buffers import Buffer
    from ssot_lint.settings import Settings


@dataclass(frozen=True)
class Survey:
    """A project whose files are known, and none of them read; ``memory`` is what earlier runs found out."""

    paths: Sequence[str]
    root: Path
    cwd: Path
    settings: Settings
    walked: Walk
    buffer: Buffer | None = None
    memory: Memory | None = None
    why_no_memory: str = ""
    """One line, where there is none."""
    progress: Progress = UNSEEN

    def without_what_nobody_asks_for(self) -> Survey:
        """Return the survey without files where no file is to be checked: nothing is read for a typo."""
        if self.buffer is not None or any(record.is_target for record in self.walked.records):
            return self
        return replace(self, walked=msgspec.structs.replace(self.walked, records=()))


def survey(
    paths: Sequence[str] = (),
    *,
    overrides: Mapping[str, object] | None = None,
    config_file: Path | None = None,
    isolated: bool = False,
    cwd: Path | None = None,
    buffer: Buffer | None = None,
    cache: bool | Path = False,
    progress: Progress = UNSEEN,
) -> Survey:
    """Look at the project that ``paths`` belong to; the files at or below them are its targets.

    Without paths all files of the project around ``cwd`` are. A ``buffer`` is the only target. What earlier
    runs found out is in the folder ``cache``, or where it is True in a folder of the project's root, if that
    is one. ``progress`` is told of each step how many files are done with. ConfigurationError says what is
    wrong with the configuration.
    """
    cwd = working_directory() if cwd is None else cwd.absolute()
    paths = [buffer.path] if buffer else paths
    configuration = configuration_of(
        paths, overrides=overrides, config_file=config_file, isolated=isolated, cwd=cwd
    )
    root, settings = configuration.root, configuration.settings
    walked = walk(paths, settings, root=root, cwd=cwd)
    memory = _memory(paths, walked, cache=cache, root=root, cwd=cwd)
    seen = Survey(
        paths=paths,
        root=root,
        cwd=cwd,
        settings=settings,
        walked=walked,
        buffer=buffer,
        memory=None if isinstance(memory, str) else memory,
        why_no_memory=memory if isinstance(memory, str) else "",
        progress=progress,
    )
    progress.surveyed(seen)
    return seen


def _memory(paths: Sequence[str], walked: Walk, *, cache: bool | Path, root: Path, cwd: Path) -> Memory | str:
    """Return what earlier runs found out, or one line that says why it isn't known."""
    if cache is False:
        return "it is turned off"
    if cache is True and not is_project(str(root)):
        return f"no file says that a project begins at {root}"
    if not _can_be_keys(paths, walked):
        return "the name of a file is no text"
    return open_memory(root / FOLDER if cache is True else cwd / cache)


def _can_be_keys(paths: Sequence[str], walked: Walk) -> bool:
    """Whether all paths are text: other bytes have no form in a key, and a run with such keeps nothing."""
    try:
        "".join((*paths, *(record.location for record in walked.records))).encode()
    except UnicodeEncodeError:
        return False
    return True


def configuration_of(
    paths: Sequence[str] = (),
    *,
    overrides: Mapping[str, object] | None = None,
    config_file: Path | None = None,
    isolated: bool = False,
    cwd: Path | None = None,
) -> Configuration:
    """Return the settings of the project that ``paths`` belong to, and its root; no Python file is read.

    ConfigurationError says what is wrong with them.
    """
    cwd = working_directory() if cwd is None else cwd.absolute()
    return load_settings(
        find_root(paths, cwd),
        known_codes=_known_codes,
        config_file=config_file,
        isolated=isolated,
        overrides=overrides,
        cwd=cwd,
    )


def origins_of(
    paths: Sequence[str] = (),
    *,
    overrides: Mapping[str, object] | None = None,
    config_file: Path | None = None,
    isolated: bool = False,
    cwd: Path | None = None,
) -> Origins:
    """Return what ``configuration_of`` does, with the place that each setting comes from."""
    cwd = working_directory() if cwd is None else cwd.absolute()
    return trace_settings(
        find_root(paths, cwd),
        known_codes=_known_codes,
        config_file=config_file,
        isolated=isolated,
        overrides=overrides,
        cwd=cwd,
    )


class Swept(NamedTuple):
    """Where killed runs had left something that is deleted now, and a line for what can't be done."""

    deleted: tuple[str, ...]
    problems: tuple[str, ...]


def forget(cache: Path | None = None, *, cwd: Path | None = None) -> Path | None:
    """Delete the cache in a folder, else that of the project around ``cwd``, and return where it was.

    None when there was none; OSError says what can't be deleted.
    """
    cwd = working_directory() if cwd is None else cwd.absolute()
    folder = configuration_of(cwd=cwd).root / FOLDER if cache is None else cwd / cache
    return folder if remove_cache(folder) else None


def sweep(*, cwd: Path | None = None) -> Swept:
    """Delete what killed runs left in the project around ``cwd``, as far as that can be done.

    Where no marker says how far the project goes, nothing is looked for.
    """
    root = os.fspath(configuration_of(cwd=cwd).root)
    if not is_project(root):
        return Swept((), ())
    problems: list[str] = []

    def failed(error: OSError) -> None:
        problems.append(f"{error.filename}: can't be read: {error.strerror}")

    found = tuple(leftovers(root, failed))
    refused = {path: why for path in found if (why := _undeleted(path))}
    problems += [f"{path}: can't be deleted: {why}" for path, why in refused.items()]
    return Swept(tuple(path for path in found if path not in refused), tuple(problems))


def _undeleted(path: str) -> str | None:
    """Delete a file; where that can't be done, return why."""
    try:
        with suppress(FileNotFoundError):
            os.unlink(path)
    except OSError as error:
        return error.strerror or type(error).__name__
    return None


def _known_codes() -> list[str]:
    from ssot_lint.rules import RULES

    return [rule.code for rule in RULES]
