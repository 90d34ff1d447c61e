"""A project in which every kind of file waits to be mended, and what must be true of it whatever happens."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path
from typing import Final, NamedTuple

CACHE: Final = ".ssot_lint_cache"
LEFTOVER: Final = re.compile(r"\.ssot-lint-[a-z0-9_]{8}\.tmp")
"""The name of a file that was being written when its writer was killed."""

_FACTORY: Final = """\
class Pool:  # ssot: managed factory=get_pool
    kept = ()


def get_pool():
    Pool.kept = Pool.kept or (Pool(),)
    return Pool.kept[0]
"""
_UNDECLARED: Final = """\
class Vault:
    pass


_vault = None


def get_vault():
    global _vault
    if _vault is None:
        _vault = Vault()
    return _vault
"""
"""What ``init`` finds to declare."""
_AROUND: Final = """\
from shop.pool import Pool


def use{number}():
    return Pool()
"""


class State(NamedTuple):
    """What there is to be known of a file; of a link where it leads."""

    content: bytes
    mode: int
    owner: tuple[int, int]
    names: int


Tree = dict[str, State]
"""The files of a folder by their paths from there."""


def make(folder: Path, files: int = 6) -> None:
    """Write the project: files of all encodings, newlines and modes with a finding in each, links between."""
    texts = {f"shop/use{number}.py": _AROUND.format(number=number).encode() for number in range(files)}
    texts["shop/windows.py"] = _AROUND.format(number="w").replace("\n", "\r\n").encode()
    texts["shop/marked.py"] = b"\xef\xbb\xbf" + _AROUND.format(number="m").encode()
    texts["shop/latin.py"] = f"# coding: latin-1\n# caf\xe9\n{_AROUND.format(number='l')}".encode("latin-1")
    texts["shop/run.py"] = f"#!/usr/bin/env python3\n{_AROUND.format(number='r')}".encode()
    texts["shop/twin.py"] = _AROUND.format(number="t").encode()
    texts["shop/fixed.py"] = _AROUND.format(number="f").encode()
    texts |= {
        "pyproject.toml": b"[tool.ssot-lint]\n",
        "shop/__init__.py": b"",
        "shop/pool.py": _FACTORY.encode(),
        "shop/vault.py": _UNDECLARED.encode(),
        "shop/use_vault.py": b"from shop.vault import Vault\n\nvault = Vault()\n",
    }
    for name, content in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "shop" / "run.py").chmod(0o755)
    (folder / "shop" / "windows.py").chmod(0o600)
    (folder / "shop" / "fixed.py").chmod(0o444)
    if os.name == "posix":
        os.link(folder / "shop" / "twin.py", folder / "twin.txt")
        (folder / "shop" / "alias.py").symlink_to("use0.py")


def tree_of(folder: Path) -> Tree:
    """Return all that is in a folder, but for the cache."""
    found: Tree = {}
    for holder, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != CACHE]
        for name in names:
            path = os.path.join(holder, name)
            status = os.lstat(path)
            content = (
                os.fsencode(os.readlink(path)) if stat.S_ISLNK(status.st_mode) else Path(path).read_bytes()
            )
            found[os.path.relpath(path, folder)] = State(
                content, status.st_mode, (status.st_uid, status.st_gid), status.st_nlink
            )
    return found


def faults(before: Tree, now: Tree, after: Tree) -> list[str]:
    """Return what is wrong with a project in which ``before`` was being turned into ``after``.

    A file is as it was or as it is to be, whole; none is gone; none came but leftovers.
    """
    wrong = []
    for name, state in now.items():
        known = [tree[name] for tree in (before, after) if name in tree]
        if state not in known and not (not known and LEFTOVER.fullmatch(os.path.basename(name))):
            wrong.append(f"{name} is neither old nor new: {state}")
    wrong += [f"{name} is gone" for name in before.keys() & after.keys() - now.keys()]
    return wrong


def leftovers(tree: Tree) -> list[str]:
    """Return the names of what killed runs left behind."""
    return sorted(name for name in tree if LEFTOVER.fullmatch(os.path.basename(name)))


def without_leftovers(tree: Tree) -> Tree:
    """Return the tree without what killed runs left behind."""
    return {name: state for name, state in tree.items() if not LEFTOVER.fullmatch(os.path.basename(name))}


ACTIONS: Final[dict[str, tuple[str, ...]]] = {
    "fix": ("check", "--fix", "."),
    "fix without cache": ("check", "--fix", "--no-cache", "."),
    "noqa": ("check", "--add-noqa", "--noqa-reason", "known", "."),
    "baseline": ("baseline", "--force", "."),
    "check": ("check", "."),
    "report": ("check", "--output-format", "json", "--output-file", "report.json", "."),
    "init": ("init", "--yes", "--baseline", "--min-confidence", "medium"),
    "clean": ("clean",),
}
"""The commands that write or delete something."""
