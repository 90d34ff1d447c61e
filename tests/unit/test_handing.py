"""What functions do with keys and instances, where a rule page can't show it."""

from __future__ import annotations

import time

from ssot_lint.model import SourceFile
from ssot_lint.summary import ModuleSummary, summarize


def summary_of(text: str) -> ModuleSummary:
    return summarize(SourceFile(path="a.py", project_path="a.py", module="a", text=text))


def test_a_long_chain_of_elifs_is_read_to_its_end() -> None:
    branches = "".join(
        f"    elif user_id and kind == {number}:\n        kind = Made()\n" for number in range(900)
    )
    head = "class Made: pass\n\n\ndef get(user_id=None, kind=0):\n"
    none = "    if user_id is None:\n        return Made()\n"
    inner = none.replace("user_id is None", "kind").replace("return", "kind =") + branches
    inner = "".join(f"    {line}\n" for line in inner.splitlines())
    summary = summary_of(f"{head}{none}{branches}    if not user_id:\n{inner}    return Made()\n")
    assert summary.error is None
    (handing,) = summary.handings
    assert [absence.span.line for absence in handing.absences] == [5, 1807, 1810]


def test_variables_that_are_made_of_one_another_take_no_longer_than_there_are() -> None:
    lines = ["def key_of(x):", "    v0 = id(x)"]
    for number in range(1, 12):
        lines += [f"    v{number} = f'{{v{number - 1}}} {{v{number - 1}}}' + v{number - 1}"] * 8
    begin = time.perf_counter()
    (handing,) = summary_of("\n".join([*lines, "    return v5", ""])).handings
    assert time.perf_counter() - begin < 5
    assert [part.kind for part in handing.returned] == ["id"]


def test_a_key_that_is_put_together_too_deeply_is_left_alone() -> None:
    text = "def key_of(x):\n    return " + "[" * 60 + "id(x)" + "]" * 60 + "\n"
    assert summary_of(text).handings == ()
