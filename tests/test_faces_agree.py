"""The command line and flake8 find the same: same paths, lines, columns and codes, on every case there is."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from faces import Found, cli_findings, installed_plugins, run_cli, run_flake8
from flake8.main.cli import main as flake8
from flake8.plugins import finder
from rule_pages import Case, all_cases

from ssot_lint.model import Confidence
from ssot_lint.session import check

if TYPE_CHECKING:
    from collections.abc import Iterable

pytestmark = pytest.mark.usefixtures("_readings_are_shared")

FIXTURES = sorted(path for path in (Path(__file__).parent / "fixtures").iterdir() if path.is_dir())
EXAMPLES = [Path(__file__).parent.parent / "examples" / "chat_backend" / side for side in ("before", "after")]

OPTIONS = ("--isolated", "--select", "SST", "--filename", "*.py,*.pyi", "--ssot-min-confidence", "low")


def found_by_session(folder: Path) -> frozenset[Found]:
    """Return what the command line would report in ``folder``, without starting it."""
    result = check(["."], overrides={"min_confidence": Confidence.LOW}, cwd=folder)
    assert result.problems == ()
    places = ((f.location.path, f.location.span, f.code) for f in result.findings)
    found = (Found(path, span.line, span.column + 1, code) for path, span, code in places)
    return frozenset(each for each in found if each.is_for_both)


def found_by_flake8(folder: Path, report: Path) -> frozenset[Found]:
    """Return what flake8 reports in ``folder``, which is the working directory, within this process."""
    form = "%(path)s\t%(row)d\t%(col)d\t%(code)s"
    flake8([*OPTIONS, "-j", "1", "--format", form, "--output-file", str(report), str(folder)])
    rows = (line.split("\t") for line in report.read_text("utf-8").splitlines())
    return frozenset(
        Found(Path(path).relative_to(folder).as_posix(), int(row), int(column), code)
        for path, row, column, code in rows
    )


def assert_agreement(folder: Path, report: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have no other plugin look for anything: that takes as long again."""
    monkeypatch.chdir(folder)
    others = ("pycodestyle", "pyflakes", "mccabe")
    plugins = [plugin for plugin in installed_plugins() if plugin.package not in others]
    monkeypatch.setattr(finder, "_find_importlib_plugins", lambda: iter(plugins))
    assert found_by_flake8(folder, report) == found_by_session(folder)


@pytest.mark.same_again
@pytest.mark.parametrize("case", all_cases(), ids=lambda case: case.id)
def test_both_faces_agree_on_every_case_of_the_rule_pages(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = case.write(tmp_path / "project")
    assert_agreement(folder, tmp_path / "report", monkeypatch)


@pytest.mark.parametrize("project", [*FIXTURES, *EXAMPLES], ids=lambda path: path.name)
def test_both_faces_agree_on_whole_projects(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(shutil.copytree(project, tmp_path / "project"))
    assert_agreement(folder, tmp_path / "report", monkeypatch)


@pytest.fixture(scope="module")
def found_by_program(tmp_path_factory: pytest.TempPathFactory) -> frozenset[Found]:
    """What the command line finds in the cases that lie side by side."""
    folder = lay_side_by_side(tmp_path_factory.mktemp("for-the-command-line"))
    return cli_findings(folder, "--min-confidence", "low", ".", run=run_cli)


@pytest.mark.untraced
@pytest.mark.parametrize("method", [None, "fork", "spawn", "forkserver"])
def test_both_faces_agree_when_they_run_as_programs_with_two_workers(
    tmp_path: Path, method: str | None, found_by_program: frozenset[Found]
) -> None:
    ran = run_flake8(lay_side_by_side(tmp_path), *OPTIONS, "-j", "2", ".", method=method)
    assert ran.errors == ""
    assert ran.found == found_by_program
    assert len({found.code for found in ran.found}) > 1


def lay_side_by_side(folder: Path) -> Path:
    """Write cases that have findings, each as a package of its own."""
    cases = [case for case in all_cases() if case.expected and not uses_configuration(case)]
    for number, case in enumerate(chosen(cases)):
        case.write(folder / f"case{number}")
        (folder / f"case{number}" / "pyproject.toml").unlink()
    (folder / "pyproject.toml").write_text("[tool.ssot-lint]\n", encoding="utf-8")
    return folder


def uses_configuration(case: Case) -> bool:
    return any(path.endswith(".toml") for path in case.files)


def chosen(cases: Iterable[Case]) -> list[Case]:
    """Return the first two cases of each rule."""
    by_code: dict[str, list[Case]] = {}
    for case in cases:
        by_code.setdefault(case.code, []).append(case)
    return [case for group in by_code.values() for case in group[:2]]
