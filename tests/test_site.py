"""The site's generated pages hold what the sources say; where links lead is ``mkdocs build --strict``'s."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
import yaml
from doc_pages import ROOT, Block, read_blocks
from hooks import (
    FAMILIES,
    INPUTS_MARK,
    SETTINGS_MARK,
    generated_pages,
    inputs_reference,
    link_codes,
    on_config,
    settings_reference,
)
from mkdocs.config import load_config
from test_doc_commands import assert_valid_configuration

from ssot_lint.config.described import MANAGED, SETTINGS
from ssot_lint.rules import RULES

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLES: Final = list(read_blocks(settings_reference(), "settings"))


def test_each_rule_has_its_page_and_its_row_in_the_index() -> None:
    pages = generated_pages()
    rows = re.findall(r"^\| (SST\d{3}) \| (\S+) \|", pages["rules/index.md"], re.MULTILINE)
    assert rows == [(rule.code, rule.name) for rule in RULES]
    for rule in RULES:
        assert pages[f"rules/{rule.code}.md"].startswith(f"# {rule.code} {rule.name}\n")


def test_each_rule_is_in_the_navigation_once() -> None:
    config = load_config(str(ROOT / "mkdocs.yml"))
    on_config(config)
    navigation = str(config.nav)
    assert "rules/index.md" in navigation
    assert re.findall(r"rules/(SST\d{3})\.md", navigation) == [rule.code for rule in RULES]
    assert len({rule.code[:4] for rule in RULES}) == len(FAMILIES)


def test_a_page_that_the_navigation_does_not_name_comes_last(tmp_path: Path) -> None:
    (tmp_path / "tutorial.md").touch()
    (tmp_path / "another.md").touch()
    config = load_config(str(ROOT / "mkdocs.yml"), docs_dir=str(tmp_path))
    on_config(config)
    assert config.nav is not None
    assert config.nav[-2:] == [{"Changelog": "changelog.md"}, "another.md"]


def test_each_setting_is_described_once_with_its_default_and_option() -> None:
    text = settings_reference()
    assert re.findall(r"^### (.+)$", text, re.MULTILINE) == [setting.key for setting in SETTINGS]
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == [key.key for key in MANAGED]
    for setting in SETTINGS:
        assert setting.text in text
        assert setting.option is None or f"On the command line: `{setting.option}`" in text
    assert 'Takes a confidence. Default: `"high"`.' in text
    assert (ROOT / "docs" / "configuration.md").read_text("utf-8").count(SETTINGS_MARK) == 1


@pytest.mark.parametrize("block", EXAMPLES, ids=lambda block: block.place)
def test_the_example_of_a_setting_is_a_valid_configuration(block: Block, tmp_path: Path) -> None:
    (tmp_path / "services" / "chat").mkdir(parents=True)
    assert_valid_configuration(block, tmp_path)


@pytest.mark.parametrize(
    ("text", "linked"),
    [
        ("see SST101.", "see [SST101](rules/SST101.md)."),
        ("`SST101`", "`SST101`"),
        ("# SST101 here", "# SST101 here"),
        ("[SST101](x)", "[SST101](x)"),
        ("SST999", "SST999"),
        ("```text\nSST101\n```\nSST102\n", "```text\nSST101\n```\n[SST102](rules/SST102.md)\n"),
    ],
)
def test_a_code_in_running_text_leads_to_its_page(text: str, linked: str) -> None:
    assert link_codes(text, "index.md") == linked


def test_a_page_does_not_lead_to_itself_and_finds_its_neighbours() -> None:
    assert link_codes("SST101, SST102", "rules/SST101.md") == "SST101, [SST102](../rules/SST102.md)"


def test_each_input_of_the_action_is_described_once() -> None:
    rows = re.findall(r"^\| `([\w-]+)` \|", inputs_reference(), re.MULTILINE)
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    assert rows == [*action["inputs"], *action["outputs"]]
    assert (ROOT / "docs" / "ci.md").read_text("utf-8").count(INPUTS_MARK) == 1
