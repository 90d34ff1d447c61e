"""What the command line says of the settings goes before the file; mistakes are told together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from file_trees import write, write_tree

from ssot_lint.config import INLINE, load_settings, trace_settings
from ssot_lint.config.described import SETTINGS
from ssot_lint.config.written import document
from ssot_lint.errors import ConfigurationError
from ssot_lint.model import Confidence, Scope
from ssot_lint.rules import RULES
from ssot_lint.settings import ConfiguredName, ManagedDeclaration, PerFileIgnore, Settings

if TYPE_CHECKING:
    from pathlib import Path


def codes() -> list[str]:
    return [rule.code for rule in RULES]


def load(root: Path, *texts: str, **options: Any) -> Settings:
    overrides = {**options.pop("overrides", {}), INLINE: texts}
    return load_settings(root, known_codes=codes, cwd=root, overrides=overrides, **options).settings


def mistakes(root: Path, *texts: str, **options: Any) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load(root, *texts, **options)
    return list(caught.value.mistakes)


def test_a_text_replaces_what_the_file_says_and_gives_way_to_options(tmp_path: Path) -> None:
    write(tmp_path / ".ssot-lint.toml", 'select = ["SST1"]\nmin-confidence = "low"\nignore = ["SST101"]\n')
    texts = ('select = ["SST2"]', 'min-confidence = "medium"')
    settings = load(tmp_path, *texts, overrides={"select": ("SST3",)})
    assert settings == Settings(
        config_path=".ssot-lint.toml",
        select=("SST3",),
        min_confidence=Confidence.MEDIUM,
        ignore=("SST101",),
    )


def test_texts_hold_without_a_file_and_beside_isolated(tmp_path: Path) -> None:
    write(tmp_path / ".ssot-lint.toml", "check-tests = true")
    assert load(tmp_path, "infer = false", isolated=True) == Settings(infer=False)


def test_every_setting_can_be_given_as_a_text(tmp_path: Path) -> None:
    write_tree(tmp_path, "src/", "services/chat/")
    for setting in SETTINGS:
        settings = load(tmp_path, setting.example)
        changed = [
            field
            for field in Settings.__struct_fields__
            if getattr(settings, field) != getattr(Settings(), field)
        ]
        assert changed == [setting.field]


def test_texts_may_add_to_one_table(tmp_path: Path) -> None:
    texts = (
        'per-file-ignores."a/*" = ["SST1"]',
        'per-file-ignores = { "b" = [] }',
        'managed = [{class = "a.B", scope = "keyed"}]',
        'managed = [{class = "a.C"}]',
        'copied-bases = ["a.D"]',
    )
    settings = load(tmp_path, *texts)
    assert settings.per_file_ignores == (PerFileIgnore("a/*", ("SST1",)), PerFileIgnore("b", ()))
    assert settings.managed == (
        ManagedDeclaration(class_="a.B", scope=Scope.KEYED, row=0),
        ManagedDeclaration(class_="a.C", row=0),
    )
    assert settings.copied_bases == (ConfiguredName("a.D", row=0),)


def test_mistakes_in_texts_options_and_file_are_told_at_once(tmp_path: Path) -> None:
    write(tmp_path / ".ssot-lint.toml", "x = 1")
    texts = (
        "infr = true",
        'select = ["SST9"]',
        "select = []",
        "infer = maybe",
        'managed = [{class = "a.B"}]',
        'exclude = ["!"]',
    )
    overrides = {
        "exclude": ["!"],
        "test_paths": ("ok", "!"),
        "per_file_ignores": [PerFileIgnore("!", ("SST1",))],
        "src": ["nowhere"],
    }
    first, *others = mistakes(tmp_path, *texts, overrides=overrides)
    assert first.startswith('.ssot-lint.toml:1: unknown key "x"')
    assert others == [
        '--config \'infr = true\': unknown key "infr"; did you mean "infer"?',
        '--config \'select = ["SST9"]\': "SST9" in "select" matches no rule; did you mean "SST409"?',
        "--config 'select = []': \"select\" is given already",
        "--config 'infer = maybe': no valid TOML: Invalid value",
        '--config \'exclude = ["!"]\': "!" in "exclude" is no valid pattern (gitignore syntax)',
        '--test-paths: "!" is no valid pattern (gitignore syntax)',
        '--exclude: "!" is no valid pattern (gitignore syntax)',
        '--per-file-ignores: "!" is no valid pattern (gitignore syntax)',
        '--src: "nowhere" is no folder',
    ]


@pytest.mark.parametrize(
    ("texts", "message"),
    [
        (
            ('managed = [{class = "a.B"}]', 'managed = [{class = "a.B"}]'),
            'managed = [{class = "a.B"}]\': class "a.B" is declared already',
        ),
        (
            ('per-file-ignores."a" = []', 'per-file-ignores."a" = ["SST1"]'),
            'per-file-ignores."a" = ["SST1"]\': "per-file-ignores" is given already',
        ),
        (
            (f"exclude = [\n  '{'x' * 70}', 1]",),
            'xxx...\': "exclude" must be a list of strings, not a list with a number in it',
        ),
        ((f"exclude = {'[' * 3000}",), "nested too deeply to be read"),
    ],
    ids=["class twice", "key twice", "long", "deep"],
)
def test_what_is_wrong_with_texts_is_one_line(tmp_path: Path, texts: tuple[str, ...], message: str) -> None:
    (found,) = mistakes(tmp_path, *texts)
    assert "\n" not in found
    assert found.startswith("--config '")
    assert len(found) < 200
    assert found.endswith(message)


def test_folders_of_the_command_line_become_the_root_s(tmp_path: Path) -> None:
    write_tree(tmp_path, "lib/", "pyproject.toml")
    (tmp_path.parent / "beside").mkdir(exist_ok=True)
    given = (str(tmp_path / "lib"), str(tmp_path.parent / "beside"), "lib")
    settings = load(tmp_path, overrides={"src": given})
    assert settings.src == ("lib", str(tmp_path.parent / "beside"), "lib")


# --- where settings come from


FILE = """\
[tool.ssot-lint]
infer = false
extend-select = ["SST408"]
exclude = ["a\\\\ b", "\\u0007\\"é"]
context-names = ["Visitor"]

[tool.ssot-lint.per-file-ignores]
"x y" = ["SST1"]
plain = []

[[tool.ssot-lint.managed]]
class = "a.B"
factory = ["a.f", "a.g"]
scope = "keyed"
canonical = "a"
allow = ["b", "c/*"]

[[tool.ssot-lint.managed]]
class = "a.C"
factory = "a.f"
"""


def traced(root: Path, **options: Any) -> Any:
    return trace_settings(root, known_codes=codes, cwd=root, **options)


def test_each_setting_has_its_origin(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", FILE)
    overrides = {
        "select": ("SST1",),
        "extend_select": ("SST409",),
        "extend_ignore": ("SST504",),
        "ignore": None,
        INLINE: ("check-tests = true", "exclude = []"),
    }
    assert traced(tmp_path, overrides=overrides).by_key == {
        "infer": "pyproject.toml:2",
        "extend-select": "pyproject.toml:3 and --extend-select",
        "exclude": "--config",
        "context-names": "pyproject.toml:5",
        "per-file-ignores": "pyproject.toml:7",
        "managed": "pyproject.toml:11",
        "check-tests": "--config",
        "select": "--select",
        "extend-ignore": "--extend-ignore",
    }


def test_settings_are_shown_in_a_form_that_gives_them_again(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", FILE)
    origins = traced(tmp_path)
    lines = list(document(origins.configuration.settings, origins.by_key))
    assert "infer = false  # pyproject.toml:2" in lines
    assert "check-tests = false  # default" in lines
    assert lines.count("[[tool.ssot-lint.managed]]  # pyproject.toml:11") == 2
    before = origins.configuration.settings
    write(tmp_path / "pyproject.toml", "\n".join(lines))
    after = traced(tmp_path).configuration.settings
    assert list(document(after, {})) == list(document(before, {}))
    assert after.exclude == before.exclude == ("a\\ b", '\a"é')
    assert [d.factories for d in after.managed] == [("a.f", "a.g"), ("a.f",)]


def test_nothing_configured_comes_from_nowhere(tmp_path: Path) -> None:
    assert traced(tmp_path).by_key == {}
