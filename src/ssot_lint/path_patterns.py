"""Patterns in gitignore syntax as expressions that no path takes long to match.

pathspec writes each wildcard as a quantifier of its own, and an engine that backtracks tries all ways to
share a path among them: five wildcards and a name of a hundred letters take seconds, ten take years. But
where a wildcard is followed by others, the first place that fits what stands between them is as good as any
later one: what fits behind a later place fits behind an earlier one. So such a wildcard takes the first
place, in a group that is never entered again. Python has atomic groups since 3.11; before, a lookahead that
is matched once more by its name is one. What stands between two ``**`` is found in the same way.
"""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pathspec import GitIgnoreSpec

Argument = TypeVar("Argument")
Result = TypeVar("Result")

FOLDER_MARK: Final = "ps_d"
"""The group of an expression that matches the slash behind the name of a folder."""

_ANY: Final = "[^/]*"
"""How pathspec writes ``*``; no literal text and no set of characters in a pattern comes out like that."""
_NO_SLASH: Final = "(?!/)"
_AHEAD: Final = "(?:.+/)?"
_TOKEN: Final = re.compile(r"(\[\^/\]\*|\(\?:\.\+/\)\?|\(\?:/\.\+\)\?)")
_SET: Final = re.compile(r"\\.|(?P<any>\[\^/\])|\[\^?\]?[^\]]*\]")
"""What pathspec writes for a set of characters, which no slash is in, and what isn't to be taken for one."""


class Rule(msgspec.Struct, frozen=True):
    """One pattern: whether it speaks for or, with ``!``, against what it matches, and its expression."""

    includes: bool
    regex: re.Pattern[str]

    def match(self, path: str) -> re.Match[str] | None:
        """Return how the pattern matches a path below the patterns' place; a folder's ends in a slash."""
        return self.regex.search(path)


def rules_of(lines: Iterable[str]) -> tuple[Rule, ...]:
    """Return the rules of some lines, in their order; those that can't be read are left out."""
    from pathspec.pattern import RegexPattern

    return tuple(
        Rule(pattern.include, linear(pattern.regex))
        for pattern in _compiled(lines).patterns
        if isinstance(pattern, RegexPattern) and pattern.include is not None and pattern.regex is not None
    )


def is_pattern(line: str) -> bool:
    """Return whether a line is a pattern as .gitignore files have them."""
    try:
        _read([line])
    except ValueError:
        return False
    return True


def matches(rules: Iterable[Rule], path: str) -> bool:
    """Return whether the rules match a path or a folder above it, as git would say of a list of them.

    What is said of the path itself counts for more than what is said of a folder above; of equals, the last.
    """
    verdict, weight = False, 0
    for rule in rules:
        if (found := rule.match(path)) is None:
            continue
        by_folder = FOLDER_MARK in rule.regex.groupindex and found[FOLDER_MARK] is not None
        own = 1 if by_folder else 2
        if own >= weight:
            verdict, weight = rule.includes, own
    return verdict


def linear(regex: re.Pattern[str]) -> re.Pattern[str]:
    """Return an expression of pathspec's in the form that never tries a place again."""
    pattern = regex.pattern
    if "[" in pattern:
        pattern = _SET.sub(_without_slash, pattern)
    pieces = _TOKEN.split(pattern)
    if len(pieces) <= 3:  # text, a wildcard, text: there is nothing to be shared
        return regex if pattern == regex.pattern else _without_warnings(re.compile, pattern)
    group = 0
    head, blocks = _blocks(pieces)
    written = head
    for index, (wildcard, texts) in enumerate(blocks):
        block, group = _block(texts, group)
        if index < len(blocks) - 1 and wildcard:
            # What follows begins with a slash, so that only whole names fit.
            lazy = "(?:.+?/)??" if wildcard == _AHEAD else "(?:/.+?)??"
            block, group = _once(f"{lazy}{block}(?=/)", group)
            written += block
        else:
            written += wildcard + block
    return _without_warnings(re.compile, written)


def _without_slash(found: re.Match[str]) -> str:
    return found[0] if found["any"] or found[0].startswith("\\") else _NO_SLASH + found[0]


def _blocks(pieces: list[str]) -> tuple[str, list[tuple[str, list[str]]]]:
    """Return what stands in front of the first ``**``, and behind each what lies between its ``*``."""
    head = pieces[0] if pieces[0] == "^" and pieces[1] != _ANY else ""
    blocks: list[tuple[str, list[str]]] = [("", [pieces[0]])] if not head else []
    for token, text in zip(pieces[1::2], pieces[2::2], strict=True):
        if token == _ANY:
            blocks[-1][1].append(text)
        else:
            blocks.append((token, [text]))
    return head, blocks


def _block(texts: list[str], group: int) -> tuple[str, int]:
    """Return an expression for texts with a ``*`` between any two, and the number of groups so far."""
    written = texts[0]
    for index, text in enumerate(texts[1:], 1):
        # Names end at a slash, or at the end of all: the last ``*`` of a name has but one way to reach it.
        if index == len(texts) - 1 or "/" in text.replace("[^/]", "").replace(_NO_SLASH, ""):
            written += _ANY + text
        else:
            once, group = _once(f"[^/]*?{text}", group)
            written += once
    return written, group


def _once(pattern: str, group: int) -> tuple[str, int]:
    """Return an expression that matches at the first place only."""
    return f"(?=(?P<once{group}>{pattern}))(?P=once{group})", group + 1


def _compiled(lines: Iterable[str]) -> GitIgnoreSpec:
    patterns = list(lines)
    try:
        return _read(patterns)
    except ValueError:
        return _read([line for line in patterns if is_pattern(line)])


def _read(lines: list[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return _without_warnings(GitIgnoreSpec.from_lines, lines)


def _without_warnings(function: Callable[[Argument], Result], argument: Argument) -> Result:
    """Call a function that compiles expressions: of ``[[`` Python warns, which means nothing else here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return function(argument)
