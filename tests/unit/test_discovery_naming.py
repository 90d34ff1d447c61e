"""Which dotted names lead to a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from file_trees import write, write_tree

from ssot_lint.discovery import FileRecord, walk
from ssot_lint.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path


def records(root: Path, *, src: tuple[str, ...] = (), marked: bool = True) -> dict[str, FileRecord]:
    if marked:
        write(root / "setup.cfg")
    walked = walk([], Settings(src=src), root=root, cwd=root)
    return {record.project_path: record for record in walked.records}


def names(root: Path, *, src: tuple[str, ...] = (), marked: bool = True) -> dict[str, tuple[str, ...]]:
    found = records(root, src=src, marked=marked)
    return {path: (record.module, *record.aliases) for path, record in found.items()}


def test_a_src_layout_is_found_without_configuration(tmp_path: Path) -> None:
    write_tree(tmp_path, "src/pkg/__init__.py", "src/pkg/mod.py", "src/ns/deep/x.py", "src/single.py")
    assert names(tmp_path) == {
        "src/pkg/__init__.py": ("pkg", "src.pkg"),
        "src/pkg/mod.py": ("pkg.mod", "src.pkg.mod"),
        "src/ns/deep/x.py": ("ns.deep.x", "src.ns.deep.x", "deep.x", "x"),
        "src/single.py": ("single", "src.single"),
    }


def test_a_flat_layout_is_named_by_its_packages(tmp_path: Path) -> None:
    write_tree(tmp_path, "pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/__main__.py", "setup.py")
    assert names(tmp_path) == {
        "pkg/__init__.py": ("pkg",),
        "pkg/sub/__init__.py": ("pkg.sub",),
        "pkg/sub/__main__.py": ("pkg.sub.__main__",),
        "setup.py": ("setup",),
    }


def test_only_init_modules_are_packages_and_only_pyi_files_stubs(tmp_path: Path) -> None:
    write_tree(tmp_path, "a/__init__.py", "a/b.py", "a/c.pyi", "s/__init__.pyi")
    found = records(tmp_path)
    assert {path for path, record in found.items() if record.is_package} == {
        "a/__init__.py",
        "s/__init__.pyi",
    }
    assert {path for path, record in found.items() if record.is_stub} == {"a/c.pyi", "s/__init__.pyi"}


def test_a_package_in_a_namespace_has_the_longer_name_as_an_alias(tmp_path: Path) -> None:
    write_tree(tmp_path, "ns/pkg/__init__.py", "ns/pkg/m.py")
    assert names(tmp_path) == {"ns/pkg/__init__.py": ("pkg", "ns.pkg"), "ns/pkg/m.py": ("pkg.m", "ns.pkg.m")}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("from ns.pkg.m import x\nimport ns.pkg\nimport pkg\n", "ns.pkg"),
        ("import os\nfrom pkg import m\nfrom ns.other import y\n", "pkg"),
        ("from pkg import m\nimport ns.pkg.m\n", "pkg"),
        ("from . import m\n", "pkg"),
    ],
    ids=["the namespace", "the package", "both alike", "neither"],
)
def test_a_package_in_a_namespace_is_named_as_its_imports_name_it(
    tmp_path: Path, text: str, name: str
) -> None:
    write(tmp_path / "ns/pkg/__init__.py")
    write(tmp_path / "ns/pkg/m.py", text)
    other = {"ns.pkg": "pkg", "pkg": "ns.pkg"}[name]
    assert names(tmp_path) == {
        "ns/pkg/__init__.py": (name, other),
        "ns/pkg/m.py": (f"{name}.m", f"{other}.m"),
    }


def test_folders_without_init_are_named_from_the_root_with_shorter_aliases(tmp_path: Path) -> None:
    write_tree(tmp_path, "backend/services/x.py")
    assert names(tmp_path) == {"backend/services/x.py": ("backend.services.x", "services.x", "x")}


def test_a_short_alias_never_hides_the_standard_library(tmp_path: Path) -> None:
    write_tree(tmp_path, "backend/services/queue.py", "logging/setup.py", "json.py")
    assert names(tmp_path) == {
        "backend/services/queue.py": ("backend.services.queue", "services.queue"),
        "logging/setup.py": ("logging.setup", "setup"),
        "json.py": ("json",),
    }


def test_names_start_after_the_last_folder_that_is_no_identifier(tmp_path: Path) -> None:
    write_tree(tmp_path, "my-app/v1.2/core/x.py", "lambda/handler.py", "my-pkg/__init__.py", "my-pkg/y.py")
    assert names(tmp_path) == {
        "my-app/v1.2/core/x.py": ("core.x", "x"),
        "lambda/handler.py": ("handler",),
        "my-pkg/__init__.py": ("my-pkg",),
        "my-pkg/y.py": ("y",),
    }


def test_a_file_that_no_import_can_name_keeps_its_spelling(tmp_path: Path) -> None:
    write_tree(tmp_path, "tools/run-all.py", "tools/v1.2.py", "pkg/__init__.py", "pkg/0001-x.py")
    assert names(tmp_path) == {
        "tools/run-all.py": ("tools.run-all",),
        "tools/v1.2.py": ("tools.v1-2",),
        "pkg/__init__.py": ("pkg",),
        "pkg/0001-x.py": ("pkg.0001-x",),
    }


def test_the_src_setting_decides_where_names_start(tmp_path: Path) -> None:
    write_tree(tmp_path, "lib/python/ns/x.py", "lib/python/pkg/__init__.py", "src/other/y.py", "lib/z.py")
    found = names(tmp_path, src=("lib/python", "lib"))
    assert {path: found[path][0] for path in found} == {
        "lib/python/ns/x.py": "ns.x",
        "lib/python/pkg/__init__.py": "pkg",
        "src/other/y.py": "src.other.y",
        "lib/z.py": "z",
    }
    assert "lib.python.ns.x" in found["lib/python/ns/x.py"]


def test_a_src_folder_that_is_a_package_can_be_left_out_of_imports(tmp_path: Path) -> None:
    write_tree(tmp_path, "src/__init__.py", "src/app/__init__.py", "src/app/x.py")
    assert names(tmp_path)["src/app/x.py"] == ("src.app.x", "app.x")


def test_the_source_root_itself_may_hold_an_init(tmp_path: Path) -> None:
    write_tree(tmp_path, "lib/__init__.py", "lib/x.py", "__init__.py")
    found = names(tmp_path, src=("lib",))
    assert found["lib/x.py"][0] == "x"
    assert found["lib/__init__.py"][0] == "lib"


def test_a_root_that_is_a_package_is_named_from_above_it(tmp_path: Path) -> None:
    root = tmp_path / "plugin"
    write_tree(root, "__init__.py", "nodes/__init__.py", "nodes/x.py", "helpers.py", "queue.py")
    assert names(root) == {
        "__init__.py": ("plugin",),
        "nodes/__init__.py": ("plugin.nodes", "nodes"),
        "nodes/x.py": ("plugin.nodes.x", "nodes.x"),
        "helpers.py": ("plugin.helpers", "helpers"),
        "queue.py": ("plugin.queue",),
    }


def test_a_folder_without_marker_may_be_imported_by_its_own_name(tmp_path: Path) -> None:
    root = tmp_path / "backend"
    write_tree(root, "services/x.py")
    assert names(root, marked=False) == {"services/x.py": ("services.x", "backend.services.x", "x")}


def test_packages_of_one_name_take_their_longest_names(tmp_path: Path) -> None:
    write_tree(
        tmp_path,
        *("before/app/__init__.py", "before/app/main.py", "before/app/only.py"),
        *("after/app/__init__.py", "after/app/main.py", "other/__init__.py"),
    )
    assert names(tmp_path) == {
        "before/app/__init__.py": ("before.app", "app"),
        "before/app/main.py": ("before.app.main", "app.main"),
        "before/app/only.py": ("before.app.only", "app.only"),
        "after/app/__init__.py": ("after.app", "app"),
        "after/app/main.py": ("after.app.main", "app.main"),
        "other/__init__.py": ("other",),
    }


def test_a_namespace_over_several_source_roots_keeps_its_short_names(tmp_path: Path) -> None:
    write_tree(tmp_path, "a/src/ns/x.py", "b/src/ns/y.py")
    found = names(tmp_path, src=("a/src", "b/src"))
    assert (found["a/src/ns/x.py"][0], found["b/src/ns/y.py"][0]) == ("ns.x", "ns.y")


def test_names_that_no_import_tells_apart_are_spelled_out(tmp_path: Path) -> None:
    write_tree(tmp_path, "job-a/run.py", "job-b/run.py")
    assert names(tmp_path) == {"job-a/run.py": ("job-a.run", "run"), "job-b/run.py": ("job-b.run", "run")}


def test_a_package_hides_the_module_beside_it(tmp_path: Path) -> None:
    write_tree(tmp_path, "foo.py", "foo/__init__.py", "foo/x.py")
    found = names(tmp_path)
    assert found["foo/__init__.py"] == ("foo",)
    assert found["foo/x.py"] == ("foo.x",)
    assert found["foo.py"] == ("foo-2", "foo")


def test_a_stub_has_the_name_of_its_module(tmp_path: Path) -> None:
    write_tree(tmp_path, "pkg/__init__.py", "pkg/m.py", "pkg/m.pyi", "pkg/__init__.pyi")
    assert {name[0] for name in names(tmp_path).values()} == {"pkg", "pkg.m"}


def test_a_stub_package_speaks_for_the_package_without_the_suffix(tmp_path: Path) -> None:
    write_tree(tmp_path, "lib-stubs/__init__.pyi", "lib-stubs/m.pyi", "lib/__init__.py")
    found = names(tmp_path)
    assert found["lib-stubs/__init__.pyi"] == ("lib",)
    assert found["lib-stubs/m.pyi"] == ("lib.m",)
    assert found["lib/__init__.py"] == ("lib",)


@pytest.mark.parametrize("order", [1, -1])
def test_the_names_do_not_depend_on_the_order_of_the_files(tmp_path: Path, order: int) -> None:
    from ssot_lint.discovery.naming import Namer
    from ssot_lint.discovery.walking import FoundFile

    write_tree(tmp_path, "a/app/__init__.py", "b/app/__init__.py", "app.py")
    paths = ["a/app/__init__.py", "b/app/__init__.py", "app.py"][::order]
    files = [FoundFile(str(tmp_path / path), str(tmp_path), is_target=True) for path in paths]
    found = dict(zip(paths, Namer([]).name(files), strict=True))
    assert found["a/app/__init__.py"].module == "a.app"
    assert found["b/app/__init__.py"].module == "b.app"
    assert found["app.py"].module == "app"
