"""The session takes paths to findings, and says of everything that it could not do."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NoReturn

import msgspec
import pytest
from small_project import FILES, MANAGER, VIEWS, VIOLATION, write

import ssot_lint
from ssot_lint import inspection
from ssot_lint.errors import ConfigurationError
from ssot_lint.model import Confidence, Finding, Location, SourceFile, Span
from ssot_lint.session import (
    Buffer,
    CheckResult,
    check,
    check_buffer,
    checking,
    linked,
    open_project,
    report_files,
)
from ssot_lint.session.filters import FindingFilter
from ssot_lint.settings import PerFileIgnore, Settings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ssot_lint.discovery import FileRecord


def places(result: CheckResult) -> list[tuple[str, int, str]]:
    return [(f.location.path, f.location.span.line, f.code) for f in result.findings]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path)


# -- what is checked


def test_the_violation_of_a_project_is_found_with_its_text(project: Path) -> None:
    result = check(["."], cwd=project)
    assert places(result) == [VIOLATION]
    assert result.problems == result.warnings == ()
    assert result.checked_files == 3
    assert result.texts == {"app/views.py": VIEWS}
    assert result.project_paths == {"app/views.py": "app/views.py"}


def test_without_paths_the_whole_project_around_the_working_directory_is_checked(project: Path) -> None:
    assert [path for path, _, _ in places(check(cwd=project / "app"))] == ["views.py"]


def test_the_working_directory_may_be_given_from_that_of_the_process(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.parent)
    assert check(cwd=project.relative_to(project.parent)) == check(cwd=project)


def test_findings_are_for_the_given_paths_and_judged_by_the_whole_project(project: Path) -> None:
    alone = check(["app/views.py"], cwd=project)
    assert places(alone) == [VIOLATION]
    assert alone.checked_files == 1
    assert places(check(["app/ws.py"], cwd=project)) == []


def test_paths_are_shown_from_the_working_directory_and_known_from_the_root(project: Path) -> None:
    result = check(["views.py"], cwd=project / "app")
    assert [path for path, _, _ in places(result)] == ["views.py"]
    assert result.project_paths == {"views.py": "app/views.py"}


def test_findings_come_in_the_order_of_paths_and_places(project: Path) -> None:
    write(project, {"app/a.py": VIEWS + "\n\ndef other():\n    return Manager()\n"})
    assert places(check(["app/views.py", "app/a.py"], cwd=project)) == [
        ("app/a.py", 5, "SST101"),
        ("app/a.py", 9, "SST101"),
        VIOLATION,
    ]


def test_rules_that_are_not_selected_say_nothing(project: Path) -> None:
    assert places(check(cwd=project, overrides={"ignore": ("SST1",)})) == []
    assert places(check(cwd=project, overrides={"select": ("SST2",)})) == []


def test_every_file_can_be_inspected_for_a_test_of_the_screen(project: Path) -> None:
    assert check(cwd=project, screen=False).findings == check(cwd=project).findings


def test_a_mistake_in_the_configuration_ends_the_run(project: Path) -> None:
    write(project, {"pyproject.toml": "[tool.ssot-lint]\nselct = []\n"})
    with pytest.raises(ConfigurationError, match="selct"):
        check(cwd=project)
    assert places(check(cwd=project, isolated=True)) == [VIOLATION]


def test_another_configuration_file_can_be_named(project: Path) -> None:
    other = project / "other.toml"
    other.write_text('ignore = ["SST101"]\n')
    assert places(check(cwd=project, config_file=other)) == []


# -- what could not be done


def test_a_missing_path_is_a_problem_and_the_others_are_checked(project: Path) -> None:
    result = check(["nope.py", "app"], cwd=project)
    assert result.problems == ("nope.py: no such file or folder",)
    assert places(result) == [VIOLATION]


@pytest.mark.parametrize("path", ["nope.py", "empty", "app/left_out.py"])
def test_no_file_is_read_when_none_is_to_be_checked(
    project: Path, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "empty").mkdir()
    write(project, {"app/left_out.py": "", "pyproject.toml": '[tool.ssot-lint]\nexclude = ["left_out.py"]'})
    read: list[FileRecord] = []

    def summarize(records: Sequence[FileRecord], **_: object) -> list[object]:
        read.extend(records)
        return []

    monkeypatch.setattr(linked, "summarize_files", summarize)
    result = check([path], cwd=project)
    assert result.problems or result.warnings
    assert report_files([path], cwd=project) == {}
    assert read == []


def test_who_asks_about_no_file_is_told_nothing_of_the_configuration(project: Path) -> None:
    write(project, {"pyproject.toml": '[[tool.ssot-lint.managed]]\nclass = "app.nowhere.Manager"'})
    assert [
        f.code for f in check(["app"], cwd=project, overrides={"min_confidence": Confidence.LOW}).findings
    ]
    assert check(["nope.py"], cwd=project, overrides={"min_confidence": Confidence.LOW}).findings == ()


def test_a_path_that_is_no_python_file_is_a_problem(project: Path) -> None:
    write(project, {"notes.txt": "x"})
    (problem,) = check(["notes.txt"], cwd=project).problems
    assert problem.startswith("notes.txt: no Python file")


def test_a_folder_without_python_files_is_a_problem(project: Path) -> None:
    (project / "empty").mkdir()
    result = check(["empty"], cwd=project)
    assert result.problems == ("no Python file found in empty",)
    assert result.checked_files == 0


def test_a_given_path_that_the_configuration_excludes_is_a_warning(project: Path) -> None:
    write(project, {"pyproject.toml": '[tool.ssot-lint]\nexclude = ["app/views.py"]\n'})
    result = check(["app/views.py"], cwd=project)
    assert result.problems == ()
    assert result.warnings == ("app/views.py: not checked: the configuration excludes it",)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_a_problem_only_where_it_was_asked_for(project: Path) -> None:
    (project / "app" / "ws.py").chmod(0)
    assert check(["app/views.py"], cwd=project).problems == ()
    (problem,) = check(["app"], cwd=project).problems
    assert problem.startswith("app/ws.py: can't be read")


def test_a_file_that_is_no_python_is_a_finding_and_the_others_are_checked(project: Path) -> None:
    write(project, {"app/broken.py": "def f(:\n"})
    assert ("app/broken.py", 1, "SST001") in places(check(cwd=project))
    assert VIOLATION in places(check(cwd=project))


def test_a_file_that_is_no_python_is_a_warning_where_nobody_would_hear_of_it(project: Path) -> None:
    write(project, {"app/broken.py": "def f(:\n"})
    result = check(cwd=project, overrides={"select": ("SST1",)})
    assert places(result) == [VIOLATION]
    assert result.warnings == (
        "app/broken.py: not checked: it is no valid Python, and SST001 isn't selected",
    )
    assert result.checked_files == 3


def fail(*_: object, **__: object) -> NoReturn:
    raise RuntimeError("out of\nluck")


def test_an_error_in_a_rule_names_the_file_and_leaves_the_others(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen_file = inspection.screen_file

    def screen_or_fail(path: str, *arguments: Any, **options: Any) -> Any:
        return (fail if path == "app/ws.py" else screen_file)(path, *arguments, **options)

    monkeypatch.setattr(checking, "screen_file", screen_or_fail)
    result = check(cwd=project)
    (problem,) = result.problems
    assert problem.startswith("app/ws.py: internal error: RuntimeError: out of luck; please report it")
    assert places(result) == [VIOLATION]


def test_an_error_in_a_fix_names_the_file_and_costs_no_finding(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "with_fixes", fail)
    result = check(cwd=project)
    (problem,) = result.problems
    assert problem.startswith("app/views.py: internal error: RuntimeError: out of luck; please report it")
    assert places(result) == [VIOLATION]


def test_a_file_that_changes_during_the_run_is_not_judged_by_what_it_was(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_project(cwd=project)
    write(project, {"app/views.py": "# new\n" + VIEWS})
    result = checking.check_opened(opened)
    assert result.problems == ("app/views.py: not checked: it changed while the linter was running",)
    (project / "app" / "views.py").unlink()
    (problem,) = checking.check_opened(opened).problems
    assert problem.startswith("app/views.py: can't be read")


# -- text that stands in for a file


def test_a_buffer_is_checked_instead_of_the_file(project: Path) -> None:
    result = check(cwd=project, buffer=Buffer("app/views.py", "\n" + VIEWS))
    assert places(result) == [("app/views.py", 6, "SST101")]
    assert result.checked_files == 1
    assert result.texts == {"app/views.py": "\n" + VIEWS}


def test_a_buffer_need_not_be_saved_yet(project: Path) -> None:
    relative = VIEWS.replace("app.ws", ".ws")
    result = check(cwd=project, buffer=Buffer("app/new.py", relative))
    assert places(result) == [("app/new.py", 5, "SST101")]
    assert result.problems == ()


def test_a_new_buffer_is_named_by_its_place_where_it_has_no_neighbours(project: Path) -> None:
    write(project, {"app/sub/deep/other.txt": ""})
    text = VIEWS.replace("app.ws", "..ws")
    assert places(check(cwd=project, buffer=Buffer("app/sub/new.py", text))) == [
        ("app/sub/new.py", 5, "SST101")
    ]


def test_a_new_package_can_be_a_buffer(project: Path) -> None:
    write(project, {"lib/ws.py": MANAGER})
    result = check(cwd=project, buffer=Buffer("lib/__init__.py", VIEWS.replace("app.ws", ".ws")))
    assert places(result) == [("lib/__init__.py", 5, "SST101")]


def test_a_new_buffer_counts_as_test_code_where_its_path_says_so(project: Path) -> None:
    buffer = Buffer("tests/test_new.py", VIEWS)
    assert places(check(cwd=project, buffer=buffer)) == []
    assert len(places(check(cwd=project, buffer=buffer, overrides={"check_tests": True}))) == 1


def test_a_buffer_that_is_no_text_is_a_finding(project: Path) -> None:
    buffer = Buffer.of_bytes("app/views.py", b'x = "\xe9"\n')
    assert places(check(cwd=project, buffer=buffer)) == [("app/views.py", 1, "SST001")]
    plain = Buffer.of_bytes("a.py", b"\xef\xbb\xbfx = 1\n")
    assert (plain.text, plain.problem) == ("x = 1\n", None)


def test_an_excluded_buffer_is_not_checked(project: Path) -> None:
    write(project, {"pyproject.toml": '[tool.ssot-lint]\nexclude = ["app/views.py"]\n'})
    result = check(cwd=project, buffer=Buffer("app/views.py", VIEWS))
    assert places(result) == []
    assert result.problems == ()


# -- one project, many files


def test_each_file_of_an_opened_project_gives_what_the_whole_run_gives(project: Path) -> None:
    opened = open_project(["."], cwd=project)
    found = [
        place
        for path in ("app/ws.py", "app/views.py")
        for place in places(check_buffer(opened, Buffer(path, FILES[path])))
    ]
    assert found == places(checking.check_opened(opened))


def test_a_text_that_differs_by_its_newlines_alone_links_nothing_again(project: Path) -> None:
    write(project, {"app/views.py": VIEWS.replace("\n", "\r\n")})
    opened = open_project(cwd=project)
    same, _ = opened.with_buffer(Buffer("app/views.py", VIEWS))
    other, _ = opened.with_buffer(Buffer("app/views.py", VIEWS + "\n"))
    assert same.project is opened.project
    assert other.project is not opened.project


def test_what_a_buffer_defines_counts_for_its_own_findings(project: Path) -> None:
    opened = open_project(cwd=project)
    text = "from app.ws import get_manager\n\n\ndef view():\n    return get_manager()\n"
    assert places(check_buffer(opened, Buffer("app/views.py", text))) == []
    assert places(check_buffer(opened, Buffer("app/views.py", VIEWS))) == [VIOLATION]


def test_a_caller_may_have_its_own_say_about_noqa(project: Path) -> None:
    silenced = VIEWS.replace("Manager()\n", "Manager()  # noqa: SST101\n")
    write(project, {"app/views.py": silenced})
    opened = open_project(cwd=project)
    assert places(checking.check_opened(opened)) == []
    assert places(check_buffer(opened, Buffer("app/views.py", silenced))) == []
    assert places(check_buffer(opened, Buffer("app/views.py", silenced), noqa=False)) == [VIOLATION]


# -- what is shown


def made(code: str = "SST101", line: int = 1, confidence: Confidence = Confidence.HIGH) -> Finding:
    location = Location("a.py", Span(line, 0, line, 1))
    return Finding(code=code, name="n", message="m", location=location, confidence=confidence)


SOURCE = SourceFile(path="a.py", project_path="lib/a.py", module="a", text="x = 1\ny = 2  # noqa: SST1\n")


def test_noqa_silences_its_own_line_and_codes() -> None:
    kept = FindingFilter(Settings()).keep([made(), made(line=2), made("SST201", line=2)], SOURCE)
    assert kept == [made(), made("SST201", line=2)]


def test_findings_of_no_python_file_know_no_noqa() -> None:
    assert FindingFilter(Settings()).keep([made("SST002", line=2)], None) == [made("SST002", line=2)]


@pytest.mark.parametrize(
    ("pattern", "codes", "kept"),
    [
        ("lib/", ("SST1",), ["SST201"]),
        ("*.py", ("SST101", "SST2"), []),
        ("a.py", ("SST",), []),
        ("/a.py", ("SST",), ["SST101", "SST201"]),
        ("lib/*", (), ["SST101", "SST201"]),
    ],
)
def test_per_file_ignores_are_matched_from_the_root(
    pattern: str, codes: tuple[str, ...], kept: list[str]
) -> None:
    settings = Settings(per_file_ignores=(PerFileIgnore(pattern, codes),))
    found = FindingFilter(settings).keep([made(), made("SST201")], SOURCE)
    assert [finding.code for finding in found] == kept


def test_what_confidence_hides_is_counted_but_not_what_is_silenced_anyway() -> None:
    wanted = FindingFilter(Settings(ignore=("SST3",)))
    low, medium = made(confidence=Confidence.LOW), made(confidence=Confidence.MEDIUM)
    silenced, ignored = made(line=2, confidence=Confidence.LOW), made("SST301", confidence=Confidence.LOW)
    assert wanted.keep([low, medium, silenced, ignored, made()], SOURCE) == [made()]
    assert wanted.hidden_by_confidence == 2
    lenient = FindingFilter(Settings(min_confidence=Confidence.MEDIUM))
    assert lenient.keep([low, medium], SOURCE) == [medium]


# -- the public interface


def test_the_package_offers_what_it_names() -> None:
    assert ssot_lint.check is check
    for name in ssot_lint.__all__:
        assert getattr(ssot_lint, name) is not None
    with pytest.raises(AttributeError, match="nothing"):
        _ = ssot_lint.nothing


def test_a_result_can_be_compared_and_copied() -> None:
    result = CheckResult(findings=(made(),))
    assert msgspec.structs.replace(result, checked_files=1) != result
