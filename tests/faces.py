"""Runs the command line and flake8 over the same files, and returns what each of them finds."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest
from flake8 import utils
from flake8.main.cli import main as flake8
from flake8.plugins import finder

from ssot_lint.cli import main as cli

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_CLI_ALONE: Final = frozenset({"SST001", "SST003"})
"""What flake8 says itself, or leaves to the command line."""

_LINE: Final = re.compile(
    r"^(?:\./)?(?P<path>.+?):(?P<row>\d+):(?P<column>\d+): (?P<code>[A-Z]+\d+) ", re.MULTILINE
)

_UNDER: Final = (
    "import multiprocessing, sys\n"
    "if __name__ == '__main__':\n"
    "    multiprocessing.set_start_method({method!r})\n"
    "    from flake8.main.cli import main\n"
    "    sys.exit(main(sys.argv[1:]))\n"
)


class Found(NamedTuple):
    """One finding, at the place that both faces are to show."""

    path: str
    row: int
    column: int
    code: str

    @property
    def is_for_both(self) -> bool:
        """Whether flake8 is to show it, too: it can't where the place is no Python file."""
        return self.code not in _CLI_ALONE and self.path.endswith((".py", ".pyi"))


class Ran(NamedTuple):
    """A run that is over."""

    status: int
    output: str
    errors: str

    @property
    def found(self) -> frozenset[Found]:
        """The findings among flake8's lines."""
        return frozenset(
            Found(match["path"], int(match["row"]), int(match["column"]), match["code"])
            for match in _LINE.finditer(self.output)
        )


def run_flake8(folder: Path, *arguments: str, text: str | None = None, method: str | None = None) -> Ran:
    """Run flake8 in ``folder``, on ``text`` as its standard input, its workers started by ``method``."""
    start = ["-c", _UNDER.format(method=method)] if method else ["-m", "flake8"]
    return _run(folder, [sys.executable, *start, *arguments], text)


def run_cli(folder: Path, *arguments: str) -> Ran:
    """Run the command line in ``folder``."""
    return _run(folder, [sys.executable, "-m", "ssot_lint", *arguments])


def call_flake8(folder: Path, *arguments: str, text: str | None = None) -> Ran:
    """Do as ``run_flake8``, without a process of its own and without workers: a start takes a second."""
    plugins = installed_plugins()
    vars(utils)["stdin_get_value"].cache_clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(finder, "_find_importlib_plugins", lambda: iter(plugins))
        return _call(folder, flake8, ["-j1", *arguments], text)


def call_cli(folder: Path, *arguments: str) -> Ran:
    """Do as ``run_cli``, without a process of its own."""
    return _call(folder, cli, arguments)


@cache
def installed_plugins() -> tuple[finder.Plugin, ...]:
    """The plugins of this environment, for which flake8 would look through all its packages in each run."""
    return tuple(vars(finder)["_find_importlib_plugins"]())


def cli_findings(folder: Path, *arguments: str, run: Callable[..., Ran] = call_cli) -> frozenset[Found]:
    """Return what the command line reports in ``folder``, without what it alone can say."""
    ran = run(folder, "check", "--output-format", "json", *arguments)
    assert ran.status in (0, 1), ran
    found = (
        Found(item["filename"], item["location"]["row"], item["location"]["column"], item["code"])
        for item in json.loads(ran.output)
    )
    return frozenset(each for each in found if each.is_for_both)


def _run(folder: Path, command: list[str], text: str | None = None) -> Ran:
    done = subprocess.run(
        command,
        cwd=folder,
        input=text or "",
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def _call(
    folder: Path, program: Callable[[Sequence[str]], int], arguments: Sequence[str], text: str | None = None
) -> Ran:
    """Call what a program's process would call, in ``folder`` and with streams of its own."""
    given, out, err = (
        io.TextIOWrapper(io.BytesIO(data), encoding="utf-8", write_through=True)
        for data in ((text or "").encode(), b"", b"")
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for name, stream in (("stdin", given), ("stdout", out), ("stderr", err)):
            patch.setattr(sys, name, stream)
        try:
            status = program(arguments)
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    return Ran(status, *(_written(stream) for stream in (out, err)))


def _written(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
