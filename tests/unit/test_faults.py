"""A system that refuses: what can't be written or read is told with status 2, and nothing is lost by it."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from small_project import FILES, VIEWS, write

from ssot_lint import writing
from ssot_lint.cli import app, main
from ssot_lint.writing import put_content

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(os.name != "posix", reason="limits, mounts and devices as POSIX has them")

ROOT = Path(__file__).parents[2]
USES = 12


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path, {**FILES, **{f"app/use{n}.py": VIEWS for n in range(USES)}})


def ssot_lint(folder: Path, *arguments: str, limit: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program, with no file to be larger than ``limit``."""
    return subprocess.run(
        [sys.executable, "-m", "ssot_lint", *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=None if limit is None else lambda: _limit(limit),
    )


def _limit(size: int) -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def sources(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.py"))}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a project on a file system of its own without a free byte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if (
        shutil.which("mount") is None
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", folder], check=False, capture_output=True
        ).returncode
    ):
        pytest.skip("this user may not mount")
    try:
        write(folder)
        (folder / "report.json").write_text("[]")
        with contextlib.suppress(OSError), open(folder / "filler", "wb", 0) as filler:
            while True:
                filler.write(bytes(4096))
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


class TestFullDisk:
    def test_a_check_does_without_its_cache(self, full_disk: Path) -> None:
        ran = ssot_lint(full_disk, "check", ".")
        assert (ran.returncode, ran.stderr) == (1, "")
        assert "app/views.py:5:12" in ran.stdout

    @pytest.mark.parametrize("means", ["--fix", "--add-noqa"])
    def test_sources_stay_as_they_are_and_their_findings_are_reported(
        self, full_disk: Path, means: str
    ) -> None:
        before = sources(full_disk)
        ran = ssot_lint(full_disk, "check", means, "--output-format", "json", ".")
        assert ran.returncode == 2
        assert "ssot-lint: error: app/views.py: not changed: No space left on device\n" in ran.stderr
        assert [found["code"] for found in json.loads(ran.stdout)] == ["SST101"]
        assert sources(full_disk) == before
        assert names(full_disk) == {"app", "pyproject.toml", "report.json", "filler", ".ssot_lint_cache"}

    @pytest.mark.parametrize(
        "command",
        [
            ["baseline", "--force", "--output", "report.json"],
            ["check", "--output-format", "json", "--output-file", "report.json"],
            ["map", "--format", "json", "--output-file", "report.json"],
        ],
    )
    def test_the_old_report_stays(self, full_disk: Path, command: list[str]) -> None:
        ran = ssot_lint(full_disk, *command)
        assert ran.returncode == 2
        assert "ssot-lint: error: report.json: can't be written: No space left on device\n" in ran.stderr
        assert (full_disk / "report.json").read_text() == "[]"


class TestFileSizes:
    """Files that may not grow any further stand for disks that are full, where nothing may be mounted."""

    def test_a_check_does_without_its_cache(self, project: Path) -> None:
        plain = ssot_lint(project, "check", "--no-cache", ".")
        for limit in (0, 20_000):
            ran = ssot_lint(project, "check", ".", limit=limit)
            assert (ran.returncode, ran.stdout, ran.stderr) == (1, plain.stdout, "")

    def test_a_report_is_written_whole_or_not_at_all(self, project: Path) -> None:
        report = project / "report.json"
        report.write_text("[]")
        for limit in (0, 4096):
            command = ["check", "--no-cache", "--output-format", "json", "--output-file", report.name, "."]
            ran = ssot_lint(project, *command, limit=limit)
            assert ran.returncode == 2
            assert "ssot-lint: error: report.json: can't be written: File too large\n" in ran.stderr
            assert report.read_text() == "[]"

    def test_a_source_is_written_whole_or_not_at_all(self, project: Path) -> None:
        before = sources(project)
        ran = ssot_lint(project, "check", "--fix", ".", limit=40)
        assert ran.returncode == 2
        assert ran.stderr.count("not changed: File too large\n") == USES + 1
        assert sources(project) == before
        assert names(project / "app") == {Path(name).name for name in before}


class TestFilesWithoutSuccessors:
    """A file in a folder that may not be written, and one that is mounted, are written where they are."""

    @pytest.fixture
    def report(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        path = tmp_path / "report.json"
        path.write_bytes(b"old and long")

        def refuse(*_: object) -> None:
            raise OSError(16, "Device or resource busy")

        monkeypatch.setattr(os, "replace", refuse)
        return path

    def test_it_is_written_in_its_place(self, report: Path) -> None:
        put_content(report, b"new")
        assert report.read_bytes() == b"new"
        assert names(report.parent) == {"report.json"}

    def test_a_new_one_is_not(self, report: Path) -> None:
        with pytest.raises(OSError, match="busy"):
            put_content(report.with_name("new.json"), b"new")
        assert names(report.parent) == {"report.json"}

    def test_for_want_of_space_nothing_is_overwritten(
        self, report: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(writing, "_written_beside", refuse)
        with pytest.raises(OSError, match="No space"):
            put_content(report, b"new")
        assert report.read_bytes() == b"old and long"

    def test_a_source_is_never_overwritten(self, report: Path) -> None:
        assert writing.replace_content(str(report), b"old and long", b"new") == "Device or resource busy"
        assert report.read_bytes() == b"old and long"
        assert names(report.parent) == {"report.json"}


class TestStreams:
    @pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device that is always full")
    @pytest.mark.parametrize(
        "command",
        [["check", "."], ["check", "--diff", "."], ["--help"], ["check", "--help"], ["rules"], ["--version"]],
    )
    def test_a_full_output_is_one_line_and_status_two(self, project: Path, command: list[str]) -> None:
        with open("/dev/full", "w") as full:
            ran = subprocess.run(
                [sys.executable, "-m", "ssot_lint", *command],
                cwd=project,
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert ran.returncode == 2
        assert ran.stderr.startswith("ssot-lint: error: ")
        assert ran.stderr.endswith("No space left on device\n")
        assert ran.stderr.count("\n") == 1

    def test_an_input_that_is_closed_is_a_mistake_of_the_caller(
        self, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(sys, "stdin", None)
        assert main(["check", "-"]) == 2
        assert "the path - reads standard input, which is closed" in capsys.readouterr().err

    @pytest.mark.parametrize("name", ["stdout", "stderr"])
    def test_closed_streams_change_no_status(self, project: Path, name: str) -> None:
        number = {"stdout": 1, "stderr": 2}[name]
        ran = subprocess.run(
            [sys.executable, "-m", "ssot_lint", "check", "."],
            cwd=project,
            check=False,
            stdout=subprocess.DEVNULL,
            preexec_fn=lambda: os.close(number),
        )
        assert ran.returncode == 1


def test_what_the_system_refuses_is_no_mistake_of_the_program(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied", "app")

    monkeypatch.setattr(app.app, "main", refuse)
    assert main(["check"]) == 2
    assert capsys.readouterr().err == "ssot-lint: error: app: Permission denied\n"


def test_some_steps_that_are_refused() -> None:
    """In a process without threads, which may be forked; the long run is ``benchmarks.robustness.faults``."""
    command = [sys.executable, "-m", "benchmarks.robustness.faults", "--files", "1", "--every", "89"]
    ran = subprocess.run(
        [*command, "--only", "fix", "--only", "baseline"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count(" 0 faults\n") == 2
