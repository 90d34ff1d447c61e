"""From paths to a project whose files are known: its configuration, the walk, what earlier runs found out.

A run for which nothing has changed ends here: nothing that reads Python is imported.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ssot_lint.cache import FOLDER, remove_cache
from ssot_lint.config import Configuration, Origins, load_settings, trace_settings
from ssot_lint.discovery import Walk, find_root, is_project, walk
from ssot_lint.discovery.leftovers import leftovers
from ssot_lint.session.memory import Memory, open_memory
from ssot_lint.session.progress import Progress, unseen

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

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
    progress: Progress = unseen


def survey(
    paths: Sequence[str] = (),
    *,
    overrides: Mapping[str, object] | None = None,
    config_file: Path | None = None,
    isolated: bool = False,
    cwd: Path | None = None,
    buffer: Buffer | None = None,
    cache: bool | Path = False,
    progress: Progress = unseen,
) -> Survey:
    """Look at the project that ``paths`` belong to; the files at or below them are its targets.

    Without paths all files of the project around ``cwd`` are. A ``buffer`` is the only target. What earlier
    runs found out is in the folder ``cache``, or where it is True in a folder of the project's root, if that
    is one. ``progress`` is told of each step how many files are done with. ConfigurationError says what is
    wrong with the configuration.
    """
    cwd = Path.cwd() if cwd is None else cwd.absolute()
    paths = [buffer.path] if buffer else paths
    configuration = configuration_of(
        paths, overrides=overrides, config_file=config_file, isolated=isolated, cwd=cwd
    )
    root, settings = configuration.root, configuration.settings
    folder = None if isinstance(cache, bool) else cwd / cache
    if cache is True and is_project(str(root)):
        folder = root / FOLDER
    walked = walk(paths, settings, root=root, cwd=cwd)
    return Survey(
        paths=paths,
        root=root,
        cwd=cwd,
        settings=settings,
        walked=walked,
        buffer=buffer,
        memory=None if folder is None or not _can_be_keys(paths, walked) else open_memory(folder),
        progress=progress,
    )


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
    cwd = Path.cwd() if cwd is None else cwd.absolute()
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
    cwd = Path.cwd() if cwd is None else cwd.absolute()
    return trace_settings(
        find_root(paths, cwd),
        known_codes=_known_codes,
        config_file=config_file,
        isolated=isolated,
        overrides=overrides,
        cwd=cwd,
    )


def forget(cache: Path | None = None, *, cwd: Path | None = None) -> Path | None:
    """Delete the cache in a folder, else that of the project around ``cwd``, and return where it was.

    None when there was none; OSError says what can't be deleted.
    """
    cwd = Path.cwd() if cwd is None else cwd.absolute()
    folder = configuration_of(cwd=cwd).root / FOLDER if cache is None else cwd / cache
    return folder if remove_cache(folder) else None


def sweep(*, cwd: Path | None = None) -> tuple[str, ...]:
    """Delete what killed runs left in the project around ``cwd``, and return where it was.

    OSError says what can't be deleted. Where no marker says how far the project goes, nothing is looked for.
    """
    root = os.fspath(configuration_of(cwd=cwd).root)
    if not is_project(root):
        return ()
    found = tuple(leftovers(root))
    for path in found:
        with suppress(FileNotFoundError):
            os.unlink(path)
    return found


def _known_codes() -> list[str]:
    from ssot_lint.rules import RULES

    return [rule.code for rule in RULES]
