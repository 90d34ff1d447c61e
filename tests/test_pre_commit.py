"""The hooks under the real pre-commit, installed from a clone of this project into a repository made here."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING, NamedTuple

import pytest
from checkout import copy_project, package_index_problem

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILES = {
    "pyproject.toml": '[tool.ssot-lint]\nsrc = ["."]\n',
    "shop/__init__.py": "",
    "shop/pool.py": (
        "_pool = None\n\n\nclass Pool:\n    def __init__(self):\n        self.items = []\n\n\n"
        "def get_pool():\n    global _pool\n    if _pool is None:\n        _pool = Pool()\n    return _pool\n"
    ),
    "shop/orders.py": "from shop.pool import get_pool\n\n\ndef order():\n    return get_pool().items\n",
    "shop/stock.py": "from shop.pool import get_pool\n\n\ndef count():\n    return len(get_pool().items)\n",
    "shop/returns.py": "from shop.pool import get_pool\n\n\ndef back():\n    get_pool().items.clear()\n",
}
MENDED = "from shop.pool import get_pool\n\n\ndef another():\n    return get_pool()\n"
AROUND = "from shop.pool import Pool\n\n\ndef another():\n    return Pool()\n"


class Repository(NamedTuple):
    """A git repository whose hooks are ours, and the environment to run git and pre-commit in."""

    folder: Path
    environment: dict[str, str]

    def run(self, *command: str, status: int = 0) -> str:
        """Run a command here and return what it prints."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == status, done.stdout
        return done.stdout

    def hook(self, name: str, *arguments: str, status: int = 0) -> str:
        """Run one hook by pre-commit and return what it prints."""
        return self.run(sys.executable, "-m", "pre_commit", "run", name, *arguments, status=status)

    def commit_all(self) -> str:
        """Commit every file and return the commit's name."""
        self.run("git", "add", "--all")
        self.run("git", "commit", "--quiet", "--no-verify", "--message", "as it is")
        return self.run("git", "rev-parse", "HEAD").strip()


def make_repository(folder: Path, environment: dict[str, str]) -> Repository:
    """Return a new repository in ``folder``, with nothing of the user's git settings in it."""
    folder.mkdir(parents=True, exist_ok=True)
    repository = Repository(folder, environment)
    repository.run("git", "init", "--quiet")
    return repository


@pytest.fixture(scope="session")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """Return a clean project whose pre-commit has installed our hooks."""
    if problem := package_index_problem():
        pytest.skip(problem)
    base = tmp_path_factory.mktemp("pre-commit")
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "COVERAGE_", "PYTHON"))
    }
    environment |= {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_AUTHOR_NAME": "A",
        "GIT_AUTHOR_EMAIL": "a@example.org",
        "GIT_COMMITTER_NAME": "A",
        "GIT_COMMITTER_EMAIL": "a@example.org",
        "PRE_COMMIT_HOME": str(base / "store"),
    }
    hooks = make_repository(base / "ssot-lint", environment)
    copy_project(hooks.folder)
    revision = hooks.commit_all()
    made = make_repository(base / "shop", environment)
    for path, text in FILES.items():
        (made.folder / path).parent.mkdir(exist_ok=True)
        (made.folder / path).write_text(text, encoding="utf-8")
    (made.folder / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {hooks.folder}\n  rev: {revision}\n"
        "  hooks:\n  - id: ssot-lint\n  - id: ssot-lint-all\n  - id: ssot-lint-fix\n",
        encoding="utf-8",
    )
    made.commit_all()
    made.run(sys.executable, "-m", "pre_commit", "install-hooks")
    return made


@pytest.fixture
def around(repository: Repository) -> Iterator[Repository]:
    """Return the repository with two more files, each of which goes around the factory."""
    added = [repository.folder / "shop" / name for name in ("audit.py", "backup.py")]
    for file in added:
        file.write_text(AROUND, encoding="utf-8")
    repository.run("git", "add", "--all")
    yield repository
    repository.run("git", "reset", "--quiet", "--hard")


@pytest.mark.same_again
@pytest.mark.xdist_group("pre-commit")
class TestHooks:
    def test_a_clean_repository_passes(self, repository: Repository) -> None:
        for hook in ("ssot-lint", "ssot-lint-all", "ssot-lint-fix"):
            assert "Passed" in repository.hook(hook, "--all-files")

    def test_a_violation_fails_the_commit(self, around: Repository) -> None:
        shown = around.hook("ssot-lint", status=1)
        assert "Failed" in shown
        assert set(re.findall(r"shop/\w+\.py(?=:5:12)", shown)) >= {"shop/audit.py", "shop/backup.py"}
        assert "SST101" in shown

    def test_only_the_passed_files_are_reported_while_the_whole_project_is_read(
        self, around: Repository
    ) -> None:
        """Without the other files nobody could tell that Pool is managed."""
        shown = around.hook("ssot-lint", "--files", "shop/audit.py", status=1)
        assert "shop/audit.py" in shown
        assert "shop/backup.py" not in shown

    def test_the_hook_for_all_files_reports_what_was_not_changed_too(self, around: Repository) -> None:
        shown = around.hook("ssot-lint-all", "--files", "shop/orders.py", status=1)
        assert "shop/audit.py" in shown
        assert "shop/backup.py" in shown

    def test_the_fixing_hook_fails_when_it_mends_a_file_and_passes_the_next_time(
        self, around: Repository
    ) -> None:
        shown = around.hook("ssot-lint-fix", "--files", "shop/audit.py", "shop/orders.py", status=1)
        assert "files were modified by this hook" in shown
        assert "1 fixed, 0 remaining" in shown
        assert (around.folder / "shop" / "audit.py").read_text(encoding="utf-8") == MENDED
        assert (around.folder / "shop" / "backup.py").read_text(encoding="utf-8") == AROUND
        around.run("git", "add", "--all")
        assert "Passed" in around.hook("ssot-lint-fix", "--files", "shop/audit.py", "shop/orders.py")

    def test_other_files_do_not_start_the_hooks(self, around: Repository) -> None:
        assert "no files to check" in around.hook("ssot-lint", "--files", "pyproject.toml")
        assert "no files to check" in around.hook("ssot-lint-all", "--files", "pyproject.toml")
