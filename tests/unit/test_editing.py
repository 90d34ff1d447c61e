"""A project that is edited: what is read and linked again, and what isn't."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from small_project import MANAGER, VIEWS, write

from ssot_lint import session
from ssot_lint.errors import ConfigurationError
from ssot_lint.session import editing
from ssot_lint.session.editing import EditedProject
from ssot_lint.session.summarizing import summarize_files

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ssot_lint.discovery import FileRecord
    from ssot_lint.session.summarizing import Summarized

HALF: Final = "def half(\n"


@pytest.fixture
def project(tmp_path: Path) -> EditedProject:
    edited = EditedProject(write(tmp_path), cache=False)
    edited.look_again([])
    return edited


def codes(project: EditedProject, name: str) -> list[str]:
    return [finding.code for finding in project.check(str(project.root / name)).findings]


def put(project: EditedProject, **texts: str) -> None:
    """Put texts for modules of the package app."""
    project.put({str(project.root / "app" / f"{name}.py"): text for name, text in texts.items()})


def test_a_text_is_found_to_be_what_the_saved_file_would_be(project: EditedProject) -> None:
    put(project, views=VIEWS)
    saved = session.check([str(project.root)], cwd=project.root)
    assert project.check(str(project.root / "app/views.py")).findings == saved.findings


@pytest.mark.parametrize(
    ("text", "links"),
    [
        (VIEWS, 1),
        (VIEWS.replace("\n", "\r\n"), 1),
        (VIEWS + "# a remark\n", 1),
        (VIEWS.replace("view():", "view():  # a remark"), 1),
        (VIEWS + HALF, 1),
        (VIEWS.replace("\n\n\n", "\n\n\n\n"), 2),
        (VIEWS.replace("view", "sight"), 2),
    ],
)
def test_the_project_is_linked_again_only_for_new_facts(
    project: EditedProject, text: str, links: int
) -> None:
    put(project, views=VIEWS)
    assert codes(project, "app/views.py") == ["SST101"]
    put(project, views=text)
    assert codes(project, "app/views.py") == (["SST001"] if text.endswith(HALF) else ["SST101"])
    project.linked()
    assert project.links == links


def test_what_is_no_python_leaves_the_others_with_its_last_facts(project: EditedProject) -> None:
    put(project, views=VIEWS, ws=MANAGER)
    put(project, views=VIEWS, ws=MANAGER + HALF)
    assert codes(project, "app/views.py") == ["SST101"]
    assert codes(project, "app/ws.py") == ["SST001"]
    put(project, views=VIEWS, ws="")
    assert codes(project, "app/views.py") == []
    put(project, views=VIEWS, ws=HALF)
    assert codes(project, "app/views.py") == []


def test_a_file_that_is_put_in_pieces_at_once_is_judged_by_what_was_saved(project: EditedProject) -> None:
    put(project, views=VIEWS, ws=HALF)
    assert codes(project, "app/views.py") == ["SST101"]
    put(project, views=VIEWS, new=HALF)
    assert codes(project, "app/new.py") == ["SST001"]


def test_only_what_has_changed_is_read_again(project: EditedProject, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def noted(records: Sequence[FileRecord], *, jobs: int) -> list[Summarized]:
        read.extend(record.path for record in records)
        return summarize_files(records, jobs=jobs)

    monkeypatch.setattr(editing, "summarize_files", noted)
    project.look_again([])
    assert read == []
    before = project.linked().project
    (project.root / "app/ws.py").write_text(MANAGER + "# a remark\n", "utf-8")
    project.look_again([])
    assert read == ["app/ws.py"]
    assert project.linked().project is before
    (project.root / "app/more.py").write_text(VIEWS, "utf-8")
    project.look_again([])
    assert read == ["app/ws.py", "app/more.py"]
    assert project.linked().project is not before


def test_other_settings_count_at_once(project: EditedProject) -> None:
    put(project, views=VIEWS)
    assert codes(project, "app/views.py") == ["SST101"]
    (project.root / "pyproject.toml").write_text("[tool.ssot-lint]\nselect = ['SST2']\n", "utf-8")
    project.look_again([])
    assert codes(project, "app/views.py") == []


def test_wrong_settings_change_nothing(project: EditedProject) -> None:
    put(project, views=VIEWS)
    (project.root / "pyproject.toml").write_text("[tool.ssot-lint]\nselect = 1\n", "utf-8")
    with pytest.raises(ConfigurationError):
        project.look_again([])
    assert codes(project, "app/views.py") == ["SST101"]


def test_a_file_that_can_not_be_read_is_no_reason_to_stop(project: EditedProject) -> None:
    (project.root / "app/gone.py").symlink_to(project.root / "nowhere.py")
    project.look_again([])
    put(project, views=VIEWS)
    assert codes(project, "app/views.py") == ["SST101"]


def test_the_safe_fixes_of_one_file_are_made(project: EditedProject) -> None:
    put(project, views=VIEWS, more=VIEWS, half=HALF)
    edits = project.safe_fixes(str(project.root / "app/views.py"))
    assert [edit.text for edit in edits] == ["get_manager", "get_manager"]
    assert project.safe_fixes(str(project.root / "app/half.py")) == ()
    put(project, views="x = 1\n")
    assert project.safe_fixes(str(project.root / "app/views.py")) == ()


def test_texts_are_those_of_the_editor_else_those_of_the_disk(project: EditedProject) -> None:
    put(project, views="x = 1\n")
    assert project.text_at(str(project.root / "app/views.py")) == "x = 1\n"
    assert project.text_at(str(project.root / "app/ws.py")) == MANAGER
    assert project.text_at(str(project.root / "pyproject.toml")) is None
