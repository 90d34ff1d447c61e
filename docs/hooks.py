"""Makes what comes from the sources on the site: rules, settings, the action's inputs, the changelog."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml
from mkdocs.structure.files import File

from ssot_lint import rules
from ssot_lint.config.described import MANAGED, SETTINGS, Kind
from ssot_lint.config.written import toml
from ssot_lint.fixes import FIXERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files
    from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).parent.parent
REPOSITORY: Final = "https://github.com/ssot-lint/ssot-lint/blob/main"
FAMILIES: Final = {
    "SST0": ("The linter's own", "What stands in the way of checking, and what is out of date."),
    "SST1": ("Construction", "Instances of a managed class that don't come from its factory."),
    "SST2": ("Shared state", "What was meant to be one instance's, or one user's, and is everybody's."),
    "SST3": ("Ways around the factory", "Code that reaches past a factory, or past its checks."),
    "SST4": ("Factories", "Factories that don't keep what they promise."),
    "SST5": ("Duplicate sources", "A second class, factory or name for what is to exist once."),
}
"""Title and summary of the rules whose codes begin so."""
SETTINGS_MARK: Final = "<!-- the settings -->"
"""Where a page is to have all settings."""
INPUTS_MARK: Final = "<!-- the inputs of the action -->"
"""Where a page is to have what GitHub's action takes."""

_FENCED: Final = re.compile(r"^(`{3,}).*?^\1`*$", re.DOTALL | re.MULTILINE)
_UNLINKED: Final = re.compile(
    r"`[^`\n]*`|\[[^\]\n]*\]\([^)\n]*\)|^#.*$|<!--.*?-->|\b(?P<code>SST\d{3})\b", re.MULTILINE
)
_OUT_OF_DOCS: Final = re.compile(r"\]\((?:\.\./)+(?P<path>(?!docs/)[\w./-]+)\)")


def on_config(config: MkDocsConfig) -> None:
    """Fill in the rules' part of the navigation, family by family; a page that it doesn't name comes last."""
    navigation = config.nav or []
    named = {path for entry in navigation for path in entry.values()}
    for entry in navigation:
        if "Rules" in entry:
            entry["Rules"] = ["rules/index.md", *_rules_by_family()]
    navigation += [page.name for page in sorted(Path(config.docs_dir).glob("*.md")) if page.name not in named]


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Add the generated pages to those that lie in ``docs``."""
    for path, text in generated_pages().items():
        files.append(File.generated(config, path, content=text))


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Lead from each code to its rule's page, and from files outside ``docs`` to the repository."""
    here = page.file.src_uri
    markdown = markdown.replace(SETTINGS_MARK, settings_reference()).replace(INPUTS_MARK, inputs_reference())
    text = _OUT_OF_DOCS.sub(lambda found: f"]({REPOSITORY}/{found['path']})", markdown)
    return link_codes(text, here)


def generated_pages() -> dict[str, str]:
    """Return path and text of each page that is generated."""
    pages = {
        page_of(rule.code): (ROOT / "src" / "ssot_lint" / "rules" / f"{_stem(rule)}.md").read_text("utf-8")
        for rule in rules.RULES
    }
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    return {"rules/index.md": _index(), "changelog.md": changelog, **pages}


def settings_reference() -> str:
    """Return what the linter itself knows of its settings, and validates them by."""
    return "\n".join(_settings_lines())


def inputs_reference() -> str:
    """Return what ``action.yml`` says of the action's inputs and outputs."""
    action = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
    lines = ["| input | what it is | default |", "|---|---|---|"]
    for name, given in action["inputs"].items():
        default = f"`{given['default']}`" if given["default"] else ""
        lines.append(f"| `{name}` | {given['description']} | {default} |")
    lines += ["", "| output | what it is |", "|---|---|"]
    lines += [f"| `{name}` | {made['description']} |" for name, made in action["outputs"].items()]
    return "\n".join(lines)


def page_of(code: str) -> str:
    """Return the path of a rule's page below ``docs``."""
    return f"rules/{code}.md"


def link_codes(text: str, here: str) -> str:
    """Make a link of each code in running text, but for those of the page itself."""
    known = {rule.code for rule in rules.RULES}
    up = "../" * here.count("/")

    def linked(found: re.Match[str]) -> str:
        code = found["code"]
        return f"[{code}]({up}{page_of(code)})" if code in known and page_of(code) != here else found[0]

    parts, end = [], 0
    for block in _FENCED.finditer(text):
        parts += [_UNLINKED.sub(linked, text[end : block.start()]), block[0]]
        end = block.end()
    return "".join([*parts, _UNLINKED.sub(linked, text[end:])])


def _stem(rule: rules.AnyRule) -> str:
    return rule.__module__.rpartition(".")[2]


def _rules_by_family() -> list[dict[str, list[dict[str, str]]]]:
    return [
        {title: [{f"{rule.code} {rule.name}": page_of(rule.code)} for rule in _family(prefix)]}
        for prefix, (title, _) in FAMILIES.items()
    ]


def _family(prefix: str) -> list[rules.AnyRule]:
    return [rule for rule in rules.RULES if rule.code.startswith(prefix)]


def _index() -> str:
    return "\n".join(_index_lines()) + "\n"


def _index_lines() -> Iterator[str]:
    yield "# Rules"
    yield ""
    yield "Each page says what its rule finds, why that matters, what it leaves alone, and how to mend it."
    yield "Every example on these pages is a test of the linter. `ssot-lint explain SST101` shows the same"
    yield "page in the terminal."
    for prefix, (title, summary) in FAMILIES.items():
        yield from ("", f"## {prefix}xx: {title}", "", summary, "")
        yield from ("| code | name | what it reports | `--fix` |", "|---|---|---|---|")
        for rule in _family(prefix):
            fixes = "yes" if rule.code in FIXERS else ""
            yield f"| {rule.code} | {rule.name} | {rule.summary} | {fixes} |"
    yield ""
    yield "Rules that are marked opt-in are on only when they are selected by their whole code."


def _settings_lines() -> Iterator[str]:
    for setting in SETTINGS:
        option = f"`{setting.option}`" if setting.option else f"`--config '{setting.key} = ...'`"
        is_table = setting.kind is Kind.DECLARATIONS
        example = (
            setting.example.replace(f"[[{setting.key}]]", f"[[tool.ssot-lint.{setting.key}]]")
            if is_table
            else f"[tool.ssot-lint]\n{setting.example}"
        )
        default = "{}" if setting.kind is Kind.CODES_BY_PATTERN else toml(setting.default)
        yield from (f"### {setting.key}", "", setting.text, "")
        yield from (f"Takes {setting.kind.value}. Default: `{default}`. On the command line: {option}.", "")
        yield from ("```toml", example, "```", "")
        if is_table:
            yield from ("| key | takes | |", "|---|---|---|")
            yield from (f"| `{key.key}` | {key.kind.value} | {key.text} |" for key in MANAGED)
            yield ""
