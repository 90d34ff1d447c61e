"""A run that is killed loses nothing: each file is the old or the new one, and the next run works."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.robustness import victim
from benchmarks.robustness.victim import faults, make, tree_of
from ssot_lint.cli import main
from ssot_lint.discovery.leftovers import is_leftover

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(os.name != "posix", reason="forks, signals and links as POSIX has them")

ROOT = Path(__file__).parents[2]
LEFTOVER = ".ssot-lint-abcdefg_.tmp"


@pytest.mark.untraced
def test_runs_that_are_killed_at_some_of_their_steps_lose_nothing() -> None:
    """In a process without threads, which may be forked; the long run is ``benchmarks.robustness.kills``."""
    command = [sys.executable, "-m", "benchmarks.robustness.kills", "--files", "1", "--at-random", "1"]
    ran = subprocess.run(
        [*command, "--every", "41", "--only", "fix", "--only", "baseline"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert ran.stdout.count(" 0 faults\n") == 2
    assert "fix, SIGKILL: 0 of" not in ran.stdout


def test_what_a_kill_may_not_leave_is_seen(tmp_path: Path) -> None:
    make(tmp_path, 1)
    before = tree_of(tmp_path)
    file = tmp_path / "shop" / "use0.py"
    whole = file.read_bytes()
    file.write_bytes(b"new")
    after = tree_of(tmp_path)
    assert faults(before, before, after) == faults(before, after, after) == []
    (tmp_path / LEFTOVER).write_bytes(b"ne")
    assert faults(before, tree_of(tmp_path), after) == []
    file.write_bytes(whole[:10])
    assert len(faults(before, tree_of(tmp_path), after)) == 1
    file.write_bytes(whole)
    file.chmod(0o700)
    assert len(faults(before, tree_of(tmp_path), after)) == 1
    file.unlink()
    (tmp_path / "new.tmp").write_bytes(b"")
    assert len(faults(before, tree_of(tmp_path), after)) == 2


class TestLeftovers:
    """What a killed writer leaves is never taken for a source, and ``clean`` deletes it."""

    @pytest.fixture
    def project(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        make(tmp_path, 1)
        monkeypatch.chdir(tmp_path)
        return tmp_path

    def test_it_is_not_linted(self, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (project / "shop" / LEFTOVER).write_bytes((project / "shop" / "use0.py").read_bytes())
        main(["check", "--no-cache", "--show-files", "."])
        shown = capsys.readouterr().out
        assert "use0.py" in shown
        assert LEFTOVER not in shown

    def test_it_is_refused_when_it_is_named(self, project: Path, capsys: pytest.CaptureFixture[str]) -> None:
        """Somebody may have added it to the repository: a hook then passes it as the script that it was."""
        (project / LEFTOVER).write_bytes((project / "shop" / "run.py").read_bytes())
        assert main(["check", "--no-cache", LEFTOVER]) == 2
        assert f"{LEFTOVER}: left behind by a run that was killed" in capsys.readouterr().err

    def test_clean_deletes_it_and_nothing_else(
        self, project: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        before = tree_of(project)
        for folder in ("", "shop", ".venv"):
            (project / folder).mkdir(exist_ok=True)
            (project / folder / LEFTOVER).write_bytes(b"")
        others = [".ssot-lint-baseline.json", ".ssot-lint-baseline", ".ssot-lint.toml", "a.tmp"]
        for name in others:
            (project / name).write_bytes(b"")
        (project / f"shop/{LEFTOVER[:-5]}x.tmp").symlink_to("use0.py")
        (project / f"shop/{LEFTOVER[:-5]}y.tmp").mkdir()
        assert main(["clean"]) == 0
        assert f"{LEFTOVER}: deleted\n" in capsys.readouterr().out
        left = tree_of(project).keys() - before.keys()
        assert left == {*others, f".venv/{LEFTOVER}", f"shop/{LEFTOVER[:-5]}x.tmp"}

    def test_what_clean_cannot_look_at_or_delete_is_named_and_the_others_go(
        self, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        places = [project / folder / LEFTOVER for folder in ("closed", "open", "shop")]
        for place in places:
            place.parent.mkdir(exist_ok=True)
            place.write_bytes(b"")
        scan, look, delete = os.scandir, os.lstat, os.unlink

        def refusing(function: Callable[..., Any], refused: Path) -> Callable[..., Any]:
            def asked(path: Any, *arguments: Any, **named: Any) -> Any:
                if os.fspath(path) == str(refused):
                    raise PermissionError(errno.EACCES, "Permission denied", path)
                return function(path, *arguments, **named)

            return asked

        monkeypatch.setattr(os, "scandir", refusing(scan, places[0].parent))
        monkeypatch.setattr(os, "lstat", refusing(look, places[1]))
        monkeypatch.setattr(os, "unlink", refusing(delete, places[2]))
        (project / LEFTOVER).write_bytes(b"")
        assert main(["clean"]) == 2
        told = capsys.readouterr()
        assert told.err.splitlines() == [
            f"ssot-lint: error: {places[0].parent}: can't be read: Permission denied",
            f"ssot-lint: error: {places[1]}: can't be read: Permission denied",
            f"ssot-lint: error: {places[2]}: can't be deleted: Permission denied",
        ]
        assert told.out.splitlines() == [f"{project / LEFTOVER}: deleted", "There was no cache."]

    def test_a_cache_that_clean_cannot_look_at_is_named(
        self, project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        cache = project / victim.CACHE
        look = os.lstat

        def refuse(path: Any, *arguments: Any, **named: Any) -> os.stat_result:
            if os.fspath(path) == str(cache):
                raise OSError(errno.EIO, "Input/output error", str(path))
            return look(path, *arguments, **named)

        assert main(["check", "shop/pool.py"]) == 0
        monkeypatch.setattr(os, "lstat", refuse)
        assert main(["clean"]) == 2
        assert capsys.readouterr().err == f"ssot-lint: error: {cache}: can't be deleted: Input/output error\n"

    def test_nothing_is_looked_for_where_no_project_is(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / LEFTOVER).write_bytes(b"")
        monkeypatch.chdir(tmp_path)
        assert main(["clean"]) == 0
        assert (tmp_path / LEFTOVER).exists()

    def test_our_other_files_have_other_names(self) -> None:
        assert is_leftover(LEFTOVER)
        assert victim.LEFTOVER.fullmatch(LEFTOVER)
        assert not any(map(is_leftover, (".ssot-lint-baseline.json", ".ssot-lint.toml", ".ssot-lint-.tmp")))
