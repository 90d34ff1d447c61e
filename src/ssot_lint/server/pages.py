"""What an editor tells about a finding when the pointer rests on it: the finding, and its rule's page."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from ssot_lint.reporters.addresses import page_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ssot_lint.model import Finding

_MARKUP: Final = re.compile(r"([\\`*_{}\[\]<>#|~])")


def explanation(findings: Sequence[Finding], *, markdown: bool) -> types.MarkupContent:
    """Return what there is to say about some findings, each rule's page once."""
    names = dict.fromkeys(finding.name for finding in findings)
    parts = [*(_summary(finding, markdown=markdown) for finding in findings), *map(_page, names)]
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    return types.MarkupContent(kind, "\n\n---\n\n".join(parts))


def _summary(finding: Finding, *, markdown: bool) -> str:
    def plain(text: str) -> str:
        return _MARKUP.sub(r"\\\1", text) if markdown else text

    address = page_address(finding.name)
    lines = [
        f"**[{finding.code}]({address})** {plain(finding.message)}"
        if markdown
        else f"{finding.code} {finding.message}",
        "",
        *(f"- why: {plain(each.text)}" for each in finding.evidence if each.text),
        *(f"- help: {plain(each.title)}" for each in finding.suggestions),
        f"- confidence: {finding.confidence.label}",
    ]
    return "\n".join(lines)


def _page(name: str) -> str:
    page = files("ssot_lint.rules").joinpath(f"{name.replace('-', '_')}.md")
    return page.read_text(encoding="utf-8").strip()
