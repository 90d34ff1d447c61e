"""Every option of every command changes something that can be seen, and every one is here."""

from __future__ import annotations

import io
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, NamedTuple, NoReturn

import click
import pytest
import watchfiles
from observed_project import FILES, observe, write

from ssot_lint.cli import progress
from ssot_lint.cli.app import app
from ssot_lint.server import serving
from ssot_lint.session import Step, summarizing, workers

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

Words = tuple[str, ...]


class Effect(NamedTuple):
    """What is seen with an option and not without, or the other way round where that begins with a !."""

    command: str
    given: Words
    """The option, and its value."""
    seen: str
    beside: Words = ()
    """What stands on the command line in both runs."""
    earlier: tuple[Words, ...] = ()
    """Runs that come before each of both."""


SELECTION: Final = {
    ("--select", "SST2"): "!views.py",
    ("--ignore", "SST101"): "!views.py",
    ("--extend-select", "SST408"): "SST408",
    ("--extend-ignore", "SST101"): "!views.py",
    ("--per-file-ignores", "app/views.py:SST1"): "!views.py",
    ("--min-confidence", "medium"): "seen.py",
    ("--check-tests",): "test_ws.py",
    ("--src", "app"): r"get it from ws\.get_manager",
    ("--exclude", "app/pool.py"): "!jobs.py",
    ("--test-paths", "app/"): "!views.py",
    ("--no-infer",): "!jobs.py",
    ("--isolated",): "excluded.py",
    ("--config", "exclude = []"): "excluded.py",
    ("--config", "elsewhere.toml"): "excluded.py",
}
"""What is found; views and state hold findings, tests and what is less sure are passed over."""
MAPPING: Final = {
    ("--src", "app"): r"^ws\.Manager",
    ("--exclude", "app/pool.py"): r"!^app\.pool\.Pool",
    ("--test-paths", "app/"): "!Pool.*: high confidence",
    ("--no-infer",): r"!^app\.pool\.Pool",
    ("--isolated",): "excluded.py",
    ("--config", "exclude = []"): "excluded.py",
    ("--config", "elsewhere.toml"): "excluded.py",
    ("--format", "json"): '"class": "app.pool.Pool"',
    ("--output-format", "json"): '"class": "app.pool.Pool"',
    ("--color", "always"): "\x1b\\[",
}
RUNNING: Final = {
    ("--cache-dir", "kept"): "file kept: a cache",
    ("--no-cache",): r"!file \.ssot_lint_cache: a cache",
    ("--jobs", "3"): "a pool of 3",
    ("-j", "3"): "a pool of 3",
    ("--no-progress",): "!Reading files",
}
CONCISE: Final = ("--output-format", "concise")
KNOWN: Final = ("baseline", "-o", "known.json", "--select", "SST1")
SERVING: Final = {
    ("--cache-dir", "kept"): "cache: .*kept",
    ("--no-cache",): "cache: False",
    ("--jobs", "3"): "jobs: 3",
    ("-j", "3"): "jobs: 3",
    ("--verbose",): "verbose: True",
    ("-v",): "verbose: True",
}


DECLARING: Final = {
    ("--dry-run",): r"!file pyproject\.toml",
    ("--baseline",): r"file \.ssot-lint-baseline\.json",
    ("--own-file",): r"beside which no \.ssot-lint\.toml counts",
    ("--src", "app"): r"^pool\.Pool",
    ("--exclude", "app/pool.py"): r"!^app\.pool\.Pool",
    ("--test-paths", "app/"): r"!^app\.pool\.Pool",
    ("--no-infer",): r"!^app\.pool\.Pool",
    ("--config", "elsewhere.toml"): r"file elsewhere\.toml",
    ("--color", "always"): "\x1b\\[",
}


def each(command: str, options: Mapping[Words, str], *beside: str) -> Iterator[Effect]:
    return (Effect(command, given, seen, beside) for given, seen in options.items())


EFFECTS: Final = (
    Effect("", ("--version",), r"^ssot-lint \d"),
    *each("check", {**SELECTION, **RUNNING}, *CONCISE),
    Effect("check", ("--no-check-tests",), "!test_ws.py", (*CONCISE, "--config", "check-tests = true")),
    Effect("check", ("--infer",), "jobs.py", (*CONCISE, "--config", "infer = false")),
    Effect("check", ("--output-format", "json"), '"code": "SST101"'),
    Effect("check", ("--output-file", "report"), r"file report: \[\n", ("--output-format", "json")),
    Effect("check", ("-o", "report"), r"file report: \[\n", ("--output-format", "json")),
    Effect("check", ("--baseline", "known.json"), "!views.py:", CONCISE, (KNOWN,)),
    Effect("check", ("--prune",), "file known.json", ("--baseline", "known.json"), (KNOWN, ("--fix",))),
    Effect("check", ("--sort", "confidence"), "state.py:(?s:.*)jobs.py:", CONCISE),
    Effect("check", ("--fix",), r"file app/views\.py: from app\.ws import get_manager"),
    Effect("check", ("--unsafe-fixes",), r"file app/limits\.py: (?s:.*)dict\(LIMITS\)", ("--fix",)),
    Effect("check", ("--diff",), r"^\+    return get_manager\(\)$", ("--quiet", *CONCISE)),
    Effect("check", ("--add-noqa",), r"return Manager\(\)  # noqa: SST101$"),
    Effect("check", ("--noqa-reason", "for now"), "# noqa: SST101 for now$", ("--add-noqa",)),
    Effect("check", ("--exit-non-zero-on-fix",), "^status 1$", ("--fix", "app/views.py")),
    Effect("check", ("--statistics",), "^2  SST101  direct-instantiation$"),
    Effect("check", ("--exit-zero",), "^status 0$"),
    Effect("check", ("--stdin-filename", "app/views.py"), r"app/views\.py:5:12: SST101", (*CONCISE, "-")),
    Effect("check", ("--quiet",), "!Found 4 findings"),
    Effect("check", ("-q",), "!Found 4 findings"),
    Effect("check", ("--verbose",), "note: project: HERE"),
    Effect("check", ("-v",), "note: project: HERE"),
    Effect("check", ("--show-settings",), "^min-confidence = "),
    Effect("check", ("--show-files",), "^app/ws.py$"),
    Effect("check", ("--watch",), "Watching for changes"),
    Effect("check", ("-w",), "Watching for changes"),
    Effect("check", ("--color", "always"), "\x1b\\["),
    *each("baseline", {**SELECTION, **RUNNING}),
    Effect("baseline", ("--no-check-tests",), "!test_ws.py", ("--config", "check-tests = true")),
    Effect("baseline", ("--infer",), "jobs.py", ("--config", "infer = false")),
    Effect("baseline", ("--output", "known.json"), "file known.json"),
    Effect("baseline", ("-o", "known.json"), "file known.json"),
    Effect("baseline", ("--force",), r"file \.ssot-lint-baseline\.json"),
    *each("map", {**MAPPING, **RUNNING}),
    Effect("map", ("--min-confidence", "high"), "!low confidence", ("--test-paths", "app/")),
    Effect("map", ("--infer",), r"^app\.pool\.Pool", ("--config", "infer = false")),
    Effect("map", ("--output-file", "report"), "file report: ", ("--format", "json")),
    Effect("map", ("-o", "report"), "file report: ", ("--format", "json")),
    *each("init", {**DECLARING, **RUNNING}, "--yes"),
    Effect("init", ("--yes",), r"file pyproject\.toml"),
    Effect("init", ("-y",), r"file pyproject\.toml"),
    Effect("init", ("--no-baseline",), r"!file \.ssot-lint-baseline\.json", ("--yes", "--baseline")),
    Effect("init", ("--min-confidence", "low"), r"^app\.pool\.Pool", ("--yes", "--test-paths", "app/")),
    Effect("init", ("--infer",), r"^app\.pool\.Pool", ("--yes", "--no-infer")),
    Effect("explain", ("--output-format", "json"), '"code": "SST101"', ("SST101",)),
    Effect("explain", ("--format", "json"), '"code": "SST101"', ("SST101",)),
    Effect("explain", ("--color", "always"), "\x1b\\[", ("SST101",)),
    Effect("config", ("--output-format", "json"), '"key": "min-confidence"'),
    Effect("config", ("--schema", "pyproject"), '"\\$schema":'),
    Effect("rules", ("--output-format", "json"), '"code": "SST101"'),
    Effect("clean", ("--cache-dir", "kept"), "gone kept", (), (("check", "--cache-dir", "kept"),)),
    *each("server", SERVING),
)


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine of one core, outside of CI, on which pools and progress can be seen, and nothing lasts."""
    for name in ("CI", "NO_COLOR", "FORCE_COLOR", "FORCE_HYPERLINK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0}, raising=False)
    monkeypatch.setattr(summarizing, "POOL_FROM", 1)
    monkeypatch.setattr(summarizing, "_CHUNK", 1)
    monkeypatch.setattr(workers, "ProcessPoolExecutor", SeenPool)
    monkeypatch.setattr(progress, "is_watched", lambda *_: True)
    monkeypatch.setattr(progress, "ProgressLine", SeenLine)
    monkeypatch.setattr(watchfiles, "watch", interrupt)
    monkeypatch.setattr(serving, "serve", tell)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FILES["app/views.py"].encode())))


class SeenPool(ThreadPoolExecutor):
    def __init__(self, workers: int, **_: object) -> None:
        super().__init__(workers)
        sys.stderr.write(f"a pool of {workers}\n")


class SeenLine:
    def __init__(self, **_: object) -> None:
        pass

    def tell(self, step: Step, _done: int, _total: int) -> None:
        sys.stderr.write(f"{step.value} files\n")

    def clear(self) -> None:
        pass


def interrupt(*_: object, **__: object) -> NoReturn:
    raise KeyboardInterrupt


def tell(**given: object) -> None:
    for name, value in given.items():
        sys.stdout.write(f"{name}: {value}\n")


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: " ".join((effect.command, *effect.given)))
def test_an_option_has_an_effect(
    effect: Effect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    seen = []
    for number, given in enumerate((effect.given, ())):
        folder = write(tmp_path / str(number))
        monkeypatch.chdir(folder)
        for words in effect.earlier:
            observe(folder, capfd, *words)
        if "--force" in (*effect.given, *effect.beside):
            monkeypatch.setenv("CI", "true")
        command = [effect.command] if effect.command else []
        shown = observe(folder, capfd, *command, *effect.beside, *given)
        seen.append(bool(re.search(effect.seen.removeprefix("!"), shown, re.MULTILINE)))
    assert seen == ([False, True] if effect.seen.startswith("!") else [True, False])


def options() -> Iterator[tuple[str, str]]:
    """Yield every name of every option, with its command."""
    assert isinstance(app, click.Group)
    context = click.Context(app)
    named = {"": app, **{name: app.get_command(context, name) for name in app.list_commands(context)}}
    for name, command in named.items():
        assert command is not None
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                yield from ((name, option) for option in (*parameter.opts, *parameter.secondary_opts))


def test_no_option_is_left_out() -> None:
    assert {(effect.command, effect.given[0]) for effect in EFFECTS} == set(options())
