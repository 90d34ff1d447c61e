"""What SST002 and SST003 say, where, and when they keep silent."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Final

import pytest
from small_project import FILES, write

from ssot_lint.model import Confidence, Span
from ssot_lint.session import Buffer, check
from ssot_lint.suppression import named_codes

if TYPE_CHECKING:
    from pathlib import Path

    from ssot_lint.model import Finding

ENTRY: Final = """
[[tool.ssot-lint.managed]]
class = "app.ws.Manager"
factory = "app.ws.get_manager"
"""


def stale(
    folder: Path, configuration: str, *paths: str, files: dict[str, str] | None = None
) -> list[Finding]:
    """Return what is said of a configuration for the small project."""
    unmarked = {"app/ws.py": FILES["app/ws.py"].replace("  # ssot: managed factory=get_manager", "")}
    write(folder, {**FILES, **unmarked, **(files or {}), "pyproject.toml": configuration})
    result = check(paths, cwd=folder, overrides={"select": ("SST002",)})
    assert result.problems == ()
    return list(result.findings)


# -- SST002


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (
            ENTRY.replace("app.ws.Manager", "app.ws.Manger"),
            "The class app.ws.Manger doesn't exist in the project; did you mean app.ws.Manager?",
        ),
        (
            ENTRY.replace("app.ws.Manager", "app.views.Manager2"),
            "The class app.views.Manager2 doesn't exist in the project; did you mean app.ws.Manager?",
        ),
        (
            ENTRY.replace("app.ws.get_manager", "app.old.get_manager"),
            "The factory app.old.get_manager doesn't exist in the project; did you mean app.ws.get_manager?",
        ),
        (ENTRY.replace("app.ws.get_manager", "app.xyz"), "The factory app.xyz doesn't exist in the project"),
        (
            ENTRY + 'canonical = "app.wss"',
            "The canonical path app.wss doesn't exist in the project; did you mean app.ws?",
        ),
        (ENTRY + 'canonical = "app"', "The canonical path app doesn't offer Manager"),
        (
            ENTRY + 'canonical = "app.ws.get_manager"',
            "The canonical path app.ws.get_manager doesn't offer Manager",
        ),
        (ENTRY + 'allow = ["app.nobody"]', '"app.nobody" in allow matches nothing in the project'),
        (ENTRY + 'allow = ["app"]\n', None),
        (ENTRY + 'allow = ["app.ws.*"]\n', None),
        (ENTRY + 'allow = ["*.py"]\n', None),
        (ENTRY + 'allow = ["*.pyx"]\n', '"*.pyx" in allow matches nothing in the project'),
        (
            '[tool.ssot-lint]\nper-file-ignores = { "docs/" = ["SST1"] }\n' + ENTRY,
            'The pattern "docs/" in per-file-ignores matches no file',
        ),
    ],
)
def test_each_entry_that_fits_nothing_is_told_with_the_nearest_name(
    entry: str, message: str | None, tmp_path: Path
) -> None:
    found = stale(tmp_path, entry)
    assert [finding.message for finding in found] == ([message] if message else [])
    assert all(finding.confidence is Confidence.HIGH for finding in found)


def test_findings_stand_at_their_entry_in_the_configuration_file(tmp_path: Path) -> None:
    text = (
        '[tool.ssot-lint]\n\nper-file-ignores = { "docs/" = ["SST1"] }\n' + ENTRY + 'allow = ["app.nobody"]\n'
    )
    places = [(f.location.path, f.location.span.line) for f in stale(tmp_path, text)]
    assert places == [("pyproject.toml", 3), ("pyproject.toml", 5)]


def test_an_owner_who_does_not_use_the_class_is_of_no_use(tmp_path: Path) -> None:
    files = {"app/jobs.py": "def job():\n    return 1\n"}
    found = stale(tmp_path, ENTRY + 'allow = ["app.jobs"]', files=files)
    assert [f.message for f in found] == ['"app.jobs" in allow is of no use: Manager isn\'t used there']


def test_a_part_of_the_project_says_nothing_of_entries_about_other_parts(tmp_path: Path) -> None:
    unknown = ENTRY.replace("get_manager", "get_managers") + 'allow = ["app.nobody"]'
    assert stale(tmp_path, unknown, "app/views.py") == []
    assert [f.message[:11] for f in stale(tmp_path, unknown, "app/ws.py")] == ["The factory"]
    assert len(stale(tmp_path, unknown, ".")) == 2


def test_names_below_a_folder_without_a_module_concern_whatever_lies_below_it(tmp_path: Path) -> None:
    files = {"pyproject.toml": ENTRY.replace("app.ws", "lib.old"), "lib/new.py": "", "app/a.py": ""}
    write(tmp_path, files)
    assert check(["app"], cwd=tmp_path).findings == ()
    assert {f.code for f in check(["lib"], cwd=tmp_path).findings} == {"SST002"}


def test_an_unsaved_file_says_nothing_of_the_configuration(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"a.py": "", "pyproject.toml": '[tool.ssot-lint]\nper-file-ignores = { "b.py" = ["SST1"] }\n'},
    )
    assert len(check(cwd=tmp_path).findings) == 1
    assert check(cwd=tmp_path, buffer=Buffer("a.py", "x = 1\n")).findings == ()


def test_per_file_ignores_of_the_command_line_have_no_line_to_point_at(tmp_path: Path) -> None:
    from ssot_lint.settings import PerFileIgnore

    write(tmp_path)
    overrides = {"select": ("SST002",), "per_file_ignores": (PerFileIgnore("docs/", ("SST1",)),)}
    assert check(cwd=tmp_path, overrides=overrides).findings == ()


def test_what_the_marker_says_otherwise_is_told_with_its_place(tmp_path: Path) -> None:
    marked = FILES["app/ws.py"].replace("factory=get_manager", "factory=make_manager scope=keyed")
    marked += "\n\ndef make_manager():\n    return Manager()\n"
    found = stale(tmp_path, ENTRY + 'scope = "process"', files={"app/ws.py": marked})
    told = [finding.message.removesuffix(" in the comment on its class line") for finding in found]
    assert told == [
        "The factory of Manager is app.ws.get_manager here, and make_manager",
        "The scope of Manager is process here, and keyed",
    ]
    assert {finding.related[0].location.path for finding in found} == {"app/ws.py"}


# -- SST003


def unused(folder: Path, text: str, **overrides: object) -> list[tuple[str, int, int]]:
    """Return the codes that noqa comments in the small project's views name in vain, and their places."""
    write(folder, {**FILES, "app/views.py": dedent(text)})
    result = check(cwd=folder, overrides=overrides)
    assert result.problems == ()
    found = [finding for finding in result.findings if finding.code == "SST003"]
    return [(f.message.split()[4].rstrip(","), f.location.span.line, f.location.span.column) for f in found]


def test_the_code_itself_is_pointed_at(tmp_path: Path) -> None:
    text = "from app.ws import Manager\n\nx = Manager()  # noqa: E501,SST101, SST102,SST303\n"
    assert unused(tmp_path, text) == [("SST102", 3, 36), ("SST303", 3, 43)]


def test_a_comment_on_a_continued_line_counts_for_the_whole(tmp_path: Path) -> None:
    text = 'from app.ws import Manager\n\nx = Manager(), """\n"""  # noqa: SST101\n'
    text += 'y = 1, """\n"""  # noqa: SST101\n'
    assert unused(tmp_path, text) == [("SST101", 6, 13)]


def test_a_code_that_does_not_exist_is_told_apart(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "app/views.py": "x = 1  # noqa: SST999\n"})
    messages = [finding.message for finding in check(cwd=tmp_path).findings]
    assert messages == ["The noqa comment names SST999, but there is no such code"]


def test_codes_that_the_run_does_not_look_for_are_left_alone(tmp_path: Path) -> None:
    text = "x = 1  # noqa: SST101, SST201\n"
    assert [code for code, _, _ in unused(tmp_path, text, select=("SST003", "SST101"))] == ["SST101"]
    assert unused(tmp_path, text, select=("SST003",)) == []
    assert unused(tmp_path, text, ignore=("SST003",)) == []


def test_a_comment_that_silences_an_unsure_finding_is_of_use(tmp_path: Path) -> None:
    """Though the run shows nothing of low confidence, and wouldn't open the file for it."""
    ws = "class Manager:\n    pass\n\n\n_one = None\n\n\ndef get_manager():\n"
    ws += "    global _one\n    if _one is None:\n        _one = Manager()\n    return _one\n"
    silenced = FILES["app/views.py"].replace("Manager()", "Manager()  # noqa: SST101")
    write(tmp_path, {**FILES, "app/ws.py": ws, "app/views.py": FILES["app/views.py"]})
    medium = check(cwd=tmp_path, overrides={"min_confidence": Confidence.MEDIUM}).findings
    assert [(f.code, f.confidence) for f in medium] == [("SST101", Confidence.MEDIUM)]
    (tmp_path / "app/views.py").write_text(silenced, encoding="utf-8")
    assert check(cwd=tmp_path).findings == ()


def test_test_code_is_judged_when_it_is_checked(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "tests/test_ws.py": "x = 1  # noqa: SST101\n"})
    codes = [f.code for f in check(["tests"], cwd=tmp_path).findings]
    checked = [f.code for f in check(["tests"], cwd=tmp_path, overrides={"check_tests": True}).findings]
    assert (codes, checked) == ([], ["SST003"])


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("x = 1  # noqa: SST101\n", ["SST101"]),
        ("x = 1  # NOQA:SST101 SST102 and why\r\n", ["SST101", "SST102"]),
        ("x = 1  # noqa\n", []),
        ("x = 1  # noqa: SST\n", []),
        ("x = 1  # noqa : SST101\n", []),
        ("x = '# noqa: SST101'\n", []),
        ("x = '# noqa: SST101'  # noqa: SST102\n", []),
        ("# flake8: noqa\nx = 1  # noqa: SST101\n", []),
        ("x = (  # noqa: SST101\n", []),
        ("x = (  # noqa: SST101\n)\n", ["SST101"]),
    ],
)
def test_codes_are_read_from_comments_alone(text: str, codes: list[str]) -> None:
    assert [named.code for named in named_codes(text, "SST")] == codes


def test_a_named_code_knows_its_place_and_its_lines() -> None:
    (named,) = named_codes('x = """\n"""  # noqa: SST101\n', "SST")
    assert (named.span, named.first, named.last) == (Span(2, 13, 2, 19), 1, 2)
