"""The linter as a flake8 plugin: reports on the file at hand what the command line would report on it."""

from __future__ import annotations

import multiprocessing
import os
from contextlib import contextmanager
from functools import cached_property
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Final

from flake8.exceptions import ExecutionError

from ssot_lint.errors import ConfigurationError, SsotLintError
from ssot_lint.model import Confidence, SourceFile

if TYPE_CHECKING:
    import argparse
    import ast
    from collections.abc import Iterator, Mapping, Sequence

    from flake8.options.manager import OptionManager

    from ssot_lint.session import Buffer, CheckResult, LinkedProject
    from ssot_lint.session.per_file import FileReport

INTERNAL_ERROR: Final = "SST000"
"""The code that a file gets when the linter fails on it; the command line ends with status 2 instead."""

_LEFT_TO_FLAKE8: Final = ("SST003",)
"""What isn't ours to say here: which noqa comments are of use is known only to whoever applies them."""

_CONFIDENCES: Final = tuple(confidence.label for confidence in sorted(Confidence, reverse=True))


class Plugin:
    """What flake8 makes for every file that it could parse."""

    name: Final = "ssot-lint"
    version: Final = metadata.version("ssot-lint")

    def __init__(
        self, tree: ast.AST, filename: str, lines: Sequence[str], options: argparse.Namespace
    ) -> None:
        """Take the file as flake8 has read it; by asking for ``options`` the plugin needn't keep a copy.

        Asking for ``tree`` makes flake8 call the plugin once a file.
        """
        del tree
        self._filename = filename
        self._lines = lines
        self._options = options

    @classmethod
    def add_options(cls, manager: OptionManager) -> None:
        """Add what flake8's own configuration can say; the other settings stand in ``[tool.ssot-lint]``."""
        manager.add_option(
            "--ssot-config",
            metavar="FILE",
            default=None,
            parse_from_config=True,
            normalize_paths=True,
            help="Read ssot-lint's settings from this file instead of the project's pyproject.toml.",
        )
        manager.add_option(
            "--ssot-min-confidence",
            metavar="|".join(_CONFIDENCES),
            default=None,
            parse_from_config=True,
            help="Report ssot-lint's findings from this confidence upwards.",
        )
        manager.add_option(
            "--ssot-check-tests",
            action="store_true",
            default=False,
            parse_from_config=True,
            help="Let all of ssot-lint's rules hold in test code, too.",
        )
        manager.add_option(
            "--ssot-no-cache",
            action="store_true",
            default=False,
            parse_from_config=True,
            help="Neither use nor write ssot-lint's cache.",
        )

    @classmethod
    def parse_options(cls, options: argparse.Namespace) -> None:
        """Read the configuration, and where workers are to come the project, before any of them starts.

        A mistake in the configuration so ends the run with a message: a worker that raises leaves flake8 to
        tear down its pool in the middle of the work, which can hang. What is found travels to workers that
        are forked, and others find it in the cache.
        """
        if not _is_worker():
            project = _Project.of(options)
            project.check_configuration()
            if project.has_workers:
                project.prepare()

    def run(self) -> Iterator[tuple[int, int, str, type[Plugin]]]:
        """Yield line (from 1), column (from 0), text and origin of each finding.

        An exception would end flake8's whole run, and a SyntaxError would look like one in the file. So what
        goes wrong with this file becomes a finding; what goes wrong with the project ends the run with a
        message, by the one exception that flake8 shows without a traceback. In a worker it is a finding, too.
        """
        project = _Project.of(self._options)
        try:
            result = project.check(self._filename, "".join(self._lines))
        except ExecutionError as error:
            if not _is_worker():
                raise
            yield self._internal_error(str(error))
            return
        except Exception as error:  # noqa: BLE001 - see above
            yield self._internal_error(f"{type(error).__name__}: {error}")
            return
        for problem in result.problems:
            yield self._internal_error(problem)
        for finding in result.findings:
            if finding.code not in _LEFT_TO_FLAKE8:
                span = finding.location.span
                yield span.line, span.column, f"{finding.code} {_one_line(finding.message)}", type(self)

    def _internal_error(self, text: str) -> tuple[int, int, str, type[Plugin]]:
        """Return a finding that no noqa hides: like flake8's E902 it lies before the first line."""
        return 0, 0, f"{INTERNAL_ERROR} ssot-lint could not check this file: {_one_line(text)}", type(self)


class _Project:
    """The project around the files of one flake8 run, read and linked when the first of them comes.

    It is kept on the run's own options: flake8 passes the same ones for all files that a process checks, and
    new ones in another run. So it lives as long as the run does, and in no module or class.
    """

    _ATTRIBUTE: Final = "ssot_lint_project"

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options

    @classmethod
    def of(cls, options: argparse.Namespace) -> _Project:
        """Return the project of the run that ``options`` belong to."""
        project = getattr(options, cls._ATTRIBUTE, None)
        if not isinstance(project, cls):
            project = cls(options)
            setattr(options, cls._ATTRIBUTE, project)
        return project

    def check(self, filename: str, text: str) -> CheckResult:
        """Check one file with the text that flake8 has of it, which an editor may not have saved."""
        from ssot_lint.discovery import checksum
        from ssot_lint.session import Buffer, CheckResult

        if not self._is_stdin(filename):
            report = self._reports.get(os.path.abspath(filename))
            if report is None:
                return CheckResult()  # the command line, given the same paths, would leave it out, too
            if report.checksum == checksum(text):
                return CheckResult(findings=report.findings, problems=report.problems)
        return self._check_buffer(Buffer(filename, text))

    def _check_buffer(self, buffer: Buffer) -> CheckResult:
        """Check a text that isn't the one on the disk."""
        from ssot_lint.session import Buffer, CheckResult, check_buffer

        filename = buffer.path
        opened = self._open(buffer=buffer) if self._is_stdin(filename) else self._opened
        file = opened.find(filename)
        if file is None or not file.record.is_target:
            return CheckResult()
        source = file.source()
        if isinstance(source, SourceFile) and source.problem is not None:
            # Python couldn't run this file: flake8 guessed how to decode it.
            buffer = Buffer(filename, "", source.problem)
        return check_buffer(opened, buffer, noqa=False)

    def check_configuration(self) -> None:
        """Raise ExecutionError with all mistakes of the configuration."""
        from ssot_lint.session import configuration_of

        given = self._options.filenames or ["."]
        paths = [self._options.stdin_display_name if path == "-" else path for path in given]
        with _as_execution_error("could not read the configuration"):
            configuration_of(paths, overrides=self._overrides(), config_file=self._config_file)

    @property
    def has_workers(self) -> bool:
        """Whether flake8 will start processes, as far as can be told before it has found its files."""
        given, jobs = self._options.filenames or ["."], self._options.jobs
        is_alone = len(given) == 1 and not os.path.isdir(given[0])
        return "-" not in given and not is_alone and (jobs.is_auto or jobs.n_jobs > 1)

    def prepare(self) -> None:
        """Find what is to be found in all files, with as many processes as flake8 is going to use."""
        _ = self._reports

    @cached_property
    def _reports(self) -> Mapping[str, FileReport]:
        """What is found in the files on the disk."""
        from ssot_lint.session import report_files

        jobs = self._options.jobs
        processes = multiprocessing.cpu_count() if jobs.is_auto else max(jobs.n_jobs, 1)
        with _as_execution_error("could not read the project"):
            return report_files(
                [path for path in self._options.filenames or ["."] if path != "-"],
                overrides=self._overrides(),
                config_file=self._config_file,
                cache=not self._options.ssot_no_cache,
                jobs=1 if _is_worker() else processes,  # flake8's workers may have no children
            )

    @cached_property
    def _opened(self) -> LinkedProject:
        return self._open([path for path in self._options.filenames or ["."] if path != "-"])

    def _is_stdin(self, filename: str) -> bool:
        return "-" in (self._options.filenames or ()) and filename == self._options.stdin_display_name

    def _open(self, paths: Sequence[str] = (), buffer: Buffer | None = None) -> LinkedProject:
        """Read and link the project; one process, since flake8's workers may have no children."""
        from ssot_lint.session import open_project

        with _as_execution_error("could not read the project"):
            return open_project(
                paths,
                overrides=self._overrides(),
                config_file=self._config_file,
                buffer=buffer,
                cache=not self._options.ssot_no_cache,
            )

    @property
    def _config_file(self) -> Path | None:
        return Path(self._options.ssot_config) if self._options.ssot_config else None

    def _overrides(self) -> Mapping[str, object]:
        """Return the settings that flake8's options override; raise ConfigurationError for a bad value."""
        label = self._options.ssot_min_confidence
        if label is not None and label not in _CONFIDENCES:
            known = ", ".join(_CONFIDENCES)
            raise ConfigurationError((f"ssot-min-confidence: {label!r} is none of {known}",))
        return {
            "extend_select": self._opted_in(),
            "min_confidence": Confidence[label.upper()] if label is not None else None,
            "check_tests": True if self._options.ssot_check_tests else None,
        }

    def _opted_in(self) -> tuple[str, ...]:
        """Return the opt-in rules that flake8 is told to select by their whole codes."""
        from ssot_lint.rules import RULES

        chosen = [*(self._options.select or ()), *(self._options.extend_select or ())]
        return tuple(rule.code for rule in RULES if rule.opt_in and rule.code in chosen)


@contextmanager
def _as_execution_error(failure: str) -> Iterator[None]:
    """Turn what is raised inside into flake8's own error; ``failure`` says what we could not do."""
    try:
        yield
    except SsotLintError as error:
        raise ExecutionError(f"ssot-lint: {error}") from error
    except Exception as error:
        # The same error would come with every file.
        raise ExecutionError(f"ssot-lint {failure}: {_one_line(repr(error))}") from error


def _is_worker() -> bool:
    """Whether another process started this one to check a part of the files."""
    return multiprocessing.parent_process() is not None


def _one_line(text: str) -> str:
    return " ".join(text.split())
