"""Drives one project of hostile files through all that ssot-lint does, in a process that may hang or die."""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import resource
import sys
import tempfile
import traceback
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.judging import ALL_RULES, NO_TREE, faults_of_run, is_valid

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CPU_SECONDS: Final = 10
"""What one file may take, on all ways together."""
_BATCH_SECONDS: Final = 120

_MANAGER: Final = """\
import threading
from contextvars import ContextVar


class Manager:
    items = []

    def add(self, item):
        self.items.append(item)


_manager = None


def get_manager():
    global _manager
    if _manager is None:
        _manager = Manager()
    return _manager
"""


def names(count: int) -> list[str]:
    """Return names for so many files: some of them are packages, stubs and tests."""
    kinds = (
        "m{}.py",
        "m{}.py",
        "m{}.py",
        "m{}.py",
        "p{}/__init__.py",
        "s{}.pyi",
        "tests/test_m{}.py",
        "app/a{}.py",
    )
    return [kinds[number % len(kinds)].format(number) for number in range(count)]


Trial = Callable[["Sequence[bytes]"], "dict[str, int]"]
"""What takes the files of one project, and returns figures; it raises when something isn't as it must be."""


class Outcome(Counter[str]):
    """Figures of a run by name; ``failures`` tell what went wrong, each with the input."""

    failures: list[tuple[str, bytes]]

    def __init__(self) -> None:
        super().__init__()
        self.failures = []


def drive(inputs: Sequence[bytes], trial: Trial) -> Outcome:
    """Try inputs as files of one project; if that fails, or takes too long, each by itself."""
    outcome = Outcome()
    answer = in_process(inputs, trial, _BATCH_SECONDS)
    if isinstance(answer, dict):
        outcome.update(answer)
        return outcome
    outcome["batches again"] += 1
    culprits = 0
    for data in inputs:
        alone = in_process([data], trial, CPU_SECONDS)
        if isinstance(alone, dict):
            outcome.update(alone)
        else:
            culprits += 1
            outcome.failures.append((alone, data))
    if not culprits:
        outcome.failures.append((f"together only: {answer}", b"\n# ---- next file\n".join(inputs)))
    return outcome


def in_process(inputs: Sequence[bytes], trial: Trial, seconds: int) -> dict[str, int] | str:
    """Return the figures, or what went wrong, from a process that may be killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.close(reading)
            resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            sys.stderr = io.StringIO()
            try:
                answer: dict[str, int] | str = trial(inputs)
            except BaseException:  # noqa: BLE001 - whatever it is, it is what is looked for
                answer = traceback.format_exc()
            with open(writing, "w", encoding="utf-8", errors="backslashreplace") as stream:
                json.dump(answer, stream)
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    with open(reading, encoding="utf-8") as stream:
        text = stream.read()
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return f"killed by signal {os.WTERMSIG(status)}"
    answer = json.loads(text) if text else "nothing came back"
    return answer if isinstance(answer, (dict, str)) else repr(answer)


def try_steps(inputs: Sequence[bytes]) -> dict[str, int]:
    """Take these files, as one project, through all steps from bytes to mended texts, without a disk."""
    from ssot_lint.discovery import FileRecord, source_of
    from ssot_lint.fixes import with_fixes, without_unused_imports
    from ssot_lint.fixing import apply, compatible, merged
    from ssot_lint.inspection import inspect
    from ssot_lint.model import Confidence
    from ssot_lint.project import link
    from ssot_lint.rules import RULES
    from ssot_lint.session.summarizing import decode, encode, summarize_source
    from ssot_lint.settings import Settings
    from ssot_lint.suppression import added_comments, named_codes, suppressed_lines
    from ssot_lint.syntax_tree import UnreadableByLibCSTError

    figures = Counter[str](inputs=len(inputs))
    texts = {
        "app/__init__.py": b"",
        "app/ws.py": _MANAGER.encode(),
        **dict(zip(names(len(inputs)), inputs, strict=True)),
    }
    sources = []
    for name, data in texts.items():
        module = name.rpartition(".")[0].removesuffix("/__init__").replace("/", ".")
        is_package, is_test = name.endswith("/__init__.py"), name.startswith("tests/")
        record = FileRecord(
            path=name, location=name, project_path=name, module=module, is_package=is_package, is_test=is_test
        )
        sources.append(source_of(record, data))
    results = [summarize_source(source) for source in sources]
    for result in results:
        assert result.problem is None, result.problem
        assert decode(encode(result)) == result
    settings = Settings(min_confidence=Confidence.LOW, check_tests=True)
    project = link([result.summary for result in results if result.summary is not None], settings)
    for source, result in zip(sources, results, strict=True):
        summary = result.summary
        assert summary is not None
        accepted = summary.error is None
        figures["valid Python"] += accepted
        assert (
            accepted or source.problem or not is_valid(texts[source.path]) or "nested" in str(summary.error)
        )
        inspection = inspect(source, project, RULES, screen=False)
        for problem in inspection.problems:
            assert NO_TREE.search(problem), problem
        figures["not read by LibCST"] += bool(inspection.problems)
        figures["findings"] += len(inspection.findings)
        suppressed_lines(source.text)
        named_codes(source.text, "SST")
        added_comments(source.text, {f.location.span.line: {f.code} for f in inspection.findings})
        if not inspection.findings or not accepted:
            continue
        mended = with_fixes(source, project, inspection.findings, inspection.tree)
        fixes = compatible([(finding, finding.fix) for finding in mended if finding.fix is not None])
        if fixes:
            figures["texts mended"] += 1
            text = apply(source.text, merged(suggestion for _, suggestion in fixes))
            without_unused_imports(source, project, text)
        elif inspection.tree is not None:
            with contextlib.suppress(UnreadableByLibCSTError):
                figures["not given back by LibCST"] += not inspection.tree.is_exact
    return dict(figures)


def try_faces(inputs: Sequence[bytes]) -> dict[str, int]:
    """Check and fix a project of these files with both faces; AssertionError for what mustn't be."""
    with (
        tempfile.TemporaryDirectory(prefix="hostile-") as folder,
        contextlib.chdir(folder) if hasattr(contextlib, "chdir") else _inside(folder),
    ):
        root = Path(folder)
        files = dict(zip(names(len(inputs)), inputs, strict=True))
        everything = {
            "pyproject.toml": b"[tool.ssot-lint]\n",
            "app/__init__.py": b"",
            "app/ws.py": _MANAGER.encode(),
        }
        for name, data in {**everything, **files}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(data)
        figures = Counter[str](inputs=len(inputs))
        valid = {name for name in files if is_valid(files[name])}
        figures["valid Python"] = len(valid)
        findings = _check(figures, "--no-screen", "--no-cache")
        refused = {finding["filename"] for finding in findings if finding["code"] == "SST001"}
        silent = valid | refused | {name for name, data in files.items() if b"noqa" in data.lower()}
        assert files.keys() <= silent, f"not refused: {sorted(files.keys() - silent)}"
        figures["findings"] = len(findings)
        _flake8(sorted(files), figures)
        before = {name: (root / name).read_bytes() for name in files}
        assert before == files
        _run_cli("--fix", "--unsafe-fixes", "--no-cache", *ALL_RULES)
        for name, data in files.items():
            after = (root / name).read_bytes()
            if after != data:
                figures["files fixed"] += 1
                assert name in valid, f"{name} was changed, though it is no valid Python"
                assert is_valid(after), f"{name} is no valid Python any more"
        return dict(figures)


@contextlib.contextmanager
def _inside(folder: str) -> Iterator[None]:
    before = os.getcwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _check(figures: Counter[str], *arguments: str) -> list[dict[str, Any]]:
    out, errors = _run_cli("--output-format", "json", *arguments, *ALL_RULES)
    figures["not read by LibCST"] += sum(NO_TREE.search(line) is not None for line in errors.splitlines())
    found = json.loads(out)
    assert isinstance(found, list)
    return found


def _run_cli(*arguments: str) -> tuple[str, str]:
    """Run the command line; AssertionError if it does more than name what LibCST can't read."""
    from ssot_lint.cli import main

    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(("check", *arguments, "."))
    errors = err.getvalue()
    faults = faults_of_run(status, errors)
    assert not faults, "\n".join(faults)
    return out.getvalue(), errors


def _flake8(files: Sequence[str], figures: Counter[str]) -> None:
    """Give the plugin each file that flake8 would give it, as flake8 reads it."""
    from flake8.processor import FileProcessor

    from ssot_lint.flake8_plugin import INTERNAL_ERROR, Plugin

    options = _flake8_options()
    Plugin.parse_options(options)
    for name in files:
        try:
            processor = FileProcessor(f"./{name}", options)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = processor.build_ast()
        except (SyntaxError, ValueError, RecursionError, MemoryError, LookupError):
            continue
        figures["seen by flake8's plugin"] += 1
        for line, column, text, _ in Plugin(tree, f"./{name}", processor.lines, options).run():
            assert line >= 0
            assert column >= 0
            assert not text.startswith(INTERNAL_ERROR) or NO_TREE.search(text), f"{name}: {text}"


def _flake8_options() -> Any:
    from flake8.main.options import JobsArgument

    return argparse.Namespace(
        filenames=["."],
        jobs=JobsArgument("1"),
        stdin_display_name="stdin",
        ssot_config=None,
        ssot_min_confidence="low",
        ssot_check_tests=True,
        ssot_no_cache=True,
        select=["SST", "SST408", "SST409"],
        extend_select=[],
        hang_closing=False,
        indent_size=4,
        max_line_length=79,
        max_doc_length=None,
        verbose=0,
    )
