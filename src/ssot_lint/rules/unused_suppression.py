"""SST003: a noqa comment silences nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.model import Confidence, Finding, Location, Suggestion
from ssot_lint.rules._base import Rule

if TYPE_CHECKING:
    from ssot_lint.model import Span


class UnusedSuppression(Rule[None]):
    """Says what is wrong with a suppression; which ones are, is known to whoever applies them."""

    code = "SST003"
    name = "unused-suppression"
    summary = "A noqa comment names a code that it silences nothing of"
    in_tests = True

    @classmethod
    def unused(cls, path: str, span: Span, code: str, *, exists: bool) -> Finding:
        """Return the finding about a code that a noqa comment names in vain."""
        reason = "nothing to silence here" if exists else "no such code"
        return Finding(
            code=cls.code,
            name=cls.name,
            message=f"The noqa comment names {code}, but there is {reason}",
            location=Location(path, span),
            confidence=Confidence.HIGH,
            suggestions=(Suggestion(f"Remove {code} from the comment"),),
        )
