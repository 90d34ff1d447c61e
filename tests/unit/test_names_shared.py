"""Names that several modules of a run answer to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from projects_in_memory import source

from ssot_lint.project.names import Names
from ssot_lint.project.shared_names import with_nearest_names
from ssot_lint.summary import summarize

if TYPE_CHECKING:
    from ssot_lint.summary.facts import ModuleSummary


def summary(path: str, text: str, *aliases: str) -> ModuleSummary:
    """Return the summary of a file that other names lead to, too."""
    return summarize(msgspec.structs.replace(source(path, text), aliases=aliases))


WS = "class Manager: ...\n\ndef get_manager() -> 'app.ws.Manager': ...\n\nimport app.ws\n"
VIEWS = "import app.ws\nfrom app.ws import Manager\n\ndef view(): return app.ws.get_manager()\n"


def services() -> list[ModuleSummary]:
    """Return two services, each with a package of the same name."""
    found = []
    for name in ("one", "two"):
        found.append(summary(f"{name}/app/__init__.py", "", "app"))
        found.append(summary(f"{name}/app/ws.py", WS, "app.ws"))
        found.append(summary(f"{name}/app/views.py", VIEWS, "app.views"))
    return found


def test_an_import_leads_to_the_nearest_of_the_modules_that_share_its_name() -> None:
    names = Names(with_nearest_names(services()))
    for name in ("one", "two"):
        imported = names.resolve(f"{name}.app.views.Manager")
        assert imported is not None
        assert imported.symbol == f"{name}.app.ws.Manager"
        assert names.class_of(f"{name}.app.views.view()") == f"{name}.app.ws.Manager"


def test_uses_under_both_names_are_put_together() -> None:
    text = "import app.ws, one.app.ws\n\ndef view():\n    app.ws.Manager()\n    one.app.ws.Manager()\n"
    modules = with_nearest_names([*services(), summary("one/app/both.py", text, "app.both")])
    both = next(module for module in modules if module.module == "one.app.both")
    assert len(list(both.uses_of("one.app.ws.Manager"))) == 2


def test_what_one_module_alone_answers_to_stays_as_it_is() -> None:
    modules = [summary("one/app/__init__.py", "", "app"), summary("one/app/views.py", VIEWS, "app.views")]
    assert with_nearest_names(modules) == modules


def test_a_name_that_is_somebody_s_own_stays_as_it_is() -> None:
    modules = [*services(), summary("app/__init__.py", ""), summary("app/ws.py", WS)]
    assert with_nearest_names(modules) == modules


def test_who_stands_apart_can_t_tell_which_one_is_meant() -> None:
    outsider = summary("tools/run.py", VIEWS, "run")
    assert with_nearest_names([*services(), outsider])[-1] is outsider
