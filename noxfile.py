"""The project's checks, each one command away; ``.ci/run`` runs them all from here."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

import nox

ROOT = Path(__file__).parent
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")

nox.options.sessions = ("lint", "types", "floors", "self", "docs", "coverage", "wheel")
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = False


def install(session: nox.Session) -> None:
    """Install the project for development, unless nox was told to use the environment that it runs in."""
    if session.virtualenv.venv_backend != "none":
        session.install("-q", "-e", ".[dev]")


@nox.session(python=PYTHONS)
def tests(session: nox.Session) -> None:
    """The test suite on each supported interpreter."""
    install(session)
    session.run("python", "-m", "pytest", "-q", "-n", "auto", *session.posargs)


@nox.session
def docs(session: nox.Session) -> None:
    """The site, in ``site/``; a link that leads nowhere is an error."""
    install(session)
    # With --quiet it would see no warnings, and --strict none to fail for.
    session.run("mkdocs", "build", "--strict", env={"NO_MKDOCS_2_WARNING": "1"})


@nox.session
def coverage(session: nox.Session) -> None:
    """The test suite with its branch coverage, which has a floor in pyproject.toml.

    Without the tests that do the same again: they cover nothing more, and are slow when traced.
    """
    install(session)
    session.run("coverage", "erase")
    session.run(
        "coverage", "run", "-m", "pytest", "-q", "-n", "auto", "-m", "not same_again", *session.posargs
    )
    session.run("coverage", "combine", "-q")
    session.run("coverage", "report")


@nox.session
def lint(session: nox.Session) -> None:
    """Style and formatting, by ruff."""
    install(session)
    session.run("ruff", "check")
    session.run("ruff", "format", "--check")


@nox.session
def types(session: nox.Session) -> None:
    """Types of source and tests, by mypy in strict mode."""
    install(session)
    session.run("mypy")


@nox.session
def floors(session: nox.Session) -> None:
    """Imports run downwards only, by import-linter."""
    install(session)
    session.run("lint-imports")


@nox.session(name="self")
def self_check(session: nox.Session) -> None:
    """ssot-lint finds nothing in ssot-lint."""
    install(session)
    session.run("ssot-lint", "check", "src")


@nox.session
def wheel(session: nox.Session) -> None:
    """The wheel, alone in a fresh environment outside the checkout, tells the example's two sides apart."""
    # What an earlier build left there would be shipped.
    shutil.rmtree(ROOT / "build", ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="ssot-lint-wheel-") as name:
        folder = Path(name)
        session.run("python", "-m", "pip", "wheel", "-q", "--no-deps", "-w", f"{folder}/dist", str(ROOT))
        session.run("python", "-m", "venv", f"{folder}/venv")
        (built,) = folder.glob("dist/*.whl")
        (python,) = (*folder.glob("venv/bin/python"), *folder.glob("venv/Scripts/python.exe"))
        session.run(str(python), "-m", "pip", "install", "-q", str(built), external=True)
        shutil.copytree(ROOT / "examples", folder / "examples")
        for tool in ("ssot-lint --output-format concise", "flake8 --select SST"):
            program, *options = tool.split()
            command = (str(python.with_name(program)), *options, ".")
            with session.chdir(folder / "examples" / "chat_backend" / "before"):
                found = session.run(*command, external=True, silent=True, success_codes=[1])
            codes = sorted(set(re.findall(r"\bSST\d{3}\b", str(found))))
            if not codes:
                session.error(f"{program} found nothing in examples/chat_backend/before:\n{found}")
            session.log(f"{program} finds {', '.join(codes)}")
            with session.chdir(folder / "examples" / "chat_backend" / "after"):
                session.run(*command, external=True)
