"""Runs all that reads a cache on a project whose cache has crafted entries, and judges what comes of it."""

from __future__ import annotations

import contextlib
import io
import os
import random
import re
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

import msgspec

from benchmarks.hostile_caches.crafting import crafted
from benchmarks.hostile_inputs.driving import in_process
from benchmarks.judging import ALL_RULES, faults_of_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

EXAMPLE: Final = Path(__file__).parents[2] / "examples" / "chat_backend" / "before"
"""It has something for every rule, and for most of the fixes."""
SECONDS: Final = 60
"""The CPU time that one input may take, on all ways together."""

_FORMATS: Final = ("text", "concise", "json", "sarif", "github", "gitlab", "junit")
_ON_TERMINALS: Final = ("text", "concise", "github")
_MAPS: Final = ("text", "json", "mermaid", "dot", "html")
_OURS: Final = re.compile(
    r"\x1b\[[0-9;]*m|\x1b\]8;;(?:https://github\.com/ssot-lint/ssot-lint/[-\w/.]*)?\x1b\\"
)
_HARMFUL: Final = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_EVERYTHING: Final = ("--no-progress", *ALL_RULES)

Entry = tuple[str, bytes, bytes]
"""The kind of an entry, its key and its value."""


class Stage:
    """A project with a full cache, what stands beside it, and what honest runs make of it."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.project = scratch / "project"
        shutil.copytree(EXAMPLE, self.project, ignore=shutil.ignore_patterns(".*"))
        (self.project / "pyproject.toml").write_text("[tool.ssot-lint]\n", encoding="utf-8")
        outside = scratch / "outside"
        outside.mkdir()
        (outside / "precious.py").write_text("import os\n", encoding="utf-8")
        self.cache = self.project / ".ssot_lint_cache"
        self.sources = _contents(self.project)
        with inside(self.project), settled():
            for path in ("fixed", "silenced"):
                shutil.copytree(self.project, scratch / path)
            run("check", *_EVERYTHING)
            run("check", *_EVERYTHING)  # when all files are old enough for their states to be kept
            reports_for_flake8()
        self.entries = [each for each in _entries(self.cache) if each[0]]
        self.honest: dict[str, dict[str, bytes]] = {}
        for name, options in CHANGES.items():
            with inside(scratch / name):
                run("check", "--no-cache", *options, *_EVERYTHING)
            self.honest[name] = _contents(scratch / name)
            assert self.honest[name] != self.sources, f"{name}: nothing was changed"

    def try_entry(self, seed: int) -> dict[str, int]:
        """Put one or several crafted entries into the cache, and do all that reads it; AssertionError."""
        chance = random.Random(seed)
        kind = chance.choice(("result", "reports", "states", "summary", "summary", "summary"))
        figures = Counter[str](inputs=1)
        chosen = [each for each in self.entries if each[0] == kind]
        written = {}
        for _, key, value in chance.sample(chosen, min(len(chosen), chance.choice((1, 1, 3, 20)))):
            data = msgspec.msgpack.encode(crafted(msgspec.msgpack.decode(value, strict=False), chance))
            figures[f"{kind}: entries of its form"] += kind_of(data) == kind
            written[key] = data
        others = {"summary": ("summary", "states"), "states": ("summary", "states")}.get(kind, ())
        honest = {key: value for each, key, value in self.entries if each in others}
        self._fill({**honest, **written})
        before = _contents(self.scratch)
        with inside(self.project), settled():
            self._look(kind, figures, chance)
        assert _contents(self.scratch) == before, "something was written"
        if kind in ("summary", "states"):
            self._change(chance.choice((("fixed",), ("fixed",), tuple(CHANGES))), figures)
        return dict(figures)

    def _fill(self, values: Mapping[bytes, bytes]) -> None:
        from ssot_lint.cache import open_cache, remove_cache

        remove_cache(self.cache)
        cache = open_cache(self.cache)
        assert not isinstance(cache, str), cache
        cache.write(values)
        cache.close()

    def _look(self, kind: str, figures: Counter[str], chance: random.Random) -> None:
        """Have everything read the cache that writes nothing."""
        if kind == "reports":
            reports_for_flake8()
            figures["runs"] += 1
            return
        full = self._database.read_bytes()
        for name in _FORMATS if kind == "result" else [chance.choice(_FORMATS)]:
            self._database.write_bytes(full)
            out = run("check", "--output-format", name, "--color", "always", *_EVERYTHING)
            assert name not in _ON_TERMINALS or is_harmless(out), f"{name}: {out[:500]!r}"
            figures["runs"] += 1
        self._database.write_bytes(full)
        if kind == "result":
            run("check", "--statistics", *_EVERYTHING)
        else:
            name = chance.choice(_MAPS)
            out = run("map", "--format", name)
            assert name != "text" or is_harmless(out), f"map: {out[:500]!r}"
        figures["runs"] += 1
        self._database.write_bytes(full)

    def _change(self, names: Sequence[str], figures: Counter[str]) -> None:
        """Have sources rewritten: all that is written is what an honest run writes."""
        full = self._database.read_bytes()
        for name in names:
            root = self.scratch / name
            for path, data in self.sources.items():
                (root / path).write_bytes(data)
            self._database.write_bytes(full)
            with inside(root):
                run("check", *CHANGES[name], "--cache-dir", str(self.cache), *_EVERYTHING)
            after = _contents(root)
            assert after in (self.sources, self.honest[name]), (
                f"{name}: another text than that of honest runs"
            )
            figures["runs"] += 1
            figures["changes kept from being made"] += after == self.sources

    @property
    def _database(self) -> Path:
        return self.cache / "facts.db"


CHANGES: Final = {"fixed": ("--fix", "--unsafe-fixes"), "silenced": ("--add-noqa",)}


def drive(seeds: Sequence[int]) -> tuple[Counter[str], list[tuple[int, str]]]:
    """Try an input for each seed, each in a process that may hang or die; return figures and failures."""
    figures = Counter[str]()
    failures: list[tuple[int, str]] = []
    with tempfile.TemporaryDirectory(prefix="caches-") as scratch:
        stage = Stage(Path(scratch))
        for seed in seeds:
            answer = in_process([b"%d" % seed], lambda given: stage.try_entry(int(given[0])), SECONDS)
            if isinstance(answer, dict):
                figures.update(answer)
            else:
                failures.append((seed, answer))
                print(
                    f"--only {seed}: {answer.strip().rpartition(chr(10))[2][:300]!r}",
                    file=sys.stderr,
                    flush=True,
                )
    return figures, failures


def run(*arguments: str) -> str:
    """Run the command line and return what it writes; AssertionError if anything failed."""
    from ssot_lint.cli import main

    out, err = io.StringIO(), io.StringIO()
    forced = {"FORCE_COLOR": "1", "FORCE_HYPERLINK": "1"}
    with (
        mock.patch.dict(os.environ, forced),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        status = main(arguments)
    faults = faults_of_run(status, err.getvalue())
    assert not faults, "\n".join((" ".join(arguments), *faults))
    assert is_harmless(err.getvalue()), f"standard error: {err.getvalue()[:500]!r}"
    return out.getvalue()


def is_harmless(text: str) -> bool:
    """Whether a text has no control characters but those of colours and of links to our own pages."""
    return _HARMFUL.search(_OURS.sub("", text)) is None


def reports_for_flake8() -> None:
    """Ask for the findings of all files as flake8's plugin does."""
    from ssot_lint.model import Confidence
    from ssot_lint.session import report_files

    overrides = {
        "min_confidence": Confidence.LOW,
        "check_tests": True,
        "extend_select": ("SST408", "SST409"),
    }
    for path, report in report_files(["."], overrides=overrides, cache=True).items():
        assert not report.problems, (path, report.problems)
        for finding in report.findings:
            span = finding.location.span
            assert 0 <= span.line < 2**31, span
            assert 0 <= span.column < 2**31, span
            assert re.fullmatch(r"SST\d{3}", finding.code), finding.code


def kind_of(data: bytes) -> str:
    """Return the kind of an entry, by the form of its value; nothing for what has none of them."""
    from ssot_lint.session.memory import _States
    from ssot_lint.session.per_file import Reports
    from ssot_lint.session.results import CheckResult
    from ssot_lint.session.summarizing import Summarized

    kinds: dict[str, Any] = {
        "summary": Summarized,
        "reports": Reports,
        "result": CheckResult,
        "states": _States,
    }
    for kind, form in kinds.items():
        with contextlib.suppress(ValueError, RecursionError):
            msgspec.msgpack.decode(data, type=form)
            return kind
    return ""


def _entries(cache: Path) -> list[Entry]:
    connection = sqlite3.connect(cache / "facts.db")
    try:
        rows = connection.execute("SELECT key, value FROM entries ORDER BY key").fetchall()
    finally:
        connection.close()
    return [(kind_of(value), key, value) for key, value in rows]


def _contents(folder: Path) -> dict[str, bytes]:
    """Return what each file below a folder holds, but for caches."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and ".ssot_lint_cache" not in path.parts and "__pycache__" not in path.parts
    }


@contextlib.contextmanager
def inside(folder: Path) -> Iterator[None]:
    """Work in a folder."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def settled() -> Any:
    """Have states of files kept at once, which a run keeps when the files are two seconds old."""
    return mock.patch("ssot_lint.session.memory._SETTLED", -(10**18))
