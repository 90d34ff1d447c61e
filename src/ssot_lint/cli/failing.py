"""What a run comes to, whatever happens in it: a status, and a line for each thing that went wrong."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Final

import click

from ssot_lint.cli.terminal import complain
from ssot_lint.errors import ConfigurationError, SsotLintError, internal_error

if TYPE_CHECKING:
    from collections.abc import Callable

PROGRAM: Final = "ssot-lint"
FAILED: Final = 2


def status_of(run: Callable[[], object]) -> int:
    """Return the status that a run ends with; whatever goes wrong is told, and never by a traceback.

    Ctrl-C alone is left to the caller.
    """
    try:
        status = run()
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else PROGRAM
        message = " ".join(error.format_message().split()).rstrip(".,")  # click lists choices on lines
        complain("error", f"{message}; see {command} --help")
        return FAILED
    except click.Abort as error:
        raise KeyboardInterrupt from error
    except click.ClickException as error:
        complain("error", error.format_message())
        return FAILED
    except ConfigurationError as error:
        for mistake in error.mistakes:
            complain("error", mistake)
        return FAILED
    except SsotLintError as error:
        complain("error", str(error))
        return FAILED
    except OSError as error:
        return _fail_of_system(error)
    except Exception as error:  # noqa: BLE001 - the last resort: a user is to see a line, and not a traceback
        return _fail_unexpectedly(error)
    return status if isinstance(status, int) else 0


def _fail_of_system(error: OSError) -> int:
    """Say what the system refused, where nobody was prepared for it: it is no mistake in the program."""
    _trace(error)
    place = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
    complain("error", f"{place}{error.strerror or error}")
    return FAILED


def _fail_unexpectedly(error: Exception) -> int:
    _trace(error)
    complain("error", internal_error(PROGRAM, error))
    return FAILED


def _trace(error: Exception) -> None:
    if os.environ.get("SSOT_LINT_DEBUG") == "1":
        import traceback

        traceback.print_exception(error, file=sys.stderr)
