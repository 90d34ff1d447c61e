"""What is found by module is looked for when it is asked for, in the targets at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ssot_lint.project.by_module import ByModule
from ssot_lint.summary.facts import ModuleSummary

if TYPE_CHECKING:
    from collections.abc import Sequence


def module(name: str, *, is_target: bool) -> ModuleSummary:
    return ModuleSummary(
        path=f"{name}.py",
        project_path=f"{name}.py",
        module=name,
        aliases=(),
        is_package=False,
        is_stub=False,
        is_test=False,
        is_target=is_target,
    )


class Looked:
    """Finds each module's name in it, but in those called ``empty``, and notes where it looked."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def find(self, modules: Sequence[ModuleSummary]) -> dict[str, tuple[str, ...]]:
        self.calls.append([each.module for each in modules])
        return {each.path: (each.module,) for each in modules if each.module != "empty"}


A, B, EMPTY = (module(name, is_target=True) for name in ("a", "b", "empty"))
OTHER = module("other", is_target=False)


def test_targets_are_looked_through_at_once_and_only_when_asked() -> None:
    looked = Looked()
    found = ByModule([A, B, EMPTY, OTHER], looked.find)
    assert looked.calls == []
    assert [found.of(each) for each in (B, A, EMPTY, B)] == [("b",), ("a",), (), ("b",)]
    assert looked.calls == [["a", "b", "empty"]]


def test_another_module_is_looked_through_alone() -> None:
    looked = Looked()
    found = ByModule([A, B, EMPTY, OTHER], looked.find)
    assert [found.of(OTHER), found.of(OTHER)] == [("other",), ("other",)]
    assert looked.calls == [["other"]]


def test_a_module_that_is_not_among_them_has_nothing() -> None:
    looked = Looked()
    assert ByModule([A], looked.find).of(OTHER) == ()
    assert looked.calls == []
