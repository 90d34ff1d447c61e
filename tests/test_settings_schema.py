"""The published schema of the settings rejects what our own reader rejects, and programs can use it."""

from __future__ import annotations

import datetime
import json
import re
import subprocess
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from referencing import Registry, Resource
from validate_pyproject.api import Validator as PyprojectValidator
from validate_pyproject.errors import ValidationError
from validate_pyproject.plugins import list_from_entry_points

from ssot_lint.cli import main
from ssot_lint.config.described import MANAGED, SETTINGS, Kind
from ssot_lint.config.mistakes import Mistakes
from ssot_lint.config.schema import PYPROJECT_SCHEMA, published_schema, pyproject_schema, settings_schema
from ssot_lint.config.toml_text import parse_toml
from ssot_lint.config.validation import SettingsReader
from ssot_lint.model import Scope
from ssot_lint.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ssot_lint.config.toml_text import KeyPath

SCHEMA: Final = published_schema()
VALIDATOR: Final = jsonschema.Draft7Validator(SCHEMA)
CODES: Final = [rule.code for rule in RULES]


class Placed(Mistakes):
    """Mistakes by the settings that they are in; what only the disk or another entry tells is left out."""

    def __init__(self) -> None:
        super().__init__("x.toml", "")
        self.keys: set[object] = set()

    def add(self, place: KeyPath, message: str) -> None:
        if not re.search("is no folder$|is declared already", message):
            self.keys.add(place[0])

    def line(self, place: KeyPath) -> int:
        return 1


def rejected_by_the_reader(table: Mapping[str, Any]) -> set[object]:
    mistakes = Placed()
    SettingsReader(table, (), mistakes, lambda: CODES).given("/nowhere")
    return mistakes.keys


def rejected_by_the_schema(table: Mapping[str, Any]) -> set[object]:
    errors = list(VALIDATOR.iter_errors(table))
    keys = {error.absolute_path[0] for error in errors if error.absolute_path}
    if any(not error.absolute_path for error in errors):
        keys |= {key for key in table if key not in SCHEMA["properties"]}
    return keys


# -- values, right and wrong

NAMES: Final = st.text("ab_9*.", max_size=4) | st.sampled_from(
    ["a.b", "\u00e4.b", "a-b", "a b", "", ".", "a..b", "class"]
)
PATTERNS: Final = st.text("!/*a# -", max_size=4) | st.text("!/*a#\\\\", max_size=4)
CODE_TEXTS: Final = st.sampled_from([*CODES, "S", "SST", "SST1", "SST10"]) | st.sampled_from(
    ["", "SST999", "sst101", "SST1011", "E501", "T101"]
)
ANYTHING: Final = st.recursive(
    st.booleans()
    | st.integers(-2, 2)
    | st.floats(-1, 1)
    | st.sampled_from(["", "high", "SST101", "a.b", "vendor/"])
    | st.just(datetime.date(1979, 5, 27)),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["a", "class"]), inner, max_size=2)
    ),
    max_leaves=4,
)
LEVELS: Final = st.sampled_from(["high", "medium", "low", "High", "hihg", ""])
SCOPES: Final = st.sampled_from([*(scope.value for scope in Scope), "thread", ""])


def values(kind: Kind) -> st.SearchStrategy[Any]:
    """Return values that a setting may be given: of the right form, more or less, or of any."""
    right: dict[Kind, st.SearchStrategy[Any]] = {
        Kind.FOLDERS: st.lists(st.sampled_from(["src", ""]), max_size=2),
        Kind.CODES: st.lists(CODE_TEXTS, max_size=2),
        Kind.CONFIDENCE: LEVELS,
        Kind.BOOLEAN: st.booleans(),
        Kind.PATTERNS: st.lists(PATTERNS, max_size=2),
        Kind.DOTTED_NAMES: st.lists(NAMES, max_size=2),
        Kind.NAMES: st.lists(NAMES, max_size=2),
        Kind.BASES: st.lists(NAMES, max_size=2),
        Kind.CODES_BY_PATTERN: st.dictionaries(PATTERNS, st.lists(CODE_TEXTS, max_size=2), max_size=2),
        Kind.PATH: NAMES,
        Kind.PATHS: NAMES | st.lists(NAMES, max_size=2),
        Kind.SCOPE: SCOPES,
        Kind.OWNERS: st.lists(st.sampled_from(["a.b", "scripts/*", "*", "", " ", "\t"]), max_size=2),
    }
    if kind is Kind.DECLARATIONS:
        entry = st.fixed_dictionaries(
            {"class": values(Kind.PATH)},
            optional={key.key: values(key.kind) for key in MANAGED if key.key != "class"},
        )
        strange = st.dictionaries(
            st.sampled_from([*(key.key for key in MANAGED), "clas"]), ANYTHING, max_size=2
        )
        return st.lists(entry | strange, max_size=2, unique_by=repr) | ANYTHING
    return right[kind] | ANYTHING


TABLES: Final = st.fixed_dictionaries(
    {}, optional={**{setting.key: values(setting.kind) for setting in SETTINGS}, "selct": ANYTHING}
)


@given(TABLES)
@settings(deadline=None, max_examples=300)
def test_it_rejects_what_the_reader_rejects(table: dict[str, Any]) -> None:
    assert rejected_by_the_schema(table) == rejected_by_the_reader(table)


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_each_setting_is_rejected_and_taken_as_the_reader_does(setting: Any) -> None:
    """So that no setting escapes by chance; each strategy has to bring both."""
    seen: set[bool] = set()

    @given(values(setting.kind))
    @settings(deadline=None, max_examples=60)
    def compare(value: object) -> None:
        rejected = rejected_by_the_schema({setting.key: value})
        assert rejected == rejected_by_the_reader({setting.key: value})
        seen.add(bool(rejected))

    compare()
    assert seen == {True, False}


@pytest.mark.parametrize("key", MANAGED, ids=lambda key: key.key)
def test_each_key_of_an_entry_is_rejected_and_taken_as_the_reader_does(key: Any) -> None:
    seen: set[bool] = set()

    @given(values(key.kind))
    @settings(deadline=None, max_examples=60)
    def compare(value: object) -> None:
        table = {"managed": [{"class": "a.B", key.key: value}]}
        rejected = rejected_by_the_schema(table)
        assert rejected == rejected_by_the_reader(table)
        seen.add(bool(rejected))

    compare()
    assert seen == {True, False}


@pytest.mark.parametrize(
    "entry", [{}, {"factory": "a.b"}, {"class": "a.B", "factory": "a.b", "factories": ["a.c"]}, {"class": ""}]
)
def test_an_entry_needs_a_class_and_has_one_list_of_factories(entry: dict[str, Any]) -> None:
    assert (
        rejected_by_the_schema({"managed": [entry]})
        == rejected_by_the_reader({"managed": [entry]})
        == {"managed"}
    )


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda setting: setting.key)
def test_the_example_of_each_setting_is_right(setting: Any) -> None:
    VALIDATOR.validate(parse_toml(setting.example))
    described = SCHEMA["properties"][setting.key]
    assert described["description"] == setting.text
    if "default" in described:
        VALIDATOR.validate({setting.key: described["default"]})


# -- the file


def test_the_published_file_is_up_to_date(capsys: pytest.CaptureFixture[str]) -> None:
    """Else: ssot-lint config --schema > src/ssot_lint/config/settings.schema.json."""
    assert main(["config", "--schema"]) == 0
    root = Path(__file__).parents[1]
    published = (root / "src/ssot_lint/config/settings.schema.json").read_text("utf-8")
    assert capsys.readouterr().out == published
    assert json.loads(published) == settings_schema({rule.code: rule.summary for rule in RULES})


def test_it_is_valid_by_its_own_schema() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.Draft7Validator.check_schema(pyproject_schema(SCHEMA))


def test_every_setting_is_in_it_and_every_code_has_its_meaning() -> None:
    assert list(SCHEMA["properties"]) == [setting.key for setting in SETTINGS]
    codes = SCHEMA["definitions"]["code"]
    meanings = dict(zip(codes["enum"], codes["x-taplo"]["docs"]["enumValues"], strict=True))
    assert {rule.code: rule.summary for rule in RULES}.items() <= meanings.items()
    assert meanings["SST1"] == "All rules whose codes begin with SST1"


def test_a_whole_pyproject_is_checked_by_schemastore_s_schema_and_ours(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["config", "--schema", "pyproject"]) == 0
    whole = json.loads(capsys.readouterr().out)
    theirs = Resource.from_contents(
        {"$schema": "http://json-schema.org/draft-07/schema#", "properties": {"project": {"type": "object"}}}
    )
    validator = jsonschema.Draft7Validator(whole, registry=Registry().with_resource(PYPROJECT_SCHEMA, theirs))
    right = {
        "project": {},
        "tool": {"black": {}, "ssot-lint": {"select": ["SST1"], "managed": [{"class": "a.B"}]}},
    }
    assert list(validator.iter_errors(right)) == []
    for wrong in ({"project": 3}, {"tool": {"ssot-lint": {"managed": [{"class": "a..B"}]}}}):
        assert len(list(validator.iter_errors(wrong))) == 1


# -- programs that use it


def test_validate_pyproject_knows_the_table_by_its_plugin() -> None:
    validate = PyprojectValidator(
        [plugin for plugin in list_from_entry_points() if plugin.tool in ("ssot-lint", "setuptools")]
    )
    document: dict[str, Any] = {
        "tool": {"ssot-lint": {"min-confidence": "low", "managed": [{"class": "a.B"}]}}
    }
    validate(document)
    document["tool"]["ssot-lint"]["min-confidence"] = "hihg"
    with pytest.raises(ValidationError, match=r"`tool\.ssot-lint\.min-confidence` must be one of"):
        validate(document)


TAPLO: Final = Path(sysconfig.get_path("scripts"), "taplo")
"""The engine of the editors' extension Even Better TOML, as a program."""


@pytest.mark.skipif(not TAPLO.exists(), reason="taplo isn't installed")
@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('infer = false\nper-file-ignores = { "x/*" = ["SST101"] }\n[[managed]]\nclass = "a.\u00e4"\n', ""),
        ('select = ["SST1", "SST999"]\n', '"SST999" is not one of'),
        ("[[managed]]\nclass = 3\n", '3 is not of type "string"'),
        ('exclude = ["a\\\\"]\n', "does not match"),
        ("srcs = []\n", "'srcs' was unexpected"),
    ],
)
def test_taplo_sees_what_is_wrong(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA), encoding="utf-8")
    (tmp_path / ".ssot-lint.toml").write_text(text, encoding="utf-8")
    schema = (tmp_path / "schema.json").as_uri()
    ran = subprocess.run(
        [TAPLO, "lint", "--no-auto-config", "--schema", schema, ".ssot-lint.toml"],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=False,
    )
    output = ran.stderr.decode()
    assert ran.returncode == (1 if told else 0), output
    assert told in output


# -- the command


def test_settings_are_listed_and_told_of(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in listed] == [setting.key for setting in SETTINGS]
    assert main(["config", "managed", "src"]) == 0
    told = capsys.readouterr().out
    assert [line for line in told.splitlines() if line and not line.startswith(" ")] == ["managed", "src"]
    assert all(f"\n  {key.key}: {key.kind.value}\n" in told for key in MANAGED)
    assert "  option   --src\n" in told
    assert "  option   --config 'managed = ...'\n" in told
    assert 'example  src = ["src", "services/chat"]\n' in told
    assert max(map(len, told.splitlines())) <= 100


def test_settings_can_be_had_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "--output-format", "json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [setting["key"] for setting in listed] == [setting.key for setting in SETTINGS]
    assert main(["config", "min-confidence", "--output-format", "json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert one["default"] == '"high"'
    assert one["option"] == "--min-confidence"


def test_an_unknown_setting_is_told_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["config", "selct", "src"]) == 2
    captured = capsys.readouterr()
    assert captured.err == 'ssot-lint: error: there is no setting "selct"; did you mean "select"?\n'
    assert captured.out.startswith("src\n")
    assert main(["config", "nothing-like-it"]) == 2
    assert capsys.readouterr().out == ""
    assert main(["config", "src", "--schema"]) == 2
    assert "--schema is about all settings" in capsys.readouterr().err
