"""A project in which every option has something to change, and what can be seen of a run there."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from ssot_lint.cli import main

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

FILES: Final = {
    "pyproject.toml": '[tool.ssot-lint]\nexclude = ["app/excluded.py"]\n',
    "elsewhere.toml": "exclude = []\n",
    "app/__init__.py": "",
    "app/ws.py": """\
class Manager:  # ssot: managed factory=get_manager
    kept = ()


def get_manager():
    Manager.kept = Manager.kept or (Manager(),)
    return Manager.kept[0]
""",
    "app/views.py": """\
from app.ws import Manager


def view():
    return Manager()
""",
    "app/state.py": """\
class State:
    items: list[int] = []

    def add(self):
        self.items.append(1)
""",
    "app/seen.py": """\
class Crawler:
    seen = set()

    def visit(self, page):
        if page in self.seen:
            return
        self.seen.add(page)
""",
    "app/limits.py": """\
LIMITS = {"size": 10}


class Limiter:
    def __init__(self):
        self.limits = LIMITS

    def allow(self, size):
        self.limits["size"] = size
""",
    "app/pool.py": """\
class Pool:
    def __init__(self):
        self.open = []


_pool = None


def get_pool():
    global _pool
    if _pool is None:
        _pool = Pool()
    return _pool
""",
    "app/jobs.py": "from app.pool import Pool, get_pool\n"
    + "".join(f"\n\ndef job_{name}():\n    return get_pool().open\n" for name in "abcd")
    + "\n\ndef last_job():\n    return Pool().open\n",
    "tests/test_ws.py": """\
from app.ws import Manager


def test_it():
    assert Manager()
""",
    "app/excluded.py": """\
class Excluded:  # ssot: managed
    items = []

    def add(self):
        self.items.append(1)
""",
}
"""SST101 in jobs (inferred), views (declared) and tests, SST201 in state and seen, SST205 in limits.

The project's own configuration excludes one file.
"""


def write(folder: Path) -> Path:
    """Write the project, and return its folder."""
    for name, text in FILES.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def observe(folder: Path, capfd: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run the program there, and return all that can be seen of that: status, streams, files that it left."""
    before = _contents(folder)
    capfd.readouterr()
    try:
        status: object = main(list(arguments))
    except SystemExit as end:
        status = end.code
    out, err = capfd.readouterr()
    changed = [f"file {name}: {text}" for name, text in _contents(folder).items() if before.get(name) != text]
    gone = [f"gone {name}" for name in before if not (folder / name).exists()]
    return "\n".join([f"status {status}", out, "stderr:", err, *changed, *gone]).replace(str(folder), "HERE")


def _contents(folder: Path) -> dict[str, str]:
    """Return the texts of all files, and of folders that hold a cache the name alone."""
    found: dict[str, str] = {}
    for top, folders, names in os.walk(folder):
        for name in names:
            path = os.path.join(top, name)
            if "facts.db" in name:
                found[os.path.relpath(top, folder)] = "a cache"
            else:
                with open(path, encoding="utf-8") as stream:
                    found[os.path.relpath(path, folder)] = stream.read()
        folders.sort()
    return found
