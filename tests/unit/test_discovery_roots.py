"""Where a project starts, and from where its modules are imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from file_trees import write, write_tree

from ssot_lint.discovery import PROJECT_MARKERS, find_root
from ssot_lint.discovery.roots import source_roots
from ssot_lint.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("marker", PROJECT_MARKERS)
def test_the_nearest_folder_with_a_marker_is_the_root(tmp_path: Path, marker: str) -> None:
    write_tree(tmp_path, "setup.cfg", f"app/{marker}", "app/lib/x.py")
    assert find_root(["app/lib/x.py"], tmp_path) == tmp_path / "app"
    assert find_root(["app/lib"], tmp_path) == tmp_path / "app"


def test_without_paths_the_root_is_that_of_the_working_directory(tmp_path: Path) -> None:
    write_tree(tmp_path, "pyproject.toml", "app/")
    assert find_root([], tmp_path / "app") == tmp_path


def test_the_working_directory_of_the_process_counts_when_none_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tree(tmp_path, "pyproject.toml", "app/")
    monkeypatch.chdir(tmp_path / "app")
    assert find_root([]) == tmp_path


def test_several_paths_share_the_root_of_their_common_folder(tmp_path: Path) -> None:
    write_tree(tmp_path, "pyproject.toml", "a/pyproject.toml", "b/pyproject.toml", "a/x.py", "b/y.py")
    assert find_root(["a/x.py", "b/y.py"], tmp_path) == tmp_path
    assert find_root(["a", "a/x.py"], tmp_path) == tmp_path / "a"


def test_a_folder_without_markers_is_its_own_root_even_inside_a_package(tmp_path: Path) -> None:
    write_tree(tmp_path, "pkg/__init__.py", "pkg/sub/__init__.py")
    assert find_root(["pkg/sub"], tmp_path) == tmp_path / "pkg" / "sub"


def test_a_lone_file_without_markers_climbs_out_of_its_packages(tmp_path: Path) -> None:
    write_tree(tmp_path, "lib/pkg/__init__.pyi", "lib/pkg/sub/__init__.py", "lib/pkg/sub/x.py")
    assert find_root(["lib/pkg/sub/x.py"], tmp_path) == tmp_path / "lib"


def test_a_setup_script_inside_a_package_starts_no_project(tmp_path: Path) -> None:
    write_tree(tmp_path, "setup.py", "numlib/__init__.py", "numlib/core/__init__.py", "numlib/core/setup.py")
    assert find_root(["numlib/core"], tmp_path) == tmp_path


def test_a_home_folder_under_version_control_is_no_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    write_tree(tmp_path, ".git/", "notes/x.py")
    assert find_root(["notes/x.py"], tmp_path) == tmp_path / "notes"


def test_a_path_that_does_not_exist_has_the_root_of_the_nearest_folder_that_does(tmp_path: Path) -> None:
    write_tree(tmp_path, "app/pyproject.toml")
    assert find_root(["app/no/such/x.py"], tmp_path) == tmp_path / "app"


def test_paths_on_different_drives_take_the_root_of_the_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_paths: object) -> str:
        raise ValueError("Paths don't have the same drive")

    monkeypatch.setattr("os.path.commonpath", refuse)
    write_tree(tmp_path, "a/", "b/")
    assert find_root(["a", "b"], tmp_path) == tmp_path / "a"


def roots_of(root: Path, *folders: str, src: tuple[str, ...] = ()) -> list[str]:
    found = source_roots(str(root), Settings(src=src), {str(root / folder) for folder in folders})
    return [path[len(str(root)) + 1 :] for path in found]


def test_the_src_setting_alone_counts_when_it_is_given(tmp_path: Path) -> None:
    write_tree(tmp_path, "src/a.py", "lib/b.py")
    assert roots_of(tmp_path, "src", "lib", src=("./lib/",)) == ["lib"]


def test_a_src_folder_at_the_root_or_beside_a_marker_is_a_source_root(tmp_path: Path) -> None:
    write_tree(tmp_path, "src/a/x.py", "one/pyproject.toml", "one/src/b/y.py", "two/src/c/z.py")
    assert roots_of(tmp_path, "src/a", "one/src/b", "two/src/c") == ["one/src", "src"]


def test_a_src_folder_that_is_a_package_is_none(tmp_path: Path) -> None:
    write_tree(tmp_path, "src/__init__.py", "src/x.py")
    assert roots_of(tmp_path, "src") == []


def test_a_folder_outside_the_root_brings_no_source_root(tmp_path: Path) -> None:
    write_tree(tmp_path, "app/", "other/src/x.py")
    assert roots_of(tmp_path / "app", "../other/src") == []


@pytest.mark.parametrize(
    "declaration",
    [
        '[tool.setuptools]\npackage-dir = {"" = "lib"}',
        '[tool.setuptools.packages.find]\nwhere = ["lib", "."]',
        '[tool.poetry]\npackages = [{include = "pkg", from = "lib"}, {include = "other"}]',
    ],
)
def test_what_the_build_backend_is_told_counts(tmp_path: Path, declaration: str) -> None:
    write(tmp_path / "pyproject.toml", declaration)
    assert roots_of(tmp_path, "lib/ns") == ["lib"]


@pytest.mark.parametrize(
    "text",
    [
        "where = [",
        "where = 1",
        "tool = 'where'",
        "[tool]\nsetuptools = 'package-dir'",
        "[tool.setuptools.packages]\nfind = {where = 3}",
        "[tool.setuptools]\npackage-dir = {pkg = 'from'}",
    ],
)
def test_a_pyproject_that_tells_nothing_of_use_is_passed_over(tmp_path: Path, text: str) -> None:
    write(tmp_path / "pyproject.toml", text)
    assert roots_of(tmp_path, "lib") == []


def test_a_project_file_that_is_nested_without_end_declares_nothing(tmp_path: Path) -> None:
    deep = f"from = {'[' * 50_000}{']' * 50_000}\n"
    (tmp_path / "pyproject.toml").write_text(deep)
    assert source_roots(str(tmp_path), Settings(), set()) is not None
