"""A system that is short of something: the work is done with less, or it is told what could not be done."""

from __future__ import annotations

import errno
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING, Any, NoReturn

import pytest
from small_project import VIOLATION, write

from ssot_lint.cli import main
from ssot_lint.discovery import read
from ssot_lint.session import check, memory, summarizing, workers
from ssot_lint.summary import summarize

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ssot_lint.discovery import FileRecord
    from ssot_lint.model import SourceFile

pytestmark = pytest.mark.skipif(os.name != "posix", reason="limits, mounts and signals as POSIX has them")

MANY = 220
"""Files enough for several processes."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(write(tmp_path), {f"app/m{number}.py": f"X = {number}\n" for number in range(9)})


@pytest.fixture
def large(project: Path) -> Path:
    return write(project, {f"app/n{number}.py": f"X = {number}\n" for number in range(MANY)})


@pytest.fixture
def many(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make a few files count as many."""
    monkeypatch.setattr(summarizing, "POOL_FROM", 2)
    monkeypatch.setattr(summarizing, "_CHUNK", 3)


def ssot_lint(
    folder: Path, *arguments: str, before: Callable[[], object] | None = None, command: tuple[str, ...] = ()
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*command, sys.executable, "-m", "ssot_lint", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        preexec_fn=before,
    )


def refusing(error: Exception) -> Callable[..., NoReturn]:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise error

    return refuse


@pytest.mark.usefixtures("many")
class TestProcesses:
    """Where the system has no other process for us, this one does all by itself, and nobody need know."""

    @pytest.mark.parametrize(
        "error",
        [
            OSError(errno.EMFILE, "Too many open files"),
            OSError(errno.ENOSPC, "No space left on device"),  # no shared memory
            PermissionError(errno.EACCES, "Permission denied"),
            ImportError("this platform lacks a functioning sem_open implementation"),
            NotImplementedError("system provides too few semaphores"),
        ],
        ids=lambda error: type(error).__name__,
    )
    def test_a_pool_that_cannot_be_made(
        self, project: Path, error: Exception, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        usual = check(cwd=project)
        monkeypatch.setattr(workers, "ProcessPoolExecutor", refusing(error))
        assert check(cwd=project, jobs=2) == usual

    @pytest.mark.parametrize("started", [0, 1])
    def test_processes_that_cannot_be_started(
        self, project: Path, started: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        usual = check(cwd=project)
        start = ProcessPoolExecutor._spawn_process  # type: ignore[attr-defined]  # what starts one, for itself alone
        left = [started]

        def refuse(pool: ProcessPoolExecutor) -> None:
            if not left[0]:
                raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
            left[0] -= 1
            start(pool)

        monkeypatch.setattr(ProcessPoolExecutor, "_spawn_process", refuse)
        before = set(multiprocessing.active_children())
        assert check(cwd=project, jobs=2) == usual
        for process in set(multiprocessing.active_children()) - before:
            process.join(10)
            assert process.exitcode is not None

    @pytest.mark.parametrize("started", [0, 1])
    def test_threads_that_cannot_be_started(
        self,
        project: Path,
        started: int,
        monkeypatch: pytest.MonkeyPatch,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        """The second one is started by the first, of whose death nobody is told."""
        usual = check(cwd=project)
        start = threading.Thread.start
        left = [started]

        def refuse(thread: threading.Thread) -> None:
            if not left[0]:
                raise RuntimeError("can't start new thread")
            left[0] -= 1
            start(thread)

        monkeypatch.setattr(workers, "_PATIENCE", 0.05)
        monkeypatch.setattr(threading.Thread, "start", refuse)
        hook = threading.excepthook
        assert check(cwd=project, jobs=2) == usual
        assert threading.excepthook is hook
        assert capfd.readouterr().err == ""

    def test_what_a_worker_cannot_read_is_tried_once_more(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if multiprocessing.get_start_method() != "fork":
            pytest.skip("only a forked worker knows what the test has replaced")
        usual = check(cwd=project)
        here = os.getpid()

        def failing(record: FileRecord) -> SourceFile | str:
            return read(record) if os.getpid() == here else f"{record.path}: can't be read: no descriptors"

        monkeypatch.setattr(summarizing, "read", failing)
        assert check(cwd=project, jobs=2) == usual


class TestLimits:
    """The real system, and what it refuses at many sizes of each limit."""

    @pytest.mark.parametrize("limit", [6, 12])
    def test_few_open_files(self, large: Path, limit: int) -> None:
        """Of these, there are enough for one process, and too few for a pool or for its workers."""
        ran = ssot_lint(large, "check", "--jobs", "2", before=lambda: limited(resource.RLIMIT_NOFILE, limit))
        assert_nothing_is_wrong(ran, MANY + 12)

    def test_no_shared_memory(self, large: Path) -> None:
        mount = 'mount -t tmpfs -o ro tmpfs /dev/shm && exec "$@"'
        command = ("unshare", "--mount", "sh", "-c", mount, "sh")
        if shutil.which("unshare") is None or subprocess.run([*command, "true"], check=False).returncode:
            pytest.skip("this user may not mount")
        ran = ssot_lint(large, "check", "--jobs", "2", "--no-cache", command=command)
        assert_nothing_is_wrong(ran, MANY + 12)

    @pytest.mark.parametrize("limit", [1, 4])
    def test_few_processes_and_threads(self, large: Path, limit: int) -> None:
        """What is refused only to others than root; with some numbers a pool would wait for ever."""
        if os.geteuid() != 0 or shutil.which("setpriv") is None:
            pytest.skip("others' processes count as well")
        somebody = str(40_000 + os.getpid() % 20_000)  # whose processes no other run of the tests adds to
        command = ("setpriv", "--reuid", somebody, "--inh-caps=+dac_override", "--ambient-caps=+dac_override")
        if subprocess.run([*command, "true"], check=False, capture_output=True).returncode:
            pytest.skip("root may not become somebody else")
        ran = ssot_lint(
            large,
            *("check", "--jobs", "3", "--no-cache"),
            before=lambda: limited(resource.RLIMIT_NPROC, limit),
            command=command,
        )
        assert_nothing_is_wrong(ran, MANY + 12)

    def test_little_memory_is_no_mistake_of_the_program(
        self, project: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(
            summarizing,
            "summarize",
            lambda source: refusing(MemoryError())() if "X = 3" in source.text else summarize(source),
        )
        result = check(cwd=project)
        assert result.problems == ("app/m3.py: there is too little memory",)
        assert [finding.location.path for finding in result.findings] == [VIOLATION[0]]


def assert_nothing_is_wrong(ran: subprocess.CompletedProcess[str], files: int) -> None:
    assert (ran.returncode, ran.stderr) == (1, "")
    assert f"Found 1 finding in 1 file, checked {files} files." in ran.stdout


def limited(what: int, limit: int) -> None:
    resource.setrlimit(what, (limit, limit))


def test_a_cache_without_our_own_files_is_done_without(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual = check(cwd=project)
    monkeypatch.setattr(memory, "_stamp", refusing(OSError(errno.EMFILE, "Too many open files")))
    assert check(cwd=project, cache=True) == usual


class TestPlaces:
    """Working directory, home folder and the folder for temporary files may be missing."""

    @pytest.mark.parametrize(
        "command",
        [
            ["check"],
            ["check", "{project}"],
            ["check", "--src", "src"],
            ["check", "--fix"],
            ["baseline", "--force"],
            ["clean"],
            ["init"],
            ["map"],
        ],
        ids=" ".join,
    )
    def test_a_working_directory_that_is_gone_is_told(
        self,
        project: Path,
        tmp_path: Path,
        command: list[str],
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        gone = tmp_path / "gone"
        gone.mkdir()
        monkeypatch.chdir(gone)
        gone.rmdir()
        try:
            status = main([each.format(project=project) for each in command])
        finally:
            os.chdir(project)
        assert status == 2
        line = "the working directory can't be found: No such file or directory"
        assert capsys.readouterr().err == f"ssot-lint: error: {line}\n"

    @pytest.mark.parametrize(
        ("home", "scratch"),
        [(None, "/nonexistent"), ("", "/proc"), ("relative", ""), ("{project}", "{project}")],
    )
    def test_homes_and_temporary_folders_make_no_difference(
        self, project: Path, home: str | None, scratch: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("HOME")
        if home is not None:
            monkeypatch.setenv("HOME", home.format(project=project))
        monkeypatch.setenv("TMPDIR", scratch.format(project=project))
        assert_nothing_is_wrong(ssot_lint(project, "check"), 12)


class TestProjectsThatCannotBeSeen:
    """A system that fails to say whether something is there doesn't say no."""

    @pytest.fixture
    def failing(self, project: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
        def fail(name: str) -> Path:
            def failing(function: Callable[..., os.stat_result]) -> Callable[..., os.stat_result]:
                def call(path: Any, *arguments: Any, **named: Any) -> os.stat_result:
                    if not isinstance(path, int) and os.path.abspath(path) == os.path.abspath(project / name):
                        raise OSError(errno.EIO, "Input/output error", os.fspath(path))
                    return function(path, *arguments, **named)

                return call

            monkeypatch.setattr(os, "stat", failing(os.stat))
            monkeypatch.setattr(os, "lstat", failing(os.lstat))
            return project

        return fail

    @pytest.mark.parametrize("name", ["", "pyproject.toml", ".ssot-lint.toml", ".git"])
    @pytest.mark.parametrize("command", [["check"], ["baseline", "--force"], ["check", "--fix"]])
    def test_no_other_project_takes_its_place(
        self,
        failing: Callable[[str], Path],
        name: str,
        command: list[str],
        capsys: pytest.CaptureFixture[str],
    ) -> None:
        folder = failing(name)
        if name.startswith("."):  # else nobody looks any further than pyproject.toml
            (folder / "pyproject.toml").rename(folder / "no.toml")
        before = sorted(os.listdir(folder))
        assert main([*command, "--no-cache"]) == 2
        line = f"{str(folder / name).rstrip('/')}: can't be looked at: Input/output error"
        assert capsys.readouterr() == ("", f"ssot-lint: error: {line}\n")
        assert sorted(os.listdir(folder)) == before

    def test_a_report_that_cannot_be_seen_is_not_replaced(
        self, failing: Callable[[str], Path], project: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        os.mkfifo(project / "report")
        failing("report")
        assert main(["check", "--no-cache", "--output-format", "json", "--output-file", "report"]) == 2
        assert "report: can't be written: Input/output error" in capsys.readouterr().err
        assert (project / "report") in project.iterdir()
        assert not list(project.glob(".ssot-lint-*"))
