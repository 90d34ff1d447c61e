"""Collects what is wrong with a configuration, so that all of it can be told at once."""

from __future__ import annotations

import difflib
import functools
from typing import TYPE_CHECKING, Final

from ssot_lint.config.toml_text import KeyLines, KeyPath
from ssot_lint.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from typing import TypeAlias

    KnownCodes: TypeAlias = Callable[[], Sequence[str]]
    """How the codes of all rules can be had: not at once, since that means importing all rules."""


PREFIX: Final = "SST"
"""What all codes begin with."""


class Mistakes:
    """The mistakes of one configuration file, each with its line."""

    def __init__(self, shown_path: str, text: str) -> None:
        self._shown_path = shown_path
        self._text = text
        self.found: list[tuple[int, str]] = []

    def add(self, place: KeyPath, message: str) -> None:
        """Note that ``message`` holds for the value at ``place``."""
        self.found.append((self.line(place), message))

    def line(self, place: KeyPath) -> int:
        """Return the line of the value at ``place``."""
        return self._lines.line(*place)

    def raise_any(self, further: Sequence[str] = ()) -> None:
        """Raise ConfigurationError when there is a mistake here or in ``further`` (lines of other origin)."""
        mistakes = [f"{self._shown_path}:{line}: {message}" for line, message in sorted(self.found)]
        if mistakes or further:
            raise ConfigurationError((*mistakes, *further))

    @functools.cached_property
    def _lines(self) -> KeyLines:
        return KeyLines(self._text)


def unknown_codes(codes: Iterable[str], known_codes: KnownCodes) -> list[tuple[str, str]]:
    """Return each of ``codes`` that is a prefix of no known code, with the suggestion of another one."""
    doubtful = [code for code in codes if code != PREFIX]  # the most usual one needs no list of the rules
    known = known_codes() if doubtful else ()
    return [
        (code, suggestion(code.upper(), known, cutoff=0.75))
        for code in doubtful
        if not code or not any(each.startswith(code) for each in known)
    ]


def suggestion(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """Return ``; did you mean "x"?`` for the known name nearest to ``name``, nothing when none is near."""
    nearest = difflib.get_close_matches(name, list(known), n=1, cutoff=cutoff)
    return f'; did you mean "{nearest[0]}"?' if nearest else ""
