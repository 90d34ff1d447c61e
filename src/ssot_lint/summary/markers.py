"""Comments on class lines that declare a class to be managed."""

from __future__ import annotations

import re
import tokenize
from typing import Final

from ssot_lint.model import Span
from ssot_lint.summary.facts import Marker

_LINE: Final = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_MARKER: Final = re.compile(r"#\s*ssot:\s*managed\b(?P<options>[^#]*)")
_OPTION: Final = re.compile(r"\b(factory|scope)\s*=\s*([\w.]+)")


def read_markers(text: str) -> dict[int, Marker]:
    """Return the ``# ssot: managed`` comments by line."""
    if not _MARKER.search(text):
        return {}
    found: dict[int, Marker] = {}
    try:
        for token in tokenize.generate_tokens(iter(_LINE.findall(text)).__next__):
            match = _MARKER.match(token.string) if token.type == tokenize.COMMENT else None
            if match is not None:
                options = dict(_OPTION.findall(match["options"]))
                span = Span(*token.start, *token.end)
                found[token.start[0]] = Marker(options.get("factory"), options.get("scope"), span)
    except (tokenize.TokenError, SyntaxError):
        return found
    return found
