"""The configuration is found, read and checked, and every mistake is told in one line."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest
from file_trees import write, write_tree

from ssot_lint.config import KEYS, Configuration, load_settings
from ssot_lint.errors import ConfigurationError
from ssot_lint.model import Confidence, Scope
from ssot_lint.settings import (
    DEFAULT_TEST_PATHS,
    ConfiguredName,
    ManagedDeclaration,
    PerFileIgnore,
    Settings,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CODES = ("SST001", "SST101", "SST102", "SST201")


def load(start: Path, **options: Any) -> Configuration:
    options = {"known_codes": lambda: CODES, "cwd": start, **options}
    return load_settings(start, **options)


def mistakes(start: Path, **options: Any) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load(start, **options)
    return list(caught.value.mistakes)


def own_mistakes(start: Path, text: str) -> list[str]:
    """Return the mistakes in a configuration with ``text`` for its content, without the file's name."""
    write(start / ".ssot-lint.toml", text)
    lines = mistakes(start)
    assert all(line.startswith(".ssot-lint.toml:") for line in lines)
    assert not any("\n" in line for line in lines)
    return [line.removeprefix(".ssot-lint.toml:") for line in lines]


FULL = """
src = ["lib"]
select = ["SST1", "SST201"]
ignore = ["SST102"]
extend-select = ["SST0"]
extend-ignore = ["SST001"]
min-confidence = "low"
check-tests = true
test-paths = ["specs/"]
exclude = ["vendor/"]
infer = false
per-file-ignores = { "scripts/*" = ["SST101"], "x.py" = [] }
copied-bases = ["models.Base", "third.*.Model"]
declarative-bases = [
    "tables.Table",
]
declarative-names = ["fields", "Meta*"]
context-names = ["Visitor", "app.auth.*"]

[[managed]]
class = "app.ws.manager.WebSocketManager"
factory = ["app.ws.get_manager", "app.ws.Factory.make"]
scope = "keyed"
canonical = "app.ws"
allow = ["app.bootstrap", "scripts/*"]

[[managed]]
class = "redis.Redis"
factory = "app.db.connect"
"""

FULL_SETTINGS = Settings(
    config_path=".ssot-lint.toml",
    src=("lib",),
    select=("SST1", "SST201"),
    ignore=("SST102",),
    extend_select=("SST0",),
    extend_ignore=("SST001",),
    min_confidence=Confidence.LOW,
    check_tests=True,
    test_paths=("specs/",),
    exclude=("vendor/",),
    infer=False,
    per_file_ignores=(PerFileIgnore("scripts/*", ("SST101",), row=12), PerFileIgnore("x.py", (), row=12)),
    copied_bases=(ConfiguredName("models.Base", row=13), ConfiguredName("third.*.Model", row=13)),
    declarative_bases=(ConfiguredName("tables.Table", row=15),),
    declarative_names=("fields", "Meta*"),
    context_names=("Visitor", "app.auth.*"),
    managed=(
        ManagedDeclaration(
            class_="app.ws.manager.WebSocketManager",
            factories=("app.ws.get_manager", "app.ws.Factory.make"),
            scope=Scope.KEYED,
            canonical="app.ws",
            allow=("app.bootstrap", "scripts/*"),
            row=20,
        ),
        ManagedDeclaration(class_="redis.Redis", factories=("app.db.connect",), row=27),
    ),
)


# --- what is read


def test_every_key_is_read(tmp_path: Path) -> None:
    write(tmp_path / ".ssot-lint.toml", FULL)
    write_tree(tmp_path, "lib/")
    assert load(tmp_path) == Configuration(FULL_SETTINGS, tmp_path)
    assert all(f"{key} = " in FULL or f"[[{key}]]" in FULL for key in KEYS)


def test_no_setting_of_the_full_example_is_the_default() -> None:
    default = Settings()
    same = [
        name for name in Settings.__struct_fields__ if getattr(default, name) == getattr(FULL_SETTINGS, name)
    ]
    assert not same


def test_pyproject_holds_the_same_below_its_table(tmp_path: Path) -> None:
    write_tree(tmp_path, "lib/")
    text = "[tool.ssot-lint]" + FULL.replace("[[managed]]", "[[tool.ssot-lint.managed]]")
    write(tmp_path / "pyproject.toml", "\ufeff" + text.replace("\n", "\r\n"))
    settings = load(tmp_path).settings
    assert settings.config_path == "pyproject.toml"
    assert settings.managed == FULL_SETTINGS.managed
    assert settings.per_file_ignores == FULL_SETTINGS.per_file_ignores


def test_without_configuration_the_defaults_hold(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool.black]\n")
    assert load(tmp_path) == Configuration(Settings(), tmp_path)
    assert Settings().test_paths == DEFAULT_TEST_PATHS


def test_an_empty_table_is_a_configuration(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool.ssot-lint]\n")
    assert load(tmp_path).settings == Settings(config_path="pyproject.toml")


def test_managed_entries_may_be_written_inline(tmp_path: Path) -> None:
    text = '[tool]\nssot-lint.managed = [\n  {class = "a.B"},\n  {class = "a.C", factories = ["a.f"]},\n]\n'
    write(tmp_path / "pyproject.toml", text)
    assert load(tmp_path).settings.managed == (
        ManagedDeclaration(class_="a.B", row=3),
        ManagedDeclaration(class_="a.C", factories=("a.f",), row=4),
    )


# --- where it is found


def test_the_nearest_pyproject_with_a_table_wins_and_its_folder_is_the_root(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool.ssot-lint]\ninfer = false\n")
    write(tmp_path / "one" / "pyproject.toml", "[tool.ssot-lint]\ncheck-tests = true\n")
    write(tmp_path / "one" / "two" / "pyproject.toml", "[project]\nname = 'x'\n")
    start = tmp_path / "one" / "two"
    found = load(start)
    assert found.root == tmp_path / "one"
    assert found.settings == Settings(
        config_path=os.path.join(tmp_path, "one", "pyproject.toml"), check_tests=True
    )


def test_the_tools_own_file_counts_when_no_pyproject_has_a_table(tmp_path: Path) -> None:
    write(tmp_path / ".ssot-lint.toml", "infer = false\n")
    write_tree(tmp_path, "sub/pyproject.toml")
    found = load(tmp_path / "sub", cwd=tmp_path)
    assert found == Configuration(Settings(config_path=".ssot-lint.toml", infer=False), tmp_path)
    write(tmp_path / "pyproject.toml", "[tool.ssot-lint]\n")
    assert load(tmp_path / "sub").settings.infer


def test_a_configuration_in_the_home_folder_makes_it_no_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    write(tmp_path / ".ssot-lint.toml", "infer = false\n")
    write_tree(tmp_path, "work/")
    found = load(tmp_path / "work")
    assert (found.settings.infer, found.root) == (False, tmp_path / "work")
    assert load(tmp_path).root == tmp_path


def test_isolated_ignores_every_file(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "broken [")
    write(tmp_path / ".ssot-lint.toml", "infer = false")
    assert load(tmp_path, isolated=True) == Configuration(Settings(), tmp_path)


def test_isolated_and_a_named_file_exclude_each_other(tmp_path: Path) -> None:
    assert mistakes(tmp_path, isolated=True, config_file=tmp_path / "x.toml") == [
        "--isolated and --config exclude each other"
    ]


def test_the_working_directory_of_the_process_counts_when_none_is_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "sub" / ".ssot-lint.toml", "infer = false")
    found = load(tmp_path / "sub", cwd=None)
    assert found.settings.config_path == os.path.join("sub", ".ssot-lint.toml")


@pytest.mark.parametrize("text", ["infer = false", "[tool.ssot-lint]\ninfer = false"])
def test_a_named_file_may_have_either_form(tmp_path: Path, text: str) -> None:
    write(tmp_path / "pyproject.toml", "[tool.ssot-lint]\ncheck-tests = true\n")
    path = write(tmp_path / "elsewhere" / "strict.toml", text)
    write_tree(tmp_path, "app/")
    found = load(tmp_path / "app", config_file=path, cwd=tmp_path)
    settings = Settings(config_path=os.path.join("elsewhere", "strict.toml"), infer=False)
    assert found == Configuration(settings, tmp_path / "app")


def test_a_named_file_is_relative_to_the_working_directory_and_may_set_the_root(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool.ssot-lint]\n")
    write(tmp_path / "any.toml", "")
    write_tree(tmp_path, "app/sub/")
    options: dict[str, Any] = {"cwd": tmp_path / "app"}
    from pathlib import PurePath

    assert load(tmp_path / "app", config_file=PurePath("../pyproject.toml"), **options).root == tmp_path
    assert load(tmp_path / "app", config_file=PurePath("../any.toml"), **options).root == tmp_path / "app"


def test_a_named_file_that_is_of_no_use_is_a_mistake(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool.black]\n")
    write_tree(tmp_path, "folder/")
    assert mistakes(tmp_path, config_file=tmp_path / "nope.toml") == ["nope.toml: no such configuration file"]
    assert mistakes(tmp_path, config_file=tmp_path / "pyproject.toml") == [
        "pyproject.toml: there is no [tool.ssot-lint] table in it"
    ]
    assert mistakes(tmp_path, config_file=tmp_path / "folder") == ["folder: can't be read: Is a directory"]


# --- files that can't be used


def test_broken_toml_gives_one_line_with_its_place(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[project]\nname = \n")
    assert mistakes(tmp_path) == ["pyproject.toml:2:8: no valid TOML: Invalid value"]


def test_a_file_that_is_not_utf8_gives_one_line(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b"[project]\nname = '\xe9'\n")
    assert mistakes(tmp_path) == ["pyproject.toml:2: not UTF-8, as TOML must be"]


def test_a_file_that_is_nested_too_deeply_gives_one_line(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", f"x = {'[' * 50_000}{']' * 50_000}")
    (line,) = mistakes(tmp_path)
    assert line.startswith("pyproject.toml:1:")


def test_a_file_that_may_not_be_read_gives_one_line_when_it_is_the_projects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_tree(tmp_path, "pyproject.toml", "sub/")

    def refuse(path: Path, _most: int) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("ssot_lint.config.files.content_of", refuse)
    assert mistakes(tmp_path) == ["pyproject.toml: can't be read: Permission denied"]
    assert load(tmp_path / "sub").settings == Settings()


def test_a_broken_pyproject_above_the_project_matters_only_when_it_speaks_of_us(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "broken [")
    write_tree(tmp_path, "sub/")
    assert load(tmp_path / "sub").settings == Settings()
    write(tmp_path / "pyproject.toml", "[tool.ssot-lint]\nbroken [")
    assert len(mistakes(tmp_path / "sub")) == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool]\nssot-lint = 3", 'pyproject.toml:2: "tool.ssot-lint" must be a table, not a number'),
        (
            "[tool.ssot_lint]\n",
            'pyproject.toml:1: unknown table "tool.ssot_lint"; did you mean "tool.ssot-lint"?',
        ),
        (
            "[tool.black]\n[tool.ssotlint]\n",
            'pyproject.toml:2: unknown table "tool.ssotlint"; did you mean "tool.ssot-lint"?',
        ),
    ],
)
def test_a_table_that_is_none_or_nearly_ours_is_a_mistake(tmp_path: Path, text: str, message: str) -> None:
    write(tmp_path / "pyproject.toml", text)
    assert mistakes(tmp_path) == [message]


def test_a_tool_key_that_is_no_table_is_nobodys_concern(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "tool = 3")
    assert load(tmp_path).settings == Settings()


# --- what is wrong in them


def test_all_mistakes_are_told_at_once_in_the_order_of_their_lines(tmp_path: Path) -> None:
    text = 'infer = 1\nselct = []\n\nmin-confidence = "hihg"\n[[managed]]\nfactory = "a.f"\n'
    assert own_mistakes(tmp_path, text) == [
        '1: "infer" must be true or false, not a number',
        '2: unknown key "selct"; did you mean "select"?',
        '4: "min-confidence" must be "high", "medium" or "low", not "hihg"; did you mean "high"?',
        '5: a managed entry needs a "class"',
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("min_confidence = 'low'", '1: unknown key "min_confidence"; did you mean "min-confidence"?'),
        ("zzz = 1", f'1: unknown key "zzz"; known are {", ".join(KEYS)}'),
        ("config-path = 'x'", None),
        ("min-confidence = 3", '1: "min-confidence" must be "high", "medium" or "low", not a number'),
        ("select = 'SST1'", '1: "select" must be a list of strings, not a string'),
        ("exclude = ['a', 1]", '1: "exclude" must be a list of strings, not a list with a number in it'),
        ("exclude = {}", '1: "exclude" must be a list of strings, not a table'),
        ("exclude = true", '1: "exclude" must be a list of strings, not a boolean'),
        ("exclude = 1.5", '1: "exclude" must be a list of strings, not a number'),
        ("exclude = 2020-01-01", '1: "exclude" must be a list of strings, not a date or a time'),
        ("infer = []", '1: "infer" must be true or false, not a list'),
        ("exclude = [\n'ok',\n'!',\n]", '3: "!" in "exclude" is no valid pattern (gitignore syntax)'),
        ("test-paths = ['!']", '1: "!" in "test-paths" is no valid pattern (gitignore syntax)'),
        ("src = [\n'lib',\n'.']", '2: "lib" in "src" is no folder'),
        ("select = ['SST3']", '1: "SST3" in "select" matches no rule'),
        (
            "select = ['SST']\nignore = ['SST1011']",
            '2: "SST1011" in "ignore" matches no rule; did you mean "SST101"?',
        ),
        ("ignore = ['']", '1: "" in "ignore" matches no rule'),
        ("extend-select = ['E501']", '1: "E501" in "extend-select" matches no rule'),
        (
            "extend-ignore = ['sst101']",
            '1: "sst101" in "extend-ignore" matches no rule; did you mean "SST101"?',
        ),
        ("per-file-ignores = []", '1: "per-file-ignores" must be a table, not a list'),
        (
            "[per-file-ignores]\n'a' = ['SST1']\n'b' = 'SST1'",
            '3: "b" in "per-file-ignores" must be a list of codes',
        ),
        (
            "[per-file-ignores]\n'!' = []",
            '2: "!" in "per-file-ignores" is no valid pattern (gitignore syntax)',
        ),
        (
            "[per-file-ignores]\n'a' = [\n'SST101',\n'SST109']",
            '4: "SST109" in "per-file-ignores" matches no rule; did you mean "SST102"?',
        ),
        ("copied-bases = 'a.B'", '1: "copied-bases" must be a list of strings, not a string'),
        (
            "copied-bases = [\n'a.B',\n'a b']",
            '3: "a b" in "copied-bases" is no dotted import path',
        ),
        ("declarative-bases = ['a:B']", '1: "a:B" in "declarative-bases" is no dotted import path'),
        ("context-names = ['a b']", '1: "a b" in "context-names" is no dotted import path'),
        ("declarative-names = ['a.b']", '1: "a.b" in "declarative-names" is no name'),
        ("managed = {}", '1: "managed" must be an array of tables, not a table'),
        ("managed = ['a.B']", '1: "managed" must be an array of tables, not a list'),
    ],
)
def test_a_mistake_has_its_line_and_its_reason(tmp_path: Path, text: str, message: str | None) -> None:
    found = own_mistakes(tmp_path, text)
    assert len(found) == 1
    if message is not None:
        assert found == [message]


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ("", '1: a managed entry needs a "class"'),
        ("class = 3", '2: "class" must be a string, not a number'),
        ("class = ''", '2: "" in "class" is no dotted import path'),
        ("class = 'a:B'", '2: "a:B" in "class" is no dotted import path'),
        ("class = 'a.B'\nfactory = 3", '3: "factory" must be a string or a list of strings, not a number'),
        ("class = 'a.B'\nfactory = ['a.f', 'x y']", '3: "x y" in "factory" is no dotted import path'),
        ("class = 'a.B'\nfactories = 'x.'", '3: "x." in "factories" is no dotted import path'),
        (
            "class = 'a.B'\nfactory = 'f'\nfactories = ['g']",
            '4: "factory" and "factories" mean the same; keep one',
        ),
        (
            "class = 'a.B'\nscope = 'proces'",
            '3: "scope" must be "process", "keyed" or "context", not "proces"; did you mean "process"?',
        ),
        ("class = 'a.B'\ncanonical = 'app/ws'", '3: "app/ws" in "canonical" is no dotted import path'),
        ("class = 'a.B'\nallow = 'x'", '3: "allow" must be a list of strings, not a string'),
        ("class = 'a.B'\nallow = [\n'x',\n' ']", '5: an empty name in "allow"'),
        ("class = 'a.B'\nalow = ['x']", '3: unknown key "alow"; did you mean "allow"?'),
        ("class = 'a.B'\n[[managed]]\nclass = 'a.B'", '3: class "a.B" is declared already in line 1'),
    ],
)
def test_a_mistake_in_a_managed_entry_has_its_line_and_its_reason(
    tmp_path: Path, entry: str, message: str
) -> None:
    assert own_mistakes(tmp_path, f"[[managed]]\n{entry}") == [message]


# --- the command line's overrides


def test_options_replace_what_the_file_says_and_none_means_not_given(tmp_path: Path) -> None:
    write(tmp_path / ".ssot-lint.toml", 'select = ["SST1"]\nignore = ["SST101"]\ncheck-tests = true\n')
    overrides = {
        "select": ["SST2"],
        "ignore": None,
        "check_tests": False,
        "min_confidence": Confidence.LOW,
        "per_file_ignores": (PerFileIgnore("a", ("SST101",)),),
    }
    assert load(tmp_path, overrides=overrides).settings == Settings(
        config_path=".ssot-lint.toml",
        select=("SST2",),
        ignore=("SST101",),
        check_tests=False,
        min_confidence=Confidence.LOW,
        per_file_ignores=(PerFileIgnore("a", ("SST101",)),),
    )


def test_extending_options_are_added_to_what_the_file_says(tmp_path: Path) -> None:
    write(tmp_path / ".ssot-lint.toml", 'extend-select = ["SST1"]\nextend-ignore = ["SST101"]\n')
    overrides = {"extend_select": ("SST2",), "extend_ignore": ["SST201"]}
    settings = load(tmp_path, overrides=overrides).settings
    assert settings.extend_select == ("SST1", "SST2")
    assert settings.extend_ignore == ("SST101", "SST201")


@pytest.mark.parametrize("prepare", [lambda _: None, lambda root: write(root / ".ssot-lint.toml", "x = 1")])
def test_unknown_codes_among_the_options_are_told_with_the_files_mistakes(
    tmp_path: Path, prepare: Callable[[Path], object]
) -> None:
    prepare(tmp_path)
    overrides = {
        "select": ("SST101", "SST10x"),
        "extend_ignore": ["E5"],
        "per_file_ignores": [PerFileIgnore("a", ("SST9",))],
    }
    lines = mistakes(tmp_path, overrides=overrides)
    assert [line for line in lines if not line.startswith(".ssot-lint.toml:1:")] == [
        '--select: "SST10x" matches no rule; did you mean "SST102"?',
        '--extend-ignore: "E5" matches no rule',
        '--per-file-ignores: "SST9" matches no rule',
    ]
    assert len(lines) == (4 if (tmp_path / ".ssot-lint.toml").exists() else 3)


def test_the_error_reads_as_its_lines(tmp_path: Path) -> None:
    write(tmp_path / ".ssot-lint.toml", "x = 1\ny = 2\n")
    with pytest.raises(ConfigurationError) as caught:
        load(tmp_path)
    assert str(caught.value).splitlines() == list(caught.value.mistakes)
    assert len(caught.value.mistakes) == 2
