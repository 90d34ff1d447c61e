"""Fixes are verified before anything is written: each protection withholds what it is for, and says so."""

from __future__ import annotations

import symtable
from typing import TYPE_CHECKING

import pytest
from small_project import VIEWS, write

from ssot_lint import fixes
from ssot_lint.cli import main
from ssot_lint.model import Applicability, Edit, Span, Suggestion
from ssot_lint.session import fix, fixing, verification
from ssot_lint.session.verification import unbound_names
from ssot_lint.syntax_tree import UnreadableByLibCSTError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from ssot_lint.fixes._file import FixedFile
    from ssot_lint.model import Finding

    Fixer = Callable[[FixedFile, Finding], Sequence[Suggestion]]
    Capture = pytest.CaptureFixture[str]

SHARED = """\
class Shared:  # ssot: managed factory=get_shared
    kept = ()


def get_shared():
    Shared.kept = Shared.kept or (Shared(),)
    return Shared.kept[0]
"""


UNSURE = """\
class Words:
    cache = {}

    def add(self, word):
        self.cache[word] = len(word)
"""
"""What is only reported with --min-confidence low."""


@pytest.fixture
def views(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write(tmp_path) / "app" / "views.py"


def put(monkeypatch: pytest.MonkeyPatch, fixer: Fixer) -> None:
    monkeypatch.setattr(fixes, "_fixer", lambda code: fixer)


def instead(text: str, *, behind: str = "") -> Fixer:
    """Return a fixer that writes a text instead of the call, and something behind its line."""

    def suggest(file: FixedFile, finding: Finding) -> list[Suggestion]:
        span = finding.location.span
        end = Span(span.line + 1, 0, span.line + 1, 0)
        edits = (Edit(span, text), *([Edit(end, behind)] if behind else []))
        return [Suggestion("mend it", Applicability.SAFE, edits)]

    return suggest


@pytest.mark.parametrize(
    ("text", "behind", "reason"),
    [
        ("get_manager(", "", "the file would be no valid Python any more"),
        ("(Manager())", "", "the finding would remain"),
        ("unknown()", "", "unknown would be undefined"),
        ("None", "\n\ndef other():\n    return Manager()\n", "SST101 would be reported instead"),
        ("None", f"\n\n{UNSURE}", "SST201 would be reported instead"),
    ],
)
def test_a_bad_fix_is_withheld_and_said_so(
    views: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, text: str, behind: str, reason: str
) -> None:
    put(monkeypatch, instead(text, behind=behind))
    assert main(["--fix", "--output-format", "concise"]) == 1
    shown = capsys.readouterr()
    assert shown.err == f"ssot-lint: warning: app/views.py:5: the fix of SST101 is withheld: {reason}\n"
    assert shown.out.startswith("app/views.py:5:12: SST101")
    assert views.read_text("utf-8") == VIEWS
    assert main(["--fix", "--exit-non-zero-on-fix"]) == 1
    assert main(["--diff"]) == 0


def test_what_noqa_allows_is_no_new_finding(views: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch, instead("None", behind="\n\ndef other():\n    return Manager()  # noqa: SST101\n"))
    assert main(["--fix"]) == 0
    assert "return None" in views.read_text("utf-8")


def test_a_fix_that_harms_another_file_is_withheld_and_the_others_are_made(
    views: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    put(monkeypatch, instead("None", behind=f"\n\n{SHARED}"))
    (views.parent / "user.py").write_text(
        "from app.views import Shared\n\n\ndef use():\n    return Shared()\n", "utf-8"
    )
    assert main(["--fix"]) == 1
    assert "is withheld: it would make for findings in other files" in capsys.readouterr().err
    assert views.read_text("utf-8") == VIEWS


def test_good_fixes_are_made_although_others_in_the_file_are_not(
    views: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    text = f"{VIEWS}\n\ndef bad():\n    return Manager()\n"
    views.write_text(text, "utf-8")
    other = views.parent / "other.py"
    other.write_text(VIEWS, "utf-8")
    put(
        monkeypatch,
        lambda file, finding: instead("get_(" if finding.scope == "bad" else "None")(file, finding),
    )
    assert main(["--fix"]) == 1
    assert "app/views.py:9: the fix of SST101 is withheld" in capsys.readouterr().err
    assert views.read_text("utf-8") == text.replace("Manager()", "None", 1)
    assert "return None" in other.read_text("utf-8")


def test_edits_that_overlap_are_no_fix(views: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    edits = (Edit(Span(5, 4, 5, 20), "a"), Edit(Span(5, 11, 5, 18), "b"))
    put(monkeypatch, lambda file, finding: [Suggestion("mend it", Applicability.SAFE, edits)])
    assert main(["--fix"]) == 1
    assert "not by --fix: its edits get into each other's way" in capsys.readouterr().out
    assert views.read_text("utf-8") == VIEWS


def test_a_text_that_libcst_does_not_give_back_is_withheld(
    views: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Inexact:
        is_exact = False

    monkeypatch.setattr(verification, "parse", lambda text: Inexact())
    (withheld,) = fix().withheld
    assert withheld.reason == "LibCST wouldn't give the file back as it is"


def test_a_text_that_libcst_cannot_read_is_withheld(views: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(text: str) -> object:
        raise UnreadableByLibCSTError

    monkeypatch.setattr(verification, "parse", refuse)
    made = fix()
    assert [reason for _, reason in made.withheld] == ["LibCST couldn't read the file any more"]
    assert made.changes == ()


def test_a_file_that_changes_while_fixes_are_sought_is_left_alone(
    views: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def suggest(file: FixedFile, finding: Finding) -> Sequence[Suggestion]:
        views.write_text("theirs = 1\n", "utf-8")
        return instead("None")(file, finding)

    put(monkeypatch, suggest)
    made = fix()
    assert made.changes == ()
    assert [reason for _, reason in made.withheld] == ["the file can't be read any more"]


def test_any_number_of_fixes_at_one_place_come_to_rest(views: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "from app.ws import Manager\n" + "".join(
        f"\n\ndef view_{number}():\n    return Manager()\n" for number in range(25)
    )
    views.write_text(text, "utf-8")

    def suggest(file: FixedFile, finding: Finding) -> list[Suggestion]:
        edits = (Edit(Span(1, 0, 1, 0), f"# {finding.scope}\n"), Edit(finding.location.span, "None"))
        return [Suggestion("mend it", Applicability.SAFE, edits)]

    put(monkeypatch, suggest)
    made = fix()
    assert (len(made.fixed), made.withheld, made.result.findings) == (25, (), ())


def test_all_that_was_fixed_is_taken_back_where_more_rounds_would_be_needed(
    views: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = f"{VIEWS}\n\ndef other():\n    return Manager()\n\n\ndef third():\n    return Manager()\n"
    views.write_text(text, "utf-8")
    monkeypatch.setattr(fixing, "MOST_ROUNDS", -2)

    def suggest(file: FixedFile, finding: Finding) -> list[Suggestion]:
        edits = (Edit(Span(1, 0, 1, 0), f"# {finding.scope}\n"), Edit(finding.location.span, "None"))
        return [Suggestion("mend it", Applicability.SAFE, edits)]

    put(monkeypatch, suggest)
    made = fix()
    assert (made.changes, made.fixed, len(made.result.findings)) == ((), (), 3)
    assert {reason for _, reason in made.withheld} == {"the fixes in this file don't come to rest"}
    assert "view" in {finding.scope for finding, _ in made.withheld}  # the first one, which was made


def test_fixes_that_do_not_come_to_rest_are_taken_back(views: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fixing, "MOST_ROUNDS", -1)
    made = fix()
    assert (made.changes, made.fixed) == ((), ())
    assert [reason for _, reason in made.withheld] == ["the fixes in this file don't come to rest"]
    assert len(made.result.findings) == 1


def test_after_one_fix_by_itself_the_others_are_worked_out_anew(
    views: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one moves all that comes after it: the edits of the second would hit another line."""
    text = f"{VIEWS}\n\ndef other():\n    return Manager()\n\n\ndef bad():\n    return Manager()\n"
    views.write_text(text, "utf-8")

    def suggest(file: FixedFile, finding: Finding) -> list[Suggestion]:
        above = [Edit(Span(1, 0, 1, 0), "# above\n")] if finding.scope == "view" else []
        mended = Edit(finding.location.span, "get_(" if finding.scope == "bad" else "None")
        return [Suggestion("mend it", Applicability.SAFE, (*above, mended))]

    put(monkeypatch, suggest)
    made = fix()
    assert [finding.scope for finding in made.fixed] == ["view", "other"]
    assert [finding.scope for finding, _ in made.withheld] == ["bad"]
    (change,) = made.changes
    assert change.after.decode("utf-8") == "# above\n" + text.replace("Manager()", "None", 2)


def test_what_a_fix_makes_of_the_configuration_is_reported(
    views: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only Python files are held against what they were: the configuration isn't one."""
    kept = "\n\nclass Kept:\n    pass\n\n\ndef kept():\n    return 1\n"
    views.write_text(f"{VIEWS}{kept}", "utf-8")
    declared = 'class = "app.views.Kept"\nfactory = "app.views.kept"\n'
    (views.parent.parent / "pyproject.toml").write_text(f"[[tool.ssot-lint.managed]]\n{declared}", "utf-8")

    def suggest(file: FixedFile, finding: Finding) -> list[Suggestion]:
        edits = (Edit(finding.location.span, "None"), Edit(Span(12, 4, 12, 8), "held"))
        return [Suggestion("mend it", Applicability.SAFE, edits)]

    put(monkeypatch, suggest)
    made = fix()
    assert (len(made.fixed), made.withheld) == (1, ())
    assert [(found.location.path, found.code) for found in made.result.findings] == [
        ("pyproject.toml", "SST002")
    ]


def test_names_without_a_binding() -> None:
    text = "import a\nfrom b import c as d\ndef f(x):\n    global g\n    g = x + a + d + lost, len\n"
    assert unbound_names(text) == {"lost"}
    assert unbound_names("class A:\n    x = gone\n    y = x\nprint(__file__, A, [z for z in z_s])\n") == {
        "gone",
        "z_s",
    }
    assert unbound_names("a = (") == frozenset()


@pytest.mark.parametrize("error", [RecursionError, MemoryError])
def test_names_that_take_too_much_to_be_found_are_none(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(symtable, "symtable", fail)
    assert unbound_names("x = y\n") == frozenset()
