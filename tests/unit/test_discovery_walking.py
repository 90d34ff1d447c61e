"""Which files a walk finds, which it leaves out, and which of them are targets."""

from __future__ import annotations

import os
import random
import shutil
import socket
import subprocess
import sys
from typing import TYPE_CHECKING, cast

import pytest
from file_trees import write, write_tree

from ssot_lint.discovery import Discovery, Walk, discover, walk
from ssot_lint.discovery.walking import _kind
from ssot_lint.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

NOBODY_IS_DENIED = sys.platform == "win32" or os.geteuid() == 0


def walked(root: Path, *paths: str, settings: Settings | None = None, cwd: Path | None = None) -> Walk:
    if not any((root / marker).exists() for marker in ("pyproject.toml", "setup.cfg", ".git")):
        write(root / "setup.cfg")
    return walk(paths, settings or Settings(), root=root, cwd=cwd or root)


def found(result: Walk) -> list[str]:
    return [record.project_path for record in result.records]


def targets(result: Walk) -> list[str]:
    return [record.project_path for record in result.records if record.is_target]


def test_python_files_and_stubs_are_found_and_nothing_else(tmp_path: Path) -> None:
    write_tree(
        tmp_path, "a.py", "b.pyi", "c.txt", "d.pyc", "e.ipynb", "sub/f.py", ".hidden/g.py", "h.py/i.py"
    )
    assert found(walked(tmp_path)) == [".hidden/g.py", "a.py", "b.pyi", "h.py/i.py", "sub/f.py"]


def test_the_whole_project_is_found_but_only_the_given_paths_are_targets(tmp_path: Path) -> None:
    write_tree(tmp_path, "a/x.py", "a/deep/y.py", "ab/z.py", "w.py", "v.py")
    result = walked(tmp_path, "a", "w.py")
    assert len(result.records) == 5
    assert targets(result) == ["a/deep/y.py", "a/x.py", "w.py"]


def test_without_paths_everything_is_a_target(tmp_path: Path) -> None:
    write_tree(tmp_path, "a/x.py", "b.py")
    assert targets(walked(tmp_path)) == ["a/x.py", "b.py"]


def test_paths_are_shown_relative_to_the_working_directory_where_they_lie_below_it(tmp_path: Path) -> None:
    write_tree(tmp_path, "app/x.py", "lib/y.py")
    result = walked(tmp_path, cwd=tmp_path / "app")
    assert sorted(record.path for record in result.records) == sorted(
        ["x.py", str(tmp_path / "lib" / "y.py")]
    )


def test_records_are_sorted_by_their_path(tmp_path: Path) -> None:
    write_tree(tmp_path, "b/x.py", "a.py", "b.py", "a/z.py", "B.py")
    paths = [record.path for record in walked(tmp_path, "b", ".", "a.py").records]
    assert paths == sorted(paths)
    assert len(paths) == 5


@pytest.mark.parametrize(
    "folder",
    [
        ".git",
        ".venv",
        ".tox",
        ".nox",
        "node_modules",
        "__pycache__",
        "x/.mypy_cache",
        "site-packages",
        "a.egg-info",
    ],
)
def test_tool_folders_are_left_out_at_any_depth(tmp_path: Path, folder: str) -> None:
    write_tree(tmp_path, "a.py", f"{folder}/b.py", f"{folder}/sub/c.py")
    assert found(walked(tmp_path)) == ["a.py"]


def test_virtual_environments_are_known_by_what_they_hold(tmp_path: Path) -> None:
    write_tree(tmp_path, "env/pyvenv.cfg", "env/bin/x.py", "conda/conda-meta/", "conda/y.py", "venv/z.py")
    assert found(walked(tmp_path)) == ["venv/z.py"]


def test_build_folders_are_left_out_unless_they_are_packages(tmp_path: Path) -> None:
    write_tree(tmp_path, "build/lib/x.py", "dist/y.py", "src/build/__init__.py", "src/build/z.py")
    assert found(walked(tmp_path)) == ["src/build/__init__.py", "src/build/z.py"]


def test_a_tool_folder_above_the_root_does_not_matter(tmp_path: Path) -> None:
    root = tmp_path / "node_modules" / "build" / "site-packages"
    write_tree(root, "pkg/x.py")
    assert found(walked(root)) == ["pkg/x.py"]


@pytest.mark.parametrize("given", ["venv/lib/site-packages/pkg", "venv/lib/site-packages", "venv"])
def test_a_folder_given_by_name_is_walked_although_it_would_be_left_out(tmp_path: Path, given: str) -> None:
    write_tree(tmp_path, "a.py", "venv/pyvenv.cfg", "venv/t.py", "venv/lib/site-packages/pkg/x.py")
    expected = ["venv/t.py"] if given == "venv" else ["venv/lib/site-packages/pkg/x.py"]
    result = walked(tmp_path, given)
    assert found(result) == ["a.py", *expected]
    assert targets(result) == expected


def test_a_file_given_by_name_is_taken_although_it_would_be_left_out(tmp_path: Path) -> None:
    write_tree(tmp_path, "build/x.py", "generated/y.py")
    write(tmp_path / ".gitignore", "generated/\n")
    assert targets(walked(tmp_path, "build/x.py", "generated/y.py")) == ["build/x.py", "generated/y.py"]


# --- ignore files


def test_ignore_files_hold_for_what_lies_below_them(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        "a.py",
        "a_pb2.py",
        "gen/x.py",
        "sub/a_pb2.py",
        "sub/local.py",
        "sub/deep/local.py",
        "local.py",
    )
    write(tmp_path / ".gitignore", "\ufeff# generated\r\n*_pb2.py\r\n/gen/\r\n")
    write(tmp_path / "sub" / ".gitignore", "local.py\n")
    assert found(walked(tmp_path)) == ["a.py", "local.py"]


def test_the_innermost_ignore_file_has_the_last_word(tmp_path: Path) -> None:
    write_tree(tmp_path, "x_gen.py", "keep/x_gen.py", "keep/y_gen.py")
    write(tmp_path / ".gitignore", "*_gen.py")
    write(tmp_path / "keep" / ".gitignore", "!x_gen.py")
    assert found(walked(tmp_path)) == ["keep/x_gen.py"]


def test_ignore_files_above_the_root_hold_up_to_the_repository(tmp_path: Path) -> None:
    write(tmp_path / ".gitignore", "outside.py")
    write(tmp_path / "repo" / ".gitignore", "local.py")
    write_tree(tmp_path / "repo", ".git/", "one/pyproject.toml", "one/local.py", "one/outside.py")
    assert found(walked(tmp_path / "repo" / "one")) == ["outside.py"]


def test_ignore_files_that_hide_the_root_itself_are_left_aside(tmp_path: Path) -> None:
    write(tmp_path / ".gitignore", "*")
    write_tree(tmp_path, ".git/", "work/one/pyproject.toml", "work/one/x.py")
    assert found(walked(tmp_path / "work" / "one")) == ["x.py"]


def test_ignore_files_above_a_given_folder_hold_in_it_when_they_do_not_hide_it(tmp_path: Path) -> None:
    write(tmp_path / ".gitignore", "local.py")
    write_tree(tmp_path, "venv/pyvenv.cfg", "venv/pkg/local.py", "venv/pkg/x.py")
    assert targets(walked(tmp_path, "venv/pkg")) == ["venv/pkg/x.py"]


def test_an_ignored_folder_that_is_given_is_walked(tmp_path: Path) -> None:
    write(tmp_path / ".gitignore", "scratch/")
    write_tree(tmp_path, "scratch/sub/x.py", "a.py")
    assert targets(walked(tmp_path, "scratch")) == ["scratch/sub/x.py"]
    assert found(walked(tmp_path)) == ["a.py"]


def test_a_line_that_is_no_pattern_spoils_only_itself(tmp_path: Path) -> None:
    write_tree(tmp_path, "a.py", "b.py")
    write(tmp_path / ".gitignore", "!\nb.py\n")
    assert found(walked(tmp_path)) == ["a.py"]


@pytest.mark.skipif(shutil.which("git") is None, reason="git itself is the judge")
@pytest.mark.parametrize("seed", range(12))
def test_git_leaves_out_the_same_files(tmp_path: Path, seed: int) -> None:
    patterns = ["a/", "/a", "*.py", "!b.py", "b/*", "!b/c", "a/**/c.py", "**/d", "c.py", "!c/"]
    patterns += ["/b/c/", "d/**", "*", "!*/", "!*.py", "a/b", "[ab].py", "!/b/"]
    chance = random.Random(seed)
    for _ in range(25):
        folders = chance.choices("abcd", k=chance.randint(0, 3))
        write_tree(tmp_path, "/".join([*folders, f"{chance.choice('abcd')}.py"]))
    holders = sorted({path.parent for path in tmp_path.rglob("*.py")})
    for holder in [tmp_path, *chance.sample(holders, 3)]:
        write(holder / ".gitignore", "\n".join(chance.sample(patterns, 3)))
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    listing = subprocess.run(
        ["git", "-C", tmp_path, "-c", "core.excludesFile=", "ls-files", "-o", "--exclude-standard", "*.py"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert found(walked(tmp_path)) == sorted(listing.stdout.split())


def test_an_ignore_file_that_is_a_folder_ignores_nothing(tmp_path: Path) -> None:
    write_tree(tmp_path, "a.py", ".gitignore/")
    assert found(walked(tmp_path)) == ["a.py"]


# --- the exclude setting


def test_excluded_paths_are_left_out(tmp_path: Path) -> None:
    write_tree(tmp_path, "vendor/x.py", "sub/vendor/y.py", "sub/z.py", "top.py", "sub/top.py")
    assert found(walked(tmp_path, settings=Settings(exclude=("vendor/", "/top.py")))) == [
        "sub/top.py",
        "sub/z.py",
    ]


@pytest.mark.parametrize("given", ["vendor/x.py", "vendor/sub", "vendor"])
def test_exclude_holds_for_given_paths_too(tmp_path: Path, given: str) -> None:
    write_tree(tmp_path, "vendor/x.py", "vendor/sub/y.py", "a.py")
    result = walked(tmp_path, given, settings=Settings(exclude=("vendor/", "!vendor/x.py")))
    assert found(result) == ["a.py"]
    assert result.excluded == (given,)
    assert not result.missing
    assert not result.unreadable


def test_exclude_is_relative_to_the_root_not_to_what_is_above(tmp_path: Path) -> None:
    root = tmp_path / "vendor" / "app"
    write_tree(root, "x.py")
    assert found(walked(root, settings=Settings(exclude=("vendor/",)))) == ["x.py"]


# --- links and other things that are no files


def test_a_linked_file_is_found_once_under_its_real_name(tmp_path: Path) -> None:
    write_tree(tmp_path, "real.py")
    (tmp_path / "a_link.py").symlink_to("real.py")
    assert found(walked(tmp_path)) == ["real.py"]
    assert targets(walked(tmp_path, "a_link.py")) == ["real.py"]


def test_circular_and_dangling_links_end(tmp_path: Path) -> None:
    write_tree(tmp_path, "pkg/x.py")
    (tmp_path / "pkg" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "pkg" / "self.py").symlink_to("self.py")
    (tmp_path / "gone.py").symlink_to("nowhere.py")
    (tmp_path / "up").symlink_to(tmp_path.parent, target_is_directory=True)
    result = walked(tmp_path)
    assert found(result) == ["pkg/x.py"]
    assert not result.unreadable


def test_a_link_out_of_the_project_is_followed_once(tmp_path: Path) -> None:
    write_tree(
        tmp_path, "root/a.py", "shared/pkg/x.py", "shared/pkg/venv/pyvenv.cfg", "lone/y.py", "lone/z.txt"
    )
    root = tmp_path / "root"
    for name in ("one", "two"):
        (root / name).symlink_to(tmp_path / "shared", target_is_directory=True)
    (root / "three.py").symlink_to(tmp_path / "lone" / "y.py")
    (root / "four.txt").symlink_to(tmp_path / "lone" / "z.txt")
    (root / "node_modules").symlink_to(tmp_path / "lone", target_is_directory=True)
    (tmp_path / "shared" / "back").symlink_to(root, target_is_directory=True)
    assert found(walked(root)) == ["a.py", "one/pkg/x.py", "three.py"]
    assert targets(walked(root, "a.py")) == ["a.py"]


def test_links_in_a_circle_outside_of_the_project_end(tmp_path: Path) -> None:
    write_tree(tmp_path, "root/a.py", "one/x.py", "two/y.py")
    (tmp_path / "root" / "out").symlink_to(tmp_path / "one", target_is_directory=True)
    (tmp_path / "one" / "again").symlink_to(tmp_path / "one", target_is_directory=True)
    (tmp_path / "one" / "on").symlink_to(tmp_path / "two", target_is_directory=True)
    (tmp_path / "two" / "back").symlink_to(tmp_path / "one", target_is_directory=True)
    assert found(walked(tmp_path / "root")) == ["a.py", "out/on/y.py", "out/x.py"]


def test_a_linked_folder_that_is_given_is_walked(tmp_path: Path) -> None:
    write_tree(tmp_path, "root/a.py", "shared/x.py")
    (tmp_path / "root" / "link").symlink_to(tmp_path / "shared", target_is_directory=True)
    assert targets(walked(tmp_path / "root", "link")) == ["link/x.py"]


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pipes in the file system")
def test_pipes_and_sockets_are_passed_over_and_refused_when_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tree(tmp_path, "a.py")
    os.mkfifo(tmp_path / "pipe.py")
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.py")
        assert found(walked(tmp_path)) == ["a.py"]
        result = walked(tmp_path, "pipe.py", "a.py")
    assert targets(result) == ["a.py"]
    assert result.unreadable == ("pipe.py: can't be read: neither a file nor a folder",)


def test_a_script_that_is_given_is_known_by_its_shebang(tmp_path: Path) -> None:
    write(tmp_path / "tool", "#!/usr/bin/env -S python3.12 -I\nprint()\n")
    write(tmp_path / "uv-tool", "#!/usr/bin/env -S uv run --script\n")
    write(tmp_path / "shell", "#!/bin/sh\npython\n")
    write(tmp_path / "README.md", "# python\n")
    result = walked(tmp_path, "tool", "uv-tool", "shell", "README.md")
    assert [(record.project_path, record.module) for record in result.records] == [
        ("tool", "tool"),
        ("uv-tool", "uv-tool"),
    ]
    assert result.unreadable == (
        "README.md: no Python file (neither .py nor .pyi, nor a Python shebang)",
        "shell: no Python file (neither .py nor .pyi, nor a Python shebang)",
    )
    assert not walked(tmp_path).records


def test_what_does_not_exist_is_missing_by_the_name_it_was_given(tmp_path: Path) -> None:
    write_tree(tmp_path, "a.py")
    (tmp_path / "gone.py").symlink_to("nowhere.py")
    result = walked(tmp_path, "./nope", "nope.py", "gone.py", "a.py/b.py", "./nope")
    assert result.missing == ("./nope", "nope.py", "gone.py", "a.py/b.py")


def test_paths_outside_the_root_are_walked_too(tmp_path: Path) -> None:
    write_tree(
        tmp_path, "tests/root/a.py", "tests/other/pkg/__init__.py", "tests/other/pkg/x.py", "tests/lone.py"
    )
    root = tmp_path / "tests" / "root"
    result = walked(root, "../other", "../lone.py", settings=Settings(exclude=("other/",)))
    assert [
        (record.project_path, record.module, record.is_target, record.is_test) for record in result.records
    ] == [
        ("../lone.py", "lone", True, False),
        ("../other/pkg/__init__.py", "pkg", True, False),
        ("../other/pkg/x.py", "pkg.x", True, False),
        ("a.py", "a", False, False),
    ]


# --- projects without markers


def unmarked(root: Path, *paths: str) -> list[str]:
    return [record.project_path for record in walk(paths, Settings(), root=root, cwd=root).records]


def test_without_a_marker_only_the_given_folders_are_the_project(tmp_path: Path) -> None:
    write_tree(tmp_path, "a/x.py", "b/y.py", "c/z.py")
    assert unmarked(tmp_path, "a", "b") == ["a/x.py", "b/y.py"]


def test_a_file_without_a_marker_brings_in_its_package(tmp_path: Path) -> None:
    write_tree(
        tmp_path, "pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/x.py", "other/__init__.py", "lone.py"
    )
    assert unmarked(tmp_path, "pkg/sub/x.py") == ["pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/x.py"]


def test_a_script_without_a_marker_brings_in_the_modules_and_packages_beside_it(tmp_path: Path) -> None:
    write_tree(tmp_path, "run.py", "side.py", "pkg/__init__.py", "pkg/deep/x.py", "huge/y.py")
    assert unmarked(tmp_path, "run.py") == ["pkg/__init__.py", "pkg/deep/x.py", "run.py", "side.py"]
    result = walk(["run.py"], Settings(), root=tmp_path, cwd=tmp_path)
    assert targets(result) == ["run.py"]


# --- tests


@pytest.mark.parametrize(
    ("path", "is_test"),
    [
        ("tests/helper.py", True),
        ("pkg/tests/deep/x.py", True),
        ("test/x.py", True),
        ("pkg/testing/x.py", True),
        ("test_x.py", True),
        ("pkg/x_test.py", True),
        ("pkg/conftest.py", True),
        ("pkg/latest/x.py", False),
        ("pkg/tests.py", False),
        ("pkg/contest.py", False),
    ],
)
def test_test_code_is_known_by_its_path(tmp_path: Path, path: str, is_test: bool) -> None:
    write_tree(tmp_path, path)
    assert [record.is_test for record in walked(tmp_path).records] == [is_test]


def test_a_folder_of_tests_above_the_root_does_not_count(tmp_path: Path) -> None:
    root = tmp_path / "tests" / "app"
    write_tree(root, "x.py", "tests/y.py")
    assert [record.is_test for record in walked(root).records] == [True, False]


def test_the_test_paths_are_a_setting(tmp_path: Path) -> None:
    write_tree(tmp_path, "specs/x.py", "tests/y.py", "specs/support/z.py")
    result = walked(tmp_path, settings=Settings(test_paths=("specs/", "!specs/support/")))
    assert [r.project_path for r in result.records if r.is_test] == ["specs/x.py"]


# --- what can't be read


@pytest.mark.skipif(NOBODY_IS_DENIED, reason="this user may read everything")
def test_what_may_not_be_read_is_told_where_it_was_asked_for(tmp_path: Path) -> None:
    write_tree(tmp_path, "open/x.py", "shut/y.py", "locked.py", "script")
    denied = [tmp_path / "shut", tmp_path / "locked.py", tmp_path / "script"]
    for path in denied:
        path.chmod(0)
    try:
        everything = discovered(tmp_path, ".", "script")
        part = discovered(tmp_path, "open")
    finally:
        for path in denied:
            path.chmod(0o700)
    assert everything.unreadable == (
        "locked.py: can't be read: Permission denied",
        "script: can't be read: Permission denied",
        "shut: can't be read: Permission denied",
    )
    assert not part.unreadable


def discovered(root: Path, *paths: str) -> Discovery:
    write(root / "setup.cfg")
    return discover(paths, Settings(), root=root, cwd=root)


@pytest.mark.parametrize("is_asked_for", [True, False])
def test_a_folder_that_fails_to_open_is_told_where_it_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_asked_for: bool
) -> None:
    write_tree(tmp_path, "open/x.py", "shut/y.py")
    real_scandir = os.scandir

    def scandir(path: str) -> object:
        if os.path.basename(path) == "shut":
            raise PermissionError(13, "Permission denied", path)
        return real_scandir(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", scandir)
        result = walked(tmp_path, *([] if is_asked_for else ["open"]))
    assert result.unreadable == (("shut: can't be read: Permission denied",) if is_asked_for else ())
    assert found(result) == ["open/x.py"]


@pytest.mark.parametrize("is_asked_for", [True, False])
def test_a_file_that_vanishes_before_it_is_read_is_told_where_it_was_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_asked_for: bool
) -> None:
    write_tree(tmp_path, "a.py", "b.py")
    monkeypatch.setattr("ssot_lint.discovery.read", lambda record: f"{record.path}: can't be read: gone")
    result = discovered(tmp_path, *([] if is_asked_for else ["b.py"]))
    expected = [name for name in ("a.py", "b.py") if is_asked_for or name == "b.py"]
    assert result.unreadable == tuple(f"{name}: can't be read: gone" for name in expected)
    assert not result.sources


def test_a_script_that_fails_to_open_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_tree(tmp_path, "script")

    def refuse(path: str, *_: object) -> object:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr("ssot_lint.discovery.walking.beginning_of", refuse)
    assert walked(tmp_path, "script").unreadable == ("script: can't be read: Permission denied",)


def test_a_given_path_that_can_not_be_looked_at_is_unreadable(tmp_path: Path) -> None:
    name = "x" * 5000
    assert walked(tmp_path, name).unreadable == (f"{name}: can't be read: File name too long",)


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_a_name_that_is_no_valid_text_can_be_shown(tmp_path: Path) -> None:
    with open(os.path.join(os.fsencode(tmp_path), b"caf\xe9.py"), "wb") as stream:
        stream.write(b"x = 1\n")
    result = discovered(tmp_path)
    assert [(source.path, source.text) for source in result.sources] == [("caf\\udce9.py", "x = 1\n")]
    assert result.sources[0].module.isprintable()


def test_an_entry_that_vanishes_during_the_walk_is_passed_over() -> None:
    class Vanished:
        def is_symlink(self) -> bool:
            raise FileNotFoundError

    assert _kind(cast("os.DirEntry[str]", Vanished())) == 0


def test_discovering_reads_the_files(tmp_path: Path) -> None:
    write(tmp_path / "pkg" / "__init__.py", "x = 1\r\n")
    result = discovered(tmp_path, "pkg", "nope")
    assert [(source.path, source.module, source.text) for source in result.sources] == [
        (os.path.join("pkg", "__init__.py"), "pkg", "x = 1\r\n")
    ]
    assert result.missing == ("nope",)


def test_no_file_is_found_twice_however_the_paths_overlap(tmp_path: Path) -> None:
    write_tree(tmp_path, "pkg/__init__.py", "pkg/sub/x.py")
    result = walked(tmp_path, "pkg/sub/x.py", "pkg/../pkg", ".", "pkg/sub", str(tmp_path / "pkg"))
    assert found(result) == ["pkg/__init__.py", "pkg/sub/x.py"]
