"""Where to read on: the addresses of the project and of its rules' pages."""

from __future__ import annotations

from typing import Final

HOME: Final = "https://github.com/ssot-lint/ssot-lint"


def page_address(rule_name: str) -> str:
    """Return the address of a rule's page, by the rule's name."""
    return f"{HOME}/blob/main/src/ssot_lint/rules/{rule_name.replace('-', '_')}.md"
