"""The fingerprint by which a finding is known again after the lines around it have moved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ssot_lint.model import Finding

_WORD: Final = re.compile(r"[^\s()]+")
_PLACE: Final = re.compile(r"(?<!^)\.\w+:\d+(?::\d+)?")
"""How a word that names a place ends. To ask for what stands before would take its length at each place."""


def fingerprint(finding: Finding, project_path: str) -> str:
    """Return a digest of the finding's code, path, scope and message, 32 hexadecimal digits.

    The path is the one from the project's root, and places that the message names (``app/ws.py:182``) are
    left out: neither the working directory nor a line that was added above changes the fingerprint. Equal
    findings of one scope share it, so that whoever compares has to count them.
    """
    from hashlib import sha256

    parts = (finding.code, project_path, finding.scope, without_places(finding.message))
    content = "\0".join(parts).encode("utf-8", "surrogateescape")
    return sha256(content).hexdigest()[:32]


def without_places(message: str) -> str:
    """Return a message without the places that it names, which move with the lines around them."""
    return _WORD.sub(_without_place, message)


def _without_place(word: re.Match[str]) -> str:
    end = max((place.end() for place in _PLACE.finditer(word[0])), default=0)
    return word[0][end:]
