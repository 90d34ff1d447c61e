"""``check --show-settings`` and ``--show-files``: what a run would go by, without running it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ssot_lint.cli.terminal import complain, emit

if TYPE_CHECKING:
    from ssot_lint.cli.carrying_out import Asked

_DONE: Final = 0
_FAILED: Final = 2


def show_settings(asked: Asked) -> int:
    """Write all settings as TOML, each with the place that it comes from."""
    from ssot_lint.config.written import document
    from ssot_lint.session import origins_of

    origins = origins_of(
        _paths(asked),
        overrides=asked["overrides"],
        config_file=asked["config_file"],
        isolated=asked["isolated"],
    )
    settings = origins.configuration.settings
    emit([f"# project: {origins.configuration.root}\n"])
    emit([f"# configuration: {settings.config_path or 'none'}\n"])
    emit(f"{line}\n" for line in document(settings, origins.by_key))
    return _DONE


def show_files(asked: Asked) -> int:
    """Write the path of each file that would be checked."""
    from ssot_lint.session import survey

    walked = survey(
        asked["paths"],
        overrides=asked["overrides"],
        config_file=asked["config_file"],
        isolated=asked["isolated"],
        buffer=asked["buffer"],
    ).walked
    for path in walked.excluded:
        complain("warning", f"{path}: not checked: the configuration excludes it")
    problems = [*(f"{path}: no such file or folder" for path in walked.missing), *walked.unreadable]
    for problem in problems:
        complain("error", problem)
    emit(f"{record.path}\n" for record in walked.records if record.is_target)
    return _FAILED if problems else _DONE


def _paths(asked: Asked) -> list[str]:
    buffer = asked["buffer"]
    return [buffer.path] if buffer is not None else list(asked["paths"])
