"""``init`` declares what the code shows, adds nothing the second time, and asks before it writes."""

from __future__ import annotations

import io
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest
from small_project import write

from ssot_lint.cli import main
from ssot_lint.config.toml_text import parse_toml
from ssot_lint.model import Confidence
from ssot_lint.session import check, open_project, propose

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT: Final = Path(__file__).parents[2]
BASELINE: Final = ".ssot-lint-baseline.json"
KEEPER: Final = """\
class {0}:
    pass


_one = None


def get_{1}():
    global _one
    if _one is None:
        _one = {0}()
    return _one
"""
FILES: Final = {
    "pyproject.toml": '# mine\n[project]\nname = "shop"   # so\n',
    "shop/__init__.py": "",
    "shop/cart.py": KEEPER.format("Cart", "cart"),
    "shop/mail.py": KEEPER.format("Mail", "mail"),
    "shop/guard.py": (
        "class Guard:\n    _one = None\n\n    def __new__(cls):\n        if cls._one is None:\n"
        "            cls._one = super().__new__(cls)\n        return cls._one\n"
    ),
    "shop/one.py": "from shop.cart import get_cart\nfrom shop.mail import get_mail, Mail\n\n\n"
    "def one():\n    get_cart(), get_mail(), get_mail(), get_mail()\n    return Mail()\n",
    "shop/two.py": "from shop.cart import get_cart\n\n\ndef two():\n    return get_cart()\n",
}
ENTRIES: Final = """\
[[tool.ssot-lint.managed]]
class = "shop.cart.Cart"
factory = "shop.cart.get_cart"
scope = "process"

[[tool.ssot-lint.managed]]
class = "shop.mail.Mail"
factory = "shop.mail.get_mail"
scope = "process"
"""


class Ran(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = write(tmp_path / "project", FILES)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    return folder


@pytest.fixture
def run(project: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    def run(*arguments: str) -> Ran:
        status = main(["init", "--no-cache", *arguments])
        captured = capsys.readouterr()
        return Ran(status, captured.out, captured.err)

    return run


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def answering(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("".join(f"{answer}\n" for answer in answers)))


def files(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


# -- what is written


def test_the_entries_are_added_and_all_else_stays(run: Callable[..., Ran], project: Path) -> None:
    ran = run("--yes")
    assert (ran.status, ran.err) == (0, "")
    assert (project / "pyproject.toml").read_text() == f"{FILES['pyproject.toml']}\n{ENTRIES}"
    assert "shop.cart.Cart (shop/cart.py:1): high confidence, one instance\n" in ran.out
    assert "1 needs no entry: the class itself says how its instances are come by.\n" in ran.out
    assert "pyproject.toml: 2 entries added.\n" in ran.out
    assert ran.out.endswith("1 finding: see ssot-lint check; ssot-lint baseline puts them aside.\n")
    assert not (project / BASELINE).exists()


def test_a_second_run_changes_nothing(run: Callable[..., Ran], project: Path) -> None:
    run("--yes", "--baseline")
    known = files(project)
    ran = run("--yes", "--baseline")
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.startswith("No managed class of high confidence is left to be declared.\n2 are declared")
    assert f"1 finding; {BASELINE} is there already" in ran.out
    assert files(project) == known


def test_what_is_declared_keeps_its_entry(run: Callable[..., Ran], project: Path) -> None:
    mine = '[[tool.ssot-lint.managed]]\nclass = "shop.mail.Mail"\nfactory = "shop.cart.get_cart"\n'
    (project / "pyproject.toml").write_text(mine)
    ran = run("--yes")
    assert "1 is declared already.\n" in ran.out
    cart, _ = ENTRIES.split("\n\n")
    assert (project / "pyproject.toml").read_text() == f"{mine}\n{cart}\n"


def test_a_comment_on_the_class_line_is_a_declaration_too(run: Callable[..., Ran], project: Path) -> None:
    cart = (project / "shop/cart.py").read_text()
    (project / "shop/cart.py").write_text(cart.replace("Cart:", "Cart:  # ssot: managed factory=get_cart"))
    ran = run("--yes")
    assert "1 entry added" in ran.out
    assert "shop.cart" not in (project / "pyproject.toml").read_text()


def test_paths_say_whose_classes_are_declared(run: Callable[..., Ran], project: Path) -> None:
    assert run("--yes", "shop/mail.py").status == 0
    _, mail = ENTRIES.split("\n\n")
    assert (project / "pyproject.toml").read_text() == f"{FILES['pyproject.toml']}\n{mail}"


def test_the_confidence_says_how_sure_a_class_has_to_be(run: Callable[..., Ran], project: Path) -> None:
    (project / "shop/two.py").unlink()
    ran = run("--yes", "--dry-run")
    assert "shop.cart" not in ran.out
    assert "1 is less sure: see ssot-lint map, and --min-confidence.\n" in ran.out
    assert "shop.cart.Cart" in run("--dry-run", "--min-confidence", "medium").out


def test_what_the_code_shows_is_looked_for_even_where_only_declarations_count(
    run: Callable[..., Ran], project: Path
) -> None:
    (project / "pyproject.toml").write_text("[tool.ssot-lint]\ninfer = false\n")
    assert "2 entries added" in run("--yes").out
    assert run("--yes", "--no-infer").out.startswith("No managed class")


def test_a_private_class_whose_instances_nobody_keeps_gets_no_entry(
    run: Callable[..., Ran], project: Path
) -> None:
    """An entry would say that there is one instance, and its factory would be held to that."""
    (project / "shop/cart.py").write_text(
        "class _Cart:\n    pass\n\n\ndef get_cart() -> _Cart:\n    return _Cart()\n"
    )
    ran = run("--yes")
    assert "2 need no entry: the class itself says how its instances are come by.\n" in ran.out
    assert "shop.cart" not in (project / "pyproject.toml").read_text()


def test_the_factory_beside_the_class_stands_first(run: Callable[..., Ran], project: Path) -> None:
    for name in ("a", "b"):
        (project / f"shop/{name}.py").write_text(
            f"from shop.mail import Mail\n\n_own = None\n\n\ndef get_{name}():\n    global _own\n"
            "    if _own is None:\n        _own = Mail()\n    return _own\n"
        )
    many = "get_b(), " * 9
    (project / "shop/three.py").write_text(f"from shop.b import get_b\n\n\ndef three():\n    return {many}\n")
    run("--yes", "--min-confidence", "low")
    expected = 'factory = ["shop.mail.get_mail", "shop.b.get_b", "shop.a.get_a"]'
    assert expected in (project / "pyproject.toml").read_text()


# -- where it is written


def test_without_a_pyproject_a_file_of_our_own_is_made(run: Callable[..., Ran], project: Path) -> None:
    (project / "pyproject.toml").unlink()
    (project / ".git").mkdir()
    ran = run("--yes")
    assert ".ssot-lint.toml: 2 entries added." in ran.out
    own = project / ".ssot-lint.toml"
    assert own.read_text() == ENTRIES.replace("tool.ssot-lint.", "")
    assert run("--yes").out.startswith("No managed class")
    if os.name == "posix":
        assert own.stat().st_mode & 0o777 == 0o644


def test_a_file_of_our_own_can_be_asked_for(run: Callable[..., Ran], project: Path) -> None:
    assert ".ssot-lint.toml: 2 entries added." in run("--yes", "--own-file").out
    assert (project / "pyproject.toml").read_text() == FILES["pyproject.toml"]
    (project / "shop/two.py").unlink()  # and it stays the one that counts
    assert run("--yes").out.startswith("No managed class")


def test_a_file_that_would_not_count_is_not_made(run: Callable[..., Ran], project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.ssot-lint]\n")
    ran = run("--yes", "--own-file")
    assert ran.status == 2
    assert "pyproject.toml has a [tool.ssot-lint] table, beside which no .ssot-lint.toml counts" in ran.err
    assert not (project / ".ssot-lint.toml").exists()


def test_the_file_that_counts_takes_the_entries_from_wherever_one_stands(
    run: Callable[..., Ran], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / ".ssot-lint.toml").write_text("infer = true\n")
    monkeypatch.chdir(project / "shop")
    assert f"{project / '.ssot-lint.toml'}: 2 entries added." in run("--yes").out
    assert (project / ".ssot-lint.toml").read_text().startswith("infer = true\n\n[[managed]]\n")


def test_a_named_file_takes_the_entries(run: Callable[..., Ran], project: Path) -> None:
    (project / "lint.toml").write_text("infer = true\n")
    assert "lint.toml: 2 entries added." in run("--yes", "--config", "lint.toml").out
    assert parse_toml((project / "lint.toml").read_text())["managed"]
    assert run("--yes", "--config", "lint.toml").out.startswith("No managed class")


def test_the_configuration_of_a_home_folder_is_not_the_project_s(
    run: Callable[..., Ran], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = project.parent
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    (home / ".ssot-lint.toml").write_text("infer = true\n")
    assert "pyproject.toml: 2 entries added." in run("--yes").out
    assert (home / ".ssot-lint.toml").read_text() == "infer = true\n"


# -- whether it is written


def test_a_dry_run_shows_a_patch_that_applies(run: Callable[..., Ran], project: Path) -> None:
    known = files(project)
    ran = run("--dry-run", "--yes", "--baseline")
    assert (ran.status, ran.err) == (0, "")
    assert files(project) == known
    patch = ran.out[ran.out.index("--- a/pyproject.toml") :]
    added = [line[1:] for line in patch.splitlines()[3:] if line.startswith("+")]
    assert "\n".join(added).strip() == ENTRIES.strip()
    assert not [line for line in patch.splitlines()[2:] if line.startswith("-")]


def test_without_a_terminal_nothing_is_written_unasked(run: Callable[..., Ran], project: Path) -> None:
    known = files(project)
    ran = run()
    assert ran.status == 2
    assert "there is no terminal to ask on; --yes writes it, --dry-run shows it" in ran.err
    assert files(project) == known
    run("--yes")
    assert run().status == 0, "where there is nothing to write nothing is asked"


@pytest.mark.parametrize("stream", [None, io.StringIO()])
def test_a_missing_or_closed_input_is_no_terminal(
    stream: io.StringIO | None, run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    if stream is not None:
        stream.close()
    monkeypatch.setattr(sys, "stdin", stream)
    assert run().status == 2


def test_on_a_terminal_it_is_asked_for_both(
    run: Callable[..., Ran], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, "", "y")
    ran = run()
    assert ran.status == 0
    assert f"\n\n{ENTRIES}\n" in ran.out
    assert "Write 2 entries to pyproject.toml? [Y/n]" in ran.err
    assert f"1 finding is left. Write it to {BASELINE}, so that only new ones are reported? [y/N]" in ran.err
    assert (project / BASELINE).exists()
    assert main(["check", "--no-cache", "--baseline", BASELINE]) == 0


def test_a_no_is_a_no(run: Callable[..., Ran], project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = files(project)
    answering(monkeypatch, "n", "")
    assert run().status == 0
    assert files(project) == known


def test_the_end_of_the_input_ends_the_run(
    run: Callable[..., Ran], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = files(project)
    answering(monkeypatch)
    ran = run()
    assert ran.status == 130
    assert "interrupted" in ran.err
    assert files(project) == known


def test_a_baseline_can_be_refused_beforehand(
    run: Callable[..., Ran], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answering(monkeypatch, "y")
    assert run("--no-baseline").status == 0
    assert not (project / BASELINE).exists()


def test_in_ci_no_baseline_is_written(
    run: Callable[..., Ran], project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    ran = run("--yes", "--baseline")
    assert ran.status == 2
    assert "no baseline is written in CI" in ran.err
    assert (project / "pyproject.toml").read_text() == FILES["pyproject.toml"]
    answering(monkeypatch, "y")
    assert run().status == 0, "nor asked for"
    assert not (project / BASELINE).exists()


def test_without_findings_there_is_nothing_to_put_aside(run: Callable[..., Ran], project: Path) -> None:
    (project / "shop/one.py").write_text(FILES["shop/one.py"].replace("return Mail()", "return get_mail()"))
    assert run("--yes", "--baseline").out.endswith("No findings.\n")
    assert not (project / BASELINE).exists()


# -- what goes wrong


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[tool\n", "pyproject.toml:1:6: no valid TOML"),
        (b"# \xff\n", "pyproject.toml:1: not UTF-8"),
        (b"[tool.ssot-lint]\nsrcs = []\n", 'pyproject.toml:2: unknown key "srcs"'),
        (b"tool = {ssot-lint = {}}\n", "pyproject.toml: no entry can be added to tool.ssot-lint.managed"),
    ],
)
def test_a_file_that_cannot_be_added_to_is_told_and_left_alone(
    content: bytes, message: str, run: Callable[..., Ran], project: Path
) -> None:
    (project / "pyproject.toml").write_bytes(content)
    ran = run("--yes")
    assert ran.status == 2
    assert message in ran.err
    assert (project / "pyproject.toml").read_bytes() == content


@pytest.mark.skipif(os.name != "posix", reason="modes are of POSIX")
def test_a_read_only_file_is_left_alone(run: Callable[..., Ran], project: Path) -> None:
    (project / "pyproject.toml").chmod(0o444)
    ran = run("--yes")
    assert (ran.status, ran.err) == (
        2,
        "ssot-lint: error: pyproject.toml: not changed: it is read-only\n",
    )
    assert (project / "pyproject.toml").read_text() == FILES["pyproject.toml"]


def test_a_folder_in_the_file_s_place_is_told(run: Callable[..., Ran], project: Path) -> None:
    (project / ".ssot-lint.toml").mkdir()
    ran = run("--yes", "--own-file")
    assert ran.status == 2
    assert ".ssot-lint.toml: can't be read: " in ran.err


def test_what_others_wrote_meanwhile_is_kept(project: Path) -> None:
    proposal = propose(open_project((), cwd=project), Confidence.HIGH)
    (project / "pyproject.toml").write_text("[project]\n")
    assert proposal.write() == "it changed while the linter was running"
    own = propose(open_project((), cwd=project), Confidence.HIGH, own=True)
    (project / ".ssot-lint.toml").write_text("infer = true\n")
    assert own.write() == "it was made while the linter was running"
    assert (project / ".ssot-lint.toml").read_text() == "infer = true\n"


def test_a_file_that_cannot_be_made_is_told(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    proposal = propose(open_project((), cwd=project), Confidence.HIGH, own=True)
    (project / "gone").write_text("")
    object.__setattr__(proposal, "path", project / "gone" / ".ssot-lint.toml")
    assert proposal.write() == "Not a directory"


def test_an_unknown_path_is_told(run: Callable[..., Ran], project: Path) -> None:
    ran = run("--yes", "nowhere.py")
    assert ran.status == 2
    assert "nowhere.py: no such file or folder" in ran.err
    assert (project / "pyproject.toml").read_text() == FILES["pyproject.toml"]


# -- what it comes to


@pytest.mark.parametrize(
    "folder",
    [
        "examples/chat_backend/before",
        "tests/fixtures/src_layout",
        "tests/fixtures/flat_layout",
        "tests/fixtures/namespace_packages",
    ],
)
def test_the_same_is_found_as_before(folder: str, tmp_path: Path) -> None:
    """What is sure is reported by itself: its declaration neither adds a finding nor hides one."""
    project = shutil.copytree(ROOT / folder, tmp_path / "project", ignore=shutil.ignore_patterns(".*"))

    def found() -> set[tuple[str, str, int, int]]:
        return {
            (each.code, each.location.path, each.location.span.line, each.location.span.column)
            for each in check((), cwd=project).findings
        }

    before = found()
    proposal = propose(open_project((), cwd=project), Confidence.HIGH)
    assert proposal.classes
    assert proposal.write() is None
    assert found() == before
    again = propose(open_project((), cwd=project), Confidence.HIGH)
    assert again.classes == ()
    assert again.after == again.before
