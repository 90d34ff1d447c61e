"""Entries of a cache that somebody crafted: well-formed, sealed, under the right keys, and untrue."""

from __future__ import annotations

import random
import sqlite3
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pytest
from small_project import FILES, MANAGER, THROUGH, VIEWS, write

from benchmarks.hostile_caches.__main__ import main as try_crafted
from benchmarks.hostile_caches.crafting import crafted
from benchmarks.hostile_caches.driving import kind_of
from ssot_lint.cache import FOLDER, Cache, open_cache
from ssot_lint.cli import main
from ssot_lint.model import Applicability, Edit, Finding, Span, Suggestion
from ssot_lint.rules.unparsable_file import UnparsableFile
from ssot_lint.session import CheckResult, check, fix, report_files, silence, summarizing
from ssot_lint.session.per_file import FileReport
from ssot_lint.session.summarizing import Summarized
from ssot_lint.summary.facts import ClassFacts, Marker

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from ssot_lint.discovery import FileRecord
    from ssot_lint.model import SourceFile
    from ssot_lint.session import FixResult
    from ssot_lint.summary import ModuleSummary

FORMS: Final[dict[str, Any]] = {
    "result": CheckResult,
    "reports": dict[str, FileReport],
    "summary": Summarized,
}

EVIL: Final = "\x1b]0;owned\x07"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write(tmp_path / "project", FILES)


def craft(project: Path, kind: str, change: Callable[[Any], Any]) -> int:
    """Change what a cache holds of a kind, and return how many; of the others only summaries stay."""
    folder = project / FOLDER
    connection = sqlite3.connect(folder / "facts.db")
    rows = connection.execute("SELECT key, value FROM entries").fetchall()
    connection.execute("DELETE FROM entries")
    connection.commit()
    connection.close()
    written: dict[bytes, bytes] = {}
    changed = 0
    for key, data in rows:
        found = kind_of(data)
        if found == kind:
            value = msgspec.msgpack.decode(data, type=FORMS[kind])
            new = change(value)
            changed += new != value
            written[key] = msgspec.msgpack.encode(new)
            msgspec.msgpack.decode(written[key], type=FORMS[kind])  # well-formed
        elif found == "summary":
            written[key] = data
    cache = open_cache(folder)
    assert isinstance(cache, Cache)
    cache.write(written)
    cache.close()
    return changed


def summary_of(path: str, **changes: Any) -> Callable[[Summarized], Summarized]:
    def change(result: Summarized) -> Summarized:
        assert result.summary is not None
        if result.summary.path != path:
            return result
        fields = {
            name: new(getattr(result.summary, name)) if callable(new) else new
            for name, new in changes.items()
        }
        return msgspec.structs.replace(result, summary=msgspec.structs.replace(result.summary, **fields))

    return change


# -- whole results


def with_finding(change: Callable[[Finding], Finding]) -> Callable[[CheckResult], CheckResult]:
    return lambda result: msgspec.structs.replace(result, findings=tuple(map(change, result.findings)))


def replaced(**changes: Any) -> Callable[[Finding], Finding]:
    return lambda finding: msgspec.structs.replace(finding, **changes)


def at(span: Span) -> Callable[[Finding], Finding]:
    return lambda finding: msgspec.structs.replace(
        finding, location=msgspec.structs.replace(finding.location, span=span)
    )


def with_edits(*spans: Span) -> Callable[[Finding], Finding]:
    edits = tuple(Edit(span, "x") for span in spans)
    return replaced(suggestions=(Suggestion("so", Applicability.SAFE, edits),))


ABSURD: Final = [
    with_finding(replaced(code=EVIL)),
    with_finding(replaced(code="SST101\n")),
    with_finding(replaced(name=EVIL)),
    with_finding(replaced(name="x\x1b\\")),
    with_finding(at(Span(-1, 0, 1, 0))),
    with_finding(at(Span(5, 0, 4, 0))),
    with_finding(at(Span(1, -5, 1, 0))),
    with_finding(at(Span(1, 0, 2**63 - 1, 0))),
    with_finding(at(Span(1, 0, 1, 2**63 - 1))),
    with_finding(with_edits(Span(1, 0, 1, 9), Span(1, 3, 1, 5))),
    with_finding(with_edits(Span(1, 0, 1, 2**40))),
    lambda result: msgspec.structs.replace(result, problems=("app/ws.py: not checked",)),
    lambda result: msgspec.structs.replace(result, checked_files=-1),
    lambda result: msgspec.structs.replace(result, hidden_by_confidence=-1),
    lambda result: msgspec.structs.replace(result, silenced=2**60),
]


@pytest.mark.parametrize("change", ABSURD)
def test_a_result_that_no_run_finds_is_not_recalled(
    project: Path, change: Callable[[CheckResult], CheckResult]
) -> None:
    expected = check(cwd=project, cache=True)
    assert craft(project, "result", change) == 1
    assert check(cwd=project, cache=True) == expected


@pytest.mark.parametrize(
    "change",
    [
        lambda report: msgspec.structs.replace(report, problems=("forged",)),
        *(
            lambda report, one=one: msgspec.structs.replace(report, findings=tuple(map(one, report.findings)))
            for one in (replaced(code=EVIL), at(Span(-1, 0, 1, 0)), at(Span(1, 0, 1, 2**40)))
        ),
    ],
)
def test_nor_are_reports_on_files(project: Path, change: Callable[[FileReport], FileReport]) -> None:
    asked: Any = {"cwd": project, "cache": True}
    expected = report_files(**asked)
    assert craft(project, "reports", lambda reports: {k: change(v) for k, v in reports.items()}) == 1
    assert report_files(**asked) == expected


def test_what_a_result_says_is_shown_without_control_characters(
    project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(project)
    main(["check", "."])
    capsys.readouterr()
    evil = Suggestion(EVIL, Applicability.SAFE, (Edit(Span(1, 0, 1, 0), f"{EVIL}\n\x1b[2J"),))
    craft(project, "result", with_finding(replaced(message=EVIL, scope=EVIL, suggestions=(evil,))))
    main(["check", "."])
    out = capsys.readouterr().out
    assert "owned" in out  # it was recalled
    assert "\x1b" not in out
    assert "\x07" not in out


# -- facts


def ragged(uses: dict[str, bytes]) -> dict[str, bytes]:
    return {symbol: packed[:-1] for symbol, packed in uses.items()}


def unknown(uses: dict[str, bytes]) -> dict[str, bytes]:
    return {symbol: b"\xff" * len(packed) for symbol, packed in uses.items()}


FACTS: Final = [
    summary_of("app/views.py", packed_uses=ragged),
    summary_of("app/views.py", packed_uses=unknown),
    summary_of("app/views.py", scopes=()),
    summary_of("app/ws.py", scopes=()),
    summary_of("app/ws.py", details=()),
]


@pytest.mark.parametrize("change", FACTS)
@pytest.mark.parametrize("ask", [check, report_files])
def test_facts_that_cannot_be_worked_with_are_read_anew(
    project: Path, change: Callable[[Summarized], Summarized], ask: Callable[..., object]
) -> None:
    expected = ask(cwd=project, cache=False)
    check(cwd=project, cache=True)
    assert craft(project, "summary", change) == 1
    assert ask(cwd=project, cache=True) == expected


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that fails by facts of which the linker takes no notice."""

    def check_module(module: ModuleSummary, project: object) -> tuple[()]:
        assert not module.names_codes, project
        return ()

    monkeypatch.setattr(UnparsableFile, "check_module", staticmethod(check_module))


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("ask", [check, report_files])
def test_facts_that_make_a_rule_fail_are_read_anew(project: Path, ask: Callable[..., object]) -> None:
    expected = ask(cwd=project, cache=False)
    check(cwd=project, cache=True)
    assert craft(project, "summary", summary_of("app/views.py", names_codes=True)) == 1
    assert ask(cwd=project, cache=True) == expected


@pytest.mark.usefixtures("strict")
@pytest.mark.parametrize("change", [fix, silence])
def test_nor_do_changes_fail_by_them(project: Path, change: Callable[..., FixResult]) -> None:
    (project / "app" / "views.py").write_text(THROUGH, encoding="utf-8")
    expected = change(cwd=project, cache=False)
    check(cwd=project, cache=True)
    assert craft(project, "summary", summary_of("app/views.py", names_codes=True)) == 1
    assert change(cwd=project, cache=True) == expected


def test_what_was_read_anew_takes_the_place_of_what_could_not_be_used(project: Path) -> None:
    check(cwd=project, cache=True)
    assert craft(project, "summary", summary_of("app/views.py", packed_uses=ragged)) == 1
    check(cwd=project, cache=True)
    assert craft(project, "summary", summary_of("app/views.py", packed_uses=ragged)) == 1  # it was honest


def test_an_error_that_no_cache_is_to_blame_for_is_told_once(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[int] = []

    def link(*_: object) -> object:
        calls.append(1)
        raise ZeroDivisionError

    monkeypatch.setattr("ssot_lint.session.linked.link", link)
    with pytest.raises(ZeroDivisionError):
        check(cwd=project, cache=True)
    assert len(calls) == 1


# -- what is written


def marked(class_name: str, factory: str) -> Callable[[Summarized], Summarized]:
    """Have a class declared as managed, and by a factory, that the sources don't declare so."""

    def mark(classes: tuple[ClassFacts, ...]) -> tuple[ClassFacts, ...]:
        marker = Marker(factory, None, Span(1, 0, 1, 1))
        return tuple(
            msgspec.structs.replace(facts, marker=marker if facts.name == class_name else None)
            for facts in classes
        )

    return summary_of("app/ws.py", classes=mark)


def texts(project: Path) -> dict[str, str]:
    paths = (path for path in project.rglob("*") if path.is_file() and FOLDER not in path.parts)
    return {path.relative_to(project).as_posix(): path.read_text(encoding="utf-8") for path in paths}


@pytest.fixture
def victim(project: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    stop = "\n\nclass Plain:\n    pass\n\n\ndef stop():\n    raise SystemExit\n"
    (project / "app" / "ws.py").write_text(MANAGER + stop, encoding="utf-8")
    (project / "app" / "plain.py").write_text(VIEWS.replace("Manager", "Plain"), encoding="utf-8")
    monkeypatch.chdir(project)
    assert main(["check", "."]) == 1
    return project


def test_a_fix_rests_on_the_sources_alone(victim: Path) -> None:
    before = texts(victim)
    assert craft(victim, "summary", marked("Manager", "stop")) == 1
    assert main(["check", "."]) == 1  # by what the cache says, stop() should be called
    assert craft(victim, "summary", marked("Manager", "stop")) == 0
    assert main(["check", "--fix", "."]) == 0
    assert texts(victim) == {**before, "app/views.py": THROUGH}


def test_so_does_a_patch(victim: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert craft(victim, "summary", marked("Manager", "stop")) == 1
    capfd.readouterr()
    assert main(["check", "--diff", "."]) == 1
    out = capfd.readouterr().out
    assert "+    return get_manager()" in out
    assert "stop" not in out


def test_so_does_a_comment_that_silences(victim: Path) -> None:
    before = texts(victim)
    assert craft(victim, "summary", marked("Plain", "stop")) == 1
    main(["check", "--add-noqa", "."])
    silenced = VIEWS.replace("Manager()", "Manager()  # noqa: SST101")
    assert texts(victim) == {**before, "app/views.py": silenced}


def test_init_reads_all_files(victim: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it writes are the names of classes."""
    read: list[str] = []
    genuine = summarizing.summarize_file

    def summarize_file(record: FileRecord) -> Summarized:
        read.append(record.path)
        return genuine(record)

    monkeypatch.setattr(summarizing, "summarize_file", summarize_file)
    main(["init", "--yes"])
    assert sorted(read) == sorted(path for path in texts(victim) if path.endswith(".py"))


@pytest.mark.parametrize("options", [["--fix"], ["--add-noqa"]])
def test_a_run_that_changes_nothing_reads_once(
    project: Path, monkeypatch: pytest.MonkeyPatch, options: list[str]
) -> None:
    (project / "app" / "views.py").write_text(THROUGH, encoding="utf-8")
    monkeypatch.chdir(project)
    assert main(["check", "."]) == 0
    read: list[str] = []

    def summarize_source(source: SourceFile) -> Summarized:
        read.append(source.path)
        return summarizing.summarize_source(source)

    monkeypatch.setattr(summarizing, "summarize_file", summarize_source)
    assert main(["check", *options, "."]) == 0
    assert read == []


@pytest.mark.parametrize("options", [["--fix"], ["--add-noqa"]])
def test_facts_that_break_a_rule_break_no_change(
    victim: Path, options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert craft(victim, "summary", summary_of("app/views.py", scopes=())) == 1
    capsys.readouterr()
    main(["check", *options, "."])
    assert "internal error" not in capsys.readouterr().err
    assert (victim / "app" / "views.py").read_text(encoding="utf-8") != VIEWS


# -- many


def test_crafted_entries_make_nothing_fail() -> None:
    assert try_crafted(["--inputs", "4", "--seed", "1"]) == 0


def test_what_is_crafted_is_mostly_of_the_form_that_it_pretends_to_have(project: Path) -> None:
    """Else the decoder would refuse it, and nothing behind it would be tried."""
    check(cwd=project, cache=True)
    honest = msgspec.msgpack.decode(msgspec.msgpack.encode(check(cwd=project, cache=True)))
    forms = [
        kind_of(
            msgspec.msgpack.encode(crafted(msgspec.msgpack.decode(msgspec.msgpack.encode(honest)), chance))
        )
        for chance in map(random.Random, range(60))
    ]
    assert 20 < forms.count("result") < 60
