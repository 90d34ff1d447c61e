"""The use cases: from paths to findings and to the linked project; the only place that knows all steps.

``check`` does everything for a list of paths, ``report_files`` does it for a host that wants it file by file.
Whoever has unsaved texts opens the project once with ``open_project`` and hands it to ``check_buffer`` with
each of them. ``fix`` works out what is to be written, or ``silence`` with noqa comments instead of fixes, and
``write`` writes it. ``propose`` makes declarations of the managed classes that nobody declares.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from ssot_lint.session.buffers import Buffer
    from ssot_lint.session.checking import check_buffer, check_opened
    from ssot_lint.session.fixing import Change, FixResult, Withheld, fix, write
    from ssot_lint.session.linked import LinkedProject, open_project
    from ssot_lint.session.per_file import report_files
    from ssot_lint.session.progress import Progress, Step
    from ssot_lint.session.proposing import Proposal, propose
    from ssot_lint.session.remembered_check import check
    from ssot_lint.session.results import CheckResult
    from ssot_lint.session.silencing import silence
    from ssot_lint.session.surveying import configuration_of, forget, origins_of, survey, sweep

__all__ = (
    "Buffer",
    "Change",
    "CheckResult",
    "FixResult",
    "LinkedProject",
    "Progress",
    "Proposal",
    "Step",
    "Withheld",
    "check",
    "check_buffer",
    "check_opened",
    "configuration_of",
    "fix",
    "forget",
    "open_project",
    "origins_of",
    "propose",
    "report_files",
    "silence",
    "survey",
    "sweep",
    "write",
)

_MODULES: Final = MappingProxyType(
    {
        "Buffer": "buffers",
        "Change": "fixing",
        "CheckResult": "results",
        "FixResult": "fixing",
        "LinkedProject": "linked",
        "Progress": "progress",
        "Proposal": "proposing",
        "Step": "progress",
        "Withheld": "fixing",
        "check": "remembered_check",
        "check_buffer": "checking",
        "check_opened": "checking",
        "configuration_of": "surveying",
        "fix": "fixing",
        "forget": "surveying",
        "open_project": "linked",
        "origins_of": "surveying",
        "propose": "proposing",
        "report_files": "per_file",
        "silence": "silencing",
        "survey": "surveying",
        "sweep": "surveying",
        "write": "fixing",
    }
)


def __getattr__(name: str) -> object:
    """Load what is asked for, and no more: a run for which nothing has changed needs few of the steps."""
    if name in _MODULES:
        return getattr(import_module(f"ssot_lint.session.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
