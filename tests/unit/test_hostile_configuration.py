"""A configuration that somebody else has written costs no time that has nothing to do with its length."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from pathspec import GitIgnoreSpec
from small_project import VIOLATION, write

from ssot_lint.baseline import BaselineError, read_baseline
from ssot_lint.cli import main
from ssot_lint.config.toml_text import LARGEST, KeyLines, parse_toml
from ssot_lint.path_patterns import linear, matches, rules_of

if TYPE_CHECKING:
    from collections.abc import Callable

LIMITED: Final = """
import resource
resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
from test_hostile_configuration import CASES
CASES[{name!r}]()
"""


def matched(pattern: str, path: str) -> None:
    matches(rules_of([pattern]), path)


def read_lines(text: str) -> None:
    parse_toml(text)
    KeyLines(text)


def refused(text: str) -> None:
    try:
        read_lines(text)
    except ValueError:
        return
    raise AssertionError("it was read")


CASES: Final[dict[str, Callable[[], None]]] = {
    "stars in a name": lambda: matched("*a" * 20 + "*b", "a" * 250),
    "stars one after the other": lambda: matched("*" * 30 + "b", "a" * 250),
    "any letters between stars": lambda: matched("*?" * 20 + "*b", "a" * 250),
    "sets between stars": lambda: matched("*[ab]" * 20 + "*c", "a" * 250),
    "stars in each of many folders": lambda: matched("*a*a*a*/" * 20 + "x", "aaaaaaaa/" * 20 + "y"),
    "folders between any folders": lambda: matched("**/a/" * 20 + "b", "a/" * 2000 + "c"),
    "stars between any folders": lambda: matched("**/*a*a*a*/" * 10 + "b", "aaaaaa/" * 500 + "c"),
    "any folders behind one": lambda: matched("x/**/a/" + "**/a/" * 20 + "b", "x/" + "a/" * 2000 + "c"),
    "a key of many parts": lambda: refused(".".join("a" * 100_000) + " = 1"),
    "a key of many quoted parts": lambda: refused(".".join(['"a"'] * 100_000) + " = 1"),
    "a table of many parts": lambda: refused(f"[{' . '.join('a' * 100_000)}]"),
    "a word without end": lambda: read_lines(f'a = "{"x" * 900_000}"'),
    "quotes without end": lambda: read_lines(f"a = '{chr(34) * 900_000}'"),
    "a document that is too large": lambda: refused("#" * (LARGEST + 1)),
    "many deep arrays": lambda: read_lines(f"a = [{','.join(['[' * 90 + ']' * 90] * 4000)}]"),
}


@pytest.mark.untraced
@pytest.mark.parametrize("name", CASES)
def test_what_takes_long_is_done_or_refused(name: str) -> None:
    """In a process of its own, whose CPU time is bounded: a regular expression can't be interrupted.

    Its coverage is not measured, which would take the most of that time.
    """
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r}){LIMITED.format(name=name)}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr[-500:] or "killed"


def spelled(chance: random.Random, pieces: list[str], most: int) -> str:
    return "".join(chance.choices(pieces, k=chance.randint(1, most)))


@pytest.mark.untraced
def test_patterns_match_what_those_of_pathspec_match() -> None:
    chance = random.Random(1)
    compared = 0
    while compared < 20_000:
        pattern = spelled(chance, ["a", "b", "*", "?", "/", "**/", "/**/", "**", "[ab]", ".", "\\*"], 9)
        path = "/".join(spelled(chance, ["a", "b", "."], 3) for _ in range(chance.randint(1, 5)))
        path += chance.choice(["", "/"])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            regexes = [each.regex for each in GitIgnoreSpec.from_lines([pattern]).patterns if each.regex]
        for regex in regexes:
            expected, found = regex.search(path), linear(regex).search(path)
            assert (found and found.end()) == (expected and expected.end()), (pattern, path)
            if expected and found and "ps_d" in regex.groupindex:
                assert found["ps_d"] == expected["ps_d"], (pattern, path)
            compared += 1


@pytest.mark.untraced
def test_lists_of_patterns_match_what_those_of_pathspec_match() -> None:
    chance = random.Random(1)
    for _ in range(5_000):
        patterns = [spelled(chance, ["a", "b", "*", "/", "**/", "**", "!", "a/"], 5) for _ in range(3)]
        path = "/".join(spelled(chance, ["a", "b"], 3) for _ in range(chance.randint(1, 4)))
        try:
            expected = GitIgnoreSpec.from_lines(patterns).match_file(path)
        except ValueError:
            continue
        assert matches(rules_of(patterns), path) == expected, (patterns, path)


def test_a_set_of_characters_has_no_slash_in_it() -> None:
    rules = rules_of(["a[!b]c", "x[+-9]y", "l[]]m"])
    assert [matches(rules, path) for path in ("a.c", "a/c", "x/y", "x+y", "l]m")] == [
        True,
        False,
        False,
        True,
        True,
    ]


def test_a_bracket_in_a_pattern_warns_of_nothing(recwarn: pytest.WarningsRecorder) -> None:
    assert matches(rules_of(["[[a]"]), "a")
    assert not recwarn.list


def test_an_ignore_file_without_measure_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = write(tmp_path / "project")
    monkeypatch.chdir(project)
    for content in (b"app/\n" * 200_000, b"\0\xff[[a\n" * 2000 + b"*a" * 500):
        (project / ".gitignore").write_bytes(content)
        assert main(["check", "--no-cache"]) == 1
        assert VIOLATION[2] in capsys.readouterr().out


def test_places_are_found_in_spite_of_what_is_deep(tmp_path: Path) -> None:
    deep = f"a = {'[' * 60}{']' * 60}"
    lines = KeyLines(f"{deep}\n[tool.ssot-lint]\nselect = [\n'x']\n")
    assert lines.line("tool", "ssot-lint", "select", 0) == 4


def test_places_are_kept_of_what_can_be_ours_alone() -> None:
    """Paths of any length would add up to the square of a document's length."""
    opening = "[\n" * 60
    lines = KeyLines(f"a = {opening}1{']' * 60}\n{'.'.join('b' * 60)} = 1\n")
    assert lines.line("a", *(0,) * 10) == 11
    assert lines.line("a", *(0,) * 60) == 16
    assert max(map(len, lines.values)) == 16


def test_what_is_too_deep_for_recursion_costs_no_place_before_it() -> None:
    lines = KeyLines(f"a = 1\nb = 1\nc = {'[' * 100_000}{']' * 100_000}\n")
    assert lines.line("b") == 2


def test_a_document_is_read_up_to_a_bound() -> None:
    assert parse_toml("#" * LARGEST) == {}
    with pytest.raises(ValueError, match="it is larger than 1 MiB"):
        parse_toml("#" * (LARGEST + 1))


# -- files that are named


def make_pipe(path: Path) -> None:
    os.mkfifo(path)


def make_folder(path: Path) -> None:
    path.mkdir()


def make_huge(path: Path) -> None:
    path.write_bytes(b"")
    os.truncate(path, (1 << 27) + 1)


def make_deep(path: Path) -> None:
    deep = "[" * 100_000
    path.write_text(
        f'{{"version": 1, "findings": [{{"new": {deep}' if path.suffix == ".json" else f"a = {deep}"
    )


def make_other_bytes(path: Path) -> None:
    path.write_bytes(b'select = ["\xff"]')


@pytest.mark.skipif(os.name != "posix", reason="pipes as POSIX has them")
@pytest.mark.parametrize("make", [make_pipe, make_folder, make_huge, make_deep, make_other_bytes])
@pytest.mark.parametrize("option", ["--config", "--baseline"])
def test_a_file_that_is_named_and_none_is_told_in_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    option: str,
    make: Callable[[Path], None],
) -> None:
    project = write(tmp_path / "project")
    monkeypatch.chdir(project)
    name = "named.toml" if option == "--config" else "named.json"
    make(project / name)
    assert main(["check", "--no-cache", option, name]) == 2
    error = capsys.readouterr().err
    assert error.startswith("ssot-lint: error: ")
    assert name in error
    assert error.count("\n") == 1


@pytest.mark.skipif(os.name != "posix", reason="devices as POSIX has them")
@pytest.mark.parametrize("device", ["/dev/zero", "/dev/null", "/dev/tty"])
def test_a_device_is_no_configuration_and_no_baseline(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], device: str
) -> None:
    monkeypatch.chdir(write(tmp_path / "project"))
    for option in ("--config", "--baseline"):
        assert main(["check", "--no-cache", option, device]) == 2
        assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("count", ["-1", "1e400", "9" * 4000])
def test_a_number_that_is_none_of_findings_is_refused(tmp_path: Path, count: str) -> None:
    entry = f'{{"path": "a.py", "code": "SST101", "scope": "", "message": "m", "count": {count}}}'
    (tmp_path / "baseline.json").write_text(f'{{"version": 1, "findings": [{entry}]}}')
    with pytest.raises(BaselineError, match="no baseline of ssot-lint"):
        read_baseline(tmp_path / "baseline.json")
