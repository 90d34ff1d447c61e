"""The command line: what it takes, what it writes where, and how it ends."""

from __future__ import annotations

import io
import json
import re
import sys
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import pytest
from small_project import VIEWS, write

from ssot_lint import session
from ssot_lint.cli import check as check_module
from ssot_lint.cli import main
from ssot_lint.errors import SsotLintError
from ssot_lint.rules import RULES
from ssot_lint.session import checking

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LINE = "app/views.py:5:12: SST101 "
FOUND = ["Found 1 finding in 1 file, checked 3 files.", "1 fixable with --fix."]


class Ran(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def errors(self) -> list[str]:
        return self.err.splitlines()


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("NO_COLOR", "FORCE_COLOR", "SSOT_LINT_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return write(tmp_path)


@pytest.fixture
def run(project: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def run_main(*arguments: str) -> Ran:
        status = main(arguments)
        return Ran(status, *capsys.readouterr())

    return run_main


# -- the default command


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("app",),
        ("check", "app"),
        ("check",),
        ("--select", "SST1", "app"),
        ("check", "--jobs", "1", "app"),
    ],
)
def test_check_is_the_default_command(run: Callable[..., Ran], arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert ran.status == 1
    assert ran.lines[0].startswith(LINE)
    assert ran.lines[-2:] == FOUND
    assert ran.err == ""


def test_a_path_that_is_named_like_a_command_can_be_given(project: Path, run: Callable[..., Ran]) -> None:
    (project / "map").mkdir()
    write(project, {"map/views.py": VIEWS})
    assert run("./map", "--output-format", "concise").lines[0].startswith("map/views.py:5:12: SST101")
    assert run("check", "map").status == 1
    assert run("map").lines[-1] == "1 managed class."


def test_text_shows_frame_reason_and_help(run: Callable[..., Ran]) -> None:
    text = run("app").out
    assert "5 |     return Manager()\n  |            ^^^^^^^^^\n" in text
    assert re.search(r"= why: managed because .*\(app/ws\.py:1\)", text)
    assert "= help: " in text


def test_a_clean_run_says_how_much_was_checked(run: Callable[..., Ran]) -> None:
    ran = run("app/ws.py")
    assert ran == Ran(0, "All checks passed: 1 file checked.\n", "")


# -- options


def test_codes_come_in_comma_lists_and_repeated_options(run: Callable[..., Ran]) -> None:
    assert run("--select", "SST2,SST1").status == 1
    assert run("--select", "SST2", "--select", " SST101 ,").status == 1
    assert run("--select", "SST2").status == 0
    assert run("--ignore", "SST0,SST101").status == 0
    assert run("--select", "SST2", "--extend-select", "SST101").status == 1
    assert run("--extend-ignore", "SST1").status == 0


def test_options_go_before_the_configuration(project: Path, run: Callable[..., Ran]) -> None:
    write(project, {"pyproject.toml": '[tool.ssot-lint]\nselect = ["SST2"]\n'})
    assert run("app").status == 0
    assert run("app", "--select", "SST1").status == 1
    assert run("app", "--isolated").status == 1


def test_per_file_ignores_hold_for_a_pattern(run: Callable[..., Ran]) -> None:
    assert run("--per-file-ignores", "app/views.py:SST2,SST101").status == 0
    assert run("--per-file-ignores", "app/ws.py:SST1").status == 1
    assert run("--per-file-ignores", "app/ws.py:SST1", "--per-file-ignores", "app/v*:SST1").status == 0


def test_min_confidence_shows_what_was_hidden(project: Path, run: Callable[..., Ran]) -> None:
    shared = "class TestX:\n    items = []\n\n    def test(self):\n        self.items.append(1)\n"
    write(project, {"tests/test_x.py": shared})
    hidden = run("tests")
    assert hidden.status == 0
    assert hidden.lines == [
        "All checks passed: 1 file checked (up to 1 hidden below confidence high; see --min-confidence)."
    ]
    shown = run("tests", "--min-confidence", "MEDIUM")
    assert shown.status == 1
    assert "  = confidence: medium" in shown.lines


def test_what_a_file_is_excused_from_is_not_told_as_hidden(project: Path, run: Callable[..., Ran]) -> None:
    shared = "class TestX:\n    items = []\n\n    def test(self):\n        self.items.append(1)\n"
    write(project, {"tests/test_x.py": shared})
    assert run("tests", "--per-file-ignores", "tests/*:SST2").lines == ["All checks passed: 1 file checked."]
    assert "(up to 1 hidden" in run("tests", "--per-file-ignores", "tests/*:SST1").lines[0]


def test_what_a_noqa_silences_is_counted(project: Path, run: Callable[..., Ran]) -> None:
    write(project, {"app/views.py": VIEWS.replace("Manager()", "Manager()  # noqa: SST101")})
    assert run("app") == Ran(0, "All checks passed: 3 files checked (1 under noqa).\n", "")
    write(project, {"app/views.py": f"# flake8: noqa\n{VIEWS}"})
    assert run("app").lines == ["All checks passed: 3 files checked (1 under noqa)."]


def test_links_are_written_where_they_are_followed(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_HYPERLINK", "1")
    assert "\x1b]8;;https://" in run("--color", "always").out
    assert "\x1b]8;;" not in run("--color", "never").out
    assert "\x1b]8;;" not in run("--color", "always", "--output-format", "json").out


def test_test_code_is_checked_when_asked(project: Path, run: Callable[..., Ran]) -> None:
    write(project, {"tests/test_views.py": VIEWS})
    assert run("tests").status == 0
    assert run("tests", "--check-tests").status == 1
    write(project, {"pyproject.toml": "[tool.ssot-lint]\ncheck-tests = true\n"})
    assert run("tests").status == 1
    assert run("tests", "--no-check-tests").status == 0


def test_concise_is_a_line_for_each_finding(run: Callable[..., Ran]) -> None:
    first, *last = run("--output-format", "concise").lines
    assert first.startswith(LINE)
    assert last == FOUND


def test_json_is_all_that_standard_output_gets(run: Callable[..., Ran]) -> None:
    (found,) = json.loads(run("--output-format", "json").out)
    assert (found["code"], found["filename"], found["location"]) == (
        "SST101",
        "app/views.py",
        {"row": 5, "column": 12},
    )
    assert json.loads(run("--output-format", "json", "app/ws.py").out) == []
    broken = run("--output-format", "json", "nope.py")
    assert json.loads(broken.out) == []
    assert broken.errors == ["ssot-lint: error: nope.py: no such file or folder"]


def test_fingerprints_do_not_depend_on_the_working_directory(
    project: Path, run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    (above,) = json.loads(run("--output-format", "json").out)
    monkeypatch.chdir(project / "app")
    (below,) = json.loads(run("--output-format", "json", "views.py").out)
    assert above["fingerprint"] == below["fingerprint"]
    assert above["filename"] != below["filename"]


def test_statistics_count_instead_of_listing(run: Callable[..., Ran]) -> None:
    assert run("--statistics").lines == ["1  SST101  direct-instantiation", *FOUND]
    counted = json.loads(run("--statistics", "--output-format", "json").out)
    assert counted == [{"code": "SST101", "name": "direct-instantiation", "count": 1}]


def test_exit_zero_forgives_findings_but_no_failure(run: Callable[..., Ran]) -> None:
    assert run("--exit-zero").status == 0
    assert run("--exit-zero", "nope.py", "app").status == 2


def test_quiet_leaves_out_closing_line_and_warnings(project: Path, run: Callable[..., Ran]) -> None:
    write(project, {"broken.py": "(\n"})
    noisy = run("--select", "SST1", "--output-format", "concise")
    assert noisy.errors == [
        "ssot-lint: warning: broken.py: not checked: it is no valid Python, and SST001 isn't selected"
    ]
    quiet = run("--select", "SST1", "--output-format", "concise", "--quiet")
    assert quiet.err == ""
    assert quiet.lines == noisy.lines[:1]
    assert run("-q", "app/ws.py") == Ran(0, "", "")


def test_another_configuration_file_can_be_named(project: Path, run: Callable[..., Ran]) -> None:
    (project / "other.toml").write_text('ignore = ["SST1"]\n')
    assert run("--config", "other.toml").status == 0


def test_a_setting_can_be_given_as_it_would_stand_in_the_file(project: Path, run: Callable[..., Ran]) -> None:
    assert run("--config", 'ignore = ["SST101"]').status == 0
    write(project, {"ci.toml": 'select = ["SST1"]\nignore = ["SST101"]\n'})
    assert run("--config", "ci.toml", "--config", "ignore = []").lines[0].startswith(LINE)
    two = run("--config", "ci.toml", "--config", "pyproject.toml")
    assert two.status == 2
    assert "one file is enough" in two.err
    stale = run("--config", 'managed = [{class = "app.ws.Managr"}]', "--output-format", "concise")
    assert "--config:1:1: SST002 The class app.ws.Managr doesn't exist in the project; did you" in stale.out


def test_settings_are_shown_with_their_origins(project: Path, run: Callable[..., Ran]) -> None:
    write(project, {"pyproject.toml": '[tool.ssot-lint]\n\nexclude = ["vendor/"]\n'})
    ran = run("--show-settings", "--src", "app", "--min-confidence", "low")
    assert ran.status == 0
    assert ran.lines[:5] == [
        f"# project: {project}",
        "# configuration: pyproject.toml",
        "[tool.ssot-lint]",
        'src = ["app"]  # --src',
        'select = ["SST"]  # default',
    ]
    assert 'exclude = ["vendor/"]  # pyproject.toml:3' in ran.lines
    assert 'min-confidence = "low"  # --min-confidence' in ran.lines


def test_files_are_shown_that_would_be_checked(
    project: Path, run: Callable[..., Ran], stdin: Callable[[bytes], None]
) -> None:
    write(project, {"broken.py": "def ("})
    assert run("--show-files").lines == ["app/__init__.py", "app/views.py", "app/ws.py", "broken.py"]
    ran = run("--show-files", "app/ws.py", "app/views.py", "nope.py", "--exclude", "ws.py")
    assert (ran.status, ran.lines) == (2, ["app/views.py"])
    assert ran.errors == [
        "ssot-lint: warning: app/ws.py: not checked: the configuration excludes it",
        "ssot-lint: error: nope.py: no such file or folder",
    ]
    stdin(b"")
    assert run("--show-settings", "-", "--stdin-filename", "app/ws.py").status == 0


def test_without_the_screen_the_findings_are_the_same(run: Callable[..., Ran]) -> None:
    assert run("--no-screen") == run()


@pytest.mark.parametrize(("jobs", "expected"), [((), "cores"), (("--jobs", "3"), 3), (("-j1",), 1)])
def test_jobs_reach_the_session(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch, jobs: tuple[str, ...], expected: object
) -> None:
    asked: list[object] = []

    def check(*_: object, jobs: object, **__: object) -> session.CheckResult:
        asked.append(jobs)
        return session.CheckResult()

    monkeypatch.setattr(session, "check", check)
    monkeypatch.setattr(check_module, "available_cores", lambda: "cores")
    run(*jobs)
    assert asked == [expected]


# -- standard input


@pytest.fixture
def stdin(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    def give(data: bytes) -> None:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(data)))

    return give


def test_standard_input_stands_in_for_the_named_file(
    run: Callable[..., Ran], stdin: Callable[[bytes], None]
) -> None:
    stdin(b"\n" + VIEWS.encode())
    ran = run("-", "--stdin-filename", "app/views.py", "--output-format", "concise")
    assert ran.lines[0].startswith("app/views.py:6:12: SST101")
    stdin(b"")
    assert run("-", "--stdin-filename", "app/views.py").status == 0


def test_standard_input_needs_no_name(run: Callable[..., Ran], stdin: Callable[[bytes], None]) -> None:
    stdin(VIEWS.encode())
    assert run("-", "--output-format", "concise").lines[0].startswith("-:5:12: SST101")


def test_standard_input_that_is_no_text_is_a_finding(
    run: Callable[..., Ran], stdin: Callable[[bytes], None]
) -> None:
    stdin(b"\xff\xfe\x00")
    ran = run("-")
    assert ran.status == 1
    assert ran.lines[0].startswith("-:1:1: SST001")


def test_a_file_that_may_be_for_a_newer_python_is_told_which_one_read_it(
    run: Callable[..., Ran], stdin: Callable[[bytes], None]
) -> None:
    stdin(b"a = = 1\n")
    assert f"Python {sys.version_info.major}.{sys.version_info.minor}" in run("-").out


def test_standard_input_stands_alone(run: Callable[..., Ran]) -> None:
    assert run("-", "app").status == 2
    assert "add that path" in run("--stdin-filename", "a.py").err


# -- failures: one line each, on standard error, and status 2


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("nope.py",), "nope.py: no such file or folder"),
        (("empty",), "no Python file found in empty"),
        (("binary.py",), None),
        (("--config", "nope.toml"), "nope.toml: no such configuration file"),
        (("--config", "app/ws.py", "--isolated"), "--isolated and --config exclude each other"),
        (("--select", "SST1001"), '--select: "SST1001" matches no rule; did you mean "SST101"?'),
        (("--min-confidence", "sure"), re.compile("'sure' is not one of 'high', 'medium', 'low'")),
        (
            ("--per-file-ignores", "app"),
            re.compile("'app' is not of the form PATTERN:CODES; see ssot-lint check"),
        ),
        (("--per-file-ignores", "app: "), re.compile("PATTERN:CODES")),
        (("--selct", "SST1"), re.compile("No such option.*--selct.*; see ssot-lint check --help$")),
        (("--jobs", "0"), re.compile("--jobs")),
        (("explain", "SST109"), re.compile(r"^'SST109' is no rule; did you mean SST10\d \([a-z-]+\)\?$")),
        (("explain",), re.compile("Missing argument 'RULE...'; see ssot-lint explain --help")),
        (("explain", "nothing-like-it"), "'nothing-like-it' is no rule; ssot-lint rules lists them all"),
        (("completion",), re.compile(r"Choose from: bash, zsh, fish; see ssot-lint completion --help$")),
        (("chekc",), "chekc: no such command, file or folder; did you mean check?"),
        (("explian", "SST101"), re.compile("did you mean explain[?]")),
        (("map", "nope"), "nope: no such file or folder"),
        (("rules", "--output-format", "xml"), re.compile("'xml' is not one of")),
    ],
)
def test_what_goes_wrong_is_one_line_and_status_two(
    project: Path, run: Callable[..., Ran], arguments: tuple[str, ...], line: str | re.Pattern[str] | None
) -> None:
    (project / "empty").mkdir()
    (project / "binary.py").write_bytes(b"\0\1\2")
    ran = run(*arguments)
    if line is None:
        assert (ran.status, ran.err) == (1, "")
        assert ran.lines[0].startswith("binary.py:1:1: SST001")
        return
    assert ran.status == 2
    (error,) = ran.errors
    assert error.startswith("ssot-lint: error: ")
    text = error.removeprefix("ssot-lint: error: ")
    assert text == line if isinstance(line, str) else line.search(text)


def test_all_mistakes_of_the_configuration_are_told_at_once(project: Path, run: Callable[..., Ran]) -> None:
    write(project, {"pyproject.toml": '[tool.ssot-lint]\nselct = []\nmin-confidence = "hig"\n'})
    ran = run()
    assert ran.status == 2
    assert [line.split(":")[:4] for line in ran.errors] == [
        ["ssot-lint", " error", " pyproject.toml", "2"],
        ["ssot-lint", " error", " pyproject.toml", "3"],
    ]


def test_silence_beside_a_failure_is_no_pass(run: Callable[..., Ran]) -> None:
    assert run("nope.py", "app/ws.py").lines == ["No findings, but not everything could be checked."]


def fail(*_: object, **__: object) -> NoReturn:
    raise RuntimeError("out of luck")


def interrupt(*_: object, **__: object) -> NoReturn:
    raise KeyboardInterrupt


@pytest.mark.parametrize("step", ["suspects", "visit_Call"])
def test_an_internal_error_names_file_and_rule_and_the_rest_goes_on(
    step: str, run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    (broken,) = (rule for rule in RULES if rule.code == "SST102")
    monkeypatch.setattr(broken, step, fail, raising=False)
    ran = run("app/views.py", "--output-format", "concise", "--no-screen")
    assert ran.status == 2
    assert ran.lines[0].startswith(LINE)
    (error,) = ran.errors
    assert re.search(
        r"error: app/views\.py: SST102 .*RuntimeError: out of luck; please report it at https://", error
    )


def test_an_error_outside_every_rule_is_one_line_too(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "check", fail)
    ran = run()
    assert ran.status == 2
    (error,) = ran.errors
    assert error.startswith(
        "ssot-lint: error: ssot-lint: internal error: RuntimeError: out of luck; please report"
    )
    monkeypatch.setenv("SSOT_LINT_DEBUG", "1")
    assert "Traceback (most recent call last):" in run().errors


def test_an_error_with_a_text_of_its_own_is_shown_as_it_is(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        raise SsotLintError("nothing doing")

    monkeypatch.setattr(session, "check", refuse)
    assert run() == Ran(2, "", "ssot-lint: error: nothing doing\n")


def test_ctrl_c_ends_the_run_with_a_line_and_status_130(
    run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checking, "screen_file", interrupt)
    assert run() == Ran(130, "", "ssot-lint: error: interrupted\n")


# -- the other commands


def test_explain_shows_the_page_of_a_rule(run: Callable[..., Ran]) -> None:
    by_code = run("explain", "SST101")
    assert by_code.status == 0
    assert by_code.lines[0] == "# SST101 direct-instantiation"
    assert run("explain", "sst101") == run("explain", "Direct-Instantiation") == by_code


@pytest.mark.parametrize(
    ("wrong", "nearest"),
    [("direct-instanciation", "SST101"), ("SST1001", "SST10"), ("sst31", "SST30"), ("DIRECT", "SST101")],
)
def test_explain_names_the_nearest_rule(run: Callable[..., Ran], wrong: str, nearest: str) -> None:
    ran = run("explain", wrong)
    assert ran.status == 2
    assert f"did you mean {nearest}" in ran.err


def test_rules_lists_every_rule_in_the_order_of_codes(run: Callable[..., Ran]) -> None:
    ran = run("rules")
    assert ran.status == 0
    assert [line.split()[0] for line in ran.lines] == sorted(rule.code for rule in RULES)
    assert "SST101  direct-instantiation" in ran.out
    listed = json.loads(run("rules", "--output-format", "json").out)
    assert listed == [
        {"code": rule.code, "name": rule.name, "summary": rule.summary, "opt_in": rule.opt_in}
        for rule in RULES
    ]


def test_map_shows_class_reason_factory_and_counts(run: Callable[..., Ran]) -> None:
    ran = run("map")
    assert ran.status == 0
    first, *rest = ran.lines
    assert first == "app.ws.Manager (app/ws.py:1): high confidence, one instance"
    assert any(re.match(r"  why      marker: .*\(app/ws\.py:1\)$", line) for line in rest)
    assert "  factory  app.ws.get_manager (app/ws.py:5)" in rest
    assert "  uses     0 of the factory, 1 direct (z -3.00)" in rest
    assert ran.lines[-1] == "1 managed class."


def test_map_writes_json_for_programs(run: Callable[..., Ran]) -> None:
    (managed,) = json.loads(run("map", "--format", "json").out)
    (evidence,) = managed.pop("evidence")
    assert (evidence["kind"], evidence["filename"], evidence["row"]) == ("marker", "app/ws.py", 1)
    assert managed == {
        "class": "app.ws.Manager",
        "confidence": "high",
        "scope": "process",
        "canonical": "app.ws",
        "location": {"filename": "app/ws.py", "row": 1, "column": 7},
        "factories": ["app.ws.get_manager"],
        "slot": None,
        "slots": [],
        "registry": None,
        "registries": [],
        "factory_uses": 0,
        "direct_constructions": 1,
        "z": -3.0,
        "uses": [
            {
                "kind": "direct",
                "by": "app.ws.Manager",
                "scope": "app.views.view",
                "filename": "app/views.py",
                "row": 5,
                "column": 12,
            }
        ],
    }


def test_map_is_for_the_given_paths_and_confidence(project: Path, run: Callable[..., Ran]) -> None:
    slot = """\
        class Cache:
            pass


        _cache = None


        def get_cache():
            global _cache
            if _cache is None:
                _cache = Cache()
            return _cache
        """
    write(project, {"app/cache.py": re.sub("^ {8}", "", slot, flags=re.MULTILINE)})
    assert run("map").lines[-1] == "2 managed classes."
    assert [line.split()[0] for line in run("map", "app/cache.py").lines[:1]] == ["app.cache.Cache"]
    assert "  kept in  app.cache._cache" in run("map", "app/cache.py").lines
    assert run("map", "app/views.py").lines == ["No managed classes."]
    assert run("map", "--min-confidence", "high").lines[-1] == "1 managed class."


def test_map_says_where_a_class_is_its_own_factory(project: Path, run: Callable[..., Ran]) -> None:
    single = (
        "class Hub:\n    _instance = None\n\n    def __new__(cls):\n        if cls._instance is None:\n"
        "            cls._instance = super().__new__(cls)\n        return cls._instance\n"
    )
    write(project, {"app/hub.py": single})
    assert "  factory  calling the class itself" in run("map", "app/hub.py").lines


def test_map_follows_the_configuration(project: Path, run: Callable[..., Ran]) -> None:
    config = '[[tool.ssot-lint.managed]]\nclass = "redis.Redis"\nfactory = "app.ws.get_manager"\n'
    write(project, {"pyproject.toml": config, "app/db.py": "import redis\n\nX = redis.Redis()\n"})
    assert "redis.Redis" in run("map").out
    assert "redis.Redis" not in run("map", "--isolated").out


def test_map_is_coloured_only_when_asked(run: Callable[..., Ran]) -> None:
    assert "\x1b[" not in run("map").out
    assert "\x1b[1mapp.ws.Manager\x1b[0m" in run("map", "--color", "always").out


@pytest.mark.parametrize("option", ["-h", "--help"])
@pytest.mark.parametrize("command", [(), ("check",), ("map",), ("rules",), ("explain",)])
def test_every_command_has_its_help(run: Callable[..., Ran], command: tuple[str, ...], option: str) -> None:
    ran = run(*command, option)
    assert (ran.status, ran.err) == (0, "")
    assert ran.lines[0].startswith(" ".join(("Usage: ssot-lint", *command)))


def test_help_shows_the_options_of_check_and_examples(run: Callable[..., Ran]) -> None:
    text = run("--help").out
    assert "--min-confidence" in text
    assert "ssot-lint explain SST101" in text
    assert "Exit status: 0 no findings, 1 findings, 2 the work could not be done, 130" in text
    assert "--no-screen" not in text
    assert "Examples:" in run("check", "--help").out


def test_the_version_is_that_of_the_package(run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.metadata

    assert run("--version") == Ran(0, f"ssot-lint {importlib.metadata.version('ssot-lint')}\n", "")

    def absent(name: str) -> NoReturn:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", absent)
    assert run("--version").out == "ssot-lint (not installed)\n"


@pytest.mark.parametrize(
    ("arguments", "environment", "coloured"),
    [
        ((), {}, False),
        (("--color", "always"), {"NO_COLOR": "1"}, True),
        (("--color", "never"), {"FORCE_COLOR": "1"}, False),
        ((), {"FORCE_COLOR": "1"}, True),
        ((), {"FORCE_COLOR": "0"}, False),
        ((), {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_follow_option_and_environment(
    run: Callable[..., Ran],
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    environment: dict[str, Any],
    coloured: bool,
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in run(*arguments).out) is coloured
