"""What a project has decided to live with is known again, counted, and taken out when it is gone."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import pytest
from small_project import VIEWS, write

from ssot_lint.baseline import BaselineError, Entry, compare, read_baseline, without, write_baseline
from ssot_lint.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = ".ssot-lint-baseline.json"
SECOND = VIEWS + "\n\ndef again():\n    return Manager()\n"
CHECK = ("check", "--no-cache", "--select", "SST101", "--output-format", "concise", "--baseline", FILE)


class Ran(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write(tmp_path / "project")
    monkeypatch.chdir(folder)
    monkeypatch.delenv("CI", raising=False)
    return folder


@pytest.fixture
def run(project: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def run(*arguments: str) -> Ran:
        status = main([*arguments])
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return run


@pytest.fixture
def written(run: Callable[..., Ran]) -> Callable[..., Ran]:
    """A run of a project whose baseline knows the finding in views.py."""
    ran = run("baseline", "--no-cache", "--select", "SST101")
    assert ran == Ran(0, f"{FILE}: 1 known finding.\n", "")
    return run


def test_what_the_baseline_knows_is_not_reported(written: Callable[..., Ran]) -> None:
    ran = written(*CHECK)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == "All checks passed: 3 files checked (1 known by the baseline).\n"


def test_entries_can_be_read_by_people_and_name_no_lines(written: Callable[..., Ran], project: Path) -> None:
    (entry,) = json.loads((project / FILE).read_text("utf-8"))["findings"]
    assert (entry["path"], entry["code"], entry["scope"]) == ("app/views.py", "SST101", "view")
    assert ":5" not in entry["message"]


def test_a_known_finding_may_move(written: Callable[..., Ran], project: Path) -> None:
    write(project, {"app/views.py": "# moved\n\n" + VIEWS, "app/ws.py": "# too\n" + _text("app/ws.py")})
    assert written(*CHECK).status == 0


def test_a_new_finding_is_reported_alone(written: Callable[..., Ran], project: Path) -> None:
    write(project, {"app/views.py": SECOND})
    ran = written(*CHECK)
    assert ran.status == 1
    first, last = ran.out.splitlines()[:2]
    assert first.startswith("app/views.py:9:12: SST101")
    assert last == "Found 1 finding in 1 file, checked 3 files (1 known by the baseline)."


def test_equal_findings_of_one_scope_are_counted(written: Callable[..., Ran], project: Path) -> None:
    write(project, {"app/views.py": VIEWS.replace("return Manager()", "return Manager() or Manager()")})
    ran = written(*CHECK)
    assert ran.status == 1
    assert ran.out.count("SST101") == 1


def test_the_working_directory_changes_nothing(
    written: Callable[..., Ran], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project / "app")
    assert written(*CHECK[:-1], f"../{FILE}").status == 0


def test_an_entry_that_matches_nothing_is_an_error_until_it_is_pruned(
    written: Callable[..., Ran], project: Path
) -> None:
    write(project, {"app/views.py": "x = 1\n"})
    ran = written(*CHECK)
    assert ran.status == 1
    assert ran.out == (
        "No new findings, but 1 entry of the baseline matches nothing any more: 3 files checked.\n"
    )
    assert ran.err == (
        f"ssot-lint: error: {FILE}: 1 entry matches nothing any more (app/views.py: SST101);"
        " --prune takes out what doesn't\n"
    )
    assert written(*CHECK, "--exit-zero").status == 0
    pruned = written(*CHECK, "--prune")
    assert pruned[:2] == (0, "All checks passed: 3 files checked.\n")
    assert pruned.err == f"{FILE}: 1 entry taken out that matched nothing any more.\n"
    assert read_baseline(project / FILE) == ()


def test_pruning_is_told_of_only_where_something_was_taken_out_and_quiet_allows_it(
    written: Callable[..., Ran], project: Path
) -> None:
    assert written(*CHECK, "--prune").err == ""
    write(project, {"app/views.py": "x = 1\n"})
    assert written(*CHECK, "--prune", "--quiet") == Ran(0, "", "")
    assert read_baseline(project / FILE) == ()


@pytest.mark.parametrize(
    ("arguments", "is_judged"),
    [
        ((), True),
        (("app",), True),
        (("app/views.py",), True),
        (("app/ws.py",), False),
        (("--select", "SST2"), False),
    ],
)
def test_only_what_was_looked_at_can_be_stale(
    written: Callable[..., Ran], project: Path, arguments: tuple[str, ...], is_judged: bool
) -> None:
    write(project, {"app/views.py": "x = 1\n"})
    command = (
        [*CHECK, *arguments] if "--select" not in arguments else ["check", "--baseline", FILE, *arguments]
    )
    assert ("matches nothing" in written(*command, *arguments).err) == is_judged


def test_what_is_less_sure_than_what_is_shown_is_not_stale(
    written: Callable[..., Ran], project: Path
) -> None:
    entry = Entry("app/ws.py", "SST101", "", "unsure", "low")
    write_baseline(project / FILE, [*read_baseline(project / FILE), entry])
    assert written(*CHECK).status == 0
    assert written(*CHECK, "--min-confidence", "low").status == 1


def test_a_file_that_could_not_be_read_keeps_its_entries(written: Callable[..., Ran], project: Path) -> None:
    write(project, {"app/views.py": "def view(:\n"})
    assert "matches nothing" not in written("check", "--no-cache", "--baseline", FILE, "--prune").err
    assert len(read_baseline(project / FILE)) == 1
    write(project, {"app/views.py": "x = 1\n"})
    assert written(*CHECK, "--prune", "nowhere", ".").status == 2
    assert len(read_baseline(project / FILE)) == 1


def test_standard_input_says_nothing_of_other_files(
    written: Callable[..., Ran], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(project, {"app/views.py": "x = 1\n"})
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"x = 1\n")))
    assert written(*CHECK, "-", "--stdin-filename", "app/ws.py") == Ran(
        0, "All checks passed: 1 file checked.\n", ""
    )


def test_an_entry_that_a_merge_left_twice_counts_twice(tmp_path: Path) -> None:
    entry = Entry("a.py", "SST101", "", "x")
    write_baseline(tmp_path / "b.json", [entry, entry])
    assert read_baseline(tmp_path / "b.json") == (with_count(entry, 2),)


def test_in_ci_none_is_written_by_itself(
    run: Callable[..., Ran], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    ran = run("baseline", "--no-cache")
    assert ran.status == 2
    assert "without --force no baseline is written in CI" in ran.err
    assert not (project / FILE).exists()
    missing = run(*CHECK)
    assert missing.status == 2
    assert f"{FILE}: there is no such baseline; ssot-lint baseline writes one" in missing.err
    assert run("baseline", "--no-cache", "--force").status == 0


def test_nothing_is_written_when_not_everything_could_be_checked(
    run: Callable[..., Ran], project: Path
) -> None:
    ran = run("baseline", "--no-cache", "app", "nowhere")
    assert ran.status == 2
    assert not (project / FILE).exists()


def test_prune_needs_a_baseline(run: Callable[..., Ran]) -> None:
    ran = run("check", "--prune")
    assert ran.status == 2
    assert "--prune needs --baseline" in ran.err


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "no baseline of ssot-lint"),
        ("{}", "no baseline of ssot-lint"),
        ('{"version": 1, "findings": [7]}', "no baseline of ssot-lint"),
        (
            '{"version": 1, "findings": [{"path":"","code":"","scope":"","message":"","confidence":"?"}]}',
            "regex",
        ),
        ('{"version": 2, "findings": []}', "another version"),
    ],
)
def test_a_file_that_is_no_baseline_is_refused(tmp_path: Path, content: str, reason: str) -> None:
    (tmp_path / "b.json").write_text(content)
    with pytest.raises(BaselineError, match=reason):
        read_baseline(tmp_path / "b.json")


def test_a_folder_is_no_baseline(tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="can't be read"):
        read_baseline(tmp_path)


def test_a_write_that_fails_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "b.json"
    write_baseline(path, [Entry("a.py", "SST101", "", "x")])
    before = path.read_bytes()

    def replace(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(BaselineError, match="No space left"):
        write_baseline(path, [])
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["b.json"]
    with pytest.raises(BaselineError, match="can't be written"):
        write_baseline(tmp_path / "nowhere" / "b.json", [])


def test_a_count_that_is_too_high_is_lowered() -> None:
    entries = (Entry("a.py", "SST101", "", "x", count=3), Entry("b.py", "SST101", "", "x"))
    stale = (with_count(entries[0], 1),)
    assert without(entries, stale) == (with_count(entries[0], 2), entries[1])
    assert compare((), {}, entries, lambda entry: entry.path == "b.py").stale == (entries[1],)


def with_count(entry: Entry, count: int) -> Entry:
    return msgspec.structs.replace(entry, count=count)


def _text(path: str) -> str:
    return Path(path).read_text("utf-8")
