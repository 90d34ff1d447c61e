"""The use cases: from paths to findings and to the linked project; the only place that knows all steps.

``check`` does everything for a list of paths. Whoever checks file by file opens the project once with
``open_project`` and hands it to ``check_buffer`` with each file. ``fix`` works out what is to be written, and
``write`` writes it.
"""

from __future__ import annotations

from ssot_lint.session.buffers import Buffer
from ssot_lint.session.checking import CheckResult, check, check_buffer, check_opened
from ssot_lint.session.fixing import Change, FixResult, Withheld, fix, write
from ssot_lint.session.linked import LinkedProject, configuration_of, forget, open_project

__all__ = (
    "Buffer",
    "Change",
    "CheckResult",
    "FixResult",
    "LinkedProject",
    "Withheld",
    "check",
    "check_buffer",
    "check_opened",
    "configuration_of",
    "fix",
    "forget",
    "open_project",
    "write",
)
